//! Compiles all submissions with one run of cargo. The result of each is its
//! program, or the compiler's messages.
//!
//! The Cargo.toml, the Cargo.lock and the profile are ours, and each submission
//! is a single file: a student's build script or macro never runs here. The
//! compiler's own work is limited in time, memory and disk, see
//! [`build`](crate::exercise::build).

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};

use super::submissions::Submission;
use crate::binaries;
use crate::exercise::build::{Built, Package, target_folder};
use crate::whole_file;

/// Size limit of a program: a larger one would fill the machine's memory.
const MOST_BYTES: usize = 16 << 20;

/// The result of compiling a submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Compiled {
    /// The program.
    Program(Vec<u8>),
    /// The reason why there is no program.
    Not(String),
}

/// Builds all submissions. Returns the results in the order of the submissions.
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

/// Replaces the file name in the compiler's messages with the submission's own.
fn in_their_words(errors: &str, name: &str, whose: &Submission) -> String {
    let Submission {
        student, number, ..
    } = whose;
    let shown = format!("{student}/{number}.rs");
    errors
        .replace(&format!("{name}.rs"), &shown)
        .replace(name, &shown)
}

/// Writes the sources to files. The same text gets one file, and cargo builds
/// the file again only if it changed.
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
            // Another harness may compile the same text at this moment.
            whole_file::write(&path, source.as_bytes())?;
        }
        sources.insert(name, path);
    }
    Ok(sources)
}

/// Returns a name made from the source's hash: no other exercise has the name,
/// and no student can choose it.
fn name(source: &str) -> String {
    format!("submission-{:.16x}", Sha256::digest(source))
}

/// Refuses a program that is too large or is made of another file.
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

/// Returns a file that went into the program and is not its source. With
/// `include!` a submission can read any file, such as the solution. rustc
/// writes a list of the files it read, one list for each version of rustc.
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

/// Returns the first file other than the source, from a list such as `program:
/// one.rs two.rs`.
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
