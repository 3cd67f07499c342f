//! The conversation with PID 1 of one machine, from its first word on.
//!
//! The machine says who it is, hears the time, is asked for the versions of
//! tools, opens the lesson's terminals, and reports the facts. Then it waits for
//! commands: the lesson's, and the person's own. After each of them it reports
//! the facts again.

use std::collections::BTreeMap;
use std::mem;

use lessons::lesson::{Command, Tool, Versions};
use lessons::playing::{After, Misfit, Playing};
use lessons::snapshot_text::{self, Matrix};
use protocol::{Event, Facts, Frames, Request, StreamId, WindowSize};

use crate::book::Book;
use crate::envelope::Bytes;
use crate::frames;
use crate::news::News;
use crate::ran::{self, Ended};

/// Stream of the first terminal. The next ones follow.
const FIRST_TERMINAL: StreamId = 1;

/// Stream of the first question to a tool.
const FIRST_QUESTION: StreamId = 900;

/// Output of a command that is compared, in bytes. A lesson's is far shorter.
const MOST_COMPARED: usize = 1 << 20;

/// What a call has brought about.
#[derive(Debug, Default)]
pub struct Doings {
    /// Bytes for PID 1.
    pub send: Vec<u8>,
    /// What has happened, in order.
    pub news: Vec<News>,
    /// Bytes that the news refer to.
    pub bytes: Bytes,
}

impl Doings {
    /// Adds a request to the bytes for PID 1.
    ///
    /// # Errors
    ///
    /// The request is too long for a frame.
    pub fn ask(&mut self, request: &Request) -> Result<(), String> {
        self.send.extend(frames::encode(request)?);
        Ok(())
    }
}

/// What the machine is waited for.
#[derive(Debug)]
enum Phase {
    /// Its first word.
    Silent,
    /// Its answer to the greeting.
    Greeted,
    /// The version of the tool with this place among the lesson's.
    Asked(usize),
    /// The first prompt of the terminal that was opened last.
    Opening,
    /// The facts, with the command of the lesson that ended before.
    Looking(Option<Ended>),
    /// The end of this command of the lesson, in this terminal.
    Running(usize, usize),
    /// Nothing.
    Idle,
}

/// A machine in which a lesson is played.
#[derive(Debug)]
pub struct Machine {
    frames: Frames,
    hello: Request,
    phase: Phase,
    kernel: String,
    versions: Versions,
    tools: Vec<Tool>,
    /// Output of the tool, or of the command, that runs.
    printed: Vec<u8>,
    shells: Vec<i32>,
    /// Whether a shell waits in each of the terminals that are open.
    waiting: Vec<bool>,
    playing: Option<Playing>,
    /// Index of the lesson's next command.
    next: usize,
    own: bool,
    /// Whether something has ended since the facts were asked for.
    stale: bool,
    /// The kernel's state at the end of the step before, and now.
    step_before: Option<String>,
    now: String,
}

impl Machine {
    /// Begins with a machine that has been restored, with the time in
    /// nanoseconds since 1970 and random bytes.
    pub fn new(book: &Book, unix_time_ns: u64, entropy: [u8; 32]) -> Self {
        Self {
            frames: Frames::default(),
            hello: Request::Hello {
                protocol: protocol::VERSION,
                unix_time_ns,
                entropy,
            },
            phase: Phase::Silent,
            kernel: String::new(),
            versions: Versions::NONE,
            tools: book.lesson.tools().collect(),
            printed: Vec::new(),
            shells: Vec::new(),
            waiting: Vec::new(),
            playing: None,
            next: 0,
            own: false,
            stale: false,
            step_before: None,
            now: String::new(),
        }
    }

    /// Returns the index of the lesson's next command.
    pub fn next(&self) -> usize {
        self.next
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
            self.event(book, event, doings)?;
        }
        Ok(())
    }

    /// Types the lesson's next command.
    ///
    /// # Errors
    ///
    /// The command is too long for a frame.
    pub fn run(
        &mut self,
        book: &Book,
        doings: &mut Doings,
    ) -> Result<(), String> {
        let Some(command) = book.lesson.commands().nth(self.next) else {
            doings.news.push(News::End);
            return Ok(());
        };
        let terminal = match (&self.phase, &self.playing) {
            (Phase::Idle, Some(playing)) => playing.terminal_of(command),
            _ => {
                doings.news.push(News::Busy);
                return Ok(());
            }
        };
        match terminal {
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
        let index = index.filter(|index| *index < self.waiting.len());
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
        let there = self.playing.as_ref()?.terminal_of(command);
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

    fn event(
        &mut self,
        book: &Book,
        event: Event,
        doings: &mut Doings,
    ) -> Result<(), String> {
        match event {
            Event::Ready { protocol, kernel } => {
                self.ready(protocol, kernel, doings)
            }
            Event::Done if matches!(self.phase, Phase::Greeted) => {
                self.ask_tool(book, 0, doings)
            }
            Event::Output { id, bytes, .. } if self.is_ours(id) => {
                self.output(book, id, &bytes, doings);
                Ok(())
            }
            Event::Prompt { id, status, shell } => {
                self.ended(book, id, After::Prompt(shell), status, doings)
            }
            Event::Exit { id, status } if self.is_ours(id) => {
                let status = status.in_a_shell();
                match self.phase {
                    Phase::Asked(place) if id >= FIRST_QUESTION => {
                        self.heard_tool(book, place, doings)
                    }
                    _ => self.ended(book, id, After::Closed, status, doings),
                }
            }
            Event::Started { id, .. } if self.is_ours(id) => Ok(()),
            Event::Facts(facts) => self.looked(book, facts, doings),
            Event::Failed { reason } => {
                doings.news.push(News::Failed { reason });
                Ok(())
            }
            other => {
                let event = frames::value(&other, &mut doings.bytes)?;
                doings.news.push(News::Event { event });
                Ok(())
            }
        }
    }

    /// Whether a stream is one of the lesson's.
    fn is_ours(&self, id: StreamId) -> bool {
        let question = FIRST_QUESTION + self.tools.len() as StreamId;
        self.terminal(id).is_some() || (FIRST_QUESTION..question).contains(&id)
    }

    fn terminal(&self, id: StreamId) -> Option<usize> {
        let index = id.checked_sub(FIRST_TERMINAL)? as usize;
        (index < self.waiting.len()).then_some(index)
    }

    fn ready(
        &mut self,
        protocol: u32,
        kernel: String,
        doings: &mut Doings,
    ) -> Result<(), String> {
        if protocol != protocol::VERSION {
            let ours = protocol::VERSION;
            return Err(format!(
                "this machine speaks protocol {protocol}, the page {ours}"
            ));
        }
        self.versions = Versions::of_kernel(&kernel);
        self.kernel = kernel;
        self.phase = Phase::Greeted;
        doings.ask(&self.hello)
    }

    /// Asks the next tool for its version, or opens the first terminal.
    fn ask_tool(
        &mut self,
        book: &Book,
        place: usize,
        doings: &mut Doings,
    ) -> Result<(), String> {
        let Some(tool) = self.tools.get(place) else {
            return self.open(book, 0, doings);
        };
        self.printed.clear();
        self.phase = Phase::Asked(place);
        let id = FIRST_QUESTION + place as StreamId;
        let argv = tool.question().iter().map(ToString::to_string).collect();
        doings.ask(&Request::Exec { id, argv })
    }

    fn heard_tool(
        &mut self,
        book: &Book,
        place: usize,
        doings: &mut Doings,
    ) -> Result<(), String> {
        let said = String::from_utf8_lossy(&self.printed).into_owned();
        if let Some(tool) = self.tools.get(place) {
            self.versions.hear(*tool, &said);
        }
        self.ask_tool(book, place + 1, doings)
    }

    /// Opens the next terminal, or looks at the kernel for the first time.
    fn open(
        &mut self,
        book: &Book,
        place: usize,
        doings: &mut Doings,
    ) -> Result<(), String> {
        if place == book.lesson.terminals.len() {
            let playing =
                Playing::new(&book.lesson, &self.kernel, &self.shells);
            self.playing = Some(playing);
            return self.look(None, doings);
        }
        self.phase = Phase::Opening;
        self.waiting.push(false);
        doings.ask(&Request::OpenTerminal {
            id: FIRST_TERMINAL + place as StreamId,
            size: WindowSize::LESSON,
        })
    }

    fn output(
        &mut self,
        book: &Book,
        id: StreamId,
        bytes: &[u8],
        doings: &mut Doings,
    ) {
        let terminal = self.terminal(id);
        if let Some(terminal) = terminal {
            let bytes = doings.bytes.add(bytes);
            let terminal = book.lesson.terminals[terminal].clone();
            doings.news.push(News::Output { terminal, bytes });
        }
        let is_waited_for = match self.phase {
            Phase::Asked(_) => terminal.is_none(),
            Phase::Running(_, running) => terminal == Some(running),
            _ => false,
        };
        if is_waited_for && self.printed.len() < MOST_COMPARED {
            self.printed.extend_from_slice(bytes);
        }
    }

    /// A command, or a terminal, has ended.
    fn ended(
        &mut self,
        book: &Book,
        id: StreamId,
        after: After,
        status: u8,
        doings: &mut Doings,
    ) -> Result<(), String> {
        let Some(terminal) = self.terminal(id) else {
            return Ok(());
        };
        let name = &book.lesson.terminals[terminal];
        let Some(playing) = &mut self.playing else {
            return self.opened(book, terminal, after, doings);
        };
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

    fn opened(
        &mut self,
        book: &Book,
        terminal: usize,
        after: After,
        doings: &mut Doings,
    ) -> Result<(), String> {
        let name = &book.lesson.terminals[terminal];
        let After::Prompt(shell) = after else {
            return Err(format!("the terminal {name} cannot be opened"));
        };
        self.shells.push(shell);
        self.waiting[terminal] = true;
        self.open(book, terminal + 1, doings)
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
        let Some(playing) = &mut self.playing else {
            return Err("facts before the terminals are open".to_owned());
        };
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
        let Some(playing) = &self.playing else {
            return;
        };
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
fn ended_with(
    book: &Book,
    command: usize,
) -> impl Iterator<Item = &lessons::lesson::Step> {
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
