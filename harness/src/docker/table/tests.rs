//! The table accepts its own differences, and no others.

use super::*;

const TABLE: &str = "\
# T

| command | what | docker | container | reason |
|---|---|---|---|---|
| any | stderr | `docker: {m}.` | `container: {m}.` | our name |
| `docker a \\| b` | exit | `126` | `127` | a shell's |
| S | stdout | `lost {x}` | — | no such thing |
| S | stdout | — | `more` | advice |
";

fn table() -> Table {
    Table::parse(Path::new("t.md"), TABLE).unwrap()
}

fn outcome(stdout: &str, stderr: &str, status: u8) -> CommandResult {
    CommandResult {
        stdout: stdout.into(),
        stderr: stderr.into(),
        status,
        ..CommandResult::default()
    }
}

fn aspects(found: &[Difference]) -> Vec<Aspect> {
    found.iter().map(|difference| difference.aspect).collect()
}

#[test]
fn what_stands_in_the_table_is_no_difference() {
    let docker = outcome("a\nlost 1\n", "docker: no such: x.\n", 126);
    let ours = outcome("a\nmore\n", "container: no such: x.\n", 127);
    let mut table = table();
    let found = table.compare("S", "docker a | b", &docker, &ours);
    assert_eq!(aspects(&found), []);
    assert_eq!(table.stale(), Vec::<String>::new());
}

#[test]
fn what_a_message_says_has_to_be_the_same() {
    let docker = outcome("", "docker: no such: x.\n", 0);
    let ours = outcome("", "container: no such: y.\n", 0);
    let found = table().compare("S", "c", &docker, &ours);
    assert_eq!(aspects(&found), [Aspect::Stderr]);
    let text = found[0].render(|_, text| text);
    assert!(text.contains("- container: no such: x."), "{text}");
    assert!(text.contains("+ container: no such: y."), "{text}");
}

#[test]
fn a_row_is_for_its_own_place() {
    let docker = outcome("lost 1\n", "", 126);
    let ours = outcome("", "", 127);
    let found = table().compare("Other", "c", &docker, &ours);
    assert_eq!(aspects(&found), [Aspect::Stdout, Aspect::Exit]);
}

#[test]
fn a_row_for_one_step_goes_before_one_for_all() {
    let row = "| S | stderr | `docker: {m}.` | `special` | here |\n";
    let text = format!("{TABLE}{row}");
    let mut table = Table::parse(Path::new("t.md"), &text).unwrap();
    let docker = outcome("", "docker: x.\n", 0);
    let ours = outcome("", "special\n", 0);
    assert_eq!(aspects(&table.compare("S", "c", &docker, &ours)), []);
}

#[test]
fn a_row_that_nothing_needs_is_stale() {
    let mut table = table();
    let same = outcome("", "container: x.\n", 0);
    assert!(table.compare("S", "c", &same, &same).is_empty());
    assert_eq!(table.stale().len(), 4);
    assert!(table.stale()[0].starts_with("t.md:5: "));
}

const MARKED: &str = "\
| command | what | docker | container | reason |
|---|---|---|---|---|
| [before 26] any | stderr | `a{m}` | `c{m}` | older |
| [since 26] [before 28] `docker x` | stderr | `b{m}` | `c{m}` | between |
";

#[test]
fn a_row_is_about_the_versions_of_its_marks() {
    let table = Table::parse(Path::new("t.md"), MARKED).unwrap();
    let ours = outcome("", "c1\n", 0);
    for (release, theirs) in [
        ("20.10.24+dfsg1", "a1\n"),
        ("26.1.5", "b1\n"),
        ("28.5", "c1\n"),
    ] {
        let mut table = table.on(Version::of(release));
        let docker = outcome("", theirs, 0);
        let found = table.compare("S", "docker x", &docker, &ours);
        assert_eq!(aspects(&found), [], "{release}");
        assert_eq!(table.stale(), Vec::<String>::new(), "{release}");
    }
}

#[test]
fn a_mark_too_far_makes_a_row_stale_and_one_too_near_a_difference() {
    let ours = outcome("", "c1\n", 0);
    let on = |text: &str| {
        let table = Table::parse(Path::new("t.md"), text).unwrap();
        let mut table = table.on(Version::of("26.1.5"));
        let docker = outcome("", "b1\n", 0);
        let found = table.compare("S", "docker x", &docker, &ours);
        (aspects(&found), table.stale())
    };
    let (found, stale) = on(&MARKED.replace("before 26", "before 27"));
    assert_eq!(found, []);
    assert_eq!(stale.len(), 1);
    assert!(stale[0].starts_with("t.md:3: "), "{stale:?}");
    let (found, stale) = on(&MARKED.replace("since 26", "since 27"));
    assert_eq!(found, [Aspect::Stderr]);
    assert_eq!(stale, Vec::<String>::new());
}

#[test]
fn only_what_is_missing_in_docker_can_have_been_lost() {
    let ours = outcome("a\nb\n", "", 0);
    let lost = |docker: &str, lost: bool| {
        let docker = outcome(docker, "", 0);
        let mut found = table().compare("Other", "c", &docker, &ours);
        found[0].blame_dockerd_for(lost);
        found[0].is_lost()
    };
    assert!(lost("", true) && lost("a\n", true));
    assert!(!lost("", false));
    assert!(!lost("c\n", true) && !lost("a\nb\nc\n", true));
    let status = outcome("a\nb\n", "", 1);
    let mut found = table().compare("Other", "c", &status, &ours);
    found[0].blame_dockerd_for(true);
    assert!(!found[0].is_lost());
}

#[test]
fn a_mark_names_a_version() {
    let text = MARKED.replace("before 28", "before sid");
    let error = Table::parse(Path::new("t.md"), &text).unwrap_err();
    assert_eq!(error.to_string(), "t.md:4: no version of Docker: sid");
}

#[test]
fn a_difference_has_a_reason() {
    let text = TABLE.replace("advice", "");
    let error = Table::parse(Path::new("t.md"), &text).unwrap_err();
    assert_eq!(error.to_string(), "t.md:8: a difference without a reason");
}
