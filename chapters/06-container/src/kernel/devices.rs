//! devices - `--privileged`: the machine's devices, in the container's /dev
//!
//! A device is two numbers, and a file that has them. Whoever may make such
//! files has the devices anyway.
//!
//! See: mknod(2), `docker run --privileged`

use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};

use nix::sys::stat::{Mode, SFlag, mknod, umask};

use crate::error::{Named, Result};

/// Names in /dev that belong to each mount of it, or to the process that looks.
const OTHERS: [&str; 5] = ["console", "fd", "mqueue", "pts", "shm"];

/// A file in /dev, as it is in the machine.
pub struct Device {
    path: PathBuf,
    mode: u32,
    owner: [u32; 2],
    number: u64,
}

/// Lists the devices of the machine. A device that goes away meanwhile is left
/// out.
pub fn of_the_machine() -> Vec<Device> {
    let mut devices = Vec::new();
    look(Path::new("/dev"), &mut devices);
    devices
}

fn look(folder: &Path, devices: &mut Vec<Device>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let others = OTHERS
            .iter()
            .any(|name| path == Path::new("/dev").join(name));
        let Some(found) = entry.metadata().ok().filter(|_| !others) else {
            continue;
        };
        let mode = found.mode();
        match SFlag::from_bits_truncate(mode) & SFlag::S_IFMT {
            SFlag::S_IFDIR => look(&path, devices),
            SFlag::S_IFCHR | SFlag::S_IFBLK => devices.push(Device {
                path,
                mode,
                owner: [found.uid(), found.gid()],
                number: found.rdev(),
            }),
            _ => {}
        }
    }
}

/// Makes the devices in our /dev, beside those that are there already.
pub fn make(devices: &[Device]) -> Result<()> {
    if devices.is_empty() {
        return Ok(());
    }
    let ours = umask(Mode::empty());
    let mut missing = devices.iter().filter(|it| !it.path.exists());
    let made = missing.try_for_each(Device::make);
    umask(ours);
    made
}

impl Device {
    fn make(&self) -> Result<()> {
        let path = &self.path;
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).named("mkdir", folder.display())?;
        }
        let kind = SFlag::from_bits_truncate(self.mode) & SFlag::S_IFMT;
        let mode = Mode::from_bits_truncate(self.mode);
        mknod(path, kind, mode, self.number).named("mknod", path.display())?;
        let [user, group] = self.owner.map(Some);
        chown(path, user, group).named("chown", path.display())
    }
}
