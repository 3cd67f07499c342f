//! Plays a lesson in a machine, command by command.
//!
//! # Layout
//!
//! * here: the [`Session`]: one machine in which one lesson is played. The crate
//!   `lessons` has its state, [`Playing`]
//! * [`interruption`]: reasons why a lesson cannot be played on

pub mod interruption;

use std::time::{Duration, Instant};

use protocol::Facts;

use crate::labels::Namer;
use crate::lesson::{Command, Lesson, Versions};
use crate::machine::{Failure, Machine, Terminal, Then};
use crate::playing::{After, Playing};

pub use interruption::Interruption;

/// Time limit for a command, in the machine's time. A command that needs more
/// waits for something, or never ends.
const LIMIT: Duration = Duration::from_secs(30);

/// One machine in which one lesson is played from its beginning.
pub struct Session<'a> {
    lesson: &'a Lesson,
    machine: Machine,
    terminals: Vec<Terminal>,
    playing: Playing,
    versions: Versions,
    next: usize,
}

/// Result of one command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Played {
    /// Output with the numbers of this run.
    pub shown: String,
    /// Output with labels in place of numbers, as the lesson shows it.
    pub normal: String,
    /// Exit status.
    pub status: u8,
    /// Time that the command took, with the look at the kernel after it.
    pub took: Duration,
}

/// Returns the versions of the kernel and of the tools that the lesson's marks
/// name.
fn versions(
    lesson: &Lesson,
    machine: &mut Machine,
) -> Result<Versions, Failure> {
    let mut versions = Versions::of_kernel(machine.kernel());
    versions.are_of_a_stage(machine.is_stage());
    for tool in lesson.tools() {
        let said = machine.exec(tool.question(), b"", LIMIT)?;
        versions.hear(tool, &String::from_utf8_lossy(&said.stdout));
    }
    Ok(versions)
}

impl<'a> Session<'a> {
    /// Opens the lesson's terminals in a fresh machine.
    pub fn begin(
        lesson: &'a Lesson,
        mut machine: Machine,
    ) -> Result<Self, Failure> {
        let versions = versions(lesson, &mut machine)?;
        let terminals = lesson
            .terminals
            .iter()
            .map(|_| machine.open_terminal())
            .collect::<Result<Vec<_>, Failure>>()?;
        let shells: Vec<_> = terminals.iter().map(|it| it.shell).collect();
        let playing = Playing::new(lesson, machine.kernel(), &shells);
        let mut session = Self {
            lesson,
            machine,
            terminals,
            playing,
            versions,
            next: 0,
        };
        session.look()?;
        Ok(session)
    }

    /// Returns the next command, or `None` after the last one.
    pub fn next_command(&self) -> Option<&'a Command> {
        self.lesson.commands().nth(self.next)
    }

    /// Runs the next command in the terminal that its prompt names, and then
    /// reads the facts.
    pub fn run_next(&mut self) -> Result<Option<Played>, Interruption> {
        let Some(command) = self.next_command() else {
            return Ok(None);
        };
        let begin = Instant::now();
        let index = self.playing.terminal_of(command)?;
        let terminal = self.terminals[index];
        let finished = self.machine.run(terminal, &command.input, LIMIT)?;
        // Output that was cut is an error even if the command has not ended.
        if finished.truncated {
            return Err(Interruption::too_much(command));
        }
        let shown = String::from_utf8_lossy(&finished.output).into_owned();
        let (status, after) = match finished.then {
            Then::Overdue => {
                return Err(Interruption::overdue(command, LIMIT, &shown));
            }
            Then::Printing => {
                return Err(Interruption::endless(command, LIMIT, &shown));
            }
            Then::Prompt { status, shell } => (status, After::Prompt(shell)),
            Then::Closed(status) => (status.in_a_shell(), After::Closed),
        };
        let names = self.lesson.shell_names_after(self.next);
        self.playing.ended(index, after, names);
        self.next += 1;
        self.look()?;
        let normal = self.playing.normal(command, &shown)?;
        let took = begin.elapsed();
        Ok(Some(Played {
            shown,
            normal,
            status,
            took,
        }))
    }

    /// Reads the facts, once the machine has settled.
    fn look(&mut self) -> Result<(), Failure> {
        self.playing.look(self.machine.facts()?);
        Ok(())
    }

    /// Returns the facts after the last command.
    pub fn facts(&self) -> &Facts {
        self.playing.facts()
    }

    /// Returns the labels of this machine's things.
    pub fn namer(&self) -> &Namer {
        self.playing.namer()
    }

    /// Returns the versions of the machine's kernel, and of the tools that the
    /// lesson's marks name.
    pub fn versions(&self) -> Versions {
        self.versions
    }

    /// Returns the machine, to look around in it. Changes made there may make
    /// the rest of the lesson untrue.
    pub fn machine(&mut self) -> &mut Machine {
        &mut self.machine
    }
}
