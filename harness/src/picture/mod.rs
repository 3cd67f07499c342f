//! Picture of one screen of the player, as an SVG file for the front page.
//!
//! # Layout
//!
//! * here: [`write()`], which plays a lesson up to the screen and draws it
//! * `drawing`: draws the lines of a terminal as SVG
//! * [`command`]: the subcommand
//!
//! The screen comes from a run that was as in the book, and has labels where
//! the player has the numbers of a run: so it is the same on every computer.

pub mod command;
mod drawing;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::course::{self, LessonFile};
use crate::machines::Machines;
use crate::player::screenshot;
use drawing::Theme;

/// Chapter and step whose last screen is drawn.
const CHAPTER: u32 = 3;
const STEP: usize = 3;

/// Files of the picture, and the theme of each.
const FILES: [(&str, Theme); 2] = [
    ("player-light.svg", Theme::LIGHT),
    ("player-dark.svg", Theme::DARK),
];

/// Plays the lesson and writes its picture into a folder, once for each theme.
pub fn write(workspace: &Path, to: &Path) -> Result<()> {
    let file = course::chapter(workspace, CHAPTER)?.read()?;
    let Some(step) = file.lesson.steps.get(STEP - 1) else {
        bail!("{}: there is no step {STEP}", file.path.display());
    };
    let (_, machine) = Machines::open_with_machine(workspace, None, true)?;
    let lines = screenshot::last_screen(&file, machine, step)?;
    for (name, theme) in FILES {
        let path = to.join(name);
        let picture = drawing::svg(&lines, &theme, &title(&file, &step.title));
        fs::write(&path, picture)
            .with_context(|| path.display().to_string())?;
    }
    Ok(())
}

fn title(file: &LessonFile, step: &str) -> String {
    format!("{}, step {STEP}: {step}", file.name())
}
