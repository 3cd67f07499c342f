#!/bin/sh
# clippy takes a match that lets only some values through for unwrap_or, and
# its suggestion, which `cargo clippy --fix` applies, changes what a program
# does: the binding is behind an or-pattern, and other values take the arm `_`.
#
# Seen: clippy 0.1.95 (Rust 1.95.0), 0.1.97 (nightly of May 2026).
#
#     before: 128
#     after: 1
#
# Needs cargo and clippy. Ends with 0 if that is so, with 1 if it has changed.

set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir src
cat >Cargo.toml <<'END2'
[package]
name = "finding"
version = "0.0.0"
edition = "2024"
END2
cat >src/main.rs <<'END2'
fn status(of: Option<u8>) -> u8 {
    match of {
        Some(status @ (126 | 127)) => status,
        _ => 128,
    }
}

fn main() {
    println!("{}", status(Some(1)));
}
END2
printf 'before: ' >output
cargo run --quiet >>output
cargo clippy --quiet --fix --allow-no-vcs >log 2>&1 || cat log
printf 'after: ' >>output
cargo run --quiet >>output
cat output
cat >expected <<'END2'
before: 128
after: 1
END2
cmp output expected
