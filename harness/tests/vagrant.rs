//! A machine that Vagrant has started: `harness/tests/vagrant` starts it, and
//! runs these tests.

use std::env;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::Command;

use harness::course;
use harness::exercise::catalogue;
use tempfile::TempDir;

use crate::faults::subject::{Subject, lesson};

fn says(command: &str) -> String {
    let config = env::var_os("NAMESPACE_WORKSHOP_SSH_CONFIG").unwrap();
    let mut ssh = Command::new("ssh");
    let ssh = ssh.arg("-F").arg(config).args(["box", command]);
    let output = ssh.output().unwrap();
    assert!(output.status.success(), "{command}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
#[ignore = "needs a machine of Vagrant's: harness/tests/vagrant"]
fn a_machine_of_vagrants_has_a_way_to_root_and_a_key_of_its_own() {
    assert_eq!(says("sudo -n id -u"), "0\n");
    let suite = env::var("BOX_SUITE").unwrap();
    let release = says(". /etc/os-release; echo $VERSION_CODENAME");
    assert_eq!(release.trim(), suite);
    let keys = says("cat .ssh/authorized_keys");
    assert!(!keys.contains("vagrant insecure public key"), "{keys}");
}

/// Returns a harness whose machines are stages in the machine of Vagrant's.
fn harness(arguments: &[&str]) -> Subject {
    let machine = ["--machine", "vagrant"];
    let mut subject = Subject::harness(&[&machine[..], arguments].concat());
    // The variable is for ssh:HOST; Vagrant's file is found without it.
    subject.command.env_remove("NAMESPACE_WORKSHOP_SSH_CONFIG");
    subject
}

#[test]
#[ignore = "needs a machine of Vagrant's: harness/tests/vagrant"]
fn all_lessons_in_a_machine_of_vagrants_are_as_in_the_book() {
    for chapter in ["1", "2", "3", "4", "5", "6"] {
        let lesson = harness(&["chapter", chapter, "--auto"]).outcome();
        lesson.is(0, &["as in the book"]);
    }
}

/// All solutions that are programs, and the wrong programs of one exercise.
#[test]
#[ignore = "needs a machine of Vagrant's: harness/tests/vagrant"]
fn exercises_in_a_machine_of_vagrants_have_their_verdicts() {
    let class = TempDir::new().unwrap();
    let count = hand_in_all_solutions(class.path());
    let words = format!("{count} programs");
    let grade = harness(&["grade", class.path().to_str().unwrap()]).outcome();
    grade.is(0, &[&words]);
    let check = harness(&["check", "--course", "3.1"]).outcome();
    check.is(0, &["all is as it should be"]);
}

/// Writes the solutions as a student's programs, and returns their number. A
/// stage is no place for chapter 7.
fn hand_in_all_solutions(class: &Path) -> usize {
    let student = class.join("ada");
    fs::create_dir(&student).unwrap();
    let all = catalogue::all(&course::workspace()).unwrap();
    let programs = all.iter().filter(|it| it.solution().is_file());
    let mut count = 0;
    for entry in programs.filter(|it| it.number.chapter < 7) {
        let name = format!("{}.rs", entry.number);
        fs::copy(entry.solution(), student.join(name)).unwrap();
        count += 1;
    }
    count
}

/// `harness/tests/vagrant` runs this test last.
#[test]
#[ignore = "needs a machine of Vagrant's: harness/tests/vagrant"]
fn halt_in_the_middle_of_a_lesson_is_a_lost_machine() {
    let long = lesson("long");
    let mut subject = harness(&["lesson", long.to_str().unwrap(), "--auto"]);
    let (child, mut stdout) = subject.start_and_wait();
    let vagrant = course::workspace().join("vm/vagrant");
    let halt = Command::new(vagrant).arg("halt").output().unwrap();
    assert!(halt.status.success(), "{halt:?}");
    stdout.read_to_end(&mut Vec::new()).unwrap();
    let end = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&end.stderr);
    assert_eq!(end.status.code(), Some(70), "{said}");
    assert!(said.contains("the machine is lost: "), "{said}");
    subject.leaves_no_process();
}
