//! Programs for the machine do not compile, or are built in another way.

use std::fs::{self, File};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use harness::binaries;
use lddtree::DependencyAnalyzer;
use nix::fcntl::OFlag;
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use tempfile::TempDir;

use super::subject::{Subject, machines, wait_for};

const WORKSPACE: &str = "\
[workspace]
resolver = \"3\"
members = [\"chapters/*\"]

[profile.machine]
inherits = \"release\"
";

const CHAPTER: &str = "\
[package]
name = \"broken\"
edition = \"2024\"
";

const LOCK: &str = "\
version = 4

[[package]]
name = \"broken\"
version = \"0.0.0\"
";

/// A workspace whose only chapter does not compile; and a FIFO that its build
/// waits for before cargo finds that out.
fn broken_workspace() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let fifo = folder.path().join("fifo");
    mkfifo(&fifo, Mode::S_IRWXU).unwrap();
    let wait = format!("fn main() {{ std::fs::read({fifo:?}).unwrap(); }}\n");
    workspace(
        folder.path(),
        &[
            ("src/main.rs", "fn main() { nothing }\n"),
            ("build.rs", &wait),
        ],
    );
    (folder, fifo)
}

/// Makes a workspace of one chapter with these files.
fn workspace(folder: &Path, chapter: &[(&str, &str)]) {
    let write = |path: PathBuf, text: &str| {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write(folder.join("Cargo.toml"), WORKSPACE);
    write(folder.join("Cargo.lock"), LOCK);
    // It is a course's.
    fs::create_dir_all(folder.join("harness/src")).unwrap();
    let inside = folder.join("chapters/01-broken");
    write(inside.join("Cargo.toml"), CHAPTER);
    for (path, text) in chapter {
        write(inside.join(path), text);
    }
}

#[test]
fn a_chapter_that_does_not_compile_ends_the_machine_made_meanwhile() {
    // Now there is a build that is remembered, and a machine to clone.
    drop(machines().machine().unwrap());
    let (workspace, fifo) = broken_workspace();
    let inside = |name: &str| workspace.path().join(name);
    let mut subject = Subject::harness(&["shell"])
        .env("CARGO_MANIFEST_DIR", inside("harness"))
        .env("CARGO_TARGET_DIR", inside("target"))
        .env("MACHINES_AT_ONCE", Path::new("100"));
    let running = subject.start();
    subject.qemu();
    drop(wait_for("the build to read", || {
        let mut options = File::options();
        options.custom_flags(OFlag::O_NONBLOCK.bits());
        options.write(true).open(&fifo).ok()
    }));
    let words = ["cannot find value `nothing`", "do not compile"];
    running.end(&subject).is(1, &words);
}

/// Settings that a user may have for their own programs.
const OF_THE_USER: &str = "\
[build]
target = \"wasm32-unknown-unknown\"
rustc-wrapper = \"/no/wrapper\"
rustc-workspace-wrapper = \"/no/wrapper\"

[target.'cfg(unix)']
linker = \"/no/linker\"
rustflags = [\"-C\", \"target-feature=-crt-static\", \"-C\", \"no-such=flag\"]
";

#[test]
fn the_users_settings_of_cargo_do_not_reach_the_machines_programs() {
    let folder = tempfile::tempdir().unwrap();
    workspace(folder.path(), &[("src/main.rs", "fn main() {}\n")]);
    fs::create_dir(folder.path().join(".cargo")).unwrap();
    let settings = folder.path().join(".cargo/config.toml");
    fs::write(settings, OF_THE_USER).unwrap();
    let program = binaries::build_fast(folder.path(), "broken").unwrap();
    let needs = DependencyAnalyzer::new("/".into())
        .analyze(program)
        .unwrap();
    assert_eq!((needs.interpreter, needs.needed), (None, Vec::new()));
}
