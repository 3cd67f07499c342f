//! The properties that fuzz/ looks for holes in, with any compiler: on what
//! libFuzzer has kept, and on changes of it that nobody has chosen.
//!
//! `FUZZ_SECONDS` makes it longer, `FUZZ_SEED` other changes.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use harness::course;

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

/// What libFuzzer has kept, in an order that does not change.
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
    let (corpus, words) = (corpus(target), dictionary());
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
    let (begin, mut count) = (Instant::now(), 0);
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
