//! Follows links in a tree as if the tree were `/`.

use std::ffi::OsString;
use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Result, bail};

/// Most links that may lead to a file: as many as the kernel follows.
const MOST_LINKS: usize = 40;

/// Resolves a path as if `root` were `/`, links included. Returns `None` if
/// links form a circle; the file need not exist.
pub(super) fn resolve(root: &Path, path: &str) -> Option<PathBuf> {
    follow(root, Path::new(path)).ok()
}

fn follow(root: &Path, path: &Path) -> Result<PathBuf> {
    let names = |path: &Path| -> Vec<OsString> {
        let parts = path.components().rev();
        parts
            .filter_map(|part| match part {
                Component::Normal(name) => Some(name.to_owned()),
                Component::ParentDir => Some("..".into()),
                _ => None,
            })
            .collect()
    };
    let mut left = names(path);
    let mut done: Vec<OsString> = Vec::new();
    let mut links = 0;
    while let Some(name) = left.pop() {
        if name == ".." {
            done.pop();
            continue;
        }
        done.push(name);
        let here: PathBuf = done.iter().collect();
        let Ok(target) = fs::read_link(root.join(here)) else {
            continue;
        };
        links += 1;
        if links > MOST_LINKS {
            bail!("{}: too many links", path.display());
        }
        done.pop();
        if target.is_absolute() {
            done.clear();
        }
        left.extend(names(&target));
    }
    Ok(root.join(done.iter().collect::<PathBuf>()))
}
