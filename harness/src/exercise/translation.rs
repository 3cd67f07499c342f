//! Exercises in the learner's language: their texts come from the catalogue of
//! the chapter.

use std::path::Path;

use anyhow::Result;
use language::{Catalogue, Language};

use super::catalogue::{self, Entry, Number};
use super::definition::Exercise;
use crate::course;

/// Returns all exercises, in order, for a learner.
pub fn all(workspace: &Path) -> Result<Vec<Entry>> {
    let mut entries = catalogue::all(workspace)?;
    let chapter = |entry: &Entry| entry.number.chapter;
    for chapter in entries.chunk_by_mut(|a, b| chapter(a) == chapter(b)) {
        let words = words(workspace, chapter[0].number)?;
        chapter
            .iter_mut()
            .for_each(|it| translate(&mut it.exercise, &words));
    }
    Ok(entries)
}

/// Returns the exercise with this number, for a learner.
pub fn find(workspace: &Path, number: Number) -> Result<Entry> {
    let mut entry = catalogue::find(workspace, number)?;
    translate(&mut entry.exercise, &words(workspace, number)?);
    Ok(entry)
}

fn words(workspace: &Path, number: Number) -> Result<Catalogue> {
    let domain = course::domain(number.chapter);
    Catalogue::read(workspace, Language::current(), &domain)
}

/// Replaces all texts that a learner reads. Each is one message, whole.
fn translate(exercise: &mut Exercise, words: &Catalogue) {
    let hints = exercise.hints.iter_mut();
    let runs = exercise.runs.iter_mut();
    let checks = runs.flat_map(|run| &mut run.checks).map(|it| &mut it.what);
    let feedback = exercise.feedback.iter_mut().map(|it| &mut it.says);
    [&mut exercise.title, &mut exercise.asks, &mut exercise.after]
        .into_iter()
        .chain(hints)
        .chain(checks)
        .chain(feedback)
        .for_each(|text| {
            if let Some(found) = words.find(text.trim_end_matches('\n')) {
                *text = found.to_owned();
            }
        });
}
