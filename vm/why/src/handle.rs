//! Asks a handle for the namespace behind it: ioctl_nsfs(2).

use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use nix::errno::Errno;

use crate::kind;
use crate::owner::Owner;
use protocol::Kind;

/// Most user namespaces, or PID namespaces, in one another.
const DEEPEST: usize = 33;

mod ioctl {
    nix::ioctl_none_bad!(ns_get_userns, libc::NS_GET_USERNS);
    nix::ioctl_none_bad!(ns_get_parent, libc::NS_GET_PARENT);
    nix::ioctl_none_bad!(ns_get_nstype, libc::NS_GET_NSTYPE);
}

/// An open handle.
pub struct Handle(File);

impl Handle {
    /// Opens a handle.
    pub fn open(path: &Path) -> io::Result<Self> {
        File::open(path).map(Self)
    }

    /// Makes a handle of an open file.
    pub fn of(file: File) -> Self {
        Self(file)
    }

    /// Returns the type of the namespace; `None` if the file is no handle.
    pub fn kind(&self) -> Option<Kind> {
        // SAFETY: the descriptor is open, and the call takes no pointer.
        let flag = unsafe { ioctl::ns_get_nstype(self.0.as_raw_fd()) };
        kind::of_flag(flag.ok()?)
    }

    /// Returns the number of the namespace.
    pub fn inode(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.ino())
    }

    /// Returns the user namespace that owns the namespace, as seen from the
    /// user namespace with this number.
    pub fn owner(&self, user: u64) -> Owner {
        // SAFETY: the descriptor is open, and the call takes no pointer.
        let owner = unsafe { ioctl::ns_get_userns(self.0.as_raw_fd()) };
        match owner {
            Ok(fd) => taken(fd).seen_from(user),
            // The owner is no descendant of the reader's user namespace.
            Err(Errno::EPERM) => Owner::Elsewhere,
            Err(_) => Owner::Unknown,
        }
    }

    /// Returns a user namespace as seen from another.
    pub fn seen_from(&self, user: u64) -> Owner {
        match self.is_or_descends_from(user) {
            Some(0) => Owner::Own,
            Some(_) => Owner::Below,
            None => Owner::Elsewhere,
        }
    }

    /// Returns the number of generations from a namespace to this descendant;
    /// `None` if the reader sees no such way.
    pub fn is_or_descends_from(&self, inode: u64) -> Option<usize> {
        let mut at = Self(self.0.try_clone().ok()?);
        for generation in 0..DEEPEST {
            if at.inode().ok()? == inode {
                return Some(generation);
            }
            // SAFETY: the descriptor is open, and the call takes no pointer.
            let parent = unsafe { ioctl::ns_get_parent(at.0.as_raw_fd()) };
            at = taken(parent.ok()?);
        }
        None
    }
}

/// Takes a descriptor that an ioctl has opened.
fn taken(fd: i32) -> Handle {
    // SAFETY: the kernel has just opened the descriptor, for this owner alone.
    Handle(File::from(unsafe { OwnedFd::from_raw_fd(fd) }))
}
