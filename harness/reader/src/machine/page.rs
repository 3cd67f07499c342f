//! The machine of the page: v86, an emulator in WebAssembly, here under Node.
//!
//! A machine is booted once and saved in a folder whose name is a hash of its
//! files. `vm/page/machine.mjs` says what the folder contains.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tr::tr;

use super::carrier::Carrier;
use super::command_line::KERNEL_ARGUMENTS;
use super::control::Machine;
use super::failure::{Failure, Fate};
use super::fingerprint::digest;
use super::page_process::{PageProcess, ask_to_save};

/// Folder of the saved machines in the cache.
const MACHINES: &str = "page/machines";

/// Number of saved machines that are kept: the last ones made.
const KEPT: usize = 2;

/// Time to PID 1's first word: ten times what a boot needs.
const BOOTING: Duration = Duration::from_secs(90);

/// Time for a machine to be saved.
const SAVING: Duration = Duration::from_secs(60);

/// Files that only a boot needs.
const OF_BOOT: [&str; 5] =
    ["bios", "vgabios", "kernel", "initramfs", "command-line"];

/// Files that make a machine, each with its name in the machine's folder.
#[derive(Clone)]
pub struct PageFiles(Vec<(&'static str, Vec<u8>)>);

/// A saved machine of the page.
#[derive(Clone, Debug)]
pub struct SavedPage {
    folder: PathBuf,
}

impl PageFiles {
    /// Reads the files: of the course in `workspace`, and of a folder that
    /// `vm/web` has filled. `release` is the kernel's, `from` lists the
    /// userland's files in the initramfs.
    pub fn read(
        workspace: &Path,
        parts: &Path,
        release: &str,
        initramfs: Vec<u8>,
        from: &[PathBuf],
    ) -> Result<Self> {
        let emulator = parts.join("emulator");
        let v86 = emulator.join("node_modules/v86/build");
        let read = |path: PathBuf| {
            fs::read(&path).with_context(|| path.display().to_string())
        };
        Ok(Self(vec![
            ("bios", read(emulator.join("bios"))?),
            ("vgabios", read(emulator.join("vgabios"))?),
            ("kernel", read(parts.join("kernel/vmlinuz"))?),
            ("initramfs", initramfs),
            ("command-line", KERNEL_ARGUMENTS.into()),
            ("libv86.mjs", read(v86.join("libv86.mjs"))?),
            ("v86.wasm", read(v86.join("v86.wasm"))?),
            ("channel.mjs", read(workspace.join("vm/page/channel.mjs"))?),
            ("ends.mjs", read(workspace.join("vm/page/ends.mjs"))?),
            ("memory.mjs", read(workspace.join("vm/page/memory.mjs"))?),
            ("machine.mjs", read(workspace.join("vm/page/machine.mjs"))?),
            (
                "options.json",
                read(workspace.join("vm/page/options.json"))?,
            ),
            ("versions.json", versions(&emulator, release)?),
            ("userland", lines(from)),
        ]))
    }

    fn key(&self) -> String {
        let mut hash = Sha256::new();
        for (name, bytes) in &self.0 {
            hash.update(format!("{name} {}\n", bytes.len()));
            hash.update(bytes);
        }
        format!("{:.32x}", hash.finalize())
    }

    /// Returns the same files with another initramfs.
    pub fn with_initramfs(mut self, initramfs: Vec<u8>) -> Self {
        for (name, bytes) in &mut self.0 {
            if *name == "initramfs" {
                bytes.clone_from(&initramfs);
            }
        }
        self
    }

    /// Boots a machine of these files, and ends it. Returns the time to PID 1's
    /// first word.
    pub fn boot(&self) -> Result<Duration> {
        let folder = tempfile::tempdir().context("a folder for a machine")?;
        self.write(folder.path())?;
        let begin = Instant::now();
        Machine::start_page("boot", folder.path())?;
        Ok(begin.elapsed())
    }

    /// Writes the files into a folder.
    pub fn write(&self, folder: &Path) -> Result<()> {
        for (name, bytes) in &self.0 {
            let path = folder.join(name);
            fs::write(&path, bytes)
                .with_context(|| path.display().to_string())?;
        }
        Ok(())
    }
}

fn lines(paths: &[PathBuf]) -> Vec<u8> {
    let lines = paths.iter().map(|path| format!("{}\n", path.display()));
    lines.collect::<String>().into_bytes()
}

/// Returns the versions of v86 and of the kernel as JSON.
fn versions(emulator: &Path, release: &str) -> Result<Vec<u8>> {
    let v86 = emulator_version(emulator)?;
    Ok(serde_json::to_vec(&json!({"v86": v86, "kernel": release}))?)
}

/// Returns the version of v86 that the `package.json` in a folder of `vm/web`
/// names.
pub fn emulator_version(emulator: &Path) -> Result<String> {
    let path = emulator.join("package.json");
    let text = fs::read(&path).with_context(|| path.display().to_string())?;
    let package: Value =
        serde_json::from_slice(&text).context("package.json")?;
    let version = package["dependencies"]["v86"].as_str();
    Ok(version
        .context("package.json: no version of v86")?
        .to_owned())
}

impl SavedPage {
    /// Returns the saved machine of these files. Boots and saves it first if
    /// there is no whole one, after it has called `before_boot`.
    ///
    /// # Errors
    ///
    /// [`Failure`] if the machine does not boot.
    pub fn of(
        files: &PageFiles,
        cache: &Path,
        before_boot: impl FnOnce(),
    ) -> Result<Self> {
        let all = cache.join(MACHINES);
        fs::create_dir_all(&all).with_context(|| all.display().to_string())?;
        let lock = File::create(all.join("lock")).context("lock")?;
        lock.lock().context("lock the machines of the page")?;
        let saved = Self {
            folder: all.join(files.key()),
        };
        if saved.is_whole() {
            return Ok(saved);
        }
        before_boot();
        let new = tempfile::Builder::new()
            .prefix("new-")
            .tempdir_in(&all)
            .context("a folder for a saved machine")?;
        files.write(new.path())?;
        Machine::boot_and_save(new.path())?;
        for name in OF_BOOT {
            fs::remove_file(new.path().join(name)).context(name)?;
        }
        let state = digest(&new.path().join("state")).context("state")?;
        fs::write(new.path().join("about"), state.to_string())?;
        // A machine that is already there was not whole.
        let _ = fs::remove_dir_all(&saved.folder);
        fs::rename(new.path(), &saved.folder).context("the saved machine")?;
        let _ = new.keep();
        remove_all_but_the_last(&all);
        Ok(saved)
    }

    /// Removes all saved machines of the page.
    pub fn clean(cache: &Path) -> Result<()> {
        let all = cache.join(MACHINES);
        match fs::remove_dir_all(&all) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(error).with_context(|| all.display().to_string())
            }
            _ => Ok(()),
        }
    }

    /// Returns the folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn is_whole(&self) -> bool {
        let about = fs::read_to_string(self.folder.join("about"));
        let state = digest(&self.folder.join("state"));
        matches!((about, state), (Ok(about), Ok(state)) if about == state.to_string())
    }
}

fn remove_all_but_the_last(all: &Path) {
    let mut folders: Vec<_> = fs::read_dir(all)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .map(|path| (made(&path), path))
        .collect();
    folders.sort();
    folders.reverse();
    for (_, path) in folders.into_iter().skip(KEPT) {
        let _ = fs::remove_dir_all(path);
    }
}

fn made(folder: &Path) -> Option<std::time::SystemTime> {
    fs::metadata(folder.join("about")).ok()?.modified().ok()
}

impl Machine {
    /// Lets a saved machine of the page go on, and greets its PID 1.
    ///
    /// The machine ends with the thread that calls this function.
    pub fn in_page(saved: &SavedPage) -> Result<Self, Failure> {
        let mut machine = Self::start_page("restore", &saved.folder)?;
        machine.greet()?;
        Ok(machine)
    }

    /// Boots the machine of a folder's files, and saves it there.
    fn boot_and_save(folder: &Path) -> Result<()> {
        let mut machine = Self::start_page("boot", folder)?;
        // The interfaces settle before the machine is saved.
        machine.facts()?;
        ask_to_save(&machine.socket)?;
        let until = machine.had() + SAVING;
        let failure = loop {
            match machine.next_event(until) {
                Ok(Some(_)) => {}
                Ok(None) => break machine.silent(SAVING),
                Err(failure) => break failure,
            }
        };
        // The stream ends when the machine is saved, too.
        if folder.join("state").is_file() {
            return Ok(());
        }
        Err(failure.into())
    }

    fn start_page(mode: &str, folder: &Path) -> Result<Self, Failure> {
        let started =
            PageProcess::start(mode, folder).and_then(|(process, stream)| {
                Ok(Self::new(Carrier::Page(process), stream)?)
            });
        started
            .map_err(|error| Failure::before_boot(&error, Fate::NoPage))?
            .hear_first_word(BOOTING, Fate::NoPage)
    }
}

/// Whether there is a Node to run machines with.
pub fn has_node() -> Result<()> {
    let output = Command::new("node").arg("--version").output();
    let there = output.is_ok_and(|output| output.status.success());
    ensure!(
        there,
        "{}",
        tr!("node(1) is missing: apt-get install nodejs brings it")
    );
    Ok(())
}
