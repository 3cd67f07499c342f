//! The kernel's names are bytes. Some are no text.

use std::collections::BTreeSet;
use std::time::Duration;

use harness::course;
use harness::exercise::{catalogue, grade, show};
use harness::machine::Machine;
use protocol::Facts;
use protocol::facts::Kind;

use super::subject::machines;

fn machine() -> Machine {
    machines().machine().unwrap()
}

/// Runs a script, and returns the machine's facts.
fn facts_after(machine: &mut Machine, script: &str) -> Facts {
    let limit = Duration::from_secs(60);
    let output = machine.exec(&["bash", "-c", script], b"", limit).unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    machine.facts().unwrap()
}

fn interfaces(facts: &Facts) -> Vec<&str> {
    let all = facts.networks.iter().flat_map(|it| &it.interfaces);
    all.map(|it| it.name.as_str()).collect()
}

fn commands(facts: &Facts) -> BTreeSet<&str> {
    facts.processes.iter().map(|it| &it.command[..]).collect()
}

#[test]
fn an_interface_whose_name_is_no_text_hides_no_other() {
    let script = r"ip link add $'\xff' type bridge
        ip link add $'\xfe' type bridge
        ip link add '\xff' type bridge";
    let facts = facts_after(&mut machine(), script);
    let names = ["lo", "eth0", r"\xff", r"\xfe", r"\\xff"];
    assert_eq!(interfaces(&facts), names);
}

#[test]
fn an_alias_or_a_label_that_is_no_text_hides_no_interface() {
    let script = r"ip link set lo alias $'J\xfcrgen'
        ip link property add dev eth0 altname $'\xff'
        ip addr add 10.9.8.7/24 dev eth0 label $'eth0:\xff'";
    let facts = facts_after(&mut machine(), script);
    assert_eq!(interfaces(&facts), ["lo", "eth0"]);
    let eth0 = &facts.networks[0].interfaces[1];
    let address = "10.9.8.7/24".to_owned();
    assert!(eth0.addresses.contains(&address), "{eth0:?}");
}

#[test]
fn a_mount_point_that_is_no_text_hides_no_other() {
    let script = r"cd /tmp; mkdir $'\xff'; mount -t tmpfs x $'\xff'
        for name in $'\xff/uts' 'a b' 'c\d'; do
            touch $name; /usr/bin/unshare --uts=$name true
        done";
    // The names have blanks.
    let script = format!("IFS=; {script}");
    let facts = facts_after(&mut machine(), &script);
    let kinds = facts.pinned.iter().map(|it| it.kind);
    assert_eq!(kinds.collect::<Vec<_>>(), [Kind::Uts; 3]);
}

#[test]
fn a_fifo_that_is_mounted_over_a_handle_is_not_waited_for() {
    let script = "cd /tmp; mkfifo fifo; touch uts
        /usr/bin/unshare --uts=uts true
        mount --bind fifo uts";
    let facts = facts_after(&mut machine(), script);
    assert_eq!(facts.pinned, []);
}

#[test]
fn a_process_whose_name_is_no_text_is_seen_in_any_pid_namespace() {
    let script = r#"cd /tmp; mkfifo ready never; exec 3<> ready
        rename='printf %b "$0" > /proc/self/comm; echo >&3; read < never'
        bash -c "$rename" '\0377' & bash -c "$rename" '\0376' &
        /usr/bin/unshare -pf --mount-proc bash -c "$rename" '\0303' &
        read -u 3; read -u 3; read -u 3"#;
    let facts = facts_after(&mut machine(), script);
    let commands = commands(&facts);
    for name in [r"\xff", r"\xfe", r"\xc3"] {
        assert!(commands.contains(name), "{name} is not in {commands:?}");
    }
    let all = &facts.processes;
    let in_there = all.iter().find(|it| it.command == r"\xc3");
    assert_eq!(in_there.map(|it| it.inner_pid), Some(1));
}

#[test]
fn a_right_program_that_makes_such_names_has_solved_the_exercise() {
    let program = br#"#!/bin/bash
        mkdir $'/tmp/\xff'; mount -t tmpfs $'\xfe' $'/tmp/\xff'
        ip link add $'\xff' type bridge
        printf '\377' > /proc/self/comm
        pid=$1; shift; exec nsenter -t $pid -n "$@"
        "#;
    let number = "3.1".parse().unwrap();
    let found = catalogue::find(&course::workspace(), number).unwrap();
    let verdict = grade(&found.exercise, program, &mut machines()).unwrap();
    assert!(verdict.solved(), "{}", show::verdict(&verdict));
}
