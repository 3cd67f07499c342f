//! Debian's own systemd and sshd, in a box that QEMU boots. A box has to be
//! there, which takes a minute to make: `just test-box` makes it and runs these
//! tests.
//!
//! * `machine`: boots a box
//! * `hostile`: programs that mean harm, or want to reach the Debian
//! * `lost`: what ends a stage there
//! * `refusals`: what a computer lacks for a box is named
//! * `stage`: lessons on it, and what is left

mod hostile;
mod lost;
mod machine;
mod refusals;
mod stage;

use std::env;

use machine::DebianMachine;

/// Suite of the box; `harness/tests/box` sets it.
fn suite() -> String {
    env::var("BOX_SUITE").unwrap_or_else(|_| "trixie".to_owned())
}

#[test]
#[ignore = "needs a box: just test-box"]
fn a_box_is_a_debian_with_systemd_and_a_way_to_root() {
    let machine = DebianMachine::boot(&suite());
    assert_eq!(machine.says("id -un"), "vagrant\n");
    assert_eq!(machine.says("sudo -n id -u"), "0\n");
    assert_eq!(machine.says("cat /proc/1/comm"), "systemd\n");
    let release = machine.says(". /etc/os-release; echo $VERSION_CODENAME");
    assert_eq!(release.trim(), suite());
    let failed = machine.says("sudo systemctl --failed --plain --no-legend");
    assert_eq!(failed, "");
}

#[test]
#[ignore = "needs a box: just test-box"]
fn a_box_that_is_booted_here_knows_no_key_but_its_own() {
    let machine = DebianMachine::boot(&suite());
    let keys = machine.says("cat .ssh/authorized_keys");
    assert_eq!(keys.lines().count(), 1, "{keys}");
    assert!(!keys.contains("vagrant insecure public key"), "{keys}");
    let listens = machine.says("ss -Hltn sport = :22");
    assert!(listens.contains(":22 "), "{listens}");
}
