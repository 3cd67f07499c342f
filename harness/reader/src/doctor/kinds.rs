//! Kinds of machine, and whether this computer can use each. Nothing is
//! started, and no other computer is asked.

use std::path::Path;
use std::process::{Command, Output};

use anyhow::{Context, Result, ensure};
use tr::tr;

use crate::machine::accelerator;
use crate::machine::kernel;

/// Name of a kind of machine, and what it runs with, or the reason why it
/// cannot be used.
pub(super) type Usability = (&'static str, Result<String>);

/// Returns all kinds but QEMU, whose parts are reported one by one.
pub(super) fn others(workspace: &Path) -> [Usability; 2] {
    [("vagrant", vagrant(workspace)), ("ssh", ssh())]
}

/// Runs the checks of `vm/vagrant`, which starts a machine only after them.
fn vagrant(workspace: &Path) -> Result<String> {
    let accelerator = accelerator::choose(&kernel::cache()?)?;
    let mut check = Command::new(workspace.join("vm/vagrant"));
    check.arg("check");
    check.env("MACHINE_ACCELERATOR", accelerator.kind.to_string());
    let said = said(&mut check)?;
    if said.is_empty() {
        return Ok(tr!("can be started: just chapter 3 --machine vagrant"));
    }
    Ok(said)
}

fn ssh() -> Result<String> {
    let mut version = Command::new("ssh");
    let version = said(version.arg("-V"));
    version.with_context(|| {
        tr!("in the package {package}", package = "openssh-client")
    })
}

/// Runs a command and returns what it says on standard error.
fn said(command: &mut Command) -> Result<String> {
    let name = command.get_program().display().to_string();
    let output = command.output();
    let Output { status, stderr, .. } =
        output.with_context(|| format!("exec({name})"))?;
    let said = String::from_utf8_lossy(&stderr).trim().replace('\n', "; ");
    ensure!(status.success(), "{said}");
    Ok(said)
}
