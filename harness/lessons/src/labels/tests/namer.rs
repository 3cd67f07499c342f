//! Tests of the labels in a small machine.

use protocol::{
    Facts, Interface, Kind, LinkState, Namespace, NetNamespace, Process,
};

use crate::labels::*;

/// Returns the inode of a type's initial namespace, or of another one.
fn inode(kind: Kind, other: u64) -> u64 {
    4_026_531_834 + kind as u64 + 100 * other
}

fn namespace(kind: Kind, inode: u64) -> Namespace {
    Namespace {
        kind,
        device: 4,
        inode,
        cookie: 0,
    }
}

fn process(pid: i32, command: &str, net: u64) -> Process {
    let namespaces = Kind::ALL.map(|kind| {
        let other = if kind == Kind::Net { net } else { 0 };
        namespace(kind, inode(kind, other))
    });
    Process {
        pid,
        ppid: 1,
        start_time: pid as u64,
        command: command.into(),
        inner_pid: pid,
        namespaces: namespaces.to_vec(),
    }
}

fn veth(name: &str, mac: [u8; 6]) -> Interface {
    Interface {
        name: name.into(),
        index: 2,
        kind: "veth".into(),
        state: LinkState::Up,
        mtu: 1500,
        mac,
        addresses: Vec::new(),
        master: None,
        peer: None,
    }
}

fn shell(pid: i32, label: &str) -> NamedProcess {
    NamedProcess {
        pid,
        label: label.into(),
    }
}

/// Returns the facts of PID 1, the shell `host`, and `httpd` in a network
/// namespace.
fn facts() -> Facts {
    Facts {
        processes: vec![
            process(1, "init", 0),
            process(25_000, "bash", 0),
            process(25_010, "httpd", 1),
            process(25_011, "httpd", 1),
        ],
        networks: vec![NetNamespace {
            namespace: namespace(Kind::Net, inode(Kind::Net, 0)),
            interfaces: vec![
                veth("eth0", [0x52, 0x54, 0, 1, 2, 3]),
                veth("vethweb", [0x7a, 0x58, 0x34, 0x4b, 0x3e, 0xe6]),
            ],
        }],
        pinned: Vec::new(),
    }
}

fn namer() -> Namer {
    let watch = [Watch {
        label: "web".into(),
        command: "httpd".into(),
    }];
    let mut namer = Namer::new("6.1.0-50-cloud-amd64", &watch);
    namer.observe(&facts(), &[shell(25_000, "host")]);
    namer
}

fn normalise(output: &str) -> String {
    namer().normalise(output).unwrap()
}

#[test]
fn a_namespace_is_initial_or_a_letter() {
    assert_eq!(
        normalise("net -> net:[4026531837]\nnet -> net:[4026531937]\n"),
        "net -> net:[initial]\nnet -> net:[A]\n"
    );
    assert_eq!(normalise("4026531937"), "net:[A]");
}

#[test]
fn a_namespace_that_lived_only_during_a_command_is_never_seen_again() {
    let mut namer = namer();
    let text = "uts:[4026532000] uts:[4026532001] uts:[4026532000]";
    let first = namer.normalise(text).unwrap();
    assert_eq!(first, "uts:[A] uts:[B] uts:[A]");
    let second = namer.normalise(text).unwrap();
    assert_eq!(second, "uts:[C] uts:[D] uts:[C]");
}

#[test]
fn a_bare_number_of_a_short_life_gets_the_type_its_output_tells() {
    let text = "4026532000\nuts:[4026532000]\n4026532001";
    assert_eq!(normalise(text), "uts:[A]\nuts:[A]\nunknown:[A]");
}

#[test]
fn processes_are_called_by_name_or_by_order() {
    assert_eq!(
        normalise("25000 25010 25011 25099 25011 24999 30000 x25011 1.25011"),
        "<host> <web> <p1> <p2> <p1> 24999 30000 x25011 1.25011"
    );
    assert_eq!(
        normalise("/proc/25010/ns, kill -25099."),
        "/proc/<web>/ns, kill -<p1>."
    );
}

#[test]
fn a_number_given_again_to_another_process_gets_another_label() {
    let mut namer = namer();
    assert_eq!(namer.normalise("25011").unwrap(), "<p1>");
    let mut facts = facts();
    facts.processes[3].start_time += 1;
    namer.observe(&facts, &[]);
    assert_eq!(namer.normalise("25011").unwrap(), "<p2>");
}

#[test]
fn a_name_follows_the_living() {
    let mut namer = namer();
    let mut facts = facts();
    facts.processes.remove(2);
    namer.observe(&facts, &[shell(25_000, "host")]);
    assert_eq!(namer.members()[1].pid, 25_011);
    assert_eq!(namer.normalise("25010 25011").unwrap(), "<p1> <web>");
}

#[test]
fn a_shell_is_not_watched_as_well() {
    let watch = [Watch {
        label: "other".into(),
        command: "bash".into(),
    }];
    let mut namer = Namer::new("6.1.0", &watch);
    namer.observe(&facts(), &[shell(25_000, "host"), shell(9, "gone")]);
    let labels = namer.members().iter().map(|m| m.label.as_str());
    assert_eq!(labels.collect::<Vec<_>>(), ["host"]);
}

#[test]
fn a_process_has_the_name_it_was_given_last() {
    let mut namer = namer();
    namer.observe(&facts(), &[shell(25_000, "inner")]);
    assert_eq!(namer.normalise("25000").unwrap(), "<inner>");
}

#[test]
fn a_number_means_the_process_that_had_it_last() {
    let mut namer = namer();
    assert_eq!(namer.normalise("25011").unwrap(), "<p1>");
    let mut facts = facts();
    facts.processes[3].start_time += 1;
    namer.observe(&facts, &[]);
    facts.processes.truncate(2);
    namer.observe(&facts, &[]);
    assert_eq!(namer.normalise("25011").unwrap(), "<p2>");
    namer.observe(&facts, &[]);
    assert_eq!(namer.normalise("25011").unwrap(), "<p2>");
}

#[test]
fn a_dead_process_keeps_its_name_while_nobody_else_has_it() {
    let mut namer = namer();
    let mut facts = facts();
    facts.processes.truncate(2);
    namer.observe(&facts, &[]);
    assert_eq!(namer.normalise("25000 25010").unwrap(), "<host> <web>");
}

#[test]
fn addresses_are_called_after_their_interface_unless_chosen() {
    assert_eq!(
        normalise(
            "52:54:00:01:02:03 7A:58:34:4B:3E:E6 00:00:00:00:00:00 \
             ff:ff:ff:ff:ff:ff 02:42:AC:11:00:02 9a:00:00:00:00:01"
        ),
        "<mac eth0> <mac vethweb> 00:00:00:00:00:00 \
         ff:ff:ff:ff:ff:ff 02:42:AC:11:00:02 <mac 1>"
    );
}

#[test]
fn an_interface_that_has_just_gone_is_remembered() {
    let mut namer = namer();
    namer.observe(&Facts::default(), &[]);
    let text = namer.normalise("52:54:00:01:02:03").unwrap();
    assert_eq!(text, "<mac eth0>");
}

#[test]
fn what_only_looks_like_a_number_of_ours_stays() {
    for text in [
        "025000",
        "00:11:22:33:44:55:66:77",
        "1:18:10:33",
        "net:[]",
        "10.25001",
    ] {
        let mut namer = namer();
        assert_eq!(namer.normalise(text).unwrap(), text);
        let next = namer.normalise("25099 9a:00:00:00:00:01").unwrap();
        assert_eq!(next, "<p1> <mac 1>", "{text}");
    }
}

#[test]
fn an_interface_with_a_new_address_is_told_from_the_old_one() {
    let mut namer = namer();
    namer.normalise("52:54:00:01:02:03").unwrap();
    let mut facts = facts();
    facts.networks[0].interfaces[0].mac[5] = 4;
    namer.observe(&facts, &[]);
    assert_eq!(
        namer
            .normalise("52:54:00:01:02:03 52:54:00:01:02:04")
            .unwrap(),
        "<mac eth0> <mac eth0 2>"
    );
}

#[test]
fn an_address_made_of_a_hardware_address_is_called_after_it() {
    assert_eq!(
        normalise("fe80::7858:34ff:fe4b:3ee6/64 fe80::42:acff:fe11:2/64"),
        "fe80::<mac vethweb>/64 fe80::42:acff:fe11:2/64"
    );
}

#[test]
fn times_counters_and_the_kernel_are_no_facts() {
    assert_eq!(
        normalise("Linux 6.1.0-50-cloud-amd64 x"),
        "Linux <kernel> x"
    );
    assert_eq!(normalise("0 Nov 23 18:10 net"), "0 <date> net");
    assert_eq!(normalise("0 Nov  3  2026 net"), "0 <date> net");
    assert_eq!(
        normalise("Mon Nov 23 18:10:33 UTC 2026"),
        "Mon <date> UTC 2026"
    );
    assert_eq!(normalise("up 18:10:33 now"), "up <time> now");
    assert_eq!(
        normalise(
            "          RX packets:12 errors:0\n          \
             RX bytes:976 (976.0 B)  TX bytes:1976 (1.9 KiB)"
        ),
        "          RX packets:<n> errors:0\n          \
         RX bytes:<n> (<n>)  TX bytes:<n> (<n>)"
    );
}

#[test]
fn a_tool_s_version_is_no_fact_and_the_words_around_it_are() {
    for banner in [
        "BusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1+b1) built-in shell",
        "BusyBox v1.38.0 built-in shell",
    ] {
        assert_eq!(normalise(banner), "BusyBox <version> built-in shell");
    }
    for (text, normal) in [
        (
            "lsns from util-linux 2.41.5",
            "lsns from util-linux <version>",
        ),
        ("ps from procps-ng 4.0.4", "ps from procps-ng <version>"),
        ("iproute2-6.1.0, libbpf", "iproute2-<version>, libbpf"),
        ("BusyBox is 1.35 MB (x)", "BusyBox is 1.35 MB (x)"),
        ("NotBusyBox v1.35.0", "NotBusyBox v1.35.0"),
        ("BusyBox v1 (x)", "BusyBox v1 (x)"),
    ] {
        assert_eq!(normalise(text), normal);
    }
}

#[test]
fn control_sequences_and_trailing_white_space_go() {
    assert_eq!(
        normalise("\x1b[1;31mred\x1b[0m \t\r\n\x1b]0;title\x07b\r\n"),
        "red\nb\n"
    );
}

#[test]
fn tables_keep_their_columns() {
    assert_eq!(
        normalise(
            "        NS TYPE   NPROCS   PID USER\n\
             4026531937 net         1 25010 root\n\
             4026531834 cgroup      5     1 root\n\
             4026531837 net        10 25099 root\n"
        ),
        "        NS TYPE   NPROCS   PID USER\n\
         \u{20}  net:[A] net         1 <web> root\n\
         cgroup:[·] cgroup      5     1 root\n\
         \u{20}  net:[·] net        10  <p1> root\n"
    );
    assert_eq!(
        normalise("    PID TTY\n  25000 pts/0  x\n  25099 pts/0\n"),
        "    PID TTY\n <host> pts/0  x\n   <p1> pts/0\n"
    );
}

#[test]
fn output_that_looks_normalised_is_refused() {
    for text in [
        "<p1>",
        "a <mac x> b",
        "net:[A]",
        "uts:[initial]",
        "<web>",
        "<time>",
        "<version>",
        "unknown:[A]",
    ] {
        let why = namer().normalise(text).unwrap_err();
        assert!(why.to_string().contains("looks like"), "{text}");
    }
    normalise("<html> <p> net:[] <ul>");
}

#[test]
fn what_is_left_is_found_with_its_line() {
    let left = leftover("a\nx4026532999y\n").unwrap();
    assert_eq!((left.line, left.found.as_str()), (2, "4026532999"));
    assert!(leftover("mac 9a:00:00:00:00:01").is_some());
    assert!(leftover("02:42:AC:11:00:02 net:[A] <mac eth0>").is_none());
}
