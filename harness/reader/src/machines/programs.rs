//! Bytes of the programs that were built for the machine.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::binaries::Binaries;

/// Folder of the chapters' programs in the machine: the first in its `PATH`.
const CHAPTERS_FOLDER: &str = "/usr/local/bin";

/// Programs for one machine. Equal values make the same machine.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Programs {
    /// The machine's PID 1.
    pub guest: Vec<u8>,
    /// Folder for the archives that contain this PID 1.
    pub folder: PathBuf,
    /// The chapters' programs: each with its path in the machine and its bytes.
    pub chapters: Vec<(String, Vec<u8>)>,
}

impl Programs {
    pub fn read(Binaries { guest, chapters }: &Binaries) -> Result<Self> {
        let folder = guest.parent().context("the guest is in a folder")?;
        Ok(Self {
            guest: read(guest)?,
            folder: folder.join("initramfs"),
            chapters: chapters
                .iter()
                .map(|path| Ok((place(path)?, read(path)?)))
                .collect::<Result<_>>()?,
        })
    }
}

fn place(path: &Path) -> Result<String> {
    let name = path.file_name().and_then(OsStr::to_str);
    let name = name.context("a program has a name")?;
    Ok(format!("{CHAPTERS_FOLDER}/{name}"))
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("{}", path.display()))
}
