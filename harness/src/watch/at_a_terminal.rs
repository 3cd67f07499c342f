//! A watch at a terminal: a page of its own, until the learner quits.

use std::process;
use std::sync::mpsc::{Receiver, Sender};

use anyhow::Result;
use crossterm::event::Event as Input;
use signal_hook::low_level::emulate_default_handler;
use tr::tr;

use super::event::{self, Event};
use super::keys::{Key, meaning};
use super::screen::Screen;
use super::watched::Watched;
use crate::exercise::learn;

/// Shows the page, and returns the exit code once the learner quits.
pub fn run(
    watched: &mut Watched,
    sender: &Sender<Event>,
    events: &Receiver<Event>,
) -> Result<u8> {
    event::listen_to_signals(sender.clone())?;
    let screen = Screen::open()?;
    event::listen_to_keys(sender.clone());
    loop {
        screen.draw(&watched.view.lines(screen.size()))?;
        match event::next(events)? {
            Event::Changed => watched.look(),
            Event::News(news) => watched.hear(news)?,
            Event::Signal(signal) => {
                drop(screen);
                return end(signal);
            }
            Event::Input(Input::Key(key)) => match meaning(key) {
                Some(Key::Quit) => return Ok(watched.code()),
                Some(key) => press(watched, key, &screen)?,
                None => {}
            },
            Event::Input(_) => {
                // The window may have another size now.
                watched.view.scroll(0, screen.size());
            }
        }
    }
}

fn press(watched: &mut Watched, key: Key, screen: &Screen) -> Result<()> {
    match key {
        Key::Hint => {
            let hint = hint(watched);
            show_beside(watched, Some(hint));
        }
        Key::List => {
            let list = learn::list(&watched.assignment.workshop)?;
            show_beside(watched, Some(list));
        }
        Key::Back => show_beside(watched, None),
        Key::Again => watched.request_again(),
        Key::Down(lines) => {
            let lines = isize::try_from(lines).unwrap_or(isize::MAX);
            watched.view.scroll(lines, screen.size());
        }
        Key::Up(lines) => {
            let lines = isize::try_from(lines).unwrap_or(isize::MAX);
            watched.view.scroll(-lines, screen.size());
        }
        Key::Suspend => screen.suspend()?,
        Key::Quit => {}
    }
    Ok(())
}

/// Shows a text instead of the verdict, or the verdict again.
fn show_beside(watched: &mut Watched, text: Option<String>) {
    watched.view.beside = text;
    watched.view.above = 0;
}

/// Returns one more hint, and records the number of hints.
fn hint(watched: &mut Watched) -> String {
    let entry = &watched.assignment.entry;
    let all = entry.exercise.hints.len();
    let (text, read) = learn::one_more_hint(entry, watched.hints);
    watched.hints = read;
    // The screen has no place for a message.
    let _ = watched
        .assignment
        .try_to_remember(|done| done.hints = read as u32);
    let keys = if read < all {
        tr!("h: one more   Enter: back to the verdict")
    } else {
        tr!("Enter: back to the verdict")
    };
    text + &format!("\n{keys}\n")
}

/// Ends the process as the signal would have ended it.
fn end(signal: i32) -> Result<u8> {
    emulate_default_handler(signal)?;
    process::exit(0)
}
