//! The chapters of the course, for tests.

use std::fs;
use std::path::{Path, PathBuf};

use crate::compare::snapshots;
use crate::lesson::{Lesson, Step, parse};

/// A chapter's lesson and the folder of its snapshots.
pub struct Chapter {
    pub number: u32,
    pub lesson: Lesson,
    pub snapshots: PathBuf,
}

/// Reads all chapters, in order.
pub fn chapters() -> Vec<Chapter> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../chapters");
    let mut folders: Vec<_> =
        fs::read_dir(top).unwrap().map(|it| it.unwrap()).collect();
    folders.sort_by_key(fs::DirEntry::file_name);
    let chapters = folders.into_iter().map(|folder| {
        let name = folder.file_name().into_string().unwrap();
        let file = folder.path().join("README.md");
        let text = fs::read_to_string(&file).unwrap();
        Chapter {
            number: name.split('-').next().unwrap().parse().unwrap(),
            lesson: parse(&file, &text).unwrap(),
            snapshots: folder.path().join("snapshots"),
        }
    });
    chapters.collect()
}

/// Reads the chapter with this number.
pub fn chapter(number: u32) -> Chapter {
    let mut all = chapters().into_iter();
    all.find(|chapter| chapter.number == number).unwrap()
}

impl Chapter {
    /// Reads the snapshot of a step.
    pub fn snapshot(&self, step: &Step) -> Option<String> {
        let path = self.snapshots.join(snapshots::file_name(step));
        let contents = fs::read_to_string(path).ok()?;
        Some(snapshots::text(&contents).unwrap().to_owned())
    }
}
