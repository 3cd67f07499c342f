//! Plays a lesson at a terminal, step by step, with a reader.
//!
//! The lesson scrolls, one page at a time: earlier pages stay in the terminal's
//! own history. The player shows a command, waits for Enter, runs the command
//! in the machine, and compares the result with the book.
//!
//! # Layout
//!
//! * here: [`play`], from the first page to the last
//! * `showing`: shows one item after the other
//! * `pause`: waits for a key, and carries it out
//! * `way`: goes to another step
//! * `report`: the player, and its messages around the commands
//! * `pass`: one pass through the lesson, in one machine
//! * `script`: the lesson as a list of items, and the routes between its steps
//! * `keys`: reads keys, and gives them a meaning
//! * `predict`: asks for a prediction, and shows the kernel's answer; `choice`:
//!   the types that were chosen; `predicted`: the lines about a prediction;
//!   `predictor`: the predictions of this lesson
//! * `screen`, `style`, `markdown`, `table`: write on the terminal
//! * `identity`: shows names beside the numbers of this run
//! * `matrix`, `networks`, `company`: show the kernel's side after a step, and
//!   its changes
//! * `screenshot`: shows the last screen of a step, for a picture
//! * `verdict`: counts the differences from the book
//!
//! [`crate::terminal`] restores the terminal at the end.

mod choice;
mod company;
mod identity;
mod keys;
mod markdown;
mod matrix;
mod networks;
mod pass;
mod pause;
mod predict;
mod predicted;
mod predictor;
mod report;
mod screen;
pub mod screenshot;
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
use crate::work_folder::WorkFolder;
use identity::Names;
use pass::PassEnd;
use predictor::Predictor;
use report::Player;
use screen::Screen;
use script::Script;
use style::{Looks, Style};
use tr::tr;
use verdict::Verdict;

/// Result of a lesson that was played with a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Whether the reader saw the end.
    pub finished: bool,
    /// Number of places in which the machine was not as in the book.
    pub differences: usize,
}

/// Plays a lesson at this terminal. The machines end with the calling thread.
/// A reader who predicts is asked before some commands, and the folder keeps
/// the predictions.
pub fn play(
    machines: &mut Machines,
    file: &LessonFile,
    predictions: Option<WorkFolder>,
) -> Result<Outcome> {
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
        predictor: predictions.map(Predictor::new),
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
        player.conclude_predictions()?;
    }
    Ok(Outcome {
        finished,
        differences: player.verdict.differences(),
    })
}

/// Boots the machine while the reader reads, then describes it.
fn first_machine(machines: &mut Machines, screen: &Screen) -> Result<Machine> {
    if screen.looks == Looks::Plain {
        screen.say(&tr!("Booting the machine ..."), Style::PLAIN)?;
    }
    let machine = boot(machines, tr!("booting the machine"))?;
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
        screen.say(&tr!("Booting a fresh machine ..."), Style::PLAIN)?;
    }
    Ok(boot(machines, tr!("booting a fresh machine"))?)
}

fn boot(machines: &mut Machines, what: String) -> Result<Machine, Failure> {
    let _progress = progress::start(what);
    machines.machine()
}
