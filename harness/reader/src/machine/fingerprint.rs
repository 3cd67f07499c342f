//! Fingerprints of a saved machine: its kind, and the bytes of its files.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::fd::AsFd;
use std::path::Path;

use anyhow::{Context, Result};
use nix::errno::Errno;
use nix::unistd::{Whence, lseek64};
use sha2::{Digest, Sha256};
use xxhash_rust::xxh3::Xxh3;

use super::command_line::{Config, Memory, arguments};
use super::emulator::Emulator;
use super::sources::Identity;

/// Returns a name for the kind of machine: a hash of QEMU, its arguments, the
/// kernel and the initramfs. Files are identified by inode and time of change;
/// the initramfs has a name made from its contents.
pub(super) fn key(config: &Config) -> Result<String> {
    let mut hash = Sha256::new();
    for argument in arguments(config, Memory::Private) {
        hash.update(argument.as_encoded_bytes());
        hash.update([0]);
    }
    let emulator = Emulator::find()?;
    hash.update(format!("{:?} {:?}", emulator.words(), emulator.variables()));
    for path in [&emulator.file, &config.kernel, &config.initramfs] {
        let identity =
            Identity::of(path).with_context(|| path.display().to_string())?;
        hash.update(format!("{path:?} {identity:?}"));
    }
    Ok(format!("{:.32x}", hash.finalize()))
}

/// Returns a hash of a file's data and of its place in the file; holes cost no
/// time.
pub(super) fn digest(path: &Path) -> io::Result<u64> {
    let mut file = File::open(path)?;
    let mut hash = Xxh3::new();
    let mut buffer = vec![0; 1 << 20];
    let mut position = 0;
    while let Some(data) = seek(&file, position, Whence::SeekData)? {
        let hole = seek(&file, data, Whence::SeekHole)?.unwrap_or(data);
        hash.update(&data.to_le_bytes());
        file.seek(SeekFrom::Start(data.cast_unsigned()))?;
        let mut left = usize::try_from(hole - data).unwrap_or(0);
        while left > 0 {
            let part = left.min(buffer.len());
            file.read_exact(&mut buffer[..part])?;
            hash.update(&buffer[..part]);
            left -= part;
        }
        position = hole;
    }
    hash.update(&file.metadata()?.len().to_le_bytes());
    Ok(hash.digest())
}

fn seek(file: &File, from: i64, whence: Whence) -> io::Result<Option<i64>> {
    match lseek64(file.as_fd(), from, whence) {
        Ok(position) => Ok(Some(position)),
        // No data follows this position.
        Err(Errno::ENXIO) => Ok(None),
        Err(errno) => Err(errno.into()),
    }
}
