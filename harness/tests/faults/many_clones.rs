//! Clones in a row: as many as a long course day has, and nothing adds up.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::time::{Duration, Instant};

use harness::machine::kernel;

use super::subject::{machines, wait_for};

/// Numbers of things that this process has, which must not grow.
#[derive(Debug, PartialEq, Eq)]
struct Held {
    files: usize,
    threads: usize,
    children: usize,
}

fn held() -> Held {
    let count = |folder: &str| fs::read_dir(folder).unwrap().count();
    let tasks = fs::read_dir("/proc/self/task").unwrap().flatten();
    let children = tasks.map(|task| {
        let children = fs::read_to_string(task.path().join("children"));
        children.unwrap_or_default().split_whitespace().count()
    });
    Held {
        files: count("/proc/self/fd"),
        threads: count("/proc/self/task"),
        children: children.sum(),
    }
}

/// The memory of this process that is in use, in KiB.
fn resident() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let number = line.unwrap().split_whitespace().nth(1);
    number.unwrap().parse().unwrap()
}

#[test]
#[ignore = "takes minutes: just clones"]
fn five_hundred_clones_in_a_row_leave_nothing_behind() {
    let count = std::env::var("CLONES").map_or(500, |n| n.parse().unwrap());
    let mut machines = machines();
    let before = held();
    // It may have to be booted, and fills what is filled once.
    drop(machines.machine().unwrap());
    let memory = resident();
    let mut numbers = BTreeSet::new();
    let mut times = Vec::new();
    for _ in 0..count {
        let begin = Instant::now();
        let mut machine = machines.machine().unwrap();
        let random = ["cat", "/proc/sys/kernel/random/uuid"];
        let limit = Duration::from_secs(60);
        let output = machine.exec(&random, b"", limit).unwrap();
        times.push(begin.elapsed());
        assert!(numbers.insert(output.stdout), "a number came twice");
        drop(machine);
        // Its threads end when QEMU's sockets do.
        wait_for("what was before", || (held() == before).then_some(()));
    }
    times.sort();
    let at = |part: usize| times[(times.len() - 1) * part / 100].as_millis();
    println!(
        "{count} clones, with the programs, to the first answer: least {} ms, \
         median {} ms, 99 of 100 {} ms, most {} ms; memory {} KiB before, \
         {} KiB after",
        at(0),
        at(50),
        at(99),
        at(100),
        memory,
        resident()
    );
    assert!(resident() < memory + (32 << 10), "{} KiB", resident());
    let machines = kernel::cache().unwrap().join("machines");
    let half = fs::read_dir(&machines).unwrap().flatten();
    let half = half.filter(|it| it.file_name().to_string_lossy().len() < 32);
    assert_eq!(half.count(), 1, "nothing but the lock");
    File::open(machines.join("lock"))
        .unwrap()
        .try_lock()
        .unwrap();
}
