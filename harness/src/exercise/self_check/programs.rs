//! All programs of the exercises, built with one run of cargo.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::exercise::build::{Built, Package, target_folder};
use crate::exercise::catalogue::Entry;
use crate::exercise::definition::Kind;

/// Build results, and clippy's messages about the solutions.
pub struct Programs {
    built: BTreeMap<String, Built>,
    lints: BTreeMap<String, String>,
}

impl Programs {
    /// Builds starters, solutions and wrong answers.
    pub fn build(workspace: &Path, entries: &[Entry]) -> Result<Self> {
        let sources = sources(entries, |_| true);
        let solutions: Vec<String> = sources
            .keys()
            .filter(|name| name.ends_with("-solution"))
            .cloned()
            .collect();
        Self::of(workspace, &sources, &solutions)
    }

    /// Returns no programs, for exercises to find.
    pub fn none() -> Self {
        Self {
            built: BTreeMap::new(),
            lints: BTreeMap::new(),
        }
    }

    /// Builds only the solutions, without clippy.
    pub fn solutions(workspace: &Path, entries: &[Entry]) -> Result<Self> {
        let sources = sources(entries, |role| role == "solution");
        Self::of(workspace, &sources, &[])
    }

    fn of(
        workspace: &Path,
        sources: &BTreeMap<String, PathBuf>,
        linted: &[String],
    ) -> Result<Self> {
        if sources.is_empty() {
            return Ok(Self::none());
        }
        let package = Package {
            workspace,
            folder: target_folder(workspace).join("course"),
            colour: false,
        };
        let (built, lints) = package.build_from(sources, linted)?;
        Ok(Self { built, lints })
    }

    /// Returns a program, or the reason why there is none.
    pub fn program(&self, entry: &Entry, role: &str) -> Result<&[u8], String> {
        match self.built.get(&bin_name(entry, role)) {
            Some(Built::Program(program)) => Ok(program),
            Some(Built::DoesNotCompile(errors)) => {
                Err(format!("it does not compile:\n{errors}"))
            }
            None => Err("it was not built".to_owned()),
        }
    }

    /// Returns clippy's messages about the solution, if any.
    pub fn lints(&self, entry: &Entry) -> Option<&str> {
        let name = bin_name(entry, "solution");
        self.lints.get(&name).map(String::as_str)
    }
}

/// Returns the source files of the wanted programs, by the programs' names.
fn sources(
    entries: &[Entry],
    wanted: impl Fn(&str) -> bool,
) -> BTreeMap<String, PathBuf> {
    let mut sources = BTreeMap::new();
    for entry in entries {
        for (role, path) in sources_of(entry) {
            if wanted(&role) {
                sources.insert(bin_name(entry, &role), path);
            }
        }
    }
    sources
}

/// Returns the role and the source file of each program of an exercise.
pub fn sources_of(entry: &Entry) -> Vec<(String, PathBuf)> {
    if entry.exercise.kind == Kind::Find {
        return Vec::new();
    }
    let wrong = entry.exercise.wrong.iter().filter_map(|wrong| {
        let path = wrong.program.as_ref()?;
        Some((role_of(path), entry.folder.join(path)))
    });
    [
        ("starter".to_owned(), entry.starter()),
        ("solution".to_owned(), entry.solution()),
    ]
    .into_iter()
    .chain(wrong)
    .collect()
}

/// Returns the role of a wrong answer: `wrong-after_fork` for
/// `wrong/after_fork.rs`.
pub fn role_of(path: &str) -> String {
    path.trim_end_matches(".rs").replace('/', "-")
}

fn bin_name(entry: &Entry, role: &str) -> String {
    let chapter = entry.number.chapter;
    let own = entry.number.own;
    format!("exercise-{chapter}-{own}-{role}")
}
