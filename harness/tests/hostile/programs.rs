//! Programs that mean harm to their machine: scripts of bash, and at the end the
//! text of programs that are compiled.

use std::collections::BTreeMap;
use std::fs;

use harness::course;
use harness::exercise::build::{Built, Package, target_folder};

pub const A_FORK_BOMB: &str = "bomb() { while :; do bomb & done; }; bomb";

pub const FILLED_MEMORY: &str = "a=x; while :; do a=$a$a; done";

pub const FILLED_FILE_SYSTEMS: &str =
    "for i in /tmp /run /dev/shm ''; do cat /dev/zero >$i/a; done";

pub const AN_ENDLESS_LOOP: &str = "while :; do :; done";

pub const ENDLESS_OUTPUT: &str = "yes";

pub const ENDLESS_OUTPUT_WITHOUT_LINES: &str = "tr '\\0' x </dev/zero";

pub const ENDLESS_OUTPUT_ON_THE_CONSOLE: &str =
    "tr '\\0' x </dev/zero >/dev/ttyS0";

pub const ENDLESSLY_READY: &str = "yes ready";

pub const EVERY_SIGNAL_FOR_PID_1: &str =
    "for n in {1..64}; do kill -$n 1; done; echo alive";

pub const THE_END_OF_ALL_PROCESSES: &str = "kill -9 -1; while :; do :; done";

pub const A_REBOOT: &str = "reboot -f";

pub const A_POWEROFF: &str = "poweroff -f";

pub const A_HALT: &str = "halt -f";

pub const A_PANIC: &str = "echo c >/proc/sysrq-trigger";

pub const NO_PROC: &str = "umount -l /proc";

pub const NOTHING_MOUNTED: &str =
    "umount -l /proc /sys /dev /run /tmp; umount -a; umount -l /";

pub const NOTHING_OPEN: &str = "exec <&- >&- 2>&-; while :; do :; done";

pub const NOTHING_LEFT: &str = "rm -rf /*";

pub const ANOTHER_INIT: &str = "cp /bin/busybox /init; exec \"$@\"";

pub const A_LOOP_THAT_RUNS_BEFORE_EVERYBODY_ELSE: &str = "fn main() {
            // Each thread asks to run before all that has no such wish.
            let first = libc::sched_param { sched_priority: 99 };
            for _ in 0..4 {
                std::thread::spawn(move || {
                    unsafe { libc::sched_setscheduler(0, 1, &first) };
                    loop { std::hint::spin_loop(); }
                });
            }
            loop { std::thread::park(); }
        }";

pub const MEMORY_THAT_NOBODY_GIVES_BACK: &str = "fn main() {
            let mut all = Vec::new();
            loop { all.push(vec![1u8; 1 << 20]); }
        }";

/// More cgroups than a path can name, one in the other, with processes in them.
pub const DEEP_CGROUPS: &str = "cd /sys/fs/cgroup
    name=$(printf %0200d 0)
    for i in {1..900}; do
        mkdir $name && cd -P $name || break
        sleep 1000 & echo $! >cgroup.procs
    done
    echo $$ >cgroup.procs; sleep 1000";

/// Mounts, each on the one before, and namespaces that only they hold.
pub const DEEP_MOUNTS: &str = "cd /mnt
    for i in {1..2000}; do mkdir m && mount -t tmpfs none m && cd m; done
    for i in {1..50}; do
        touch /run/ns$i
        unshare --net=/run/ns$i true
    done
    sleep 1000";

/// Everything stands still, PID 1 too.
pub const NOBODY_RUNS: &str = "cd /sys/fs/cgroup; mkdir ice
    for pid in 1 $$; do echo $pid >ice/cgroup.procs; done
    echo 1 >ice/cgroup.freeze; sleep 1000";

/// Processes that outlive the program, and ignore all signals that they can.
pub const LONG_LIVED: &str = "trap '' {1..64}
    for i in {1..50}; do setsid unshare --pid --fork sleep 1000 & done; exit 3";

/// Compiles a program that does things bash cannot do.
pub fn compiled(text: &str) -> Vec<u8> {
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
