//! A new computer waits as little as can be, and never in silence. The scripts
//! meet programs that only print the words of cargo, pip and apt.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::MetadataCommand;
use harness::exercise::build;
use harness::{binaries, course};
use tempfile::TempDir;

use crate::faults::subject::{Outcome, Subject};

/// A cargo that keeps its words and tells how far it is.
const CARGO: &str = r#"
echo "$CARGO_ENCODED_RUSTFLAGS $CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER \
    wrapper=$RUSTC_WRAPPER inner=$RUSTC_WORKSPACE_WRAPPER $*" >>"$LOG"
printf '   Compiling nix v0.31.3\n' >&2
printf '    Building [==>   ] 3/10: nix, libc(build.rs)      \r' >&2
case "$*" in *"$FAILS"*) printf 'error: no room\n' >&2; exit 101 ;; esac
printf '    Finished `dev` profile\n' >&2
"#;

/// A pip whose package holds a just of this version.
const PIP: &str = r#"
while [ "$1" != --target ]; do shift; done
mkdir -p "$2/bin"
printf '#!/bin/sh\necho just %s\n' "$VERSION" >"$2/bin/just"
chmod +x "$2/bin/just"
"#;

/// A cargo that installs a just.
const INSTALLER: &str = r#"
echo "$*" >>"$LOG"
while [ "$1" != --root ]; do shift; done
printf '#!/bin/sh\necho just 1.53.0\n' >"$2/bin/just"
chmod +x "$2/bin/just"
"#;

/// Programs that stand before those of this computer.
struct Computer(TempDir);

impl Computer {
    fn with(programs: &[(&str, &str)]) -> Self {
        let computer = Self(TempDir::new().unwrap());
        for (name, script) in programs {
            let program = computer.path(name);
            fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
            let all = fs::Permissions::from_mode(0o755);
            fs::set_permissions(&program, all).unwrap();
        }
        computer
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn script(&self, script: &str, words: &[&str]) -> Subject {
        let mut subject = Subject::of(&course::workspace().join(script));
        subject.command.args(words);
        let path = std::env::var("PATH").unwrap();
        let path = format!("{}:{path}", self.0.path().display());
        subject
            .env("PATH", Path::new(&path))
            .env("NAMESPACE_WORKSHOP_CACHE", self.path("cache"))
            .env("CARGO_TARGET_DIR", self.path("target"))
            .env("LOG", self.path("log"))
            .env("FAILS", Path::new("--package nothing"))
    }

    fn builds(&self, parts: &[&str]) -> Outcome {
        self.script("harness/first-build", parts).outcome()
    }

    /// Returns the command lines that the programs got.
    fn asked(&self) -> String {
        fs::read_to_string(self.path("log")).unwrap_or_default()
    }
}

#[test]
fn a_pipe_is_told_how_far_the_first_build_is_without_a_control_character() {
    let computer = Computer::with(&[("cargo", CARGO)]);
    let outcome = computer.builds(&["harness", "exercises"]);
    let words = ["this happens once", "The course is built, after"];
    outcome.is(0, &words);
    let odd = |it: char| it.is_control() && it != '\n';
    assert!(!outcome.text.contains(odd), "{:?}", outcome.text);
    assert!(!outcome.text.contains("Compiling"), "{}", outcome.text);
}

#[test]
fn a_terminal_has_one_line_of_the_first_build() {
    let computer = Computer::with(&[("cargo", CARGO)]);
    let script = course::workspace().join("harness/first-build");
    let command = format!("{} harness exercises", script.display());
    let mut subject = computer.script("harness/first-build", &[]);
    let mut on_a_terminal = Command::new("script");
    on_a_terminal.args(["-qec", &command, "/dev/null"]);
    for (name, value) in subject.command.get_envs() {
        on_a_terminal.env(name, value.unwrap_or_default());
    }
    on_a_terminal.env("TERM", "vt100");
    subject.command = on_a_terminal;
    let said = subject.outcome().text;
    assert!(said.contains("6 of 20 crates, 0:0"), "{said:?}");
    assert!(!said.contains('\n'), "{said:?}");
    let last = said.rsplit('\r').next().unwrap();
    assert_eq!(last.trim_start_matches("\x1b[K"), "", "{said:?}");
}

#[test]
fn a_first_build_that_fails_shows_what_cargo_says() {
    let computer = Computer::with(&[("cargo", CARGO)]);
    let subject = computer.script("harness/first-build", &["reader"]);
    let outcome = subject.env("FAILS", Path::new("--workspace")).outcome();
    outcome.is(69, &["error: no room", "cargo could not build reader"]);
    assert!(!outcome.text.contains("Compiling"), "{}", outcome.text);
    // What only saves time says for itself what is wrong, and later.
    let both = ["harness", "exercises"];
    let subject = computer.script("harness/first-build", &both);
    let fails = Path::new("exercise-programs");
    let outcome = subject.env("FAILS", fails).outcome();
    outcome.is(0, &["The course is built"]);
}

/// Takes from cargo's command line the words that decide how cargo builds.
fn how(asked: &str) -> BTreeSet<String> {
    let line = asked.lines().find(|line| line.contains("--workspace"));
    let words = line.expect(asked).split(' ').map(str::to_owned);
    // What is built, and how cargo is to say what it does.
    let other = [
        "--exclude",
        "harness",
        "reader",
        "book",
        "diagram",
        "live",
        "--quiet",
    ];
    let is_other =
        |it: &String| other.contains(&&**it) || it.contains("format");
    words.filter(|it| !is_other(it)).collect()
}

#[test]
fn the_first_build_makes_what_the_harness_would_have_made() {
    let computer = Computer::with(&[("cargo", CARGO)]);
    computer.builds(&["reader"]).is(0, &[]);
    let early = how(&computer.asked());
    fs::remove_file(computer.path("log")).unwrap();
    let _ = Subject::harness(&["course"])
        .env("CARGO", computer.path("cargo"))
        .env("LOG", computer.path("log"))
        .env("FAILS", Path::new("--workspace"))
        .outcome();
    assert_eq!(early, how(&computer.asked()));
}

/// Returns the packages of the workspace that have a program. The others are
/// built only where one of these needs them.
fn with_programs() -> BTreeSet<String> {
    let metadata = MetadataCommand::new()
        .current_dir(course::workspace())
        .no_deps()
        .exec()
        .unwrap();
    let with_bin = metadata
        .packages
        .into_iter()
        .filter(|package| package.targets.iter().any(|target| target.is_bin()));
    with_bin.map(|package| package.name.to_string()).collect()
}

/// Lists what cargo builds of packages for their programs, with the features.
fn dependencies(packages: &[&str]) -> BTreeSet<String> {
    let mut cargo = Command::new(binaries::cargo());
    cargo.current_dir(course::workspace());
    cargo.args(["tree", "--offline", "--edges", "normal,build"]);
    cargo.args(["--target", &binaries::target(), "--prefix", "depth"]);
    cargo
        .args(["--no-dedupe", "--format", "{p} {f}"])
        .args(packages);
    let output = cargo.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let programs = with_programs();
    let mut found = BTreeSet::new();
    let mut is_built = false;
    for line in text.lines().filter(|line| !line.is_empty()) {
        let package = line.trim_start_matches(|it: char| it.is_ascii_digit());
        if line.starts_with('0') {
            is_built = programs.contains(package.split(' ').next().unwrap());
        }
        if is_built {
            found.insert(package.to_owned());
        }
    }
    found
}

#[test]
fn cargo_builds_nothing_twice_for_programs_that_are_built_one_by_one() {
    // The book is built by few, and with more features: apart from the rest.
    let book = "--exclude book --exclude diagram --exclude live --workspace";
    let but = |others: &str| format!("{others} {book}");
    let all = dependencies(&book.split(' ').collect::<Vec<_>>());
    for packages in [
        but("--exclude harness"),
        but("--exclude harness --exclude reader"),
        "--package reader".into(),
        "--package harness".into(),
    ] {
        let words: Vec<_> = packages.split(' ').collect();
        let some = dependencies(&words);
        let twice: Vec<_> = some.difference(&all).collect();
        assert!(twice.is_empty(), "{packages}: {twice:#?}");
        assert!(some.len() < all.len());
    }
}

/// Optimisation is no part of what is compared, and takes time.
const UNOPTIMISED: &str = "CARGO_PROFILE_MACHINE_OPT_LEVEL";

#[test]
fn a_first_check_builds_nothing_but_the_learners_program() {
    let workspace = course::workspace();
    let folder = TempDir::new().unwrap();
    let target = folder.path().join("target");
    let outcome = Subject::of(&workspace.join("harness/first-build"));
    let mut outcome = outcome
        .env("CARGO_TARGET_DIR", &target)
        .env(UNOPTIMISED, Path::new("0"));
    outcome.command.arg("exercises");
    outcome.outcome().is(0, &[]);
    let mut manifest = build::manifest(&workspace, "x1").unwrap();
    let profile = build::profile(&workspace).unwrap();
    manifest.insert("workspace".into(), toml::Table::new().into());
    manifest.insert("profile".into(), profile);
    fs::create_dir(folder.path().join("src")).unwrap();
    fs::write(folder.path().join("src/main.rs"), "fn main() {}").unwrap();
    fs::write(folder.path().join("Cargo.toml"), manifest.to_string()).unwrap();
    build::copy_lock(&workspace, folder.path()).unwrap();
    let mut cargo = binaries::cargo_for_the_machine();
    cargo.current_dir(folder.path()).env(UNOPTIMISED, "0");
    cargo.args(["build", "--offline", "--profile", "machine", "--target"]);
    cargo.arg(binaries::target());
    cargo.arg("--target-dir").arg(target.join("exercises"));
    let output = cargo.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let compiled = said.lines().filter(|line| line.contains("Compiling"));
    assert_eq!(compiled.count(), 1, "{said}");
}

#[track_caller]
fn brings(computer: &Computer, version: &str) {
    let subject = computer.script("vm/just", &["wheel", "apt", "cargo"]);
    subject
        .env("VERSION", Path::new(version))
        .outcome()
        .is(0, &[]);
    let just = computer.path("cache/tools/bin/just");
    let said = Command::new(just).arg("--version").output().unwrap();
    let said = String::from_utf8(said.stdout).unwrap();
    let from_cargo = computer.asked().contains("install just@");
    let expected = if from_cargo { "1.53.0" } else { version };
    assert_eq!(said.trim(), format!("just {expected}"));
    let tools = fs::read_dir(computer.path("cache/tools")).unwrap();
    assert_eq!(tools.count(), 1, "something is left");
}

#[test]
fn just_comes_ready_where_pip_brings_it() {
    let programs = [("pip3", PIP), ("cargo", INSTALLER)];
    let computer = Computer::with(&programs);
    brings(&computer, "1.59.0");
    assert_eq!(computer.asked(), "");
}

#[test]
fn just_is_built_where_nobody_has_one_that_is_new_enough() {
    for (pip, version) in [(PIP, "1.20.0"), ("exit 1", "")] {
        let computer = Computer::with(&[
            ("pip3", pip),
            ("pip", pip),
            ("apt-get", "exit 100"),
            ("cargo", INSTALLER),
        ]);
        brings(&computer, version);
        assert!(computer.asked().contains("install just@1.53.0"));
    }
}

#[test]
fn a_script_by_the_name_of_just_is_not_taken() {
    let computer = Computer::with(&[("just", "echo just 1.99.0")]);
    let mut subject = computer.script("vm/just", &["path"]);
    let path = format!("{}:/usr/bin:/bin", computer.0.path().display());
    subject.command.env("PATH", path);
    let _ = subject.outcome();
    let just = computer.path("cache/tools/bin/just");
    let taken = fs::read_link(just).ok();
    assert_ne!(taken, Some(computer.path("just")));
}
