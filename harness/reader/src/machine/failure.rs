//! Panic, reset, hang, lost: different things, and the stage they happened in.

use std::fmt;
use std::time::Duration;

/// Where in a run something happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Making the programs and the machine's files.
    Build,
    /// From the start of QEMU to PID 1's first word.
    Boot,
    /// While a lesson's commands ran.
    Run,
    /// While the output was held against the lesson.
    Compare,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Build => "build",
            Self::Boot => "boot",
            Self::Run => "run",
            Self::Compare => "compare",
        })
    }
}

/// What became of the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// QEMU is missing, or refused what it was given.
    NotStarted(String),
    /// The kernel gave up.
    Panicked,
    /// It was restarted, and its kernel had not given up.
    Reset,
    /// Nothing was heard of PID 1 for this long, and QEMU still runs.
    Hung(Duration),
    /// A program in it switched it off.
    SwitchedOff,
    /// QEMU is gone, or it lost the machine.
    Lost(String),
    /// PID 1 answered, but could not do what it was asked.
    Refused(String),
}

/// The machine cannot be used any more.
#[derive(Clone, Debug, thiserror::Error)]
pub struct Failure {
    /// When it happened.
    pub stage: Stage,
    /// What happened.
    pub fate: Fate,
    /// The last lines of the machine's console.
    pub console: Vec<String>,
    /// The command line that starts such a machine by hand.
    pub command: String,
}

impl Failure {
    /// Whether QEMU did not start, and named this as the reason.
    pub fn is_about(&self, device: &str) -> bool {
        match &self.fate {
            Fate::NotStarted(reason) => reason.contains(device),
            _ => false,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.stage)?;
        match &self.fate {
            Fate::NotStarted(reason) => {
                write!(f, "QEMU did not start: {reason}")?;
            }
            Fate::Panicked => write!(f, "the machine's kernel panicked")?,
            Fate::Reset => write!(
                f,
                "the machine is lost: it restarted without a panic, because \
                 a program did that, or its processor could not go on"
            )?,
            Fate::Hung(silence) => write!(
                f,
                "the machine hangs: no answer for {} s",
                silence.as_secs()
            )?,
            Fate::SwitchedOff => {
                write!(f, "the machine is lost: it switched itself off")?;
            }
            Fate::Lost(reason) => write!(f, "the machine is lost: {reason}")?,
            Fate::Refused(reason) => {
                write!(f, "the machine could not do it: {reason}")?;
            }
        }
        if !self.console.is_empty() {
            write!(f, "\n\nThe console's last lines:")?;
            for line in &self.console {
                write!(f, "\n  | {line}")?;
            }
        }
        if !matches!(self.fate, Fate::Refused(_)) && !self.command.is_empty() {
            write!(
                f,
                "\n\nTo start this machine by hand:\n  {}",
                self.command
            )?;
        }
        Ok(())
    }
}
