//! The snapshot files of a lesson, in insta's format. insta can read such a file
//! but not write one, so both is done here. A test checks this module against
//! `insta::assert_snapshot!`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::compare::snapshots::{file_name, text};
use crate::compare::{self, Difference};
use crate::course::{LessonFile, shown_path};
use crate::input::{self, NoFile};
use crate::lesson::{Step, Versions};

/// Reason why a snapshot file cannot be read or written.
#[derive(Debug, Error)]
pub enum SnapshotError {
    /// The file or its folder cannot be used.
    #[error("{}: {source}", path.display())]
    File {
        /// Path of the file or folder.
        path: PathBuf,
        /// Error of the system call.
        source: io::Error,
    },
    /// The file has no header.
    #[error(
        "{}: not a snapshot, it does not begin with a header between two \
         lines `---`: delete it and bless the chapter",
        .0.display()
    )]
    NoHeader(PathBuf),
}

/// Returns the path of a step's file, such as `snapshots/02-join-it.snap`.
pub fn path(folder: &Path, step: &Step) -> PathBuf {
    folder.join(file_name(step))
}

/// Returns the text in a snapshot file, or `None` if there is no such file.
pub fn read(path: &Path) -> Result<Option<String>, SnapshotError> {
    let contents = match input::text(path, input::LESSON) {
        Ok(contents) => contents,
        Err(NoFile::Away) => return Ok(None),
        Err(NoFile::Io(source)) => return Err(file_error(path, source)),
        Err(other) => return Err(file_error(path, io::Error::other(other))),
    };
    match text(&contents) {
        Some(text) => Ok(Some(text.into())),
        None => Err(SnapshotError::NoHeader(path.into())),
    }
}

/// Reads the snapshot of a lesson's step. `None` if there is none to read:
/// [`difference`] complains about that.
pub fn of(file: &LessonFile, step: &Step) -> Option<String> {
    read(&path(&file.snapshots, step)).ok().flatten()
}

/// Compares a step's facts with its snapshot file in this folder.
pub fn difference(
    folder: &Path,
    step: &Step,
    versions: &Versions,
    facts: &str,
) -> Option<Difference> {
    let path = path(folder, step);
    let expected = read(&path).ok().flatten().unwrap_or_default();
    compare::snapshot(&shown_path(&path), &expected, versions, facts).err()
}

/// Writes a snapshot file. The header names the lesson and the step's title,
/// for a person who reviews the file.
pub fn write(
    path: &Path,
    lesson: &Path,
    step: &Step,
    text: &str,
) -> Result<(), SnapshotError> {
    let contents = format!(
        "---\nsource: {}\nexpression: {}\n---\n{}\n",
        quoted(&lesson.display().to_string()),
        quoted(&step.title),
        text.trim_end()
    );
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|e| file_error(folder, e))?;
    fs::write(path, contents).map_err(|e| file_error(path, e))
}

/// Returns snapshot files without a step, because the step is gone or has a new
/// title. Includes `.snap.new`, which insta leaves for a review.
pub fn orphans(
    folder: &Path,
    steps: &[Step],
) -> Result<Vec<PathBuf>, SnapshotError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(file_error(folder, source)),
    };
    let ours: Vec<_> = steps.iter().map(file_name).collect();
    let mut orphans = Vec::new();
    for entry in entries {
        let name = entry.map_err(|e| file_error(folder, e))?.file_name();
        if !ours.iter().any(|ours| name == **ours) {
            orphans.push(folder.join(name));
        }
    }
    orphans.sort();
    Ok(orphans)
}

/// Quotes a string for YAML: a JSON string is also a YAML string.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn file_error(path: &Path, source: io::Error) -> SnapshotError {
    SnapshotError::File {
        path: path.into(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::snapshots::HEADER_LINES;

    const TEXT: &str = "            cgroup\nhost          ·\n\nnet A: \"x\"";

    fn step() -> Step {
        Step {
            number: 2,
            title: "Join: \"it\" & see".into(),
            slug: "join-it".into(),
            line: 7,
            parts: Vec::new(),
        }
    }

    /// Whether insta accepts a file in this folder for this text.
    fn insta_accepts(folder: &Path, text: &str) -> bool {
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(folder);
        settings.set_prepend_module_to_snapshot(false);
        settings.bind(|| {
            std::panic::catch_unwind(|| {
                insta::assert_snapshot!("02-join-it", text);
            })
            .is_ok()
        })
    }

    #[test]
    fn insta_reads_what_is_written_here() {
        let folder = tempfile::tempdir().unwrap();
        let path = path(folder.path(), &step());
        write(&path, Path::new("chapters/a b/README.md"), &step(), TEXT)
            .unwrap();
        assert!(path.ends_with("02-join-it.snap"));
        assert!(insta_accepts(folder.path(), TEXT));
        let snapshot = insta::Snapshot::from_file(&path).unwrap();
        assert_eq!(
            snapshot.metadata().source(),
            Some("chapters/a b/README.md")
        );
        assert_eq!(
            snapshot.metadata().expression(),
            Some("Join: \"it\" & see")
        );
        assert_eq!(read(&path).unwrap().as_deref(), Some(TEXT));
        let above = fs::read_to_string(&path).unwrap();
        let above = above.lines().take_while(|line| !TEXT.starts_with(line));
        assert_eq!(above.count(), HEADER_LINES);
    }

    #[test]
    fn what_insta_writes_is_read_here() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("02-join-it.snap");
        fs::write(
            &path,
            "---\nsource: harness/src/x.rs\nassertion_line: 3\n\
             expression: text\n---\na\n---\nb\n",
        )
        .unwrap();
        assert_eq!(read(&path).unwrap().as_deref(), Some("a\n---\nb"));
        assert!(insta_accepts(folder.path(), "a\n---\nb"));
    }

    #[test]
    fn a_file_that_is_missing_is_no_error_but_one_without_header_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("01-a.snap");
        assert_eq!(read(&path).unwrap(), None);
        fs::write(&path, "a\n").unwrap();
        let why = read(&path).unwrap_err().to_string();
        assert!(why.contains("bless the chapter"), "{why}");
    }

    #[test]
    fn a_file_without_a_step_is_an_orphan() {
        let folder = tempfile::tempdir().unwrap();
        let gone = folder.path().join("nothing");
        assert_eq!(
            orphans(&gone, &[step()]).unwrap(),
            [""; 0].map(PathBuf::from)
        );
        for name in ["02-join-it.snap", "03-old.snap", "01-a.snap.new"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        assert_eq!(
            orphans(folder.path(), &[step()]).unwrap(),
            ["01-a.snap.new", "03-old.snap"].map(|n| folder.path().join(n))
        );
    }
}
