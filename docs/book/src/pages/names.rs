//! Names of a chapter's pages.

/// The file of a program's page, from the chapter's folder.
pub(super) const PROGRAM: &str = "src/main.rs";

/// Returns the name of a lesson's page.
pub(super) fn of_lesson(chapter: u32) -> String {
    format!("chapter-{chapter}")
}

/// Returns the name of a chapter's page of exercises.
pub(super) fn of_exercises(chapter: u32) -> String {
    format!("chapter-{chapter}-exercises")
}

/// Returns the name of a program's page.
pub(super) fn of_program(chapter: u32) -> String {
    format!("chapter-{chapter}-program")
}
