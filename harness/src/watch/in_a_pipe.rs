//! A watch in a pipe: a verdict for each save, until the exercise is solved or
//! the reader is gone.

use std::sync::mpsc::Receiver;

use anyhow::Result;

use super::event::{self, Event};
use super::view::View;
use super::watched::Watched;
use super::worker::News;
use crate::{outln, output};

/// Prints a verdict for each save, and returns the exit code.
pub fn run(watched: &mut Watched, events: &Receiver<Event>) -> Result<u8> {
    outln!("{}\n{}", watched.view.title, watched.view.file);
    let mut away = false;
    report_a_missing_file(watched, &mut away);
    loop {
        match event::next(events)? {
            Event::Changed => {
                watched.look();
                report_a_missing_file(watched, &mut away);
            }
            Event::News(news) => {
                let graded = matches!(news, News::Graded(_));
                watched.hear(news)?;
                if graded {
                    print(&watched.view);
                }
                let over = watched.solved == Some(true) || output::is_gone();
                if graded && over {
                    return Ok(watched.code());
                }
            }
            Event::Input(_) | Event::Signal(_) => {}
        }
    }
}

fn print(view: &View) {
    outln!("\n{}\n{}", view.status, view.verdict.trim_end());
}

/// Prints that the file is gone, but only once until it is back.
fn report_a_missing_file(watched: &Watched, reported: &mut bool) {
    let away = watched.is_away();
    if away && !*reported {
        outln!("\n{}", watched.view.status);
    }
    *reported = away;
}
