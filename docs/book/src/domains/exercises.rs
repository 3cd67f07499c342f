//! The texts of an exercise: each is one message, whole.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use reader::course::Chapter;
use serde::Deserialize;

use super::collected::Collected;

/// The parts of `exercise.toml` that a learner reads.
#[derive(Deserialize)]
struct Texts {
    title: String,
    asks: String,
    hints: Vec<String>,
    after: String,
    #[serde(default)]
    run: Vec<Run>,
    #[serde(default)]
    feedback: Vec<Feedback>,
}

#[derive(Deserialize)]
struct Run {
    check: Vec<Check>,
}

#[derive(Deserialize)]
struct Check {
    what: String,
}

#[derive(Deserialize)]
struct Feedback {
    says: String,
}

/// Collects the texts of all exercises of a chapter.
pub(super) fn collect(
    workspace: &Path,
    chapter: &Chapter,
    to: &mut Collected,
) -> Result<()> {
    let folder = chapter.folder.join("exercise");
    if !folder.exists() {
        return Ok(());
    }
    let entries =
        fs::read_dir(&folder).with_context(|| folder.display().to_string())?;
    let mut files: Vec<_> = entries
        .flatten()
        .map(|entry| entry.path().join("exercise.toml"))
        .filter(|file| file.exists())
        .collect();
    files.sort();
    for file in files {
        let text = fs::read_to_string(&file);
        let text = text.with_context(|| file.display().to_string())?;
        let texts: Texts = toml::from_str(&text)
            .with_context(|| file.display().to_string())?;
        collect_one(&texts, to.of(workspace, &file));
    }
    Ok(())
}

fn collect_one(texts: &Texts, to: &mut Collected) {
    to.whole(&texts.title);
    to.whole(&texts.asks);
    for hint in &texts.hints {
        to.whole(hint);
    }
    to.whole(&texts.after);
    for check in texts.run.iter().flat_map(|run| &run.check) {
        to.whole(&check.what);
    }
    for feedback in &texts.feedback {
        to.whole(&feedback.says);
    }
}
