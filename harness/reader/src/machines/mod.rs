//! Makes machines on demand: everything that is made only once, and a fresh
//! machine for each run.
//!
//! # Layout
//!
//! * here: [`Machines`], which makes them
//! * `early`: makes the first machine while cargo checks what is built
//! * `programs`: reads the bytes of the built programs

mod early;
mod programs;

use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::machine::accelerator::{self, Accelerator, Kind};
use crate::machine::command_line::Config;
use crate::machine::emulator::Emulator;
use crate::machine::kernel::{self, Kernel};
use crate::machine::saved::{NoClone, Saved};
use crate::machine::shared_memory::{self, SharedMemory};
use crate::machine::slots::{self, Slot};
use crate::machine::userland::Userland;
use crate::machine::{Failure, Fate, Machine, initramfs};
use crate::needed_kernel::{self, NeededKernel};
use crate::{binaries, progress};
use programs::Programs;
use tr::tr;

/// Way in which the last machine was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// No machine has been made yet.
    None,
    /// Cloned from a machine that was saved earlier.
    Clone,
    /// Cloned from a machine that was booted and saved for this clone.
    NewClone,
    /// Booted, because cloning failed for this reason.
    Boot(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str(&tr!("not there yet")),
            Self::Clone => f.write_str(&tr!("cloned")),
            Self::NewClone => {
                f.write_str(&tr!("booted once, saved and cloned"))
            }
            Self::Boot(reason) => {
                f.write_str(&tr!("booted (no clone: {reason})", reason))
            }
        }
    }
}

/// Everything that a machine is made of. A clone of this value makes further
/// machines, independent of the first.
#[derive(Clone)]
pub struct Machines {
    /// The kernel in use.
    pub kernel: Kernel,
    /// The accelerator that runs the machine's code, and the reason for it.
    pub accelerator: Accelerator,
    /// Time that the build took: cargo, and the machine's files after it.
    pub build_time: Duration,
    /// Way in which the last machine was made.
    pub origin: Origin,
    /// Time that the last machine took to start, with its programs.
    pub start_time: Duration,
    /// Time spent waiting for the last machine after the build had ended.
    pub wait_time: Duration,
    /// Whether a machine waits while as many run as there are cores. A machine
    /// for a person does not wait: it would keep its slot for hours.
    pub waits: bool,
    /// Part of `start_time` in which the programs were put into the machine.
    pub fill_time: Duration,
    config: Config,
    programs: Programs,
    cache: PathBuf,
}

impl Machines {
    /// Builds the programs and the machine's files.
    pub fn open(workspace: &Path) -> Result<Self> {
        Self::open_for(workspace, None)
    }

    /// Like [`Machines::open`], with a kernel that can do what is needed.
    pub fn open_for(
        workspace: &Path,
        needed: Option<&NeededKernel>,
    ) -> Result<Self> {
        Emulator::find()?;
        Self::open_with(workspace, needed_kernel::find(needed)?)
    }

    /// Like [`Machines::open`], with the kernel given by the caller.
    pub fn open_with(workspace: &Path, kernel: Kernel) -> Result<Self> {
        let begin = Instant::now();
        let programs = Programs::read(&binaries::build(workspace)?)?;
        Self::of(kernel, programs, begin)
    }

    /// Makes the same machines with another kernel. Nothing is built again.
    pub fn with_kernel(&self, kernel: Kernel) -> Result<Self> {
        Self::of(kernel, self.programs.clone(), Instant::now())
    }

    /// Makes the machine's files from programs built since `begin`.
    fn of(kernel: Kernel, programs: Programs, begin: Instant) -> Result<Self> {
        slots::at_once()?;
        let Programs { guest, folder, .. } = &programs;
        let userland = Userland::find()?;
        let initramfs = initramfs::make(&kernel, &userland, guest, folder)?;
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
            origin: Origin::None,
            start_time: Duration::ZERO,
            wait_time: Duration::ZERO,
            waits: true,
            fill_time: Duration::ZERO,
            build_time: begin.elapsed(),
            programs,
            cache,
        })
    }

    /// Makes a fresh machine with the chapters' programs in it.
    ///
    /// If KVM passed its probe and the machine still does not boot, emulation
    /// is tried once, and used from then on.
    pub fn machine(&mut self) -> Result<Machine, Failure> {
        let slot = self.waits.then(|| Slot::wait(&self.cache));
        let begin = Instant::now();
        let first = self
            .fresh_clone()
            .or_else(|error| self.without_window(error));
        let machine = match first {
            Err(NoClone::Machine(failure))
                if self.kvm_is_to_blame(&failure) =>
            {
                self.accelerator = accelerator::give_up_kvm(&self.cache);
                self.config.accelerator = self.accelerator.kind;
                self.fresh_clone()
            }
            result => result,
        }
        .or_else(|error| self.cold_boot(error))?;
        self.make_ready(machine, begin, slot)
    }

    /// Puts the programs into a machine whose start began at `begin`.
    fn make_ready(
        &mut self,
        mut machine: Machine,
        begin: Instant,
        slot: Option<Slot>,
    ) -> Result<Machine, Failure> {
        let there = begin.elapsed();
        self.fill(&mut machine)?;
        self.start_time = begin.elapsed();
        self.wait_time = self.start_time;
        self.fill_time = self.start_time - there;
        machine.slot = slot;
        Ok(machine)
    }

    /// Puts the programs into a machine: through shared memory if there is any,
    /// else over its serial line.
    fn fill(&self, machine: &mut Machine) -> Result<(), Failure> {
        let mut programs = self.programs.chapters.iter();
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

    /// Describes the last machine in one line: its kernel, its accelerator and
    /// the reason for it, and how the machine was made.
    pub fn introduce(&self, machine: &Machine) -> String {
        tr!(
            "The machine: Linux {kernel}, {accelerator} ({reason}), {origin} \
             in {time} s",
            kernel = machine.kernel(),
            accelerator = self.accelerator.kind,
            reason = self.accelerator.why(),
            origin = self.origin,
            time = format_args!("{:.1}", self.start_time.as_secs_f64())
        )
    }

    /// Clones the saved machine. Boots and saves the original first if there is
    /// none.
    fn fresh_clone(&mut self) -> Result<Machine, NoClone> {
        let saved = Saved::new(&self.cache);
        let mut origin = Origin::Clone;
        let machine = saved.clone_of(&self.config, || {
            origin = Origin::NewClone;
            progress::once(tr!("Booting the machine, which happens once"));
            self.boot_lock()
        })?;
        self.origin = origin;
        Ok(machine)
    }

    /// Tries again without shared memory if QEMU lacks the device, as the QEMU
    /// of some distributions does.
    fn without_window(&mut self, error: NoClone) -> Result<Machine, NoClone> {
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
    fn cold_boot(&mut self, error: NoClone) -> Result<Machine, Failure> {
        let reason = match error {
            NoClone::Machine(failure) => return Err(failure),
            NoClone::Cache(error) => format!("{error:#}"),
        };
        let first_line = reason.lines().next().unwrap_or_default();
        self.origin = Origin::Boot(first_line.to_owned());
        let _one_at_a_time = self.boot_lock();
        Machine::boot(&self.config)
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

    /// Gives tests access to what QEMU boots, so that they can break it.
    pub fn config_mut(&mut self) -> &mut Config {
        &mut self.config
    }
}
