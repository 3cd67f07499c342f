//! The observation of one run of a program.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use anyhow::{Context, Result};
use protocol::{Facts, Process, name};
use tr::tr;

use super::random::Values;

/// Number of bytes that the kernel keeps of a process's name
/// (proc_pid_comm(5)).
const MOST_OF_A_NAME: usize = 15;

/// Names of the signals from 1 on, as on x86 and ARM (signal(7)).
const SIGNALS: [&str; 31] = [
    "SIGHUP",
    "SIGINT",
    "SIGQUIT",
    "SIGILL",
    "SIGTRAP",
    "SIGABRT",
    "SIGBUS",
    "SIGFPE",
    "SIGKILL",
    "SIGUSR1",
    "SIGSEGV",
    "SIGUSR2",
    "SIGPIPE",
    "SIGALRM",
    "SIGTERM",
    "SIGSTKFLT",
    "SIGCHLD",
    "SIGCONT",
    "SIGSTOP",
    "SIGTSTP",
    "SIGTTIN",
    "SIGTTOU",
    "SIGURG",
    "SIGXCPU",
    "SIGXFSZ",
    "SIGVTALRM",
    "SIGPROF",
    "SIGWINCH",
    "SIGIO",
    "SIGPWR",
    "SIGSYS",
];

/// All data that checks and feedback look at.
#[derive(Clone, Debug, Default)]
pub struct Observation {
    /// Values of the variables.
    pub values: Values,
    /// Names given by `hold`.
    pub held: Vec<String>,
    /// Names given by `witness`.
    pub witnesses: Vec<String>,
    /// State of the kernel while the command waited, or at the end.
    pub facts: Facts,
    /// PID of the program.
    pub program: i32,
    /// Whether the command was executed, and still ran when the kernel was
    /// read.
    pub started: bool,
    /// Whether the command's first word was printed, by any process.
    pub said_ready: bool,
    /// Standard output of the program and its command, without the command's
    /// `ready`.
    pub stdout: String,
    /// Standard error of both.
    pub stderr: String,
    /// End of the program.
    pub end: End,
    /// Results of commands run outside of the program, by command line.
    pub probes: BTreeMap<String, Probe>,
    /// Time of these commands.
    pub probing: Duration,
    /// Names of the checks that have failed.
    pub failed: BTreeSet<String>,
    /// The learner's answer, in exercises that ask for one.
    pub answer: Option<String>,
}

/// The end of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum End {
    /// The program still runs, and has time left.
    #[default]
    NotYet,
    /// The program ended with this status, as a shell shows it.
    Status(u8),
    /// The program's time was over.
    TimedOut,
    /// The program's time was over, and it prints without a pause.
    Prints,
}

/// The result of a command run outside of the program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Probe {
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// Exit status, as a shell shows it.
    pub status: u8,
}

impl End {
    /// Returns whether the program did not end in its time.
    pub fn is_missing(self) -> bool {
        matches!(self, Self::TimedOut | Self::Prints)
    }
}

impl Observation {
    /// Returns a process by its name in the exercise.
    pub fn process(&self, subject: &str) -> Option<&Process> {
        let mut all = self.facts.processes.iter();
        match subject {
            "machine" => all.find(|process| process.pid == 1),
            "program" => all.find(|process| process.pid == self.program),
            "command" => {
                let name = self.values.get("command")?;
                all.find(|process| process.command == kept(name))
            }
            name if self.witnesses.iter().any(|it| it == name) => {
                all.find(|process| process.command == kept(name))
            }
            name => {
                let pid: i32 = self.values.get(name)?.parse().ok()?;
                all.find(|process| {
                    process.pid == pid && process.command == kept(name)
                })
            }
        }
    }

    /// Returns the names of all processes in the exercise.
    pub fn subjects(&self) -> impl Iterator<Item = &str> {
        let named = self.held.iter().chain(&self.witnesses);
        ["machine"]
            .into_iter()
            .chain(named.map(String::as_str))
            .chain(["program", "command"])
    }

    /// Returns the result of a command that was run outside of the program.
    pub fn probe(&self, run: &str) -> Result<&Probe> {
        let probe = self.probes.get(run);
        probe.with_context(|| format!("{run:?} was not run"))
    }

    /// Returns the signal that ended the program.
    pub fn signal(&self) -> Option<&'static str> {
        match self.end {
            End::Status(status @ 129..) => {
                SIGNALS.get(usize::from(status) - 129).copied()
            }
            _ => None,
        }
    }

    /// Describes the end of the program.
    pub fn end_in_words(&self) -> String {
        match (self.end, self.signal()) {
            (End::Status(status), Some(signal)) => {
                tr!("exit status {status} ({signal})", status, signal)
            }
            (End::Status(status), None) => {
                tr!("exit status {status}", status)
            }
            (End::TimedOut, _) => tr!("it does not end"),
            (End::Prints, _) => tr!("it prints without end"),
            (End::NotYet, _) => tr!("it still runs"),
        }
    }
}

/// Cuts a name as the kernel does, even within a character.
fn kept(name: &str) -> String {
    let length = name.len().min(MOST_OF_A_NAME);
    name::text(&name.as_bytes()[..length])
}
