//! Stages beside each other.

use std::io::Read;

use super::computer::Computer;
use super::place::Place;
use crate::faults::subject::{Subject, lesson};

/// Both see the same cgroups, and neither sees the other's processes: so it is
/// with containers that share a hierarchy.
#[test]
fn a_stage_does_not_take_one_of_another_pid_namespace_for_abandoned() {
    let Some(first) = Computer::new("stages of two PID namespaces") else {
        return;
    };
    let long = lesson("long");
    let arguments = ["lesson", long.to_str().unwrap(), "--auto"];
    let mut subject = first.harness(&arguments);
    let (mut child, mut stdout) = subject.start_and_wait();
    let right = lesson("right");
    let right = ["lesson", right.to_str().unwrap(), "--auto"];
    let other = format!(
        "{} unshare --pid --fork --kill-child --mount-proc",
        first.machine()
    );
    let mut words = vec!["--machine", &other];
    words.extend(right);
    Subject::harness(&words)
        .outcome()
        .is(0, &["as in the book"]);
    first.root_says("pkill -x tail");
    let mut said = String::new();
    stdout.read_to_string(&mut said).unwrap();
    // The lesson does not say that its command is ended by a signal.
    let code = child.wait().unwrap().code();
    assert_eq!(code, Some(1), "the stage is gone: {said}");
}
