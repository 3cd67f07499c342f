//! Shows a lesson item by item, each command with its output.

use anyhow::Result;
use tr::tr;

use super::pass::{Pass, PassEnd};
use super::report::Player;
use super::script::Item;
use super::style::Style;
use super::way::Next;
use super::{company, markdown, matrix, screen};
use crate::lesson::{Command, Program, Step};
use crate::prediction::question;
use crate::walk::Walk;
use crate::{progress, snapshots};

impl<'a> Player<'a> {
    /// Plays from the present place in a fresh machine.
    pub fn play(&mut self, walk: Walk<'a>) -> Result<PassEnd> {
        let mut pass = Pass::new(walk);
        if self.predictor.is_some() {
            let versions = pass.walk.session().versions();
            pass.questions = question::questions(
                &self.file.lesson,
                |step| snapshots::of(self.file, step),
                &versions,
            );
        }
        let step = self.script.step_at(self.place);
        self.catch_up(&mut pass, step)?;
        while let Some(item) = self.script.item(self.place) {
            match self.show(&mut pass, item)? {
                Next::Item => self.place += 1,
                Next::NewPlace => {}
                Next::End(end) => return Ok(end),
            }
        }
        Ok(PassEnd::Finished)
    }

    /// Shows one item, and waits where the reader decides how to go on.
    fn show(&mut self, pass: &mut Pass<'a>, item: Item<'a>) -> Result<Next> {
        match item {
            Item::Opening => return self.wait(pass, &tr!("begin"), None),
            Item::Heading(step) => self.begin(pass, step)?,
            Item::Prose(text) => self.screen.prose(text)?,
            Item::Figure(text) => {
                for text in markdown::figure(text) {
                    self.screen.say(&format!("    {text}"), Style::PLAIN)?;
                }
                self.screen.gap()?;
            }
            Item::Question(text) => {
                self.no_more_at_once(pass);
                self.screen.prose(&format!("**{text}**"))?;
                return self.wait(pass, "answer", None);
            }
            Item::Program(program) => self.show_program(pass, program)?,
            Item::Command(command) => return self.command(pass, command),
            Item::End(step) => {
                self.no_more_at_once(pass);
                self.end(pass, step)?;
                let is_last = step.number == self.file.lesson.steps.len();
                let enter = if is_last {
                    tr!("end")
                } else {
                    tr!("next step")
                };
                return self.wait(pass, &enter, None);
            }
        }
        Ok(Next::Item)
    }

    /// Shows a command, asks for a prediction about it, and runs the command.
    fn command(
        &mut self,
        pass: &mut Pass<'a>,
        command: &Command,
    ) -> Result<Next> {
        self.screen.lines(&screen::command(command, self.names))?;
        let question = self.question(pass);
        if !pass.rest {
            let enter = if question.is_some() {
                tr!("predict")
            } else {
                tr!("run")
            };
            let then = self.wait(pass, &enter, Some(command))?;
            if !matches!(then, Next::Item) {
                return Ok(then);
            }
        }
        if let Some(question) = question
            && let Some(end) = self.ask(pass, question, command)?
        {
            return Ok(end);
        }
        self.run(pass)?;
        self.answer(pass)?;
        Ok(Next::Item)
    }

    /// Shows the heading of a step.
    fn begin(&self, pass: &mut Pass<'a>, step: &Step) -> Result<()> {
        pass.before = pass.now();
        let of = self.file.lesson.steps.len();
        let width = self.screen.width();
        let heading = screen::heading(step.number, of, &step.title, width);
        self.screen.line(&heading)?;
        self.screen.gap()?;
        Ok(())
    }

    /// Shows a function below the name of its file, and its difference from
    /// the file.
    fn show_program(
        &mut self,
        pass: &mut Pass<'a>,
        program: &Program,
    ) -> Result<()> {
        let width = self.screen.width();
        let path = program.path(&self.file.path);
        self.screen.line(&screen::rule(&path, width))?;
        self.screen.lines(&screen::program(program))?;
        self.screen.gap()?;
        if let Some(difference) = self.news_of_program(pass, program) {
            self.report(&difference, pass.touched)?;
        }
        Ok(())
    }

    /// Runs the command that has been shown.
    fn run(&mut self, pass: &mut Pass<'a>) -> Result<()> {
        let slow = progress::if_slow(tr!("still running"));
        let run = self.run_next(pass)?;
        drop(slow);
        let Some(run) = run else { return Ok(()) };
        let shown = crate::labels::plain(&run.played.shown);
        let shown = shown.trim_end_matches('\n');
        let columns = self.screen.columns();
        let lines = self.names.label(shown, &run.played.normal, columns);
        self.screen.lines(&lines)?;
        if run.played.status != 0 {
            let status = format!("[exit {}]", run.played.status);
            self.screen.say(&status, Style::DIM)?;
        }
        let news = self.news_of_output(pass, run);
        if news.is_some() || self.is_last_of_block() {
            self.screen.gap()?;
        }
        if let Some(difference) = news {
            self.no_more_at_once(pass);
            self.report(&difference, pass.touched)?;
        }
        Ok(())
    }

    fn is_last_of_block(&self) -> bool {
        let next = self.script.item(self.place + 1);
        !matches!(next, Some(Item::Command(_)))
    }

    /// Shows the state after a step, and its changes.
    fn end(&mut self, pass: &mut Pass<'a>, step: &Step) -> Result<()> {
        if step.commands().next().is_none() {
            return Ok(());
        }
        self.no_answer(pass)?;
        let now = pass.now();
        let old = &pass.before;
        let table = matrix::matrix(&now.matrix, &old.matrix, self.names);
        self.screen.lines(&table)?;
        self.screen.gap()?;
        let changes = now.interfaces.changes_since(&old.interfaces, self.names);
        if !changes.is_empty() {
            self.screen.lines(&changes)?;
            self.screen.gap()?;
        }
        let width = self.screen.width();
        let sentences = company::sentences(&now.scene, &old.scene, width);
        if !sentences.is_empty() {
            self.screen.lines(&sentences)?;
            self.screen.gap()?;
        }
        if let Some(difference) = self.news_of_facts(pass, step) {
            self.report(&difference, pass.touched)?;
        }
        Ok(())
    }
}
