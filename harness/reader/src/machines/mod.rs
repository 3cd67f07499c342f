//! Makes machines on demand: everything that is made only once, and a fresh
//! machine for each run.
//!
//! # Layout
//!
//! * here: [`Machines`], which makes them
//! * [`qemus`]: clones and boots of QEMU
//! * `far`: stages on a Linux that is already up
//! * `pages`: machines of the page
//! * `early`: makes the first machine while cargo checks what is built
//! * `programs`: reads the bytes of the built programs
//! * `origin`: the way in which a machine was made

mod early;
mod far;
mod origin;
mod pages;
mod programs;
pub mod qemus;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Result;
use tr::tr;

use crate::binaries;
use crate::machine::emulator::Emulator;
use crate::machine::kernel::{self, Kernel};
use crate::machine::page::{PageFiles, SavedPage};
use crate::machine::slots::{self, Slot};
use crate::machine::{Failure, Machine};
use crate::needed_kernel::{self, NeededKernel, TooOld};
use crate::stages::Stages;
use crate::stages::way::{MachineKind, OnlyQemu, Way};
pub use origin::Origin;
pub use pages::PARTS as PARTS_OF_THE_PAGE;
use programs::Programs;
use qemus::Qemus;

/// Everything that a machine is made of. A clone of this value makes further
/// machines, independent of the first.
#[derive(Clone)]
pub struct Machines {
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
    source: Source,
    cache: PathBuf,
}

/// Where machines come from.
#[derive(Clone)]
enum Source {
    /// Each machine is filled with the programs after it was cloned.
    Qemu(Box<Qemus>, Programs),
    Stage(Stages),
    Page(SavedPage, String),
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
        match MachineKind::chosen() {
            MachineKind::Stage(way) => {
                return Self::open_far(workspace, needed, way);
            }
            MachineKind::Page => return Self::open_page(workspace, needed),
            MachineKind::Qemu => {}
        }
        Emulator::find()?;
        Self::open_with(workspace, needed_kernel::find(needed)?)
    }

    /// Makes stages on a Linux that is already up.
    pub fn open_far(
        workspace: &Path,
        needed: Option<&NeededKernel>,
        way: &Way,
    ) -> Result<Self> {
        let begin = Instant::now();
        let stages = far::open(workspace, needed, way)?;
        Self::from(Source::Stage(stages), begin)
    }

    /// Makes machines of the page. Brings or builds what is not there yet.
    pub fn open_page(
        workspace: &Path,
        needed: Option<&NeededKernel>,
    ) -> Result<Self> {
        let begin = Instant::now();
        let (saved, release) = pages::open(workspace, needed)?;
        Self::from(Source::Page(saved, release), begin)
    }

    /// Returns the files that a machine of the page is booted from.
    pub fn files_of_page(workspace: &Path) -> Result<PageFiles> {
        Ok(pages::files(workspace)?.0)
    }

    /// Like [`Machines::open`], in QEMU, with the kernel given by the caller.
    pub fn open_with(workspace: &Path, kernel: Kernel) -> Result<Self> {
        let begin = Instant::now();
        let programs = Programs::read(&binaries::build(workspace)?)?;
        Self::of(kernel, programs, begin)
    }

    /// Makes the same machines in QEMU with another kernel. Nothing is built
    /// again.
    ///
    /// # Errors
    ///
    /// These machines are not in QEMU, or the new ones cannot be made.
    pub fn with_kernel(&self, kernel: Kernel) -> Result<Self> {
        match &self.source {
            Source::Qemu(_, programs) => {
                Self::of(kernel, programs.clone(), Instant::now())
            }
            Source::Stage(_) | Source::Page(..) => Err(only_qemu()),
        }
    }

    /// Whether the machines are in QEMU and have these programs.
    fn have(&self, built: &Programs) -> bool {
        matches!(&self.source, Source::Qemu(_, programs) if programs == built)
    }

    /// Makes the machine's files from programs built since `begin`.
    fn of(kernel: Kernel, programs: Programs, begin: Instant) -> Result<Self> {
        let qemus = Qemus::new(kernel, &programs)?;
        Self::from(Source::Qemu(Box::new(qemus), programs), begin)
    }

    fn from(source: Source, begin: Instant) -> Result<Self> {
        slots::at_once()?;
        Ok(Self {
            origin: Origin::None,
            start_time: Duration::ZERO,
            wait_time: Duration::ZERO,
            waits: true,
            fill_time: Duration::ZERO,
            build_time: begin.elapsed(),
            source,
            cache: kernel::cache()?,
        })
    }

    /// Makes a fresh machine with the chapters' programs in it.
    pub fn machine(&mut self) -> Result<Machine, Failure> {
        let slot = self.waits.then(|| Slot::wait(&self.cache));
        let begin = Instant::now();
        let (machine, origin) = match &mut self.source {
            Source::Qemu(qemus, _) => qemus.machine()?,
            Source::Stage(stages) => (stages.machine()?, Origin::Stage),
            Source::Page(saved, _) => (Machine::in_page(saved)?, Origin::Clone),
        };
        self.origin = origin;
        self.make_ready(machine, begin, slot)
    }

    /// Puts the programs into a machine whose start began at `begin`. A stage
    /// has begun with them.
    fn make_ready(
        &mut self,
        mut machine: Machine,
        begin: Instant,
        slot: Option<Slot>,
    ) -> Result<Machine, Failure> {
        let there = begin.elapsed();
        if let Source::Qemu(qemus, programs) = &self.source {
            qemus.fill(&mut machine, programs)?;
        }
        self.start_time = begin.elapsed();
        self.wait_time = self.start_time;
        self.fill_time = self.start_time - there;
        machine.slot = slot;
        Ok(machine)
    }

    /// Refuses a lesson or an exercise that needs a newer kernel than that of
    /// these machines.
    pub fn can_play(
        &self,
        needed: Option<&NeededKernel>,
    ) -> Result<(), TooOld> {
        match &self.source {
            Source::Qemu(qemus, _) => {
                needed_kernel::check(needed, &qemus.kernel)
            }
            Source::Stage(stages) => far::check(needed, stages.connection()),
            Source::Page(_, release) => pages::check(needed, release),
        }
    }

    /// Describes the last machine in one line: its kernel, what runs it and
    /// why, and how the machine was made.
    pub fn introduce(&self, machine: &Machine) -> String {
        let kernel = machine.kernel();
        let origin = &self.origin;
        let time = self.start_time.as_secs_f64();
        let time = format_args!("{time:.1}");
        match &self.source {
            Source::Qemu(qemus, _) => tr!(
                "The machine: Linux {kernel}, {accelerator} ({reason}), \
                 {origin} in {time} s",
                kernel,
                accelerator = qemus.accelerator.kind,
                reason = qemus.accelerator.why(),
                origin,
                time
            ),
            Source::Stage(stages) => tr!(
                "The machine: Linux {kernel}, a stage at {way}, made in \
                 {time} s",
                kernel,
                way = stages.connection().way(),
                time
            ),
            Source::Page(..) => tr!(
                "The machine: Linux {kernel}, v86 as in the page, restored in \
                 {time} s",
                kernel,
                time
            ),
        }
    }

    /// Returns what the machines of QEMU are made of.
    ///
    /// # Errors
    ///
    /// The machines are stages.
    pub fn qemus(&self) -> Result<&Qemus> {
        match &self.source {
            Source::Qemu(qemus, _) => Ok(qemus),
            Source::Stage(_) | Source::Page(..) => Err(only_qemu()),
        }
    }

    /// Returns the saved machine of the page, or `None` for another kind.
    pub fn page(&self) -> Option<&SavedPage> {
        match &self.source {
            Source::Page(saved, _) => Some(saved),
            Source::Qemu(..) | Source::Stage(_) => None,
        }
    }

    /// Like [`Machines::qemus`], to change it.
    pub fn qemus_mut(&mut self) -> Result<&mut Qemus> {
        match &mut self.source {
            Source::Qemu(qemus, _) => Ok(qemus),
            Source::Stage(_) | Source::Page(..) => Err(only_qemu()),
        }
    }
}

fn only_qemu() -> anyhow::Error {
    OnlyQemu(MachineKind::chosen().to_string()).into()
}
