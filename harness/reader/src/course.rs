//! The chapters on disk.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::input;
use crate::lesson::{self, Lesson};

/// One folder of `chapters/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chapter {
    /// Number at the beginning of the folder's name.
    pub number: u32,
    /// The folder.
    pub folder: PathBuf,
}

/// Returns the top of the repository, the folder that contains `chapters`:
/// around the package that cargo runs, else around the current folder, else
/// around the folder where this program was built.
pub fn workspace() -> PathBuf {
    let of_cargo = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let here = std::env::current_dir().ok();
    let built_in = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = of_cargo.into_iter().chain(here);
    all.find_map(|folder| course_around(&folder))
        .or_else(|| course_around(built_in))
        .unwrap_or_else(|| built_in.into())
}

fn course_around(folder: &Path) -> Option<PathBuf> {
    let mut around = folder.ancestors();
    around.find(|it| is_course(it)).map(Path::to_path_buf)
}

fn is_course(folder: &Path) -> bool {
    folder.join("chapters").is_dir() && folder.join("harness/src").is_dir()
}

/// Returns all chapters, sorted by number.
pub fn chapters(workspace: &Path) -> Result<Vec<Chapter>> {
    let folder = workspace.join("chapters");
    let entries = fs::read_dir(&folder)
        .with_context(|| format!("{}", folder.display()))?;
    let mut chapters: Vec<Chapter> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let number = name.split_once('-')?.0.parse().ok()?;
            Some(Chapter {
                number,
                folder: entry.path(),
            })
        })
        .collect();
    chapters.sort_by_key(|chapter| chapter.number);
    Ok(chapters)
}

/// Returns the chapter with this number.
pub fn chapter(workspace: &Path, number: u32) -> Result<Chapter> {
    let chapters = chapters(workspace)?;
    let last = chapters.last().map_or(0, |chapter| chapter.number);
    match chapters
        .into_iter()
        .find(|chapter| chapter.number == number)
    {
        Some(chapter) => Ok(chapter),
        None => bail!("there is no chapter {number}: they go from 1 to {last}"),
    }
}

impl Chapter {
    /// Path of the lesson's file.
    pub fn lesson_path(&self) -> PathBuf {
        self.folder.join("README.md")
    }

    /// Folder of the snapshots: the facts of the kernel after each step.
    pub fn snapshots(&self) -> PathBuf {
        self.folder.join("snapshots")
    }

    /// Reads and parses the lesson; returns its text, too.
    pub fn read(&self) -> Result<(String, Lesson)> {
        read_lesson(&self.lesson_path())
    }
}

/// Reads and parses a lesson's file; returns its text, too.
pub fn read_lesson(file: &Path) -> Result<(String, Lesson)> {
    let shown = shown_path(file);
    let bytes = input::bytes(file, input::LESSON);
    let bytes = bytes.with_context(|| format!("{}", shown.display()))?;
    let text = lesson::decode(&shown, bytes)?;
    let lesson = lesson::parse(&shown, &text)?;
    Ok((text, lesson))
}

/// Makes a path relative to the current folder, if possible: messages show
/// short paths.
pub fn shown_path(path: &Path) -> PathBuf {
    std::env::current_dir()
        .ok()
        .and_then(|here| path.strip_prefix(here).ok().map(Path::to_path_buf))
        .unwrap_or_else(|| path.to_path_buf())
}
