//! Number of system calls, and memory, of the small tools and of `container`.
//! The kernel counts: these numbers are the same on every computer, as times
//! are not.

use std::time::Duration;

use crate::faults::subject::machines;

/// `crowd N` adds processes, each with a uts namespace of its own; `calls`
/// prints how many system calls a command has made, with those of the shell
/// that it was; `memory` prints the largest resident set.
const FUNCTIONS: &str = r#"exec 2>&1
mount -t tracefs tracefs /sys/kernel/tracing
event=/sys/kernel/tracing/events/raw_syscalls/sys_enter
all=0
crowd() {
    all=$((all + $1))
    for _ in $(seq $1); do unshare --uts sleep infinity & done
    until [ $(list-namespaces --all --type uts | wc -l) -gt $((all + 1)) ]
    do :; done
}
calls() {
    echo hist:keys=common_pid > $event/trigger
    bash -c 'echo $$ > /run/pid; exec "$@" > /run/answer' - "$@"
    sed -n "s/.*common_pid: *$(cat /run/pid) }.*hitcount: *//p" $event/hist
    echo '!hist:keys=common_pid' > $event/trigger
}
memory() {
    busybox time -v "$@" 2>&1 >/run/answer |
        sed -n 's/.*Maximum resident.*: *//p'
}
"#;

/// Runs a script in a machine of its own, and returns the numbers it prints.
fn numbers(script: &str) -> Vec<usize> {
    let mut machine = machines().machine().unwrap();
    let script = format!("{FUNCTIONS}{script}");
    let limit = Duration::from_secs(120);
    let output = machine.exec(&["bash", "-c", &script], b"", limit).unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let number = |word: &str| word.parse().unwrap_or_else(|_| panic!("{text}"));
    text.split_whitespace().map(number).collect()
}

/// Eleven for a process: open, eight times readlinkat, close, stat. Three for
/// the command of a row: open, read, close. One more is for what grows.
const CALLS_OF_ONE: usize = 15;

#[test]
fn a_list_of_all_takes_so_many_calls_for_each_process_and_no_more() {
    let found = numbers(
        "for _ in 1 2 3; do
            crowd 40; calls list-namespaces --all; calls lsns
        done
        memory list-namespaces --all; memory lsns",
    );
    let [a, theirs_a, b, _, c, theirs_c, memory, theirs] = found[..] else {
        panic!("{found:?}")
    };
    assert!(b - a >= 40 * 11, "{found:?}");
    assert!(b - a <= 40 * CALLS_OF_ONE, "{found:?}");
    assert!(c - b <= 40 * CALLS_OF_ONE, "{found:?}");
    assert!((c - a) * 3 <= theirs_c - theirs_a, "{found:?}");
    assert!(memory > 0 && memory <= theirs, "{found:?}");
}

/// Calls of a program that joins or moves, beside those of its command. Most
/// of them are the start of any Rust program.
const CALLS_OF_A_START: usize = 40;

#[test]
fn set_ns_and_unshare_make_few_calls_beside_those_of_their_command() {
    let found = numbers(
        "calls busybox true
        calls set_ns /proc/self/ns/uts busybox true
        calls unshare --uts busybox true
        calls nsenter --uts=/proc/self/ns/uts busybox true",
    );
    let [nothing, set_ns, unshare, nsenter] = found[..] else {
        panic!("{found:?}")
    };
    assert!(set_ns > nothing && unshare > nothing, "{found:?}");
    assert!(set_ns <= nothing + CALLS_OF_A_START, "{found:?}");
    assert!(unshare <= nothing + CALLS_OF_A_START, "{found:?}");
    assert!((set_ns - nothing) * 2 < nsenter - nothing, "{found:?}");
}

/// Largest memory of a monitor that no other process shares, in KiB: the data
/// of a static program, and a few pages of stack and heap. A copy of the
/// command has 220 and more.
const MEMORY_OF_A_MONITOR: usize = 112;

#[test]
fn a_monitor_has_little_memory_however_many_containers_there_are() {
    let found = numbers(
        "container import /usr/share/images/busybox.tar busybox >/dev/null
        own() {
            container run -d busybox sleep infinity >/dev/null
            sed -n 's/^Anonymous: *\\([0-9]*\\) kB/\\1/p' \
                /proc/$(pgrep -nx container)/smaps_rollup
        }
        own
        for _ in $(seq 60); do container run --net none busybox true; done
        own",
    );
    let [alone, among_many] = found[..] else {
        panic!("{found:?}")
    };
    assert!(alone > 0 && alone <= MEMORY_OF_A_MONITOR, "{found:?}");
    assert!(among_many <= alone + 8, "{found:?}");
}

/// Prints how many system calls a command and its children make. Only the
/// processes that it starts have numbers from its own on.
const OF_ALL: &str = r#"calls_of_all() {
    echo hist:keys=common_pid > $event/trigger
    bash -c 'echo $$ > /run/pid; exec "$@" > /run/answer' - "$@"
    mapfile -t hist <$event/hist
    echo '!hist:keys=common_pid' > $event/trigger
    printf '%s\n' "${hist[@]}" |
        sed -n 's/.*common_pid: *\([0-9]*\) }.*hitcount: */\1 /p' |
        busybox awk -v first=$(cat /run/pid) \
            '$1 >= first { all += $2 } END { print all }'
}
"#;

/// Calls of `container run --rm` with those of its command, on a kernel that has
/// not the two calls for a root.
const CALLS_OF_A_CONTAINER: usize = 450;

/// For the state of another container: eleven, and one for what grows.
const CALLS_OF_A_STATE: usize = 12;

#[test]
fn a_container_takes_so_many_calls_and_few_more_for_each_that_is_there() {
    let script = "container import /usr/share/images/busybox.tar busybox \
            >/dev/null
        run() { calls_of_all container run --rm busybox true; }
        container run --rm busybox true
        calls busybox true; run; run
        for _ in $(seq 40); do container run --net none busybox true; done
        run";
    let found = numbers(&format!("{OF_ALL}{script}"));
    let [command, once, again, beside_40] = found[..] else {
        panic!("{found:?}")
    };
    assert!(once > command + 200, "{found:?}");
    assert!(once <= command + CALLS_OF_A_CONTAINER, "{found:?}");
    assert!(again <= once + 10, "{found:?}");
    assert!(beside_40 >= again + 40 * 5, "{found:?}");
    assert!(beside_40 <= again + 40 * CALLS_OF_A_STATE, "{found:?}");
}
