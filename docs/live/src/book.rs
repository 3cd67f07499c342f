//! A lesson as the page has it: its text, its snapshots, and the page's words.

use std::collections::BTreeMap;
use std::path::PathBuf;

use lessons::compare::snapshots;
use lessons::lesson::{Command, Expected, Lesson, Step, Versions, parse};
use lessons::prediction::question::{Question, questions};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::words::Translations;

/// A kernel newer than all others: the page's own is new.
const NEWEST: &str = "4294967295.0";

/// Files of a lesson, as `book lessons` writes them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Files {
    /// Number of the chapter.
    number: u32,
    /// Path of the lesson, as messages show it.
    path: PathBuf,
    /// Text of the lesson, in English.
    markdown: String,
    /// Text of the lesson in the page's language, if that is another one.
    #[serde(default)]
    translation: Option<String>,
    /// Contents of the snapshot files, by their names.
    snapshots: BTreeMap<String, String>,
    /// Translations of messages.
    #[serde(default)]
    words: BTreeMap<String, String>,
}

/// A lesson that is open.
#[derive(Debug)]
pub struct Book {
    /// Number of the chapter.
    pub number: u32,
    /// Path of the lesson, as messages show it.
    pub path: PathBuf,
    /// The lesson, with the titles of the page's language.
    pub lesson: Lesson,
    /// Questions about commands.
    pub questions: Vec<Question>,
    snapshots: BTreeMap<String, String>,
}

impl Book {
    /// Opens a lesson, and speaks its language from now on.
    ///
    /// # Errors
    ///
    /// The text is no lesson.
    pub fn open(files: Files) -> Result<Self, String> {
        Translations(files.words).speak();
        let read = |text: &str| {
            parse(&files.path, text).map_err(|why| why.to_string())
        };
        let mut lesson = read(&files.markdown)?;
        if let Some(text) = &files.translation {
            // A translation that is stale is left out, as in the harness.
            let words = read(text)?;
            lesson = lesson.translated(words).unwrap_or(lesson);
        }
        let mut book = Self {
            number: files.number,
            path: files.path.clone(),
            questions: Vec::new(),
            lesson,
            snapshots: files.snapshots,
        };
        let versions = Versions::of_kernel(NEWEST);
        let snapshot = |step: &Step| book.snapshot(step).map(str::to_owned);
        book.questions = questions(&book.lesson, snapshot, &versions);
        Ok(book)
    }

    /// Returns the text of a step's snapshot.
    pub fn snapshot(&self, step: &Step) -> Option<&str> {
        let contents = self.snapshots.get(&snapshots::file_name(step))?;
        snapshots::text(contents)
    }

    /// Returns the step that has the command with this index.
    pub fn step_of(&self, command: usize) -> Option<&Step> {
        let mut end = 0;
        self.lesson.steps.iter().find(|step| {
            end += step.commands().count();
            command < end
        })
    }

    /// Returns the lesson for the page.
    pub fn contents(&self) -> Value {
        let mut first = 0;
        let steps = self.lesson.steps.iter().map(|step| {
            let commands: Vec<_> = (first..)
                .zip(step.commands())
                .map(|(index, command)| contents_of(index, command))
                .collect();
            first += commands.len();
            json!({
                "number": step.number,
                "title": step.title,
                "slug": step.slug,
                "commands": commands,
            })
        });
        let steps: Vec<_> = steps.collect();
        let questions = self.questions.iter().map(|question| {
            json!({
                "step": question.step,
                "command": question.command,
                "process": question.process,
                "shell": question.shell,
                "is_shell": question.is_shell,
            })
        });
        json!({
            "number": self.number,
            "title": self.lesson.title,
            "minutes": self.lesson.minutes,
            "terminals": self.lesson.terminals,
            "steps": steps,
            "questions": questions.collect::<Vec<_>>(),
        })
    }
}

fn contents_of(index: usize, command: &Command) -> Value {
    let here = command.on(&Versions::of_kernel(NEWEST));
    let expected: Vec<_> = here.expected.iter().map(Expected::text).collect();
    json!({
        "command": index,
        "terminal": command.terminal,
        "prompt": command.prompt(),
        "text": command.input,
        "expected": expected,
        "status": here.status,
    })
}
