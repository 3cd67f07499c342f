//! What was seen of one run of a program.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use anyhow::{Context, Result};
use nix::sys::signal::Signal;
use protocol::{Facts, Process, name};

use super::random::Values;

/// The kernel keeps this much of a name (proc_pid_comm(5)).
const MOST_OF_A_NAME: usize = 15;

/// Everything that checks and feedback look at.
#[derive(Clone, Debug, Default)]
pub struct Observation {
    /// The variables.
    pub values: Values,
    /// The names given by `hold`.
    pub held: Vec<String>,
    /// The names given by `witness`.
    pub witnesses: Vec<String>,
    /// What the kernel held while the command stood still, or at the end.
    pub facts: Facts,
    /// The PID of the program.
    pub program: i32,
    /// The command was executed, and was there to be looked at.
    pub started: bool,
    /// Something printed what the command says first.
    pub said_ready: bool,
    /// What the program and its command printed, but for the command's
    /// `ready`.
    pub stdout: String,
    /// What they complained about.
    pub stderr: String,
    /// How it ended.
    pub end: End,
    /// What was run from outside, by the command line.
    pub probes: BTreeMap<String, Probe>,
    /// How long that took.
    pub probing: Duration,
    /// The checks that have failed.
    pub failed: BTreeSet<String>,
    /// The learner's answer, where something is to be found.
    pub answer: Option<String>,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum End {
    /// It still runs, and has time left.
    #[default]
    NotYet,
    /// With this status, as a shell shows it.
    Status(u8),
    /// Its time was over.
    TimedOut,
    /// Its time was over, and it prints without a pause.
    Prints,
}

/// What came of a command that was run from outside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Probe {
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
    /// Its exit status, as a shell shows it.
    pub status: u8,
}

impl End {
    /// It had all the time there is, and did not.
    pub fn is_missing(self) -> bool {
        matches!(self, Self::TimedOut | Self::Prints)
    }
}

impl Observation {
    /// A process by what the exercise calls it.
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

    /// What processes are called in this exercise.
    pub fn subjects(&self) -> impl Iterator<Item = &str> {
        let named = self.held.iter().chain(&self.witnesses);
        ["machine"]
            .into_iter()
            .chain(named.map(String::as_str))
            .chain(["program", "command"])
    }

    /// What came of a command that was run from outside.
    pub fn probe(&self, run: &str) -> Result<&Probe> {
        let probe = self.probes.get(run);
        probe.with_context(|| format!("{run:?} was not run"))
    }

    /// The signal that ended the program.
    pub fn signal(&self) -> Option<&'static str> {
        match self.end {
            End::Status(status @ 129..) => {
                let signal = Signal::try_from(i32::from(status) - 128).ok()?;
                Some(signal.as_str())
            }
            _ => None,
        }
    }

    /// How it ended.
    pub fn end_in_words(&self) -> String {
        match (self.end, self.signal()) {
            (End::Status(status), Some(signal)) => {
                format!("exit status {status} ({signal})")
            }
            (End::Status(status), None) => format!("exit status {status}"),
            (End::TimedOut, _) => "it does not end".to_owned(),
            (End::Prints, _) => "it prints without end".to_owned(),
            (End::NotYet, _) => "it still runs".to_owned(),
        }
    }
}

/// The kernel cuts also within a letter.
fn kept(name: &str) -> String {
    let length = name.len().min(MOST_OF_A_NAME);
    name::text(&name.as_bytes()[..length])
}
