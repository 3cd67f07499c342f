//! dockerd in the sandbox: its own folders, its own socket, no registry.

use std::env;
use std::fs::{self, File};
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

use super::install::NoDocker;
use super::tree;

/// The socket, in the form of `DOCKER_HOST`.
pub(crate) const HOST: &str = "unix:///run/dockerd/docker.sock";

/// Folder of dockerd in /run. /var/lib belongs to the sandbox as well.
const FOLDER: &str = "/run/dockerd";
const LOG: &str = "/run/dockerd/log";
const READY: &str = "/run/dockerd/ready";

/// Time limit for dockerd's start, which takes about a second on a fast
/// computer.
const PATIENCE: Duration = Duration::from_secs(60);

/// Starts the dockerd of a tree, or the installed one, and waits until it
/// reports that it is ready (sd_notify(3)). dockerd ends with the sandbox.
/// Returns the PID.
pub(crate) fn start(tree: Option<&Path>) -> Result<i32> {
    fs::create_dir(FOLDER).context(FOLDER)?;
    let ready = UnixDatagram::bind(READY).context(READY)?;
    ready.set_read_timeout(Some(PATIENCE))?;
    let log = File::create(LOG).context(LOG)?;
    let mut command = program(tree)?;
    let mut child = command
        .args(["--data-root", "/var/lib/docker"])
        .args(["--exec-root", "/run/dockerd/exec"])
        .args(["-H", HOST, "-p", "/run/dockerd/pid"])
        .env("NOTIFY_SOCKET", READY)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()
        .context("exec(dockerd)")?;
    let pid = child.id().cast_signed();
    thread::spawn(move || {
        let status = child.wait();
        let end = status.map_or_else(|e| e.to_string(), |s| s.to_string());
        let last = UnixDatagram::unbound()?;
        last.send_to(format!("ended: {end}").as_bytes(), READY)
    });
    let mut buffer = [0; 1024];
    let heard = loop {
        match ready.recv(&mut buffer) {
            Ok(size) => {
                let text = String::from_utf8_lossy(&buffer[..size]);
                if text.contains("READY=1") {
                    return Ok(pid);
                }
                if text.starts_with("ended") {
                    break text.into_owned();
                }
            }
            Err(_) => break "it does not answer".into(),
        }
    };
    Err(NoDocker(format!("dockerd: {heard}\n{}", last_lines())).into())
}

/// Returns the number of outputs that dockerd's log reports as lost.
///
/// Seen with 26.1.5 and 28.5.2 on a busy computer, in up to 8 of 100 runs of a
/// container that prints a line and ends: dockerd has containerd delete the
/// process, which closes both FIFOs, perhaps before dockerd has read from them.
/// The client then prints nothing, with status 0, and `docker logs` prints
/// nothing either. dockerd waits for its readers before it reports the
/// container's end, so the line is in the log before the client ends.
pub(super) fn losses() -> usize {
    let log = fs::read(LOG).unwrap_or_default();
    let lines = log.split(|byte| *byte == b'\n');
    lines
        .filter(|line| is_loss(&String::from_utf8_lossy(line)))
        .count()
}

fn is_loss(line: &str) -> bool {
    line.contains("msg=\"copy stream failed\"")
}

fn program(tree: Option<&Path>) -> Result<Command> {
    let Some(tree) = tree else {
        return Ok(Command::new("dockerd"));
    };
    let mut command = Command::new(env::current_exe()?);
    command
        .arg(tree::SUBCOMMAND)
        .arg(tree)
        .args(["--", "dockerd"]);
    Ok(command)
}

fn last_lines() -> String {
    let log = fs::read(LOG).unwrap_or_default();
    let log = String::from_utf8_lossy(&log);
    let lines: Vec<&str> = log.lines().collect();
    let last = lines.iter().skip(lines.len().saturating_sub(10));
    last.map(|line| format!("  | {line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loss_is_told_by_the_line_in_dockerds_log() {
        let line = "time=\"2026-11-30T02:28:32.795496174Z\" level=error \
            msg=\"copy stream failed\" error=\"reading from a closed fifo\" \
            stream=stdout";
        assert!(is_loss(line));
        assert!(!is_loss(&line.replace("copy stream", "close stream")));
    }
}
