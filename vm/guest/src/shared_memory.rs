//! The memory that the harness and the machine both see: the second region of
//! a PCI device, ivshmem (QEMU's docs/specs/ivshmem-spec).

use std::fs::{self, File};
use std::num::NonZeroUsize;
use std::os::raw::c_void;
use std::path::{Path, PathBuf};
use std::ptr::NonNull;

use anyhow::{Context, Result};
use nix::sys::mman::{MapFlags, MmapAdvise, ProtFlags, madvise, mmap, munmap};

/// ivshmem's vendor and device, as sysfs shows them.
const IDENTITY: (&str, &str) = ("0x1af4", "0x1110");

/// The memory, mapped for as long as PID 1 runs: a clone finds it so.
pub struct SharedMemory {
    start: NonNull<c_void>,
    length: NonZeroUsize,
}

/// Finds the device, lets it answer, and maps its memory. A machine may have
/// none.
pub fn switch_on() -> Result<Option<SharedMemory>> {
    let Some(folder) = device()? else {
        return Ok(None);
    };
    fs::write(folder.join("enable"), "1")
        .with_context(|| format!("enable {}", folder.display()))?;
    SharedMemory::open(&folder.join("resource2")).map(Some)
}

impl SharedMemory {
    fn open(path: &Path) -> Result<Self> {
        let file = File::open(path)
            .with_context(|| format!("open({})", path.display()))?;
        let length = usize::try_from(file.metadata()?.len())?;
        let length =
            NonZeroUsize::new(length).context("an empty shared memory")?;
        let read = ProtFlags::PROT_READ;
        let shared = MapFlags::MAP_SHARED;
        // SAFETY: a new mapping, of the device's memory, for reading only.
        let start = unsafe { mmap(None, length, read, shared, &file, 0) }
            .with_context(|| format!("mmap({})", path.display()))?;
        let shared_memory = Self { start, length };
        // Children have no use for it, and fork(2) would copy its page table.
        let no_fork = MmapAdvise::MADV_DONTFORK;
        // SAFETY: nobody looks for it in a child.
        unsafe { madvise(start, length.get(), no_fork) }
            .context("madvise(MADV_DONTFORK)")?;
        Ok(shared_memory)
    }

    /// Some of its bytes.
    pub fn part(&self, offset: u64, length: u64) -> Result<&[u8]> {
        // SAFETY: mapped from here to there until this is dropped; what is
        // there does not change while a part of it is in use.
        let all = unsafe {
            std::slice::from_raw_parts(
                self.start.as_ptr().cast_const().cast(),
                self.length.get(),
            )
        };
        let end = offset.checked_add(length).context("too long")?;
        all.get(usize::try_from(offset)?..usize::try_from(end)?)
            .with_context(|| {
                format!("the shared memory ends before byte {end}")
            })
    }
}

impl Drop for SharedMemory {
    fn drop(&mut self) {
        // SAFETY: nobody has a part of it any more.
        let _ = unsafe { munmap(self.start, self.length.get()) };
    }
}

fn device() -> Result<Option<PathBuf>> {
    let devices = "/sys/bus/pci/devices";
    for entry in fs::read_dir(devices).context(devices)? {
        let folder = entry?.path();
        let is = |file: &str, id: &str| {
            let text = fs::read_to_string(folder.join(file));
            text.is_ok_and(|text| text.trim() == id)
        };
        if is("vendor", IDENTITY.0) && is("device", IDENTITY.1) {
            return Ok(Some(folder));
        }
    }
    Ok(None)
}
