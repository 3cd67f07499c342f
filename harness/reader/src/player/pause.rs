//! Pauses of the lesson: waits for a key, and carries it out.

use anyhow::Result;
use crossterm::event::Event;
use tr::tr;

use super::keys::{Key, Keyboard, Number, Typed};
use super::pass::{Pass, PassEnd};
use super::report::Player;
use super::screen;
use super::style::{Line, Style, line};
use super::way::Next;
use crate::lesson::Command;
use crate::shell;

impl<'a> Player<'a> {
    /// Waits for the key that goes on, page after page, and does what the other
    /// keys ask for. A command that waits is shown again after that.
    pub fn wait(
        &mut self,
        pass: &mut Pass<'a>,
        enter: &str,
        command: Option<&Command>,
    ) -> Result<Next> {
        loop {
            let more = self.screen.has_more();
            let key = match (more, command) {
                (true, _) => self.key(&tr!("more"), Some(&tr!("all of it")))?,
                (false, Some(_)) => {
                    self.key(enter, Some(&tr!("rest of step")))?
                }
                (false, None) => self.key(enter, None)?,
            };
            if more && self.turns_page(key)? {
                continue;
            }
            self.screen.new_page();
            let below = self.screen.put_aside();
            let speaks = matches!(key, Key::Go | Key::Shell | Key::Help);
            if speaks && command.is_some() {
                // Otherwise the text would look like the command's output.
                self.screen.gap()?;
            }
            if let Some(next) = self.obey(key, pass, command.is_some())? {
                return Ok(next);
            }
            match command {
                Some(command) if !more => {
                    let lines = screen::command(command, self.names);
                    self.screen.lines(&lines)?;
                }
                _ => self.screen.put_back(below)?,
            }
        }
    }

    /// Shows the next page, or all pages, if the key asks for that. Returns
    /// whether it did.
    fn turns_page(&self, key: Key) -> Result<bool> {
        match key {
            Key::Enter | Key::Page => self.screen.next_page()?,
            Key::Rest => self.screen.all_pages()?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Carries out a key. Returns `None` if the lesson still waits after that.
    fn obey(
        &mut self,
        key: Key,
        pass: &mut Pass<'a>,
        command_waits: bool,
    ) -> Result<Option<Next>> {
        match key {
            Key::Enter => return Ok(Some(Next::Item)),
            Key::Rest | Key::Page if command_waits => {
                pass.rest = true;
                self.screen.without_pages();
                return Ok(Some(Next::Item));
            }
            Key::Rest | Key::Page => {}
            Key::Quit => return Ok(Some(Next::End(PassEnd::Quit))),
            Key::Back => {
                match self.script.back_from(self.place, pass.walk.done()) {
                    Some(step) => return self.go(pass, step).map(Some),
                    None => self.note(&tr!("This is the beginning."))?,
                }
            }
            Key::Go => match self.ask_for_step()? {
                Typed::Number(step) => return self.go(pass, step).map(Some),
                Typed::Quit => return Ok(Some(Next::End(PassEnd::Quit))),
                Typed::More | Typed::Nothing => {}
            },
            Key::Shell => self.shell(pass)?,
            Key::Help => {
                self.screen.say(&screen::help(), Style::PLAIN)?;
                self.screen.gap()?;
            }
            Key::Suspend => self.quiet.suspend()?,
        }
        Ok(None)
    }

    /// Waits for a key that has a meaning.
    fn key(&self, enter: &str, rest: Option<&str>) -> Result<Key> {
        let keyboard = Keyboard::open()?;
        loop {
            let width = self.screen.width();
            self.screen.last(&screen::keys(enter, rest, width))?;
            let key = keyboard.key_or_resize()?;
            self.screen.erase()?;
            if let Some(key) = key {
                return Ok(key);
            }
        }
    }

    /// Asks for the number of a step.
    fn ask_for_step(&self) -> Result<Typed> {
        let lesson = &self.file.lesson;
        let last = lesson.steps.len();
        let here = self.script.step_at(self.place);
        self.screen.lines(&screen::steps(lesson, here))?;
        self.screen.all_pages()?;
        let keyboard = Keyboard::open()?;
        let mut number = Number::default();
        let typed = loop {
            let question = line(
                format!("{} ", tr!("Go to step 1-{last}:", last)),
                Style::BOLD,
            )
            .then(number.digits(), Style::PLAIN);
            self.screen.last(&question)?;
            let Event::Key(key) = keyboard.next()? else {
                self.screen.erase()?;
                continue;
            };
            let typed = number.press(key);
            self.screen.erase()?;
            if typed != Typed::More {
                break typed;
            }
        };
        drop(keyboard);
        match typed {
            Typed::Number(step) if step == 0 || step > last => {
                self.note(&tr!("There is no step {step}.", step))?;
                Ok(Typed::Nothing)
            }
            typed => Ok(typed),
        }
    }

    /// Opens a shell in the machine, on this terminal.
    fn shell(&self, pass: &mut Pass<'a>) -> Result<()> {
        let text = tr!(
            "A shell in this machine. What you change here stays changed. \
             Leave it with exit or Ctrl-D."
        );
        self.screen.prose_in(&text, Style::DIM)?;
        pass.touched = true;
        let machine = pass.walk.machine();
        let language = shell::bring_language(machine)?;
        let mut argv = vec!["env"];
        argv.extend(language.as_deref());
        argv.push("bash");
        machine.attach(&argv)?;
        self.screen.new_page();
        self.screen.line(&Line::default())?;
        self.note(&tr!("Back in the lesson."))
    }
}
