//! Shared memory: a file of the harness that the machine sees as a PCI device
//! (ivshmem-plain, QEMU's docs/specs/ivshmem-spec).
//!
//! Each clone reads the chapters' programs from this device, at the speed of
//! memory. The saved machine does not contain the programs, so changing one
//! needs no boot. The file is a memfd: nothing is left in any file system.

use std::fs::File;
use std::io::Write;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use nix::sys::memfd::{MFdFlags, memfd_create};

/// Size of the shared memory in bytes; a power of two.
pub(super) const BYTES: u64 = 32 << 20;

/// QEMU's name of the device. A QEMU without it has no shared memory.
pub const DEVICE: &str = "ivshmem-plain";

/// The open file, and the places of its contents.
#[derive(Clone, Debug)]
pub struct SharedMemory {
    /// The file that QEMU inherits.
    pub(super) file: Arc<File>,
    parts: Vec<(u64, u64)>,
}

impl SharedMemory {
    /// Makes a shared memory with these contents, one after the other.
    pub fn onto<'a>(
        contents: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Self> {
        let fd = memfd_create(c"shared_memory", MFdFlags::MFD_CLOEXEC)
            .context("memfd_create")?;
        let mut file = File::from(fd);
        let mut parts = Vec::new();
        let mut end = 0;
        for bytes in contents {
            file.write_all(bytes).context("write(memfd)")?;
            parts.push((end, bytes.len() as u64));
            end += bytes.len() as u64;
        }
        ensure!(end <= BYTES, "{end} bytes do not fit into a shared memory");
        file.set_len(BYTES).context("ftruncate(memfd)")?;
        Ok(Self {
            file: Arc::new(file),
            parts,
        })
    }

    /// Returns the offset and the length of each of the contents.
    pub fn parts(&self) -> &[(u64, u64)] {
        &self.parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_follow_each_other() {
        let shared_memory =
            SharedMemory::onto([&b"one"[..], b"", b"three"]).unwrap();
        assert_eq!(shared_memory.parts(), [(0, 3), (3, 0), (3, 5)]);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let bytes = vec![0; usize::try_from(BYTES).unwrap()];
        assert!(SharedMemory::onto([&bytes[..]]).is_ok());
        assert!(SharedMemory::onto([&bytes[..], b"x"]).is_err());
    }
}
