//! Machines of QEMU: cloned from a saved one, or booted.

use std::fs::File;
use std::path::PathBuf;

use anyhow::Result;
use tr::tr;

use super::origin::Origin;
use super::programs::Programs;
use crate::machine::accelerator::{self, Accelerator, Kind};
use crate::machine::command_line::Config;
use crate::machine::kernel::{self, Kernel};
use crate::machine::saved::{NoClone, Saved};
use crate::machine::shared_memory::{self, SharedMemory};
use crate::machine::userland::Userland;
use crate::machine::{Failure, Fate, Machine, initramfs};
use crate::progress;

/// A machine, and the way in which it was made.
pub(super) type Made = (Machine, Origin);

/// Everything that a machine of QEMU is made of.
#[derive(Clone)]
pub struct Qemus {
    /// The kernel in use.
    pub kernel: Kernel,
    /// The accelerator that runs the machine's code, and the reason for it.
    pub accelerator: Accelerator,
    /// What QEMU boots. Tests change it to break the machine.
    pub config: Config,
    cache: PathBuf,
}

impl Qemus {
    /// Makes the machine's files.
    pub(super) fn new(kernel: Kernel, programs: &Programs) -> Result<Self> {
        let Programs { guest, folder, .. } = programs;
        let userland = Userland::find()?;
        let initramfs =
            initramfs::make(Some(&kernel), &userland, guest, folder)?;
        let chapters = programs.chapters.iter().map(|(_, bytes)| &bytes[..]);
        let shared_memory = SharedMemory::onto(chapters).ok();
        let cache = kernel::cache()?;
        let accelerator = accelerator::choose(&cache)?;
        Ok(Self {
            config: Config {
                kernel: kernel.image.clone(),
                initramfs,
                accelerator: accelerator.kind,
                shared_memory,
            },
            kernel,
            accelerator,
            cache,
        })
    }

    /// Makes a fresh machine, without the chapters' programs.
    ///
    /// If KVM passed its probe and the machine still does not boot, emulation
    /// is tried once, and used from then on.
    pub(super) fn machine(&mut self) -> Result<Made, Failure> {
        let first = self
            .fresh_clone()
            .or_else(|error| self.without_window(error));
        match first {
            Err(NoClone::Machine(failure))
                if self.kvm_is_to_blame(&failure) =>
            {
                self.accelerator = accelerator::give_up_kvm(&self.cache);
                self.config.accelerator = self.accelerator.kind;
                self.fresh_clone()
            }
            result => result,
        }
        .or_else(|error| self.cold_boot(error))
    }

    /// Returns a machine if there is a saved one to clone.
    pub(super) fn clone_if_saved(&self) -> Option<Machine> {
        let saved = Saved::new(&self.cache);
        saved.clone_if_saved(&self.config).ok()?
    }

    /// Puts the programs into a machine: through shared memory if there is any,
    /// else over its serial line.
    pub(super) fn fill(
        &self,
        machine: &mut Machine,
        programs: &Programs,
    ) -> Result<(), Failure> {
        let mut programs = programs.chapters.iter();
        match &self.config.shared_memory {
            Some(shared_memory) => {
                programs.zip(shared_memory.parts()).try_for_each(
                    |((path, _), part)| machine.install(path, 0o755, *part),
                )
            }
            None => programs.try_for_each(|(path, contents)| {
                machine.put_file(path, 0o755, contents)
            }),
        }
    }

    /// Clones the saved machine. Boots and saves the original first if there is
    /// none.
    fn fresh_clone(&self) -> Result<Made, NoClone> {
        let saved = Saved::new(&self.cache);
        let mut origin = Origin::Clone;
        let machine = saved.clone_of(&self.config, || {
            origin = Origin::NewClone;
            progress::once(tr!("Booting the machine, which happens once"));
            self.boot_lock()
        })?;
        Ok((machine, origin))
    }

    /// Tries again without shared memory if QEMU lacks the device, as the QEMU
    /// of some distributions does.
    fn without_window(&mut self, error: NoClone) -> Result<Made, NoClone> {
        match &error {
            NoClone::Machine(failure)
                if failure.is_about(shared_memory::DEVICE) =>
            {
                self.config.shared_memory = None;
                self.fresh_clone()
            }
            _ => Err(error),
        }
    }

    /// Boots a machine if none could be saved or cloned.
    fn cold_boot(&self, error: NoClone) -> Result<Made, Failure> {
        let reason = match error {
            NoClone::Machine(failure) => return Err(failure),
            NoClone::Cache(error) => format!("{error:#}"),
        };
        let first_line = reason.lines().next().unwrap_or_default();
        let origin = Origin::Boot(first_line.to_owned());
        let _one_at_a_time = self.boot_lock();
        Ok((Machine::boot(&self.config)?, origin))
    }

    /// Locks out other boots. Two kernels that boot under emulation at once
    /// disturb each other's clock calibration, and may hang. Without a cache
    /// folder nothing is locked.
    fn boot_lock(&self) -> Option<File> {
        std::fs::create_dir_all(&self.cache).ok()?;
        let lock = File::create(self.cache.join("boot.lock")).ok()?;
        lock.lock().ok().map(|()| lock)
    }

    fn kvm_is_to_blame(&self, failure: &Failure) -> bool {
        self.accelerator.kind == Kind::Kvm
            && !matches!(failure.fate, Fate::Refused(_))
    }
}
