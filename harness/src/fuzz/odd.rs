//! Words with a special meaning elsewhere, and random bytes.

use fastrand::Rng;

const ODD: [&[u8]; 28] = [
    b"",
    b"-",
    b"--",
    b"-1",
    b".",
    b"..",
    b"/",
    b"//",
    b"../../root",
    b"=",
    b"=x",
    b"\xff",
    b"a\xfe\xffb",
    b"\xc3",
    "ü".as_bytes(),
    b"a\nb",
    b"\t",
    b"\x1b]0;T\x07",
    b"%s%n",
    b"{{",
    b"'\"$(",
    b"container:",
    b"sha256:",
    b"busybox:",
    b"0",
    b"18446744073709551616",
    b"null",
    "\u{202e}".as_bytes(),
];

/// Returns true once in so many times.
pub fn once_in(rng: &mut Rng, times: usize) -> bool {
    rng.usize(..times) == 0
}

/// Returns a random element.
pub fn one_of<T: Copy>(rng: &mut Rng, all: &[T]) -> T {
    all[rng.usize(..all.len())]
}

/// Returns a word that can be an argument: it has no zero byte.
pub fn word(rng: &mut Rng) -> Vec<u8> {
    match rng.usize(..10) {
        0 => vec![b'a'; one_of(rng, &[64, 255, 256, 4096, 70_000])],
        1..=3 => bytes(rng).into_iter().filter(|it| *it != 0).collect(),
        _ => one_of(rng, &ODD).to_vec(),
    }
}

/// Returns a file name: it has no slash, and is not too long.
pub fn file_name(rng: &mut Rng) -> Vec<u8> {
    let mut name = word(rng);
    name.retain(|byte| *byte != b'/');
    name.truncate(200);
    match name.as_slice() {
        b"" | b"." | b".." => b"\xff".to_vec(),
        _ => name,
    }
}

/// Returns random bytes.
pub fn bytes(rng: &mut Rng) -> Vec<u8> {
    let length = rng.usize(1..24);
    (0..length).map(|_| rng.u8(..)).collect()
}
