//! Tests with all snapshots of the course, and with a few of our own.

use std::fs;
use std::path::{Path, PathBuf};

use ::lessons::compare::snapshots;
use protocol::Kind;
use roxmltree::{Document, Node};

use super::measure::{name_width, width};
use super::*;

/// Returns the texts of each chapter's snapshots, in order.
fn lessons() -> Vec<Vec<(PathBuf, String)>> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../chapters");
    let texts = |chapter: PathBuf| {
        let text = |path: PathBuf| {
            let contents = fs::read_to_string(&path).unwrap();
            let text = snapshots::text(&contents).unwrap().to_owned();
            (path, text)
        };
        entries(&chapter.join("snapshots"))
            .into_iter()
            .map(text)
            .collect()
    };
    entries(&top).into_iter().map(texts).collect()
}

/// Returns the paths of a folder's files, in order.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let mut paths: Vec<_> = entries.map(|it| it.unwrap().path()).collect();
    paths.sort();
    paths
}

/// Returns the picture of each step that has one, with the name of its file,
/// and a picture of each step without a step before.
fn pictures() -> Vec<(String, Scene, String)> {
    let mut pictures = Vec::new();
    for lesson in lessons() {
        let mut before: Option<String> = None;
        for (path, text) in lesson {
            let scene: Scene = text.parse().unwrap();
            let alone = of_step(None, &text).unwrap();
            pictures.push((path.display().to_string(), scene.clone(), alone));
            let drawn = of_step(before.as_deref(), &text).unwrap();
            if before.as_ref() != Some(&text) {
                pictures.push((path.display().to_string(), scene, drawn));
            }
            before = Some(text);
        }
    }
    assert!(pictures.len() > 100, "{}", pictures.len());
    pictures
}

fn words<'a>(node: Node<'a, '_>) -> Vec<&'a str> {
    let nodes = node.descendants().filter(Node::is_text);
    nodes.filter_map(|it| it.text()).collect()
}

fn find<'a, 'b>(document: &'a Document<'b>, name: &str) -> Node<'a, 'b> {
    let mut nodes = document.descendants();
    nodes
        .find(|it| it.has_tag_name(name) || it.tag_name().name() == name)
        .unwrap()
}

/// Returns the words in the picture with all of these classes.
fn marked(drawn: &str, classes: &[&str]) -> Vec<String> {
    let document = Document::parse(drawn).unwrap();
    let texts = document.descendants().filter(|it| {
        let of = it.attribute("class").unwrap_or_default();
        let of: Vec<_> = of.split(' ').collect();
        classes.iter().all(|class| of.contains(class))
    });
    texts.map(|it| words(it).concat()).collect()
}

/// Returns the words below the picture's title, without the picture.
fn said(drawn: &str) -> String {
    let document = Document::parse(drawn).unwrap();
    words(find(&document, "desc")).concat()
}

#[test]
fn picture_and_description_have_all_that_the_snapshot_has() {
    for (path, scene, drawn) in pictures() {
        let document = Document::parse(&drawn).unwrap();
        let svg = find(&document, "svg");
        let desc = words(find(&document, "desc")).concat();
        let details = words(find(&document, "details")).join("\n");
        let drawn: Vec<_> = svg
            .descendants()
            .filter(|it| it.tag_name().name() == "text")
            .map(|it| words(it).concat())
            .collect();
        // A name may be wrapped.
        let joined = drawn.concat();
        let both = |word: &str| {
            assert!(joined.contains(word), "{path}: {word} in {drawn:?}");
            assert!(desc.contains(word), "{path}: {word} in {desc}");
            assert!(details.contains(word), "{path}: {word} in {details}");
        };
        for member in &scene.members {
            both(&member.name);
            for (kind, label) in Kind::ALL.into_iter().zip(member.labels) {
                let letter = label.unwrap().to_string();
                if letter != "initial" {
                    let name = format!("{kind} {letter}");
                    assert!(desc.contains(&name), "{path}: {name}");
                    let drawn = drawn.iter().any(|it| {
                        *it == letter
                            || *it == name
                            || *it == letter.clone() + "*"
                    });
                    assert!(drawn, "{path}: {name} is drawn");
                }
            }
        }
        for network in &scene.networks {
            both(&format!("net {}", network.label.unwrap()));
            for card in &network.interfaces {
                both(&card.name);
                both(&card.kind);
                both(&card.state);
                for address in &card.addresses {
                    both(address);
                }
                if let Some(bridge) = &card.bridge {
                    both(bridge);
                }
            }
        }
        for (kind, label) in &scene.kept {
            both(&format!("{kind} {label}"));
        }
        let cables = svg
            .descendants()
            .filter(|it| it.tag_name().name() == "path");
        assert_eq!(cables.count(), scene.cables().len(), "{path}");
    }
}

#[test]
fn a_figure_is_one_line_small_and_without_ids() {
    for (path, _, drawn) in pictures() {
        assert!(!drawn.contains('\n'), "{path}");
        assert!(!drawn.contains(" id="), "{path}");
        let document = Document::parse(&drawn).unwrap();
        let svg = find(&document, "svg");
        assert!(svg.range().len() < 8192, "{path}: {}", svg.range().len());
        assert_eq!(svg.attribute("role"), Some("img"));
    }
}

#[test]
fn all_words_are_inside_of_the_picture() {
    for (path, _, drawn) in pictures() {
        let document = Document::parse(&drawn).unwrap();
        let view = find(&document, "svg").attribute("viewBox").unwrap();
        let height = view.rsplit(' ').next().unwrap();
        let height: i32 = height.parse().unwrap();
        let texts = document.descendants();
        for text in texts.filter(|it| it.tag_name().name() == "text") {
            let number = |name| -> i32 {
                text.attribute(name).unwrap().parse().unwrap()
            };
            let word = words(text).concat();
            let class = text.attribute("class").unwrap();
            let width = match class.split(' ').next() {
                Some("name" | "card" | "address" | "head") => name_width(&word),
                Some("type" | "letter" | "word") => width(&word) / 2,
                _ => width(&word),
            };
            let right = number("x") + width;
            assert!(right <= canvas::WIDTH, "{path}: {word} to {right}");
            let low = number("y");
            assert!((8..height).contains(&low), "{path}: {word} at {low}");
        }
    }
}

const BEFORE: &str = "\
            cgroup ipc mnt net pid time user uts
host          ·     ·   ·   ·   ·   ·    ·    ·
old           ·     ·   ·   A   ·   ·    ·    ·
web           ·     A   ·   A   ·   ·    ·    ·

· = initial

net initial: host and 1 more
  lo        loopback  up          65536  127.0.0.1/8
  docker0   bridge    no-carrier   1500  172.17.0.1/16
  eth0      ethernet  up           1500  10.0.2.15/24
net A: old, web
  lo        loopback  up          65536  127.0.0.1/8
net B: no process, kept by a handle
  lo        loopback  down        65536
uts C: no process, kept by a handle
";

const AFTER: &str = "\
            cgroup ipc mnt net pid time user uts
host          ·     ·   ·   ·   ·   ·    ·    ·
new           ·     ·   ·   A   ·   ·    ·    ·
web           ·     D   ·   A   ·   ·    ·    ·

· = initial

net initial: host and 2 more
  lo        loopback  up          65536  127.0.0.1/8
  <veth 1>  veth      up           1500  peer c1 in net A, port of docker0
  docker0   bridge    up           1500  172.17.0.1/16
net A: new, web
  lo        loopback  up          65536  127.0.0.1/8, 127.0.0.2/8
  c1        veth      up           1500  172.17.0.2/16, peer <veth 1> in net initial
  eth0      ethernet  up           1500
net E: no process, kept by a handle
user F: no process, kept by a handle
";

#[test]
fn what_has_changed_has_a_sign_and_a_sentence() {
    let drawn = of_step(Some(BEFORE), AFTER).unwrap();
    let said = said(&drawn);
    for (classes, shown, sentence) in [
        (&["name", "new"][..], "new", "new is new. new shares net A"),
        (
            &["name", "moved"],
            "web",
            "web is now a member of ipc D; before:",
        ),
        (&["name", "gone"], "old", "old has ended."),
        (&["letter"], "D*", "ipc D; before: ipc A"),
        (
            &["card", "new"],
            "<veth 1>",
            "cable: <veth 1> in net initial – c1",
        ),
        (&["card", "new"], "c1", "A new cable"),
        (
            &["card", "changed"],
            "docker0",
            "docker0 in net initial: up, before",
        ),
        (
            &["card", "changed"],
            "lo",
            "lo in net A: new address 127.0.0.2/8.",
        ),
        (
            &["address", "new"],
            "127.0.0.2/8",
            "new address 127.0.0.2/8",
        ),
        (
            &["card", "moved"],
            "eth0",
            "eth0 has moved from net initial to net A",
        ),
        (&["head", "gone"], "net B", "net B is gone, and with it lo."),
        (
            &["head", "gone"],
            "uts C",
            "No handle keeps uts C any more.",
        ),
        (&["word", "new"], "new", "net E is new, without interfaces."),
        (
            &["head", "changed"],
            "user F",
            "user F has no process any more",
        ),
        (
            &["more", "new"],
            "2 more processes (before: 1)",
            "net initial: 2;",
        ),
        (&["cable", "new"], "", "A new cable"),
    ] {
        let marked = marked(&drawn, classes);
        assert!(marked.iter().any(|it| it == shown), "{shown} in {marked:?}");
        assert!(said.contains(sentence), "{sentence} in {said}");
    }
    for sign in ["new", "moved", "changed", "gone"] {
        let words = marked(&drawn, &["word", sign]);
        assert!(words.iter().any(|word| word == sign), "{sign} in {words:?}");
    }
}

#[test]
fn what_is_as_before_has_no_sign() {
    for (before, now) in [(None, AFTER), (Some(AFTER), AFTER)] {
        let drawn = of_step(before, now).unwrap();
        assert_eq!(marked(&drawn, &["word"]), [""; 0], "{before:?}");
        assert_eq!(marked(&drawn, &["new"]), [""; 0], "{before:?}");
    }
    let same = of_step(Some(AFTER), AFTER).unwrap();
    assert!(same.contains("as before"), "{same}");
    assert!(!same.contains("<svg"), "{same}");
}

#[test]
fn processes_in_one_namespace_are_in_one_box_of_its_column() {
    let apart = "\
            cgroup ipc mnt net pid time user uts
host          ·     ·   ·   ·   ·   ·    ·    ·
box           ·     A   ·   ·   ·   ·    ·    ·
init          ·     ·   ·   ·   ·   ·    ·    ·
shell         ·     A   ·   ·   ·   ·    ·    ·

· = initial

net initial: host, box, init, shell
";
    let drawn = of_step(None, apart).unwrap();
    // Similar processes are below each other: two boxes for ipc, and one for
    // each of the other six types.
    assert_eq!(marked(&drawn, &["cell"]).len(), 8);
    assert_eq!(marked(&drawn, &["cell", "hue0"]).len(), 1);
    let names = marked(&drawn, &["name"]);
    assert_eq!(names, ["host", "init", "box", "shell"]);
}

#[test]
fn names_are_text_and_never_markup() {
    let hostile = "\
            cgroup ipc mnt net pid time user uts
<b>&amp;\"'   ·     ·   ·   ·   ·   ·    ·    ?

· = initial

net initial: <b>&amp;\"'
  ]]><script>  dummy     down         1500
";
    let drawn = of_step(None, hostile).unwrap();
    assert_eq!(marked(&drawn, &["name"]), ["<b>&amp;\"'"]);
    assert_eq!(marked(&drawn, &["card"]), ["]]><script>"]);
}

#[test]
fn a_text_that_is_no_snapshot_is_an_error_with_its_line() {
    let broken = BEFORE.replace("net A: old, web", "net a: old, web");
    let why = of_step(None, &broken).unwrap_err().to_string();
    assert!(why.starts_with("line 12 of the snapshot is not"), "{why}");
    assert!(of_step(Some(""), BEFORE).is_err());
}

#[test]
fn a_name_is_wrapped_behind_its_colons() {
    use super::measure::wrapped;
    assert_eq!(wrapped("host", 100), ["host"]);
    assert_eq!(wrapped("second:box:init", 90), ["second:box:", "init"]);
    assert_eq!(wrapped("abcdefghijkl", 50), ["abcdef", "ghijkl"]);
    assert_eq!(wrapped("a", 0), ["a"]);
}
