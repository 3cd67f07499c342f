//! The memory that the harness shares with the machine: the second region of a
//! PCI device, ivshmem (QEMU's docs/specs/ivshmem-spec).

use std::fs::{self, File};
use std::num::NonZeroUsize;
use std::os::raw::c_void;
use std::path::{Path, PathBuf};
use std::ptr::NonNull;

use anyhow::{Context, Result};
use nix::sys::mman::{MapFlags, MmapAdvise, ProtFlags, madvise, mmap, munmap};

/// Vendor and device of ivshmem, as sysfs shows them.
const IDENTITY: (&str, &str) = ("0x1af4", "0x1110");

/// The mapped memory. PID 1 maps it before the machine is saved, so that each
/// clone finds it mapped.
pub struct SharedMemory {
    start: NonNull<c_void>,
    length: NonZeroUsize,
}

/// Finds the device, enables it and maps its memory. Returns `None` if the
/// machine has no such device.
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
        // A child needs no mapping, and fork(2) would copy its page table.
        let no_fork = MmapAdvise::MADV_DONTFORK;
        // SAFETY: no child uses the mapping.
        unsafe { madvise(start, length.get(), no_fork) }
            .context("madvise(MADV_DONTFORK)")?;
        Ok(shared_memory)
    }

    /// Returns a part of the memory.
    pub fn part(&self, offset: u64, length: u64) -> Result<&[u8]> {
        // SAFETY: this range is mapped until the value is dropped, and its
        // contents do not change while a part is in use.
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
        // SAFETY: no part of the memory is in use any more.
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
