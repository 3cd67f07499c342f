//! The machine that runs the lessons: a QEMU that boots a distribution's kernel
//! and an initramfs made here. It needs no root, no disk and no network, and
//! leaves nothing behind. Or else a stage on a Linux that is already up, with
//! the same files and the same PID 1.
//!
//! # Layout, in the order in which a machine is made
//!
//! * [`kernel`]: finds the kernel
//! * `modules`: selects and orders the kernel's modules
//! * [`userland`]: finds programs: this computer's, or those of an unpacked
//!   tree
//! * [`required`]: lists the programs that a userland must have
//! * [`programs`]: packs bash, busybox and the standard tools, with their
//!   libraries
//! * [`images`]: makes root file systems for containers
//! * [`cpio`], [`initramfs`]: pack everything into one archive
//! * `sources`: notices when files that went into the archive have changed
//! * [`accelerator`]: tests whether KVM really runs code, or else uses
//!   emulation
//! * [`emulator`]: finds QEMU
//! * [`command_line`], [`qemu`], `qmp`: make QEMU's command line, run the
//!   process, and exchange messages with it
//! * `connected`: starts a process that leads to a machine by standard streams
//! * `console`: keeps the last lines that the machine's kernel printed
//! * `boot`: boots, greets and saves a machine
//! * [`agent`]: the process that leads to all stages of a Linux that is already
//!   up; `stage` is one of them
//! * `on_stage`: starts a machine that is a stage
//! * [`page`]: saves and restores the machine of the page, v86; `page_process`
//!   runs it
//! * `carrier`: the process of either kind of machine
//! * [`saved`]: keeps booted machines, and clones one for every run
//! * `fingerprint`: checks that a saved machine is the right one, and whole
//! * [`shared_memory`]: gives each clone the chapters' programs
//! * [`slots`]: limits how many machines run at once
//! * [`control`]: talks with the machine's PID 1, with limits measured by
//!   [`clock`]
//! * `files`, `facts`: put files into the machine, and get facts out of it
//! * `terminals`: opens terminals with a shell, in which lessons run
//! * `running`: runs programs on pipes; `collected` keeps their output
//! * [`printing`]: detects a command that prints without end
//! * `attach`: connects a person's terminal to a program in the machine
//! * [`failure`]: tells panic, reset, hang and loss apart
//!
//! **Architecture invariant:** nothing in this module knows what a lesson is.

pub mod accelerator;
pub mod agent;
mod attach;
mod boot;
mod carrier;
pub mod clock;
mod collected;
pub mod command_line;
mod connected;
mod console;
pub mod control;
pub mod cpio;
pub mod emulator;
mod facts;
pub mod failure;
mod files;
mod fingerprint;
pub mod images;
pub mod initramfs;
pub mod kernel;
mod modules;
mod on_stage;
pub mod page;
mod page_process;
pub mod printing;
pub mod programs;
pub mod qemu;
mod qmp;
pub mod required;
mod running;
pub mod saved;
pub mod shared_memory;
pub mod slots;
mod sources;
mod stage;
mod terminals;
pub mod userland;

pub use collected::Collected;
pub use control::Machine;
pub use failure::{Failure, Fate, Stage};
pub use running::{Output, Running};
pub use terminals::{Finished, Terminal, Then};
