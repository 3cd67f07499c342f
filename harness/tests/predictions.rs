//! Predictions of a person at a terminal, and the kernel's answers in a real
//! machine.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use harness::predictions::Predictions;
use harness::work_folder::WorkFolder;
use predicates::str::contains;
use tempfile::TempDir;

use crate::player::{Person, assert_shows, tiny};

/// End of the line in which a choice is asked for.
const CHOOSING: &str = "s skip";

/// Sits down in front of chapter 3.
fn begins_chapter_3(work: &Path) -> Person {
    Person::begins_with(&["chapter", "3", "--predict"], work)
}

/// Goes on from this screen to the next question, and returns the question.
fn next_question(person: &mut Person, mut screen: String) -> String {
    while !screen.contains("Enter predict") {
        screen = person.press("\r");
    }
    person.presses("\r");
    person.sees(CHOOSING)
}

/// Chooses types by their numbers, and returns what is shown until the next
/// command waits.
fn answers(person: &mut Person, numbers: &str, prompt: &str) -> String {
    for number in numbers.chars() {
        person.presses(&number.to_string());
        person.sees(CHOOSING);
    }
    let mut screen = person.press("\r");
    while !screen.contains(prompt) {
        screen += &person.press("\r");
    }
    screen
}

fn goes_to_step(person: &mut Person, step: &str) -> String {
    person.presses("g");
    person.sees("Go to step 1-");
    person.press(&format!("{step}\r"))
}

#[test]
fn a_wrong_prediction_gets_its_rule_and_a_later_one_takes_its_place() {
    let work = TempDir::new().unwrap();
    let file = work.path().join(".predictions.json");
    fs::write(&file, "{").unwrap();
    let mut person = begins_chapter_3(work.path());
    // Not asked about the commands before: nobody has seen them.
    let screen = goes_to_step(&mut person, "3");
    let question = next_question(&mut person, screen);
    let words = ["starts the shell host:joined", "of host", "4 net   5 pid"];
    assert_shows(&question, &words);
    let screen = answers(&mut person, "45", "host:joined# ifconfig");
    let rows = [
        "You say: net, pid",
        "host# set_ns",
        "mnt     same     same     right",
        "net     differs  differs  right",
        "pid     differs  same     wrong",
        "uts     same     same     right",
        "pid: you said that it differs, and it is the same.",
        "pid_for_children",
        "chapter 2, step 2",
    ];
    assert_shows(&screen, &rows);
    // What was there is kept, and told.
    assert!(screen.contains("your predictions begin anew"), "{screen}");
    let broken = work.path().join(".predictions.json.broken");
    assert_eq!(fs::read_to_string(broken).unwrap(), "{");
    let all: Predictions = WorkFolder::at(work.path()).read();
    assert_eq!((all.tally().right(), all.tally().all()), (7, 8));

    // Back at the beginning of the step, in a fresh machine.
    let screen = person.press("b");
    next_question(&mut person, screen);
    let screen = answers(&mut person, "4", "host:joined# ifconfig");
    assert!(screen.contains("All eight are right."), "{screen}");
    assert!(!screen.contains("wrong"), "{screen}");
    person.presses("q");
    person.ends_with("0");
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains("3.3") && !text.contains("3.1"), "{text}");
    let mut progress = Command::cargo_bin("harness").unwrap();
    progress
        .arg("progress")
        .env("NAMESPACE_WORKSHOP_WORK", work.path());
    progress
        .assert()
        .stdout(contains("8 of 8 right, in 1 question."));
}

#[test]
fn a_container_is_asked_about_by_its_name_and_differs_in_six_types() {
    let work = TempDir::new().unwrap();
    let mut person = begins_chapter_3(work.path());
    let question = next_question(&mut person, String::new());
    assert_shows(&question, &["starts the process web", "of host"]);
    let prompt = "host# wget -qO- http://127.0.0.1:4000/";
    let screen = answers(&mut person, "123458", prompt);
    assert!(screen.contains("All eight are right."), "{screen}");
    person.presses("q");
    person.ends_with("0");
}

#[test]
fn a_question_can_be_explained_and_skipped_and_none_is_an_answer() {
    let work = TempDir::new().unwrap();
    let lesson = tiny();
    let words = ["lesson", lesson.to_str().unwrap(), "--predict"];
    let mut person = Person::begins_with(&words, work.path());
    let screen = goes_to_step(&mut person, "2");
    let question = next_question(&mut person, screen);
    assert_shows(&question, &["starts the shell web:in", "of web"]);
    person.presses("?");
    assert_shows(&person.sees(CHOOSING), &["8 uts", "costs nothing"]);
    // Enter alone is no answer.
    person.presses("\r");
    person.sees(CHOOSING);
    let screen = person.press("s");
    assert_shows(&screen, &["web# unshare --uts bash", "web:in# hostname"]);
    assert!(!screen.contains("Your prediction"), "{screen}");

    let screen = person.press("b");
    next_question(&mut person, screen);
    let screen = answers(&mut person, "0", "web:in# hostname");
    let words = ["You say: none", "uts     same     differs  wrong"];
    assert_shows(&screen, &words);
    person.presses("q");
    person.ends_with("0");
    // The lesson is no chapter.
    assert_eq!(fs::read_dir(work.path()).unwrap().count(), 0);
}

#[test]
fn without_a_person_there_is_nobody_to_ask() {
    for words in ["chapter 3 --predict", "chapter 3 --predict --auto"] {
        let mut command = Command::cargo_bin("harness").unwrap();
        command.args(words.split(' '));
        let why = if words.contains("auto") {
            "cannot be used with"
        } else {
            "needs a terminal"
        };
        command.assert().code(2).stdout("").stderr(contains(why));
    }
}

mod chapter_7 {
    use super::*;

    #[test]
    fn another_root_in_two_calls_differs_in_the_type_that_the_old_way_does() {
        let work = TempDir::new().unwrap();
        let words = ["chapter", "7", "--predict"];
        let mut person = Person::begins_with(&words, work.path());
        let mut screen = goes_to_step(&mut person, "11");
        for next in ["second:box# mount --bind", "host# box="] {
            let question = next_question(&mut person, screen);
            assert_shows(&question, &["starts the shell second:box"]);
            screen = answers(&mut person, "3", next);
            assert!(screen.contains("All eight are right."), "{screen}");
        }
        person.presses("q");
        person.ends_with("0");
    }
}
