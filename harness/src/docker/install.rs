//! The Docker that is installed here, and whether it may run.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use nix::unistd::geteuid;

/// The reason why Docker cannot run here, with advice.
#[derive(Debug, thiserror::Error)]
#[error("real Docker cannot run here: {0}")]
pub struct NoDocker(pub String);

/// A Docker: daemon and client of the same version.
#[derive(Clone, Debug)]
pub struct Docker {
    /// Path of the client. There may be several on a computer.
    pub client: PathBuf,
    /// Version, such as `20.10.24+dfsg1`.
    pub version: String,
}

/// Programs that dockerd needs, and their packages.
const PROGRAMS: [(&str, &str); 5] = [
    ("containerd", "docker.io"),
    ("runc", "docker.io"),
    ("iptables", "iptables"),
    ("ip", "iproute2"),
    ("unshare", "util-linux"),
];

impl Docker {
    /// Finds daemon, client and all programs that dockerd needs.
    pub fn find() -> Result<Self, NoDocker> {
        let cannot = |reason: String| Err(NoDocker(reason));
        let Some(daemon) = all("dockerd").into_iter().next() else {
            return cannot(
                "dockerd is not installed. ./just setup --docker brings it, \
                 and so does apt-get install docker.io"
                    .into(),
            );
        };
        for (name, package) in PROGRAMS {
            if all(name).is_empty() {
                return cannot(format!(
                    "{name} is not installed: it is in the package {package}"
                ));
            }
        }
        may_run()?;
        let version = version(&daemon);
        let client = all("docker")
            .into_iter()
            .find(|c| self::version(c) == version);
        match (client, version) {
            (Some(client), Some(version)) => Ok(Self { client, version }),
            (_, version) => cannot(format!(
                "no docker client of the version of dockerd ({})",
                version.unwrap_or_else(|| "unknown".into())
            )),
        }
    }
}

/// Refuses anyone but root: dockerd needs root's rights, and gets no user
/// namespace.
pub(super) fn may_run() -> Result<(), NoDocker> {
    if geteuid().is_root() {
        return Ok(());
    }
    Err(NoDocker(
        "it needs root, and you are not. It touches nothing of this \
         computer: try sudo ./just docker"
            .into(),
    ))
}

impl fmt::Display for Docker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Docker {}", self.version)
    }
}

/// Returns every program of this name, in `PATH` and in the folders of
/// administrators' tools.
fn all(name: &str) -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path);
    let more = ["/usr/sbin", "/sbin", "/usr/bin", "/bin"].map(PathBuf::from);
    let files = folders.chain(more).map(|folder| folder.join(name));
    files.filter(|file| file.is_file()).collect()
}

/// Returns the version that a program prints: `20.10.24+dfsg1` in `Docker
/// version 20.10.24+dfsg1, build 297e128`.
fn version(program: &Path) -> Option<String> {
    let output = Command::new(program).arg("--version").output().ok()?;
    version_in(&String::from_utf8_lossy(&output.stdout))
}

fn version_in(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("version ")?;
    let (version, _) = rest.split_once(',')?;
    Some(version.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_ends_at_the_comma() {
        let text = "Docker version 20.10.24+dfsg1, build 297e128\n";
        assert_eq!(version_in(text).as_deref(), Some("20.10.24+dfsg1"));
        assert_eq!(version_in("docker: not found"), None);
    }
}
