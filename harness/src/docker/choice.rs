//! The Dockers to compare with: the installed one, a fetched one, or all.

use std::fmt;
use std::path::{Path, PathBuf};

use super::install::{Docker, NoDocker, may_run};
use crate::cache::{self, DOCKERS};

/// The Dockers that a person asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// The installed one.
    Installed,
    /// The fetched Docker of this suite of the distribution.
    Suite(String),
    /// The installed Docker, and all that have been fetched.
    All,
}

impl Which {
    /// Returns the choice that two options of the command line make.
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
pub enum ChosenDocker {
    /// The installed one.
    Installed(Docker),
    /// A fetched Docker.
    Fetched {
        /// Suite of the distribution, such as `sid`.
        suite: String,
        /// Root of a system with this Docker.
        tree: PathBuf,
    },
}

impl ChosenDocker {
    /// Returns the player's arguments: the client, or the tree with the client.
    pub(super) fn arguments(&self) -> [&Path; 2] {
        match self {
            Self::Installed(docker) => [Path::new("--docker"), &docker.client],
            Self::Fetched { tree, .. } => [Path::new("--tree"), tree],
        }
    }
}

impl fmt::Display for ChosenDocker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Installed(_) => f.write_str("installed"),
            Self::Fetched { suite, .. } => f.write_str(suite),
        }
    }
}

/// Returns the chosen Dockers. With [`Which::All`], at least one has to have
/// been fetched, and the second value is the reason why the installed one is
/// left out.
pub(super) fn choose(
    which: &Which,
    cache: &Path,
) -> Result<(Vec<ChosenDocker>, Option<NoDocker>), NoDocker> {
    match which {
        Which::Installed => {
            let docker = Docker::find()?;
            Ok((vec![ChosenDocker::Installed(docker)], None))
        }
        Which::Suite(suite) => {
            may_run()?;
            let mut all = fetched(cache).into_iter();
            let found = all.find(|docker| docker.to_string() == *suite);
            let found = found.ok_or_else(|| not_fetched(suite))?;
            Ok((vec![found], None))
        }
        Which::All => all(cache),
    }
}

fn all(
    cache: &Path,
) -> Result<(Vec<ChosenDocker>, Option<NoDocker>), NoDocker> {
    let mut all = fetched(cache);
    if all.is_empty() {
        return Err(not_fetched("sid"));
    }
    may_run()?;
    match Docker::find() {
        Ok(docker) => {
            all.insert(0, ChosenDocker::Installed(docker));
            Ok((all, None))
        }
        Err(why) => Ok((all, Some(why))),
    }
}

/// Returns the fetched trees that have dockerd.
fn fetched(cache: &Path) -> Vec<ChosenDocker> {
    cache::trees(cache, DOCKERS)
        .into_iter()
        .filter(|tree| tree.path.join("usr/sbin/dockerd").is_file())
        .map(|tree| ChosenDocker::Fetched {
            suite: tree.name,
            tree: tree.path,
        })
        .collect()
}

fn not_fetched(suite: &str) -> NoDocker {
    NoDocker(format!(
        "Docker of {suite} has not been fetched. \
         ./just setup --docker {suite} fetches it"
    ))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_tree_without_dockerd_or_in_the_making_is_none() {
        let cache = tempfile::tempdir().unwrap();
        for tree in ["sid", "trixie", ".fetch.1", "broken"] {
            let sbin = cache.path().join(DOCKERS).join(tree).join("usr/sbin");
            fs::create_dir_all(&sbin).unwrap();
            if tree != "broken" {
                fs::write(sbin.join("dockerd"), "").unwrap();
            }
        }
        let found = fetched(cache.path());
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
