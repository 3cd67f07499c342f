//! Which Dockers to compare with: the installed one, one that has been
//! fetched, or all.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use nix::unistd::geteuid;

use super::install::{Docker, Unavailable};

/// Where fetched ones are in the cache: a tree for each suite.
const FOLDER: &str = "dockers";

/// What a person asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// The one that is installed.
    Installed,
    /// The one of this suite of the distribution.
    Suite(String),
    /// All that there are.
    All,
}

impl Which {
    /// As the command line has it.
    pub fn new(suite: Option<String>, all: bool) -> Self {
        match suite {
            Some(suite) => Self::Suite(suite),
            None if all => Self::All,
            None => Self::Installed,
        }
    }
}

/// A Docker to compare with.
#[derive(Clone, Debug)]
pub enum Choice {
    /// It is installed.
    Installed(Docker),
    /// It has been fetched.
    Fetched {
        /// `sid`
        suite: String,
        /// The root of a system that has it.
        tree: PathBuf,
    },
}

impl Choice {
    /// The client, or the tree that the client is in, for the player.
    pub(super) fn arguments(&self) -> [&Path; 2] {
        match self {
            Self::Installed(docker) => [Path::new("--docker"), &docker.client],
            Self::Fetched { tree, .. } => [Path::new("--tree"), tree],
        }
    }
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Installed(_) => f.write_str("installed"),
            Self::Fetched { suite, .. } => f.write_str(suite),
        }
    }
}

/// What was asked for, and why some of it cannot be had. All of it has to be
/// there, but for [`Which::All`], which has to be more than the installed one.
pub(super) fn choose(
    which: &Which,
    cache: &Path,
) -> Result<(Vec<Choice>, Option<Unavailable>), Unavailable> {
    let folder = cache.join(FOLDER);
    match which {
        Which::Installed => {
            Ok((vec![Choice::Installed(Docker::find()?)], None))
        }
        Which::Suite(suite) => {
            may_run()?;
            let found = fetched(&folder).into_iter().find(|choice| {
                matches!(choice, Choice::Fetched { suite: it, .. } if it == suite)
            });
            let found = found.ok_or_else(|| not_fetched(suite))?;
            Ok((vec![found], None))
        }
        Which::All => {
            let mut all = fetched(&folder);
            if all.is_empty() {
                return Err(not_fetched("sid"));
            }
            may_run()?;
            let why = match Docker::find() {
                Ok(docker) => {
                    all.insert(0, Choice::Installed(docker));
                    None
                }
                Err(why) => Some(why),
            };
            Ok((all, why))
        }
    }
}

/// A name that begins with a dot is a tree that is being fetched.
fn fetched(folder: &Path) -> Vec<Choice> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<Choice> = entries
        .filter_map(|entry| {
            let suite = entry.file_name().into_string().ok()?;
            let tree = entry.path();
            let whole = tree.join("usr/sbin/dockerd").is_file();
            (whole && !suite.starts_with('.'))
                .then_some(Choice::Fetched { suite, tree })
        })
        .collect();
    found.sort_by_key(ToString::to_string);
    found
}

fn not_fetched(suite: &str) -> Unavailable {
    Unavailable(format!(
        "Docker of {suite} has not been fetched. \
         ./just setup --docker {suite} fetches it"
    ))
}

/// No user namespace is made for it: dockerd wants the rights of root.
pub(super) fn may_run() -> Result<(), Unavailable> {
    if geteuid().is_root() {
        return Ok(());
    }
    Err(Unavailable(
        "it needs root, and you are not. It touches nothing of this \
         computer: try sudo ./just docker"
            .into(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_without_dockerd_or_in_the_making_is_none() {
        let folder = tempfile::tempdir().unwrap();
        for tree in ["sid", "trixie", ".fetch.1", "broken"] {
            let sbin = folder.path().join(tree).join("usr/sbin");
            fs::create_dir_all(&sbin).unwrap();
            if tree != "broken" {
                fs::write(sbin.join("dockerd"), "").unwrap();
            }
        }
        let found = fetched(folder.path());
        let found: Vec<String> =
            found.iter().map(ToString::to_string).collect();
        assert_eq!(found, ["sid", "trixie"]);
    }

    #[test]
    fn who_has_fetched_none_is_told_how() {
        let cache = tempfile::tempdir().unwrap();
        let error = choose(&Which::All, cache.path()).unwrap_err();
        let advice = "./just setup --docker sid fetches it";
        assert!(error.to_string().ends_with(advice), "{error}");
    }
}
