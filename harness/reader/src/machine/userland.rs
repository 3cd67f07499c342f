//! Finds programs for the machine: this computer's, or those of a tree, such as
//! `vm/apt SUITE tree FOLDER PACKAGE...` unpacks.
//!
//! Paths in a tree are resolved as if the tree were `/`: even an absolute link
//! leads to a file in the tree, and the machine gets nothing of this computer.

mod libraries;
mod links;

use std::collections::BTreeMap;
use std::env;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::sources::Sources;
use super::{kernel, required};
pub use libraries::Placed;
use libraries::{libraries_here, libraries_in};
use links::resolve;
use tr::tr;

/// Variable that names a tree.
const VARIABLE: &str = "MACHINE_USERLAND";

/// Place in the cache of the tree that replaces this computer's programs.
const FETCHED: &str = "userlands/system";

/// Place in the cache of the programs for the machine of the page.
const OF_PAGE: &str = "page/userland";

/// Folders of a tree's programs.
const FOLDERS: [&str; 4] = ["usr/sbin", "sbin", "usr/bin", "bin"];

/// A root folder with programs and their libraries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Userland {
    /// The tree; `None` for this computer.
    tree: Option<PathBuf>,
}

impl Userland {
    /// Finds the tree that `MACHINE_USERLAND` names, else this computer. If
    /// this computer lacks a program, finds the tree that `just setup` has
    /// fetched.
    pub fn find() -> Result<Self> {
        let named = env::var_os(VARIABLE).filter(|value| !value.is_empty());
        if let Some(folder) = named {
            return Self::tree(Path::new(&folder));
        }
        let own = Self { tree: None };
        let fetched = kernel::cache()?.join(FETCHED);
        if fetched.is_dir() && !own.missing().is_empty() {
            return Self::tree(&fetched);
        }
        Ok(own)
    }

    /// Returns the userland of the machine of the page, which `vm/web` has made.
    pub fn of_page() -> Result<Self> {
        Self::tree(&kernel::cache()?.join(OF_PAGE))
    }

    /// Returns the required programs that are missing, with their packages.
    pub fn missing(&self) -> BTreeMap<&'static str, &'static str> {
        let is_missing = |(name, _): &(&str, &str)| {
            self.program(name, &mut Sources::default()).is_err()
        };
        required::all().filter(is_missing).collect()
    }

    /// Returns the userland of an unpacked tree.
    pub fn tree(folder: &Path) -> Result<Self> {
        let tree = fs::canonicalize(folder)
            .with_context(|| format!("{VARIABLE}={}", folder.display()))?;
        let shown = folder.display();
        ensure!(tree.is_dir(), "{VARIABLE}={shown}: {}", tr!("no folder"));
        Ok(Self { tree: Some(tree) })
    }

    /// Returns the tree; `None` for this computer.
    pub fn root(&self) -> Option<&Path> {
        self.tree.as_deref()
    }

    /// Returns the path of a program. For a tree, looks in the tree's folders.
    /// For this computer, looks in `PATH` and in the folders of administrators'
    /// tools, which a user's `PATH` often lacks.
    pub fn program(
        &self,
        name: &str,
        looked_at: &mut Sources,
    ) -> Result<PathBuf> {
        if let Some(tree) = &self.tree {
            let found = FOLDERS
                .iter()
                .filter_map(|folder| resolve(tree, &format!("{folder}/{name}")))
                .inspect(|path| looked_at.note(path))
                .find(|path| path.is_file());
            return found.with_context(|| {
                let folders = FOLDERS.join(", ");
                let no =
                    tr!("no program {name} in its {folders}", name, folders);
                format!("{VARIABLE}={}: {no}", tree.display())
            });
        }
        let path = env::var_os("PATH").unwrap_or_default();
        env::split_paths(&path)
            .chain(
                ["/usr/sbin", "/sbin", "/usr/bin", "/bin"].map(PathBuf::from),
            )
            .map(|folder| folder.join(name))
            .inspect(|path| looked_at.note(path))
            .find(|path| path.is_file())
            .with_context(|| {
                tr!("{name} is not installed: just setup brings it", name)
            })
    }

    /// Returns the files that a program needs to start: its loader and its
    /// libraries.
    pub fn libraries(
        &self,
        program: &Path,
        looked_at: &mut Sources,
    ) -> Result<Vec<Placed>> {
        match &self.tree {
            Some(tree) => libraries_in(tree, program, looked_at),
            None => libraries_here(program, looked_at),
        }
    }

    /// Returns a file at a path below `/`, if it exists.
    pub fn file(&self, path: &str) -> Option<PathBuf> {
        let root = self.root().unwrap_or(Path::new("/"));
        resolve(root, path).filter(|path| path.is_file())
    }

    /// Returns a command that runs a program. A tree's program is run with the
    /// tree's own loader and libraries: this computer's may be older than the
    /// program.
    pub fn command(&self, program: &Path) -> Result<Command> {
        let Some(tree) = &self.tree else {
            return Ok(Command::new(program));
        };
        let mut files =
            libraries_in(tree, program, &mut Sources::default())?.into_iter();
        // A static program has no loader and no libraries.
        let Some(loader) = files.next() else {
            return Ok(Command::new(program));
        };
        // Libraries are given by path: the loader cannot follow links inside
        // the tree.
        let libraries = env::join_paths(files.map(|file| file.from))?;
        let mut command = Command::new(loader.from);
        command
            .args(["--inhibit-cache", "--preload"])
            .arg(libraries);
        command.arg(program);
        Ok(command)
    }
}

/// Writes the distribution's name and the userland's origin.
impl fmt::Display for Userland {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let release = ["etc/os-release", "usr/lib/os-release"]
            .iter()
            .find_map(|path| self.file(path))
            .and_then(|path| fs::read_to_string(path).ok());
        let name = release.as_deref().and_then(pretty_name);
        let name = name.map(str::to_owned);
        let name = name.unwrap_or_else(|| tr!("an unknown distribution"));
        match &self.tree {
            Some(tree) if tree.ends_with(FETCHED) => f.write_str(&tr!(
                "{name} ({tree}, because this computer lacks some)",
                name,
                tree = tree.display()
            )),
            Some(tree) => {
                write!(f, "{name} ({VARIABLE}={})", tree.display())
            }
            None => f.write_str(&tr!("{name} (this computer's own)", name)),
        }
    }
}

/// Returns the name in an os-release(5) file.
fn pretty_name(text: &str) -> Option<&str> {
    let line = text.lines().find_map(|l| l.strip_prefix("PRETTY_NAME="))?;
    Some(line.trim_matches('"'))
}

#[cfg(test)]
mod tests;
