//! The lessons as files for live.wasm, which judges in the page: one for each
//! lesson and language, with the snapshots and the words of pictures and
//! differences. `docs/live/src/book.rs` reads them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use language::{Catalogue, Language, words};
use reader::compare::snapshots::file_name;
use reader::course::{self, Chapter, LessonFile};
use serde::Serialize;

use crate::domains;

/// A lesson's file.
#[derive(Serialize)]
struct Files<'a> {
    number: u32,
    path: &'a Path,
    markdown: &'a str,
    translation: Option<String>,
    snapshots: BTreeMap<String, String>,
    words: &'a BTreeMap<String, String>,
}

/// Writes the files of all lessons into a folder: `lesson-3.zh-CN.json`.
///
/// # Errors
///
/// A lesson, a snapshot or a catalogue cannot be read, or the folder not written.
pub fn write(workspace: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| to.display().to_string())?;
    for language in Language::ALL {
        let words = words_in(workspace, language)?;
        for chapter in course::chapters(workspace)? {
            let text = text(workspace, &chapter, language, &words)?;
            let number = chapter.number;
            let tag = language.tag();
            let path = to.join(format!("lesson-{number}.{tag}.json"));
            fs::write(&path, text)
                .with_context(|| path.display().to_string())?;
        }
    }
    Ok(())
}

fn text(
    workspace: &Path,
    chapter: &Chapter,
    language: Language,
    words: &BTreeMap<String, String>,
) -> Result<Vec<u8>> {
    let file = chapter.read()?;
    let path = chapter.lesson_path();
    let translation = match language {
        Language::English => None,
        Language::Chinese => Some(read(&chapter.translation_path(language))?),
    };
    let files = Files {
        number: chapter.number,
        path: path.strip_prefix(workspace).unwrap_or(&path),
        markdown: &file.text,
        translation,
        snapshots: snapshots(&file)?,
        words,
    };
    Ok(serde_json::to_vec(&files)?)
}

fn snapshots(file: &LessonFile) -> Result<BTreeMap<String, String>> {
    let steps = file.lesson.steps.iter();
    let contents = steps.map(|step| {
        let name = file_name(step);
        let contents = read(&file.snapshots.join(&name))?;
        Ok((name, contents))
    });
    contents.collect()
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| path.display().to_string())
}

/// Returns the translations of the words that live.wasm prints.
fn words_in(
    workspace: &Path,
    language: Language,
) -> Result<BTreeMap<String, String>> {
    let catalogue = Catalogue::read(workspace, language, words::DOMAIN)?;
    let messages = domains::of_live(workspace)?.messages.into_iter();
    let translated = messages.filter_map(|message| {
        let translation = catalogue.find(&message.text)?.to_owned();
        Some((message.text, translation))
    });
    Ok(translated.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_lesson_has_its_file_with_words_of_the_language() {
        let folder = tempfile::tempdir().unwrap();
        write(&course::workspace(), folder.path()).unwrap();
        let read = |name: &str| -> serde_json::Value {
            let text = read(&folder.path().join(name)).unwrap();
            serde_json::from_str(&text).unwrap()
        };
        let english = read("lesson-3.en.json");
        let chinese = read("lesson-3.zh-CN.json");
        assert_eq!(english["markdown"], chinese["markdown"]);
        assert!(english["words"].as_object().unwrap().is_empty());
        assert_eq!(chinese["words"]["In words"], "用文字说");
        let files = fs::read_dir(folder.path()).unwrap().count();
        let chapters = course::chapters(&course::workspace()).unwrap().len();
        assert_eq!(files, 2 * chapters);
    }
}
