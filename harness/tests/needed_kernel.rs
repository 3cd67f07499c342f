//! A lesson may name the kernel that it needs: an older one is refused, and
//! nothing that was not played has passed. The releases are made up: each is a
//! name of the newest kernel that there is.

use std::env;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use harness::exercise::catalogue;
use harness::machine::kernel::{self, Kernel};
use harness::{course, needed_kernel};
use tempfile::TempDir;

use crate::changed::copy;
use crate::faults::subject::{
    Outcome, Subject, lesson_of, links_to_what_this_computer_lacks,
};
use crate::player::Person;

/// The chapters that the newest kernel of this computer can play: in CI, all.
pub fn playable_chapters() -> Vec<u32> {
    let chapters = course::chapters(&course::workspace()).unwrap();
    let is_playable = |chapter: &course::Chapter| {
        let needed = chapter.read().unwrap().needed_kernel();
        let found = needed_kernel::find(needed.as_ref());
        let in_ci = env::var("CI").is_ok_and(|it| it == "true");
        assert!(found.is_ok() || !in_ci, "{}", found.unwrap_err());
        found.is_ok()
    };
    let playable = chapters.into_iter().filter(is_playable);
    let numbers: Vec<_> = playable.map(|chapter| chapter.number).collect();
    assert!(numbers.len() >= 6, "{numbers:?}");
    numbers
}

/// Programs of a package manager whose newest kernel is 9.1.
const APT: [(&str, &str); 5] = [
    ("apt-cache", "echo linux-image-9.1-cloud-amd64"),
    (
        "apt-get",
        r#"case "$*" in
        *download*)
            [ -z "$OFFLINE" ] || { echo "E: Failed to fetch" >&2; exit 100; }
            mkdir -p k/boot k/lib/modules
            ln -s "$IMAGE" k/boot/vmlinuz-9.1-cloud-amd64
            ln -s "$MODULES" k/lib/modules/9.1-cloud-amd64
            tar -c -f kernel.deb -C k . && rm -r k ;;
        esac"#,
    ),
    ("dpkg", "echo amd64"),
    ("dpkg-deb", "cat \"$2\""),
    ("depmod", ":"),
];

/// Puts programs into a folder, and returns a `PATH` that begins with it.
fn path_with(folder: &Path, programs: &[(&str, &str)]) -> String {
    let folder = folder.join("programs");
    fs::create_dir_all(&folder).unwrap();
    for (name, script) in programs {
        let program = folder.join(name);
        fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        let all = fs::Permissions::from_mode(0o755);
        fs::set_permissions(&program, all).unwrap();
    }
    let path = env::var("PATH").unwrap();
    format!("{}:{path}", folder.display())
}

fn newest() -> Kernel {
    kernel::fetched().unwrap().pop().unwrap()
}

/// A lesson that needs Linux 9.0, and a cache with some kernels.
struct Computer {
    cache: TempDir,
    _lesson: TempDir,
    file: PathBuf,
}

impl Computer {
    fn with(releases: &[&str]) -> Self {
        let (folder, file) = lesson_of("host# echo new\nnew\n");
        let text = fs::read_to_string(&file).unwrap();
        let text = format!("<!-- lesson\nkernel: 9.0\n-->\n\n{text}");
        fs::write(&file, text).unwrap();
        let computer = Self {
            cache: TempDir::new().unwrap(),
            _lesson: folder,
            file,
        };
        links_to_what_this_computer_lacks(computer.cache.path());
        releases.iter().for_each(|it| computer.brings(it));
        computer
    }

    fn brings(&self, release: &str) {
        let folder = self.kernel(release);
        fs::create_dir_all(&folder).unwrap();
        let Kernel { image, modules, .. } = newest();
        symlink(image, folder.join("vmlinuz")).unwrap();
        symlink(modules, folder.join("modules")).unwrap();
    }

    /// A person at a terminal who plays the lesson, and whose package manager
    /// has a newer kernel, unless it is offline.
    fn person(&self, words: &[&str], offline: bool) -> Person {
        let path = path_with(self.cache.path(), &APT);
        let Kernel { image, modules, .. } = newest();
        let environment = [
            ("NAMESPACE_WORKSHOP_CACHE", self.cache.path()),
            ("PATH", Path::new(&path)),
            ("IMAGE", &image),
            ("MODULES", &modules),
            ("OFFLINE", Path::new(if offline { "yes" } else { "" })),
        ];
        Person::types_with(&environment, &self.words(words))
    }

    /// Puts the lesson in the place of `FILE`.
    fn words<'a>(&'a self, words: &[&'a str]) -> Vec<&'a str> {
        let file = self.file.to_str().unwrap();
        let words = words.iter().map(|word| match *word {
            "FILE" => file,
            word => word,
        });
        words.collect()
    }

    fn kernel(&self, release: &str) -> PathBuf {
        self.cache.path().join("kernels").join(release)
    }

    /// A harness of these words.
    fn types(&self, words: &[&str]) -> Subject {
        let words = self.words(words);
        Subject::harness(&words).env("NAMESPACE_WORKSHOP_CACHE", &self.cache)
    }

    fn says(&self, words: &[&str]) -> Outcome {
        self.types(words).outcome()
    }

    /// A harness in a course whose only chapter is the lesson, with exercise
    /// 3.1 as its exercise.
    fn in_course(&self, words: &[&str]) -> Outcome {
        let course = self.cache.path().join("course");
        if !course.exists() {
            self.lay_out(&course);
        }
        self.types(words)
            .env("CARGO_MANIFEST_DIR", &course)
            .env("NAMESPACE_WORKSHOP_WORK", course.join("workshop"))
            .outcome()
    }

    fn lay_out(&self, course: &Path) {
        let own = course::workspace();
        let chapter = course.join("chapters/01-new");
        for folder in [&chapter, &course.join("harness/src")] {
            fs::create_dir_all(folder).unwrap();
        }
        fs::copy(&self.file, chapter.join("README.md")).unwrap();
        for name in ["Cargo.toml", "Cargo.lock"] {
            symlink(own.join(name), course.join(name)).unwrap();
        }
        let exercise = catalogue::find(&own, "3.1".parse().unwrap()).unwrap();
        let manifest = exercise.folder.join("../../Cargo.toml");
        symlink(manifest, chapter.join("Cargo.toml")).unwrap();
        copy(
            &exercise.folder,
            &chapter.join("exercise").join(exercise.name),
        );
    }

    fn plays_with_named(&self, release: &str) -> Outcome {
        let folder = self.kernel(release);
        self.types(&["lesson", "FILE", "--auto"])
            .env("MACHINE_KERNEL", folder.join("vmlinuz"))
            .env("MACHINE_MODULES", folder.join("modules"))
            .outcome()
    }
}

#[test]
fn the_newest_kernel_is_taken_if_it_is_new_enough() {
    let computer = Computer::with(&["8.9-cloud-amd64", "9.1-cloud-amd64"]);
    let outcome = computer.says(&["lesson", "FILE", "--auto"]);
    outcome.is(0, &["is as in the book"]);
}

#[test]
fn a_kernel_that_is_too_old_is_refused_with_the_command_that_brings_one() {
    let releases = ["6.1.0-48-cloud-amd64", "8.9-cloud-amd64"];
    let computer = Computer::with(&releases);
    for how in ["--auto", "--bless"] {
        let outcome = computer.says(&["lesson", "FILE", how]);
        let words = [
            "The lesson needs Linux 9.0 or newer",
            "the newest kernel here is 8.9-cloud-amd64",
            "just setup --kernel newest",
        ];
        outcome.is(69, &words);
    }
}

#[test]
fn a_kernel_that_the_user_names_is_taken_or_refused_and_no_other_is() {
    let releases = ["8.9-cloud-amd64", "9.0.1-cloud-amd64", "9.1-cloud-amd64"];
    let computer = Computer::with(&releases);
    let outcome = computer.plays_with_named("8.9-cloud-amd64");
    outcome.is(69, &["MACHINE_KERNEL names 8.9-cloud-amd64"]);
    let outcome = computer.plays_with_named("9.0.1-cloud-amd64");
    outcome.is(0, &["is as in the book"]);
}

#[test]
fn a_lesson_is_judged_on_the_kernels_that_can_play_it() {
    let computer = Computer::with(&["8.9-cloud-amd64", "9.1-cloud-amd64"]);
    let words = [
        "8.9-cloud-amd64: The lesson was NOT PLAYED: it needs Linux 9.0",
        "9.1-cloud-amd64: The lesson is as in the book",
    ];
    computer.says(&["kernels", "FILE"]).is(0, &words);
}

#[test]
fn a_lesson_that_no_kernel_can_play_has_not_passed() {
    let computer = Computer::with(&["8.8-cloud-amd64", "8.9-cloud-amd64"]);
    let words = ["8.8-cloud-amd64: The lesson was NOT PLAYED", "NO kernel"];
    computer.says(&["kernels", "FILE"]).is(69, &words);
}

#[test]
fn a_system_with_an_older_kernel_has_not_passed_the_lesson() {
    let computer = Computer::with(&["8.9-cloud-amd64", "9.1-cloud-amd64"]);
    let outcome = computer.says(&["matrix", "--lesson", "FILE", "--all"]);
    let words = [
        "Linux 8.9, userland own, QEMU own: 0 of 1 as they should be, 1 NOT",
        "Linux 9.1, userland own, QEMU own: 1 of 1 as they should be",
        "2 systems, all as in the book, as far as their kernels can do it",
    ];
    outcome.is(0, &words);
}

#[test]
fn a_person_is_asked_once_and_the_lesson_begins_on_the_new_kernel() {
    let computer = Computer::with(&["6.1.0-48-cloud-amd64"]);
    for answer in ["\r", "y\r"] {
        let mut person = computer.person(&["lesson", "FILE"], false);
        person.sees("The lesson needs Linux 9.0 or newer");
        person.sees("Fetch the newest kernel into the cache now?");
        person.presses(answer);
        person.sees("Fetching the kernel linux-image-9.1-cloud-amd64");
        person.sees("The machine: Linux");
        person.sees("q quit");
        person.presses("q");
        person.ends_with("0");
        fs::remove_dir_all(computer.kernel("9.1-cloud-amd64")).unwrap();
    }
}

#[test]
fn a_person_who_says_no_or_is_offline_is_told_what_is_missing() {
    let computer = Computer::with(&["6.1.0-48-cloud-amd64"]);
    for answer in ["n\r", "\u{4}", "no\r"] {
        let mut person = computer.person(&["lesson", "FILE"], false);
        person.sees("[Y/n]");
        person.presses(answer);
        let above = person.sees("just setup --kernel newest");
        assert!(!above.contains("needs Linux"), "said twice: {above}");
        person.ends_with("69");
    }
    let mut person = computer.person(&["lesson", "FILE"], true);
    person.sees("[Y/n]");
    person.presses("y\r");
    person.sees("E: Failed to fetch");
    person.sees("No newer kernel was fetched");
    person.ends_with("69");
}

#[test]
fn the_doctor_says_of_a_chapter_whether_its_kernel_is_there() {
    let computer = Computer::with(&["8.9-cloud-amd64"]);
    let line = "LATER    Chapter 1    needs Linux 9.0 or newer: just setup \
                --kernel newest";
    computer.in_course(&["doctor"]).is(0, &[line]);
    computer.brings("9.1-cloud-amd64");
    let line = "ok       Chapter 1    needs Linux 9.0 or newer\n";
    computer.in_course(&["doctor"]).is(0, &[line]);
}

#[test]
fn the_tests_learn_which_chapters_they_cannot_prove() {
    let computer = Computer::with(&["8.9-cloud-amd64"]);
    let outcome = computer.in_course(&["left-out"]);
    let line = "1 Chapter 1 was NOT PLAYED: it needs Linux 9.0 or newer\n";
    assert_eq!((outcome.code, outcome.text.as_str()), (0, line));
    computer.brings("9.1-cloud-amd64");
    assert_eq!(computer.in_course(&["left-out"]).text, "");
}

#[test]
fn an_exercise_needs_the_kernel_of_its_chapter() {
    let computer = Computer::with(&["8.9-cloud-amd64"]);
    computer.in_course(&["exercise", "1.1"]).is(0, &["Edit"]);
    for command in ["check", "watch", "explore"] {
        let outcome = computer.in_course(&[command, "1.1"]);
        let words = ["Exercise 1.1 needs Linux 9.0", "just setup --kernel"];
        outcome.is(69, &words);
    }
}

/// A cargo whose harness leaves out chapter 7, and that keeps its words.
const CARGO: &str = r#"
case "$*" in
*left-out) echo "7 Chapter 7 was NOT PLAYED: it needs Linux 7.0 or newer" ;;
*) echo "$*" >>"$LOG" ;;
esac
"#;

/// Runs `just test WORD`, and returns what cargo was to test.
fn tests(folder: &TempDir, ci: &str, words: &[&str]) -> (Outcome, String) {
    let path = path_with(folder.path(), &[("cargo", CARGO)]);
    let log = folder.path().join("log");
    let run = course::workspace().join("harness/tests/run");
    let mut subject = Subject::of(&run).env("PATH", path).env("LOG", &log);
    subject.command.args(words).env("CI", ci);
    let outcome = subject.outcome();
    let asked = fs::read_to_string(&log).unwrap();
    fs::remove_file(log).unwrap();
    (outcome, asked)
}

#[test]
fn tests_of_a_chapter_without_its_kernel_are_left_out_and_have_not_passed() {
    let folder = TempDir::new().unwrap();
    let (outcome, asked) = tests(&folder, "", &["exec"]);
    let words = [
        "NOT PROVED",
        "  Chapter 7 was NOT PLAYED: it needs Linux 7.0",
    ];
    outcome.is(69, &words);
    assert!(asked.contains("exec -- --skip chapter_7::\n"), "{asked}");
    let (_, asked) = tests(&folder, "", &["exec", "--", "--nocapture"]);
    assert!(
        asked.contains(" -- --nocapture --skip chapter_7::\n"),
        "{asked}"
    );
}

#[test]
fn in_ci_no_test_is_left_out() {
    let folder = TempDir::new().unwrap();
    let (outcome, asked) = tests(&folder, "true", &["exec"]);
    outcome.is(0, &[]);
    assert!(!asked.contains("--skip"), "{asked}");
    assert!(!outcome.text.contains("NOT PROVED"), "{}", outcome.text);
}
