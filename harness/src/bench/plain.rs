//! A plain start of the same kernel: QEMU, busybox, no tricks.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use crate::machine::command_line::{self, Config};
use crate::machine::cpio::Archive;
use crate::machine::emulator::Emulator;
use crate::machine::qemu::end_with_this_thread;
use crate::machine::userland::Userland;
use crate::machine::{initramfs, programs};

/// The machine's only program. It prints one word, `up`.
const INIT: &str = "#!/bin/sh
mount -t devtmpfs dev /dev
echo up >/dev/ttyS0
exec sleep 1000
";

/// A machine with nothing but busybox in it.
pub(super) struct Plain {
    config: Config,
    initramfs: PathBuf,
}

/// A running QEMU, killed when dropped.
struct RunningQemu(Child);

impl Plain {
    /// Makes a plain machine with the same kernel as `config`.
    pub(super) fn beside(config: &Config) -> Result<Self> {
        let mut archive = Archive::default();
        archive.folder("/dev");
        programs::add_busybox(&mut archive, &Userland::find()?)?;
        archive.file("/init", 0o755, INIT.into());
        let folder = config.initramfs.parent().context("a folder")?;
        let initramfs = initramfs::store(folder, &archive.to_bytes())?;
        let config = config.clone();
        Ok(Self { config, initramfs })
    }

    /// Returns the seconds from the start of QEMU to the word `up`.
    pub(super) fn boot(&self) -> Result<f64> {
        let begin = Instant::now();
        let mut command = Emulator::find()?.command();
        command.args(["-nodefaults", "-no-reboot", "-display", "none"]);
        command.args([
            "-serial",
            "stdio",
            "-smp",
            "1",
            "-m",
            command_line::MEMORY,
        ]);
        // This machine has no memory backend.
        let processor = command_line::processor(self.config.accelerator)
            .map(|word| word.replace(",memory-backend=ram", ""));
        command.args(processor);
        command.arg("-kernel").arg(&self.config.kernel);
        command.arg("-initrd").arg(&self.initramfs);
        command.args(["-append", "console=ttyS0 quiet rdinit=/init"]);
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        command.stderr(Stdio::null());
        end_with_this_thread(&mut command);
        let child = command.spawn().context("QEMU")?;
        let mut running = RunningQemu(child);
        let stdout = running.0.stdout.take().context("stdout is piped")?;
        let lines = BufReader::new(stdout).split(b'\n');
        let up = lines
            .map_while(Result::ok)
            .any(|line| line.trim_ascii() == b"up");
        ensure!(up, "it does not boot");
        Ok(begin.elapsed().as_secs_f64())
    }
}

impl Drop for RunningQemu {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
