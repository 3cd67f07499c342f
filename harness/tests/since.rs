//! `just since`: every kernel answers, what has no answer is named, and the
//! probes are pages to be read.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use harness::course;
use harness::exercise::build::{Built, Package, target_folder};
use harness::lesson::When;
use harness::since::probes::{self, FOLDER, KernelProbe};
use harness::since::proof;
use harness::since::table::{PAGE, ProbeTable};
use tempfile::TempDir;

use crate::faults::subject::{Outcome, Subject};
use crate::matrix::cache_with_kernels;

/// Most lines of a probe: a page.
const PAGE_LINES: usize = 80;

/// Columns of a probe.
const WIDTH: usize = 80;

/// Longest name of a probe's file: a word in a row, which has to fit a phone.
const NAME: usize = 24;

fn since(cache: &Path, arguments: &[&str]) -> Outcome {
    Subject::harness(&[&["since"], arguments].concat())
        .env("NAMESPACE_WORKSHOP_CACHE", cache)
        .outcome()
}

fn probes() -> Vec<KernelProbe> {
    probes::all(&course::workspace()).unwrap()
}

#[test]
fn kernels_with_the_same_output_and_status_are_one_line() {
    let cache = cache_with_kernels(2);
    let command = "echo to the first; echo to the second >&2; exit 3";
    let outcome = since(cache.path(), &[command]);
    let said =
        "9.1 to 9.2\n    to the first\n    to the second\n    [exit 3]\n";
    outcome.is(0, &[said]);
    let outcome = since(cache.path(), &["--json", command]);
    outcome.is(0, &["\"9.2-cloud-amd64\"", "\"status\": 3"]);
}

#[test]
fn a_command_that_hangs_ends_by_its_limit_and_a_broken_kernel_is_named() {
    let cache = cache_with_kernels(1);
    let broken = cache.path().join("kernels/9.2-cloud-amd64");
    fs::create_dir_all(broken.join("modules")).unwrap();
    fs::write(broken.join("modules/modules.dep"), "").unwrap();
    fs::write(broken.join("vmlinuz"), "no kernel").unwrap();
    let arguments = ["--limit", "2", "echo begun; while :; do :; done"];
    let outcome = since(cache.path(), &arguments);
    let answered = "9.1\n    begun\n    [no end within 2 s]\n";
    outcome.is(69, &[answered, "9.2\n    NOT ANSWERED: "]);
}

#[test]
fn a_program_is_compiled_put_into_each_machine_and_run() {
    let cache = cache_with_kernels(1);
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("where-am-i.rs");
    let text = "use nix::unistd::getpid;\n\
        fn main() { println!(\"a PID: {}\", getpid().as_raw() > 1) }\n";
    fs::write(&file, text).unwrap();
    let arguments = ["--program", file.to_str().unwrap()];
    let outcome = since(cache.path(), &arguments);
    outcome.is(0, &["9.1\n    a PID: true\n"]);
    let command = "where-am-i | tr a-z A-Z";
    let outcome = since(cache.path(), &[&arguments[..], &[command]].concat());
    outcome.is(0, &["9.1\n    A PID: TRUE\n"]);
}

#[test]
fn a_program_that_does_not_compile_shows_the_line_and_starts_no_machine() {
    let cache = TempDir::new().unwrap();
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("broken.rs");
    fs::write(&file, "fn main() {\n    let x: u8 = \"a\";\n}\n").unwrap();
    let name = file.to_str().unwrap();
    let outcome = since(cache.path(), &["--program", name]);
    let place = format!("--> {name}:2:17");
    let end = format!("{name} does not compile: the compiler says why above");
    outcome.is(1, &["mismatched types", &place, &end]);
    let missing = folder.path().join("missing.rs");
    let outcome =
        since(cache.path(), &["--program", missing.to_str().unwrap()]);
    outcome.is(1, &["missing.rs: the file is not there"]);
}

#[test]
fn nothing_to_ask_is_a_wrong_command_line() {
    let cache = TempDir::new().unwrap();
    since(cache.path(), &[]).is(2, &["Usage"]);
    since(cache.path(), &["true", "--check"]).is(2, &["Usage"]);
    let none = "no kernel has been fetched yet: just setup brings one";
    since(cache.path(), &["true"]).is(69, &[none]);
}

#[test]
fn the_page_has_a_row_for_each_probe_and_no_other() {
    let page = fs::read_to_string(course::workspace().join(PAGE)).unwrap();
    let table = ProbeTable::read(&page).unwrap();
    let problems = proof::problems(&table, &probes(), &[]);
    assert_eq!(problems, []);
    assert!(table.rows.len() >= 30, "{} rows", table.rows.len());
    assert!(table.kernels.len() >= 6, "{:?}", table.kernels);
    let again = table.written_into(&page, &probes()).unwrap();
    assert_eq!(again, page, "just since --write");
}

#[test]
fn each_mark_of_a_lesson_has_a_probe_of_its_step() {
    let probes = probes();
    for chapter in course::chapters(&course::workspace()).unwrap() {
        let lesson = chapter.read().unwrap().lesson;
        let folder = chapter.folder.file_name().unwrap().to_str().unwrap();
        for step in &lesson.steps {
            let mut marks = step.commands().flat_map(|it| &it.marks);
            let asks =
                |when: When| when.tool().is_none() && !when.is_about_stages();
            if !marks.any(|mark| asks(mark.when)) {
                continue;
            }
            let place = format!("{folder}#{}", step.slug);
            let mut all = probes.iter();
            let found = all.any(|it| it.step.as_deref() == Some(&*place));
            assert!(found, "no probe of {place}");
        }
    }
}

#[test]
fn each_probe_is_a_page_as_rustfmt_and_clippy_want_it() {
    let workspace = course::workspace();
    let mut sources: BTreeMap<String, PathBuf> = BTreeMap::new();
    for probe in probes() {
        let KernelProbe { file, text, .. } = &probe;
        assert!(file.len() <= NAME, "{file}");
        let wide = text.lines().find(|it| it.chars().count() > WIDTH);
        assert_eq!(wide, None, "{file}");
        let lines = text.lines().count();
        assert!(lines <= PAGE_LINES, "{file}: {lines} lines");
        if probe.is_rust() {
            let path = workspace.join(FOLDER).join(file);
            sources.insert(format!("probe-{}", probe.name), path);
        }
    }
    let rustfmt = Command::new("rustfmt")
        .args(["--check", "--edition", "2024"])
        .args(sources.values())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&rustfmt.stdout);
    assert!(rustfmt.status.success(), "{said}");

    let names: Vec<String> = sources.keys().cloned().collect();
    let package = Package {
        workspace: &workspace,
        folder: target_folder(&workspace).join("probes"),
        colour: false,
    };
    let (built, lints) = package.build_from(&sources, &names).unwrap();
    for (name, built) in built {
        assert!(matches!(built, Built::Program(_)), "{name}: {built:?}");
    }
    assert_eq!(lints, BTreeMap::new());
}
