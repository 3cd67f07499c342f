//! The parts that are in the cache: kernels, userlands, QEMUs.
//!
//! ```text
//! $cache/kernels/RELEASE/      vmlinuz, and modules/ with modules.dep
//! $cache/userlands/SUITE/      a tree with bash, busybox and the other tools
//! $cache/qemus/SUITE/          a tree with QEMU
//! ```

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::machine::kernel;

/// Name of this computer's own userland and QEMU.
pub const OWN: &str = "own";

/// A kernel, a userland or a QEMU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Release of a kernel, suite of a userland or QEMU, or [`OWN`].
    pub name: String,
    /// Folder of the part; none for this computer's own.
    pub folder: Option<PathBuf>,
    /// Reason why the part cannot be used.
    pub broken: Option<String>,
}

impl Part {
    /// Returns this computer's own part.
    pub fn own() -> Self {
        Self {
            name: OWN.to_owned(),
            folder: None,
            broken: None,
        }
    }

    /// Returns a part that was asked for and has not been fetched. Its reason
    /// names the `option` of `just setup` that fetches it.
    pub fn missing(name: &str, option: &str) -> Self {
        Self {
            name: name.to_owned(),
            folder: None,
            broken: Some(format!(
                "{name} has not been fetched: just setup {option} {name}"
            )),
        }
    }
}

/// All parts there are.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// Kernels, the newest last.
    pub kernels: Vec<Part>,
    /// Userlands, this computer's own first.
    pub userlands: Vec<Part>,
    /// QEMUs, this computer's own first.
    pub qemus: Vec<Part>,
}

impl Fetched {
    /// Lists the parts in a cache folder.
    pub fn read(cache: &Path) -> Self {
        let mut kernels = parts(&cache.join("kernels"), |folder| {
            without(folder, &["vmlinuz", "modules/modules.dep"])
        });
        kernels.sort_by(|a, b| kernel::by_version(&a.name, &b.name));
        // A tree is not examined here: the machine made of it names missing
        // tools.
        let and_own = |folder| {
            let trees = parts(&cache.join(folder), |_| None);
            [vec![Part::own()], trees].concat()
        };
        Self {
            kernels,
            userlands: and_own("userlands"),
            qemus: and_own("qemus"),
        }
    }
}

/// Lists the folders in a folder, sorted by name. A name that begins with a dot
/// is left out: that part is still being fetched.
fn parts(folder: &Path, broken: impl Fn(&Path) -> Option<String>) -> Vec<Part> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut parts: Vec<Part> = entries
        .map(|entry| entry.path())
        .filter(|path| path.is_dir() && !is_hidden(path))
        .map(|path| Part {
            name: name_of(&path),
            broken: broken(&path),
            folder: Some(path),
        })
        .collect();
    parts.sort_by(|a, b| a.name.cmp(&b.name));
    parts
}

fn is_hidden(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    name.as_bytes().starts_with(b".")
}

fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_else(|| OsStr::new(""));
    name.to_string_lossy().into_owned()
}

/// Returns a reason that names the first missing file, if one is missing.
fn without(folder: &Path, files: &[&str]) -> Option<String> {
    let file = files.iter().find(|file| !folder.join(file).is_file())?;
    Some(format!("there is no {file} in {}", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_folder_is_named_and_a_half_made_one_is_not_there() {
        let cache = tempfile::tempdir().unwrap();
        for file in [
            "kernels/6.12.1-cloud/vmlinuz",
            "kernels/6.12.1-cloud/modules/modules.dep",
            "kernels/6.2.1-cloud/vmlinuz",
            "kernels/.fetch.abc/vmlinuz",
            "userlands/sid/usr/bin/bash",
            "qemus/.fetch.abc/usr/bin/env",
        ] {
            let path = cache.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let fetched = Fetched::read(cache.path());
        let state = |parts: &[Part]| -> Vec<(String, bool)> {
            let both = |it: &Part| (it.name.clone(), it.broken.is_none());
            parts.iter().map(both).collect()
        };
        let is = |name: &str, whole| (name.to_owned(), whole);
        assert_eq!(
            state(&fetched.kernels),
            [is("6.2.1-cloud", false), is("6.12.1-cloud", true)]
        );
        let why = fetched.kernels[0].broken.as_ref().unwrap();
        assert!(why.starts_with("there is no modules/modules.dep in "));
        assert_eq!(
            state(&fetched.userlands),
            [is("own", true), is("sid", true)]
        );
        assert_eq!(state(&fetched.qemus), [is("own", true)]);
    }
}
