//! `just matrix`: what was not tried is named, what differs is shown, and the
//! saved machines of its systems do not drive each other out.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use harness::machine::kernel;
use harness::machine::saved::Saved;
use tempfile::TempDir;

use crate::changed::{Changed, README};
use crate::faults::subject::{
    Outcome, Subject, lesson, links_to_what_this_computer_lacks,
};

/// A cache with the newest kernel there is, under so many names: each is a
/// machine of its own. What this computer lacks is that of the shared cache.
pub fn cache_with_kernels(count: usize) -> TempDir {
    let cache = TempDir::new().unwrap();
    let kernel = kernel::fetched().unwrap().pop().unwrap();
    links_to_what_this_computer_lacks(cache.path());
    let kernels = cache.path().join("kernels");
    for number in 1..=count {
        let folder = kernels.join(format!("9.{number}-cloud-amd64"));
        fs::create_dir_all(&folder).unwrap();
        symlink(&kernel.image, folder.join("vmlinuz")).unwrap();
        symlink(&kernel.modules, folder.join("modules")).unwrap();
    }
    cache
}

fn matrix(cache: &Path, arguments: &[&str]) -> Outcome {
    Subject::harness(&[&["matrix"], arguments].concat())
        .env("NAMESPACE_WORKSHOP_CACHE", cache)
        .outcome()
}

#[test]
fn a_system_that_cannot_be_tried_is_named_and_has_not_passed() {
    let cache = cache_with_kernels(1);
    let broken = cache.path().join("kernels/9.2-cloud-amd64");
    fs::create_dir_all(&broken).unwrap();
    let file = lesson("tiny");
    let mut arguments = vec!["--lesson", file.to_str().unwrap()];
    for kernel in ["9.1", "9.2", "9.3"] {
        arguments.extend(["--kernel", kernel]);
    }
    let outcome = matrix(cache.path(), &arguments);
    let words = [
        "Linux 9.1, userland own, QEMU own: 1 of 1 as they should be",
        "NOT TRIED: there is no vmlinuz in ",
        "NOT TRIED: 9.3 has not been fetched: just setup --kernel 9.3",
        "3 systems, 2 not tried",
    ];
    outcome.is(69, &words);
}

#[test]
fn a_tree_without_programs_is_named_and_none_of_this_computer_takes_its_place()
{
    let cache = cache_with_kernels(1);
    for tree in ["userlands/empty", "qemus/empty"] {
        fs::create_dir_all(cache.path().join(tree)).unwrap();
    }
    let file = lesson("tiny");
    let lesson = ["--lesson", file.to_str().unwrap()];
    for (part, why) in
        [("--userland", "no program "), ("--qemu", "qemu-system-")]
    {
        let outcome =
            matrix(cache.path(), &[&lesson[..], &[part, "empty"]].concat());
        let words = [why, "NOT TRIED: ", "s/empty", "1 system, 1 not tried"];
        outcome.is(69, &words);
    }
}

#[test]
fn a_lesson_that_is_wrong_on_one_kernel_is_red_there_and_shown_at_its_line() {
    let kernels = kernel::fetched().unwrap();
    let names: Vec<_> = kernels.iter().map(|it| it.folder()).collect();
    let newest = names.last().unwrap();
    let wrong = format!(
        "host# [ $(uname -r) != {newest} ] && echo not the newest\n\
         not the newest"
    );
    let from = "host# false\n[exit 1]";
    let lesson = Changed::new("tiny", README, from, &wrong);
    let file = lesson.readme();
    let mut arguments = vec!["--lesson", file.to_str().unwrap()];
    arguments.extend(["--kernel", "newest", "--kernel", "oldest"]);
    let outcome = matrix(&kernel::cache().unwrap(), &arguments);
    outcome.is(1, &["not as in the lesson", "- not the newest", "✗"]);
    if names.len() > 1 {
        outcome.is(1, &["✓", "2 systems, 1 not as in the book"]);
    }
}

#[test]
fn the_machines_that_were_saved_before_are_there_after_a_matrix() {
    let cache = cache_with_kernels(2);
    let machines = cache.path().join("machines");
    let before: Vec<_> = (0..4).map(|n| machines.join(n.to_string())).collect();
    for folder in &before {
        fs::create_dir_all(folder).unwrap();
    }
    let file = lesson("tiny");
    let arguments = ["--lesson", file.to_str().unwrap(), "--all"];
    let outcome = matrix(cache.path(), &arguments);
    outcome.is(0, &["2 systems, all as in the book", "✓"]);
    let names = Saved::new(cache.path()).names();
    let found = names.iter().map(|name| machines.join(name));
    assert_eq!(found.collect::<Vec<_>>(), before);
}
