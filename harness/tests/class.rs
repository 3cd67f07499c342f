//! Reports of learners, and the table of a class, some of whom mean harm.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

use crate::english;
use crate::excerpt::excerpt;

fn harness(words: &[&str], work: &Path) -> Command {
    let mut command = Command::from_std(english::harness());
    command.args(words).env("NAMESPACE_WORKSHOP_WORK", work);
    command
}

/// Checks the exit code, and returns the output.
fn printed(mut command: Command, code: i32) -> String {
    let run = command.assert().code(code);
    String::from_utf8(run.get_output().stdout.clone()).unwrap()
}

/// A learner's report, as `just report` writes it.
fn report(class: &Path, student: &str, progress: &str) {
    let work = TempDir::new().unwrap();
    let record = format!(r#"{{"version":1,"exercises":{{{progress}}}}}"#);
    fs::write(work.path().join(".progress.json"), record).unwrap();
    let to = class.join(format!("{student}.json"));
    let words = ["report", "--name", student, "--to", to.to_str().unwrap()];
    printed(harness(&words, work.path()), 0);
}

const SOLVED: &str = r#""3.1":{"begun":1000,"solved":1360,"attempts":3,
    "hints":1,"feedback":{"not-joined":2}}"#;

const TRIED: &str = r#""3.1":{"begun":1000,"attempts":5,"hints":3,
    "feedback":{"not-joined":4,"child":1}}"#;

const READ: &str = r#""3.1":{"begun":1000,"solved":2200,"attempts":1,
    "solution_read":true,"feedback":{}}"#;

#[test]
fn a_class_is_a_row_for_each_student_and_for_each_exercise() {
    let class = TempDir::new().unwrap();
    report(class.path(), "ada", SOLVED);
    report(class.path(), "bob", TRIED);
    report(class.path(), "zoe", READ);
    let text = fs::read_to_string(class.path().join("ada.md")).unwrap();
    let row = "| yes | 3 | 1 | 6 | not-joined |";
    assert!(text.contains(row), "{}", excerpt(&text));

    let folder = class.path().to_str().unwrap();
    let table = printed(harness(&["class", folder], class.path()), 0);
    for (student, sign, end) in [
        ("ada", '✓', "3     1"),
        ("bob", 'o', "5     3"),
        ("zoe", '?', "1     0"),
    ] {
        let mut rows = table.lines().filter(|row| row.starts_with(student));
        let row = rows.next().unwrap();
        assert!(row.contains(sign) && row.ends_with(end), "{table}");
        assert!(rows.next().is_none());
    }
    let row = table.lines().find(|row| row.starts_with("3.1")).unwrap();
    assert!(row.contains("2/3"), "{table}");
    assert!(row.ends_with("not-joined (2)"), "{table}");
    assert!(
        table.contains("Talk about 3.1 first: 1 have tried"),
        "{table}"
    );
    assert!(
        table.lines().all(|line| line.chars().count() <= 80),
        "{table}"
    );
}

/// Puts predictions into a report: 16 of them, so many wrong about pid.
fn predict(class: &Path, student: &str, wrong: u32) {
    let file = class.join(format!("{student}.json"));
    let text = fs::read_to_string(&file).unwrap();
    let mut report: serde_json::Value = serde_json::from_str(&text).unwrap();
    let pid = serde_json::json!({"said_differs": wrong, "said_same": 0});
    report["predictions"] =
        serde_json::json!({"questions": 2, "wrong": {"pid": pid}});
    fs::write(file, report.to_string()).unwrap();
}

#[test]
fn a_class_is_told_its_most_missed_prediction_and_old_reports_still_count() {
    let class = TempDir::new().unwrap();
    for student in ["ada", "bob", "zoe"] {
        report(class.path(), student, SOLVED);
    }
    let folder = class.path().to_str().unwrap();
    let table = printed(harness(&["class", folder], class.path()), 0);
    assert!(!table.contains("redictions"), "{table}");

    predict(class.path(), "ada", 2);
    predict(class.path(), "bob", 1);
    // A report of a course that had no predictions.
    let old = class.path().join("zoe.json");
    let text = fs::read_to_string(&old).unwrap();
    let mut report: serde_json::Value = serde_json::from_str(&text).unwrap();
    report
        .as_object_mut()
        .unwrap()
        .remove("predictions")
        .unwrap();
    fs::write(old, report.to_string()).unwrap();
    let table = printed(harness(&["class", folder], class.path()), 0);
    let words = table.split_whitespace().collect::<Vec<_>>().join(" ");
    let said = "Predictions: 29 of 32 right, in 4 questions. Most-missed \
                prediction of 2 students: pid, 3 times, it differs less often";
    assert!(words.contains(said), "{table}");
    assert!(words.contains("Chapter 2, step 2, shows it."), "{table}");
    assert!(
        table.lines().all(|line| line.chars().count() <= 80),
        "{table}"
    );
}

#[test]
fn what_is_no_report_gets_a_line_and_the_rest_counts() {
    let class = TempDir::new().unwrap();
    let put = |name: &str, text: &str| {
        fs::write(class.path().join(name), text).unwrap();
    };
    report(class.path(), "ada", SOLVED);
    let whole = fs::read_to_string(class.path().join("ada.json")).unwrap();
    put("broken.json", "{");
    put("deep.json", &"[".repeat(100_000));
    put("huge.json", &" ".repeat(2 << 20));
    put("list.json", "[1, 2]");
    put(
        "minus.json",
        &whole.replace("\"attempts\": 3", "\"attempts\": -3"),
    );
    put(
        "other.json",
        &whole.replace("\"format\": 1", "\"format\": 2"),
    );
    put("again.json", &whole);
    put(
        "escape.json",
        &whole.replace("\"ada\"", "\"\\u001b[2Jeve\\n\""),
    );
    symlink("/dev/zero", class.path().join("zero.json")).unwrap();
    fs::create_dir(class.path().join("folder.json")).unwrap();
    let folder = class.path().to_str().unwrap();
    let table = printed(harness(&["class", folder], class.path()), 1);
    assert!(!table.contains('\x1b'), "{table}");
    for (name, why) in [
        ("broken", "no report"),
        ("deep", "no report"),
        ("huge", "more than 1048576 bytes"),
        ("list", "no report"),
        ("minus", "no report"),
        ("other", "another version"),
        ("again", "two reports of ada"),
        ("zero", "link"),
    ] {
        let place = format!("{name}.json: ");
        let mut lines = table.lines().filter(|line| line.starts_with(&place));
        let line = lines.next().unwrap_or_else(|| panic!("{name}\n{table}"));
        // Of two, the one that is read second is complained about.
        assert!(line.contains(why), "{line}");
        assert!(lines.next().is_none(), "{name}\n{table}");
    }
    let counted = |row: &&str| row.contains('✓') && row.contains("    3     1");
    assert_eq!(table.lines().filter(counted).count(), 2, "{table}");
}

#[test]
fn a_class_without_reports_is_a_matter_of_usage() {
    let class = TempDir::new().unwrap();
    let folder = class.path().to_str().unwrap();
    printed(harness(&["class", folder], class.path()), 2);
    printed(harness(&["class", "/nowhere"], class.path()), 2);
}
