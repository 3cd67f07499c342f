//! The machine of a round: a root file system in memory with busybox and
//! `container`, and with secrets that no container may see, change or end. No
//! file of this computer can be reached from it.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::sys::stat::{Mode, SFlag, makedev, mknod};
use nix::unistd::{chdir, pivot_root};
use tar::Archive;

use crate::machine::images;
use crate::machine::userland::Userland;

/// Folder of `container`'s states.
pub const RUN: &str = "/run/container";
/// Folder of `container`'s files.
pub const FOLDER: &str = "/var/lib/container";
/// Folder of layers and logs.
pub const CONTAINERS: &str = "/var/lib/container/containers";
/// Folder of images.
pub const IMAGES: &str = "/var/lib/container/images";
/// Text in a spoiled state that stands for the canary's PID.
pub const CANARY: &str = "the canary's PID";

/// Content of every file that no container may read, and name of one file in
/// each folder.
pub const SECRET: &str = "secret-of-the-machine";

/// The caller's own files and folder, which no process may keep open.
pub const CALLERS: [&str; 3] = ["/root", "/root/canary", "/root/shared"];

const ROOM: &str = "/run/room";

const FOLDERS: [&str; 3] = ["run", "old", "var/lib/container"];

/// Kind, path and options of each mount.
const MOUNTS: [(&str, &str, &str); 7] = [
    ("tmpfs", "/run", "size=16m,mode=755"),
    ("tmpfs", "/var/lib/container", "size=192m,mode=700"),
    ("proc", "/proc", ""),
    ("sysfs", "/sys", ""),
    ("cgroup2", "/sys/fs/cgroup", ""),
    ("tmpfs", "/dev", "size=1m,mode=755"),
    ("tmpfs", "/dev/shm", "size=1m,mode=1777"),
];

/// Name, major and minor number of each device.
const DEVICES: [(&str, u64, u64); 6] = [
    ("null", 1, 3),
    ("zero", 1, 5),
    ("full", 1, 7),
    ("random", 1, 8),
    ("urandom", 1, 9),
    ("tty", 5, 0),
];

/// Makes the room the root of all processes of the sandbox. Returns the archive
/// of busybox.
pub fn enter(program: &Path) -> Result<Vec<u8>> {
    let [(_, busybox), _] = images::tars(&Userland::find()?)?;
    let room = Path::new(ROOM);
    fs::create_dir(room).context(ROOM)?;
    attach("tmpfs", ROOM, "size=64m,mode=755")?;
    Archive::new(&busybox[..]).unpack(room).context("unpack")?;
    let target = room.join("bin/container");
    fs::copy(program, target).with_context(|| program.display().to_string())?;
    for folder in FOLDERS {
        fs::create_dir_all(room.join(folder)).context(folder)?;
    }
    unplug()?;
    pivot_root(room, &room.join("old")).context("pivot_root")?;
    chdir("/").context("chdir")?;
    umount2("/old", MntFlags::MNT_DETACH).context("umount(old)")?;
    fs::remove_dir("/old").context("rmdir(old)")?;
    for (kind, target, options) in MOUNTS {
        fs::create_dir_all(target).context(target)?;
        attach(kind, target, options)?;
    }
    for (name, major, minor) in DEVICES {
        let path = Path::new("/dev").join(name);
        let mode = Mode::from_bits_truncate(0o666);
        mknod(&path, SFlag::S_IFCHR, mode, makedev(major, minor))
            .with_context(|| path.display().to_string())?;
    }
    hide()?;
    Ok(busybox)
}

/// Deletes the sandbox's link to the network outside. Only a file in the
/// sandbox's /run keeps that network alive: without the file, the link would
/// disappear at some time during the round.
fn unplug() -> Result<()> {
    let mut ip = Command::new("ip");
    let status = ip.args(["link", "delete", "eth0"]).status();
    ensure!(status.context("exec(ip)")?.success(), "ip link delete eth0");
    Ok(())
}

fn attach(kind: &str, target: &str, options: &str) -> Result<()> {
    let flags = MsFlags::empty();
    mount(Some(kind), target, Some(kind), flags, Some(options))
        .with_context(|| format!("mount({target}, {kind})"))
}

/// Writes the files that no container may find.
fn hide() -> Result<()> {
    for folder in ["/", "/root", "/run", "/tmp", "/etc", FOLDER] {
        let folder = Path::new(folder);
        fs::write(folder.join("canary"), SECRET).context("canary")?;
        fs::write(folder.join(SECRET), "").context("canary")?;
    }
    fs::write("/root/shared", "").context("shared")?;
    fs::write("/etc/hosts", b"127.0.0.1 localhost # J\xfcrgen\n")?;
    fs::write("/etc/resolv.conf", "nameserver 10.77.0.1\n")?;
    fs::write("/etc/hostname", "host\n").context("hostname")
}

/// Starts a process of the machine that no container may signal.
pub fn canary() -> Result<i32> {
    let mut command = Command::new("/bin/sleep");
    command.arg("1000000").stdin(Stdio::null());
    Ok(command.spawn().context("sleep")?.id().cast_signed())
}

/// Returns the device and inode of a file, which do not depend on its path.
pub fn identity(path: impl AsRef<Path>) -> Option<(u64, u64)> {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.dev(), metadata.ino()))
}
