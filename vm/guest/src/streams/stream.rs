//! A command or terminal: its outputs, its input, its end.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags};
use nix::unistd::{Pid, tcgetpgrp};
use protocol::{Event, ExitStatus, Source, StreamId};

use crate::control::Control;
use crate::prompt::{Piece, Prompts};

/// Time after a command's end at which it counts as complete: a process in the
/// background may hold the command's pipes for ever.
const GRACE: Duration = Duration::from_millis(200);

/// Number of portions after which a stream is read only once per [`PAUSE`]. PID
/// 1 runs before all others, so without a pause it would read a program that
/// prints line by line after every line.
const MANY_PORTIONS: usize = 2_000;

/// Time for a program to print more.
const PAUSE: Duration = Duration::from_millis(1);

/// A command or terminal with its child, its outputs and its input.
pub struct Stream {
    /// Number that the harness gave the stream.
    pub id: StreamId,
    /// PID of the command or the first shell, which leads a process group.
    pub child: Pid,
    outputs: Vec<(Source, File)>,
    /// Number of portions read since the last input.
    portions: usize,
    input: Option<File>,
    pending: VecDeque<u8>,
    close_when_written: bool,
    prompts: Option<Prompts>,
    /// Status of the child, and the time of its end.
    pub exited: Option<(ExitStatus, Instant)>,
}

impl Stream {
    /// Takes over the files of a child.
    pub fn new(
        id: StreamId,
        child: u32,
        outputs: Vec<(Source, File)>,
        input: File,
        prompts: Option<Prompts>,
    ) -> Result<Self> {
        for fd in outputs.iter().map(|(_, file)| file).chain([&input]) {
            fcntl(fd, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))
                .context("fcntl(O_NONBLOCK)")?;
        }
        Ok(Self {
            id,
            child: Pid::from_raw(child.cast_signed()),
            outputs,
            portions: 0,
            input: Some(input),
            pending: VecDeque::new(),
            close_when_written: false,
            prompts,
            exited: None,
        })
    }

    /// Queues bytes for the stream's standard input.
    pub fn queue(&mut self, bytes: &[u8]) {
        self.portions = 0;
        self.pending.extend(bytes);
        self.write_pending();
    }

    /// Closes the standard input after the queued bytes.
    pub fn close_input(&mut self) {
        self.close_when_written = true;
        self.write_pending();
    }

    /// Returns PID 1's end of the terminal, for a command on a terminal.
    pub fn terminal(&self) -> Option<&File> {
        self.outputs.first().map(|(_, file)| file)
    }

    /// Returns the files to wait for: the outputs, then the input if bytes are
    /// queued for it.
    pub fn poll_fds(&self) -> impl Iterator<Item = PollFd<'_>> {
        let outputs = self.outputs.iter();
        let outputs = outputs
            .map(|(_, file)| PollFd::new(file.as_fd(), PollFlags::POLLIN));
        let input = self.input.as_ref().filter(|_| !self.pending.is_empty());
        let input =
            input.map(|file| PollFd::new(file.as_fd(), PollFlags::POLLOUT));
        outputs.chain(input)
    }

    /// Moves bytes. `ready` tells which files of [`Self::poll_fds`] are ready.
    pub fn pump(
        &mut self,
        control: &mut Control,
        ready: &mut impl Iterator<Item = bool>,
    ) -> Result<()> {
        let outputs: Vec<bool> = ready.take(self.outputs.len()).collect();
        if !self.pending.is_empty() {
            ready.next();
            self.write_pending();
        }
        let mut index = 0;
        for happened in outputs {
            if happened && !self.forward(control, index)? {
                self.outputs.remove(index);
            } else {
                index += 1;
            }
        }
        Ok(())
    }

    /// Reads output that was written before the end, and reports the end.
    /// Returns `false` if another process may still write.
    pub fn complete(&mut self, control: &mut Control) -> Result<bool> {
        let Some((status, at)) = self.exited else {
            return Ok(false);
        };
        while !self.outputs.is_empty() && self.forward_available(control)? {}
        if !self.outputs.is_empty() && at.elapsed() < GRACE {
            return Ok(false);
        }
        self.flush(control)?;
        let id = self.id;
        control.send(&Event::Exit { id, status })?;
        Ok(true)
    }

    /// Returns the time until [`GRACE`] ends, if the child has ended.
    pub fn wake_in(&self) -> Option<Duration> {
        let (_, at) = self.exited?;
        Some(GRACE.saturating_sub(at.elapsed()))
    }

    /// Reads one portion of every output. Returns `false` if there was nothing.
    fn forward_available(&mut self, control: &mut Control) -> Result<bool> {
        let mut came = false;
        let mut index = 0;
        while index < self.outputs.len() {
            match self.read(index) {
                Portion::Nothing => index += 1,
                Portion::End => drop(self.outputs.remove(index)),
                Portion::Bytes(bytes) => {
                    self.report(control, index, &bytes)?;
                    came = true;
                    index += 1;
                }
            }
        }
        Ok(came)
    }

    /// Reads one portion of one output. Returns `false` at its end.
    fn forward(&mut self, control: &mut Control, index: usize) -> Result<bool> {
        match self.read(index) {
            Portion::Nothing => Ok(true),
            Portion::End => Ok(false),
            Portion::Bytes(bytes) => {
                self.report(control, index, &bytes)?;
                Ok(true)
            }
        }
    }

    fn read(&mut self, index: usize) -> Portion {
        if self.portions > MANY_PORTIONS {
            std::thread::sleep(PAUSE);
        }
        self.portions += 1;
        let mut bytes = vec![0; 32 << 10];
        match self.outputs[index].1.read(&mut bytes) {
            Ok(0) => Portion::End,
            Ok(count) => {
                bytes.truncate(count);
                Portion::Bytes(bytes)
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                Portion::Nothing
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {
                Portion::Nothing
            }
            // EIO: no process has the terminal open any more.
            Err(_) => Portion::End,
        }
    }

    fn report(
        &mut self,
        control: &mut Control,
        index: usize,
        bytes: &[u8],
    ) -> Result<()> {
        let (source, _) = self.outputs[index];
        let pieces = match &mut self.prompts {
            Some(prompts) => prompts.push(bytes),
            None => vec![Piece::Output(bytes.to_vec())],
        };
        for piece in pieces {
            control.send(&match piece {
                Piece::Output(bytes) => Event::Output {
                    id: self.id,
                    source,
                    bytes,
                },
                Piece::Prompt(status) => Event::Prompt {
                    id: self.id,
                    status,
                    shell: self.foreground(index),
                },
            })?;
        }
        Ok(())
    }

    /// Returns the PID of the waiting shell, which leads the terminal's
    /// foreground group.
    fn foreground(&self, index: usize) -> i32 {
        tcgetpgrp(&self.outputs[index].1).map_or(0, Pid::as_raw)
    }

    /// Sends the output that was held back, after the last portion.
    fn flush(&mut self, control: &mut Control) -> Result<()> {
        let rest = self.prompts.as_mut().map(Prompts::rest);
        match rest.filter(|bytes| !bytes.is_empty()) {
            Some(bytes) => control.send(&Event::Output {
                id: self.id,
                source: Source::Stdout,
                bytes,
            }),
            None => Ok(()),
        }
    }

    /// Writes as many queued bytes as the reader accepts. If the reader is
    /// gone, the bytes are dropped.
    fn write_pending(&mut self) {
        let Some(input) = &mut self.input else { return };
        while !self.pending.is_empty() {
            match input.write(self.pending.make_contiguous()) {
                Ok(count) => drop(self.pending.drain(..count)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => self.pending.clear(),
            }
        }
        if self.close_when_written {
            self.input = None;
        }
    }
}

/// Result of one read.
enum Portion {
    Bytes(Vec<u8>),
    Nothing,
    End,
}
