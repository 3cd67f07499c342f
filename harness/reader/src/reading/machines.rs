//! Machines for the commands, with a progress line.

use std::io::{self, IsTerminal};
use std::path::Path;

use anyhow::Result;
use tr::tr;

use crate::machine::Machine;
use crate::machines::Machines;
use crate::needed_kernel::NeededKernel;
use crate::{outln, progress};

/// Opens the machines for a command that needs one at once, and only that one.
pub(super) fn open_with_machine(
    workspace: &Path,
    needed: Option<&NeededKernel>,
    waits: bool,
) -> Result<(Machines, Machine)> {
    let _progress =
        progress::start(tr!("building the programs and the machine"));
    Machines::open_with_machine(workspace, needed, waits)
}

pub(super) fn open(
    workspace: &Path,
    needed: Option<&NeededKernel>,
) -> Result<Machines> {
    let _progress =
        progress::start(tr!("building the programs and the machine"));
    Machines::open_for(workspace, needed)
}

/// Builds the machine of the page, restores it once, and says where it is.
pub(super) fn web(workspace: &Path) -> Result<u8> {
    let mut machines = {
        let _progress =
            progress::start(tr!("building the programs and the machine"));
        Machines::open_page(workspace, None)?
    };
    let machine = boot(&mut machines)?;
    outln!("{}", machines.introduce(&machine));
    if let Some(saved) = machines.page() {
        outln!("{}", saved.folder().display());
    }
    Ok(0)
}

pub(super) fn machine_for_a_person(
    workspace: &Path,
    needed: Option<&NeededKernel>,
) -> Result<Machine> {
    let waits = !io::stdin().is_terminal();
    Ok(open_with_machine(workspace, needed, waits)?.1)
}

pub(super) fn boot(machines: &mut Machines) -> Result<Machine> {
    let _progress = progress::start(tr!("booting the machine"));
    Ok(machines.machine()?)
}
