//! A program on a stage that wants to reach the Debian.

use std::fs;

use tempfile::TempDir;

use super::machine::DebianMachine;
use super::stage::MODULES;
use super::suite;
use crate::stages::place::Place;

/// The page of the machines says so. A stage that holds one of these is better
/// than the page.
#[test]
#[ignore = "needs a box: just test-box"]
fn what_a_stage_does_not_hold_is_as_the_page_says() {
    let machine = DebianMachine::boot(&suite());
    machine.says(MODULES);
    let folder = TempDir::new().unwrap();
    let input = folder.path().join("script");
    let script = "ip link add dum0 type dummy
        date -s 2001-02-03
        echo 61 >/sys/kernel/mm/ksm/sleep_millisecs
        echo over";
    fs::write(&input, script).unwrap();
    let mut shell = machine.harness(&["shell"]);
    shell.command.stdin(fs::File::open(input).unwrap());
    shell.outcome().is(0, &["over"]);
    let after = "grep -c ^dummy /proc/modules; date +%Y
        cat /sys/kernel/mm/ksm/sleep_millisecs";
    assert_eq!(machine.root_says(after), "1\n2001\n61\n");
}
