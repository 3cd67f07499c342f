//! resolve - paths in a root that others have made
//!
//! An image, or a container in its root, may have put a link, a FIFO or a device
//! in the place of a folder or a file. No link leads out of `/`; but the links
//! in /proc/PID are no paths, and with `--pid host` the machine's PID 1 is in
//! there. So openat2(2) is told not to follow those, and a container's folder is
//! checked to be a folder of the container.
//!
//! See: openat2(2), proc_pid_root(5), getcwd(2)

use std::env;
use std::fs::{self, File};
use std::io::Write;
use std::os::fd::OwnedFd;
use std::path::Path;

use nix::errno::Errno::ENOENT;
use nix::fcntl::{AT_FDCWD, OFlag, OpenHow, ResolveFlag, openat, openat2};
use nix::sys::stat::{Mode, SFlag, fstat, makedev, mkdirat};
use nix::unistd::chdir;

use crate::error::{Named, Result, refused, status_of};
use crate::kernel::word::Word;

/// Opens a path below `/`.
pub fn open(path: &Path, flags: OFlag) -> nix::Result<OwnedFd> {
    open_below(&root()?, path, flags)
}

fn open_below(
    root: &OwnedFd,
    path: &Path,
    flags: OFlag,
) -> nix::Result<OwnedFd> {
    let how = OpenHow::new().flags(flags | OFlag::O_CLOEXEC).resolve(
        ResolveFlag::RESOLVE_IN_ROOT | ResolveFlag::RESOLVE_NO_MAGICLINKS,
    );
    let how = if flags.contains(OFlag::O_CREAT) {
        how.mode(Mode::from_bits_truncate(0o644))
    } else {
        how
    };
    openat2(root, path, how)
}

fn root() -> nix::Result<OwnedFd> {
    openat(AT_FDCWD, "/", OFlag::O_PATH, Mode::empty())
}

/// Makes a folder of `/` to mount on or to write into. As with docker, anything
/// else in its place, such as a link to elsewhere, is taken away.
pub fn make_folder(path: &str) -> Result<()> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => return Ok(()),
        Ok(_) => fs::remove_file(path).named("unlink", path)?,
        Err(_) => {}
    }
    fs::create_dir(path).named("mkdir", path)
}

/// Writes files below /etc: new ones, and not to where the old ones lead.
pub fn write_etc(files: &[(&str, Vec<u8>)]) -> Result<()> {
    make_folder("/etc")?;
    let root = root().named("open", "/")?;
    files.iter().try_for_each(|(name, text)| {
        let path = format!("/etc/{name}");
        let _ = fs::remove_file(&path);
        let new = OFlag::O_WRONLY | OFlag::O_CREAT | OFlag::O_EXCL;
        let file = open_below(&root, Path::new(&path), new);
        let file = file.named("open", &path)?;
        File::from(file).write_all(text).named("write", path)
    })
}

/// Goes to a folder, which is made if that is wanted.
pub fn enter(path: &Word, make: bool) -> Result<()> {
    let folder = match path.bytes() {
        [] => Path::new("/"),
        _ => Path::new(path),
    };
    if make {
        // Where it cannot be made, it cannot be entered.
        let made = make_folders(folder);
        if made.is_err() && fs::metadata(folder).is_ok_and(|it| !it.is_dir()) {
            let what = format!("Cannot mkdir: {path} is not a directory");
            return Err(refused(what).alone());
        }
    }
    chdir(folder).map_err(|errno| {
        let why = errno.desc().to_lowercase();
        let what = format!("chdir to cwd (\"{path}\") set in config.json");
        refused(format!("{what} failed: {why}")).with_status(status_of(errno))
    })?;
    // The kernel names our folder, unless no path from our `/` leads there.
    match env::current_dir() {
        Ok(path) if path.is_absolute() => Ok(()),
        _ => Err(refused(
            "current working directory is outside of container mount \
             namespace root -- possible container breakout detected",
        )),
    }
}

fn make_folders(path: &Path) -> nix::Result<()> {
    match open(path, OFlag::O_PATH | OFlag::O_DIRECTORY) {
        Err(ENOENT) => {}
        found => return found.map(drop),
    }
    let (Some(above), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(ENOENT);
    };
    make_folders(above)?;
    let above = open(above, OFlag::O_PATH | OFlag::O_DIRECTORY)?;
    mkdirat(above, name, Mode::from_bits_truncate(0o755))
}

/// Opens the null device, which has nothing to read. An image may have a FIFO
/// in its place: nobody waits for another to open it.
pub fn null() -> Result<OwnedFd> {
    let path = "/dev/null";
    let flags = OFlag::O_RDONLY | OFlag::O_NONBLOCK | OFlag::O_NOCTTY;
    let null = open(Path::new(path), flags).named("open", path)?;
    let found = fstat(&null).named("fstat", path)?;
    let kind = SFlag::from_bits_truncate(found.st_mode) & SFlag::S_IFMT;
    match (kind, found.st_rdev) {
        (SFlag::S_IFCHR, device) if device == makedev(1, 3) => Ok(null),
        _ => Err(refused(format!("{path} is not the null device"))),
    }
}
