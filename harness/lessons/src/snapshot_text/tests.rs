//! Tests of the whole snapshot of a machine with a container.

use protocol::{
    Facts, Interface, Kind, LinkState, Namespace, NetNamespace, Peer, Process,
};

use super::{Matrix, text};
use crate::labels::{NamedProcess, Namer};
use crate::lesson::Watch;

fn namespace(kind: Kind, number: u64) -> Namespace {
    let inode = 4_026_531_840 + 10 * number + kind as u64;
    Namespace {
        kind,
        device: 4,
        inode,
        cookie: 0,
    }
}

/// Returns a process that is in namespace 1 of these types, and in 0 of the
/// others.
fn process(pid: i32, command: &str, joined: &[Kind]) -> Process {
    let namespaces = Kind::ALL
        .map(|kind| namespace(kind, u64::from(joined.contains(&kind))));
    Process {
        pid,
        ppid: 1,
        start_time: pid as u64,
        command: command.into(),
        inner_pid: 1,
        namespaces: namespaces.to_vec(),
    }
}

fn interface(index: u32, name: &str, kind: &str) -> Interface {
    Interface {
        name: name.into(),
        index,
        kind: kind.into(),
        state: LinkState::Up,
        mtu: if kind == "loopback" { 65_536 } else { 1500 },
        mac: [0x7a, 0x58, 0x34, 0x4b, 0x3e, 0xe6],
        addresses: Vec::new(),
        master: None,
        peer: None,
    }
}

const CONTAINER: [Kind; 5] =
    [Kind::Ipc, Kind::Mnt, Kind::Net, Kind::Pid, Kind::Uts];

fn facts() -> Facts {
    let host = namespace(Kind::Net, 0);
    let web = namespace(Kind::Net, 1);
    let mut lo = interface(1, "lo", "loopback");
    lo.addresses.push("127.0.0.1/8".into());
    let mut docker0 = interface(3, "docker0", "bridge");
    docker0.addresses.push("172.17.0.1/16".into());
    docker0
        .addresses
        .push("fe80::7858:34ff:fe4b:3ee6/64".into());
    let mut port = interface(5, "vethweb", "veth");
    port.master = Some(3);
    port.peer = Some(Peer {
        namespace: Some(web),
        index: 2,
    });
    let mut eth0 = interface(2, "eth0", "veth");
    eth0.addresses.push("172.17.0.2/16".into());
    eth0.peer = Some(Peer {
        namespace: Some(host),
        index: 5,
    });
    let mut down = interface(1, "lo", "loopback");
    down.state = LinkState::Down;
    Facts {
        processes: vec![
            process(1, "init", &[]),
            process(25_000, "bash", &[]),
            process(25_003, "httpd", &CONTAINER),
            process(25_004, "httpd", &CONTAINER),
            process(25_009, "bash", &[Kind::Net]),
        ],
        networks: vec![
            NetNamespace {
                namespace: host,
                interfaces: vec![docker0, port, lo],
            },
            NetNamespace {
                namespace: web,
                interfaces: vec![eth0],
            },
            NetNamespace {
                namespace: namespace(Kind::Net, 2),
                interfaces: vec![down],
            },
        ],
        pinned: vec![namespace(Kind::Net, 2), namespace(Kind::Uts, 2)],
    }
}

fn shells() -> [NamedProcess; 2] {
    [(25_000, "host"), (25_009, "host:web")].map(|(pid, label)| NamedProcess {
        pid,
        label: label.into(),
    })
}

fn namer(facts: &Facts) -> Namer {
    let watch = [Watch {
        label: "web".into(),
        command: "httpd".into(),
    }];
    let mut namer = Namer::new("6.1.0", &watch);
    namer.observe(facts, &shells());
    namer
}

#[test]
fn a_snapshot_says_everything_and_no_number_of_this_run() {
    let facts = facts();
    insta::assert_snapshot!(text(&facts, &namer(&facts)), @r"
                cgroup ipc mnt net pid time user uts
    host          ·     ·   ·   ·   ·   ·    ·    ·
    host:web      ·     ·   ·   A   ·   ·    ·    ·
    web           ·     A   A   A   A   ·    ·    A

    · = initial

    net initial: host
      lo        loopback  up          65536  127.0.0.1/8
      docker0   bridge    up           1500  172.17.0.1/16, fe80::<mac>/64
      vethweb   veth      up           1500  peer eth0 in net A, port of docker0
    net A: host:web, web and 1 more
      eth0      veth      up           1500  172.17.0.2/16, peer vethweb in net initial
    net B: no process, kept by a handle
      lo        loopback  down        65536
    uts B: no process, kept by a handle
    ");
}

#[test]
fn what_changed_is_marked() {
    let mut facts = facts();
    let mut namer = namer(&facts);
    let before = Matrix::new(&facts, &namer);

    facts.processes[1].namespaces[7] = namespace(Kind::Uts, 7);
    facts.processes.push(process(25_020, "bash", &[Kind::Net]));
    let [host, nested] = shells();
    let second = NamedProcess {
        pid: 25_020,
        label: "second".into(),
    };
    namer.observe(&facts, &[host, nested, second]);
    let mut after = Matrix::new(&facts, &namer);
    after.compare_with(&before);

    let changed: Vec<_> = after
        .rows
        .iter()
        .flat_map(|row| {
            let cells = row.cells.iter().filter(|cell| cell.changed);
            cells.map(|cell| format!("{} {cell}", row.name))
        })
        .collect();
    assert_eq!(changed, ["host C", "second A"]);
    let new: Vec<_> = after.rows.iter().map(|row| row.is_new).collect();
    assert_eq!(new, [false, false, true, false]);
}

#[test]
fn an_unknown_peer_and_bridge_are_said_without_numbers() {
    let mut facts = facts();
    let port = &mut facts.networks[0].interfaces[1];
    port.peer = Some(Peer {
        namespace: None,
        index: 77,
    });
    port.master = Some(99);
    let text = text(&facts, &namer(&facts));
    assert!(text.contains("peer elsewhere, port of a bridge"), "{text}");
}

#[test]
fn a_pair_in_one_namespace_does_not_name_it() {
    let mut facts = facts();
    let host = facts.networks[0].namespace;
    facts.networks[0].interfaces[1].peer = Some(Peer {
        namespace: Some(host),
        index: 3,
    });
    let text = text(&facts, &namer(&facts));
    assert!(text.contains("peer docker0, port of docker0"), "{text}");
}

#[test]
fn a_network_where_only_pid_1_is_left_is_not_empty() {
    let mut facts = facts();
    facts.processes.truncate(1);
    let text = text(&facts, &namer(&facts));
    assert!(text.contains("net initial: no process but PID 1"), "{text}");
}
