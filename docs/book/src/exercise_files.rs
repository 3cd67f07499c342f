//! The exercises to find something as files for live.wasm: one for each exercise
//! and language. `docs/live/src/exercise.rs` reads them.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use language::{Catalogue, Language};
use reader::course;
use toml::{Table, Value};

use crate::domains;
use crate::exercises::{self, FIND};

/// Texts that a learner reads.
const TEXTS: [&str; 4] = ["title", "asks", "after", "hints"];

/// Writes the files of all exercises to find something into a folder:
/// `exercise-3.4.zh-CN.json`.
///
/// # Errors
///
/// An exercise or a catalogue cannot be read, or the folder not written.
pub fn write(workspace: &Path, to: &Path) -> Result<()> {
    for language in Language::ALL {
        let tag = language.tag();
        for chapter in course::chapters(workspace)? {
            let domain = domains::of_chapter(chapter.number);
            let words = Catalogue::read(workspace, language, &domain)?;
            for exercise in exercises::of_chapter(&chapter)? {
                if exercise.kind != FIND {
                    continue;
                }
                let number = format!("{}.{}", chapter.number, exercise.number);
                let file = to.join(format!("exercise-{number}.{tag}.json"));
                let text = translated(&exercise.file, &words)?;
                fs::write(&file, text)
                    .with_context(|| file.display().to_string())?;
            }
        }
    }
    Ok(())
}

fn translated(file: &Path, words: &Catalogue) -> Result<Vec<u8>> {
    let read =
        || -> Result<Table> { Ok(toml::from_str(&fs::read_to_string(file)?)?) };
    let mut exercise = read().with_context(|| file.display().to_string())?;
    for name in TEXTS {
        if let Some(text) = exercise.get_mut(name) {
            translate(text, words);
        }
    }
    let feedback = exercise.get_mut("feedback").and_then(Value::as_array_mut);
    for said in feedback.into_iter().flatten() {
        if let Some(text) = said.get_mut("says") {
            translate(text, words);
        }
    }
    Ok(serde_json::to_vec(&exercise)?)
}

/// Replaces a text, or each text of a list. Each is one message, whole.
fn translate(value: &mut Value, words: &Catalogue) {
    match value {
        Value::String(text) => {
            if let Some(found) = words.find(text.trim_end_matches('\n')) {
                *text = found.to_owned();
            }
        }
        Value::Array(all) => {
            all.iter_mut().for_each(|it| translate(it, words));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exercise_has_its_file_in_each_language_and_its_commands_in_both() {
        let folder = tempfile::tempdir().unwrap();
        write(&course::workspace(), folder.path()).unwrap();
        let read = |name: &str| -> serde_json::Value {
            let text = fs::read_to_string(folder.path().join(name)).unwrap();
            serde_json::from_str(&text).unwrap()
        };
        let english = read("exercise-3.4.en.json");
        let chinese = read("exercise-3.4.zh-CN.json");
        for name in ["setup", "finds", "answer", "random", "kind"] {
            assert_eq!(english[name], chinese[name], "{name}");
        }
        assert_eq!(english["feedback"][0]["id"], chinese["feedback"][0]["id"]);
        for (one, other) in [
            (&english["after"], &chinese["after"]),
            (&english["hints"][0], &chinese["hints"][0]),
            (
                &english["feedback"][0]["says"],
                &chinese["feedback"][0]["says"],
            ),
        ] {
            assert!(one.is_string());
            assert_ne!(one, other);
        }
        let files = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(files, 2 * 6);
    }
}
