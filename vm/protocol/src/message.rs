//! Requests and events, and their order.
//!
//! The machine sends the first message, [`Event::Ready`], and the harness
//! answers with [`Request::Hello`]. After that the harness sends requests and
//! the machine reports events. The harness gives each command and each terminal
//! a number, its stream. [`Event::Output`] carries the stream's output; the
//! stream's last event is [`Event::Exit`].

use serde::{Deserialize, Serialize};

use crate::facts::Facts;

/// Number of one command or one terminal. The harness chooses it and never
/// reuses it.
pub type StreamId = u32;

/// A request of the harness to the machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    /// Sends what a fresh machine cannot know by itself. The first request;
    /// answered by [`Event::Done`].
    Hello {
        /// [`crate::VERSION`] of the harness.
        protocol: u32,
        /// Time of day, in nanoseconds since 1970, UTC.
        unix_time_ns: u64,
        /// Random bytes that are added to the kernel's random number generator,
        /// and credited as entropy.
        entropy: [u8; 32],
    },
    /// Writes a file, or the next part of one. Answered by [`Event::Done`].
    PutFile {
        /// Absolute path. Missing folders are made.
        path: String,
        /// Permission bits, as chmod(2) takes them.
        mode: u32,
        /// Whether to append to the file instead of replacing it.
        append: bool,
        /// Contents, at most [`crate::frame::MAX_PAYLOAD`] bytes per message.
        #[serde(with = "serde_bytes")]
        contents: Vec<u8>,
    },
    /// Writes a file whose contents are in the memory that the harness shares
    /// with the machine. Answered by [`Event::Done`].
    Install {
        /// Absolute path. Missing folders are made.
        path: String,
        /// Permission bits, as chmod(2) takes them.
        mode: u32,
        /// Position of the contents in the shared memory.
        offset: u64,
        /// Length of the contents in bytes.
        length: u64,
    },
    /// Runs a program without a terminal: standard output and standard error
    /// are two pipes, and standard input is a pipe that [`Request::Input`]
    /// fills.
    Exec {
        /// Stream of this command.
        id: StreamId,
        /// Program, searched in `PATH`, and its arguments.
        argv: Vec<String>,
    },
    /// Runs a program on a new pseudo-terminal.
    ExecTty {
        /// Stream of this command.
        id: StreamId,
        /// Program, searched in `PATH`, and its arguments.
        argv: Vec<String>,
        /// Size of the terminal.
        size: WindowSize,
        /// Value of the variable `TERM`.
        term: String,
    },
    /// Opens a lasting terminal with a bash. The bash and every shell started
    /// in it report each of their prompts as [`Event::Prompt`].
    OpenTerminal {
        /// Stream of this terminal.
        id: StreamId,
        /// Size of the terminal.
        size: WindowSize,
    },
    /// Sends bytes to a stream's standard input.
    Input {
        /// The stream.
        id: StreamId,
        /// The bytes.
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
    /// Closes a stream's standard input.
    CloseInput {
        /// The stream.
        id: StreamId,
    },
    /// Changes the size of a stream's terminal.
    Resize {
        /// The stream.
        id: StreamId,
        /// New size of the terminal.
        size: WindowSize,
    },
    /// Sends a signal to a stream's process group.
    Signal {
        /// The stream.
        id: StreamId,
        /// Number of the signal.
        signal: i32,
    },
    /// Asks whether PID 1 is alive. Answered by [`Event::Pong`].
    Ping,
    /// Asks for the state of the kernel. Answered by [`Event::Facts`].
    Facts,
    /// Switches the machine off. There is no answer.
    Poweroff,
}

/// A message of the machine to the harness.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// The machine is up. Always the first message.
    Ready {
        /// [`crate::VERSION`] of the machine.
        protocol: u32,
        /// Release of the kernel, as `uname -r` prints it.
        kernel: String,
    },
    /// A [`Request::Hello`], [`Request::PutFile`] or [`Request::Install`] has
    /// been carried out.
    Done,
    /// The program of a [`Request::Exec`] has been started.
    Started {
        /// The stream.
        id: StreamId,
        /// PID of the program in the initial PID namespace.
        pid: i32,
    },
    /// A stream has written output.
    Output {
        /// The stream.
        id: StreamId,
        /// Output on which the bytes were written. A terminal has only one.
        source: Source,
        /// The bytes: not necessarily whole lines or whole characters.
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
    /// A shell of a terminal waits for a command.
    Prompt {
        /// The terminal.
        id: StreamId,
        /// Exit status of the command before this prompt.
        status: u8,
        /// PID of the shell in the initial PID namespace. A nested shell has
        /// another PID than the terminal's first shell.
        shell: i32,
    },
    /// A command, or the first shell of a terminal, has ended.
    Exit {
        /// The stream.
        id: StreamId,
        /// Exit status.
        status: ExitStatus,
    },
    /// Answer to [`Request::Ping`].
    Pong,
    /// Answer to [`Request::Facts`].
    Facts(Facts),
    /// A request could not be carried out.
    Failed {
        /// Message for a person: the call, its object and the errno.
        reason: String,
    },
}

/// Output of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    /// Standard output, or a terminal.
    Stdout,
    /// Standard error.
    Stderr,
}

/// Way in which a process ended, as wait(2) reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExitStatus {
    /// The process called exit with this status.
    Code(u8),
    /// A signal with this number ended the process.
    Signal(u8),
    /// The program was never started: execvp failed with this errno.
    NotStarted(i32),
}

impl ExitStatus {
    /// Returns the status as `$?` of bash(1) shows it: 128 plus the number of a
    /// signal, 127 for a program that was never started.
    pub fn in_a_shell(self) -> u8 {
        match self {
            Self::Code(code) => code,
            Self::Signal(signal) => signal.saturating_add(128),
            Self::NotStarted(_) => 127,
        }
    }
}

/// The size of a terminal, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowSize {
    /// Number of columns.
    pub columns: u16,
    /// Number of rows.
    pub rows: u16,
}

impl WindowSize {
    /// Size of every terminal of a lesson: small enough for any screen.
    pub const LESSON: Self = Self {
        columns: 80,
        rows: 24,
    };
}
