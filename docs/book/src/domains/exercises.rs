//! The texts of an exercise: each is one message, whole.

use std::path::Path;

use anyhow::Result;
use reader::course::Chapter;

use super::Collected;
use crate::exercises;

/// Collects the texts of all exercises of a chapter.
pub(super) fn collect(
    workspace: &Path,
    chapter: &Chapter,
    to: &mut Collected,
) -> Result<()> {
    for exercise in exercises::of_chapter(chapter)? {
        to.of(workspace, &exercise.file);
        for text in exercise.texts() {
            to.whole(text);
        }
    }
    Ok(())
}
