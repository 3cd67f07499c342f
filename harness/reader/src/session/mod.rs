//! Plays a lesson in a machine, command by command.
//!
//! # Layout
//!
//! * here: the [`Session`]: one machine in which one lesson is played
//! * [`shells`]: the shells of a terminal, and their names in the lesson
//! * [`interruption`]: reasons why a lesson cannot be played on
//! * `unasked`: leaves out addresses that nobody has asked for

pub mod interruption;
mod shells;
mod unasked;

use std::time::{Duration, Instant};

use protocol::Facts;

use crate::labels::{self, NamedProcess, Namer};
use crate::lesson::{Command, Lesson, Versions};
use crate::machine::{Failure, Machine, Then};

pub use interruption::Interruption;
use shells::Shells;
pub use shells::status_as_a_shell_shows_it;

/// Time limit for a command, in the machine's time. A command that needs more
/// waits for something, or never ends.
const LIMIT: Duration = Duration::from_secs(30);

/// One machine in which one lesson is played from its beginning.
pub struct Session<'a> {
    lesson: &'a Lesson,
    machine: Machine,
    terminals: Vec<Shells>,
    namer: Namer,
    facts: Facts,
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
            .map(|name| Ok(Shells::new(name, machine.open_terminal()?)))
            .collect::<Result<Vec<_>, Failure>>()?;
        let namer = Namer::new(machine.kernel(), &lesson.watch);
        let facts = Facts::default();
        let mut session = Self {
            lesson,
            machine,
            terminals,
            namer,
            facts,
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
        let index = self
            .terminals
            .iter()
            .position(|shells| shells.name() == command.terminal)
            .ok_or_else(|| Interruption::no_terminal(command))?;
        let terminal = self.terminals[index].waiting_for(command)?;
        let finished = self.machine.run(terminal, &command.input, LIMIT)?;
        // Output that was cut is an error even if the command has not ended.
        if finished.truncated {
            return Err(Interruption::too_much(command));
        }
        let shown = String::from_utf8_lossy(&finished.output).into_owned();
        let status = match finished.then {
            Then::Overdue => {
                return Err(Interruption::overdue(command, LIMIT, &shown));
            }
            Then::Printing => {
                return Err(Interruption::endless(command, LIMIT, &shown));
            }
            Then::Prompt { status, shell } => {
                let names = self.lesson.shell_names_after(self.next);
                self.terminals[index].prompted(shell, names);
                status
            }
            Then::Closed(status) => {
                self.terminals[index].closed();
                shells::status_as_a_shell_shows_it(status)
            }
        };
        self.next += 1;
        self.look()?;
        let normal = self
            .namer
            .normalise(&unasked::out_of_output(&shown))
            .map_err(|error| Interruption::ambiguous(command, error))?;
        if let Some(leftover) = labels::leftover(&normal) {
            return Err(Interruption::numbered(command, leftover));
        }
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
        let mut facts = self.machine.facts()?;
        unasked::out_of_facts(&mut facts);
        self.facts = self.namer.name_interfaces(facts);
        let shells: Vec<NamedProcess> =
            self.terminals.iter().flat_map(Shells::labelled).collect();
        self.namer.observe(&self.facts, &shells);
        Ok(())
    }

    /// Returns the facts after the last command.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Returns the labels of this machine's things.
    pub fn namer(&self) -> &Namer {
        &self.namer
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
