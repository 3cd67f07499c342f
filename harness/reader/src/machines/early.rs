//! Starts a machine with the programs of the last build, while cargo checks
//! whether everything is still built.
//!
//! **Invariant:** every machine that this module returns contains, byte for
//! byte, the programs that cargo reports as built. A machine that was started
//! too early is dropped, and a new one is made.

use std::path::Path;
use std::thread;
use std::time::Instant;

use anyhow::{Result, anyhow};

use super::programs::Programs;
use super::{Machines, Origin};
use crate::binaries::{self, Binaries};
use crate::machine::Machine;
use crate::machine::emulator::Emulator;
use crate::machine::kernel::Kernel;
use crate::machine::slots::Slot;
use crate::needed_kernel::{self, NeededKernel};
use crate::stages::way::MachineKind;

#[cfg(test)]
mod tests;

impl Machines {
    /// Builds everything and makes the first machine, for a command that needs
    /// one at once. The kernel can do what is needed. With `waits` the machine
    /// takes a slot, see [`Machines::waits`].
    pub fn open_with_machine(
        workspace: &Path,
        needed: Option<&NeededKernel>,
        waits: bool,
    ) -> Result<(Self, Machine)> {
        if !MachineKind::is_qemu() {
            let mut machines = Self::open_for(workspace, needed)?;
            machines.waits = waits;
            let machine = machines.machine()?;
            return Ok((machines, machine));
        }
        Emulator::find()?;
        let kernel = needed_kernel::find(needed)?;
        let last = binaries::recall();
        let build = || binaries::build(workspace);
        Self::with_machine(kernel, waits, last, build)
    }

    /// Like [`Machines::open_with_machine`], with the kernel, the result of the
    /// last build and the build step given by the caller.
    ///
    /// The build runs in a second thread and the machine is started in this
    /// one, because a machine ends with the thread that started it.
    fn with_machine(
        kernel: Kernel,
        waits: bool,
        last: Option<Binaries>,
        build: impl FnOnce() -> Result<Binaries> + Send,
    ) -> Result<(Self, Machine)> {
        let begin = Instant::now();
        let (early, built, end) = thread::scope(|scope| {
            let cargo = scope.spawn(|| {
                let built = build().and_then(|built| Programs::read(&built));
                (built, Instant::now())
            });
            let early = last.and_then(|last| early(&kernel, waits, &last));
            let (built, end) = cargo.join().map_err(|_| anyhow!("a panic"))?;
            anyhow::Ok((early, built?, end))
        })?;
        if let Some((mut machines, machine)) = made_of(&built, early) {
            machines.build_time = end - begin;
            machines.wait_time = end.elapsed();
            return Ok((machines, machine));
        }
        let mut machines = Self::of(kernel, built, begin)?;
        machines.waits = waits;
        let machine = machines.machine()?;
        Ok((machines, machine))
    }

    /// Returns a machine if there is a saved one to clone, and a slot that
    /// nobody has to wait for.
    fn machine_at_once(&mut self) -> Option<Machine> {
        let slot = if self.waits {
            Some(Slot::if_free(&self.cache)?)
        } else {
            None
        };
        let begin = Instant::now();
        let machine = self.qemus().ok()?.clone_if_saved()?;
        self.origin = Origin::Clone;
        self.make_ready(machine, begin, slot).ok()
    }
}

/// Returns a machine with the programs of the last build, or `None` if anything
/// goes wrong: a real error shows when the machine is made of the new build.
fn early(
    kernel: &Kernel,
    waits: bool,
    last: &Binaries,
) -> Option<(Machines, Machine)> {
    let programs = Programs::read(last).ok()?;
    let begin = Instant::now();
    let mut machines = Machines::of(kernel.clone(), programs, begin).ok()?;
    machines.waits = waits;
    let machine = machines.machine_at_once()?;
    Some((machines, machine))
}

/// Returns the early machine if it contains exactly these programs, else drops
/// it.
fn made_of(
    built: &Programs,
    early: Option<(Machines, Machine)>,
) -> Option<(Machines, Machine)> {
    early.filter(|(machines, _)| machines.have(built))
}
