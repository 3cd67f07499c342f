//! dockerd in the sandbox: its own folders, its own socket, no registry.

use std::fs::{self, File};
use std::os::unix::net::UnixDatagram;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

use super::install::Unavailable;

/// The socket, as clients want it in `DOCKER_HOST`.
pub(crate) const HOST: &str = "unix:///run/dockerd/docker.sock";

/// All it has in /run; /var/lib is ours as well.
const FOLDER: &str = "/run/dockerd";
const LOG: &str = "/run/dockerd/log";
const READY: &str = "/run/dockerd/ready";

/// It answers after about a second; a slow computer gets a minute.
const PATIENCE: Duration = Duration::from_secs(60);

/// Starts it, and waits until it says that it is ready (sd_notify(3)). It
/// ends with the sandbox.
pub(crate) fn start() -> Result<()> {
    fs::create_dir(FOLDER).context(FOLDER)?;
    let ready = UnixDatagram::bind(READY).context(READY)?;
    ready.set_read_timeout(Some(PATIENCE))?;
    let log = File::create(LOG).context(LOG)?;
    let mut child = Command::new("dockerd")
        .args(["--data-root", "/var/lib/docker"])
        .args(["--exec-root", "/run/dockerd/exec"])
        .args(["-H", HOST, "-p", "/run/dockerd/pid"])
        .env("NOTIFY_SOCKET", READY)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()
        .context("exec(dockerd)")?;
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
                    return Ok(());
                }
                if text.starts_with("ended") {
                    break text.into_owned();
                }
            }
            Err(_) => break "it does not answer".into(),
        }
    };
    Err(Unavailable(format!("dockerd: {heard}\n{}", last_lines())).into())
}

fn last_lines() -> String {
    let log = fs::read(LOG).unwrap_or_default();
    let log = String::from_utf8_lossy(&log);
    let lines: Vec<&str> = log.lines().collect();
    let last = lines.iter().skip(lines.len().saturating_sub(10));
    last.map(|line| format!("  | {line}\n")).collect()
}
