//! Commands of a learner, in a pipe and at a terminal, from the first look to
//! the solution.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use harness::course;
use harness::exercise::catalogue;
use harness::lesson::Version;
use harness::machine::kernel;
use language::{Catalogue, Language};
use rexpect::session::spawn_command;
use tempfile::TempDir;
use textwrap::core::display_width;

use crate::english;
use crate::excerpt::excerpt;
use crate::faults::subject::{Outcome, Subject, not_run};

/// A learner with a folder of their own.
struct Learner {
    folder: TempDir,
}

impl Learner {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder }
    }

    fn command(&self, words: &str) -> Command {
        let mut command = english::harness();
        command.args(words.split_whitespace());
        command.current_dir(course::workspace());
        command.env("NAMESPACE_WORKSHOP_WORK", self.folder.path());
        command
    }

    /// Types a command in a pipe. Nothing in a pipe is for a terminal, and
    /// nothing is wider than one.
    fn types(&self, words: &str) -> Outcome {
        let mut subject = Subject::harness(&[]);
        subject.command.args(words.split_whitespace());
        subject.command.current_dir(course::workspace());
        let subject = subject.env("NAMESPACE_WORKSHOP_WORK", &self.folder);
        let outcome = subject.outcome();
        let text = &outcome.text;
        assert!(!text.contains('\x1b'), "{}", excerpt(text));
        let folder = self.folder.path().to_str().unwrap();
        for line in text.replace(folder, "workshop").lines() {
            assert!(display_width(line) <= 80, "{line}");
        }
        outcome
    }

    #[track_caller]
    fn sees(&self, words: &str, code: i32, said: &[&str]) -> String {
        let outcome = self.types(words);
        outcome.is(code, said);
        outcome.text
    }

    fn source(&self) -> PathBuf {
        self.folder.path().join("3.1-join-a-network/src/main.rs")
    }

    fn writes(&self, text: &str) {
        fs::write(self.source(), text).unwrap();
    }
}

fn file(name: &str) -> String {
    let folder = "chapters/03-set-ns/exercise/1-join-a-network";
    let path = course::workspace().join(folder).join(name);
    fs::read_to_string(path).unwrap()
}

#[test]
fn from_the_list_to_the_solution_in_a_pipe() {
    let learner = Learner::new();
    let list = learner.sees("exercise", 0, &["[----", "0 of", "  > "]);
    assert!(list.contains("3.1  Join the network of a running process"));
    learner.sees("check 3.1", 2, &["just exercise 3.1"]);

    let begun = ["Exercise 3.1", "join PID COMMAND", "just check 3.1"];
    let text = learner.sees("exercise 3.1", 0, &begun);
    assert!(
        text.contains(learner.source().to_str().unwrap()),
        "{}",
        excerpt(&text)
    );
    assert_eq!(
        fs::read_to_string(learner.source()).unwrap(),
        file("starter.rs")
    );

    learner.sees("check 3.1", 1, &["✗", "expected", "got", "just hint 3.1"]);

    learner.writes("fn main() { let n: u32 = \"a\"; }\n");
    let error = ["mismatched types", "3.1-join-a-network/src/main.rs:1:26"];
    learner.sees("check 3.1", 1, &error);

    learner.sees("hint 3.1", 0, &["Hint 1 of 3"]);
    let text = learner.sees("hint 3.1", 0, &["Hint 1 of 3", "Hint 2 of 3"]);
    assert!(!text.contains("Hint 3 of 3"));
    learner.sees("hint 3.1", 0, &["Hint 3 of 3", "just solution 3.1"]);
    learner.sees("hint 3.1", 0, &["Hint 3 of 3"]);

    learner.sees("solution 3.1", 2, &["--yes"]);
    let solution = learner.sees("solution 3.1 --yes", 0, &["setns(&file"]);
    assert!(solution.ends_with(&file("solution.rs")));

    learner.writes(&file("solution.rs"));
    let solved = ["Exercise 3.1 is solved", "[#", "1 of", "Compare"];
    learner.sees("check 3.1", 0, &solved);
    learner.sees("progress", 0, &["✓ 3.1"]);

    // What was there is never lost, and solved stays solved.
    learner.sees("reset 3.1", 0, &["old/1.rs"]);
    learner.sees("reset 3.1", 0, &["old/2.rs"]);
    let old = learner.folder.path().join("3.1-join-a-network/old/1.rs");
    assert_eq!(fs::read_to_string(old).unwrap(), file("solution.rs"));
    assert_eq!(
        fs::read_to_string(learner.source()).unwrap(),
        file("starter.rs")
    );
    learner.sees("exercise", 0, &["✓ 3.1"]);
}

#[test]
fn a_learner_in_chinese_is_asked_hinted_and_told_in_chinese() {
    let learner = Learner::new();
    let words = Catalogue::read(
        &course::workspace(),
        Language::Chinese,
        &course::domain(3),
    )
    .unwrap();
    let number = "3.1".parse().unwrap();
    let entry = catalogue::find(&course::workspace(), number).unwrap();
    let title = words.find(&entry.exercise.title).unwrap();
    let says = entry.exercise.feedback.iter().find(|it| it.id == "child");
    let says = words.find(says.unwrap().says.trim_end()).unwrap();
    let what = words.find("it is the process itself, not a child of it");

    let begun = ["练习 3.1：", title, "检查     just check 3.1"];
    learner.sees("exercise 3.1 --lang zh-CN", 0, &begun);
    learner.sees("hint 3.1 --lang zh_CN.UTF-8", 0, &["提示 1/3"]);
    learner.writes(&file("wrong/child.rs"));
    let told = ["✗", what.unwrap(), "期望", "实际"];
    let text = learner.sees("check 3.1 --lang zh-CN", 1, &told);
    // The text is wrapped, and nothing of it is lost.
    let letters = |text: &str| text.replace([' ', '\n'], "");
    assert!(letters(&text).contains(&letters(says)), "{text}");
    learner.sees("progress --lang zh-CN", 0, &["已解决 0/", "检查过 1 次"]);
}

#[test]
fn what_is_graded_is_what_stands_there_whenever_it_was_written() {
    let learner = Learner::new();
    learner.sees("exercise 3.1", 0, &[]);
    // Older than anything that was ever built, as a file that was moved back.
    let old = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1 << 30);
    for (name, code) in
        [("solution.rs", 0), ("starter.rs", 1), ("solution.rs", 0)]
    {
        learner.writes(&file(name));
        let source = fs::File::options().append(true).open(learner.source());
        source.unwrap().set_modified(old).unwrap();
        learner.sees("check 3.1", code, &["compile"]);
    }
}

#[test]
fn what_is_mistyped_is_told_what_to_type() {
    let learner = Learner::new();
    for words in ["check 3.99", "exercise 99.1", "hint 3.99", "reset 9.9"] {
        learner.sees(words, 2, &["just exercise lists them"]);
    }
    learner.sees("exercise three", 2, &["numbers such as 3.1"]);
    learner.sees("check 3.1 25007", 2, &["just check 3.1"]);
    assert_eq!(fs::read_dir(learner.folder.path()).unwrap().count(), 0);
}

#[test]
fn a_file_of_progress_that_is_broken_costs_the_progress_only() {
    let learner = Learner::new();
    learner.sees("exercise 3.1", 0, &[]);
    let file = learner.folder.path().join(".progress.json");
    fs::write(&file, "[1, 2").unwrap();
    learner.sees("hint 3.1", 0, &["Hint 1 of 3", "begins anew"]);
    let kept = learner.folder.path().join(".progress.json.broken");
    assert_eq!(fs::read_to_string(kept).unwrap(), "[1, 2");
    learner.sees("hint 3.1", 0, &["Hint 2 of 3"]);
}

#[test]
fn predictions_are_told_with_the_progress_and_written_into_the_report() {
    let learner = Learner::new();
    learner.sees("progress", 0, &["just chapter 3 --predict"]);
    let file = learner.folder.path().join(".predictions.json");
    let made = r#"{"version":1,"steps":{"3.1":{"web":
        {"said":["net","pid"],"kernel":["net"]}}}}"#;
    fs::write(&file, made).unwrap();
    let said = [
        "Predictions: 7 of 8 right",
        "pid: wrong in 1 of 1",
        "step 2",
    ];
    learner.sees("progress", 0, &said);
    learner.sees("report --name ada", 0, &[]);
    let read = |name: &str| {
        fs::read_to_string(learner.folder.path().join(name)).unwrap()
    };
    assert!(read("report.md").contains("Wrong, by type: pid (1)."));
    assert!(read("report.json").contains("\"said_differs\": 1"));

    fs::write(&file, "{").unwrap();
    let anew = ["your predictions begin anew", "just chapter 3 --predict"];
    learner.sees("progress", 0, &anew);
    assert_eq!(read(".predictions.json.broken"), "{");
}

#[test]
fn a_folder_that_cannot_be_written_changes_no_verdict() {
    let learner = Learner::new();
    learner.sees("exercise 3.1", 0, &[]);
    learner.writes(&file("solution.rs"));
    // In its place a folder with something in it, that cannot be moved away
    // because that place is taken too.
    for name in [".progress.json", ".progress.json.broken"] {
        let path = learner.folder.path().join(name);
        let _ = fs::remove_file(&path);
        fs::create_dir_all(path.join("full")).unwrap();
    }
    let said = ["✓", "Your progress cannot be kept"];
    let text = learner.sees("check 3.1", 0, &said);
    assert!(!text.contains('✗'), "{}", excerpt(&text));
}

#[test]
fn at_a_terminal_files_can_be_clicked_at_and_a_question_is_asked() {
    let learner = Learner::new();
    let mut command = learner.command("exercise 3.1");
    command.env("TERM", "xterm");
    let mut session = spawn_command(command, Some(60_000)).unwrap();
    let text = session.exp_eof().unwrap();
    let address = learner.source().to_str().unwrap().to_owned();
    let start = text.find("\x1b]8;;file://").expect("a link");
    assert!(
        text[start..].contains(&format!("{address}\x1b\\")),
        "{}",
        excerpt(&text)
    );
    assert!(text.ends_with("just hint 3.1\r\n"), "{text:?}");

    for (answer, shown) in [("n", false), ("y", true)] {
        let command = learner.command("solution 3.1");
        let mut session = spawn_command(command, Some(60_000)).unwrap();
        session.exp_string("[y/N] ").unwrap();
        session.send_line(answer).unwrap();
        let text = session.exp_eof().unwrap();
        assert_eq!(text.contains("setns(&file"), shown, "{}", excerpt(&text));
    }
}

#[test]
fn a_look_around_has_the_program_and_its_variables() {
    let learner = Learner::new();
    learner.sees("exercise 3.1", 0, &[]);
    learner.writes(&file("solution.rs"));
    let mut command = learner.command("explore 3.1");
    let script = learner.folder.path().join("script");
    fs::write(&script, "join $target ip -o link; echo $status\n").unwrap();
    command.stdin(fs::File::open(Path::new(&script)).unwrap());
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("lo:"), "{text}{said}");
    assert!(!text.contains("eth0"), "{}", excerpt(&text));
}

#[test]
fn what_is_found_in_one_machine_is_right_for_that_one() {
    let learner = Learner::new();
    let number = "4.3".parse().unwrap();
    let entry = catalogue::find(&course::workspace(), number).unwrap();
    let begun = learner.sees("exercise 4.3", 0, &["just explore 4.3"]);
    assert!(!begun.contains("Edit"), "{begun}");
    learner.sees("check 4.3", 2, &["just check 4.3 ANSWER"]);
    learner.sees("check 4.3 nobody", 2, &["just explore 4.3"]);

    let script = learner.folder.path().join("script");
    fs::write(&script, &entry.exercise.finds).unwrap();
    let look = || {
        let mut command = learner.command("explore 4.3");
        command.stdin(fs::File::open(&script).unwrap());
        let output = command.output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    let first = look();
    let second = look();
    assert_ne!(first, second);
    learner.sees(&format!("check 4.3 {first}"), 1, &["✗", "just hint 4.3"]);
    let right = format!("check 4.3 {}", second.to_uppercase());
    learner.sees(&right, 0, &["✓", "Exercise 4.3 is solved"]);
    learner.sees(
        "solution 4.3",
        0,
        &[entry.exercise.finds.lines().next().unwrap()],
    );
}

/// Exercise 6.1 as chapter 7 does it: another root in two calls.
const TWO_CALLS: &str = r#"
use std::ffi::CString;
use std::fs::File;
use std::io::{Error, Result};
use std::os::fd::FromRawFd;
use std::os::unix::process::CommandExt;
use std::process::Command;

use nix::sched::{CloneFlags, setns};

const OPEN_TREE_NAMESPACE: u32 = 2;

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let folder = CString::new(words[0].as_str())?;
    let flags = OPEN_TREE_NAMESPACE | libc::OPEN_TREE_CLOEXEC;
    let call = libc::SYS_open_tree;
    let at = libc::AT_FDCWD;
    let fd = unsafe { libc::syscall(call, at, folder.as_ptr(), flags) };
    if fd < 0 {
        let error = Error::last_os_error();
        eprintln!("open_tree({}): {error}", words[0]);
        std::process::exit(1);
    }
    let namespace = unsafe { File::from_raw_fd(fd as i32) };
    setns(namespace, CloneFlags::CLONE_NEWNS)?;
    Err(Command::new(&words[1]).args(&words[2..]).exec())
}
"#;

/// The call is of Linux 7.0. What it says on an older kernel is no riddle, and
/// on a newer one the way of chapter 7 is as good as that of chapter 6.
#[test]
fn a_call_that_is_newer_than_the_kernel_is_named_and_explained() {
    let mut kernels = kernel::fetched().unwrap();
    kernels.retain(|it| Version::of(&it.release()) < Version::of("7.0"));
    let Some(older) = kernels.first() else {
        let why = "just setup --kernel 6.12 brings one";
        return not_run("a call that is newer than the kernel", &why);
    };
    let learner = Learner::new();
    learner.sees("exercise 6.1", 0, &[]);
    let source = learner.folder.path().join("6.1-another-root/src/main.rs");
    fs::write(source, TWO_CALLS).unwrap();
    let mut check = learner.command("check 6.1");
    check.env("MACHINE_KERNEL", &older.image);
    check.env("MACHINE_MODULES", &older.modules);
    let output = check.output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", excerpt(&said));
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "✗ the command is executed",
        "Invalid argument (os error 22)",
        "before Linux 7.0 the kernel does not know OPEN_TREE_NAMESPACE",
        "just why (explains open_tree: EINVAL, Invalid argument)",
    ] {
        assert!(said.contains(words), "{words}: {}", excerpt(&said));
    }
    let release = older.release();
    let mut numbers = release.split('.');
    let numbers = [numbers.next().unwrap(), numbers.next().unwrap()].join(".");
    let here = format!("this is Linux {numbers}");
    let rule = "> open_tree makes a mount namespace since Linux 7.0.";
    learner.sees("why", 0, &[rule, &here, "chapter 7, step 11"]);
}

mod chapter_7 {
    use super::*;

    #[test]
    fn another_root_in_two_calls_solves_the_exercise_of_chapter_6() {
        let learner = Learner::new();
        learner.sees("exercise 6.1", 0, &[]);
        let source = learner.folder.path().join("6.1-another-root/src/main.rs");
        fs::write(source, TWO_CALLS).unwrap();
        learner.sees("check 6.1", 0, &["Exercise 6.1 is solved"]);
    }
}
