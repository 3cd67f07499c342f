//! The parts that are in the cache: kernels, userlands, QEMUs, and the parts of
//! the page's machine.

use std::fs;
use std::path::{Path, PathBuf};

use crate::cache::{self, KERNELS, QEMUS, SYSTEM, USERLANDS};
use crate::machine::kernel;
use crate::machines::PARTS_OF_THE_PAGE;

/// Name of this computer's own userland and QEMU.
pub const OWN: &str = "own";

/// Name of the emulator of the page's machine.
pub const V86: &str = "v86";

/// Userland of the page's machine, with programs of 32 bits.
pub const USERLAND_OF_THE_PAGE: &str = "trixie-i386";

/// A kernel, a userland or an emulator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Release of a kernel, suite of a userland or QEMU, [`OWN`], or [`V86`].
    pub name: String,
    /// Folder of the part; none for this computer's own.
    pub folder: Option<PathBuf>,
    /// Reason why the part cannot be used.
    pub broken: Option<String>,
}

impl Part {
    /// Returns this computer's own part.
    pub fn own() -> Self {
        Self::named(OWN)
    }

    /// Returns a part with this name, and without a folder.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            folder: None,
            broken: None,
        }
    }

    /// Returns a part that was asked for and has not been fetched. Its reason
    /// names the `option` of `just setup` that fetches it.
    pub fn missing(name: &str, option: &str) -> Self {
        Self {
            broken: Some(format!(
                "{name} has not been fetched: just setup {option} {name}"
            )),
            ..Self::named(name)
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
    /// Kernel of the page's machine, or the reason why there is none.
    pub page: Part,
}

impl Fetched {
    /// Lists the parts in a cache folder.
    pub fn read(cache: &Path) -> Self {
        let mut kernels = parts(cache, KERNELS, |folder| {
            without(folder, &["vmlinuz", "modules/modules.dep"])
        });
        kernels.sort_by(|a, b| kernel::by_version(&a.name, &b.name));
        // A tree is not examined here: the machine made of it names missing
        // tools.
        let and_own = |folder| {
            let mut trees = parts(cache, folder, |_| None);
            trees.retain(|it| {
                it.name != SYSTEM && it.name != USERLAND_OF_THE_PAGE
            });
            [vec![Part::own()], trees].concat()
        };
        Self {
            kernels,
            userlands: and_own(USERLANDS),
            qemus: and_own(QEMUS),
            page: kernel_of_the_page(cache),
        }
    }
}

fn kernel_of_the_page(cache: &Path) -> Part {
    let path = cache.join(PARTS_OF_THE_PAGE).join("kernel/release");
    match fs::read_to_string(path) {
        Ok(release) => Part::named(release.trim()),
        Err(_) => Part {
            broken: Some(
                "the machine of the page has not been built: just web"
                    .to_owned(),
            ),
            ..Part::named("of the page")
        },
    }
}

/// Returns the parts that are in a folder of the cache, sorted by name.
fn parts(
    cache: &Path,
    folder: &str,
    broken: impl Fn(&Path) -> Option<String>,
) -> Vec<Part> {
    let trees = cache::trees(cache, folder).into_iter();
    trees
        .map(|tree| Part {
            name: tree.name,
            broken: broken(&tree.path),
            folder: Some(tree.path),
        })
        .collect()
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
    fn a_broken_folder_is_named_and_a_half_made_one_or_the_own_is_not_there() {
        let cache = tempfile::tempdir().unwrap();
        for file in [
            "kernels/6.12.1-cloud/vmlinuz",
            "kernels/6.12.1-cloud/modules/modules.dep",
            "kernels/6.2.1-cloud/vmlinuz",
            "kernels/.fetch.abc/vmlinuz",
            "userlands/sid/usr/bin/bash",
            "userlands/system/usr/bin/bash",
            "userlands/trixie-i386/usr/bin/bash",
            "page/kernel/release",
            "qemus/system/usr/bin/env",
            "qemus/.fetch.abc/usr/bin/env",
        ] {
            let path = cache.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "9.1.0-page\n").unwrap();
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
        assert_eq!(fetched.page, Part::named("9.1.0-page"));
        let empty = Fetched::read(&cache.path().join("userlands"));
        assert_eq!(
            empty.page.broken.unwrap(),
            "the machine of the page has not been built: just web"
        );
    }
}
