//! Asks for a prediction before a command, and shows the kernel's answer after
//! it.

use anyhow::Result;
use crossterm::event::Event;
use tr::tr;

use super::choice::{Choice, Pressed};
use super::keys::Keyboard;
use super::pass::{Pass, PassEnd};
use super::predictor::Pending;
use super::report::Player;
use super::style::Style;
use super::way::Next;
use super::{predicted, screen};
use crate::lesson::Command;
use crate::prediction::{Prediction, Question};
use crate::predictions::Predictions;
use crate::snapshot_text::Matrix;

impl<'a> Player<'a> {
    /// Returns the question about the next command, if there is one.
    pub fn question(&self, pass: &Pass<'a>) -> Option<Question> {
        let next = pass.walk.done();
        let mut all = pass.questions.iter();
        let question = all.find(|question| question.command == next)?;
        question.reference(&pass.now().matrix)?;
        Some(question.clone())
    }

    /// Asks a question, and shows the command again. Returns the end of the
    /// lesson, if that is what the reader wants.
    pub fn ask(
        &mut self,
        pass: &mut Pass<'a>,
        question: Question,
        command: &Command,
    ) -> Result<Option<Next>> {
        self.no_more_at_once(pass);
        let before = pass.now().matrix;
        self.pose(&question, &before)?;
        let mut choice = Choice::default();
        let said = loop {
            match self.press(&mut choice)? {
                Pressed::Answer(types) => break Some(types),
                Pressed::Skip => break None,
                Pressed::Quit => return Ok(Some(Next::End(PassEnd::Quit))),
                Pressed::Suspend => self.quiet.suspend()?,
                Pressed::Explain => {
                    self.screen.new_page();
                    let width = self.screen.width();
                    self.screen.lines(&predicted::explanation(width))?;
                    self.screen.gap()?;
                    self.screen.all_pages()?;
                }
                Pressed::More => {}
            }
        };
        self.screen.new_page();
        if let Some(said) = said {
            self.screen.line(&predicted::said(said))?;
            self.screen.gap()?;
        }
        self.screen.lines(&screen::command(command, self.names))?;
        pass.pending = said.map(|said| Pending {
            question,
            said,
            before,
        });
        Ok(None)
    }

    /// Shows the question and the types.
    fn pose(&self, question: &Question, before: &Matrix) -> Result<()> {
        let width = self.screen.width();
        self.screen.gap()?;
        let words = predicted::question(question, before);
        self.screen.prose_in(&words, Style::BOLD)?;
        self.screen.gap()?;
        self.screen.lines(&predicted::types(width))?;
        self.screen.gap()?;
        self.screen.all_pages()?;
        Ok(())
    }

    /// Waits until a key means more than a choice.
    fn press(&self, choice: &mut Choice) -> Result<Pressed> {
        let keyboard = Keyboard::open()?;
        loop {
            let width = self.screen.width();
            self.screen.last(&predicted::choosing(*choice, width))?;
            let event = keyboard.next()?;
            self.screen.erase()?;
            if let Event::Key(key) = event {
                match choice.press(key) {
                    Pressed::More => {}
                    pressed => return Ok(pressed),
                }
            }
        }
    }

    /// Shows the kernel's answer, if a prediction waits for one and the process
    /// is there.
    pub fn answer(&mut self, pass: &mut Pass<'a>) -> Result<()> {
        let Some(pending) = pass.pending.take() else {
            return Ok(());
        };
        let now = pass.now().matrix;
        let Some(kernel) = pending.question.answer(&pending.before, &now)
        else {
            pass.pending = Some(pending);
            return Ok(());
        };
        let prediction = Prediction {
            said: pending.said,
            kernel,
        };
        let here = (self.file.number, pending.question.step);
        let width = self.screen.width();
        let process = &pending.question.process;
        self.screen.gap()?;
        self.screen.lines(&predicted::table(prediction, process))?;
        self.screen
            .lines(&predicted::rules(prediction, here, width))?;
        self.screen.gap()?;
        self.keep(&pending.question, prediction)
    }

    /// Drops a prediction whose process never came.
    pub fn no_answer(&self, pass: &mut Pass<'a>) -> Result<()> {
        if let Some(pending) = pass.pending.take() {
            let process = pending.question.process;
            self.note(&tr!(
                "There is no process {process}: nothing to compare your \
                 prediction with.",
                process
            ))?;
            self.screen.gap()?;
        }
        Ok(())
    }

    fn keep(
        &mut self,
        question: &Question,
        prediction: Prediction,
    ) -> Result<()> {
        let Some(predictor) = &mut self.predictor else {
            return Ok(());
        };
        let number = self.file.number;
        let chapter = number.unwrap_or_default();
        predictor.made.keep(chapter, question, prediction);
        if number.is_none() {
            return Ok(());
        }
        let keep = |all: &mut Predictions| {
            all.keep(chapter, question, prediction);
        };
        if let Err(error) = predictor.folder.change(keep) {
            let error = format!("{error:#}");
            self.note(&tr!("Your prediction cannot be kept: {error}", error))?;
        }
        Ok(())
    }

    /// Shows how many predictions were right.
    pub fn conclude_predictions(&self) -> Result<()> {
        let Some(predictor) = &self.predictor else {
            return Ok(());
        };
        let tally = predictor.made.tally();
        if tally.questions > 0 {
            let right = tally.right();
            let all = tally.all();
            self.screen.prose_in(
                &tr!(
                    "Your predictions: {right} of {all} right. What you tend \
                     to get wrong: just progress",
                    right,
                    all
                ),
                Style::PLAIN,
            )?;
        }
        Ok(())
    }
}
