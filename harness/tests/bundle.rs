//! The archive for classrooms without internet, where there is none: unpacked
//! into an empty folder, in a network namespace without interfaces, with
//! nothing that was fetched before. It builds the whole course anew: some
//! minutes. `just test-bundle` runs it.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use harness::course;
use tempfile::TempDir;

use crate::english;
use crate::excerpt::excerpt;

fn bundle(to: &Path) -> Vec<u8> {
    let mut bundle = english::harness();
    let output = bundle.arg("bundle").arg(to).output().unwrap();
    assert!(output.status.success(), "{}", shown(&output));
    fs::read(to).unwrap()
}

fn shown(output: &Output) -> String {
    let all = [output.stdout.clone(), output.stderr.clone()].concat();
    String::from_utf8_lossy(&all).into_owned()
}

/// A computer that has never seen the course, and has no network.
struct Computer {
    folder: TempDir,
}

impl Computer {
    fn with(archive: &Path) -> Self {
        let folder = TempDir::new().unwrap();
        let mut tar = Command::new("tar");
        tar.arg("xf").arg(archive).arg("-C").arg(folder.path());
        assert!(tar.status().unwrap().success());
        let all: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
        assert_eq!(all.len(), 1, "it is all in one folder");
        Self { folder }
    }

    fn course(&self) -> PathBuf {
        self.folder.path().join("namespace-workshop")
    }

    fn types(&self, words: &str) -> Output {
        let mut command = Command::new("unshare");
        command.args(["--map-root-user", "--net", "--", "sh", "-euc"]);
        // No interface is up, not even lo.
        command.arg(format!("[ -z \"$(ip -o link show up)\" ]; {words}"));
        command.current_dir(self.course());
        let ours: Vec<String> =
            std::env::vars().map(|(name, _)| name).collect();
        for name in ours {
            if name.starts_with("CARGO") || name.starts_with("NAMESPACE_") {
                command.env_remove(name);
            }
        }
        let empty = self.folder.path();
        command.env("CARGO_HOME", empty.join("cargo"));
        command.env("NAMESPACE_WORKSHOP_CACHE", empty.join("cache"));
        command.env("PATH", path_with_cargo());
        command.output().unwrap()
    }

    fn does(&self, words: &str, said: &str) {
        let output = self.types(words);
        let text = shown(&output);
        assert!(output.status.success(), "{words}\n{}", excerpt(&text));
        assert!(text.contains(said), "{words}\n{}", excerpt(&text));
    }
}

/// Rust is what a computer has to bring; just is not.
fn path_with_cargo() -> std::ffi::OsString {
    let own = std::env::var_os("PATH").unwrap();
    let cargo = std::env::var_os("CARGO").map(PathBuf::from);
    let folder = cargo.and_then(|it| it.parent().map(Path::to_path_buf));
    std::env::join_paths(folder.into_iter().chain(std::env::split_paths(&own)))
        .unwrap()
}

#[test]
#[ignore = "it builds the whole course; just test-bundle runs it"]
fn the_course_works_where_there_is_no_network() {
    let folder = TempDir::new().unwrap();
    let archive = folder.path().join("a.tar.gz");
    let bytes = bundle(&archive);
    let again = bundle(&folder.path().join("b.tar.gz"));
    assert!(bytes == again, "the same state gives the same bytes");

    let computer = Computer::with(&archive);
    computer.does("./just chapter 3 --auto", "as in the book");
    computer.does("./just exercise 3.1", "just check 3.1");
    let work = computer
        .course()
        .join("workshop/3.1-join-a-network/src/main.rs");
    let solution = "chapters/03-set-ns/exercise/1-join-a-network/solution.rs";
    fs::copy(course::workspace().join(solution), work).unwrap();
    computer.does("./just check 3.1", "Exercise 3.1 is solved");
}

#[test]
#[ignore = "it packs the whole course; just test-bundle runs it"]
fn a_computer_without_qemu_is_told_what_it_lacks() {
    let folder = TempDir::new().unwrap();
    let archive = folder.path().join("a.tar.gz");
    bundle(&archive);
    let computer = Computer::with(&archive);
    // Everything but QEMU, and nothing that could install it.
    let programs = folder.path().join("bin");
    fs::create_dir(&programs).unwrap();
    for place in std::env::split_paths(&path_with_cargo()) {
        for program in fs::read_dir(place).into_iter().flatten().flatten() {
            let name = program.file_name().to_string_lossy().into_owned();
            if !name.starts_with("qemu") && !name.starts_with("apt") {
                let _ = symlink(program.path(), programs.join(name));
            }
        }
    }
    let path = format!("export PATH={}", programs.display());
    let output = computer.types(&format!("{path}; ./just chapter 1"));
    let text = shown(&output);
    assert_eq!(output.status.code(), Some(69), "{}", excerpt(&text));
    assert!(text.contains("Missing: qemu-system"), "{}", excerpt(&text));
}
