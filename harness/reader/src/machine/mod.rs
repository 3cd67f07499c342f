//! The machine the lessons run in: a QEMU that boots a distribution's kernel
//! and an initramfs made here. No root, no disk, no network, nothing left.
//!
//! # Layout, in the order a machine comes to be
//!
//! * [`kernel`]: which kernel, and where it was found
//! * [`modules`]: which of its modules, in which order
//! * [`userland`]: whose programs: this computer's, or an unpacked tree's
//! * [`programs`]: bash, busybox and the standard tools, with their libraries
//! * [`images`]: root file systems to make containers of
//! * [`cpio`], [`initramfs`]: all of that as one archive
//! * `sources`: which files it was made of, and whether they have changed
//! * [`accelerator`]: whether KVM really runs code, or else emulation
//! * [`emulator`]: which QEMU, and where it was found
//! * [`qemu`], [`qmp`]: the process, and what it says of the machine's fate
//! * [`console`]: what the machine's kernel says of it
//! * [`saved`]: booted once, and cloned for every run
//! * [`shared_memory`]: how each clone gets the chapters' programs
//! * [`slots`]: as many at once as there are cores
//! * [`control`]: the conversation with the machine's PID 1
//! * `waiting`: how long its words are waited for, and [`clock`]: what a
//!   machine has had of time
//! * [`printing`]: whether a command prints without end
//! * [`running`]: a program that runs while other things are asked
//! * `attach`: a person's terminal joined to a program in the machine
//! * [`failure`]: panic, reset, hang, lost: different things
//!
//! **Architecture invariant:** nothing in here knows what a lesson is.

pub mod accelerator;
mod attach;
pub mod clock;
mod console;
pub mod control;
pub mod cpio;
pub mod emulator;
pub mod failure;
pub mod images;
pub mod initramfs;
pub mod kernel;
mod modules;
pub mod printing;
pub mod programs;
pub mod qemu;
mod qmp;
pub mod running;
pub mod saved;
pub mod shared_memory;
pub mod slots;
mod sources;
pub mod userland;
mod waiting;

pub use control::{Finished, Machine, Output, Terminal, Then};
pub use failure::{Failure, Fate, Stage};
pub use running::{Collected, Running};
