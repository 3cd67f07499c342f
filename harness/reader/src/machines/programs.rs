//! Bytes of the programs that were built for the machine.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::binaries::{Binaries, OneProgram};

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

/// All programs for a machine of the page.
pub(super) struct AllInOne {
    /// The one program's bytes.
    pub bytes: Vec<u8>,
    /// Folder for the archives.
    pub folder: PathBuf,
    /// Paths of the program in the machine: PID 1's is the first.
    pub places: Vec<String>,
}

impl AllInOne {
    pub fn read(OneProgram { path, chapters }: &OneProgram) -> Result<Self> {
        let folder = path.parent().context("the program is in a folder")?;
        let names = chapters.iter();
        let chapters = names.map(|name| format!("{CHAPTERS_FOLDER}/{name}"));
        Ok(Self {
            bytes: read(path)?,
            folder: folder.join("initramfs"),
            places: ["/init".to_owned()].into_iter().chain(chapters).collect(),
        })
    }
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
