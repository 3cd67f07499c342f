//! Walks through a lesson: runs each command, and compares its output and the
//! facts after each step with the lesson.
//!
//! `verify` walks straight through, `player` at a reader's pace.

use std::time::{Duration, Instant};

use crate::compare::{self, Difference};
use crate::course::LessonFile;
use crate::lesson::{Command, Program, Step};
use crate::machine::{Failure, Machine};
use crate::session::{Interruption, Played, Session};
use crate::{program_file, snapshot_text, snapshots};

/// A lesson that is played in a machine and compared.
pub struct Walk<'a> {
    file: &'a LessonFile,
    session: Session<'a>,
    done: usize,
    compare_time: Duration,
}

/// A command that was run and compared.
#[derive(Debug)]
pub struct CommandRun<'a> {
    /// The command in the lesson.
    pub command: &'a Command,
    /// Output and exit status.
    pub played: Played,
    /// Difference from the lesson.
    pub difference: Option<Difference>,
}

/// Facts after a step, compared with the step's snapshot.
#[derive(Debug)]
pub struct StepFacts {
    /// Facts as text, as in a snapshot.
    pub text: String,
    /// Difference from the snapshot.
    pub difference: Option<Difference>,
}

impl<'a> Walk<'a> {
    /// Begins the lesson in a fresh machine.
    pub fn begin(
        file: &'a LessonFile,
        machine: Machine,
    ) -> Result<Self, Failure> {
        Ok(Self {
            file,
            session: Session::begin(&file.lesson, machine)?,
            done: 0,
            compare_time: Duration::ZERO,
        })
    }

    /// Runs the next command and compares its output and exit status. Returns
    /// `None` after the last command.
    pub fn run_next(&mut self) -> Result<Option<CommandRun<'a>>, Interruption> {
        let Some(command) = self.session.next_command() else {
            return Ok(None);
        };
        let Some(played) = self.session.run_next()? else {
            return Ok(None);
        };
        self.done += 1;
        let begin = Instant::now();
        let difference = self.output_difference(command, &played);
        self.compare_time += begin.elapsed();
        Ok(Some(CommandRun {
            command,
            played,
            difference,
        }))
    }

    /// Compares the facts after the last command with a step's snapshot.
    pub fn facts_after(&mut self, step: &Step) -> StepFacts {
        let begin = Instant::now();
        let text =
            snapshot_text::text(self.session.facts(), self.session.namer());
        let versions = self.session.versions();
        let folder = &self.file.snapshots;
        let difference = snapshots::difference(folder, step, &versions, &text);
        self.compare_time += begin.elapsed();
        StepFacts { text, difference }
    }

    /// Compares a function shown in the lesson with its file.
    pub fn program_difference(
        &mut self,
        program: &Program,
    ) -> Option<Difference> {
        let begin = Instant::now();
        let difference = program_file::difference(program, &self.file.path);
        self.compare_time += begin.elapsed();
        difference
    }

    fn output_difference(
        &self,
        command: &Command,
        played: &Played,
    ) -> Option<Difference> {
        compare::output(
            &self.file.path,
            command,
            &self.session.versions(),
            &played.normal,
            played.status,
        )
        .err()
    }

    /// Returns the number of commands that have been run.
    pub fn done(&self) -> usize {
        self.done
    }

    /// Returns the time that comparing has taken.
    pub fn compare_time(&self) -> Duration {
        self.compare_time
    }

    /// Returns the session in which the commands run.
    pub fn session(&self) -> &Session<'a> {
        &self.session
    }

    /// Returns the machine, to look around in it: see [`Session::machine`].
    pub fn machine(&mut self) -> &mut Machine {
        self.session.machine()
    }
}
