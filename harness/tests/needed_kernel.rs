//! A lesson may name the kernel that it needs: an older one is refused, and
//! nothing that was not played has passed. The releases are made up: each is a
//! name of the newest kernel that there is.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use harness::machine::kernel;
use tempfile::TempDir;

use crate::faults::subject::{Outcome, Subject, lesson_of};

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
        releases.iter().for_each(|it| computer.brings(it));
        computer
    }

    fn brings(&self, release: &str) {
        let folder = self.kernel(release);
        fs::create_dir_all(&folder).unwrap();
        let kernel = kernel::fetched().unwrap().pop().unwrap();
        symlink(&kernel.image, folder.join("vmlinuz")).unwrap();
        symlink(&kernel.modules, folder.join("modules")).unwrap();
    }

    fn kernel(&self, release: &str) -> PathBuf {
        self.cache.path().join("kernels").join(release)
    }

    /// A harness of these words; `FILE` stands for the lesson.
    fn types(&self, words: &[&str]) -> Subject {
        let file = self.file.to_str().unwrap();
        let words = words.iter().map(|word| match *word {
            "FILE" => file,
            word => word,
        });
        let words: Vec<_> = words.collect();
        Subject::harness(&words).env("NAMESPACE_WORKSHOP_CACHE", &self.cache)
    }

    fn says(&self, words: &[&str]) -> Outcome {
        self.types(words).outcome()
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
