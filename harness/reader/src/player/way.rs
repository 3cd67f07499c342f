//! Goes to another step of the lesson.

use anyhow::Result;
use tr::tr;

use super::pass::{Pass, PassEnd};
use super::report::Player;
use super::script::Route;
use super::style::Looks;
use crate::compare::Difference;
use crate::progress;

/// Item with which the lesson goes on after a key.
pub enum Next {
    /// The next item.
    Item,
    /// The item at the player's new place.
    NewPlace,
    /// No item: this pass ends.
    End(PassEnd),
}

impl<'a> Player<'a> {
    /// Goes to the beginning of a step.
    pub fn go(&mut self, pass: &mut Pass<'a>, step: usize) -> Result<Next> {
        match self.script.route(pass.walk.done(), step) {
            Route::Afresh => return Ok(Next::End(PassEnd::Afresh(step))),
            Route::Here => {}
            Route::Onwards => self.catch_up(pass, step)?,
        }
        pass.rest = false;
        pass.pending = None;
        self.place = self.script.place_of(step);
        self.screen.gap()?;
        Ok(Next::NewPlace)
    }

    /// Runs all commands before this step without showing them, then shows the
    /// new differences.
    pub fn catch_up(&mut self, pass: &mut Pass<'a>, step: usize) -> Result<()> {
        let target = self.script.commands_before(step);
        let count = target - pass.walk.done().min(target);
        if count == 0 {
            return Ok(());
        }
        let words = tr!("running what comes before step {step}", step);
        if self.screen.looks == Looks::Plain {
            self.note(&format!("{words} ..."))?;
        }
        for difference in self.run_unseen(pass, count, &words)? {
            self.report(&difference, pass.touched)?;
        }
        Ok(())
    }

    /// Runs this many commands, and returns the new differences.
    fn run_unseen(
        &mut self,
        pass: &mut Pass<'a>,
        count: usize,
        words: &str,
    ) -> Result<Vec<Difference>> {
        let progress = progress::if_slow(words.to_owned());
        let mut news = Vec::new();
        for n in 1..=count {
            let Some(command) = pass.walk.session().next_command() else {
                break;
            };
            progress.say(format!(
                "{words}, {n}/{count}: {} {}",
                command.prompt(),
                command.input.lines().next().unwrap_or_default()
            ));
            let Some(run) = self.run_next(pass)? else {
                break;
            };
            news.extend(self.news_of_output(pass, run));
            for step in self.script.steps_ending_at(pass.walk.done()) {
                news.extend(self.news_of_facts(pass, step));
            }
        }
        Ok(news)
    }
}
