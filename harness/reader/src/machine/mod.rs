//! The machine the lessons run in: a QEMU that boots a distribution's kernel
//! and an initramfs made here. No root, no disk, no network, nothing left.
//!
//! # Layout, in the order a machine comes to be
//!
//! * [`kernel`]: which kernel, and where it was found
//! * `modules`: which of its modules, in which order
//! * [`userland`]: whose programs: this computer's, or an unpacked tree's
//! * [`required`]: the programs that a userland must have
//! * [`programs`]: bash, busybox and the standard tools, with their libraries
//! * [`images`]: root file systems to make containers of
//! * [`cpio`], [`initramfs`]: all of that as one archive
//! * `sources`: which files it was made of, and whether they have changed
//! * [`accelerator`]: whether KVM really runs code, or else emulation
//! * [`emulator`]: which QEMU, and where it was found
//! * [`command_line`], [`qemu`], `qmp`: the process, its command line, and its
//!   messages
//! * `console`: the messages of the machine's kernel
//! * `boot`: booted, greeted, saved
//! * [`saved`]: booted once, and cloned for every run; `fingerprint`: whether
//!   a saved machine is the right one, and whole
//! * [`shared_memory`]: how each clone gets the chapters' programs
//! * [`slots`]: as many at once as there are cores
//! * [`control`]: the conversation with the machine's PID 1, and [`clock`]: the
//!   time that a machine has had
//! * `files`, `facts`: files go in, facts come out
//! * `terminals`: terminals with a shell, in which lessons run
//! * `running`: programs on pipes, and `collected`: their output
//! * [`printing`]: whether a command prints without end
//! * `attach`: a person's terminal joined to a program in the machine
//! * [`failure`]: panic, reset, hang, lost: different things
//!
//! **Architecture invariant:** nothing in here knows what a lesson is.

pub mod accelerator;
mod attach;
mod boot;
pub mod clock;
mod collected;
pub mod command_line;
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
mod terminals;
pub mod userland;

pub use collected::Collected;
pub use control::Machine;
pub use failure::{Failure, Fate, Stage};
pub use running::{Output, Running};
pub use terminals::{Finished, Terminal, Then};
