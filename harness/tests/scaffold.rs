//! `just new` begins an exercise or a chapter. The checks refuse what is not
//! filled in, and say what to fill; then they accept it.

use std::fs;
use std::path::{Path, PathBuf};

use harness::course::{self, LessonFile};
use harness::exercise::catalogue::{self, Number};
use harness::exercise::self_check::{self, Problem, files};
use harness::machine::kernel;
use harness::machines::Machines;
use harness::verify::{self, Run, bless};
use tempfile::TempDir;

use crate::faults::subject::{Outcome, Subject};

/// A copy of the course's texts: what `just new` reads and writes.
struct Copy(TempDir);

impl Copy {
    fn new() -> Self {
        let copy = Self(TempDir::new().unwrap());
        let from = course::workspace();
        for folder in ["chapters", "harness/templates"] {
            copy_folder(&from.join(folder), &copy.path(folder));
        }
        fs::create_dir(copy.path("harness/src")).unwrap();
        fs::copy(from.join("harness/new"), copy.path("harness/new")).unwrap();
        copy
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn new_one(&self, words: &[&str]) -> Outcome {
        let mut subject = Subject::of(&self.path("harness/new"));
        subject.command.args(words);
        subject.outcome()
    }

    /// All files, with their contents.
    fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut all = Vec::new();
        let mut folders = vec![self.0.path().to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let content = fs::read(&path).unwrap();
                    all.push((path, content));
                }
            }
        }
        all.sort();
        all
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            fs::copy(path, target).unwrap();
        }
    }
}

#[test]
fn wrong_words_are_refused_and_change_nothing() {
    let copy = Copy::new();
    let before = copy.files();
    for (words, why) in [
        (&[][..], "usage: just new"),
        (&["lesson"], "usage: just new"),
        (&["exercise"], "usage: just new"),
        (&["exercise", "3"], "3 is no number of an exercise"),
        (&["exercise", "3.x"], "3.x is no number of an exercise"),
        (&["exercise", "3.1"], "Exercise 3.1 exists"),
        (
            &["exercise", "3.9"],
            "The next exercise of chapter 3 is 3.6",
        ),
        (&["exercise", "99.1"], "There is no chapter 99"),
        (&["exercise", "3.6", "../x"], "\"../x\" is no name"),
        (&["chapter", "A b"], "\"A b\" is no name"),
        (&["chapter", "set-ns"], "chapters/03-set-ns exists"),
        (&["chapter", "a", "b"], "usage: just new"),
    ] {
        let outcome = copy.new_one(words);
        assert_eq!(outcome.code, 2, "{words:?}: {}", outcome.text);
        assert!(outcome.text.contains(why), "{words:?}: {}", outcome.text);
        assert!(copy.files() == before, "{words:?} left something behind");
    }
}

fn said(problems: &[Problem]) -> Vec<String> {
    let all = problems.iter();
    all.map(|it| format!("{}: {}", it.file, it.what)).collect()
}

/// Replaces each text that is to be filled in by one that is good enough.
fn fill(file: &Path, call: &str) {
    let text = fs::read_to_string(file).unwrap();
    let lines = text.lines().map(|line| fill_line(line, call));
    fs::write(file, lines.collect::<Vec<_>>().join("\n") + "\n").unwrap();
}

fn fill_line(line: &str, call: &str) -> String {
    match line.split_once("FILL IN: ") {
        Some((_, "the system call")) => call.to_owned(),
        Some((before, text)) => format!("{before}{text}"),
        None => line.to_owned(),
    }
}

#[test]
fn a_new_exercise_is_refused_until_it_is_filled_in() {
    let copy = Copy::new();
    let outcome = copy.new_one(&["exercise", "3.6", "move"]);
    assert_eq!(outcome.code, 0, "{}", outcome.text);
    let number = Number { chapter: 3, own: 6 };
    let find = || catalogue::find(copy.0.path(), number).unwrap();

    let entry = find();
    let problems = said(&files::check(copy.0.path(), &entry).unwrap());
    for expected in [
        "exercise.toml: line 1: title = \"FILL IN: what the learner does\"",
        "exercise.toml: line 6: FILL IN: the task",
        "solution.rs: line 12: // FILL IN: the system call",
        "wrong/stays.rs: line 1: //! move - FILL IN: the mistake",
        "it does not name `just exercise 3.6`",
    ] {
        let mut all = problems.iter();
        assert!(
            all.any(|it| it.contains(expected)),
            "{expected}: not among {problems:#?}"
        );
    }

    let call =
        "    nix::sched::unshare(nix::sched::CloneFlags::CLONE_NEWUTS)?;";
    for file in ["exercise.toml", "starter.rs", "solution.rs"] {
        fill(&entry.folder.join(file), call);
    }
    for file in ["wrong/stays.rs", "wrong/status.rs"] {
        fill(&entry.folder.join(file), call);
    }
    let lesson = copy.path("chapters/03-set-ns/README.md");
    let text = fs::read_to_string(&lesson).unwrap();
    fs::write(&lesson, text + "`just exercise 3.6`\n").unwrap();

    let entry = find();
    let texts = said(&files::check(copy.0.path(), &entry).unwrap());
    assert_eq!(texts, [""; 0]);
    // The programs run beside those of the course; only its lesson, which this
    // test leaves alone, does not name the exercise.
    let workspace = course::workspace();
    let kernels = [kernel::find().unwrap()];
    let checked = self_check::check(&workspace, &[entry], &kernels, |_| {});
    let problems = said(&checked.unwrap()[0].problems);
    assert_eq!(problems.len(), 1, "{problems:#?}");
    assert!(problems[0].contains("it does not name `just exercise 3.6`"));
}

#[test]
fn an_exercise_without_a_name_is_refused_for_that() {
    let copy = Copy::new();
    assert_eq!(copy.new_one(&["exercise", "3.6"]).code, 0);
    let number = Number { chapter: 3, own: 6 };
    let entry = catalogue::find(copy.0.path(), number).unwrap();
    let problems = said(&files::check(copy.0.path(), &entry).unwrap());
    assert!(
        problems
            .contains(&"6-fill-in: FILL IN: a name for the folder".to_owned()),
        "{problems:#?}"
    );
}

#[test]
fn a_new_chapter_is_refused_until_it_is_filled_in() {
    let copy = Copy::new();
    let outcome = copy.new_one(&["chapter", "look"]);
    assert_eq!(outcome.code, 0, "{}", outcome.text);
    let folder = copy.path("chapters/08-look");
    let unfilled = left_to_write(&folder);
    for expected in [
        "Cargo.toml:3: description = \"FILL IN: the question",
        "README.md:13: FILL IN: what to look at",
        "src/main.rs:1: //! look - FILL IN: what the program does",
        "tests/program.rs:1: //! FILL IN: what the program promises",
    ] {
        let mut all = unfilled.iter();
        assert!(
            all.any(|it| it.starts_with(expected)),
            "{expected}: not among {unfilled:#?}"
        );
    }

    let lesson = folder.join("README.md");
    let text = fs::read_to_string(&lesson).unwrap();
    // The program of this chapter is in no machine of the course.
    let text = text.replace("host# look $$", "host# echo eight");
    fs::write(&lesson, text).unwrap();
    for file in ["README.md", "Cargo.toml", "src/main.rs", "tests/program.rs"] {
        let lines = left_to_write(&folder).len();
        fill(&folder.join(file), "");
        assert!(left_to_write(&folder).len() < lines, "{file}");
    }
    assert_eq!(left_to_write(&folder), [""; 0]);
    assert!(!play(&lesson, |_, run| run.as_in_the_book()));
    // This is `just bless 8`.
    let diff = play(&lesson, |file, run| bless::write(file, run).unwrap());
    assert!(diff.contains("+eight"), "{diff}");
    assert!(diff.contains("+fn main() {"), "{diff}");
    assert!(play(&lesson, |_, run| run.as_in_the_book()));
}

fn play<T>(lesson: &Path, ask: impl FnOnce(&LessonFile, &Run<'_>) -> T) -> T {
    let file = LessonFile::of_argument(lesson).unwrap();
    let mut machines = Machines::open(&course::workspace()).unwrap();
    let machine = machines.machine().unwrap();
    let run = verify::play(&file, machine, |_| {}).unwrap();
    ask(&file, &run)
}

/// Returns `FILE:LINE: TEXT` for each line that is still to be written.
fn left_to_write(folder: &Path) -> Vec<String> {
    let mut all = Vec::new();
    for file in ["Cargo.toml", "README.md", "src/main.rs", "tests/program.rs"] {
        let path = folder.join(file);
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        let lines = files::unfilled(&text);
        all.extend(lines.map(|(line, text)| format!("{file}:{line}: {text}")));
    }
    all
}

#[test]
fn no_chapter_has_anything_left_to_write() {
    for chapter in course::chapters(&course::workspace()).unwrap() {
        let left = left_to_write(&chapter.folder);
        assert_eq!(left, [""; 0], "{}", chapter.folder.display());
    }
}
