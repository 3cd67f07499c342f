//! The stream to the harness: a virtio-serial port, the terminals of v86, or
//! standard input and output.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use protocol::{Event, Frames, Request};

use crate::page;

/// Most bytes that the kernel returns at once (drivers/char/virtio_console.c).
const MOST_BYTES: usize = 4096;

/// The stream in both directions. A write blocks while the harness does not read,
/// so a command that prints without end is slowed down and its output does not
/// pile up.
pub struct Control {
    input: File,
    output: File,
    /// Terminal for the numbers of bytes read, in v86.
    read: Option<File>,
    frames: Frames,
}

impl Control {
    /// Finds the port by its name and opens it, or else opens v86's terminals.
    pub fn open() -> Result<Self> {
        if let Some(page::Terminals { stream, read }) = page::terminals()? {
            return Self::of(stream, Some(read));
        }
        let path = port_path()?;
        let port = OpenOptions::new()
            .read(true)
            .write(true)
            .open(&path)
            .with_context(|| format!("open({})", path.display()))?;
        Self::of(port, None)
    }

    fn of(port: File, read: Option<File>) -> Result<Self> {
        let output = port.try_clone().context("dup(port)")?;
        Ok(Self {
            input: port,
            output,
            read,
            frames: Frames::default(),
        })
    }

    /// Takes standard input and standard output.
    pub fn of_standard_streams() -> Result<Self> {
        let duplicate = |fd: BorrowedFd<'_>| {
            fd.try_clone_to_owned().map(File::from).context("dup")
        };
        Ok(Self {
            input: duplicate(io::stdin().as_fd())?,
            output: duplicate(io::stdout().as_fd())?,
            read: None,
            frames: Frames::default(),
        })
    }

    /// Sends one event.
    pub fn send(&mut self, event: &Event) -> Result<()> {
        let bytes = protocol::encode(event)?;
        self.output
            .write_all(&bytes)
            .context("write to the harness")
    }

    /// Reads bytes that have arrived. Returns `false` when the harness is gone.
    pub fn receive(&mut self) -> Result<bool> {
        let mut bytes = [0; MOST_BYTES];
        let count = self
            .input
            .read(&mut bytes)
            .context("read from the harness")?;
        if let Some(read) = &mut self.read {
            let number = u32::try_from(count).context("a short read")?;
            read.write_all(&number.to_le_bytes())
                .context("write of the bytes read")?;
        }
        self.frames.push(&bytes[..count]);
        Ok(count > 0)
    }

    /// Returns the next whole request that has arrived.
    pub fn next_request(&mut self) -> Result<Option<Request>> {
        Ok(self.frames.take()?)
    }
}

impl AsFd for Control {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.input.as_fd()
    }
}

fn port_path() -> Result<PathBuf> {
    let ports = "/sys/class/virtio-ports";
    for entry in fs::read_dir(ports).context(ports)? {
        let entry = entry?;
        let name = fs::read_to_string(entry.path().join("name"));
        if name.is_ok_and(|name| name.trim() == protocol::PORT_NAME) {
            return Ok(PathBuf::from("/dev").join(entry.file_name()));
        }
    }
    bail!("no port named {} in {ports}", protocol::PORT_NAME)
}
