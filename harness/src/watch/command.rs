//! The subcommand that watches a program.

use std::io::{self, IsTerminal};
use std::path::Path;
use std::sync::mpsc;

use anyhow::Result;
use clap::Args;
use tr::tr;

use super::event::Event;
use super::saves::Saves;
use super::watched::Watched;
use super::worker::Worker;
use super::{at_a_terminal, in_a_pipe};
use crate::errln;
use crate::exercise::catalogue::Number;
use crate::exercise::definition::Kind;
use crate::exercise::{Assignment, Workshop};
use crate::exit_code::USAGE;
use crate::needed_kernel::offer;
use crate::terminal::hang_up;

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

/// Grades until the learner quits; in a pipe, until the exercise is solved.
/// Returns the exit code.
pub fn run(workspace: &Path, command: &Watch) -> Result<u8> {
    let number = command.number;
    let assignment = Assignment::find(&Workshop::new(workspace), number)?;
    if assignment.entry.exercise.kind == Kind::Find {
        errln!(
            "{}",
            tr!("There is no file to watch: just explore {number}", number)
        );
        return Ok(USAGE);
    }
    hang_up::ends_us();
    if !assignment.has_begun() {
        errln!(
            "{}",
            tr!("You have not begun it yet: just exercise {number}", number)
        );
        return Ok(USAGE);
    }
    let needed = assignment.entry.needed_kernel()?;
    offer::if_needed(workspace, needed.as_ref())?;
    let (sender, events) = mpsc::channel();
    let tell = sender.clone();
    let saves = Saves::of(&assignment.source(), command.poll, move || {
        // A learner who has quit gets no news.
        let _ = tell.send(Event::Changed);
    })?;
    let tell = sender.clone();
    let worker = Worker::start(&assignment, move |news| {
        let _ = tell.send(Event::News(news));
    })?;
    let mut watched = Watched::new(assignment, worker, saves);
    watched.request();
    if io::stdin().is_terminal() && io::stdout().is_terminal() {
        at_a_terminal::run(&mut watched, &sender, &events)
    } else {
        in_a_pipe::run(&mut watched, &events)
    }
}
