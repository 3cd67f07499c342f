//! A random round, made from a seed.

use std::time::Duration;

use fastrand::Rng;

use super::inside::{self, May};
use super::odd::{self, once_in, one_of};
use super::spoil::Spoil;
use super::step::{Fate, Step, Verb};
use super::verbs::{
    NAMES, exec, import, killed, life, look, nonsense, run, shell, words,
};

/// Commands that a shell runs before it becomes `container`.
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

/// Returns the steps of a round. A seed is always the same round.
pub fn round(seed: u64) -> Vec<Step> {
    let mut rng = Rng::with_seed(seed);
    let length = rng.usize(6..24);
    let mut steps: Vec<_> = (0..length).map(|_| step(&mut rng)).collect();
    // The verbs that follow have a container.
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

/// Returns a verb in a random setting, which may be killed.
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
