//! A machine that Vagrant has started: `harness/tests/vagrant` starts it, and
//! runs these tests.

use std::env;
use std::process::Command;

use crate::english;

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

/// `just test-box` plays the other lessons over ssh.
#[test]
#[ignore = "needs a machine of Vagrant's: harness/tests/vagrant"]
fn a_lesson_in_a_machine_of_vagrants_is_as_in_the_book() {
    let mut lesson = english::harness();
    // The variable is for ssh:HOST; Vagrant's file is found without it.
    lesson.env_remove("NAMESPACE_WORKSHOP_SSH_CONFIG");
    lesson.args(["--machine", "vagrant", "chapter", "3", "--auto"]);
    let output = lesson.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(output.status.success(), "{said}");
}
