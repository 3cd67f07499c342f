//! File systems of the kernel's own, mounted in a sandbox.

use std::path::Path;

use anyhow::{Context, Result};
use nix::mount::{MsFlags, mount};

/// Mounts a file system of this kind, such as `tmpfs`, at the target.
pub(super) fn attach(kind: &str, target: &str) -> Result<()> {
    let no = None::<&str>;
    let flags = MsFlags::empty();
    mount(Some(kind), Path::new(target), Some(kind), flags, no)
        .with_context(|| format!("mount({target}, {kind})"))
}
