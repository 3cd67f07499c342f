//! Finds QEMU and makes commands that start it.
//!
//! An installed QEMU is started by its path. A QEMU from an unpacked tree
//! (`vm/tree qemu SUITE`) is started by the tree's own loader with the tree's
//! own libraries, firmware and modules. A tree uses nothing of this computer,
//! so it runs on a distribution of any age.

use std::env;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use language::mark;
use tr::tr;

use super::kernel;

/// Name of the QEMU for this computer's processor.
#[cfg(target_arch = "x86_64")]
const PROGRAM: &str = "qemu-system-x86_64";
#[cfg(target_arch = "aarch64")]
const PROGRAM: &str = "qemu-system-aarch64";

/// Folder of the libraries in a tree, and name of its loader, as in Debian.
#[cfg(target_arch = "x86_64")]
const LOADER: [&str; 2] = ["x86_64-linux-gnu", "ld-linux-x86-64.so.2"];
#[cfg(target_arch = "aarch64")]
const LOADER: [&str; 2] = ["aarch64-linux-gnu", "ld-linux-aarch64.so.1"];

/// Folders of the firmware in a tree.
const FIRMWARE: [&str; 3] =
    ["usr/share/qemu", "usr/share/seabios", "usr/lib/ipxe/qemu"];

/// Variable that names a QEMU, or a tree with one.
const VARIABLE: &str = "MACHINE_QEMU";

/// A QEMU that can be started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emulator {
    /// QEMU's own file, which tells one QEMU from another.
    pub file: PathBuf,
    /// The tree with this QEMU; `None` for an installed QEMU.
    tree: Option<PathBuf>,
    /// Place where this QEMU was found, for a person.
    pub source: &'static str,
}

impl Emulator {
    /// Finds the QEMU named by `MACHINE_QEMU`, else the one in `PATH`, else the
    /// one that `just setup` has fetched.
    pub fn find() -> Result<Self> {
        let named = env::var_os(VARIABLE).filter(|value| !value.is_empty());
        if let Some(path) = named {
            return Self::named(Path::new(&path));
        }
        let path = env::var_os("PATH").unwrap_or_default();
        let installed = env::split_paths(&path)
            .map(|folder| folder.join(PROGRAM))
            .find(|path| path.is_file());
        if let Some(file) = installed {
            return Ok(Self {
                file,
                tree: None,
                source: "PATH",
            });
        }
        let fetched = kernel::cache()?.join("qemus/system");
        Self::in_tree(&fetched, mark!("the cache, there is none in PATH"))
            .with_context(|| {
                let name = PROGRAM;
                tr!("{name} is not installed: just setup brings it", name)
            })
    }

    /// Returns a QEMU for the path of a program or of a tree.
    fn named(path: &Path) -> Result<Self> {
        if path.is_file() {
            return Ok(Self {
                file: path.to_owned(),
                tree: None,
                source: VARIABLE,
            });
        }
        if !path.is_dir() {
            bail!(
                "{VARIABLE}={}: {}",
                path.display(),
                tr!(
                    "it is not there; name a {program}, or a folder that just \
                     setup --qemu SUITE has fetched",
                    program = PROGRAM
                )
            );
        }
        Self::in_tree(path, VARIABLE).with_context(|| {
            let no = tr!("no {path}", path = format_args!("usr/bin/{PROGRAM}"));
            format!("{VARIABLE}={}: {no}", path.display())
        })
    }

    /// A tree is the same QEMU by whatever links it is reached, and has the same
    /// saved machines.
    fn in_tree(tree: &Path, source: &'static str) -> Option<Self> {
        let tree = tree.canonicalize().ok()?;
        let file = tree.join("usr/bin").join(PROGRAM);
        file.is_file().then_some(Self {
            file,
            tree: Some(tree),
            source,
        })
    }

    /// Returns the program and its first arguments, before those for the
    /// machine.
    pub fn words(&self) -> Vec<OsString> {
        let Some(tree) = &self.tree else {
            return vec![self.file.clone().into()];
        };
        let libraries = self.libraries(tree);
        let mut words = vec![libraries.join(LOADER[1]).into_os_string()];
        words.extend(["--library-path".into(), libraries.into()]);
        words.push(self.file.clone().into());
        for folder in FIRMWARE {
            words.extend(["-L".into(), tree.join(folder).into()]);
        }
        words
    }

    /// Returns the environment variables that QEMU needs. In Debian 12, parts
    /// of QEMU such as its translator are modules, and QEMU refuses modules of
    /// another version.
    pub fn variables(&self) -> Vec<(&'static str, OsString)> {
        let Some(tree) = &self.tree else {
            return Vec::new();
        };
        let modules = self.libraries(tree).join("qemu");
        vec![("QEMU_MODULE_DIR", modules.into())]
    }

    /// Returns a command without arguments for the machine.
    pub fn command(&self) -> Command {
        let words = self.words();
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).envs(self.variables());
        command
    }

    /// Returns the version line that QEMU prints.
    pub fn version(&self) -> Result<String> {
        let output = self
            .command()
            .arg("--version")
            .output()
            .with_context(|| format!("exec({self})"))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let complaint = String::from_utf8_lossy(&output.stderr);
        let said = text.lines().chain(complaint.lines()).next();
        let said = said.map(str::to_owned);
        let said = said.unwrap_or_else(|| tr!("says nothing of its version"));
        ensure!(output.status.success(), "{self}: {said}");
        Ok(said)
    }

    fn libraries(&self, tree: &Path) -> PathBuf {
        tree.join("usr/lib").join(LOADER[0])
    }
}

/// Writes the path of QEMU.
impl fmt::Display for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn words(emulator: &Emulator) -> Vec<String> {
        let words = emulator.words().into_iter();
        words
            .map(|word| word.to_string_lossy().into_owned())
            .collect()
    }

    #[test]
    fn a_tree_has_its_own_loader_libraries_firmware_and_modules() {
        let tree = tempfile::tempdir().unwrap();
        let error = Emulator::named(tree.path()).unwrap_err();
        assert!(format!("{error:#}").contains("no usr/bin/qemu-system-"));
        fs::create_dir_all(tree.path().join("usr/bin")).unwrap();
        fs::write(tree.path().join("usr/bin").join(PROGRAM), "").unwrap();
        let emulator = Emulator::named(tree.path()).unwrap();
        let words = words(&emulator);
        let of_tree =
            |word: &String| word.starts_with(tree.path().to_str().unwrap());
        assert!(words[0].ends_with(LOADER[1]), "{words:?}");
        assert_eq!(words[1], "--library-path");
        assert!(
            words[3].ends_with(&format!("usr/bin/{PROGRAM}")),
            "{words:?}"
        );
        assert_eq!(words.iter().filter(|word| of_tree(word)).count(), 6);
        let modules = &emulator.variables()[0].1;
        assert!(of_tree(&modules.to_string_lossy().into_owned()));
    }

    #[test]
    fn a_program_is_started_as_it_is() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let emulator = Emulator::named(file.path()).unwrap();
        assert_eq!(words(&emulator), [file.path().to_str().unwrap()]);
        assert!(emulator.variables().is_empty());
        let error = Emulator::named(Path::new("/nowhere")).unwrap_err();
        assert!(format!("{error}").contains("MACHINE_QEMU=/nowhere"));
    }
}
