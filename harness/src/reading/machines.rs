//! Machines for the commands, with a line that says what is going on.

use std::io::{self, IsTerminal};
use std::path::Path;

use anyhow::Result;

use crate::laboratory::Laboratory;
use crate::machine::Machine;
use crate::progress;

/// For what needs a machine at once, and no other after it.
pub(super) fn open_with_machine(
    workspace: &Path,
    waits: bool,
) -> Result<(Laboratory, Machine)> {
    let _progress = progress::start("building the programs and the machine");
    Laboratory::open_with_machine(workspace, waits)
}

pub(super) fn open(workspace: &Path) -> Result<Laboratory> {
    let _progress = progress::start("building the programs and the machine");
    Laboratory::open(workspace)
}

pub(super) fn machine_for_a_person(workspace: &Path) -> Result<Machine> {
    let waits = !io::stdin().is_terminal();
    Ok(open_with_machine(workspace, waits)?.1)
}

pub(super) fn boot(laboratory: &mut Laboratory) -> Result<Machine> {
    let _progress = progress::start("booting the machine");
    Ok(laboratory.machine()?)
}
