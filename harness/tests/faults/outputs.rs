//! Output cannot be written, or nobody reads it.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Output, Stdio};

use tempfile::TempDir;

use super::subject::{Subject, lesson};

/// Runs a harness with this standard output to its end.
fn ends(words: &[&str], work: &Path, stdout: impl Into<Stdio>) -> Output {
    let subject = Subject::harness(words).env("NAMESPACE_WORKSHOP_WORK", work);
    let mut command = subject.command;
    command.stdout(stdout).stderr(Stdio::piped());
    command.output().unwrap()
}

fn full() -> File {
    File::options().write(true).open("/dev/full").unwrap()
}

/// A pipe that nobody reads.
fn closed() -> Stdio {
    let (_, writer) = std::io::pipe().unwrap();
    writer.into()
}

/// Words, and the exit code of what they ask for.
fn all_that_prints(folder: &str) -> Vec<(Vec<&str>, i32)> {
    let commands = [
        ("--help", 0),
        ("progress", 0),
        ("exercise", 0),
        ("exercise 3.1", 0),
        ("hint 3.1", 0),
        ("reset 3.1", 0),
        ("solution 3.1 --yes", 0),
        ("check 3.1", 1),
        ("doctor", 0),
        ("report", 0),
        ("shell", 0),
    ];
    let mut all: Vec<(Vec<&str>, i32)> = commands
        .into_iter()
        .map(|(words, code)| (words.split(' ').collect(), code))
        .collect();
    all.push((vec!["class", folder], 0));
    all.push((vec!["grade", folder], 1));
    all
}

#[test]
fn a_full_standard_output_is_named_once_what_was_asked_for_is_done() {
    let work = TempDir::new().unwrap();
    let folder = TempDir::new().unwrap();
    let student = folder.path().join("ada");
    fs::create_dir(&student).unwrap();
    fs::write(student.join("3.1.rs"), "fn main() {}").unwrap();
    let to = student.join("report.json");
    let words = ["report", "--to", to.to_str().unwrap()];
    let output = ends(&words, work.path(), full());
    assert_eq!(output.status.code(), Some(69));
    assert!(to.exists(), "the work is done all the same");

    for (words, code) in all_that_prints(folder.path().to_str().unwrap()) {
        let output = ends(&words, work.path(), full());
        let said = String::from_utf8_lossy(&output.stderr);
        // There is nothing to say in a shell without commands.
        let expected = if words == ["shell"] { code } else { 69 };
        assert_eq!(output.status.code(), Some(expected), "{words:?}: {said}");
        let named = said.contains("write(stdout): No space left on device");
        assert_eq!(named, expected == 69, "{words:?}: {said}");
        assert!(!said.contains("panicked"), "{words:?}: {said}");
    }
    let lesson = lesson("right");
    let words = ["lesson", lesson.to_str().unwrap()];
    let output = ends(&words, work.path(), full());
    assert_eq!(output.status.code(), Some(69), "{output:?}");
}

#[test]
fn a_pipe_that_nobody_reads_is_silence() {
    let work = TempDir::new().unwrap();
    let folder = TempDir::new().unwrap();
    let student = folder.path().join("ada");
    fs::create_dir(&student).unwrap();
    fs::write(student.join("3.1.rs"), "fn main() {}").unwrap();
    let report = student.join("report.json");
    let to = report.to_str().unwrap();
    ends(&["report", "--to", to], work.path(), Stdio::null());
    for (words, code) in all_that_prints(folder.path().to_str().unwrap()) {
        let output = ends(&words, work.path(), closed());
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{words:?}: {said}");
        assert!(!said.contains("roken pipe"), "{words:?}: {said}");
        assert!(!said.contains("panicked"), "{words:?}: {said}");
    }
    // Whoever watches has a reader, or an end.
    let watch = ["watch", "3.1"];
    let output = ends(&watch, work.path(), closed());
    assert_eq!(output.status.code(), Some(1), "{output:?}");
}

#[test]
fn a_full_standard_error_is_no_panic() {
    let mut subject = Subject::harness(&["chapter", "99"]);
    let status = subject.command.stderr(full()).status().unwrap();
    assert_eq!(status.code(), Some(69));
}
