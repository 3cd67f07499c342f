//! What a learner and a teacher type, with machines that are stages.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::Stdio;

use harness::course;
use tempfile::TempDir;

use super::computer::Computer;
use super::place::Place;
use crate::faults::subject::{Outcome, Subject};
use crate::player::{Person, assert_shows, tiny};

/// A learner who has begun exercise 3.1, on a computer with stages.
struct Learner {
    computer: Computer,
    work: TempDir,
    before: String,
}

impl Learner {
    fn begins(test: &str) -> Option<Self> {
        let computer = Computer::new(test)?;
        let work = TempDir::new().unwrap();
        let before = computer.facts();
        let learner = Self {
            computer,
            work,
            before,
        };
        learner.types(&["exercise", "3.1"]).is(0, &["Edit"]);
        Some(learner)
    }

    fn harness(&self, words: &[&str]) -> Subject {
        let work = self.work.path();
        let subject = self.computer.harness(words);
        subject.env("NAMESPACE_WORKSHOP_WORK", work)
    }

    fn types(&self, words: &[&str]) -> Outcome {
        self.harness(words).outcome()
    }

    /// As most editors do: a new file takes the place of the old one.
    fn saves(&self, name: &str) {
        let source = self.work.path().join("3.1-join-a-network/src/main.rs");
        let new = source.with_extension("new");
        fs::copy(answer(name), &new).unwrap();
        fs::rename(new, source).unwrap();
    }
}

fn answer(name: &str) -> PathBuf {
    let folder = "chapters/03-set-ns/exercise/1-join-a-network";
    course::workspace().join(folder).join(name)
}

#[test]
fn a_check_has_its_verdict() {
    let Some(learner) = Learner::begins("a check on a stage") else {
        return;
    };
    learner
        .types(&["check", "3.1"])
        .is(1, &["it was not executed"]);
    learner.saves("wrong/child.rs");
    let words = ["it is the process itself, not a child of it"];
    learner.types(&["check", "3.1"]).is(1, &words);
    learner.saves("solution.rs");
    learner
        .types(&["check", "3.1"])
        .is(0, &["Exercise 3.1 is solved."]);
    learner.computer.is_as(&learner.before);
}

#[test]
fn each_save_that_is_watched_has_its_verdict() {
    let Some(learner) = Learner::begins("a watch on a stage") else {
        return;
    };
    let mut watch = learner.harness(&["watch", "3.1", "--poll"]);
    let watch = watch.command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = watch.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut see = |words: &str| {
        let mut lines = lines.by_ref().map(Result::unwrap);
        assert!(lines.any(|line| line.contains(words)), "{words}");
    };
    see("it was not executed");
    learner.saves("wrong/child.rs");
    see("not a child of it");
    learner.saves("solution.rs");
    see("Exercise 3.1 is solved.");
    assert_eq!(child.wait().unwrap().code(), Some(0));
    learner.computer.is_as(&learner.before);
}

#[test]
fn who_explores_has_a_shell_with_the_values() {
    let Some(learner) = Learner::begins("a shell on a stage") else {
        return;
    };
    let mut explore = learner.harness(&["explore", "3.1"]);
    let explore = explore.command.stdin(Stdio::piped());
    let mut child = explore.stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"hostname; exit 7").unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.stdout, b"host\n");
    assert_eq!(output.status.code(), Some(7));
    learner.computer.is_as(&learner.before);
}

#[test]
fn a_class_is_graded() {
    let Some(learner) = Learner::begins("a class on a stage") else {
        return;
    };
    let class = learner.work.path().join("class");
    for (student, program) in [
        ("ada", answer("solution.rs")),
        ("bob", answer("wrong/child.rs")),
        ("eve", answer("solution.rs")),
    ] {
        fs::create_dir_all(class.join(student)).unwrap();
        fs::copy(program, class.join(student).join("3.1.rs")).unwrap();
    }
    let csv = class.join("grades.csv");
    let files = ["--csv", csv.to_str().unwrap()];
    let mut words = vec!["grade", class.to_str().unwrap()];
    words.extend(files);
    let junit = class.join("grades.xml");
    words.extend(["--junit", junit.to_str().unwrap()]);
    learner.types(&words).is(1, &["3 programs"]);
    let csv = fs::read_to_string(csv).unwrap();
    let solved = csv.lines().filter(|row| row.contains(",solved"));
    assert_eq!(solved.count(), 2, "{csv}");
    learner.computer.is_as(&learner.before);
}

#[test]
fn the_player_goes_step_by_step() {
    let Some(computer) = Computer::new("the player on a stage") else {
        return;
    };
    let machine = computer.machine();
    let tiny = tiny();
    let words = ["--machine", &machine, "lesson", tiny.to_str().unwrap()];
    let mut person = Person::types_with(&[], &words);
    person.sees("a stage at command:nsenter");
    person.sees("q quit");
    person.press("\r");
    let screen = person.press("\r");
    assert_shows(&screen, &["uts:[40", "]", "web# readlink"]);
    person.presses("s");
    person.sees("host:~# ");
    person.presses("ls /sys/class/net\r");
    person.sees("eth0  lo");
    person.presses("exit\r");
    person.sees("Back in the lesson.");
    person.sees("q quit");
    person.presses("q");
    person.ends_with("0");
}
