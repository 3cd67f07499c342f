//! The machine of `vm/Vagrantfile`, which the script `vm/vagrant` starts.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use tr::tr;

use crate::machine::accelerator;

/// Name of the machine in its configuration for ssh.
pub(super) const HOST: &str = "box";

/// Starts the machine unless it is up, and returns the path of a configuration
/// for ssh. Another start at the same time waits for this one. Vagrant prints
/// its progress.
///
/// # Errors
///
/// There is no Vagrant, no libvirtd, no box, or the machine does not start: the
/// script has printed the reason.
pub(super) fn start(workspace: &Path, cache: &Path) -> Result<PathBuf> {
    let accelerator = accelerator::choose(cache)?.kind;
    let script = workspace.join("vm/vagrant");
    let mut vagrant = Command::new(&script);
    vagrant.arg("machine");
    vagrant.env("MACHINE_ACCELERATOR", accelerator.to_string());
    vagrant.stdin(Stdio::null()).stderr(Stdio::inherit());
    let output = vagrant.output();
    let output = output.with_context(|| script.display().to_string())?;
    let started = output.status.success();
    ensure!(started, tr!("there is no machine: it says above why"));
    let path = String::from_utf8(output.stdout).context("the path for ssh")?;
    Ok(path.trim_end().into())
}
