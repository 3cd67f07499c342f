//! The steps of a round. A seed always gives the same round.

use std::time::Duration;

use fastrand::Rng;

use super::image::Image;
use super::inside::{self, May, Program};
use super::odd::{self, once_in, one_of};
use super::spoil::Spoil;

/// A step of a round.
#[derive(Clone, Debug)]
pub enum Step {
    /// A verb.
    One(Verb),
    /// Two verbs at once.
    Both(Verb, Verb),
    /// Damage to a file that `container` keeps.
    Spoil(Spoil),
    /// SIGKILL to a process of this number: a monitor, or one in a container.
    Kill(usize),
    /// New content of the machine's own /etc/hosts.
    Hosts(Vec<u8>),
    /// A pause.
    Pause(Duration),
}

/// A verb of `container`.
#[derive(Clone, Debug, Default)]
pub struct Verb {
    /// Words after `container`.
    pub words: Vec<Vec<u8>>,
    /// Environment variables, besides PATH.
    pub environment: Vec<(Vec<u8>, Vec<u8>)>,
    /// Commands of the shell that then becomes `container`.
    pub setting: &'static str,
    /// Standard input.
    pub input: Input,
    /// Whether the verb's standard output is read.
    pub is_read: bool,
    /// End of the verb.
    pub fate: Fate,
    /// Exit status of the verb's command, if only one is possible.
    pub status: Option<i32>,
}

/// Standard input of a verb.
#[derive(Clone, Debug, Default)]
pub enum Input {
    /// No input.
    #[default]
    Nothing,
    /// Input of these bytes.
    Bytes(Vec<u8>),
    /// An archive.
    Image(Image),
}

/// The end of a verb.
#[derive(Clone, Copy, Debug, Default)]
pub enum Fate {
    /// The verb ends by itself, or there is a fault.
    #[default]
    Ends,
    /// The verb may last, and gets a signal.
    Killed {
        /// Time from the start to the signal.
        after: Duration,
        /// The signal.
        signal: i32,
    },
}

impl Verb {
    /// Returns the first word, or `?` if it is not UTF-8.
    pub fn name(&self) -> &str {
        let first = self.words.first().map(Vec::as_slice);
        str::from_utf8(first.unwrap_or_default()).unwrap_or("?")
    }
}

/// The mark of a container's ID in a word; the container's number follows.
pub const ID: &str = "@ID";

const NAMES: [&str; 5] = ["web", "aa", "bb", "ru", "x.y-z_"];

/// Verbs of a container's life, with their options.
const LIFE: [&[&str]; 12] = [
    &["start"],
    &["stop", "-t", "0"],
    &["stop", "-t", "1"],
    &["restart", "-t", "0"],
    &["restart", "-t", "1"],
    &["kill"],
    &["kill", "-s", "TERM"],
    &["kill", "-s", "STOP"],
    &["kill", "-s", "USR1"],
    &["rm"],
    &["rm", "-f"],
    &["rm", "-f"],
];

const SETTINGS: [&str; 13] = [
    "exec 3</root 4</ 5</root/canary 6<>/root/shared;",
    "exec 3</root 4</ 5</root/canary 6<>/root/shared;",
    "exec 7</root/canary 8>>/root/shared;",
    "trap '' CHLD;",
    "trap '' CHLD;",
    "trap '' PIPE INT TERM;",
    "exec >/dev/full;",
    "exec >/dev/full 2>&1;",
    "exec >&-;",
    "exec <&- >&- 2>&-;",
    "cd /root;",
    "umask 0777;",
    "ulimit -n 24;",
];

const TEMPLATES: [&str; 24] = [
    "{{.State.Pid}}",
    "{{.Id}}{{.Name}}",
    "{{json .}}",
    "{{",
    "}}",
    "{{.",
    "{{.}}",
    "{{.State.Nope}}",
    "{{.State.Pid.Nope}}",
    "{{range .Config.Env}}{{.}} {{end}}",
    "{{range $i, $e := .Config.Cmd}}{{$i}}{{$e}}{{end}}",
    "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}",
    "{{index .Config.Cmd 999999999999}}",
    "{{index .Config.Cmd -1}}",
    "{{printf \"%9999d %s %v %q %x\" .State.Pid .Id .Config .Name .Path}}",
    "{{len .Id}}{{len 3}}",
    "{{if .State.Running}}yes{{else}}no",
    "{{join .Config.Cmd \",\"}}",
    "{{with .Config}}{{.Hostname}}{{end}}{{end}}",
    "{{define \"T\"}}{{template \"T\" .}}{{end}}{{template \"T\" .}}",
    "{{/* */}}{{- 3 -}}",
    "{{call .Id}}{{slice .Id 3 1}}",
    "{{eq .Id .Id}}{{and}}{{or}}{{not}}",
    "{{.Config.Env",
];

/// Returns the steps of a seed's round.
pub fn round(seed: u64) -> Vec<Step> {
    let mut rng = Rng::with_seed(seed);
    let length = rng.usize(6..24);
    let mut steps: Vec<_> = (0..length).map(|_| step(&mut rng)).collect();
    // The first container is there for the other steps.
    if let Step::One(verb) = &mut steps[0] {
        *verb = first(&mut rng);
    }
    steps
}

fn step(rng: &mut Rng) -> Step {
    match rng.usize(..100) {
        0..=39 => Step::One(mishap(rng, run)),
        40..=49 => Step::One(mishap(rng, exec)),
        50..=65 => Step::One(mishap(rng, life)),
        66..=75 => Step::Both(one_of_two(rng), one_of_two(rng)),
        76..=83 => Step::One(mishap(rng, look)),
        84..=87 => Step::One(mishap(rng, import)),
        88..=91 => Step::Spoil(Spoil::any(rng)),
        92 | 93 => Step::Kill(rng.usize(..64)),
        94 | 95 => Step::One(mishap(rng, nonsense)),
        96 => Step::Hosts(odd::bytes(rng)),
        _ => Step::Pause(Duration::from_millis(rng.u64(1..300))),
    }
}

/// Returns a verb that starts a lasting container.
fn first(rng: &mut Rng) -> Verb {
    let mut verb = Verb {
        words: words(&["run", "-d", "--name", NAMES[0]]),
        is_read: true,
        ..Verb::default()
    };
    let mut may = May {
        signal_all: true,
        rename_links: true,
        privileged: false,
    };
    if rng.bool() {
        may.privileged = true;
        verb.words.push(b"--privileged".to_vec());
    }
    verb.words.push(b"busybox".to_vec());
    verb.words.extend(shell(inside::program(rng, may)));
    verb
}

/// Returns a verb under adverse conditions.
fn mishap(rng: &mut Rng, verb: impl FnOnce(&mut Rng) -> Verb) -> Verb {
    let mut verb = verb(rng);
    if once_in(rng, 3) {
        verb.setting = one_of(rng, &SETTINGS);
    }
    verb.is_read = !once_in(rng, 25);
    if once_in(rng, 12) && matches!(verb.fate, Fate::Ends) {
        // Most verbs take some 30 ms.
        verb.fate = killed(rng, 60);
    }
    let hidden = ["full", ">&-", "ulimit", "TERM"];
    let seen = hidden.iter().all(|it| !verb.setting.contains(it));
    if matches!(verb.fate, Fate::Killed { .. }) || !verb.is_read || !seen {
        verb.status = None;
    }
    verb
}

fn killed(rng: &mut Rng, milliseconds: u64) -> Fate {
    Fate::Killed {
        after: Duration::from_micros(rng.u64(..milliseconds * 1000)),
        signal: one_of(rng, &[9, 9, 9, 15, 2, 1]),
    }
}

/// Returns a verb for a pair, mostly about the same container as the other one.
fn one_of_two(rng: &mut Rng) -> Verb {
    let mut verb = match rng.usize(..10) {
        0 => run(rng),
        1 => exec(rng),
        2 => look(rng),
        _ => life(rng),
    };
    verb.status = None;
    verb.is_read = true;
    verb
}

fn words(words: &[&str]) -> Vec<Vec<u8>> {
    words.iter().map(|word| word.as_bytes().to_vec()).collect()
}

/// Returns a reference to a container, which may not exist.
fn reference(rng: &mut Rng) -> Vec<u8> {
    match rng.usize(..20) {
        0..=2 => format!("{ID}{}", rng.usize(..3)).into(),
        3 => odd::word(rng),
        4 => one_of(rng, &["/web", "a", "1", "0", "webb", "we"]).into(),
        // The first name is used more often than the others.
        5..=13 => NAMES[0].into(),
        14..=17 => NAMES[1].into(),
        _ => one_of(rng, &NAMES).into(),
    }
}

fn mode(rng: &mut Rng, known: &[&str]) -> Vec<u8> {
    match rng.usize(..24) {
        0..=16 => one_of(rng, known).into(),
        17..=22 => [b"container:", &reference(rng)[..]].concat(),
        _ => odd::word(rng),
    }
}

fn folder(rng: &mut Rng) -> Vec<u8> {
    match rng.usize(..14) {
        0..=7 => inside::target(rng).into(),
        8 => b"/w".to_vec(),
        9 => b"/w/../../..".to_vec(),
        10 => inside::place(rng).into(),
        11 => format!("/dev/fd/{}", rng.usize(3..20)).into(),
        12 => b"/tmp/new/folder".to_vec(),
        _ => odd::word(rng),
    }
}

/// Returns `container run` with random options.
fn run(rng: &mut Rng) -> Verb {
    let mut words = words(&["run"]);
    let mut may = May {
        signal_all: true,
        rename_links: true,
        privileged: false,
    };
    let mut verb = Verb {
        is_read: true,
        ..Verb::default()
    };
    let detached = once_in(rng, 2);
    let mut plain = true;
    let mut add = |option: &str, value: Option<Vec<u8>>| {
        words.push(option.into());
        words.extend(value);
    };
    if detached {
        add("-d", None);
    }
    if once_in(rng, 3) {
        add("--rm", None);
    }
    if once_in(rng, 4) {
        add("--privileged", None);
        may.privileged = true;
    }
    if !once_in(rng, 3) {
        let name = match rng.usize(..24) {
            0 => odd::word(rng),
            1..=10 => NAMES[0].into(),
            11..=16 => NAMES[1].into(),
            _ => one_of(rng, &NAMES).into(),
        };
        add("--name", Some(name));
    }
    if once_in(rng, 4) {
        add("-w", Some(folder(rng)));
        plain = false;
    }
    if once_in(rng, 20) {
        add("-e", Some([b"X=", &odd::word(rng)[..]].concat()));
        add("-e", Some(odd::word(rng)));
    }
    if once_in(rng, 8) {
        add("-e", Some(b"OURS".to_vec()));
        verb.environment.push((b"OURS".to_vec(), odd::word(rng)));
    }
    if once_in(rng, 12) {
        add("-h", Some(odd::word(rng)));
    }
    if once_in(rng, 4) {
        add("--net", Some(mode(rng, &["none", "host", "bridge"])));
        may.rename_links = false;
    }
    if once_in(rng, 6) {
        add("--ipc", Some(mode(rng, &["host", "private", "shareable"])));
    }
    if once_in(rng, 6) {
        add("--pid", Some(mode(rng, &["host"])));
        may.signal_all = false;
    }
    if once_in(rng, 8) {
        add("--uts", Some(mode(rng, &["host", ""])));
    }
    if once_in(rng, 8) {
        let port = one_of(rng, &["4000:80", "4001:80", "0:1", "4000:4000"]);
        add("-p", Some(port.into()));
    }
    if once_in(rng, 6) {
        add("-i", None);
        verb.input = Input::Bytes(odd::bytes(rng));
    }
    if once_in(rng, 10) {
        add("-t", None);
        plain = false;
    }
    let image = match rng.usize(..12) {
        0..=1 => b"evil".to_vec(),
        2 if once_in(rng, 3) => odd::word(rng),
        _ => b"busybox".to_vec(),
    };
    plain &= image == b"busybox";
    words.push(image);
    let program = inside::program(rng, may);
    verb.status = (plain && !detached).then(|| status(&program)).flatten();
    words.extend(shell(program.clone()));
    verb.words = words;
    if !detached && lasts(&program, &verb) {
        verb.fate = killed(rng, 1500);
    }
    verb
}

/// Returns whether a verb does not end by itself, because its program does not,
/// or reads from a terminal at which no one types.
fn lasts(program: &Program, verb: &Verb) -> bool {
    let tty = verb.words.iter().any(|word| word == b"-t");
    !program.ends || (tty && program.script == b"cat")
}

/// Returns the exit status that the program's script names.
fn status(program: &Program) -> Option<i32> {
    let script = str::from_utf8(&program.script).ok()?;
    let (_, status) = script.rsplit_once("exit ")?;
    status.parse().ok().filter(|_| program.ends)
}

fn shell(program: Program) -> [Vec<u8>; 3] {
    [b"sh".to_vec(), b"-c".to_vec(), program.script]
}

fn exec(rng: &mut Rng) -> Verb {
    let mut words = words(&["exec"]);
    let mut input = Input::Nothing;
    if once_in(rng, 4) {
        words.push(b"-i".to_vec());
        input = Input::Bytes(odd::bytes(rng));
    }
    if once_in(rng, 5) {
        words.push(b"-t".to_vec());
    }
    words.push(reference(rng));
    let mut verb = Verb {
        words,
        input,
        is_read: true,
        ..Verb::default()
    };
    if once_in(rng, 8) {
        verb.words.push(odd::word(rng));
        return verb;
    }
    // The container may have replaced the program.
    let program = inside::short(rng);
    verb.words.extend(shell(program.clone()));
    if lasts(&program, &verb) {
        verb.fate = killed(rng, 1500);
    }
    verb
}

fn life(rng: &mut Rng) -> Verb {
    let mut words = words(one_of(rng, &LIFE));
    words.push(reference(rng));
    if once_in(rng, 6) {
        words.push(reference(rng));
    }
    Verb {
        words,
        is_read: true,
        ..Verb::default()
    }
}

/// Returns a verb that only reads.
fn look(rng: &mut Rng) -> Verb {
    let mut fate = Fate::Ends;
    let words = match rng.usize(..10) {
        0 | 1 => words(&["ps", "-a"]),
        2 => words(&["ps"]),
        3 | 4 => words(&["images"]),
        5 => [words(&["logs"]), vec![reference(rng)]].concat(),
        6 => {
            fate = killed(rng, 500);
            [words(&["logs", "-f"]), vec![reference(rng)]].concat()
        }
        7 => [words(&["inspect"]), vec![reference(rng)]].concat(),
        _ => {
            let mut template = one_of(rng, &TEMPLATES).as_bytes().to_vec();
            if once_in(rng, 4) {
                template.extend_from_slice(&odd::word(rng));
                template.extend(one_of(rng, &TEMPLATES).as_bytes());
            }
            if once_in(rng, 12) {
                template = template.repeat(2000);
                template.truncate(100_000);
            }
            let options = [b"inspect".to_vec(), b"-f".to_vec(), template];
            [options.to_vec(), vec![reference(rng)]].concat()
        }
    };
    Verb {
        words,
        fate,
        is_read: true,
        ..Verb::default()
    }
}

fn import(rng: &mut Rng) -> Verb {
    let mut words = words(&["import"]);
    if once_in(rng, 5) {
        let word = one_of(rng, &["CMD ", "EXPOSE ", "ENV ", ""]);
        words.push(b"-c".to_vec());
        words.push([word.as_bytes(), &odd::word(rng)].concat());
    }
    words.push(b"-".to_vec());
    words.push(match rng.usize(..8) {
        0 => odd::word(rng),
        _ => b"evil".to_vec(),
    });
    let input = match rng.usize(..10) {
        0 => Input::Bytes(odd::bytes(rng)),
        _ => Input::Image(Image::any(rng)),
    };
    Verb {
        words,
        input,
        is_read: true,
        ..Verb::default()
    }
}

/// Words in no order.
fn nonsense(rng: &mut Rng) -> Verb {
    let known = [
        "run", "exec", "ps", "rm", "stop", "inspect", "-f", "-a", "--help",
        "--rm", "--name", "busybox", "true", "kill", "-s", "images", "--net",
    ];
    let word = |rng: &mut Rng| {
        if rng.bool() {
            one_of(rng, &known).as_bytes().to_vec()
        } else {
            odd::word(rng)
        }
    };
    let count = rng.usize(..6);
    Verb {
        words: (0..count).map(|_| word(rng)).collect(),
        is_read: true,
        ..Verb::default()
    }
}
