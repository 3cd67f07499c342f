//! The object of a call: a path.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use nix::errno::Errno;

use crate::handle::Handle;
use crate::map::Map;
use crate::owner::Owner;
use protocol::Kind;

/// Bytes read of a map: a line has at most 33, and a map 340 lines.
const MOST: u64 = 12 << 10;

/// The object of a call, as the reader finds it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Object {
    /// Path, as it was named.
    pub path: PathBuf,
    /// Path without links; the name itself if the file is not there.
    pub real: PathBuf,
    /// Error of opening the object.
    pub error: Option<i32>,
    /// Whether the object is a folder.
    pub is_folder: bool,
    /// The namespace behind the object, if the object is a handle.
    pub target: Option<Target>,
    /// Lines of the object, if the object is a map.
    pub map: Option<Map>,
    /// Whether setgroups(2) is denied, in the user namespace of a map.
    pub setgroups_denied: Option<bool>,
}

/// A namespace behind a handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// Type of the namespace.
    pub kind: Kind,
    /// Number of the namespace.
    pub inode: u64,
    /// User namespace that owns the namespace; for the type `user`, the
    /// namespace itself.
    pub owner: Owner,
    /// Whether a PID namespace is the process's, or a descendant.
    pub descends: Option<bool>,
}

/// Numbers of the namespaces that an object is compared with.
#[derive(Clone, Copy, Debug, Default)]
pub struct Viewpoint {
    /// The process's user namespace.
    pub user: Option<u64>,
    /// The process's PID namespace.
    pub pid: Option<u64>,
}

impl Object {
    /// Looks at a path.
    pub fn look(path: &Path, from: Viewpoint) -> Self {
        let mut object = Self {
            path: path.to_path_buf(),
            real: fs::canonicalize(path)
                .or_else(|_| std::path::absolute(path))
                .unwrap_or_else(|_| path.to_path_buf()),
            ..Self::default()
        };
        match open(path) {
            Ok(file) => object.fill(file, from),
            Err(error) => object.error = error.raw_os_error(),
        }
        object
    }

    fn fill(&mut self, file: File, from: Viewpoint) {
        self.is_folder = file.metadata().is_ok_and(|it| it.is_dir());
        if self.is_map() {
            let mut text = String::new();
            if (&file).take(MOST).read_to_string(&mut text).is_ok() {
                self.map = Some(Map::parse(&text));
            }
            self.fill_for_map(from);
            return;
        }
        self.target = target(&Handle::of(file), from);
    }

    /// Looks at the user namespace whose map this is.
    fn fill_for_map(&mut self, from: Viewpoint) {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let handle = Handle::open(&folder.join("ns/user"));
        self.target = handle.ok().and_then(|handle| target(&handle, from));
        let setgroups = fs::read_to_string(folder.join("setgroups"));
        self.setgroups_denied = setgroups.ok().map(|it| it.trim() == "deny");
    }

    /// Returns whether the path is that of a map.
    pub fn is_map(&self) -> bool {
        self.path.ends_with("uid_map") || self.path.ends_with("gid_map")
    }

    /// Returns the error of opening the object.
    pub fn errno(&self) -> Option<Errno> {
        self.error.map(Errno::from_raw)
    }
}

/// Opens a file to look at it: waits for no writer and no line.
fn open(path: &Path) -> io::Result<File> {
    let flags = libc::O_NONBLOCK | libc::O_NOCTTY;
    OpenOptions::new().read(true).custom_flags(flags).open(path)
}

fn target(handle: &Handle, from: Viewpoint) -> Option<Target> {
    let kind = handle.kind()?;
    let owner = match (kind, from.user) {
        (Kind::User, Some(user)) => handle.seen_from(user),
        (_, Some(user)) => handle.owner(user),
        (_, None) => Owner::Unknown,
    };
    let descends = match (kind, from.pid) {
        (Kind::Pid, Some(pid)) => {
            Some(handle.is_or_descends_from(pid).is_some())
        }
        _ => None,
    };
    Some(Target {
        kind,
        inode: handle.inode().ok()?,
        owner,
        descends,
    })
}
