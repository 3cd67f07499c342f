//! The properties that fuzz/ looks for holes in, with any compiler: on what
//! libFuzzer has kept, and on changes of it that nobody has chosen. Random
//! verbs for `container` (harness/src/fuzz) are here for some seconds.
//!
//! `FUZZ_SECONDS` makes it longer, `FUZZ_SEED` other changes.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::process::Output;
use std::time::{Duration, Instant};

use harness::course;
use harness::exit_code::{DIFFERS, ENVIRONMENT};

use crate::english;
use crate::faults::subject::not_run;

#[path = "../../fuzz/properties/frames.rs"]
mod frames;
#[path = "../../fuzz/properties/lesson.rs"]
mod lesson;

/// Inputs are no longer than this: what breaks can be seen in short ones.
const LONGEST: usize = 4096;

/// splitmix64.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.0;
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (number ^ (number >> 31)) as usize % end.max(1)
    }

    fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

fn setting(name: &str) -> Option<u64> {
    let value = std::env::var(name).ok()?;
    Some(value.parse().unwrap_or_else(|_| panic!("{name}={value}")))
}

/// Inputs that libFuzzer has kept, in an order that does not change.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = course::workspace().join("fuzz/corpus").join(target);
    let mut files: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files.iter().map(|file| fs::read(file).unwrap()).collect()
}

/// The lines of fuzz/lesson.dict, as it writes bytes.
fn dictionary() -> Vec<Vec<u8>> {
    let file = course::workspace().join("fuzz/lesson.dict");
    let text = fs::read_to_string(file).unwrap();
    let entries = text.lines().filter_map(|line| {
        let quoted = line.strip_prefix('"')?.strip_suffix('"')?;
        let mut bytes = Vec::new();
        let mut rest = quoted.bytes();
        while let Some(byte) = rest.next() {
            let escape = (byte == b'\\').then(|| rest.next()).flatten();
            bytes.push(match escape {
                None => byte,
                Some(b'x') => {
                    let digits = [rest.next()?, rest.next()?];
                    let digits = str::from_utf8(&digits).ok()?;
                    u8::from_str_radix(digits, 16).ok()?
                }
                Some(other) => other,
            });
        }
        Some(bytes)
    });
    entries.collect()
}

/// A place in the input, and one at or behind it.
fn range(random: &mut Random, length: usize) -> std::ops::Range<usize> {
    let start = random.below(length + 1);
    start..start + random.below(length - start + 1)
}

fn change(
    random: &mut Random,
    input: &mut Vec<u8>,
    corpus: &[Vec<u8>],
    words: &[Vec<u8>],
) {
    let at = random.below(input.len() + 1);
    match random.below(6) {
        0 if at < input.len() => input[at] ^= 1 << random.below(8),
        1 if at < input.len() => input[at] = random.below(256) as u8,
        2 => drop(input.drain(range(random, input.len()))),
        3 => drop(input.splice(at..at, random.one_of(words).clone())),
        4 => {
            let copied = input[range(random, input.len())].to_vec();
            drop(input.splice(at..at, copied));
        }
        _ => {
            let other = random.one_of(corpus);
            let part = other[range(random, other.len())].to_vec();
            drop(input.splice(range(random, input.len()), part));
        }
    }
    input.truncate(LONGEST);
}

/// Holds all that is kept, and so many changes of it, against a property. The
/// input that breaks it is printed, and written beside the corpus.
fn fuzz(target: &str, changes: u64, holds: fn(&[u8])) {
    let seed = setting("FUZZ_SEED").unwrap_or(1);
    let time = setting("FUZZ_SECONDS").map(Duration::from_secs);
    let corpus = corpus(target);
    let words = dictionary();
    assert!(corpus.len() > 100, "fuzz/corpus/{target} is not there");
    let try_one = |input: &[u8]| {
        if let Err(cause) = catch_unwind(AssertUnwindSafe(|| holds(input))) {
            let artifacts = Path::new("fuzz/artifacts").join(target);
            let folder = course::workspace().join(&artifacts);
            let _ = fs::create_dir_all(&folder);
            let _ = fs::write(folder.join("found"), input);
            let text = String::from_utf8_lossy(input);
            eprintln!("{}/found: {text:?}", artifacts.display());
            resume_unwind(cause);
        }
    };
    for input in &corpus {
        try_one(input);
    }
    let mut random = Random(seed);
    let begin = Instant::now();
    let mut count = 0;
    while time.map_or(count < changes, |time| begin.elapsed() < time) {
        let mut input = random.one_of(&corpus).clone();
        for _ in 0..=random.below(4) {
            change(&mut random, &mut input, &corpus, &words);
        }
        try_one(&input);
        count += 1;
    }
    println!("{target}: {} kept, {count} changed", corpus.len());
}

#[test]
fn any_bytes_are_messages_or_an_error_however_they_are_cut() {
    fuzz("frames", 50_000, frames::hold);
}

#[test]
fn any_text_is_a_lesson_that_can_be_blessed_or_has_errors_at_its_lines() {
    fuzz("lesson", 5_000, lesson::hold);
}

/// Throws rounds of random verbs at `container`, or at the program that is
/// named. Nothing comes back where it cannot be done.
fn fuzz_container(arguments: &[&str]) -> Option<Output> {
    let mut harness = english::harness();
    let output = harness.arg("fuzz").args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.code() == Some(ENVIRONMENT.into()) {
        assert!(std::env::var("CI").is_err(), "CI is root: {said}");
        not_run("random verbs for container", &said.trim());
        return None;
    }
    Some(output)
}

#[test]
fn any_verbs_in_any_order_end_and_leave_nothing_and_nothing_is_seen() {
    let Some(output) = fuzz_container(&["--rounds", "16", "--seed", "1"])
    else {
        return;
    };
    let found = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{found}");
    assert!(found.contains("nothing found"), "{found}");
}

/// A `container` that does nothing, and is well, but for this.
fn container_that(fault: &str) -> String {
    format!(
        "#!/bin/sh
         mkdir -p /run/container /var/lib/container/containers
         : >/run/container/lock
         case $* in
         {fault} ;;
         *alive*) echo alive ;;
         images) echo busybox ;;
         esac"
    )
}

#[test]
fn a_container_that_breaks_a_promise_is_found() {
    for (broken, fault) in [
        ("Panicked", "*web*) echo panicked at a.rs:1:2: >&2; exit 1"),
        ("Panicked", "*web*) kill -ABRT $$"),
        ("Hung", "*web*) exec sleep 1000"),
        ("Seen", "*web*) cat /root/canary"),
        ("Written", "*web*) echo >/etc/new"),
        ("Written", "*web*) echo >/root/canary"),
        ("Signalled", "*web*) kill $(pidof sleep)"),
        ("Kept", "*web*) cd /root; sleep 1000 >/dev/null 2>&1 &"),
        ("Left", "*web*) sleep 1000 >/dev/null 2>&1 &"),
        ("Left", "*web*) mkdir /sys/fs/cgroup/new"),
        ("Left", "*web*) : >/run/container/new"),
        ("Left", "ps?-aq) echo 012345678912"),
        ("Status", "run*exit*) exit 77"),
        ("Control", "images) printf 'busybox \\033]0;T\\007\\n'"),
        ("Dead", "*alive*) exit 1"),
        ("Dead", "images) echo nothing"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("container");
        fs::write(&program, container_that(fault)).unwrap();
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(&program, mode).unwrap();
        let output = fuzz_container(&[
            "--program",
            program.to_str().unwrap(),
            "--rounds",
            "4",
            "--seed",
            "1",
            "--patience",
            "2",
            "--as-found",
        ]);
        let Some(output) = output else { return };
        let found = String::from_utf8_lossy(&output.stdout);
        let said = String::from_utf8_lossy(&output.stderr);
        let code = output.status.code();
        assert_eq!(code, Some(DIFFERS.into()), "{fault}: {found}{said}");
        let expected = format!(" s: {broken}\n");
        assert!(found.contains(&expected), "{fault}: {found}");
        assert!(found.contains("--seed "), "{fault}: {found}");
    }
}
