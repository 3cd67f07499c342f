//! A verb while it runs.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read, Seek, Write, pipe};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::reaper::Status;
use super::step::{self, Fate, Input, Verb};
use super::{shell, spoil};

/// Time from the verb's signal to SIGKILL: a signal that is only passed on to
/// the container may have no effect.
const GRACE: Duration = Duration::from_millis(300);

/// A verb that has been started.
pub struct Running<'a> {
    /// The verb.
    pub verb: &'a Verb,
    /// PID of the verb, a child of this process.
    pub pid: i32,
    /// Time of the start.
    pub begin: Instant,
    signalled: bool,
    outputs: [File; 2],
}

/// The result of a verb.
pub struct VerbOutput {
    /// Exit status or signal.
    pub status: Status,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: String,
}

impl<'a> Running<'a> {
    /// Starts a verb.
    pub fn start(verb: &'a Verb, busybox: &[u8]) -> Result<Self> {
        let mut command = match verb.setting {
            "" => Command::new("/bin/container"),
            setting => {
                let mut shell = Command::new("/bin/sh");
                let script = format!("{setting} exec \"$@\"");
                shell.args(["-c", &script, "sh", "/bin/container"]);
                shell
            }
        };
        let ids = spoil::ids();
        for word in &verb.words {
            command.arg(bytes(&with_id(word, &ids)));
        }
        command
            .env_clear()
            .env("PATH", "/bin:/sbin")
            .current_dir("/");
        for (name, value) in &verb.environment {
            command.env(bytes(name), bytes(value));
        }
        command.stdin(match &verb.input {
            Input::Nothing => Stdio::null(),
            Input::Bytes(bytes) => memory(bytes)?.into(),
            Input::Image(image) => memory(&image.bytes(busybox)?)?.into(),
        });
        let outputs = [memory(b"")?, memory(b"")?];
        let copy = |file: &File| file.try_clone().context("dup");
        command.stderr(copy(&outputs[1])?);
        command.stdout(if verb.is_read {
            Stdio::from(copy(&outputs[0])?)
        } else {
            pipe().context("pipe")?.1.into()
        });
        let child = command.spawn();
        let child = child.with_context(|| shell::line(verb))?;
        Ok(Self {
            verb,
            pid: child.id().cast_signed(),
            begin: Instant::now(),
            signalled: false,
            outputs,
        })
    }

    /// Returns the result of a verb that has ended.
    pub fn hear(self, status: Status) -> Result<VerbOutput> {
        let [stdout, stderr] = self.outputs.map(|mut file| {
            let mut bytes = Vec::new();
            file.rewind().and_then(|()| file.read_to_end(&mut bytes))?;
            anyhow::Ok(bytes)
        });
        Ok(VerbOutput {
            status,
            stdout: stdout?,
            stderr: String::from_utf8_lossy(&stderr?).into_owned(),
        })
    }

    /// Sends the verb's signal when its time has come. Returns the time until
    /// the next signal.
    pub fn signal(&mut self, elapsed: Duration) -> Option<Duration> {
        let Fate::Killed { after, signal } = self.verb.fate else {
            return None;
        };
        let pid = Pid::from_raw(self.pid);
        if elapsed >= after && !self.signalled {
            self.signalled = true;
            let _ = Signal::try_from(signal).map(|it| kill(pid, it));
        }
        let last = after + GRACE;
        if elapsed >= last {
            let _ = kill(pid, Signal::SIGKILL);
            return None;
        }
        Some(if self.signalled { last } else { after } - elapsed)
    }
}

/// Returns a file in memory, without a path.
fn memory(contents: &[u8]) -> Result<File> {
    let file = memfd_create("", MFdFlags::MFD_CLOEXEC).context("memfd")?;
    let mut file = File::from(file);
    file.write_all(contents)?;
    file.rewind()?;
    Ok(file)
}

fn bytes(bytes: &[u8]) -> &OsStr {
    OsStr::from_bytes(bytes)
}

/// Replaces the mark in a word with the ID that it stands for.
fn with_id(word: &[u8], ids: &[PathBuf]) -> Vec<u8> {
    let mark = step::ID.as_bytes();
    let place = word.windows(mark.len()).position(|it| it == mark);
    let Some(place) = place else {
        return word.to_vec();
    };
    let number = word.get(place + mark.len()).map_or(0, |it| it - b'0');
    let id = ids.get(usize::from(number));
    let id = id.map_or(&b"none"[..], |id| id.as_os_str().as_bytes());
    [&word[..place], id].concat()
}
