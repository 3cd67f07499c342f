//! The probes: small programs in harness/probes, each of which asks the kernel
//! one thing and prints the answer in one line.
//!
//! The head of a probe says what the answer means:
//!
//! ```text
//! //! listns(2) lists the namespaces of the machine.
//! //!
//! //! Since: 6.19
//! //! Step: 01-list-namespaces#from-the-other-end
//! //! Source: linux/nsfs.h
//! ```
//!
//! A script has `# ` in place of `//! `. A step may be missing. A source is a
//! page of the manual, such as `setns(2)`, or a header of the kernel.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use super::release::Since;

/// Folder of the probes, from the top of the repository.
pub const FOLDER: &str = "harness/probes";

/// A probe.
#[derive(Clone, Debug)]
pub struct KernelProbe {
    /// Name of the file, without its ending.
    pub name: String,
    /// Name of the file.
    pub file: String,
    /// The whole file.
    pub text: String,
    /// The sentence of its row.
    pub sentence: String,
    /// Release that is expected to bring the change.
    pub since: Since,
    /// Step of a lesson, as `01-list-namespaces#from-the-other-end`.
    pub step: Option<String>,
    /// Page of the manual, or header of the kernel, that has the call.
    pub source: String,
}

impl KernelProbe {
    /// Returns whether the probe has to be compiled. Others are scripts.
    pub fn is_rust(&self) -> bool {
        self.file.ends_with(".rs")
    }

    /// Reads the head of a probe.
    ///
    /// # Errors
    ///
    /// A part of the head is missing, or is unknown.
    fn of(file: &str, text: String) -> Result<Self> {
        let head = head(&text);
        let mut paragraphs = head.split("\n\n");
        let sentence = paragraphs.next().unwrap_or_default();
        let sentence = sentence.trim().replace('\n', " ");
        ensure!(sentence.ends_with('.'), "its head begins with no sentence");
        let mut fields: [(&str, Option<String>); 3] =
            ["Since", "Step", "Source"].map(|name| (name, None));
        for line in paragraphs.next().unwrap_or_default().lines() {
            let (name, value) = line
                .split_once(": ")
                .with_context(|| format!("{line:?} is no `Name: value`"))?;
            let field = fields.iter_mut().find(|(known, _)| *known == name);
            let Some((_, field)) = field else {
                bail!("{name}: is none of Since, Step and Source");
            };
            *field = Some(value.trim().to_owned());
        }
        let [(_, since), (_, step), (_, source)] = fields;
        let (name, _) = file.rsplit_once('.').context("its name has no end")?;
        Ok(Self {
            name: name.to_owned(),
            file: file.to_owned(),
            sentence,
            since: since.context("its head has no Since:")?.parse()?,
            step,
            source: source.context("its head has no Source:")?,
            text,
        })
    }
}

/// Returns the comment at the beginning of a file, without the comment signs.
fn head(text: &str) -> String {
    let lines = text.lines().skip_while(|line| line.starts_with("#!"));
    let lines = lines.map_while(|line| {
        let rest = line.strip_prefix("//!").or(line.strip_prefix('#'))?;
        Some(rest.strip_prefix(' ').unwrap_or(rest))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Reads all probes of the repository: in the order of the table.
///
/// # Errors
///
/// A file cannot be read, or its head is wrong.
pub fn all(workspace: &Path) -> Result<Vec<KernelProbe>> {
    in_folder(&workspace.join(FOLDER))
}

/// Reads the probes of a folder.
fn in_folder(folder: &Path) -> Result<Vec<KernelProbe>> {
    let shown = || folder.display().to_string();
    let entries = fs::read_dir(folder).with_context(shown)?;
    let paths: Result<Vec<PathBuf>, _> =
        entries.map(|entry| entry.map(|it| it.path())).collect();
    let is_probe = |path: &PathBuf| {
        path.extension().is_some_and(|it| it == "rs" || it == "sh")
    };
    let mut probes = Vec::new();
    for path in paths.with_context(shown)?.iter().filter(|it| is_probe(it)) {
        let shown = || path.display().to_string();
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        let text = fs::read_to_string(path).with_context(shown)?;
        probes.push(KernelProbe::of(&file, text).with_context(shown)?);
    }
    probes.sort_by_cached_key(|it| (it.since, it.name.clone()));
    ensure!(!probes.is_empty(), "{}: no probe", shown());
    Ok(probes)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::since) fn probe(file: &str, since: &str) -> KernelProbe {
        let text = format!(
            "//! A sentence.\n//!\n//! Since: {since}\n//! Step: 01-x#y\n\
             //! Source: setns(2)\n"
        );
        KernelProbe::of(file, text).unwrap()
    }

    const LISTNS: &str = "//! listns(2) lists the namespaces\n//! of all.\n\
        //!\n//! Since: 6.19\n//! Source: linux/nsfs.h\n\n\
        fn main() {}\n";

    fn error(text: &str) -> String {
        let error = KernelProbe::of("x.rs", text.to_owned()).unwrap_err();
        format!("{error:#}")
    }

    #[test]
    fn the_head_of_a_program_and_of_a_script_say_the_same() {
        let script = LISTNS.replace("//!", "#").replace("fn main", "true");
        let script = format!("#!/bin/bash\n{script}");
        for (file, text) in [("a.rs", LISTNS), ("a.sh", &script)] {
            let probe = KernelProbe::of(file, text.to_owned()).unwrap();
            assert_eq!(probe.name, "a");
            assert_eq!(
                probe.sentence,
                "listns(2) lists the namespaces of all."
            );
            assert_eq!(probe.since.to_string(), "6.19");
            assert_eq!(probe.source, "linux/nsfs.h");
            assert_eq!(probe.step, None);
        }
    }

    #[test]
    fn a_head_that_says_less_is_refused() {
        let without = LISTNS.replace("//! Since: 6.19\n", "");
        assert_eq!(error(&without), "its head has no Since:");
        let typed = LISTNS.replace("Source", "Sauce");
        assert!(error(&typed).contains("none of Since, Step and Source"));
        assert_eq!(error("fn main() {}\n"), "its head begins with no sentence");
    }
}
