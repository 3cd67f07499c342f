//! The program under watch, and the state of its grading.

use anyhow::Result;
use tr::tr;

use super::saves::Saves;
use super::view::{View, seconds};
use super::worker::{News, Worker};
use crate::course::shown_path;
use crate::exercise::attempt::Attempt;
use crate::exercise::catalogue::Entry;
use crate::exercise::ready_machine::TimedVerdict;
use crate::exercise::show::{self, labelled};
use crate::exercise::{Assignment, learn};
use crate::exit_code::DIFFERS;

/// The program under watch.
pub struct Watched {
    /// The exercise, in the learner's work folder.
    pub assignment: Assignment,
    /// The content of the screen.
    pub view: View,
    /// Number of hints that were read.
    pub hints: usize,
    /// Whether the last verdict solves the exercise; `None` before the first.
    pub solved: Option<bool>,
    worker: Worker,
    saves: Saves,
    /// Text of the program when it was graded last.
    graded: Option<Vec<u8>>,
    /// Whether the program is being graded.
    busy: bool,
    /// Whether the program may have been saved since the grading began.
    changed: bool,
}

impl Watched {
    /// Returns a program that has not been graded yet.
    pub fn new(assignment: Assignment, worker: Worker, saves: Saves) -> Self {
        // A broken record is reported before there is a screen.
        let hints = assignment.done().hints as usize;
        let view = introduction(&assignment, &saves);
        Self {
            assignment,
            view,
            hints,
            solved: None,
            worker,
            saves,
            graded: None,
            busy: false,
            changed: false,
        }
    }

    /// Grades the program if its text has changed.
    pub fn look(&mut self) {
        self.saves.heed(&self.assignment.source());
        if self.busy {
            self.changed = true;
        } else if self.assignment.read().ok() != self.graded {
            self.request();
        }
    }

    /// Grades the program, unless that is being done.
    pub fn request_again(&mut self) {
        if !self.busy {
            self.request();
        }
    }

    /// Grades the program. A file that is gone may come back.
    pub fn request(&mut self) {
        self.changed = false;
        match self.assignment.read() {
            Ok(text) => {
                self.graded = Some(text);
                self.busy = true;
                self.view.status = tr!("compiling ...");
                self.worker.request();
            }
            Err(why) => {
                self.graded = None;
                self.solved = Some(false);
                self.view.status = self.assignment.without_program(&why);
                self.view.verdict.clear();
            }
        }
    }

    /// Returns whether the file is gone.
    pub fn is_away(&self) -> bool {
        !self.busy && self.graded.is_none()
    }

    /// Takes news of the grading.
    pub fn hear(&mut self, news: News) -> Result<()> {
        match news {
            News::Compiled => {
                self.view.status = tr!("running it in a fresh machine ...");
            }
            News::Graded(attempt) => {
                self.show(&attempt)?;
                self.look_again();
            }
            // The file went away while it was compiled.
            News::Failed(_) if self.assignment.read().is_err() => {
                self.graded = None;
                self.changed = true;
                self.look_again();
                self.request_again();
            }
            News::Failed(error) => return Err(error),
        }
        Ok(())
    }

    /// Looks at the program if it may have been saved during the grading.
    fn look_again(&mut self) {
        self.busy = false;
        if self.changed {
            self.look();
        }
    }

    fn show(&mut self, attempt: &Attempt) -> Result<()> {
        self.solved = Some(attempt.solved());
        self.view.beside = None;
        self.view.above = 0;
        let compile = seconds(attempt.compile);
        match &attempt.result {
            Err(errors) => {
                self.view.status =
                    tr!("compile {compile}: it does not compile", compile);
                self.view.verdict = errors.clone();
            }
            Ok(report) => {
                self.view.status = tr!(
                    "compile {compile}   machine {machine}   run {run}",
                    compile,
                    machine = seconds(report.waited),
                    run = seconds(report.run)
                );
                self.view.verdict = self.verdict(report)?;
            }
        }
        Ok(())
    }

    fn verdict(&self, report: &TimedVerdict) -> Result<String> {
        let mut text = show::verdict(&report.verdict);
        if report.verdict.solved() {
            text.push_str(&self.congratulation()?);
        }
        Ok(text.trim_start_matches('\n').to_owned())
    }

    fn congratulation(&self) -> Result<String> {
        let Entry {
            number, exercise, ..
        } = &self.assignment.entry;
        let after = show::wrapped(&exercise.after, "  ");
        let entries = self.assignment.workshop.exercises()?;
        let record = self.assignment.workshop.record();
        let next = learn::next_after(&entries, &record, Some(*number));
        let next = match next {
            Some(next) => format!("just exercise {next}"),
            None => tr!("all exercises are solved"),
        };
        let solved = tr!("Exercise {number} is solved.", number);
        let compare = shown_path(&self.assignment.entry.solution());
        let compare = compare.display().to_string();
        let compare = labelled(&tr!("Compare"), &compare);
        let next = labelled(&tr!("Next"), &next);
        Ok(format!("\n{solved}\n\n{after}\n{compare}{next}"))
    }

    /// Returns the exit code of the last verdict.
    pub fn code(&self) -> u8 {
        match self.solved {
            Some(false) => DIFFERS,
            _ => 0,
        }
    }
}

fn introduction(assignment: &Assignment, saves: &Saves) -> View {
    let Entry {
        number, exercise, ..
    } = &assignment.entry;
    let title = &exercise.title;
    let mut file = shown_path(&assignment.source()).display().to_string();
    if let Some(why) = &saves.polls {
        let why = tr!("(looked at twice a second: {why})", why);
        file.push_str(&format!("   {why}"));
    }
    View {
        title: tr!("Exercise {number}: {title}", number, title),
        file,
        ..View::default()
    }
}
