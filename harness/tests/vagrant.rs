//! A machine that Vagrant has started: `harness/tests/vagrant` starts it, and
//! runs these tests.

use std::env;
use std::process::Command;

use crate::faults::subject::Subject;

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

/// Every program of the exercise, right and wrong ones.
#[test]
#[ignore = "needs a machine of Vagrant's: harness/tests/vagrant"]
fn an_exercise_in_a_machine_of_vagrants_has_its_verdicts() {
    let check = harness(&["check", "--course", "3.1"]).outcome();
    check.is(0, &["all is as it should be"]);
}
