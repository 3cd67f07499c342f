//! Every chapter is as in the book: what its commands print, and what the
//! kernel holds after each step.

use std::collections::BTreeSet;
use std::path::Path;

use cargo_metadata::semver::Version;
use cargo_metadata::{DependencyKind, MetadataCommand};
use harness::compare::snapshots::with_marks;
use harness::course;
use harness::snapshots;
use harness::verify::{self, report};

use crate::faults::subject::machines;

fn is_as_in_the_book(number: u32) {
    let machine = machines().machine().unwrap();
    let workspace = course::workspace();
    let chapter = course::chapter(&workspace, number).unwrap();
    let file = chapter.read().unwrap();
    let mut differences = String::new();
    let run = verify::play(&file, machine, |step| {
        if step.differs() {
            differences.push_str(&report::step(step, false));
        }
    })
    .unwrap();
    for step in &run.steps {
        let path = snapshots::path(&file.snapshots, step.step);
        let old = snapshots::read(&path).unwrap().unwrap_or_default();
        let facts = with_marks(&old, &run.versions, &step.facts.text);
        assert_facts(&path, facts);
    }
    assert!(
        run.as_in_the_book(),
        "{differences}\n{:?} {:?}",
        run.interruption,
        run.orphans
    );
}

/// So that `cargo insta review` shows what has changed.
fn assert_facts(path: &Path, facts: &str) {
    let name = path.file_stem().unwrap().to_str().unwrap();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(path.parent().unwrap());
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, facts));
}

#[test]
fn a_process_is_a_member_of_one_namespace_of_each_type() {
    is_as_in_the_book(1);
}

#[test]
fn a_process_moves_to_new_namespaces_of_all_eight_types() {
    is_as_in_the_book(2);
}

#[test]
fn one_system_call_gets_into_a_container() {
    is_as_in_the_book(3);
}

#[test]
fn net_container_joins_another_containers_network_and_nothing_else() {
    is_as_in_the_book(4);
}

#[test]
fn net_host_isolates_everything_but_the_network() {
    is_as_in_the_book(5);
}

#[test]
fn container_does_in_one_command_what_was_done_by_hand() {
    is_as_in_the_book(6);
}

mod chapter_7 {
    #[test]
    fn the_kernel_itself_knows_which_namespaces_there_are() {
        super::is_as_in_the_book(7);
    }
}

#[test]
fn every_chapter_has_a_test_here() {
    let chapters = course::chapters(&course::workspace()).unwrap();
    let numbers: Vec<u32> = chapters.iter().map(|c| c.number).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7]);
}

/// `just test` leaves out the modules `chapter_N` for which the computer's kernel
/// is too old, and says NOT PROVED.
#[test]
fn a_chapter_that_needs_a_kernel_is_tested_in_a_module_of_its_own() {
    for chapter in course::chapters(&course::workspace()).unwrap() {
        if chapter.read().unwrap().lesson.kernel.is_none() {
            continue;
        }
        let module = format!("mod chapter_{} {{", chapter.number);
        assert!(include_str!("chapters.rs").contains(&module), "{module}");
        let exercises = include_str!("exercises.rs").contains(&module);
        let has_some = chapter.folder.join("exercise").exists();
        assert_eq!(exercises, has_some, "{module} in exercises.rs");
    }
}

/// The player and the book say nothing of their own about it.
#[test]
fn every_lesson_says_which_chapter_is_next() {
    let chapters = course::chapters(&course::workspace()).unwrap();
    for pair in chapters.windows(2) {
        let text = pair[0].read().unwrap().text;
        let next = format!("`just chapter {}`", pair[1].number);
        let end = text.trim_end().rsplit("\n\n").next().unwrap();
        assert!(end.contains(&next), "{end} is not about {next}");
    }
}

/// A distribution's Rust is older than the course's own: chapters build with
/// the one of Debian 13.
#[test]
fn chapters_need_no_newer_rust_than_they_say() {
    let manifest = course::workspace().join("Cargo.toml");
    let metadata = MetadataCommand::new()
        .manifest_path(manifest)
        .other_options(["--locked".to_owned()])
        .exec()
        .unwrap();
    let resolve = metadata.resolve.as_ref().unwrap();
    let is_chapter = |id: &&cargo_metadata::PackageId| {
        let mut path = metadata[id].manifest_path.components();
        path.any(|it| it.as_str() == "chapters")
    };
    let members = metadata.workspace_members.iter();
    let mut next: Vec<_> = members.filter(is_chapter).collect();
    assert_eq!(next.len(), 7);
    let mut seen = BTreeSet::new();
    while let Some(id) = next.pop() {
        if !seen.insert(id) {
            continue;
        }
        for dependency in &resolve[id].deps {
            let kinds = &dependency.dep_kinds;
            if kinds
                .iter()
                .any(|it| it.kind != DependencyKind::Development)
            {
                next.push(&dependency.pkg);
            }
        }
    }
    let newer: Vec<_> = seen
        .into_iter()
        .map(|id| &metadata[id])
        .filter(|it| it.rust_version > Some(Version::new(1, 85, u64::MAX)))
        .map(|it| format!("{} {:?}", it.name, it.rust_version))
        .collect();
    assert!(newer.is_empty(), "{newer:?} need more than Rust 1.85");
}
