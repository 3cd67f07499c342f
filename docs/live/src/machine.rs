//! One machine, from its first word on.

use protocol::Frames;

use crate::book::Book;
use crate::doings::Doings;
use crate::frames;
use crate::greeting::Greeting;
use crate::news::News;
use crate::run::Run;

/// A machine in which a lesson is played.
#[derive(Debug)]
pub struct Machine {
    frames: Frames,
    greeting: Greeting,
    run: Option<Run>,
}

impl Machine {
    /// Begins with a machine that has been restored, with the time in
    /// nanoseconds since 1970 and random bytes.
    pub fn new(book: &Book, unix_time_ns: u64, entropy: [u8; 32]) -> Self {
        Self {
            frames: Frames::default(),
            greeting: Greeting::new(&book.lesson, unix_time_ns, entropy),
            run: None,
        }
    }

    /// Returns the index of the lesson's next command.
    pub fn next(&self) -> usize {
        self.run.as_ref().map_or(0, Run::next)
    }

    /// Hears bytes of PID 1.
    ///
    /// # Errors
    ///
    /// The bytes are no frames, or come out of turn.
    pub fn hear(
        &mut self,
        book: &Book,
        bytes: &[u8],
        doings: &mut Doings,
    ) -> Result<(), String> {
        for event in frames::events(&mut self.frames, bytes)? {
            if let Some(run) = &mut self.run {
                run.event(book, event, doings)?;
                continue;
            }
            let opened = self.greeting.event(&book.lesson, event, doings)?;
            if let Some(opened) = opened {
                self.run = Some(Run::begin_lesson(book, opened, doings)?);
            }
        }
        Ok(())
    }

    /// Types the lesson's next command.
    ///
    /// # Errors
    ///
    /// The command is too long for a frame.
    pub fn run_next(
        &mut self,
        book: &Book,
        doings: &mut Doings,
    ) -> Result<(), String> {
        match &mut self.run {
            Some(run) => run.run_next(book, doings),
            None => {
                doings.news.push(News::Busy);
                Ok(())
            }
        }
    }

    /// Types bytes of the person in a terminal: whole lines at a prompt, and
    /// keys while a program runs.
    ///
    /// # Errors
    ///
    /// There is no such terminal, or it is not open yet.
    pub fn type_own(
        &mut self,
        book: &Book,
        terminal: &str,
        bytes: &[u8],
        doings: &mut Doings,
    ) -> Result<(), String> {
        let run = self.run.as_mut();
        let run = run.ok_or("the terminals are not open yet")?;
        run.type_own(book, terminal, bytes, doings)
    }
}
