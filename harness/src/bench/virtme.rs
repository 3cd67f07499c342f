//! virtme-ng, the standard tool that boots a kernel on this computer's files:
//! the same kernel, started by one command.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

use crate::machine::accelerator::Kind;
use crate::machine::kernel::Kernel;

/// A folder with one kernel and its modules, laid out as virtme-ng expects.
pub(super) struct Virtme {
    root: TempDir,
    release: String,
    accelerator: Kind,
}

impl Virtme {
    /// Lays out the folder for this kernel.
    pub(super) fn with(
        kernel: &Kernel,
        release: &str,
        accelerator: Kind,
    ) -> Result<Self> {
        let root = TempDir::new()?;
        let path = |name: &str| root.path().join(name);
        fs::create_dir_all(path("boot"))?;
        fs::create_dir_all(path("usr/lib/modules"))?;
        symlink("usr/lib", path("lib"))?;
        symlink(&kernel.image, path("boot").join("vmlinuz"))?;
        let modules = path("usr/lib/modules").join(release);
        symlink(&kernel.modules, modules)?;
        let release = release.to_owned();
        Ok(Self {
            root,
            release,
            accelerator,
        })
    }

    /// Boots the kernel, has it print its release, waits for its end, and
    /// returns the seconds.
    pub(super) fn boot(&self) -> Result<f64> {
        let begin = Instant::now();
        let mut command = Command::new("timeout");
        command.args(["120", "vng", "--run"]);
        command.arg(self.root.path().join("boot/vmlinuz"));
        if self.accelerator == Kind::Tcg {
            command.arg("--disable-kvm");
        }
        // Where the kernel has virtio-serial as a module, virtme-ng prints the
        // command's output on the console, among the kernel's messages, and
        // loses the exit status.
        command.args(["--verbose", "--append", "quiet"]);
        command.args(["--", "uname", "-r"]).stdin(Stdio::null());
        let output = command.output().context("exec(timeout)")?;
        if output.status.code() == Some(127) {
            bail!("not installed (vng)");
        }
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        let mut lines = said.lines().map(str::trim);
        let answered = lines.any(|line| line == self.release);
        let last = said.lines().last().unwrap_or("without a word");
        ensure!(answered, "does not run here: {last}");
        Ok(begin.elapsed().as_secs_f64())
    }
}
