//! What can be typed, and what happens from then on.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use anyhow::{Context, Result};
use clap::Args;
use crossterm::event::{self, Event as Input};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

use super::grading::{Graded, Grading, News};
use super::keys::{Key, meaning};
use super::saves::Saves;
use super::screen::Screen;
use super::view::{View, seconds};
use crate::course::shown_path;
use crate::exercise::catalogue::{self, Entry, Number};
use crate::exercise::format::Kind;
use crate::exercise::{Workshop, check, learn, show};
use crate::exit_code::{DIFFERS, USAGE};
use crate::output;
use crate::terminal::hang_up;
use crate::{errln, outln};

/// Grade your program whenever you save it
#[derive(Args, Debug)]
pub struct Watch {
    /// The exercise's number
    #[arg(value_name = "N.N")]
    number: Number,
    /// Look at the file twice a second, whatever the file system reports
    #[arg(long)]
    poll: bool,
}

enum Event {
    Input(Input),
    Changed,
    News(News),
    Signal(i32),
}

/// Grades until the learner quits; in a pipe, until it is solved.
pub fn run(workspace: &Path, command: &Watch) -> Result<u8> {
    let number = command.number;
    let entry = catalogue::find(workspace, number)?;
    let workshop = Workshop::new(workspace);
    if entry.exercise.kind == Kind::Find {
        errln!("There is no file to watch: just explore {number}");
        return Ok(USAGE);
    }
    hang_up::ends_us();
    let source = workshop.source(&entry);
    if !workshop.has_begun(&entry) {
        errln!("You have not begun it yet: just exercise {number}");
        return Ok(USAGE);
    }
    let (sender, events) = mpsc::channel();
    let tell = sender.clone();
    let saves = Saves::of(&source, command.poll, move || {
        // Whoever has quit need not know.
        let _ = tell.send(Event::Changed);
    })?;
    let tell = sender.clone();
    let grading = Grading::start(workspace, &workshop, &entry, move |news| {
        let _ = tell.send(Event::News(news));
    });
    let hints = learn::hints_read(&workshop, &entry);
    let mut watch = Watched {
        workspace: workspace.to_path_buf(),
        workshop,
        source,
        grading,
        saves,
        graded: None,
        hints,
        busy: false,
        changed: false,
        solved: None,
        away: false,
        view: View::default(),
        entry,
    };
    watch.introduce();
    watch.request();
    if io::stdin().is_terminal() && io::stdout().is_terminal() {
        watch.at_a_terminal(&sender, &events)
    } else {
        watch.in_a_pipe(&events)
    }
}

struct Watched {
    workspace: PathBuf,
    workshop: Workshop,
    entry: Entry,
    source: PathBuf,
    grading: Grading,
    saves: Saves,
    /// What was in the file when it was graded last.
    graded: Option<Vec<u8>>,
    /// How many hints were read.
    hints: usize,
    /// It is being graded.
    busy: bool,
    /// It has been saved since then.
    changed: bool,
    solved: Option<bool>,
    /// That the file is away has been said, in a pipe.
    away: bool,
    view: View,
}

impl Watched {
    fn introduce(&mut self) {
        let Entry {
            number, exercise, ..
        } = &self.entry;
        self.view.title = format!("Exercise {number}: {}", exercise.title);
        self.view.file = shown_path(&self.source).display().to_string();
        if let Some(why) = &self.saves.polls {
            let polled = format!("   (looked at twice a second: {why})");
            self.view.file.push_str(&polled);
        }
        // A broken record is said before there is a screen.
        self.workshop.store().read();
    }

    /// It may have been saved: is there anything new in it?
    fn look(&mut self) {
        self.saves.heed(&self.source);
        if self.busy {
            self.changed = true;
        } else if self.workshop.read(&self.entry).ok() != self.graded {
            self.request();
        }
    }

    /// Where there is no file there is nothing to grade: it may come back.
    fn request(&mut self) {
        self.changed = false;
        match self.workshop.read(&self.entry) {
            Ok(text) => {
                self.graded = Some(text);
                self.busy = true;
                self.view.status = "compiling ...".to_owned();
                self.grading.request();
            }
            Err(why) => {
                self.graded = None;
                self.solved = Some(false);
                self.view.status =
                    self.workshop.without_program(&self.entry, &why);
                self.view.verdict.clear();
            }
        }
    }

    fn hear(&mut self, news: News) -> Result<()> {
        match news {
            News::Compiled => {
                self.view.status = "running it in a fresh machine ...".into();
            }
            News::Graded(graded) => {
                self.tell(&graded)?;
                self.look_again();
            }
            // It went away while it was compiled.
            News::Failed(_) if self.workshop.read(&self.entry).is_err() => {
                self.graded = None;
                self.changed = true;
                self.look_again();
                if !self.busy {
                    self.request();
                }
            }
            News::Failed(error) => return Err(error),
        }
        Ok(())
    }

    /// It may have been saved while it was graded.
    fn look_again(&mut self) {
        self.busy = false;
        if self.changed {
            self.look();
        }
    }

    fn tell(&mut self, graded: &Graded) -> Result<()> {
        let compile = seconds(graded.compile);
        self.view.beside = None;
        self.view.above = 0;
        (self.view.status, self.view.verdict) = match &graded.result {
            Err(errors) => {
                self.solved = Some(false);
                let status = format!("compile {compile}: it does not compile");
                (status, errors.clone())
            }
            Ok(report) => {
                let solved = report.verdict.solved();
                self.solved = Some(solved);
                let times = format!(
                    "compile {compile}   machine {}   run {}",
                    seconds(report.waited),
                    seconds(report.run)
                );
                let mut text = show::verdict(&report.verdict);
                if solved {
                    text.push_str(&self.congratulation()?);
                }
                let text = text.trim_start_matches('\n').to_owned();
                (times, text)
            }
        };
        Ok(())
    }

    fn congratulation(&self) -> Result<String> {
        let Entry {
            number, exercise, ..
        } = &self.entry;
        let after = show::wrapped(&exercise.after, "  ");
        let entries = catalogue::all(&self.workspace)?;
        let record = self.workshop.store().read();
        let next = learn::next_after(&entries, &record, Some(*number));
        let next = match next {
            Some(next) => format!("just exercise {next}"),
            None => "all exercises are solved".to_owned(),
        };
        let compare = shown_path(&self.entry.solution());
        Ok(format!(
            "\nExercise {number} is solved.\n\n{after}\n  \
             Compare   {}\n  Next      {next}\n",
            compare.display()
        ))
    }

    /// A page of its own, until the learner quits.
    fn at_a_terminal(
        &mut self,
        sender: &Sender<Event>,
        events: &Receiver<Event>,
    ) -> Result<u8> {
        listen_to_signals(sender.clone())?;
        let screen = Screen::open()?;
        listen_to_keys(sender.clone());
        loop {
            screen.draw(&self.view.lines(screen.size()))?;
            match events.recv().context("nothing can happen any more")? {
                Event::Changed => self.look(),
                Event::News(news) => self.hear(news)?,
                Event::Signal(signal) => {
                    drop(screen);
                    return end(signal);
                }
                Event::Input(Input::Key(key)) => match meaning(key) {
                    Some(Key::Quit) => return Ok(self.code()),
                    Some(key) => self.press(key, &screen)?,
                    None => {}
                },
                Event::Input(_) => {
                    // The window may have another size now.
                    self.view.scroll(0, screen.size());
                }
            }
        }
    }

    fn press(&mut self, key: Key, screen: &Screen) -> Result<()> {
        let beside = match key {
            Key::Hint => {
                let all = self.entry.exercise.hints.len();
                let (mut text, read) =
                    learn::one_more_hint(&self.entry, self.hints);
                self.hints = read;
                check::keep(&self.workshop, &self.entry, read);
                text.push_str(if read < all {
                    "\nh: one more   Enter: back to the verdict\n"
                } else {
                    "\nEnter: back to the verdict\n"
                });
                Some(text)
            }
            Key::List => Some(learn::list(&self.workspace, &self.workshop)?),
            Key::Back => None,
            Key::Again => {
                if !self.busy {
                    self.request();
                }
                return Ok(());
            }
            Key::Down(lines) => {
                let lines = isize::try_from(lines).unwrap_or(isize::MAX);
                self.view.scroll(lines, screen.size());
                return Ok(());
            }
            Key::Up(lines) => {
                let lines = isize::try_from(lines).unwrap_or(isize::MAX);
                self.view.scroll(-lines, screen.size());
                return Ok(());
            }
            Key::Suspend => return Ok(screen.suspend()?),
            Key::Quit => return Ok(()),
        };
        self.view.beside = beside;
        self.view.above = 0;
        Ok(())
    }

    /// A verdict for each save, and the end once it is solved, or nobody reads
    /// it.
    fn in_a_pipe(&mut self, events: &Receiver<Event>) -> Result<u8> {
        outln!("{}\n{}", self.view.title, self.view.file);
        self.say_that_it_is_away();
        loop {
            match events.recv().context("nothing can happen any more")? {
                Event::Changed => {
                    self.look();
                    self.say_that_it_is_away();
                }
                Event::News(news) => {
                    let known = matches!(news, News::Graded(_));
                    self.hear(news)?;
                    if known {
                        let View {
                            status, verdict, ..
                        } = &self.view;
                        outln!("\n{status}\n{}", verdict.trim_end());
                    }
                    let over = self.solved == Some(true) || output::is_gone();
                    if known && over {
                        return Ok(self.code());
                    }
                }
                Event::Input(_) | Event::Signal(_) => {}
            }
        }
    }

    /// Once, until it is back.
    fn say_that_it_is_away(&mut self) {
        let away = !self.busy && self.graded.is_none();
        if away && !self.away {
            outln!("\n{}", self.view.status);
        }
        self.away = away;
    }

    fn code(&self) -> u8 {
        match self.solved {
            Some(false) => DIFFERS,
            _ => 0,
        }
    }
}

/// The thread waits for keys until the process ends.
fn listen_to_keys(sender: Sender<Event>) {
    thread::spawn(move || {
        loop {
            let event = match event::read() {
                Ok(input) => Event::Input(input),
                // The terminal is gone.
                Err(_) => Event::Signal(SIGHUP),
            };
            let over = matches!(event, Event::Signal(_));
            if sender.send(event).is_err() || over {
                return;
            }
        }
    });
}

fn listen_to_signals(sender: Sender<Event>) -> Result<()> {
    let mut signals = Signals::new([SIGHUP, SIGINT, SIGTERM])?;
    thread::spawn(move || {
        for signal in signals.forever() {
            if sender.send(Event::Signal(signal)).is_err() {
                return;
            }
        }
    });
    Ok(())
}

/// As it would have ended without us.
fn end(signal: i32) -> Result<u8> {
    emulate_default_handler(signal)?;
    process::exit(0)
}
