//! Plays a lesson at a terminal, step by step, with a reader.
//!
//! The lesson scrolls, a page at a time, and stays in the terminal's own
//! memory. Each command is shown, waits for Enter, runs in the machine, and is
//! compared with the book.
//!
//! # Layout
//!
//! * here: [`play`], from the first word to the last
//! * `showing`: one item after the other
//! * `pause`: waiting for a key, and doing what the key asks for
//! * `way`: going to another step
//! * `report`: the player, and its words around the commands
//! * `pass`: one pass through the lesson, in one machine
//! * `script`: the lesson as a list of items, and the routes between them
//! * `keys`: keys and their meanings
//! * `screen`, `style`, `markdown`, `table`: the text on the terminal
//! * `identity`: the numbers of this run, each with its name
//! * `matrix`, `networks`: the kernel's side after a step, and its changes
//! * `verdict`: the differences from the book
//!
//! The terminal is as before in the end: [`crate::terminal`] sees to that.

mod identity;
mod keys;
mod markdown;
mod matrix;
mod networks;
mod pass;
mod pause;
mod report;
mod screen;
mod script;
mod showing;
pub mod style;
mod table;
mod verdict;
mod way;

use anyhow::{Context, Result};

use crate::course::LessonFile;
use crate::machine::{Failure, Machine};
use crate::machines::Machines;
use crate::progress;
use crate::terminal::Quiet;
use crate::walk::Walk;
use identity::Names;
use pass::PassEnd;
use report::Player;
use screen::Screen;
use script::Script;
use style::{Looks, Style};
use verdict::Verdict;

/// Result of a lesson that was played with a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Whether the reader saw the end.
    pub finished: bool,
    /// Number of places in which the machine was not as in the book.
    pub differences: usize,
}

/// Plays a lesson at this terminal. The machines end with the thread that calls
/// this.
pub fn play(machines: &mut Machines, file: &LessonFile) -> Result<Outcome> {
    let quiet = Quiet::begin()?;
    machines.waits = false;
    let looks = Looks::of_environment();
    let script = Script::new(&file.lesson);
    let names = Names::new(&file.lesson);
    let mut player = Player {
        file,
        script: &script,
        names: &names,
        screen: Screen::new(looks),
        quiet: &quiet,
        verdict: Verdict::default(),
        place: 0,
    };
    player.introduce()?;
    let mut machine = first_machine(machines, &player.screen)?;
    let finished = loop {
        let walk = Walk::begin(file, machine)?;
        let end = player.play(walk);
        if end.is_err() {
            player.screen.all_pages()?;
        }
        match end.with_context(|| file.path.display().to_string())? {
            PassEnd::Finished => break true,
            PassEnd::Quit => break false,
            PassEnd::Afresh(step) => {
                machine = another_machine(machines, &player.screen)?;
                player.place = script.place_of(step);
                player.screen.gap()?;
            }
        }
    };
    if finished {
        player.conclude()?;
    }
    Ok(Outcome {
        finished,
        differences: player.verdict.differences(),
    })
}

/// Boots while the reader reads, and says which machine has booted.
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
