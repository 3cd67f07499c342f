//! Assertions about a run, for checks and for feedback: one language.

use anyhow::{Result, bail};
use protocol::Kind;
use serde::Deserialize;

/// A statement about a run, which holds or does not.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Assertion {
    /// Two processes are members of the same namespaces, of each of these
    /// types.
    Same(Pair),
    /// Two processes are members of different namespaces, of each of these
    /// types.
    Differ(Pair),
    /// Two names mean one process: the program has become the command.
    SameProcess(Processes),
    /// The exit status, as a shell shows it.
    Exit(String),
    /// Standard output is this text.
    Stdout(String),
    /// Standard output contains this text.
    StdoutHas(String),
    /// Standard error contains this text.
    StderrHas(String),
    /// Standard output is the same as the output of this bash command.
    StdoutAs(String),
    /// The result of a bash command that is run outside of the program.
    Outside(Outside),
    /// The PID of a process in its own PID namespace.
    InnerPid(InnerPid),
    /// A network interface that a process can use.
    Interface(Card),
    /// The command was executed, or was not.
    Started(bool),
    /// The program was still running when its time was over.
    TimedOut(bool),
    /// The name of the signal that ended the program.
    Signal(String),
    /// The learner's answer.
    Answer(String),
    /// The check of this name has failed. For feedback only.
    Failed(String),
}

/// Two processes and some types of namespaces.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// Types of namespaces.
    #[serde(rename = "type")]
    pub types: Types,
    /// Name of the process that is looked at.
    pub of: String,
    /// Name of the process to compare with.
    #[serde(rename = "as")]
    pub with: String,
}

/// A type of namespace, or several.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(untagged)]
pub enum Types {
    /// A name, as in `/proc/PID/ns`.
    One(String),
    /// Several names.
    Several(Vec<String>),
}

/// Two processes.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Processes {
    /// Name of the process that is looked at.
    pub of: String,
    /// Name of the process to compare with.
    #[serde(rename = "as")]
    pub with: String,
}

/// A command and its expected result.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Outside {
    /// Command for bash, run as root.
    pub run: String,
    /// Expected output.
    pub prints: Option<String>,
    /// Expected exit status.
    pub exit: Option<String>,
}

/// A process and its PID.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct InnerPid {
    /// Name of the process.
    pub of: String,
    /// Expected PID.
    pub is: String,
}

/// A network interface.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// Name of a process that can use the interface.
    pub of: String,
    /// Name of the interface.
    pub name: String,
    /// Expected address, with or without the length of the prefix.
    pub address: Option<String>,
    /// Expected state: `up`, `down`, or `no-carrier`.
    pub state: Option<String>,
}

impl Types {
    /// Returns the types, or an error about a name that is no type.
    pub fn kinds(&self) -> Result<Vec<Kind>> {
        let names = match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Several(names) => names,
        };
        names.iter().map(|name| kind(name)).collect()
    }
}

fn kind(name: &str) -> Result<Kind> {
    match Kind::from_name(name) {
        Some(kind) => Ok(kind),
        None => bail!("there is no type {name:?} of namespaces"),
    }
}

impl Assertion {
    /// Returns the command that has to be run outside of the program.
    pub fn probe(&self) -> Option<&str> {
        match self {
            Self::StdoutAs(run) => Some(run),
            Self::Outside(outside) => Some(&outside.run),
            _ => None,
        }
    }

    /// Returns whether the assertion is about the program's end or output.
    pub fn needs_the_end(&self) -> bool {
        matches!(
            self,
            Self::Exit(_)
                | Self::Stdout(_)
                | Self::StdoutHas(_)
                | Self::StderrHas(_)
                | Self::StdoutAs(_)
                | Self::TimedOut(_)
                | Self::Signal(_)
        )
    }
}
