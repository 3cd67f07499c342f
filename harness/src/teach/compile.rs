//! All submissions with one cargo: a program of each that compiles, and the
//! compiler's words about each that does not.
//!
//! The Cargo.toml, the Cargo.lock and the profile are ours, and of each
//! submission there is one file: no build script and no macro of a stranger
//! runs here. What the compiler itself can be made to do has an end, see
//! [`crate::exercise::compiler`].

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};

use super::submissions::Submission;
use crate::binaries;
use crate::exercise::build::{Built, Package, target_folder};

/// A program that is larger would fill the machine's memory by itself.
const MOST_BYTES: usize = 16 << 20;

/// What came of a submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Compiled {
    /// The program.
    Program(Vec<u8>),
    /// Why there is none.
    Not(String),
}

/// Builds all of them; what came of each, in their order.
pub fn all(
    workspace: &Path,
    submissions: &[Submission],
) -> Result<Vec<Compiled>> {
    if submissions.is_empty() {
        return Ok(Vec::new());
    }
    let folder = target_folder(workspace).join("submissions");
    let sources = write(&folder, submissions)?;
    let package = Package {
        workspace,
        folder,
        colour: false,
    };
    let (mut built, _) = package.build_from(&sources, &[])?;
    let notes = target_folder(workspace)
        .join(binaries::target())
        .join("machine/deps");
    for (name, source) in &sources {
        let own = built.get_mut(name).context("one for each")?;
        judge(own, &notes, source)?;
    }
    submissions
        .iter()
        .map(|submission| {
            let name = name(&submission.source);
            Ok(match built.get(&name).context("one for each")? {
                Built::Program(program) => Compiled::Program(program.clone()),
                Built::DoesNotCompile(errors) => {
                    Compiled::Not(in_their_words(errors, &name, submission))
                }
            })
        })
        .collect()
}

/// With the file's name as it was handed in.
fn in_their_words(errors: &str, name: &str, whose: &Submission) -> String {
    let Submission {
        student, number, ..
    } = whose;
    let shown = format!("{student}/{number}.rs");
    errors
        .replace(&format!("{name}.rs"), &shown)
        .replace(name, &shown)
}

/// The same text is built once, and not again until it changes.
fn write(
    folder: &Path,
    submissions: &[Submission],
) -> Result<BTreeMap<String, PathBuf>> {
    fs::create_dir_all(folder)?;
    let mut sources = BTreeMap::new();
    for Submission { source, .. } in submissions {
        let name = name(source);
        let path = folder.join(format!("{name}.rs"));
        if !fs::read(&path).is_ok_and(|old| old == source.as_bytes()) {
            fs::write(&path, source)
                .with_context(|| path.display().to_string())?;
        }
        sources.insert(name, path);
    }
    Ok(sources)
}

/// It is in no other exercise's way, and nobody chooses it.
fn name(source: &str) -> String {
    let digest = Sha256::digest(source);
    let start = "submission-".to_owned();
    digest.iter().take(8).fold(start, |mut name, byte| {
        // Writing to a String cannot fail.
        let _ = write!(name, "{byte:02x}");
        name
    })
}

/// What compiles may still be no submission.
fn judge(built: &mut Built, notes: &Path, source: &Path) -> Result<()> {
    let Built::Program(program) = built else {
        return Ok(());
    };
    let why = match stolen(notes, source)? {
        Some(other) => format!("the program is made of another file: {other}"),
        None if program.len() > MOST_BYTES => {
            format!("the program has more than {} MB", MOST_BYTES >> 20)
        }
        None => return Ok(()),
    };
    *built = Built::DoesNotCompile(format!("error: {why}\n"));
    Ok(())
}

/// A file that went into a program, and is not its source: `include!` can
/// name any, the solution for example. rustc writes down what it has read, in
/// one file for each version of itself.
fn stolen(folder: &Path, source: &Path) -> Result<Option<String>> {
    let name = source.file_stem().context("it has a name")?;
    let start = name.to_string_lossy().replace('-', "_") + "-";
    let mut notes = 0;
    for file in fs::read_dir(folder)? {
        let file = file?;
        let name = file.file_name().to_string_lossy().into_owned();
        if name.starts_with(&start) && name.ends_with(".d") {
            notes += 1;
            let text = fs::read_to_string(file.path())?;
            if let Some(other) = other_file(&text, source) {
                return Ok(Some(other));
            }
        }
    }
    ensure!(notes > 0, "rustc did not say what {} is made of", start);
    Ok(None)
}

/// What is not the source, in notes such as `program: one.rs two.rs`.
fn other_file(notes: &str, source: &Path) -> Option<String> {
    let lines = notes.lines().filter(|line| !line.starts_with('#'));
    let made_of = lines.filter_map(|line| line.split_once(": "));
    made_of
        .flat_map(|(_, files)| {
            // A space in a name has a backslash before it.
            let files = files.replace("\\ ", "\0");
            let names = files.split_whitespace();
            names.map(|it| it.replace('\0', " ")).collect::<Vec<_>>()
        })
        .find(|name| {
            let relative = source.file_name().map(Path::new);
            Path::new(name) != source && Some(Path::new(name)) != relative
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_made_of_its_source_alone_is_known() {
        let source = Path::new("/a/p.rs");
        let own = "/t/p.d: p.rs\n\n/t/p: p.rs\n\np.rs:\n# env-dep:X=a: b\n";
        assert_eq!(other_file(own, source), None);
        assert_eq!(other_file("/t/p: /a/p.rs\n", source), None);
        for (notes, other) in [
            ("/t/p: p.rs /b/p.rs\n", "/b/p.rs"),
            ("/t/p: p.rs /b/the\\ solution.rs\n", "/b/the solution.rs"),
        ] {
            assert_eq!(other_file(notes, source).as_deref(), Some(other));
        }
    }
}
