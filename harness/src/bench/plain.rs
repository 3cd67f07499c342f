//! A plain start of the same kernel: QEMU, busybox, no tricks.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::machine::command_line::{self, Config};
use crate::machine::cpio::Archive;
use crate::machine::emulator::Emulator;
use crate::machine::qemu::end_with_this_thread;
use crate::machine::userland::Userland;
use crate::machine::{initramfs, programs};

/// Beginning of the machine's PID 1, a script.
pub(super) const INIT: &str = "#!/bin/sh
mount -t devtmpfs dev /dev
mount -t proc proc /proc
exec >/dev/ttyS0
";

/// A machine with nothing but busybox in it, and what else its archive has.
pub(super) struct Plain {
    config: Config,
    initramfs: PathBuf,
    memory: &'static str,
    arguments: &'static str,
}

/// Arguments of the kernel.
const ARGUMENTS: &str = "console=ttyS0 quiet rdinit=/init panic=-1";

/// The same, with each program at the same address in each run, as in the
/// course's machine: QEMU before 8.0 translates code again for each address.
const SAME_ADDRESSES: &str =
    "console=ttyS0 quiet rdinit=/init panic=-1 norandmaps";

/// A running QEMU, killed when dropped.
struct RunningQemu(Child);

impl Plain {
    /// Makes a plain machine with the same kernel as `config`.
    pub(super) fn beside(config: &Config) -> Result<Self> {
        let script = "echo up\nexec sleep 1000\n";
        let archive = Archive::default();
        let plain = Self::with(config, archive, script, command_line::MEMORY)?;
        Ok(Self {
            arguments: ARGUMENTS,
            ..plain
        })
    }

    /// Makes a machine that runs a script, with these files and so much memory.
    pub(super) fn with(
        config: &Config,
        mut archive: Archive,
        script: &str,
        memory: &'static str,
    ) -> Result<Self> {
        archive.folder("/dev");
        archive.folder("/proc");
        programs::add_busybox(&mut archive, &Userland::find()?)?;
        archive.file("/init", 0o755, format!("{INIT}{script}").into());
        let folder = config.initramfs.parent().context("a folder")?;
        let initramfs = initramfs::store(folder, &archive.to_bytes())?;
        let config = config.clone();
        Ok(Self {
            config,
            initramfs,
            memory,
            arguments: SAME_ADDRESSES,
        })
    }

    /// Returns the seconds from the start of QEMU to the word `up`.
    pub(super) fn boot(&self) -> Result<f64> {
        let begin = Instant::now();
        self.lines_before("up")?;
        Ok(begin.elapsed().as_secs_f64())
    }

    /// Starts the machine, and returns the lines it prints before the line
    /// `last`.
    pub(super) fn lines_before(&self, last: &str) -> Result<Vec<String>> {
        let mut running = self.start()?;
        let stdout = running.0.stdout.take().context("stdout is piped")?;
        let mut lines = Vec::new();
        for line in BufReader::new(stdout).split(b'\n') {
            let line = line.context("the serial line")?;
            let line = String::from_utf8_lossy(line.trim_ascii()).into_owned();
            if line == last {
                return Ok(lines);
            }
            lines.push(line);
        }
        bail!("it ends without {last:?}: {:?}", lines.last())
    }

    fn start(&self) -> Result<RunningQemu> {
        let mut command = Emulator::find()?.command();
        command.args(["-nodefaults", "-no-reboot", "-display", "none"]);
        command.args(["-serial", "stdio", "-smp", "1", "-m", self.memory]);
        // This machine has no memory backend.
        let processor = command_line::processor(self.config.accelerator)
            .map(|word| word.replace(",memory-backend=ram", ""));
        command.args(processor);
        command.arg("-kernel").arg(&self.config.kernel);
        command.arg("-initrd").arg(&self.initramfs);
        command.args(["-append", self.arguments]);
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        command.stderr(Stdio::null());
        end_with_this_thread(&mut command);
        Ok(RunningQemu(command.spawn().context("QEMU")?))
    }
}

impl Drop for RunningQemu {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
