//! Stages on a Linux that is already up: connected while cargo builds.

use std::path::Path;
use std::thread;

use anyhow::{Context, Result, anyhow};

use super::programs::Programs;
use crate::binaries;
use crate::machine::userland::Userland;
use crate::machine::{initramfs, kernel};
use crate::needed_kernel::{self, NeededKernel, TooOld};
use crate::stages::Stages;
use crate::stages::connection::Connection;
use crate::stages::way::Way;

/// Builds the programs, and connects meanwhile.
pub(super) fn open(
    workspace: &Path,
    needed: Option<&NeededKernel>,
    way: &Way,
) -> Result<Stages> {
    let cache = kernel::cache()?;
    let (connection, built) = thread::scope(|scope| {
        let build = || Programs::read(&binaries::build(workspace)?);
        let cargo = scope.spawn(build);
        let connection = Connection::open(way, workspace, &cache);
        let built = cargo.join().map_err(|_| anyhow!("a panic"))?;
        anyhow::Ok((connection, built))
    })?;
    let connection = connection.with_context(|| way.to_string())?;
    check(needed, &connection)?;
    let programs = built?;
    let Programs {
        guest,
        folder,
        chapters,
    } = &programs;
    let root = initramfs::make(None, &Userland::find()?, guest, folder)?;
    let root =
        std::fs::read(&root).with_context(|| root.display().to_string())?;
    Ok(Stages::new(connection, guest, &root, chapters))
}

/// Refuses what needs another kernel than a stage on a Linux shows.
pub(super) fn check(
    needed: Option<&NeededKernel>,
    connection: &Connection,
) -> Result<(), TooOld> {
    let way = connection.way().to_string();
    needed_kernel::check_stage(needed, &connection.release, &way)
}
