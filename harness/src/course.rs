//! The chapters on disk.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::lesson::{self, Lesson};

/// One folder of `chapters/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chapter {
    /// The number its folder begins with.
    pub number: u32,
    /// The folder.
    pub folder: PathBuf,
}

/// The top of the repository: where the chapters are.
pub fn workspace() -> PathBuf {
    // Cargo sets it when it runs us; it may have moved since it built us.
    let own = std::env::var_os("CARGO_MANIFEST_DIR")
        .unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let own = PathBuf::from(own);
    own.parent().map(Path::to_path_buf).unwrap_or(own)
}

/// All chapters, in order.
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

/// The chapter with this number.
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
    /// The lesson's file.
    pub fn lesson_path(&self) -> PathBuf {
        self.folder.join("README.md")
    }

    /// The folder of what the kernel held after each step.
    pub fn snapshots(&self) -> PathBuf {
        self.folder.join("snapshots")
    }

    /// The lesson, with its text.
    pub fn read(&self) -> Result<(String, Lesson)> {
        read_lesson(&self.lesson_path())
    }
}

/// A lesson's file, and what it says.
pub fn read_lesson(file: &Path) -> Result<(String, Lesson)> {
    let text = fs::read_to_string(file)
        .with_context(|| format!("{}", file.display()))?;
    let lesson = lesson::parse(&shown_path(file), &text)?;
    Ok((text, lesson))
}

/// Paths in messages are as short as they can be from here.
pub fn shown_path(path: &Path) -> PathBuf {
    std::env::current_dir()
        .ok()
        .and_then(|here| path.strip_prefix(here).ok().map(Path::to_path_buf))
        .unwrap_or_else(|| path.to_path_buf())
}
