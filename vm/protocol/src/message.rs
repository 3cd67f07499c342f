//! The requests, the events, and the order they come in.
//!
//! The machine speaks first, with [`Event::Ready`]; the harness answers with
//! [`Request::Hello`]. After that the harness asks and the machine reports.
//! A stream (a command or a terminal) is named by the harness; its output
//! arrives as [`Event::Output`] until its [`Event::Exit`], which is always the
//! last thing said about it.

use serde::{Deserialize, Serialize};

use crate::facts::Facts;

/// Names one command or one terminal, chosen by the harness, never reused.
pub type StreamId = u32;

/// What the harness asks of the machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    /// The first message: what a fresh machine cannot know by itself.
    Hello {
        /// [`crate::VERSION`] of the harness.
        protocol: u32,
        /// The time of day, in nanoseconds since 1970, UTC.
        unix_time_ns: u64,
        /// Mixed into the kernel's random number generator, and credited.
        entropy: [u8; 32],
    },
    /// Write a file, or the next part of one. Answered by [`Event::Done`].
    PutFile {
        /// Where, absolute. Missing directories are made.
        path: String,
        /// Permission bits, as chmod(2) takes them.
        mode: u32,
        /// Add to the file instead of replacing it.
        append: bool,
        /// At most [`crate::frame::MAX_PAYLOAD`] bytes a message.
        #[serde(with = "serde_bytes")]
        contents: Vec<u8>,
    },
    /// Write a file whose contents are in the memory that the harness and the
    /// machine both see. Answered by [`Event::Done`].
    Install {
        /// Where, absolute. Missing directories are made.
        path: String,
        /// Permission bits, as chmod(2) takes them.
        mode: u32,
        /// Where in that memory the contents begin.
        offset: u64,
        /// How many bytes they are.
        length: u64,
    },
    /// Run a program with no terminal: standard output and standard error
    /// are two pipes, standard input is empty until [`Request::Input`].
    Exec {
        /// The stream this command will be known by.
        id: StreamId,
        /// The program and its arguments; searched in `PATH`.
        argv: Vec<String>,
    },
    /// Run a program on a new pseudo-terminal.
    ExecTty {
        /// The stream this command will be known by.
        id: StreamId,
        /// The program and its arguments; searched in `PATH`.
        argv: Vec<String>,
        /// The size of the terminal.
        size: WindowSize,
        /// The value of `TERM`.
        term: String,
    },
    /// Open a lasting terminal: a bash that reports each of its prompts, and
    /// those of the shells started in it, as [`Event::Prompt`].
    OpenTerminal {
        /// The stream this terminal will be known by.
        id: StreamId,
        /// The size of the terminal.
        size: WindowSize,
    },
    /// Bytes for a stream's standard input.
    Input {
        /// The stream.
        id: StreamId,
        /// What it will read.
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
    /// Nothing more will be written to a stream's standard input.
    CloseInput {
        /// The stream.
        id: StreamId,
    },
    /// The stream's terminal changed its size.
    Resize {
        /// The stream.
        id: StreamId,
        /// Its new size.
        size: WindowSize,
    },
    /// Send a signal to a stream's process group.
    Signal {
        /// The stream.
        id: StreamId,
        /// The signal's number.
        signal: i32,
    },
    /// Answered by [`Event::Pong`]: PID 1 is alive.
    Ping,
    /// Look at the kernel, and answer with [`Event::Facts`].
    Facts,
    /// Stop the machine. There is no answer.
    Poweroff,
}

/// What the machine reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// The machine is up. The first message.
    Ready {
        /// [`crate::VERSION`] of the machine.
        protocol: u32,
        /// The kernel's release, as `uname -r` prints it.
        kernel: String,
    },
    /// A [`Request::Hello`] or [`Request::PutFile`] was carried out.
    Done,
    /// A [`Request::Exec`] was carried out: the program runs.
    Started {
        /// The stream.
        id: StreamId,
        /// Its PID, as PID 1 of the machine sees it.
        pid: i32,
    },
    /// A stream wrote something.
    Output {
        /// The stream.
        id: StreamId,
        /// Which of its outputs. On a terminal the two are one.
        source: Source,
        /// What it wrote; not necessarily whole lines, nor whole characters.
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
    /// A shell of a terminal waits for a command.
    Prompt {
        /// The terminal.
        id: StreamId,
        /// The exit status of the command before this prompt.
        status: u8,
        /// The shell's PID, as PID 1 of the machine sees it. It differs from
        /// the terminal's first shell where a shell was started in a shell.
        shell: i32,
    },
    /// A command ended, or a terminal's first shell.
    Exit {
        /// The stream.
        id: StreamId,
        /// How it ended.
        status: ExitStatus,
    },
    /// The answer to [`Request::Ping`].
    Pong,
    /// The answer to [`Request::Facts`].
    Facts(Facts),
    /// A request could not be carried out; the text says which call failed.
    Failed {
        /// For a person: the call, its object, the errno.
        reason: String,
    },
}

/// Which of a command's outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    /// Standard output, or a terminal.
    Stdout,
    /// Standard error.
    Stderr,
}

/// How a process ended, as wait(2) tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExitStatus {
    /// It called exit with this status.
    Code(u8),
    /// This signal ended it.
    Signal(u8),
    /// It was never started: execvp failed with this errno.
    NotStarted(i32),
}

/// The size of a terminal, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowSize {
    /// Characters in a line.
    pub columns: u16,
    /// Lines.
    pub rows: u16,
}

impl WindowSize {
    /// The terminal of every lesson: what fits everywhere.
    pub const LESSON: Self = Self {
        columns: 80,
        rows: 24,
    };
}
