//! Files that are not there, or are anything but files, and settings that
//! make no sense.

use std::fs;
use std::io::{BufRead, BufReader, Lines};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Stdio};

use harness::course::{self, LessonFile};
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use tempfile::TempDir;

use super::subject::Subject;
use crate::changed::Changed;
use crate::english;

/// A learner who has begun exercise 3.1.
struct Learner(TempDir);

impl Learner {
    fn begins() -> Self {
        let learner = Self(TempDir::new().unwrap());
        learner.types(&["exercise", "3.1"]).outcome().is(0, &[]);
        learner
    }

    fn types(&self, words: &[&str]) -> Subject {
        let subject = Subject::harness(words).that_idles();
        subject.env("NAMESPACE_WORKSHOP_WORK", self.0.path())
    }

    fn source(&self) -> PathBuf {
        self.0.path().join("3.1-join-a-network/src/main.rs")
    }

    fn solution(&self, to: &Path) {
        let folder = "chapters/03-set-ns/exercise/1-join-a-network";
        let from = course::workspace().join(folder).join("solution.rs");
        fs::copy(from, to).unwrap();
    }
}

/// Puts something else in a file's place.
fn put(what: &str, path: &Path) {
    let _ = fs::remove_file(path);
    let _ = fs::remove_dir(path);
    match what {
        "not there" => {}
        "a folder" => fs::create_dir(path).unwrap(),
        "a FIFO" => mkfifo(path, Mode::S_IRWXU).unwrap(),
        _ => symlink("/dev/zero", path).unwrap(),
    }
}

const ANYTHING: [&str; 4] = ["not there", "a folder", "a FIFO", "a device"];

#[test]
fn a_program_that_is_no_file_is_told_in_a_line() {
    let learner = Learner::begins();
    for what in ANYTHING {
        put(what, &learner.source());
        let outcome = learner.types(&["check", "3.1"]).outcome();
        outcome.is(1, &["3.1-join-a-network/src/main.rs: ", what]);
        assert_eq!(outcome.text.lines().count(), 2, "{}", outcome.text);
    }
}

/// A `just watch` in a pipe.
struct Watcher {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Watcher {
    fn of(learner: &Learner) -> Self {
        let mut command = learner.types(&["watch", "3.1"]).command;
        command.stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    #[track_caller]
    fn says(&mut self, words: &str) {
        let mut lines = self.lines.by_ref().map(Result::unwrap);
        assert!(lines.any(|line| line.contains(words)), "{words}");
    }
}

#[test]
fn who_watches_waits_for_a_file_that_is_away() {
    let learner = Learner::begins();
    let starter = fs::read(learner.source()).unwrap();
    let mut watcher = Watcher::of(&learner);
    watcher.says("it was not executed");
    for what in ANYTHING {
        put(what, &learner.source());
        watcher.says(what);
        put("not there", &learner.source());
        fs::write(learner.source(), &starter).unwrap();
        watcher.says("it was not executed");
    }
    learner.solution(&learner.source());
    watcher.says("Exercise 3.1 is solved.");
    assert_eq!(watcher.child.wait().unwrap().code(), Some(0));
}

#[test]
fn who_watches_a_link_sees_what_it_leads_to_change() {
    let learner = Learner::begins();
    let elsewhere = TempDir::new().unwrap();
    let target = elsewhere.path().join("mine.rs");
    fs::rename(learner.source(), &target).unwrap();
    symlink(&target, learner.source()).unwrap();
    let mut watcher = Watcher::of(&learner);
    watcher.says("it is a link");
    watcher.says("it was not executed");
    learner.solution(&target);
    watcher.says("Exercise 3.1 is solved.");
    watcher.child.wait().unwrap();
}

#[test]
fn where_nothing_can_be_kept_a_learner_reads_all_the_same() {
    let types = |words: &[&str]| {
        let subject = Subject::harness(words);
        subject
            .env("NAMESPACE_WORKSHOP_WORK", "/proc/nothing")
            .outcome()
    };
    let kept = "cannot be kept";
    types(&["hint", "3.1"]).is(0, &["Hint 1 of 3", kept]);
    types(&["solution", "3.1", "--yes"]).is(0, &["setns(", kept]);
    types(&["explore", "4.3"]).is(0, &["just check 4.3", kept]);
    let words = ["join PID COMMAND", "cannot be copied"];
    types(&["exercise", "3.1"]).is(69, &words);
    types(&["exercise", "4.3"]).is(0, &["just explore 4.3", kept]);
    types(&["reset", "3.1"]).is(69, &["/proc/nothing"]);
}

#[test]
fn a_lesson_that_is_no_file_is_a_matter_of_usage() {
    let folder = TempDir::new().unwrap();
    let fifo = folder.path().join("fifo");
    put("a FIFO", &fifo);
    for verb in ["lesson", "kernels"] {
        let is = |path: &str, words: &str| {
            Subject::harness(&[verb, path])
                .outcome()
                .is(2, &[path, words]);
        };
        is("/nope", "not there");
        is("/etc", "a folder");
        is(fifo.to_str().unwrap(), "a FIFO");
        is("/dev/zero", "a device");
    }
}

#[test]
fn a_lesson_in_another_encoding_is_refused_at_its_line() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("README.md");
    fs::write(&file, b"# T\n\n## S\n\nJ\xfcrgen\n").unwrap();
    Subject::play(&file)
        .outcome()
        .is(1, &["README.md:5: ", "UTF-8"]);
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_lesson() {
    let lesson = Changed::nowhere("right");
    let file = lesson.readme();
    let plain = LessonFile::of_argument(&file).unwrap();
    fs::write(&file, format!("\u{feff}{}", plain.text)).unwrap();
    let marked = LessonFile::of_argument(&file).unwrap();
    assert_eq!(marked.lesson, plain.lesson);
}

#[test]
fn a_setting_that_makes_no_sense_is_named() {
    for number in ["abc", "-1", "1.5"] {
        Subject::harness(&["shell"])
            .env("MACHINES_AT_ONCE", number)
            .outcome()
            .is(69, &[&format!("MACHINES_AT_ONCE={number}: ")]);
    }
    Subject::harness(&["doctor"])
        .env("MACHINE_KERNEL", "")
        .env("MACHINE_MODULES", "")
        .env("MACHINES_AT_ONCE", "")
        .outcome()
        .is(0, &["Nothing is missing"]);
    Subject::harness(&["shell"])
        .env("NAMESPACE_WORKSHOP_CACHE", "/etc/passwd")
        .outcome()
        .is(69, &["/etc/passwd, is no folder"]);
}

#[test]
fn without_a_home_the_scripts_say_what_to_set() {
    let top = course::workspace();
    for script in ["vm/setup", "just"] {
        let mut subject = Subject::of(&top.join(script));
        let command = subject.command.env_remove("HOME");
        command.env_remove("NAMESPACE_WORKSHOP_CACHE");
        command.env_remove("XDG_CACHE_HOME");
        subject.outcome().is(69, &["set NAMESPACE_WORKSHOP_CACHE"]);
        Subject::of(&top.join(script))
            .env("NAMESPACE_WORKSHOP_CACHE", "/etc/passwd")
            .outcome()
            .is(69, &["/etc/passwd, is no folder"]);
    }
    let cache = harness::machine::kernel::cache().unwrap();
    let mut path = std::env::var_os("PATH").unwrap();
    if let Some(home) = std::env::var_os("HOME") {
        path.push(":");
        path.push(home);
        path.push("/.cargo/bin");
    }
    let mut subject = Subject::of(&top.join("vm/setup"));
    subject.command.arg("--quiet").env_remove("HOME");
    subject.command.env("PATH", path);
    let outcome = subject.env("NAMESPACE_WORKSHOP_CACHE", cache).outcome();
    assert!(!outcome.text.contains("HOME"), "{}", outcome.text);
}

#[test]
fn a_harness_called_by_hand_works_in_the_checkout_it_is_called_in() {
    let other = TempDir::new().unwrap();
    for folder in ["chapters/01-a/deep", "harness/src"] {
        fs::create_dir_all(other.path().join(folder)).unwrap();
    }
    let list = |folder: &Path| {
        let mut command = english::harness();
        command.arg("progress").current_dir(folder);
        let output = command.env_remove("CARGO_MANIFEST_DIR").output();
        String::from_utf8(output.unwrap().stdout).unwrap()
    };
    let there = list(&other.path().join("chapters/01-a/deep"));
    assert!(there.contains("0 of 0 solved"), "{there}");
    // Anywhere else, the one it was built in.
    assert!(list(Path::new("/")).contains("Chapter 1"));
}
