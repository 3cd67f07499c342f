//! The bytes of what was built for the machine.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::binaries::Binaries;

/// Where the chapters' programs are in the machine: first in its `PATH`.
const CHAPTERS_FOLDER: &str = "/usr/local/bin";

/// Equal are those of which the same machine would be made.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Programs {
    /// The machine's PID 1.
    pub guest: Vec<u8>,
    /// Where an archive with it is to be kept.
    pub folder: PathBuf,
    /// The chapters' programs: where they will be, and what.
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
