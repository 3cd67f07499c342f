//! Failures of a machine: what happened, and at which stage.

use std::fmt;
use std::time::Duration;

use tr::tr;

/// Stage of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Making the programs and the machine's files.
    Build,
    /// From the start of QEMU to the first message of PID 1.
    Boot,
    /// Running the commands of a lesson.
    Run,
    /// Comparing the output with the lesson.
    Compare,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&match self {
            Self::Build => tr!("build"),
            Self::Boot => tr!("boot"),
            Self::Run => tr!("run"),
            Self::Compare => tr!("compare"),
        })
    }
}

/// Way in which a machine ended or failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// QEMU is missing, or refused its arguments.
    NotStarted(String),
    /// There was no way to the Linux of a stage, or it is no place for one.
    NoStage(String),
    /// The emulator of the page did not start.
    NoPage(String),
    /// The kernel panicked.
    Panicked,
    /// The machine was restarted without a panic.
    Reset,
    /// PID 1 was silent for this long while QEMU still runs.
    Hung(Duration),
    /// A program in the machine switched it off.
    SwitchedOff,
    /// The kernel ended a stage's PID 1: no memory was left for the stage.
    NoMemory,
    /// QEMU has ended, or has lost the machine.
    Lost(String),
    /// PID 1 could not do what was requested.
    Refused(String),
}

impl fmt::Display for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Self::NotStarted(reason) => {
                tr!("QEMU did not start: {reason}", reason)
            }
            Self::NoPage(reason) => {
                tr!("the machine of the page did not start: {reason}", reason)
            }
            Self::NoStage(reason) => {
                tr!("there is no stage: {reason}", reason)
            }
            Self::Panicked => tr!("the machine's kernel panicked"),
            Self::Reset => tr!(
                "the machine is lost: it restarted without a panic, because a \
                 program did that, or its processor could not go on"
            ),
            Self::Hung(silence) => tr!(
                "the machine hangs: no answer for {time} s",
                time = silence.as_secs()
            ),
            Self::SwitchedOff => {
                tr!("the machine is lost: it switched itself off")
            }
            Self::NoMemory => {
                tr!("the machine is lost: a program took all memory it had")
            }
            Self::Lost(reason) => tr!("the machine is lost: {reason}", reason),
            Self::Refused(reason) => {
                tr!("the machine could not do it: {reason}", reason)
            }
        })
    }
}

/// A failure after which the machine cannot be used any more.
#[derive(Clone, Debug, thiserror::Error)]
pub struct Failure {
    /// Stage at which it happened.
    pub stage: Stage,
    /// Fate of the machine.
    pub fate: Fate,
    /// Last lines of the machine's console.
    pub console: Vec<String>,
    /// Command line to start such a machine by hand.
    pub command: String,
}

impl Failure {
    /// Returns a failure before there was a machine. `no` makes a fate of the
    /// reason.
    pub(crate) fn before_boot(
        error: &anyhow::Error,
        no: impl FnOnce(String) -> Fate,
    ) -> Self {
        Self {
            stage: Stage::Boot,
            fate: no(format!("{error:#}")),
            console: Vec::new(),
            command: String::new(),
        }
    }

    /// Whether QEMU did not start and named this device in its message.
    pub fn is_about(&self, device: &str) -> bool {
        match &self.fate {
            Fate::NotStarted(reason) => reason.contains(device),
            _ => false,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.stage, self.fate)?;
        if !self.console.is_empty() {
            write!(f, "\n\n{}", tr!("The console's last lines:"))?;
            for line in &self.console {
                write!(f, "\n  | {line}")?;
            }
        }
        if !matches!(self.fate, Fate::Refused(_)) && !self.command.is_empty() {
            let advice = tr!("To start this machine by hand:");
            write!(f, "\n\n{advice}\n  {}", self.command)?;
        }
        Ok(())
    }
}
