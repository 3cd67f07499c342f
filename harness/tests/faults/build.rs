//! What is to run in the machine does not compile.

use std::fs;
use std::path::{Path, PathBuf};

use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use tempfile::TempDir;

use super::subject::{Subject, laboratory};

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
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("Cargo.toml", WORKSPACE);
    write("Cargo.lock", LOCK);
    write("chapters/01-broken/Cargo.toml", CHAPTER);
    write("chapters/01-broken/src/main.rs", "fn main() { nothing }\n");
    let wait = format!("fn main() {{ std::fs::read({fifo:?}).unwrap(); }}\n");
    write("chapters/01-broken/build.rs", &wait);
    (folder, fifo)
}

#[test]
fn a_chapter_that_does_not_compile_ends_the_machine_made_meanwhile() {
    // Now there is a build that is remembered, and a machine to clone.
    drop(laboratory().machine().unwrap());
    let (workspace, fifo) = broken_workspace();
    let inside = |name: &str| workspace.path().join(name);
    let mut subject = Subject::harness(&["shell"])
        .env("CARGO_MANIFEST_DIR", inside("harness"))
        .env("CARGO_TARGET_DIR", inside("target"))
        .env("MACHINES_AT_ONCE", Path::new("100"));
    let running = subject.start();
    subject.qemu();
    fs::write(&fifo, "").unwrap();
    let words = ["cannot find value `nothing`", "do not compile"];
    running.end(&subject).is(1, &words);
}
