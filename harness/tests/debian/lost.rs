//! Whatever ends a stage on a Debian, the harness says so, and the Debian is as
//! before.

use super::machine::DebianMachine;
use super::stage::MODULES;
use super::suite;
use crate::faults::subject::lesson;
use crate::stages::place::{FIRST, PID_1, Place, SUPERVISOR};

/// Names, sizes and times of all files of the Debian, for root, but for those
/// of the cache, of the log, and of systemd's daily work.
const FILES: &str = "cd /; find . -xdev \\( -path ./run -o -path ./dev -o \
    -path ./proc -o -path ./sys -o -path ./var/log -o \
    -path ./var/lib/systemd -o -path ./var/tmp -o -path ./tmp -o \
    -path ./home/vagrant/.cache/namespace-workshop \\) -prune -o \
    -printf '%p %s %T@\n' | sort";

/// The process of sshd that serves the only session with several commands in
/// it, and that runs as the user.
const SSHD: &str = "$(pgrep -o -u vagrant sshd)";

/// A Debian on which a stage has been: its files are there.
fn debian() -> (DebianMachine, String) {
    let machine = DebianMachine::boot(&suite());
    machine.says(MODULES);
    plays_on(&machine);
    machine.facts();
    let before = machine.facts();
    (machine, before)
}

fn plays_on(machine: &DebianMachine) {
    let right = lesson("right");
    let right = ["lesson", right.to_str().unwrap(), "--auto"];
    machine.harness(&right).outcome().is(0, &["as in the book"]);
}

#[test]
#[ignore = "needs a box: just test-box"]
fn a_stage_that_is_lost_is_a_lost_machine_and_leaves_nothing() {
    let (machine, before) = debian();
    let files = machine.root_says(FILES);
    let words = "signal 9 ended the stage";
    machine.loses_a_stage_with(PID_1, words, &before);
    machine.loses_a_stage_with(SUPERVISOR, words, &before);
    // sudo ends as its command has ended, and ssh does not tell the signal.
    let words = "the connection ended: ";
    machine.loses_a_stage_with(FIRST, words, &before);
    machine.loses_a_stage_with(SSHD, words, &before);
    // All at once: an empty cgroup stays for the next stage.
    let outcome = machine.breaks(|| {
        machine.root_says("pkill -KILL -x guest");
    });
    outcome.is(70, &["run: the machine is lost"]);
    plays_on(&machine);
    machine.is_as(&before);
    assert_eq!(machine.root_says(FILES), files);
}

#[test]
#[ignore = "needs a box: just test-box"]
fn a_network_that_is_gone_is_a_lost_machine_and_the_stage_goes_once_it_is_back()
{
    let (machine, before) = debian();
    let outcome = machine.breaks(|| machine.network("off"));
    outcome.is(70, &["run: the machine is lost: "]);
    machine.network("on");
    machine.is_as(&before);
}

/// Leaves no block of the disk to who is not root.
const FILL: &str = "free=$(df --output=avail -B1M / | tail -1)
    fallocate -l $((free - 8))M /full
    ! sudo -u vagrant dd if=/dev/zero of=/var/tmp/full bs=64k 2>/dev/null";

#[test]
#[ignore = "needs a box: just test-box"]
fn a_stage_needs_no_disk_and_its_files_are_whole_or_not_there() {
    let (machine, before) = debian();
    let cache = "/home/vagrant/.cache/namespace-workshop";
    machine.root_says(FILL);
    plays_on(&machine);
    machine.root_says(&format!("rm -rf /full /var/tmp/full {cache}; {FILL}"));
    let right = lesson("right");
    let right = ["lesson", right.to_str().unwrap(), "--auto"];
    let words = ["there is no stage: ", "No space left on device"];
    machine.harness(&right).outcome().is(69, &words);
    let left = format!("find {cache} -type f; rm /full /var/tmp/full");
    assert_eq!(machine.root_says(&left), "");
    plays_on(&machine);
    machine.is_as(&before);
}
