//! The cache folder, and the trees that have been fetched into it.
//!
//! ```text
//! $cache/kernels/RELEASE/      vmlinuz, and modules/ with modules.dep
//! $cache/userlands/SUITE/      a tree with bash, busybox and the other tools
//! $cache/qemus/SUITE/          a tree with QEMU
//! $cache/dockers/SUITE/        a tree with dockerd and docker
//! ```

use std::fs;
use std::path::{Path, PathBuf};

/// Folder of the kernels.
pub const KERNELS: &str = "kernels";

/// Folder of the userlands.
pub const USERLANDS: &str = "userlands";

/// Folder of the QEMUs.
pub const QEMUS: &str = "qemus";

/// Folder of the Dockers.
pub const DOCKERS: &str = "dockers";

/// Name of the tree with what this computer lacks: it stands for the computer's
/// own programs.
pub const SYSTEM: &str = "system";

/// A tree that has been fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
    /// Release of a kernel, or suite of the distribution.
    pub name: String,
    /// Path of the tree.
    pub path: PathBuf,
}

/// Lists the trees in a folder of the cache, sorted by name. A name that begins
/// with a dot is left out: that tree is still being fetched.
pub fn trees(cache: &Path, folder: &str) -> Vec<Tree> {
    let entries = fs::read_dir(cache.join(folder));
    let mut trees: Vec<Tree> = entries
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| Tree {
            name: entry.file_name().to_string_lossy().into_owned(),
            path: entry.path(),
        })
        .filter(|tree| tree.path.is_dir() && !tree.name.starts_with('.'))
        .collect();
    trees.sort_by(|a, b| a.name.cmp(&b.name));
    trees
}
