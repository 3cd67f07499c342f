//! Settings and files that are refused before anything runs.

use std::fs;
use std::path::Path;

use harness::machine::{Fate, Stage};

use super::subject::{
    Subject, cache_with_a_machine, empty_cache, lesson, machines,
};

#[test]
fn a_file_that_is_no_kernel_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("modules.dep"), "").unwrap();
    Subject::play(&lesson("long"))
        .env("MACHINE_KERNEL", "/no/such/kernel")
        .env("MACHINE_MODULES", folder.path())
        .outcome()
        .is(69, &["MACHINE_KERNEL=/no/such/kernel", "No such file"]);
}

#[test]
fn qemu_refuses_a_file_that_is_no_kernel() {
    let mut machines = machines();
    machines.qemus_mut().unwrap().config.kernel = lesson("long");
    let failure = machines.machine().err().expect("it booted");
    assert_eq!(failure.stage, Stage::Boot);
    let fate = failure.fate;
    assert!(matches!(fate, Fate::NotStarted(_)), "{fate:?}");
}

#[test]
fn a_kernel_without_its_modules_is_refused_with_the_modules_name() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("modules.dep"), "").unwrap();
    fs::write(folder.path().join("modules.builtin"), "").unwrap();
    Subject::play(&lesson("long"))
        .env("MACHINE_KERNEL", lesson("long"))
        .env("MACHINE_MODULES", folder.path())
        .outcome()
        .is(69, &["no module virtio_pci"]);
}

#[test]
fn a_userland_that_is_no_tree_of_programs_is_refused_by_name() {
    let empty = tempfile::tempdir().unwrap();
    let play = |folder: &Path| {
        Subject::play(&lesson("long"))
            .env("MACHINE_USERLAND", folder)
            .outcome()
    };
    let missing = "no program bash in its usr/sbin, sbin, usr/bin, bin";
    play(empty.path()).is(69, &["MACHINE_USERLAND=/", missing]);
    play(Path::new("/no/such/tree"))
        .is(69, &["MACHINE_USERLAND=/no/such/tree", "No such file"]);
    play(&lesson("long")).is(69, &["MACHINE_USERLAND=/", "no folder"]);
}

#[test]
fn without_qemu_the_message_says_how_to_get_it() {
    let cache = empty_cache();
    let _ = fs::remove_file(cache.path().join("qemus/system"));
    Subject::play(&lesson("long"))
        .env("PATH", "/nowhere")
        .env("NAMESPACE_WORKSHOP_CACHE", cache.path())
        .outcome()
        .is(69, &["qemu-system-", "not installed", "just setup"]);
}

#[test]
fn a_lesson_with_an_unknown_terminal_is_refused_at_its_line() {
    Subject::play(&lesson("unknown-terminal"))
        .outcome()
        .is(1, &["README.md:8:", "third"]);
}

#[test]
fn a_lesson_with_an_untagged_block_is_refused_at_its_line() {
    Subject::play(&lesson("untagged-block"))
        .outcome()
        .is(1, &["README.md:5:", "not-run"]);
}

#[test]
fn a_chapter_that_does_not_exist_is_a_usage_error() {
    Subject::harness(&["chapter", "99"])
        .outcome()
        .is(2, &["no chapter 99", "from 1 to"]);
}

#[test]
fn a_step_that_does_not_exist_is_a_usage_error() {
    Subject::harness(&["shell", "3.99"])
        .outcome()
        .is(2, &["chapter 3 has", "steps"]);
}

#[test]
fn where_kvm_does_not_boot_emulation_does() {
    let cache = cache_with_a_machine();
    Subject::play(&lesson("right"))
        .in_cache(&cache)
        .env("MACHINE_ACCELERATOR", "kvm")
        .outcome()
        .is(0, &["The machine: Linux", "as in the book"]);
}
