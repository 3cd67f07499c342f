//! Whatever a program does to its machine, it gets its verdict in time, and
//! neither this computer nor the next check has anything of it.

use std::collections::BTreeMap;
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock};
use std::time::{Duration, Instant};

use harness::course;
use harness::exercise::build::{Built, Package, target_folder};
use harness::exercise::grade::grade_in;
use harness::exercise::prepare::prepare;
use harness::exercise::{Exercise, Verdict, catalogue, show};
use harness::laboratory::Laboratory;
use nix::unistd::Pid;

/// The bound, with the making of the machine.
const BOUND: Duration = Duration::from_secs(20);

/// What runs in every machine of these tests is a program of exercise 3.1.
fn exercise() -> Exercise {
    let number = "3.1".parse().unwrap();
    catalogue::find(&course::workspace(), number)
        .unwrap()
        .exercise
}

fn laboratory() -> Laboratory {
    static OPEN: OnceLock<Laboratory> = OnceLock::new();
    let open = || {
        let mut laboratory = Laboratory::open(&course::workspace()).unwrap();
        // The first boots and saves it; that is not the program's time.
        drop(laboratory.machine().unwrap());
        laboratory
    };
    OPEN.get_or_init(open).clone()
}

/// Two machines at the same time are enough for any computer.
fn turn() -> MutexGuard<'static, ()> {
    static TWO: [Mutex<()>; 2] = [Mutex::new(()), Mutex::new(())];
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed) % TWO.len();
    TWO[number]
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// The verdict, and the process of the machine it was found in.
fn grade(program: &[u8]) -> (Verdict, Pid) {
    let exercise = exercise();
    let machine = laboratory().machine().unwrap();
    let qemu = machine.qemu_pid();
    let prepared = prepare(&exercise, machine).unwrap();
    (grade_in(&exercise, program, prepared).unwrap(), qemu)
}

fn script(commands: &str) -> Vec<u8> {
    format!("#!/bin/bash\n{commands}\n").into_bytes()
}

/// A program that does what is asked, in bash.
const RIGHT: &str = "pid=$1; shift; exec nsenter -t $pid -n \"$@\"";

/// It is not solved, and these words say why.
fn is_hostile(program: &[u8], words: &str) {
    let _turn = turn();
    drop(laboratory());
    let begin = Instant::now();
    let (verdict, qemu) = grade(program);
    let took = begin.elapsed();
    let shown = show::verdict(&verdict);
    assert!(!verdict.solved(), "{shown}");
    assert!(verdict.feedback.is_some(), "{shown}");
    assert!(shown.contains(words), "{words:?} is not in:\n{shown}");
    assert!(shown.lines().count() < 60, "{shown}");
    assert!(took < BOUND, "{took:?}\n{shown}");
    assert!(!fs::exists(format!("/proc/{qemu}")).unwrap(), "{shown}");
    let (next, _) = grade(&script(RIGHT));
    assert!(next.solved(), "{}", show::verdict(&next));
}

macro_rules! hostile {
    ($($name:ident: $commands:expr => $words:expr;)*) => {
        $(#[test]
        fn $name() {
            is_hostile(&script($commands), $words);
        })*
    };
}

hostile! {
    a_fork_bomb:
        "bomb() { while :; do bomb & done; }; bomb" => "does not come to answer";
    filled_memory:
        "a=x; while :; do a=$a$a; done" => "when memory runs out";
    filled_file_systems:
        "for i in /tmp /run /dev/shm ''; do cat /dev/zero >$i/a; done"
        => "ended with status";
    an_endless_loop:
        "while :; do :; done" => "it still runs after 8 s";
    endless_output:
        "yes" => "it still runs after 8 s";
    endless_output_without_lines:
        "tr '\\0' x </dev/zero" => "it still runs after 8 s";
    endless_output_on_the_console:
        "tr '\\0' x </dev/zero >/dev/ttyS0" => "it still runs after 8 s";
    endlessly_ready:
        "yes ready" => "it still runs after 8 s";
    every_signal_for_pid_1:
        "for n in {1..64}; do kill -$n 1; done; echo alive" => "| alive";
    the_end_of_all_processes:
        "kill -9 -1; while :; do :; done" => "it still runs after 8 s";
    a_reboot:
        "reboot -f" => "ended the machine's kernel";
    a_poweroff:
        "poweroff -f" => "switched the machine off";
    a_halt:
        "halt -f" => "does not come to answer";
    a_panic:
        "echo c >/proc/sysrq-trigger" => "ended the machine's kernel";
    no_proc:
        "umount -l /proc" => "took away what the machine's PID 1 needs";
    nothing_mounted:
        "umount -l /proc /sys /dev /run /tmp; umount -a; umount -l /"
        => "took away what the machine's PID 1 needs";
    nothing_open:
        "exec <&- >&- 2>&-; while :; do :; done" => "it still runs after 8 s";
    nothing_left:
        "rm -rf /*" => "ended with status";
    another_init:
        "cp /bin/busybox /init; exec \"$@\"" => "ended with status";
}

/// What bash cannot do.
fn compiled(text: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hostile.rs");
    fs::write(&file, text).unwrap();
    let workspace = course::workspace();
    let package = Package {
        folder: target_folder(&workspace).join("hostile"),
        workspace: &workspace,
        colour: false,
    };
    let sources = BTreeMap::from([("hostile".to_owned(), file)]);
    let (mut built, _) = package.build_from(&sources, &[]).unwrap();
    match built.remove("hostile").unwrap() {
        Built::Program(program) => program,
        Built::DoesNotCompile(errors) => panic!("{errors}"),
    }
}

#[test]
fn a_loop_that_runs_before_everybody_else() {
    let program = compiled(
        "fn main() {
            // Each thread asks to run before all that has no such wish.
            let first = libc::sched_param { sched_priority: 99 };
            for _ in 0..4 {
                std::thread::spawn(move || {
                    unsafe { libc::sched_setscheduler(0, 1, &first) };
                    loop { std::hint::spin_loop(); }
                });
            }
            loop { std::thread::park(); }
        }",
    );
    is_hostile(&program, "");
}

#[test]
fn memory_that_nobody_gives_back() {
    let program = compiled(
        "fn main() {
            let mut all = Vec::new();
            loop { all.push(vec![1u8; 1 << 20]); }
        }",
    );
    is_hostile(&program, "when memory runs out");
}
