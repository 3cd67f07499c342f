//! Tests with all snapshots of the course.

use std::path::PathBuf;

use proptest::prelude::*;
use protocol::Kind;

use super::*;
use crate::compare::snapshots::file_name;
use crate::labels::Label;
use crate::lesson::{Versions, version};
use crate::test_course;

/// Returns each chapter's snapshots, with their paths, in order.
fn lessons() -> Vec<Vec<(PathBuf, String)>> {
    let chapters = test_course::chapters().into_iter();
    let texts = |chapter: test_course::Chapter| {
        let steps = chapter.lesson.steps.iter();
        let texts = steps.filter_map(|step| {
            let path = chapter.snapshots.join(file_name(step));
            Some((path, chapter.snapshot(step)?))
        });
        texts.collect()
    };
    chapters.map(texts).collect()
}

#[test]
fn all_snapshots_of_the_course_are_read_and_written_as_they_are() {
    let all: Vec<_> = lessons().into_iter().flatten().collect();
    assert!(all.len() >= 69, "{}", all.len());
    for (path, text) in all {
        let scene: Scene = text.parse().unwrap();
        let written = scene.to_string();
        // A scene is that of one machine: without marks.
        let here = version::lines_on(&text, &Versions::NONE).into_iter();
        let here: Vec<_> = here.map(|(_, line)| line).collect();
        let here = here.join("\n");
        assert_eq!(written.trim_end(), here, "{}", path.display());
    }
}

const BEFORE: &str = "\
            cgroup ipc mnt net pid time user uts
host          ·     ·   ·   ·   ·   ·    ·    ·
web           A     ·   ·   A   ·   ·    ·    ·

· = initial

net initial: host and 1 more
  lo        loopback  up          65536  127.0.0.1/8
  cable     veth      down         1500  peer other
  other     veth      down         1500  peer cable
net A: web
  lo        loopback  up          65536  127.0.0.1/8
uts C: no process, kept by a handle
";

/// Returns the changes between [`BEFORE`] and the same text after replacements.
fn changed(replaced: &[(&str, &str)]) -> Vec<Change> {
    let mut text = BEFORE.to_owned();
    for (from, to) in replaced {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    changes(&BEFORE.parse().unwrap(), &text.parse().unwrap())
}

fn end(network: Label, name: &str) -> End {
    End {
        network: Some(network),
        name: name.into(),
    }
}

const A: Label = Label::Letter(0);

#[test]
fn all_forms_of_a_snapshot_are_read_and_written_as_they_are() {
    let all = "\
                 cgroup ipc mnt net pid time user uts
host               ·     ·   ·   ·   ·   ?    ·    ·
second:box:init    A     Z  AA  ZZ   A   A   AAA   A

· = initial

net initial: no process but PID 1
  lo               loopback  up          65536  127.0.0.1/8
  <veth 1>         veth      up           1500  peer elsewhere, port of a bridge
  docker0          bridge    no-carrier   1500  172.17.0.1/16, fe80::<mac>/64
  one              veth      down         1500  peer two
  three            veth      down         1500  peer
  averylongername  ethernet  up           1500  peer in net A
net A: 1 process
net B: 12 processes
  eth0      veth      up           1500  10.0.0.1/8, peer in in another net
net C: host, second:box:init and 3 more
another net: no process, kept by a handle
  lo        loopback  down        65536
user ZZ: no process, kept by a handle
";
    let scene: Scene = all.parse().unwrap();
    // The width of columns does not count.
    let words = |text: &str| -> Vec<Vec<String>> {
        let words =
            |line: &str| line.split_whitespace().map(str::to_owned).collect();
        text.lines().map(words).collect()
    };
    assert_eq!(words(&scene.to_string()), words(all));
    assert_eq!(scene.to_string().parse(), Ok(scene.clone()));
    assert_eq!(scene.network(None).unwrap().inside, Inside::Kept);
}

#[test]
fn the_newest_kernel_s_side_of_a_mark_counts() {
    let text = BEFORE.replace("uts C", "[before 6.2] uts C").replace(
        "net A: web",
        "[since 6.2] net A: web and 1 more\n[before 6.2] net A: web",
    );
    let scene: Scene = text.parse().unwrap();
    assert_eq!(scene.kept, []);
    assert_eq!(scene.network(Some(A)).unwrap().others(), 1);
}

#[test]
fn what_is_no_snapshot_is_an_error_with_its_line() {
    for (from, to, line) in [
        ("cgroup ipc", "ipc cgroup", 1),
        ("web           A", "web           a", 3),
        ("web           A     ·", "web           A", 3),
        ("· = initial", "", 7),
        ("net A: web", "net A:", 11),
        ("net A: web", "net a: web", 11),
        ("net A: web", "net A: web and some more", 11),
        (
            "net A: web",
            "net A: web and 99999999999999999999999 more",
            11,
        ),
        ("net A: web", "bet A: no process, kept by a handle", 11),
        ("veth      down         1500  peer other", "veth", 9),
        ("peer other", "peer other  x", 9),
        ("peer other", "peer other in net", 9),
        ("uts C:", "uts ZZZZZZZZZ:", 13),
        ("kept by a handle", "kept by nobody", 13),
    ] {
        let text = BEFORE.replace(from, to);
        assert_ne!(text, BEFORE, "{from}");
        let error = text.parse::<Scene>().unwrap_err();
        assert_eq!(error.line, line, "{to}: {error}");
        assert!(error.to_string().contains("bless"), "{error}");
    }
    assert!("".parse::<Scene>().is_err());
}

#[test]
fn a_cable_in_one_namespace_has_two_ends_and_is_one() {
    let scene: Scene = BEFORE.parse().unwrap();
    let [cable] = &scene.cables()[..] else {
        panic!("{:?}", scene.cables());
    };
    assert_eq!(cable.one, end(Label::Initial, "cable"));
    assert_eq!(cable.other, end(Label::Initial, "other"));
}

#[test]
fn the_end_of_a_cable_that_goes_to_another_namespace_has_moved() {
    let changes = changed(&[
        ("  other     veth      down         1500  peer cable\n", ""),
        ("peer other", "peer other in net A"),
        (
            "net A: web\n",
            "net A: web\n  other     veth      down         1500  \
             peer cable in net initial\n",
        ),
    ]);
    let from = end(Label::Initial, "other");
    let to = end(A, "other");
    let moved = Change::MovedCard {
        from,
        to: to.clone(),
    };
    let one = end(Label::Initial, "cable");
    let cable = Change::NewCable(Cable { one, other: to });
    assert_eq!(changes, [moved, cable]);
}

#[test]
fn a_veth_of_the_same_name_with_another_peer_is_another_one() {
    let before = BEFORE.replace(
        "net A: web\n",
        "net A: web\n  eth0      veth      up           1500  peer <veth 1> \
         in net initial\n",
    );
    let now = BEFORE.replace(
        "uts C",
        "net B: 1 process\n  eth0      veth      up           1500  peer \
         <veth 2> in net initial\nuts C",
    );
    let changes = changes(&before.parse().unwrap(), &now.parse().unwrap());
    let b = Label::Letter(1);
    assert_eq!(
        changes,
        [
            Change::NewNetwork(Some(b)),
            Change::NewCard(end(b, "eth0")),
            Change::GoneCard(end(A, "eth0")),
        ]
    );
}

#[test]
fn a_process_in_another_namespace_has_moved_and_an_unknown_name_is_new() {
    let changes = changed(&[("web           A", "web           B")]);
    let moved = Change::Moved {
        name: "web".into(),
        kind: Kind::Cgroup,
        from: Some(A),
        to: Some(Label::Letter(1)),
    };
    assert_eq!(changes, [moved]);
    assert_eq!(
        changed(&[("web", "cat")]),
        [Change::Began("cat".into()), Change::Ended("web".into())]
    );
}

#[test]
fn a_handle_that_keeps_a_namespace_alone_is_a_change() {
    let kept = |kind, label, now| Change::Kept { kind, label, now };
    assert_eq!(
        changed(&[("net A: web", "net A: no process, kept by a handle")]),
        [kept(Kind::Net, Some(A), true)]
    );
    assert_eq!(
        changed(&[("uts C: no process, kept by a handle\n", "")]),
        [kept(Kind::Uts, Some(Label::Letter(2)), false)]
    );
}

#[test]
fn a_scene_is_described_with_what_is_shared_first() {
    let now = BEFORE.replace("net A: web", "net A: joined, web").replace(
        "web  ",
        "joined        ·     ·   ·   A   ·   ·    ·    ·\nweb  ",
    );
    let before: Scene = BEFORE.parse().unwrap();
    let now: Scene = now.parse().unwrap();
    let described = words::describe(Some(&before), &now);
    assert_eq!(
        described.news,
        ["joined is new. joined shares net A with web."]
    );
    assert_eq!(
        described.state[..3],
        [
            "host: all namespaces are initial.",
            "joined shares net A with web. Initial: cgroup, ipc, mnt, pid, \
             time, user and uts.",
            "web shares net A with joined. web is a member of cgroup A. \
             Initial: ipc, mnt, pid, time, user and uts.",
        ]
    );
}

#[test]
fn beside_tables_stand_company_cables_and_handles_alone() {
    let now = BEFORE
        .replace("net A: web", "net A: joined, web")
        .replace(
            "web  ",
            "joined        A     ·   ·   A   ·   ·    ·    ·\nweb  ",
        )
        .replace("net initial: host and 1 more", "net initial: host")
        .replace("uts C", "uts D");
    let before: Scene = BEFORE.parse().unwrap();
    let now: Scene = now.parse().unwrap();
    assert_eq!(
        words::beside_tables(&before, &now),
        [
            "joined shares cgroup A and net A with web.",
            "uts D has no process any more: a handle keeps it.",
            "No handle keeps uts C any more.",
        ]
    );
    let first = words::beside_tables(&Scene::default(), &before);
    let cable = "A new cable: cable in net initial – other in net initial.";
    assert!(first.iter().any(|it| it == cable), "{first:?}");
}

proptest! {
    #[test]
    fn any_text_is_a_scene_or_an_error(text in "\\PC*") {
        let _ = text.parse::<Scene>();
    }

    #[test]
    fn a_damaged_snapshot_is_a_scene_or_an_error(
        from in 0..BEFORE.chars().count(),
        count in 0..20_usize,
        put in "[ A-C·:,a-e0-9\n]{0,8}",
    ) {
        let mut chars: Vec<char> = BEFORE.chars().collect();
        let to = chars.len().min(from + count);
        chars.splice(from..to, put.chars());
        let text: String = chars.into_iter().collect();
        if let Ok(scene) = text.parse::<Scene>() {
            let before: Scene = BEFORE.parse().unwrap();
            words::describe(Some(&before), &scene);
            words::describe(Some(&scene), &before);
            let again: Scene = scene.to_string().parse().unwrap();
            prop_assert_eq!(again, scene);
        }
    }
}
