#!/bin/sh
# A session of rexpect goes on reading after its program has ended. A terminal
# whose other side is closed answers each read(2) with EIO. The thread that reads
# keeps each of these errors for its session and reads again: until the session
# is dropped, a processor is busy and memory grows. A test that holds a session
# while it waits for something else fills the computer's memory.
#
# Seen: rexpect 0.7.1, Linux 6.18.
#
#     the program has ended
#     200 ms later: processor busy: yes; memory grows: yes
#     dropped, 200 ms later: processor busy: no; memory grows: no
#
# Needs cargo. Ends with 0 if that is so, with 1 if it has changed. The session
# is held for 200 ms: some 100 MB.

set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir src
cat >Cargo.toml <<'TOML'
[package]
name = "finding"
version = "0.0.0"
edition = "2024"

[dependencies]
rexpect = "=0.7.1"
TOML
cat >src/main.rs <<'RUST'
use std::fs;
use std::thread::sleep;
use std::time::Duration;

/// Ticks of processor time (proc_pid_stat(5)), and kilobytes that were taken at
/// most (VmHWM of proc_pid_status(5)).
fn taken() -> (u64, u64) {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let fields = stat.rsplit(')').next().unwrap().split_whitespace();
    let numbers: Vec<u64> = fields.map(|it| it.parse().unwrap_or(0)).collect();
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let most = status.lines().find_map(|it| it.strip_prefix("VmHWM:"));
    let most = most.unwrap().trim().trim_end_matches(" kB");
    (numbers[11] + numbers[12], most.parse().unwrap())
}

/// What 200 ms take, of a processor (20 ticks) and of memory.
fn watch(when: &str) {
    let before = taken();
    sleep(Duration::from_millis(200));
    let after = taken();
    let said = |yes| if yes { "yes" } else { "no" };
    println!(
        "{when}: processor busy: {}; memory grows: {}",
        said(after.0 - before.0 >= 4),
        said(after.1 - before.1 >= 2000),
    );
}

fn main() {
    let mut session = rexpect::spawn("true", Some(10_000)).unwrap();
    session.exp_eof().unwrap();
    println!("the program has ended");
    watch("200 ms later");
    drop(session);
    sleep(Duration::from_millis(100));
    watch("dropped, 200 ms later");
}
RUST
cargo run --quiet >output
cat output
cat >expected <<'TEXT'
the program has ended
200 ms later: processor busy: yes; memory grows: yes
dropped, 200 ms later: processor busy: no; memory grows: no
TEXT
cmp output expected
