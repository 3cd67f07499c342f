//! What carries a machine: QEMU, the stream of a stage, or the Node that runs
//! the machine of the page.
//!
//! Everything else about a machine is the same: the frames of its PID 1, the
//! limits in its time, terminals, facts.

use std::time::Duration;

use nix::unistd::Pid;

use super::clock::Clock;
use super::failure::Fate;
use super::page_process::PageProcess;
use super::qemu::Qemu;
use super::stage::FarStage;

/// The carrier of a machine. Dropping it ends the machine.
pub(super) enum Carrier {
    /// A QEMU, which is the machine.
    Qemu(Box<Qemu>),
    /// A stage at the other end of a process such as ssh.
    Stage(FarStage),
    /// A Node, in which v86 is the machine of the page.
    Page(PageProcess),
}

impl Carrier {
    /// Returns the clock of the machine.
    pub fn clock(&mut self) -> &mut Clock {
        match self {
            Self::Qemu(qemu) => &mut qemu.clock,
            Self::Stage(stage) => &mut stage.clock,
            Self::Page(page) => &mut page.clock,
        }
    }

    /// Returns the PID of the process on this computer.
    pub fn pid(&self) -> Pid {
        match self {
            Self::Qemu(qemu) => qemu.pid(),
            Self::Stage(stage) => stage.pid(),
            Self::Page(page) => page.pid(),
        }
    }

    /// Returns QEMU, unless another process is the carrier.
    pub fn qemu(&mut self) -> anyhow::Result<&mut Qemu> {
        match self {
            Self::Qemu(qemu) => Ok(qemu),
            Self::Stage(_) | Self::Page(_) => {
                anyhow::bail!("this machine has no QEMU")
            }
        }
    }

    /// Returns the reason why the machine's channel has closed. `booted` says
    /// whether PID 1 had spoken before.
    pub fn fate(&mut self, booted: bool) -> Fate {
        match self {
            Self::Qemu(qemu) => qemu.fate(booted),
            Self::Stage(stage) => stage.fate(booted),
            Self::Page(page) => page.fate(booted),
        }
    }

    /// Returns the reason why the machine is silent.
    pub fn silent(&mut self, silence: Duration) -> Fate {
        match self {
            Self::Qemu(qemu) => qemu.silent(silence),
            Self::Stage(stage) => stage.silent(silence),
            Self::Page(_) => Fate::Hung(silence),
        }
    }

    /// Returns the last lines of the console, or of standard error.
    pub fn console(&self) -> Vec<String> {
        match self {
            Self::Qemu(qemu) => qemu.console(),
            Self::Stage(stage) => stage.said(),
            Self::Page(page) => page.console(),
        }
    }

    /// Returns a command line that starts such a machine by hand; empty if
    /// there is none.
    pub fn command(&self) -> &str {
        match self {
            Self::Qemu(qemu) => qemu.command(),
            Self::Stage(_) => "",
            Self::Page(page) => page.command(),
        }
    }
}
