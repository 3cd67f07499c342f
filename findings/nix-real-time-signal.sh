#!/bin/sh
# A child that a real-time signal has ended cannot be waited for with nix:
# waitpid(2) succeeds and reaps the child, and then nix has no name for the
# signal, and returns EINVAL. The status is lost, and a second call finds no
# child. The standard library has the status.
#
# Seen: nix 0.31.3, on Linux with glibc 2.36.
#
#     nix: Err(EINVAL), then Err(ECHILD)
#     std: Some(34)
#
# Needs cargo. Ends with 0 if that is so, with 1 if it has changed.

set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir src
cat >Cargo.toml <<'END'
[package]
name = "finding"
version = "0.0.0"
edition = "2024"

[dependencies]
nix = { version = "=0.31.3", features = ["process", "signal"] }
END
cat >src/main.rs <<'END'
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command};

use nix::sys::wait::waitpid;
use nix::unistd::Pid;

/// A child that sends itself the signal SIGRTMIN of the C library.
fn child() -> Child {
    Command::new("sh").args(["-c", "kill -34 $$"]).spawn().unwrap()
}

fn main() {
    let pid = Pid::from_raw(child().id() as i32);
    println!("nix: {:?}, then {:?}", waitpid(pid, None), waitpid(pid, None));
    println!("std: {:?}", child().wait().unwrap().signal());
}
END
cargo run --quiet >output
cat output
cat >expected <<'END'
nix: Err(EINVAL), then Err(ECHILD)
std: Some(34)
END
cmp output expected
