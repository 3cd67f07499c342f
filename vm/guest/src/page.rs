//! The stream to the harness in v86, the emulator of the page.
//!
//! v86 makes each of its four virtio ports a console. Two of them, as raw
//! terminals, are the stream: bytes in both directions go over the first. v86
//! drops bytes for which the kernel has no buffer, so the second tells the
//! page how many bytes have been read.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, Result};
use nix::sys::termios::{SetArg, cfmakeraw, tcgetattr, tcsetattr};

/// Name of the first port in v86, and its terminal.
const STREAM: (&str, &str) = ("virtio-1", "/dev/hvc1");

/// Terminal of the second port.
const READ: &str = "/dev/hvc2";

/// The terminals of the stream.
pub struct Terminals {
    /// Bytes in both directions.
    pub stream: File,
    /// Numbers of bytes that have been read: `u32`, little endian.
    pub read: File,
}

/// Opens the terminals, or returns `None` outside of v86.
pub fn terminals() -> Result<Option<Terminals>> {
    if !is_here()? {
        return Ok(None);
    }
    Ok(Some(Terminals {
        stream: open(STREAM.1)?,
        read: open(READ)?,
    }))
}

fn is_here() -> Result<bool> {
    let ports = "/sys/class/virtio-ports";
    for entry in fs::read_dir(ports).context(ports)? {
        let name = fs::read_to_string(entry?.path().join("name"));
        if name.is_ok_and(|name| name.trim() == STREAM.0) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Opens a terminal that changes no byte and is nobody's controlling terminal.
fn open(path: &str) -> Result<File> {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .custom_flags(libc::O_NOCTTY)
        .open(Path::new(path))
        .with_context(|| format!("open({path})"))?;
    let mut settings =
        tcgetattr(&file).with_context(|| format!("tcgetattr({path})"))?;
    cfmakeraw(&mut settings);
    tcsetattr(&file, SetArg::TCSANOW, &settings)
        .with_context(|| format!("tcsetattr({path})"))?;
    Ok(file)
}
