//! Work that several computers share, as several processes: the real binary,
//! real machines.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use harness::machine::kernel;
use regex::Regex;
use tempfile::TempDir;

use crate::changed::{Changed, README};
use crate::faults::subject::{Outcome, Subject, lesson};
use crate::matrix::cache_with_kernels;

/// A class, and the files that are made of it.
struct Class(TempDir);

impl Class {
    /// A class with a grade of each kind.
    fn new() -> Self {
        let class = Self(TempDir::new().unwrap());
        let own = "03-set-ns/exercise/5-two-networks-at-once/solution.rs";
        let chapters =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../chapters");
        let solution = fs::read_to_string(chapters.join(own)).unwrap();
        class.submit("ada", "3.5", &solution);
        class.submit("bob", "3.5", "fn main() { let x: u32 = \"a\"; }");
        class.submit("bob", "3.1", "fn main() {}");
        class.submit("eve", "3.5", &solution.replace("//!", "//"));
        class.submit("zoe", "3.5", "fn main() {}");
        class.submit("zoe", "notes", "");
        class
    }

    fn submit(&self, student: &str, name: &str, text: &str) {
        let folder = self.0.path().join("class").join(student);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(name.to_owned() + ".rs"), text).unwrap();
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// `just grade`: the folder, unless shares are put together.
    fn grade(&self, arguments: &[&str]) -> Subject {
        let mut subject = Subject::harness(&["grade"]);
        subject.command.current_dir(&self.0).args(arguments);
        subject
    }

    fn part(&self, part: &str, to: &str) -> Subject {
        self.grade(&["class", "--partition", part, "--to", to])
    }

    fn merge(&self, shares: &[&str]) -> Subject {
        let files = ["--csv", "merged.csv", "--junit", "merged.xml"];
        self.grade(&[&files[..], &["--merge"], shares].concat())
    }

    /// The text of a file, without times, and without the values that are new
    /// in each run of an exercise.
    fn timeless(&self, name: &str) -> String {
        let text = fs::read_to_string(self.file(name)).unwrap();
        let new = r#"time="[^"]*"|[0-9]+\.[0-9]$|  # .*$|exit status [0-9]+"#;
        let new = Regex::new(&format!("(?m){new}")).unwrap();
        new.replace_all(&text, "NEW").into_owned()
    }
}

/// The table in front of the line that counts.
fn table(outcome: &Outcome) -> &str {
    let end = outcome.text.find(" programs").unwrap();
    outcome.text[..end].rsplit_once('\n').unwrap().0
}

#[test]
fn parts_that_run_at_once_are_one_run_even_if_one_is_killed_and_run_again() {
    let class = Class::new();
    let files = ["class", "--csv", "whole.csv", "--junit", "whole.xml"];
    let whole = class.grade(&files).outcome();
    whole.is(1, &["3.5", "2 of 4 solved", "notes.rs", "5 programs: "]);

    let mut first = class.part("1/2", "first");
    let running = first.start();
    let mut second = class.part("2/2", "second");
    let mut child = second.command.stderr(Stdio::piped()).spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains(": ") {
        line.clear();
        let read = stderr.read_line(&mut line).unwrap();
        assert!(read > 0, "the part ended before its first grade");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    second.leaves_no_process();
    running
        .end(&first)
        .is(0, &["Share 1 of 2: 2 of 5 programs"]);

    assert!(!class.file("second").exists(), "half a share was written");
    let missing = "share 2 of 2 is missing: just grade ... --partition 2/2";
    class.merge(&["first"]).outcome().is(69, &[missing]);
    assert!(!class.file("merged.csv").exists());
    let again = class.part("2/2", "second").outcome();
    again.is(0, &["Share 2 of 2: 3 of 5 programs"]);

    let merged = class.merge(&["second", "first"]).outcome();
    merged.is(1, &["5 programs, from 2 shares"]);
    assert_eq!(table(&merged), table(&whole));
    for ending in ["csv", "xml"] {
        let text = class.timeless(&format!("merged.{ending}"));
        assert_eq!(text, class.timeless(&format!("whole.{ending}")));
        assert!(text.contains("NEW"));
    }
}

/// The table is compared when one system differs and one was not tried.
#[test]
fn parts_of_a_matrix_are_one_matrix() {
    let cache = cache_with_kernels(2);
    let newest = "9.2-cloud-amd64";
    let kernel = kernel::fetched().unwrap().pop().unwrap();
    let release = kernel.release();
    let wrong = format!(
        "host# [ $(uname -r) = {release} ] && echo no other\nno other one"
    );
    let changed = Changed::new("tiny", README, "host# false\n[exit 1]", &wrong);
    let file = changed.readme();
    let folder = TempDir::new().unwrap();
    let matrix = |arguments: &[&str]| {
        let mut subject = Subject::harness(&["matrix"])
            .env("NAMESPACE_WORKSHOP_CACHE", cache.path());
        subject.command.current_dir(&folder).args(arguments);
        subject
    };
    let mut systems = vec!["--lesson", file.to_str().unwrap()];
    for kernel in ["9.1", newest, "9.3"] {
        systems.extend(["--kernel", kernel]);
    }
    let part = |part: &str, to: &str| {
        let own = ["--partition", part, "--to", to];
        matrix(&[&systems[..], &own].concat())
    };
    let whole = matrix(&systems).outcome();
    let words = [
        "9.3 has not been fetched",
        "3 systems, 2 not as in the book",
    ];
    whole.is(1, &words);

    let [mut first, mut second] = [part("1/2", "a"), part("2/2", "b")];
    let [one, two] = [first.start(), second.start()];
    one.end(&first).is(69, &["Share 1 of 2: 2 of 3 systems"]);
    two.end(&second).is(0, &["Share 2 of 2: 1 of 3 systems"]);
    let merged = matrix(&["--merge", "b", "a"]).outcome();
    merged.is(1, &words);
    let table = |outcome: &Outcome| {
        let begin = outcome.text.find("\nLinux  ").unwrap();
        let rest = &outcome.text[begin..];
        rest[..rest.find(" systems,").unwrap()].to_owned()
    };
    assert_eq!(table(&merged), table(&whole));
    assert!(table(&whole).contains('✗'), "{}", table(&whole));

    let other = [&systems[..4], &["--partition", "2/2", "--to", "c"]].concat();
    matrix(&other)
        .outcome()
        .is(0, &["Share 2 of 2: 0 of 1 systems"]);
    let mixed = matrix(&["--merge", "a", "c"]).outcome();
    mixed.is(
        2,
        &["c: it is of another run than a: Linux 9.2", "is not in it"],
    );
}

#[test]
fn a_share_of_another_command_and_a_part_that_cannot_be_are_usage() {
    let class = Class::new();
    let cache = cache_with_kernels(1);
    let matrix = |arguments: &[&str]| {
        let mut subject = Subject::harness(&["matrix"])
            .env("NAMESPACE_WORKSHOP_CACHE", cache.path());
        subject.command.current_dir(&class.0).args(arguments);
        subject.outcome()
    };
    let file = lesson("tiny");
    let lesson = ["--lesson", file.to_str().unwrap()];
    let away = ["--kernel", "9.3", "--partition", "1/1", "--to", "a"];
    matrix(&[&lesson[..], &away].concat()).is(69, &["Share 1 of 1"]);
    let words = ["a: it is a share of another command: just \"matrix\""];
    class.merge(&["a"]).outcome().is(2, &words);
    for part in ["0/2", "3/2", "2"] {
        let refused = class.part(part, "b").outcome();
        refused.is(2, &["a part is such as 3/8"]);
        matrix(&["--partition", part]).is(2, &["a part is such as 3/8"]);
    }
    let both = ["--partition", "1/2", "--merge", "a"];
    matrix(&both).is(2, &["cannot be used with"]);
    class.grade(&both).outcome().is(2, &["cannot be used with"]);
    class.grade(&["class", "--merge", "a"]).outcome().is(2, &[]);
    class.grade(&[]).outcome().is(2, &["<FOLDER>"]);
}
