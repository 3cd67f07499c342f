//! tree - mounts by descriptor: calls that the C library has no functions for
//!
//! mount(2) makes a file system and gives it a place. These are its steps, one
//! by one. Between two of them a mount is a descriptor: it is in no namespace,
//! and no path leads there.
//!
//! See: fsopen(2), fsconfig(2), fsmount(2), open_tree(2), move_mount(2)

use std::ffi::{CStr, c_char};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::ptr::null;

use libc::{AT_EMPTY_PATH, AT_FDCWD, O_CLOEXEC, OPEN_TREE_CLONE, c_long};
use nix::Result;
use nix::errno::Errno;

/// From linux/mount.h.
const FSOPEN_CLOEXEC: u32 = 1;
const FSMOUNT_CLOEXEC: u32 = 1;
const FSCONFIG_SET_STRING: u32 = 1;
const FSCONFIG_SET_FD: u32 = 5;
const FSCONFIG_CMD_CREATE: u32 = 6;

/// From linux/mount.h, since Linux 7.0. Open the tree as a mount namespace in
/// which nothing else is mounted.
const OPEN_TREE_NAMESPACE: u32 = 2;

/// A file system that is not mounted yet.
pub struct FileSystem(OwnedFd);

impl FileSystem {
    /// Opens one of this kind, such as overlay.
    pub fn open(kind: &CStr) -> Result<Self> {
        let call = libc::SYS_fsopen;
        // SAFETY: the name ends with a zero byte.
        let opened =
            unsafe { libc::syscall(call, kind.as_ptr(), FSOPEN_CLOEXEC) };
        descriptor(opened).map(Self)
    }

    /// Sets an option to a word.
    pub fn set(&self, option: &CStr, word: &CStr) -> Result<()> {
        self.configure(FSCONFIG_SET_STRING, option.as_ptr(), word.as_ptr(), 0)
    }

    /// Sets an option to a folder. No path is too long for that, and none has
    /// a comma too many.
    pub fn set_folder(&self, option: &CStr, folder: &OwnedFd) -> Result<()> {
        let folder = folder.as_raw_fd();
        self.configure(FSCONFIG_SET_FD, option.as_ptr(), null(), folder)
    }

    /// Makes the file system, and a mount of it that is nowhere.
    pub fn mount(&self) -> Result<OwnedFd> {
        self.configure(FSCONFIG_CMD_CREATE, null(), null(), 0)?;
        let call = libc::SYS_fsmount;
        let fs = self.0.as_raw_fd();
        // SAFETY: fsmount takes no pointer.
        descriptor(unsafe { libc::syscall(call, fs, FSMOUNT_CLOEXEC, 0) })
    }

    fn configure(
        &self,
        command: u32,
        option: *const c_char,
        word: *const c_char,
        number: RawFd,
    ) -> Result<()> {
        let call = libc::SYS_fsconfig;
        let fs = self.0.as_raw_fd();
        // SAFETY: both words end with a zero byte, or are none.
        let done =
            unsafe { libc::syscall(call, fs, command, option, word, number) };
        Errno::result(done).map(drop)
    }
}

/// Opens a mount, alone, as a mount namespace. EINVAL before Linux 7.0.
pub fn namespace_of(mount: RawFd) -> Result<OwnedFd> {
    let how = OPEN_TREE_NAMESPACE | (AT_EMPTY_PATH | O_CLOEXEC) as u32;
    open_tree(mount, c"", how)
}

/// Whether the kernel makes namespaces of trees. It looks at the flags first,
/// and then says that -1 is no descriptor.
pub fn may_be_a_namespace() -> bool {
    namespace_of(-1).err() == Some(Errno::EBADF)
}

/// Copies the mount at this path. The copy is nowhere.
pub fn copy(path: &CStr) -> Result<OwnedFd> {
    open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | O_CLOEXEC as u32)
}

/// Puts a mount that is nowhere to this path.
pub fn put(mount: &OwnedFd, path: &CStr) -> Result<()> {
    let call = libc::SYS_move_mount;
    let from = mount.as_raw_fd();
    let empty = c"".as_ptr();
    let path = path.as_ptr();
    let how = libc::MOVE_MOUNT_F_EMPTY_PATH;
    // SAFETY: both paths end with a zero byte.
    let put = unsafe { libc::syscall(call, from, empty, AT_FDCWD, path, how) };
    Errno::result(put).map(drop)
}

fn open_tree(folder: RawFd, path: &CStr, how: u32) -> Result<OwnedFd> {
    let call = libc::SYS_open_tree;
    // SAFETY: the path ends with a zero byte.
    descriptor(unsafe { libc::syscall(call, folder, path.as_ptr(), how) })
}

fn descriptor(result: c_long) -> Result<OwnedFd> {
    let fd = Errno::result(result)? as RawFd;
    // SAFETY: the kernel has just opened it for us.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}
