//! Plays a lesson at a terminal, step by step, with a reader.
//!
//! It scrolls, a page at a time: what has been shown stays in the terminal's
//! own memory. Each command is shown, waits for Enter, runs in the machine, and is held
//! against the book.
//!
//! # Layout
//!
//! * here: [`play`], from the first word to the last
//! * `stage`: one machine, and what the reader does with it
//! * `script`: the lesson as one thing after the other, and the ways through
//! * `keys`: reading a key, and what it means
//! * `screen`, `style`, `markdown`, `table`: what is written, and how it looks
//! * `identity`: the numbers of this run, each with its name
//! * `matrix`, `networks`: the kernel's side after a step, and what changed
//! * `verdict`: what was not as in the book
//!
//! The terminal is as before in the end: [`crate::terminal`] sees to that.

mod identity;
mod keys;
mod markdown;
mod matrix;
mod networks;
mod screen;
mod script;
mod stage;
pub mod style;
mod table;
mod verdict;

use anyhow::{Context, Result};

use crate::course::LessonFile;
use crate::machine::{Failure, Machine};
use crate::machines::Machines;
use crate::progress;
use crate::terminal::Quiet;
use crate::walk::Walk;
use identity::Names;
use screen::Screen;
use script::Script;
use stage::{End, Stage};
use style::{Looks, Style};
use verdict::Verdict;

/// How it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The reader saw the end.
    pub finished: bool,
    /// In how many places the machine was not as in the book.
    pub differences: usize,
}

/// Plays a lesson at this terminal. The thread that calls this must live as
/// long: the machine ends with it.
pub fn play(machines: &mut Machines, file: &LessonFile) -> Result<Outcome> {
    let quiet = Quiet::begin()?;
    machines.waits = false;
    let looks = Looks::of_environment();
    let script = Script::new(&file.lesson);
    let names = Names::new(&file.lesson);
    let mut stage = Stage {
        file,
        script: &script,
        names: &names,
        screen: Screen::new(looks),
        quiet: &quiet,
        verdict: Verdict::default(),
        place: 0,
    };
    stage.introduce()?;
    let mut machine = first_machine(machines, &stage.screen)?;
    let finished = loop {
        let walk = Walk::begin(file, machine)?;
        let end = stage.play(walk);
        if end.is_err() {
            stage.screen.all_pages()?;
        }
        match end.with_context(|| file.path.display().to_string())? {
            End::Finished => break true,
            End::Quit => break false,
            End::Afresh(step) => {
                machine = another_machine(machines, &stage.screen)?;
                stage.place = script.place_of(step);
                stage.screen.gap()?;
            }
        }
    };
    if finished {
        stage.conclude()?;
    }
    Ok(Outcome {
        finished,
        differences: stage.verdict.differences(),
    })
}

/// Boots while the reader reads, and says what has booted.
fn first_machine(machines: &mut Machines, screen: &Screen) -> Result<Machine> {
    if screen.looks == Looks::Plain {
        screen.say("Booting the machine ...", Style::PLAIN)?;
    }
    let machine = boot(machines, "booting the machine")?;
    let text = machines.introduce(&machine);
    screen.prose_in(&text, Style::DIM)?;
    screen.gap()?;
    Ok(machine)
}

fn another_machine(
    machines: &mut Machines,
    screen: &Screen,
) -> Result<Machine> {
    if screen.looks == Looks::Plain {
        screen.say("Booting a fresh machine ...", Style::PLAIN)?;
    }
    Ok(boot(machines, "booting a fresh machine")?)
}

fn boot(
    machines: &mut Machines,
    what: &'static str,
) -> Result<Machine, Failure> {
    let _progress = progress::start(what);
    machines.machine()
}
