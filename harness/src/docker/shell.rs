//! A lasting bash like a user's, except that each command's stdout and stderr
//! are kept apart.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::daemon;

/// Time limit for a command.
const PATIENCE: Duration = Duration::from_secs(60);

const FOLDER: &str = "/run/shell";

/// Output and exit status of a command.
pub(super) struct ShellOutput {
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: Vec<u8>,
    pub(super) status: u8,
}

/// The shell.
pub(super) struct Shell {
    child: Child,
    stdin: ChildStdin,
    statuses: Receiver<String>,
    count: usize,
}

impl Shell {
    /// Starts a bash that looks for programs in this folder first.
    pub(super) fn start(programs: &str) -> Result<Self> {
        fs::create_dir(FOLDER).context(FOLDER)?;
        let path =
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        let mut child = Command::new("bash")
            .args(["--noprofile", "--norc"])
            .current_dir(FOLDER)
            .env_clear()
            .env("PATH", format!("{programs}:{path}"))
            .env("HOME", FOLDER)
            .env("LC_ALL", "C.UTF-8")
            .env("DOCKER_HOST", daemon::HOST)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("exec(bash)")?;
        let stdin = child.stdin.take().context("stdin is piped")?;
        let stdout = child.stdout.take().context("stdout is piped")?;
        let (sender, statuses) = channel();
        thread::spawn(move || {
            let lines = BufReader::new(stdout).lines().map_while(Result::ok);
            for line in lines {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Ok(Self {
            child,
            stdin,
            statuses,
            count: 0,
        })
    }

    pub(super) fn pid(&self) -> i32 {
        self.child.id().cast_signed()
    }

    /// Runs a command in the shell and waits for its end.
    pub(super) fn run(&mut self, command: &str) -> Result<ShellOutput> {
        self.count += 1;
        let file = |name: &str| format!("{FOLDER}/{}.{name}", self.count);
        let [input, stdout, stderr] = ["input", "stdout", "stderr"].map(file);
        fs::write(&input, command).context("write")?;
        writeln!(
            self.stdin,
            "eval \"$(<{input})\" </dev/null >{stdout} 2>{stderr}; echo $?"
        )?;
        let status = self.statuses.recv_timeout(PATIENCE);
        let read = |path: &str| fs::read(Path::new(path)).unwrap_or_default();
        let Ok(Ok(status)) = status.map(|status| status.trim().parse()) else {
            let error = read(&stderr);
            bail!(
                "no end after {} s: {command}\n{}",
                PATIENCE.as_secs(),
                String::from_utf8_lossy(&error)
            );
        };
        Ok(ShellOutput {
            stdout: read(&stdout),
            stderr: read(&stderr),
            status,
        })
    }
}
