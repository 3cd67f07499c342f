//! A control group that limits its processes' memory.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Version 2's root, or version 1's hierarchy for memory.
const HIERARCHIES: [(&str, &str); 2] = [
    ("/sys/fs/cgroup", "memory.max"),
    ("/sys/fs/cgroup/memory", "memory.limit_in_bytes"),
];

/// A group with a limit. Dropping it removes it; it must be empty then.
pub struct MemoryLimit {
    folder: PathBuf,
}

impl MemoryLimit {
    pub fn new(bytes: u64) -> Result<Self> {
        let limits = |root: &Path, file: &str| -> bool {
            let enabled =
                fs::read_to_string(root.join("cgroup.subtree_control"));
            match enabled {
                Ok(enabled) => enabled.contains("memory"),
                Err(_) => root.join(file).exists(),
            }
        };
        let (root, file) = HIERARCHIES
            .into_iter()
            .map(|(root, file)| (Path::new(root), file))
            .find(|(root, file)| limits(root, file))
            .context("no hierarchy of control groups limits memory")?;
        let name = format!("namespace-workshop-{}", std::process::id());
        let folder = root.join(name);
        fs::create_dir(&folder)
            .with_context(|| format!("mkdir({})", folder.display()))?;
        let group = Self { folder };
        fs::write(group.folder.join(file), bytes.to_string())
            .with_context(|| format!("write({file})"))?;
        Ok(group)
    }

    /// The file that takes the PIDs of its processes.
    pub fn procs(&self) -> PathBuf {
        self.folder.join("cgroup.procs")
    }
}

impl Drop for MemoryLimit {
    fn drop(&mut self) {
        // What is still in it is not ours to end.
        let _ = fs::remove_dir(&self.folder);
    }
}
