//! A machine that starts while cargo looks whether everything is built, with
//! the programs in it that the last build gave.
//!
//! **Invariant:** no machine is given to anyone whose programs differ in one
//! byte from what cargo, which has ended by then, says it has built. One that
//! was made too early ends here, and another is made.

use std::path::Path;
use std::thread;
use std::time::Instant;

use anyhow::{Result, anyhow};

use super::programs::Programs;
use super::{Machines, Origin};
use crate::binaries::{self, Binaries};
use crate::machine::Machine;
use crate::machine::emulator::Emulator;
use crate::machine::kernel::{self, Kernel};
use crate::machine::saved::Saved;
use crate::machine::slots::Slot;

#[cfg(test)]
mod tests;

impl Machines {
    /// Builds everything, and makes the first machine; for whoever needs one
    /// at once. With `waits` it takes a slot, as [`Machines::waits`] says.
    pub fn open_with_machine(
        workspace: &Path,
        waits: bool,
    ) -> Result<(Self, Machine)> {
        Emulator::find()?;
        let kernel = kernel::find()?;
        let last = binaries::recall();
        let build = || binaries::build(workspace);
        Self::with_machine(kernel, waits, last, build)
    }

    /// The same with this build, and with what is thought to come of it.
    ///
    /// The machine ends with the thread that starts it, which is this one: it
    /// is the build that runs in another.
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

    /// A machine that costs nobody anything: its original is saved, and it
    /// takes no slot that others wait for.
    fn machine_at_once(&mut self) -> Option<Machine> {
        let slot = match self.waits {
            true => Some(Slot::if_free(&self.cache)?),
            false => None,
        };
        let begin = Instant::now();
        let clone = Saved::new(&self.cache).clone_if_saved(&self.config);
        let machine = clone.ok()??;
        self.origin = Origin::Clone;
        self.make_ready(machine, begin, slot).ok()
    }
}

/// A machine of what the last build gave. If anything is in its way there is
/// none: what is wrong shows when one is made of what cargo builds.
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

/// The machine, if it is made of exactly this; any other ends.
fn made_of(
    built: &Programs,
    early: Option<(Machines, Machine)>,
) -> Option<(Machines, Machine)> {
    early.filter(|(machines, _)| machines.programs == *built)
}
