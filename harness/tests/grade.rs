//! A class's folder, with submissions in it that mean harm: the real binary,
//! real machines.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use tempfile::TempDir;

use crate::english;
use crate::excerpt::excerpt;

fn exercise(file: &str) -> String {
    let folder = "../chapters/03-set-ns/exercise/1-join-a-network";
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    fs::read_to_string(folder.join(file)).unwrap()
}

/// Students whose programs mean to harm the other submissions, or the harness.
fn hostile() -> [(&'static str, String); 6] {
    let own = str::to_owned;
    [
        ("fork", own("fn main() { loop { unsafe { libc::fork(); } } }")),
        (
            "kill",
            own("fn main() { unsafe { libc::kill(-1, libc::SIGKILL);
                 libc::reboot(libc::RB_POWER_OFF); } }"),
        ),
        (
            "memory",
            own("fn main() { let mut all = Vec::new();
                 loop { all.push(vec![1u8; 1 << 20]); } }"),
        ),
        ("output", own("fn main() { loop { println!(\"ready\"); } }")),
        (
            "compiler",
            own("#![allow(long_running_const_eval)]
                 const N: u64 = { let mut i = 0; while i < u64::MAX { i += 1; } i };
                 fn main() { println!(\"{N}\"); }"),
        ),
        ("broken", own("fn main() { let x: u32 = \"a\"; }")),
    ]
}

fn submit(class: &Path, student: &str, text: &str) -> PathBuf {
    fs::create_dir_all(class.join(student)).unwrap();
    let path = class.join(student).join("3.1.rs");
    fs::write(&path, text).unwrap();
    path
}

/// The results by student, and the table that was shown.
fn grade(class: &Path, code: i32) -> (BTreeMap<String, String>, String) {
    let csv = class.join("grades.csv");
    let junit = class.join("grades.xml");
    let run = Command::from_std(english::harness())
        .arg("grade")
        .arg(class.join("class"))
        .args(["--csv".as_ref(), csv.as_os_str()])
        .args(["--junit".as_ref(), junit.as_os_str()])
        .assert()
        .code(code);
    let shown = String::from_utf8(run.get_output().stdout.clone()).unwrap();
    let mut results = BTreeMap::new();
    for row in csv::Reader::from_path(csv).unwrap().records() {
        let row = row.unwrap();
        let student = Path::new(&row[0]).strip_prefix(class.join("class"));
        let name = student
            .map_or(row[0].to_owned(), |path| path.display().to_string());
        results.insert(name, row[2].to_owned());
    }
    let xml = fs::read_to_string(junit).unwrap();
    assert_eq!(xml.matches("<testcase ").count(), results.len());
    let solved = results.values().filter(|it| *it == "solved").count();
    let not = xml.matches("<failure ").count() + xml.matches("<error ").count();
    assert_eq!(not, results.len() - solved);
    (results, shown)
}

#[test]
fn whatever_one_submission_does_the_others_get_what_they_deserve() {
    let folder = TempDir::new().unwrap();
    let class = folder.path().join("class");
    let solution = exercise("solution.rs");
    submit(&class, "ada", &solution);
    let wrong = class.join("bob/3.1-join-a-network/src");
    fs::create_dir_all(&wrong).unwrap();
    fs::write(wrong.join("main.rs"), exercise("wrong/own_handle.rs")).unwrap();
    for (student, text) in hostile() {
        submit(&class, student, &text);
    }
    submit(&class, "zoe", &solution);

    let (results, shown) = grade(folder.path(), 1);
    for (student, result) in [
        ("ada", "solved"),
        ("bob", "not solved"),
        ("fork", "not solved"),
        ("kill", "not solved"),
        ("memory", "not solved"),
        ("output", "not solved"),
        ("compiler", "does not compile"),
        ("broken", "does not compile"),
        ("zoe", "solved"),
    ] {
        assert_eq!(results[student], result, "{student}\n{}", excerpt(&shown));
    }
    assert_eq!(results.len(), 9);
    assert!(shown.contains("2 of 9 solved"), "{}", excerpt(&shown));
    assert!(shown.lines().all(|line| line.chars().count() <= 80));
}

#[test]
fn a_program_made_of_somebody_elses_is_not_run() {
    let folder = TempDir::new().unwrap();
    let class = folder.path().join("class");
    // It would be run, and pass, if it were its own.
    let solution = exercise("solution.rs").replace("//!", "//");
    let theirs = submit(&class, "ada", &solution);
    let text = format!("include!({:?});", theirs.display().to_string());
    submit(&class, "thief", &text);
    let (results, shown) = grade(folder.path(), 1);
    assert_eq!(results["thief"], "does not compile", "{}", excerpt(&shown));
    assert_eq!(results["ada"], "solved");
}

#[test]
fn what_is_not_understood_is_said_and_nothing_is_followed() {
    let folder = TempDir::new().unwrap();
    let class = folder.path().join("class");
    let theirs = submit(&class, "ada", "fn main() {}");
    fs::create_dir(class.join("=1+1")).unwrap();
    symlink(&theirs, class.join("=1+1/3.1.rs")).unwrap();
    symlink(class.join("ada"), class.join("twin")).unwrap();
    submit(&class, "eve", "");
    fs::rename(class.join("eve/3.1.rs"), class.join("eve/9.9.rs")).unwrap();
    fs::write(class.join("eve/3.1.rs"), vec![b' '; 1 << 20]).unwrap();
    fs::create_dir_all(class.join("eve/3.1-x/src")).unwrap();
    fs::write(class.join("eve/.hidden"), "").unwrap();
    let (results, shown) = grade(folder.path(), 1);
    let lines = [
        ("ada", "not solved"),
        ("=1+1/3.1.rs", "not understood"),
        ("twin", "not understood"),
        ("eve/9.9.rs", "not understood"),
        ("eve/3.1.rs", "not understood"),
        ("eve/3.1-x", "not understood"),
    ];
    for (name, result) in lines {
        assert_eq!(results[name], result, "{name}\n{}", excerpt(&shown));
    }
    assert_eq!(results.len(), lines.len(), "{results:?}");
    for why in ["no exercise 9.9", "more than 262144 bytes", "or is a link"] {
        assert!(shown.contains(why), "{why}\n{}", excerpt(&shown));
    }
}

#[test]
fn a_folder_that_is_empty_or_none_is_a_matter_of_usage() {
    let folder = TempDir::new().unwrap();
    let none = folder.path().join("none");
    for place in [folder.path(), &none] {
        let mut run = Command::from_std(english::harness());
        run.arg("grade").arg(place).assert().code(2);
    }
}
