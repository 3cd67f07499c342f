//! A lesson in a machine whose terminals are open. The machine reports the facts,
//! and waits for commands: the lesson's, and the person's own. After each of them
//! the machine reports the facts again.

use std::collections::BTreeMap;
use std::mem;

use lessons::lesson::{Command, Step, Versions};
use lessons::playing::{After, Misfit, Playing};
use lessons::snapshot_text::{self, Matrix};
use protocol::{Event, Facts, Request, StreamId};

use crate::book::Book;
use crate::doings::{Doings, FIRST_TERMINAL};
use crate::greeting::Opened;
use crate::news::News;
use crate::ran::{self, Ended};

/// Output of a command that is compared, in bytes. A lesson's is far shorter.
const MOST_COMPARED: usize = 1 << 20;

/// What the machine is waited for.
#[derive(Debug)]
enum Phase {
    /// The facts, with the command of the lesson that ended before.
    Looking(Option<Ended>),
    /// The end of this command of the lesson, in this terminal.
    Running(usize, usize),
    /// Nothing.
    Idle,
}

/// A lesson that is played in a machine.
#[derive(Debug)]
pub struct Run {
    phase: Phase,
    kernel: String,
    versions: Versions,
    /// Output of the command that runs.
    printed: Vec<u8>,
    /// Whether a shell waits in each of the terminals.
    waiting: Vec<bool>,
    playing: Playing,
    /// Index of the lesson's next command.
    next: usize,
    own: bool,
    /// Whether something has ended since the facts were asked for.
    stale: bool,
    /// The kernel's state at the end of the step before, and now.
    step_before: Option<String>,
    now: String,
}

impl Run {
    /// Begins a lesson: asks for the facts.
    ///
    /// # Errors
    ///
    /// None that is known: the request is short.
    pub fn begin_lesson(
        book: &Book,
        opened: Opened,
        doings: &mut Doings,
    ) -> Result<Self, String> {
        let Opened {
            kernel,
            versions,
            shells,
        } = opened;
        doings.ask(&Request::Facts)?;
        Ok(Self {
            phase: Phase::Looking(None),
            playing: Playing::new(&book.lesson, &kernel, &shells),
            kernel,
            versions,
            printed: Vec::new(),
            waiting: vec![true; shells.len()],
            next: 0,
            own: false,
            stale: false,
            step_before: None,
            now: String::new(),
        })
    }

    /// Returns the index of the lesson's next command.
    pub fn next(&self) -> usize {
        self.next
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
        let Some(command) = book.lesson.commands().nth(self.next) else {
            doings.news.push(News::End);
            return Ok(());
        };
        if !matches!(self.phase, Phase::Idle) {
            doings.news.push(News::Busy);
            return Ok(());
        }
        match self.playing.terminal_of(command) {
            // A shell that has been asked something is not asked another thing.
            Ok(terminal) if !self.waiting[terminal] => {
                doings.news.push(News::Busy);
            }
            Ok(terminal) => self.begin(terminal, command, doings)?,
            Err(misfit) => doings.news.push(stopped(misfit)),
        }
        Ok(())
    }

    /// Types bytes of the person in a terminal: whole lines at a prompt, and
    /// keys while a program runs.
    ///
    /// # Errors
    ///
    /// There is no such terminal.
    pub fn type_own(
        &mut self,
        book: &Book,
        terminal: &str,
        bytes: &[u8],
        doings: &mut Doings,
    ) -> Result<(), String> {
        let mut names = book.lesson.terminals.iter();
        let index = names.position(|name| name == terminal);
        let index = index.ok_or(format!("there is no terminal {terminal}"))?;
        // A person may type what the lesson would.
        if let Some(command) = self.is_next(book, index, bytes) {
            return self.begin(index, command, doings);
        }
        self.own = true;
        self.waiting[index] = false;
        let id = FIRST_TERMINAL + index as StreamId;
        let bytes = bytes.to_vec();
        doings.ask(&Request::Input { id, bytes })
    }

    /// Returns the lesson's next command if these bytes are that command.
    fn is_next<'a>(
        &self,
        book: &'a Book,
        terminal: usize,
        bytes: &[u8],
    ) -> Option<&'a Command> {
        let command = book.lesson.commands().nth(self.next)?;
        let there = self.playing.terminal_of(command);
        let is_idle = matches!(self.phase, Phase::Idle);
        let is_there = there == Ok(terminal) && self.waiting[terminal];
        let same = bytes.strip_suffix(b"\n") == Some(command.input.as_bytes());
        (is_idle && is_there && same).then_some(command)
    }

    fn begin(
        &mut self,
        terminal: usize,
        command: &Command,
        doings: &mut Doings,
    ) -> Result<(), String> {
        self.printed.clear();
        self.phase = Phase::Running(self.next, terminal);
        self.waiting[terminal] = false;
        let id = FIRST_TERMINAL + terminal as StreamId;
        let bytes = format!("{}\n", command.input).into_bytes();
        doings.ask(&Request::Input { id, bytes })
    }

    /// Takes an event.
    ///
    /// # Errors
    ///
    /// The event comes out of turn.
    pub fn event(
        &mut self,
        book: &Book,
        event: Event,
        doings: &mut Doings,
    ) -> Result<(), String> {
        match event {
            Event::Facts(facts) => self.looked(book, facts, doings),
            Event::Output { id, ref bytes, .. } => match self.terminal(id) {
                Some(terminal) => {
                    self.output(book, terminal, bytes, doings);
                    Ok(())
                }
                None => doings.tell(event),
            },
            Event::Prompt { id, status, shell } => {
                let terminal = self.terminal(id);
                let terminal = terminal.ok_or("a prompt of no terminal")?;
                let after = After::Prompt(shell);
                self.ended(book, terminal, after, status, doings)
            }
            Event::Exit { id, status } => match self.terminal(id) {
                Some(terminal) => {
                    let status = status.in_a_shell();
                    self.ended(book, terminal, After::Closed, status, doings)
                }
                None => doings.tell(event),
            },
            other => doings.tell(other),
        }
    }

    fn terminal(&self, id: StreamId) -> Option<usize> {
        let index = id.checked_sub(FIRST_TERMINAL)? as usize;
        (index < self.waiting.len()).then_some(index)
    }

    fn output(
        &mut self,
        book: &Book,
        terminal: usize,
        bytes: &[u8],
        doings: &mut Doings,
    ) {
        let place = doings.bytes.add(bytes);
        doings.news.push(News::Output {
            terminal: book.lesson.terminals[terminal].clone(),
            bytes: place,
        });
        let is_compared = matches!(
            self.phase,
            Phase::Running(_, running) if running == terminal
        );
        if is_compared && self.printed.len() < MOST_COMPARED {
            self.printed.extend_from_slice(bytes);
        }
    }

    /// A command, or a terminal, has ended.
    fn ended(
        &mut self,
        book: &Book,
        terminal: usize,
        after: After,
        status: u8,
        doings: &mut Doings,
    ) -> Result<(), String> {
        let name = &book.lesson.terminals[terminal];
        let playing = &mut self.playing;
        let running = match self.phase {
            Phase::Running(command, running) if running == terminal => {
                Some(command)
            }
            _ => None,
        };
        let from = running.map_or(self.next, |command| command + 1);
        let mut rest = book.lesson.commands().skip(from);
        let names = rest.find(|command| command.terminal == *name);
        let names = names.map(|command| command.nested.as_slice());
        playing.ended(terminal, after, names);
        let prompt = playing.prompt_in(terminal);
        self.waiting[terminal] = prompt.is_some();
        let terminal = name.clone();
        if after == After::Closed {
            doings.news.push(News::Closed { terminal });
        } else if running.is_none() {
            let news = News::Waits {
                terminal,
                status,
                prompt: prompt.clone(),
            };
            doings.news.push(news);
        }
        match running {
            Some(command) => {
                let ended = Ended {
                    command,
                    prompt,
                    printed: mem::take(&mut self.printed),
                    status,
                    own: self.own,
                    before: Matrix::new(playing.facts(), playing.namer()),
                };
                self.look(Some(ended), doings)
            }
            None if matches!(self.phase, Phase::Idle) => {
                self.look(None, doings)
            }
            None => {
                self.stale = true;
                Ok(())
            }
        }
    }

    fn look(
        &mut self,
        ended: Option<Ended>,
        doings: &mut Doings,
    ) -> Result<(), String> {
        self.phase = Phase::Looking(ended);
        self.stale = false;
        doings.ask(&Request::Facts)
    }

    fn looked(
        &mut self,
        book: &Book,
        facts: Facts,
        doings: &mut Doings,
    ) -> Result<(), String> {
        let Phase::Looking(ended) = mem::replace(&mut self.phase, Phase::Idle)
        else {
            return Err("facts that nobody has asked for".to_owned());
        };
        let playing = &mut self.playing;
        let is_first = self.now.is_empty();
        playing.look(facts);
        if is_first {
            let names = book.lesson.terminals.iter().enumerate();
            let prompts = names.filter_map(|(terminal, name)| {
                Some((name.clone(), playing.prompt_in(terminal)?))
            });
            doings.news.push(News::Ready {
                kernel: self.kernel.clone(),
                prompts: prompts.collect::<BTreeMap<_, _>>(),
            });
        }
        if let Some(ended) = &ended {
            let mut commands = book.lesson.commands();
            if let Some(command) = commands.nth(ended.command) {
                let versions = &self.versions;
                let told =
                    ran::command(book, command, ended, playing, versions);
                doings.news.push(told.unwrap_or_else(stopped));
            }
            self.next = ended.command + 1;
        }
        self.tell_kernel(book, ended.is_some(), doings);
        if self.stale {
            return self.look(None, doings);
        }
        Ok(())
    }

    /// Tells the kernel's state if it has changed, and the steps that end with
    /// the lesson's command before.
    fn tell_kernel(&mut self, book: &Book, after: bool, doings: &mut Doings) {
        let playing = &self.playing;
        let now = snapshot_text::text(playing.facts(), playing.namer());
        let command = if after { self.next - 1 } else { self.next };
        let step = book.step_of(command);
        let step = step.or(book.lesson.steps.last());
        if now != self.now {
            let number = step.map_or(0, |step| step.number);
            let before = self.step_before.as_deref();
            doings.news.push(ran::kernel(number, before, playing));
            self.now = now;
        }
        if !after {
            return;
        }
        for step in ended_with(book, command) {
            let own = self.own;
            let news = ran::step(book, step, &self.now, &self.versions, own);
            doings.news.push(news);
            self.step_before = Some(self.now.clone());
        }
    }
}

/// Returns the steps that end with the command with this index: its own, and
/// those after it without a command.
fn ended_with(book: &Book, command: usize) -> impl Iterator<Item = &Step> {
    let mut end = 0;
    book.lesson.steps.iter().filter(move |step| {
        end += step.commands().count();
        end == command + 1
    })
}

fn stopped(misfit: Misfit) -> News {
    let Misfit { line, reason } = misfit;
    News::Stopped { line, reason }
}
