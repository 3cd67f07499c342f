//! The disk is full, a saved machine is not what it was.

use std::fs;
use std::path::{Path, PathBuf};

use nix::unistd::geteuid;
use tempfile::TempDir;

use super::qemu::{before_others_in_path, qemu_after};
use super::subject::{
    Subject, cache_with_a_machine, empty_cache, lesson, not_run,
};
use crate::excerpt::excerpt;

fn play(cache: &TempDir) -> Subject {
    Subject::play(&lesson("right")).in_cache(cache)
}

/// The folders in the cache's `machines`.
fn machines(cache: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(cache.join("machines")).unwrap().flatten();
    let mut folders: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

#[test]
fn two_harnesses_that_want_the_same_machine_boot_it_once() {
    let cache = empty_cache();
    let mut one = play(&cache);
    let mut other = play(&cache);
    let its = one.start();
    let others = other.start();
    let outcomes = [its.end(&one), others.end(&other)];
    for outcome in &outcomes {
        outcome.is(0, &["as in the book"]);
    }
    let booted = |text: &str| text.contains("booted once, saved and cloned");
    let boots = outcomes.iter().filter(|it| booted(&it.text)).count();
    assert_eq!((boots, machines(cache.path()).len()), (1, 1));
}

#[test]
fn a_machine_saved_by_another_version_is_made_anew() {
    let cache = cache_with_a_machine();
    let [folder] = <[PathBuf; 1]>::try_from(machines(cache.path())).unwrap();
    // Whole, but of another kind than its name says.
    let about = fs::read_to_string(folder.join("about")).unwrap();
    let key = folder.file_name().unwrap().to_str().unwrap();
    assert!(about.contains(key), "{about}");
    let older = about.replace(key, &"0".repeat(32));
    fs::write(folder.join("about"), older).unwrap();
    play(&cache)
        .outcome()
        .is(0, &["booted once", "as in the book"]);
    play(&cache)
        .outcome()
        .is(0, &[", cloned in", "as in the book"]);
}

#[test]
fn what_a_killed_harness_has_half_saved_is_removed_by_the_next() {
    let cache = cache_with_a_machine();
    let half = cache.path().join("machines/new-abc");
    fs::create_dir(&half).unwrap();
    fs::write(half.join("memory"), "half").unwrap();
    play(&cache).outcome().is(0, &[", cloned in"]);
    assert!(!half.exists());
}

/// With a cache on a disk of 300 MB, on which so many are taken: in a mount
/// namespace that ends with the harness.
fn play_with_taken(megabytes: u32) -> (TempDir, Subject) {
    let script = "mount -t tmpfs -o size=300m tmpfs \"$1\" \
         && ln -s \"$2/kernels\" \"$2/qemus\" \"$2/userlands\" \"$1\" \
         && dd if=/dev/zero of=\"$1/taken\" bs=1M count=$3 2> /dev/null \
         && shift 3 && \"$@\"; code=$?; \
         find \"$NAMESPACE_WORKSHOP_CACHE/machines\" -type f \
         ! -name lock -printf 'left: %p\\n'; exit $code";
    let inner = Subject::play(&lesson("right"));
    let cache = TempDir::new().unwrap();
    let shared = harness::machine::kernel::cache().unwrap();
    let mut subject = Subject::of(Path::new("unshare"));
    let command = &mut subject.command;
    command.args(["--mount", "sh", "-c", script, "sh"]);
    command
        .args([cache.path(), &shared])
        .arg(megabytes.to_string());
    command.arg(inner.command.get_program());
    command.args(inner.command.get_args());
    let subject = subject.env("NAMESPACE_WORKSHOP_CACHE", &cache);
    (cache, subject)
}

fn is_booted_without_a_clone(subject: Subject) {
    let outcome = subject.outcome();
    outcome.is(0, &["booted (no clone: ", " MB are free", "as in the book"]);
    assert!(
        !outcome.text.contains("left:"),
        "{}",
        excerpt(&outcome.text)
    );
}

#[test]
fn where_there_is_no_room_to_save_a_machine_it_is_booted() {
    if !geteuid().is_root() {
        return not_run("a small disk", &"only root can mount one");
    }
    let (_cache, subject) = play_with_taken(100);
    is_booted_without_a_clone(subject);
}

#[test]
fn where_the_disk_fills_up_while_a_machine_is_saved_it_is_booted() {
    if !geteuid().is_root() {
        return not_run("a full disk", &"only root can mount one");
    }
    let (cache, subject) = play_with_taken(0);
    let qemu = qemu_after(&format!(
        "case $* in *share=on*)\n\
         dd if=/dev/zero of={}/taken 2> /dev/null;; esac",
        cache.path().display()
    ));
    let path = before_others_in_path(&qemu);
    is_booted_without_a_clone(subject.env("PATH", path));
}
