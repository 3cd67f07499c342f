//! Plays a lesson in a machine, command by command.
//!
//! # Layout
//!
//! * here: the [`Session`], one machine in which one lesson is played
//! * [`shells`]: the shells of a terminal, and what the lesson calls them
//! * [`interruption`]: why a lesson cannot be played on

pub mod interruption;
mod shells;

use std::time::{Duration, Instant};

use protocol::Facts;

use crate::labels::{self, Namer, Shell};
use crate::lesson::{Command, Lesson, Versions};
use crate::machine::{Failure, Machine, Then};

pub use interruption::Interruption;
use shells::Shells;
pub use shells::status_as_a_shell_shows_it;

/// No command of a lesson takes longer of the machine's time: it is waiting
/// for something, or has no end.
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

/// What came of one command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Played {
    /// What it printed, with the numbers of this run.
    pub shown: String,
    /// What it printed, with labels for numbers: what the lesson says.
    pub normal: String,
    /// Its exit status.
    pub status: u8,
    /// How long it took, with the look at the kernel after it.
    pub took: Duration,
}

/// Asks the machine, and of the tools those the lesson's marks are about.
fn versions(
    lesson: &Lesson,
    machine: &mut Machine,
) -> Result<Versions, Failure> {
    let mut versions = Versions::of_kernel(machine.kernel());
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

    /// The lesson's next command, unless all have been run.
    pub fn next_command(&self) -> Option<&'a Command> {
        self.lesson.commands().nth(self.next)
    }

    /// Runs the lesson's next command in the terminal its prompt names, and
    /// looks at the kernel after it.
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
        // Also where it has not ended: nobody waits for all of it.
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
            .normalise(&shown)
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
        let facts = self.machine.facts()?;
        self.facts = self.namer.name_interfaces(facts);
        let shells: Vec<Shell> =
            self.terminals.iter().flat_map(Shells::labelled).collect();
        self.namer.observe(&self.facts, &shells);
        Ok(())
    }

    /// What the kernel holds now.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// What the things of this machine are called.
    pub fn namer(&self) -> &Namer {
        &self.namer
    }

    /// The versions of the machine's kernel, and of the tools that the
    /// lesson's marks are about.
    pub fn versions(&self) -> Versions {
        self.versions
    }

    /// The machine, to look around in it. What is changed there may make the
    /// rest of the lesson untrue.
    pub fn machine(&mut self) -> &mut Machine {
        &mut self.machine
    }
}
