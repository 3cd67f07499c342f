//! The player of a lesson, and its messages before, after and between the
//! commands.

use anyhow::Result;
use tr::tr;

use super::identity::Names;
use super::pass::Pass;
use super::predictor::Predictor;
use super::screen::{self, Screen};
use super::script::Script;
use super::style::{Looks, Style, line};
use super::verdict::{ComparedPlace, Verdict};
use crate::colour;
use crate::compare::Difference;
use crate::course::LessonFile;
use crate::lesson::{Program, Step};
use crate::terminal::Quiet;
use crate::walk::CommandRun;

/// Returns advice after a difference in a machine in which the reader has used
/// a shell.
fn touched_advice() -> String {
    tr!(
        "You have used the shell in this machine: that may be why. b goes \
         back, in a fresh machine."
    )
}

/// Player of a lesson: the state that outlives a machine.
pub struct Player<'a> {
    /// Lesson that is played.
    pub file: &'a LessonFile,
    /// The lesson as a list of items.
    pub script: &'a Script<'a>,
    /// Names of processes and namespaces, with their colours.
    pub names: &'a Names,
    /// Screen on which the lesson is shown.
    pub screen: Screen,
    /// The reader's terminal.
    pub quiet: &'a Quiet,
    /// Differences from the book.
    pub verdict: Verdict,
    /// Predictions, if the reader makes some.
    pub predictor: Option<Predictor>,
    /// Index of the next item.
    pub place: usize,
}

impl<'a> Player<'a> {
    /// Shows the title, the introduction and the list of steps.
    pub fn introduce(&self) -> Result<()> {
        let lesson = &self.file.lesson;
        let width = self.screen.width();
        self.screen.gap()?;
        let title = screen::title(lesson, self.file.number, width);
        self.screen.lines(&title)?;
        self.screen.gap()?;
        if !lesson.intro.is_empty() {
            self.screen.prose(&lesson.intro)?;
        }
        self.screen.lines(&screen::steps(lesson, 0))?;
        self.screen.gap()?;
        Ok(())
    }

    /// Shows how much was played, and whether all of it was as in the book. The
    /// lesson itself names the next chapter.
    pub fn conclude(&self) -> Result<()> {
        let lesson = &self.file.lesson;
        let name = self.file.name();
        let steps = tr!("1 step" | "{n} steps" % lesson.steps.len());
        let commands = lesson.commands().count();
        let commands = tr!("1 command" | "{n} commands" % commands);
        let shown = format!(
            "{} ",
            tr!("{name}: {steps}, {commands},", name, steps, commands)
        );
        let (words, style) = match self.verdict.differences() {
            0 => (tr!("all as in the book."), Style::GOOD),
            n => (
                tr!("not as in the book in 1 place."
                    | "not as in the book in {n} places." % n),
                Style::BAD,
            ),
        };
        let conclusion = line(shown, Style::PLAIN).then(words, style);
        Ok(self.screen.line(&conclusion)?)
    }

    /// Stops running the rest of the step without waiting, if the reader has
    /// asked for it.
    pub fn no_more_at_once(&self, pass: &mut Pass<'a>) {
        if pass.rest {
            pass.rest = false;
            self.screen.new_page();
        }
    }

    /// Shows a sentence that is no part of the lesson.
    pub fn note(&self, text: &str) -> Result<()> {
        self.screen.say(text, Style::DIM)?;
        Ok(())
    }

    /// Shows a difference.
    pub fn report(&self, difference: &Difference, touched: bool) -> Result<()> {
        let colour = self.screen.looks == Looks::Colour;
        let text = colour::difference(difference, colour);
        for (n, text) in text.lines().enumerate() {
            let style = if n == 0 { Style::BAD } else { Style::PLAIN };
            self.screen.say(text, style)?;
        }
        if touched {
            self.screen.prose_in(&touched_advice(), Style::PLAIN)?;
        }
        self.screen.gap()?;
        Ok(())
    }

    /// Runs the next command. If the lesson cannot go on, tells a reader who
    /// has used the shell that this may be the reason.
    pub fn run_next(
        &self,
        pass: &mut Pass<'a>,
    ) -> Result<Option<CommandRun<'a>>> {
        let run = pass.walk.run_next();
        if run.is_err() && pass.touched {
            self.screen.prose_in(&touched_advice(), Style::PLAIN)?;
        }
        Ok(run?)
    }

    /// Returns the difference of the command's output from the book, if it is
    /// new.
    pub fn news_of_output(
        &mut self,
        pass: &Pass<'a>,
        run: CommandRun<'a>,
    ) -> Option<Difference> {
        let place = ComparedPlace::Output(pass.walk.done() - 1);
        self.verdict.news(place, run.difference)
    }

    /// Returns the difference of a shown program from its file, if it is new.
    pub fn news_of_program(
        &mut self,
        pass: &mut Pass<'a>,
        program: &Program,
    ) -> Option<Difference> {
        let difference = pass.walk.program_difference(program);
        self.verdict
            .news(ComparedPlace::Program(program.line), difference)
    }

    /// Returns the difference of the facts from the step's snapshot, if it is
    /// new.
    pub fn news_of_facts(
        &mut self,
        pass: &mut Pass<'a>,
        step: &Step,
    ) -> Option<Difference> {
        let difference = pass.walk.facts_after(step).difference;
        self.verdict
            .news(ComparedPlace::Facts(step.number), difference)
    }
}
