//! A process whose standard input and output are a machine's stream, and whose
//! standard error is the machine's console.

use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

use super::console::Console;
use super::qemu::end_with_this_thread;

/// Starts the command. Returns the process, this side's end of its standard
/// input and output, and the reader of its standard error.
///
/// The process ends with the thread that calls this function.
pub fn start(mut command: Command) -> Result<(Child, UnixStream, Console)> {
    let (stream, of_child) = UnixStream::pair().context("socketpair")?;
    let (errors, errors_of_child) = UnixStream::pair().context("socketpair")?;
    let input = of_child.try_clone().context("dup")?;
    command.stdin(Stdio::from(OwnedFd::from(input)));
    command.stdout(Stdio::from(OwnedFd::from(of_child)));
    command.stderr(Stdio::from(OwnedFd::from(errors_of_child)));
    end_with_this_thread(&mut command);
    let name = command.get_program().display().to_string();
    let child = command.spawn().with_context(|| format!("exec({name})"))?;
    drop(command); // closes the copies of the child's ends here
    Ok((child, stream, Console::read(errors)))
}
