//! `why` names the rule that a failure has met: each is provoked in a machine,
//! on the oldest and on the newest kernel that has been fetched.

use std::process::Command;
use std::time::Duration;

use harness::course;
use harness::machine::Machine;
use harness::machine::kernel::{self, Kernel};
use harness::machines::Machines;
use why::{rules, step};

use crate::excerpt::excerpt;

#[test]
fn each_step_that_a_rule_names_is_in_its_lesson() {
    let workspace = course::workspace();
    for step in step::ALL {
        let chapter = course::chapter(&workspace, step.chapter).unwrap();
        let steps = chapter.read().unwrap().lesson.steps;
        let there = &steps[step.number - 1];
        assert_eq!(there.slug, step.slug, "{step:?}");
    }
    for rule in rules::all() {
        assert!(step::ALL.contains(&rule.step), "{:?}", rule.step);
    }
}

/// Moves itself to a namespace while it has a second thread, or makes a thread
/// after that; says how it failed, and calls `why`.
const THREADS: &str = r#"
use std::fs::File;
use std::io::Error;
use std::os::fd::AsRawFd;
use std::{env, process::Command, thread};

unsafe extern "C" {
    safe fn unshare(flags: i32) -> i32;
    safe fn setns(fd: i32, kind: i32) -> i32;
}

fn sleep() -> std::io::Result<()> {
    thread::Builder::new().spawn(|| loop { thread::park() }).map(drop)
}

fn main() {
    let words: Vec<String> = env::args().collect();
    let result = match &words[1][..] {
        "unshare" => {
            sleep().unwrap();
            of(unshare(words[2].parse().unwrap()))
        }
        "setns" => {
            sleep().unwrap();
            let file = File::open(&words[2]).unwrap();
            of(setns(file.as_raw_fd(), 0))
        }
        _ => of(unshare(words[2].parse().unwrap())).and_then(|()| sleep()),
    };
    println!("{result:?} {}", result.as_ref().unwrap_err());
    Command::new("why").args(&words[3..]).status().unwrap();
}

fn of(result: i32) -> std::io::Result<()> {
    if result < 0 { Err(Error::last_os_error()) } else { Ok(()) }
}
"#;

/// Before all: an ordinary user, and a folder with another root.
const BEFORE: &str = "
    user='setpriv --reuid 1000 --regid 1000 --clear-groups'
    mkdir -p /tmp/c
    tar -C /tmp/c -xf /usr/share/images/busybox.tar
    mkdir -p /tmp/c/old
    rm /tmp/c/bin/unshare
    cp /usr/local/bin/unshare /usr/local/bin/why /tmp/c/bin
";

/// Waits for a process in a user namespace of its own.
const HELD: &str = "
    held() {
        while [ /proc/$1/ns/user -ef /proc/self/ns/user ]; do :; done
    }
";

/// A failure: the commands that provoke and explain it, the words of the error,
/// and the beginning of the rule.
type Case = (&'static str, &'static str, &'static str);

const CASES: &[Case] = &[
    (
        "$user bash -c 'unshare --uts true; why unshare EPERM uts'",
        "Operation not permitted",
        "A new namespace of any type but user",
    ),
    (
        "$user unshare --user bash -c '
         /usr/bin/unshare --user true; why unshare EPERM user'",
        "Operation not permitted",
        "Who asks for a user namespace",
    ),
    (
        "mount -t proc proc /tmp/c/proc
         chroot /tmp/c sh -c 'unshare --user true; why unshare EPERM user'
         umount /tmp/c/proc",
        "Operation not permitted",
        "In a chroot there is no new user namespace",
    ),
    (
        "cd /proc/sys/kernel; echo 0 > unprivileged_userns_clone
         $user bash -c 'unshare --user true; why unshare EPERM user'
         echo 1 > unprivileged_userns_clone",
        "Operation not permitted",
        "Some distributions let root alone",
    ),
    (
        "unshare --pid unshare --pid true
         unshare --pid why --then true unshare EINVAL pid",
        "Invalid argument",
        "CLONE_NEWPID is for a process whose",
    ),
    (
        "echo 0 > /proc/sys/user/max_uts_namespaces
         unshare --uts true; why unshare ENOSPC
         echo 1000 > /proc/sys/user/max_uts_namespaces",
        "No space left on device",
        "/proc/sys/user/max_TYPE_namespaces limits",
    ),
    (
        "unshare --pid bash -c '/bin/true & wait; /bin/true; :'
         unshare --pid bash -c '
         /bin/true & wait; exec why --then echo fork ENOMEM'",
        "Cannot allocate memory",
        "A PID namespace ends with its PID 1",
    ),
    (
        "cd /sys/fs/cgroup; echo +pids > cgroup.subtree_control
         mkdir few; echo 1 > few/pids.max
         sh -c 'echo $$ > few/cgroup.procs; /bin/true; :'
         sleep infinity & echo $! > few/cgroup.procs
         why --pid $! fork EAGAIN; kill $!",
        "Resource temporarily unavailable",
        "The cgroup has as many processes",
    ),
    (
        "threads unshare 268435456 unshare EINVAL",
        "Invalid argument",
        "unshare(CLONE_NEWUSER) takes a process of one thread",
    ),
    (
        "unshare --user sleep infinity & held $!
         threads setns /proc/$!/ns/user setns EINVAL /proc/$!/ns/user
         kill $!",
        "Invalid argument",
        "A process of one thread joins a user namespace",
    ),
    (
        "threads setns /proc/self/ns/mnt setns EINVAL /proc/self/ns/mnt",
        "Invalid argument",
        "Threads share a root directory",
    ),
    (
        "threads setns /proc/self/ns/time setns EUSERS",
        "Too many users",
        "A process of one thread joins a time namespace",
    ),
    (
        "threads thread 536870912 fork EINVAL pid",
        "Invalid argument",
        "A thread is in the PID namespace of its process",
    ),
    (
        "set_ns /etc/hosts true; why setns EINVAL /etc/hosts",
        "Invalid argument",
        "Any file can be opened, only a handle",
    ),
    (
        "set_ns /proc/self/ns/user true; why setns EINVAL /proc/self/ns/user",
        "Invalid argument",
        "Nobody joins the user namespace that they are in",
    ),
    (
        "unshare --pid --fork bash -c '
         set_ns /proc/1/ns/pid true; why setns EINVAL /proc/1/ns/pid'",
        "Invalid argument",
        "A PID namespace can be joined from itself",
    ),
    (
        "$user bash -c '
         set_ns /proc/self/ns/net true; why setns EPERM /proc/self/ns/net'",
        "Operation not permitted",
        "To join takes CAP_SYS_ADMIN twice",
    ),
    (
        "exec 3</proc/self/ns/net
         unshare --map-root-user bash -c '
         set_ns /proc/self/fd/3 true; why setns EPERM /proc/self/fd/3'",
        "Operation not permitted",
        "To join takes CAP_SYS_ADMIN twice",
    ),
    (
        "$user bash -c '
         set_ns /proc/1/ns/net true; why open EACCES /proc/1/ns/net'",
        "Permission denied",
        "The handles of a process are for its own user",
    ),
    (
        "set_ns /proc/99999/ns/net true; why open ENOENT /proc/99999/ns/net",
        "No such file or directory",
        "A handle goes with its process",
    ),
    (
        "(ulimit -Sn 4; exec 3</dev/null; set_ns /proc/self/ns/net true)
         (ulimit -Sn 4; exec 3</dev/null; kill -STOP $BASHPID) &
         until grep -q stopped /proc/$!/status; do :; done
         why --pid $! open EMFILE; kill -9 $!",
        "Too many open files",
        "The process has as many descriptors",
    ),
    (
        "unshare --map-root-user bash -c '
         echo 0 0 1 > /proc/self/uid_map; why uid_map EPERM'",
        "Operation not permitted",
        "A map is written once",
    ),
    (
        "$user unshare --user bash -c '
         echo 0 1000 1 > /proc/self/uid_map; why uid_map EPERM'",
        "Operation not permitted",
        "Who writes a map has CAP_SETUID",
    ),
    (
        "$user bash -c '$(declare -f held); unshare --user sleep infinity &
         held $!; echo 0 1000 1 > /proc/$!/gid_map
         why gid_map EPERM /proc/$!/gid_map; kill $!'",
        "Operation not permitted",
        "Without privilege outside, gid_map takes `deny`",
    ),
    (
        "unshare --map-root-user bash -c '
         setpriv --groups 0 true; why setgroups EPERM'",
        "Operation not permitted",
        "setgroups(2) is denied where the file says `deny`",
    ),
    (
        "unshare --user bash -c '
         echo deny > /proc/self/setgroups; why setgroups EACCES'",
        "Permission denied",
        "To write the file takes CAP_SYS_ADMIN",
    ),
    (
        "unshare --time --fork sleep infinity & p=$!
         until c=$(pgrep -P $p sleep); do :; done
         echo monotonic 5 0 > /proc/$c/timens_offsets
         why timens_offsets EACCES; kill $c",
        "Permission denied",
        "The clocks of a time namespace are set before",
    ),
    (
        "unshare --map-root-user --mount bash -c '
         mount -t proc proc /mnt; why mount EPERM'",
        "ermission denied",
        "A new /proc shows the process's PID namespace",
    ),
    (
        "mount -t tmpfs x /proc/sys
         unshare --pid --fork --mount --map-root-user bash -c '
         mount -t proc proc /mnt; why mount EPERM'
         umount /proc/sys",
        "ermission denied",
        "In a user namespace a new /proc may show no more",
    ),
    (
        "unshare --map-root-user bash -c 'umount /sys; why umount EPERM'",
        "Operation not permitted",
        "To change mounts takes CAP_SYS_ADMIN",
    ),
    (
        "mount -t nosuch x /mnt; why mount ENODEV nosuch",
        "No such device",
        "The kernel does not have this type",
    ),
    (
        "mount --make-private /etc; why mount EINVAL /etc",
        "Invalid argument",
        "Propagation, move and remount are for a mount",
    ),
    (
        "mount -t sysfs sysfs /sys; why mount EBUSY /sys",
        "Device or resource busy",
        "The same file system is mounted there already",
    ),
    (
        "mount -t tmpfs x /mnt; mkdir /mnt/a; mount -t tmpfs y /mnt/a
         umount /mnt; why umount EBUSY /mnt; umount -l /mnt",
        "Device or resource busy",
        "Somebody is in it",
    ),
    (
        "umount /etc; why umount EINVAL /etc",
        "Invalid argument",
        "The path is no mount point in this mount namespace",
    ),
    (
        "unshare --map-root-user --mount bash -c '
         umount /sys; why umount EINVAL /sys'",
        "Invalid argument",
        "Mounts that come from a mount namespace of more privilege are",
    ),
    (
        "unshare --mount bash -c '
         cd /tmp/c; pivot_root . old; why pivot_root EINVAL .'",
        "Invalid argument",
        "The new root is a mount point",
    ),
    (
        "mount --bind /tmp/c /tmp/c
         (cd /tmp/c; pivot_root . old; why pivot_root EINVAL .)
         umount /tmp/c",
        "Invalid argument",
        "The mounts of the old and the new root do not propagate",
    ),
    (
        "unshare --mount bash -c 'pivot_root / /mnt; why pivot_root EBUSY /'",
        "Device or resource busy",
        "Neither the new root nor the place for the old one",
    ),
    (
        "unshare --map-root-user bash -c 'hostname x; why hostname EPERM'",
        "Operation not permitted",
        "To set the hostname takes CAP_SYS_ADMIN",
    ),
    (
        "unshare --net unshare --map-root-user bash -c '
         ip link set lo up; why netlink EPERM'",
        "Operation not permitted",
        "To change a network takes CAP_NET_ADMIN",
    ),
    (
        "unshare --net wget -qO- http://127.0.0.1/; why connect ENETUNREACH",
        "Network is unreachable",
        "A new network namespace has an lo that is down",
    ),
    (
        "wget -qO- http://127.0.0.1:81/; why connect ECONNREFUSED",
        "Connection refused",
        "Nobody listens on the port",
    ),
    (
        "$user bash -c 'httpd -f -p 80; why bind EACCES'",
        "Permission denied",
        "Ports below 1024 take CAP_NET_BIND_SERVICE",
    ),
    (
        "httpd -f -p 10.9.9.9:80; why bind EADDRNOTAVAIL",
        "Cannot assign requested address",
        "No interface of this network namespace has the address",
    ),
    (
        "unshare --pid --fork bash -c 'kill -0 77; why kill ESRCH'",
        "No such process",
        "A PID counts in the PID namespace of who calls",
    ),
];

/// A case of some kernels alone: the first version that has it, and the first
/// that has it no more.
type CaseOfKernels = ((u32, u32), (u32, u32), Case);

const FIRST: (u32, u32) = (0, 0);
const LAST: (u32, u32) = (u32::MAX, 0);

const BY_KERNEL: &[CaseOfKernels] = &[
    (
        FIRST,
        (6, 2),
        (
            "unshare --time xargs echo </dev/null
             unshare --time why --then true fork EINVAL time",
            "Invalid argument",
            "Who shares memory shares clocks",
        ),
    ),
    (
        FIRST,
        (6, 19),
        (
            "listns; why listns ENOSYS",
            "Function not implemented",
            "The kernel lists its namespaces since Linux 6.19",
        ),
    ),
    (
        FIRST,
        (6, 18),
        (
            "listns --join 4711 true; why open_by_handle_at EBADF",
            "Bad file descriptor",
            "Namespaces have handles without a process since",
        ),
    ),
    (
        (6, 19),
        LAST,
        (
            "listns --join 4711 true; why open_by_handle_at ESTALE",
            "Stale file handle",
            "An identifier opens a namespace that is listed for you",
        ),
    ),
    (
        FIRST,
        (7, 0),
        (
            "another-root / true; why open_tree EINVAL",
            "Invalid argument",
            "open_tree makes a mount namespace since Linux 7.0",
        ),
    ),
    (
        (7, 0),
        LAST,
        (
            "$user bash -c 'another-root / true; why open_tree EPERM'",
            "Operation not permitted",
            "open_tree with OPEN_TREE_NAMESPACE takes CAP_SYS_ADMIN",
        ),
    ),
];

fn threads() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let [source, program] = ["t.rs", "t"].map(|it| folder.path().join(it));
    std::fs::write(&source, THREADS).unwrap();
    let mut rustc = Command::new("rustc");
    rustc.args(["--edition", "2024", "-C", "target-feature=+crt-static"]);
    rustc
        .args(["-C", "strip=symbols", "-o"])
        .arg(&program)
        .arg(source);
    assert!(rustc.status().unwrap().success());
    std::fs::read(program).unwrap()
}

/// Runs a script, and returns both of its outputs as one.
fn said(machine: &mut Machine, script: &str) -> String {
    let script = format!("exec 2>&1\n{HELD}{BEFORE}\n{script}");
    let limit = Duration::from_secs(60);
    let output = machine.exec(&["bash", "-c", &script], b"", limit).unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// Returns the first rule, as one line.
fn first_rule(text: &str) -> String {
    let is_first =
        |line: &&str| line.starts_with("> ") || line.starts_with("? ");
    let mut lines = text.lines().skip_while(|line| !is_first(line));
    let first = lines.next().unwrap_or_default();
    let more = lines
        .take_while(|line| line.starts_with("  ") && !line.starts_with("    "));
    let more: Vec<_> = more.map(str::trim).collect();
    let rule = format!("{} {}", first.get(2..).unwrap_or(""), more.join(" "));
    rule.trim().to_owned()
}

/// The oldest and the newest kernel that has been fetched.
fn kernels() -> Vec<Kernel> {
    let mut all = kernel::fetched().unwrap();
    let newest = all.pop().unwrap();
    all.truncate(1);
    all.push(newest);
    all
}

#[test]
fn the_kernel_fails_as_the_rules_say_and_why_names_the_rule_first() {
    let threads = threads();
    for kernel in kernels() {
        let machines = Machines::open_with(&course::workspace(), kernel);
        let mut machine = machines.unwrap().machine().unwrap();
        let release = machine.kernel().to_owned();
        let version = why::read::version(&release).unwrap();
        machine
            .put_file("/usr/bin/threads", 0o755, &threads)
            .unwrap();
        let is_of = |case: &&CaseOfKernels| (case.0..case.1).contains(&version);
        let by_version = BY_KERNEL.iter().filter(is_of).map(|case| &case.2);
        let mut wrong = Vec::new();
        for (script, error, rule) in CASES.iter().chain(by_version) {
            let text = said(&mut machine, script);
            let lines = text.lines().skip_while(|line| !line.contains(" E"));
            if !text.contains(error) || !first_rule(&text).starts_with(rule) {
                wrong.push(format!("{script}\n{rule}\n{}", excerpt(&text)));
            }
            let long = lines.filter(|line| line.chars().count() > 80).count();
            assert_eq!(long, 0, "{}", excerpt(&text));
        }
        let count = wrong.len();
        assert!(
            wrong.is_empty(),
            "{release}: {count}\n{}",
            wrong.join("\n\n")
        );
    }
}
