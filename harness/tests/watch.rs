//! A file is watched: the real binary, real machines, a person's keys.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use assert_cmd::cargo::cargo_bin;
use harness::course;
use rexpect::reader::Options;
use rexpect::session::{PtySession, spawn_with_options};
use tempfile::TempDir;

use crate::english;
use crate::excerpt::excerpt;

/// Long enough for a machine to be made on a computer with other things to do.
const PATIENCE: u64 = 900_000;

/// A learner who has begun exercise 3.1.
struct Learner {
    folder: TempDir,
}

impl Learner {
    fn begins() -> Self {
        let folder = TempDir::new().unwrap();
        let learner = Self { folder };
        let mut begin = learner.harness(&["exercise", "3.1"]);
        assert!(begin.stdout(Stdio::null()).status().unwrap().success());
        learner
    }

    fn harness(&self, words: &[&str]) -> Command {
        let mut command = english::harness();
        command.args(words).current_dir(course::workspace());
        command.env("NAMESPACE_WORKSHOP_WORK", self.folder.path());
        command
    }

    fn source(&self) -> PathBuf {
        self.folder.path().join("3.1-join-a-network/src/main.rs")
    }

    /// As most editors do: a new file takes the place of the old one.
    fn saves(&self, name: &str) {
        let folder = "chapters/03-set-ns/exercise/1-join-a-network";
        let text = course::workspace().join(folder).join(name);
        let new = self.source().with_extension("new");
        fs::copy(text, &new).unwrap();
        fs::rename(new, self.source()).unwrap();
    }

    /// At a terminal of this size. When it has ended, the terminal says how,
    /// and whether its mode is the old one. If it is killed, its guard sees to
    /// that a moment later.
    fn watches(&self, rows: u16, columns: u16) -> Person {
        let script = format!(
            "stty rows {rows} cols {columns}; before=$(stty -g); trap : INT; \
             sh -c 'echo \"id $$.\"; exec \"$0\" watch 3.1' \"$0\"; code=$?; \
             as_before() {{ [ \"$before\" = \"$(stty -g)\" ]; }}; \
             [ $code = 137 ] && until as_before; do :; done; \
             as_before && echo terminal as before; echo exit code $code."
        );
        let mut command = Command::new("sh");
        command.args(["-c", &script]).arg(cargo_bin("harness"));
        english::speaks(&mut command);
        command.env("NAMESPACE_WORKSHOP_WORK", self.folder.path());
        command
            .env("TERM", "xterm")
            .current_dir(course::workspace());
        let options = Options::new().timeout_ms(Some(PATIENCE));
        let terminal = spawn_with_options(command, options).unwrap();
        Person { terminal }
    }
}

struct Person {
    terminal: PtySession,
}

impl Person {
    fn sees(&mut self, words: &str) -> String {
        self.terminal
            .exp_string(words)
            .unwrap_or_else(|error| panic!("{}", excerpt(&error.to_string())))
    }

    fn presses(&mut self, keys: &str) {
        self.terminal.send(keys).unwrap();
        self.terminal.flush().unwrap();
    }

    /// The page is gone, the terminal is as it was, and this is the exit code.
    fn ends_with(mut self, code: &str) {
        self.sees("\x1b[?25h\x1b[?1049l");
        self.sees("terminal as before");
        self.sees(&format!("exit code {code}."));
    }

    /// The process that watches: its id is said first.
    fn id(&mut self) -> String {
        self.sees("id ");
        self.sees(".")
    }
}

fn kill(signal: &str, id: &str) {
    let mut kill = Command::new("kill");
    assert!(kill.args([signal, id]).status().unwrap().success());
}

#[test]
fn each_save_gets_its_verdict_and_keys_their_pages() {
    let learner = Learner::begins();
    let mut person = learner.watches(24, 80);
    person.sees("Exercise 3.1: Join the network");
    person.sees("it was not executed");
    person.sees("h hint");

    learner.saves("wrong/child.rs");
    person.sees("it is the process itself, not a child of it");
    person.presses("h");
    person.sees("Hint 1 of 3");
    person.presses("\r");
    person.sees("exec, without a fork");
    person.presses("l");
    person.sees("Chapter 3:");

    let begin = Instant::now();
    learner.saves("solution.rs");
    person.sees("Exercise 3.1 is solved.");
    // For who runs it with --nocapture: how long that took, with compiling.
    println!("from save to verdict: {:?}", begin.elapsed());
    fs::write(learner.source(), "fn main() { let n: u8 = \"\"; }").unwrap();
    person.sees("mismatched types");
    person.presses("q");
    person.ends_with("1");
}

#[test]
fn however_it_ends_the_terminal_is_as_before() {
    let learner = Learner::begins();
    let mut interrupted = learner.watches(24, 80);
    interrupted.sees("Exercise 3.1");
    interrupted.presses("\x03");
    interrupted.ends_with("0");

    for (signal, code) in [("-TERM", "143"), ("-HUP", "129"), ("-KILL", "137")]
    {
        let mut killed = learner.watches(6, 30);
        let id = killed.id();
        killed.sees("Exercise 3.1");
        kill(signal, &id);
        killed.ends_with(code);
    }
}

#[test]
fn in_a_pipe_there_is_a_verdict_for_each_save_until_it_is_solved() {
    let learner = Learner::begins();
    let mut command = learner.harness(&["watch", "3.1", "--poll"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut see = |words: &str| {
        let mut lines = lines.by_ref().map(Result::unwrap);
        assert!(lines.any(|line| line.contains(words)), "{words}");
    };
    see("looked at twice a second");
    see("it was not executed");
    learner.saves("wrong/child.rs");
    see("not a child of it");
    learner.saves("solution.rs");
    see("Exercise 3.1 is solved.");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn what_cannot_be_watched_is_a_matter_of_usage() {
    let folder = TempDir::new().unwrap();
    let mut command = assert_cmd::Command::from_std(english::harness());
    command.env("NAMESPACE_WORKSHOP_WORK", folder.path());
    let run = command.args(["watch", "3.1"]).assert().code(2);
    let said = String::from_utf8_lossy(&run.get_output().stderr);
    assert!(said.contains("just exercise 3.1"), "{said}");
}
