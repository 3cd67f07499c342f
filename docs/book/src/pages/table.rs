//! The order of the pages. A page of `docs/src` that is not here is in no book.

use tr::tr;

/// Name of the first page.
pub const FIRST: &str = "index";

/// Pages under one heading.
pub struct Section {
    /// The heading; the first section has none.
    pub title: Option<String>,
    /// The pages, in order.
    pub entries: Vec<Entry>,
}

/// A place in the order.
pub enum Entry {
    /// A file, from the top of the repository, and the name of its page.
    File(&'static str, &'static str),
    /// Each chapter's lesson, exercises and program.
    Chapters,
}

/// Returns all files that are pages.
pub fn files() -> impl Iterator<Item = &'static str> {
    let entries = sections().into_iter().flat_map(|it| it.entries);
    entries.filter_map(|entry| match entry {
        Entry::File(file, _) => Some(file),
        Entry::Chapters => None,
    })
}

/// Returns the order, with headings in the language of `tr!`.
pub fn sections() -> Vec<Section> {
    use Entry::{Chapters, File};
    vec![
        Section {
            title: None,
            entries: vec![
                File("README.md", FIRST),
                File("docs/src/start.md", "start"),
                File("docs/src/glance.md", "glance"),
            ],
        },
        Section {
            title: Some(tr!("The lessons")),
            entries: vec![Chapters],
        },
        Section {
            title: Some(tr!("Beside the lessons")),
            entries: vec![
                File("docs/src/story.md", "story"),
                File("docs/src/cheat-sheet.md", "cheat-sheet"),
                File("docs/src/since.md", "since"),
                File("docs/src/docker.md", "docker"),
                File("docs/src/beliefs.md", "beliefs"),
                File("docs/src/glossary.md", "glossary"),
            ],
        },
        Section {
            title: Some(tr!("For teachers")),
            entries: vec![
                File("docs/src/teachers.md", "teachers"),
                File("docs/src/notes.md", "notes"),
                File("docs/src/classroom.md", "classroom"),
                File("docs/src/machines.md", "machines"),
                File("docs/src/many-computers.md", "many-computers"),
            ],
        },
        Section {
            title: Some(tr!("For who changes the course")),
            entries: vec![
                File("docs/src/architecture.md", "architecture"),
                File("docs/src/style.md", "style"),
                File("docs/src/exercises.md", "exercises"),
                File("docs/src/container-states.md", "container-states"),
                File("docs/src/faults.md", "faults"),
                File("docs/src/systems.md", "systems"),
                File("docs/src/benchmarks.md", "benchmarks"),
            ],
        },
    ]
}
