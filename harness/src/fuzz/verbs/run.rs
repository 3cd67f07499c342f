//! `container run`, with its options.

use fastrand::Rng;

use super::words::{NAMES, killed, lasts, reference, shell};
use crate::fuzz::inside::{self, May, Program};
use crate::fuzz::odd::{self, once_in, one_of};
use crate::fuzz::step::{Input, Verb};

/// Runs a program in a new container.
pub(in crate::fuzz) fn run(rng: &mut Rng) -> Verb {
    let mut run = RunVerb::new();
    run.life(rng);
    run.name(rng);
    run.program(rng);
    run.namespaces(rng);
    run.streams(rng);
    run.image(rng);
    run.end(rng)
}

/// A `container run` in the making.
struct RunVerb {
    verb: Verb,
    may: May,
    detached: bool,
    /// Whether the exit status is that of the program.
    plain: bool,
}

impl RunVerb {
    fn new() -> Self {
        Self {
            verb: Verb {
                words: vec![b"run".to_vec()],
                is_read: true,
                ..Verb::default()
            },
            may: May {
                signal_all: true,
                rename_links: true,
                privileged: false,
            },
            detached: false,
            plain: true,
        }
    }

    fn add(&mut self, option: &str) {
        self.verb.words.push(option.into());
    }

    fn add_with(&mut self, option: &str, value: Vec<u8>) {
        self.add(option);
        self.verb.words.push(value);
    }

    fn life(&mut self, rng: &mut Rng) {
        self.detached = once_in(rng, 2);
        if self.detached {
            self.add("-d");
        }
        if once_in(rng, 3) {
            self.add("--rm");
        }
        if once_in(rng, 4) {
            self.add("--privileged");
            self.may.privileged = true;
        }
    }

    fn name(&mut self, rng: &mut Rng) {
        if once_in(rng, 3) {
            return;
        }
        let name = match rng.usize(..24) {
            0 => odd::word(rng),
            1..=10 => NAMES[0].into(),
            11..=16 => NAMES[1].into(),
            _ => one_of(rng, &NAMES).into(),
        };
        self.add_with("--name", name);
    }

    /// Adds options about the program: its folder and its environment.
    fn program(&mut self, rng: &mut Rng) {
        if once_in(rng, 4) {
            self.add_with("-w", folder(rng));
            self.plain = false;
        }
        if once_in(rng, 20) {
            self.add_with("-e", [b"X=", &odd::word(rng)[..]].concat());
            self.add_with("-e", odd::word(rng));
        }
        if once_in(rng, 8) {
            self.add_with("-e", b"OURS".to_vec());
            let value = odd::word(rng);
            self.verb.environment.push((b"OURS".to_vec(), value));
        }
    }

    fn namespaces(&mut self, rng: &mut Rng) {
        if once_in(rng, 12) {
            self.add_with("-h", odd::word(rng));
        }
        if once_in(rng, 4) {
            self.add_with("--net", mode(rng, &["none", "host", "bridge"]));
            self.may.rename_links = false;
        }
        if once_in(rng, 6) {
            let known = ["host", "private", "shareable"];
            self.add_with("--ipc", mode(rng, &known));
        }
        if once_in(rng, 6) {
            self.add_with("--pid", mode(rng, &["host"]));
            self.may.signal_all = false;
        }
        if once_in(rng, 8) {
            self.add_with("--uts", mode(rng, &["host", ""]));
        }
    }

    /// Adds options about ports, standard input and a terminal.
    fn streams(&mut self, rng: &mut Rng) {
        if once_in(rng, 8) {
            let known = ["4000:80", "4001:80", "0:1", "4000:4000"];
            self.add_with("-p", one_of(rng, &known).into());
        }
        if once_in(rng, 6) {
            self.add("-i");
            self.verb.input = Input::Bytes(odd::bytes(rng));
        }
        if once_in(rng, 10) {
            self.add("-t");
            self.plain = false;
        }
    }

    fn image(&mut self, rng: &mut Rng) {
        let image = match rng.usize(..12) {
            0..=1 => b"evil".to_vec(),
            2 if once_in(rng, 3) => odd::word(rng),
            _ => b"busybox".to_vec(),
        };
        self.plain &= image == b"busybox";
        self.verb.words.push(image);
    }

    /// Adds the program itself, and the end that it has.
    fn end(self, rng: &mut Rng) -> Verb {
        let mut verb = self.verb;
        let program = inside::program(rng, self.may);
        if self.plain && !self.detached {
            verb.status = status(&program);
        }
        verb.words.extend(shell(program.clone()));
        if !self.detached && lasts(&program, &verb) {
            verb.fate = killed(rng, 1500);
        }
        verb
    }
}

/// Returns a mode of a namespace.
fn mode(rng: &mut Rng, known: &[&str]) -> Vec<u8> {
    match rng.usize(..24) {
        0..=16 => one_of(rng, known).into(),
        17..=22 => [b"container:", &reference(rng)[..]].concat(),
        _ => odd::word(rng),
    }
}

/// Returns a path for the working directory.
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

/// Returns the exit status that a program ends with, if it names one.
fn status(program: &Program) -> Option<i32> {
    let script = str::from_utf8(&program.script).ok()?;
    let (_, status) = script.rsplit_once("exit ")?;
    status.parse().ok().filter(|_| program.ends)
}
