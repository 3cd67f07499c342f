//! Opens a shell in a machine, fresh or after the steps of a lesson.

use std::path::Path;

use anyhow::{Context, Result};
use language::Language;
use tr::tr;

use super::arguments::{Place, chapter};
use super::machines::machine_for_a_person;
use crate::exit_code::USAGE;
use crate::lesson::Step;
use crate::needed_kernel::offer;
use crate::session::Session;
use crate::terminal::hang_up;
use crate::{errln, progress, shell};

pub(super) fn open_shell(workspace: &Path, place: Option<Place>) -> Result<u8> {
    hang_up::ends_us();
    let Some(place) = place else {
        let mut machine = machine_for_a_person(workspace, None)?;
        return shell::open(&mut machine, &[]);
    };
    let Some(file) = chapter(workspace, place.chapter, Language::current())?
    else {
        return Ok(USAGE);
    };
    let lesson = &file.lesson;
    let last = place.step.unwrap_or(lesson.steps.len());
    if last > lesson.steps.len() {
        let steps = lesson.steps.len();
        let chapter = place.chapter;
        errln!(
            "{}",
            tr!("chapter {chapter} has {steps} steps", chapter, steps)
        );
        return Ok(USAGE);
    }
    let needed = file.needed_kernel();
    offer::if_needed(workspace, needed.as_ref())?;
    let machine = machine_for_a_person(workspace, needed.as_ref())?;
    let mut session = Session::begin(lesson, machine)?;
    let progress = progress::start(tr!("playing the lesson to there"));
    let commands = lesson.steps[..last].iter().flat_map(Step::commands);
    for _ in commands {
        session
            .run_next()
            .with_context(|| format!("{}", file.path.display()))?;
    }
    drop(progress);
    shell::open(session.machine(), &[])
}
