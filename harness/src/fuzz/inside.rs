//! Programs for containers: hostile ones and others.
//!
//! All of them are bounded. None writes to a device, to /proc/sys, or to /sys
//! outside of its cgroup: the kernel is this computer's.

use fastrand::Rng;

use super::odd;

/// A program for a container.
#[derive(Clone, Debug)]
pub struct Program {
    /// Command for the shell.
    pub script: Vec<u8>,
    /// Whether the program soon ends by itself.
    pub ends: bool,
}

/// Actions that a program may take without harm to the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct May {
    /// Whether the program has its own PID namespace, and may signal all
    /// processes.
    pub signal_all: bool,
    /// Whether the program has its own network namespace, and may rename links.
    pub rename_links: bool,
    /// Whether the program has all capabilities. Such a program may do more,
    /// but not look into other processes.
    pub privileged: bool,
}

/// A script that looks for the machine's files wherever a way to them may
/// exist.
const PROBE: &str = "
for way in . .. ../.. ../../../../.. / /root /run /tmp /w /etc \
    /proc/self/cwd /proc/self/root /proc/self/fd/*/ /proc/self/fd/*/..; do
    ls -A $way; echo x >$way/fuzz-was-here; cat $way/canary $way/root/canary
done 2>&1
ls -l /proc/self/fd; cat /proc/self/mountinfo; exit 11";

/// A script that looks for the machine's files through other processes. It
/// succeeds only if one of them has more privileges than it should show, even
/// for a moment.
const PRY: &str = "
for i in 1 2 3; do for process in /proc/[0-9]*; do
    for way in root cwd fd/3 fd/4 fd/5 fd/6 fd/7 fd/8; do
        cat $process/$way/canary; echo x >$process/$way/fuzz-was-here
    done
done; done 2>/dev/null
exit 12";

/// Scripts that end by themselves.
const SHORT: [&str; 14] = [
    "true",
    "exit 3",
    "echo out; echo err >&2",
    "printf '\\377\\000\\033]0;T\\007'",
    "yes | head -c 300000",
    "cat",
    "kill -9 $$",
    "sleep 1000 & exit 0",
    "setsid sleep 1000 >/dev/null 2>&1 & exit 5",
    "env; hostname; cat /etc/hosts /etc/hostname /etc/resolv.conf",
    "sleep 0.2",
    "exec 1>&- 2>&-; sleep 0.1; exit 4",
    "rm -rf /* 2>/dev/null; exit 6",
    "ls -la / /dev /dev/pts /dev/shm; id; pwd",
];

/// Scripts that do not end by themselves.
const LONG: [&str; 7] = [
    "exec sleep 1000",
    "trap '' TERM INT HUP; while :; do sleep 1; done",
    "while :; do echo line; sleep 0.02; done",
    "sleep 1000 & sleep 1000 & wait",
    "trap 'exit 7' TERM; while :; do sleep 0.1; done",
    "exec 0<&- 1>&- 2>&-; while :; do sleep 1; done",
    "kill -STOP $$; while :; do sleep 1; done",
];

const SIGNAL_ALL: [&str; 2] = [
    "kill -9 -1; exit 8",
    "sleep 1000 & kill -TERM -1; exec sleep 1000",
];

/// Scripts for a privileged container with its own cgroup and mount namespace.
const PRIVILEGED: [&str; 12] = [
    "mkdir /sys/fs/cgroup/foo",
    "mkdir -p /sys/fs/cgroup/a/b/c /sys/fs/cgroup/d/e; exec sleep 1000",
    "mkdir -p /sys/fs/cgroup/a/b
     sh -c 'echo $$ >/sys/fs/cgroup/a/b/cgroup.procs; exec sleep 1000' &
     sleep 0.1; exit 9",
    "mkdir -p /sys/fs/cgroup/in; echo $$ >/sys/fs/cgroup/in/cgroup.procs
     exec sleep 1000",
    "mkdir /sys/fs/cgroup/t; echo threaded >/sys/fs/cgroup/t/cgroup.type
     exec sleep 1000",
    "mkdir -p /sys/fs/cgroup/f
     sh -c 'echo $$ >/sys/fs/cgroup/f/cgroup.procs; exec sleep 1000' &
     sleep 0.1; echo 1 >/sys/fs/cgroup/f/cgroup.freeze; exec sleep 1000",
    "mount -t tmpfs x /etc; exec sleep 1000",
    "umount -l /dev/pts; umount -l /dev/shm; exec sleep 1000",
    "umount -l /sys; umount -l /proc; exec sleep 1000",
    "mount --bind /root /dev/pts; mount --bind /tmp /proc; exec sleep 1000",
    "mount --make-rshared /; mount -t tmpfs x /tmp; exec sleep 1000",
    "mkdir /new; mount --bind / /new; exec chroot /new sleep 1000",
];

const RENAME_LINKS: [&str; 3] = [
    "ip link set eth0 name odd; exec sleep 1000",
    "ip link del eth0; exec sleep 1000",
    "ip link add br7 type bridge; ip addr flush dev eth0; exec sleep 1000",
];

/// Paths at which a container plants something else.
const PLACES: [&str; 18] = [
    "/etc",
    "/etc/hosts",
    "/etc/hostname",
    "/etc/resolv.conf",
    "/etc/passwd",
    "/w",
    "/tmp",
    "/root",
    "/proc",
    "/sys",
    "/dev",
    "/dev/pts",
    "/dev/shm",
    "/dev/console",
    "/dev/ptmx",
    "/dev/pts/ptmx",
    "/dev/mqueue",
    "/bin/sh",
];

/// Returns a path at which a container plants something.
pub fn place(rng: &mut Rng) -> &'static str {
    odd::one_of(rng, &PLACES)
}

/// Returns the target of a link.
pub fn target(rng: &mut Rng) -> String {
    let number = rng.usize(3..24);
    match rng.usize(..14) {
        0..=3 => format!("/proc/self/fd/{number}"),
        4 => format!("/proc/self/fd/{number}/.."),
        5 => "/proc/1/root".into(),
        6 => "/proc/self/root/../..".into(),
        7 => "../../../../../../..".into(),
        8 => "/root".into(),
        9 => "/".into(),
        10 => "w".into(),
        11 => "/etc/hosts".into(),
        12 => "/dev/full".into(),
        _ => "/run/nowhere".into(),
    }
}

/// Returns any program that may be run in the container.
pub fn program(rng: &mut Rng, may: May) -> Program {
    match rng.usize(..12) {
        0..=3 => short(rng),
        4 | 5 => long(odd::one_of(rng, &LONG)),
        6 => renamed(rng),
        7 | 8 => planting(rng),
        9 if may.signal_all => long(odd::one_of(rng, &SIGNAL_ALL)),
        9 | 10 if may.privileged && may.rename_links => {
            long(odd::one_of(rng, &RENAME_LINKS))
        }
        9 | 10 if may.privileged => mounting(rng),
        11 if may.privileged => long(odd::one_of(rng, &PRIVILEGED)),
        9..=11 if !may.privileged => ends(PRY),
        _ => ends(PROBE),
    }
}

/// Returns a program that ends by itself, for any container.
pub fn short(rng: &mut Rng) -> Program {
    if odd::once_in(rng, 3) {
        ends(PROBE)
    } else {
        ends(odd::one_of(rng, &SHORT))
    }
}

fn ends(script: &str) -> Program {
    Program {
        script: script.into(),
        ends: true,
    }
}

fn long(script: &str) -> Program {
    Program {
        script: script.into(),
        ends: false,
    }
}

/// Returns a program whose process has another name: any bytes.
fn renamed(rng: &mut Rng) -> Program {
    let name: String = odd::bytes(rng)
        .iter()
        .map(|byte| format!("\\{byte:03o}"))
        .collect();
    let name = match rng.usize(..3) {
        0 => "\\377",
        1 => "a) Z 1 (",
        _ => &name,
    };
    long(&format!(
        "printf '{name}' >/proc/self/comm; while :; do sleep 1; done"
    ))
}

/// Returns a program that plants something where the runtime will look.
fn planting(rng: &mut Rng) -> Program {
    let place = place(rng);
    let target = target(rng);
    let put = match rng.usize(..8) {
        0 => format!("mkfifo {place}"),
        1 => format!("mkdir -p {place}/x/y"),
        2 => format!("mknod {place} c 1 7"),
        3 => format!("echo x >{place}; chmod 0 {place}"),
        _ => format!("ln -s {target} {place}"),
    };
    long(&format!("rm -rf {place}; {put}; exec sleep 1000"))
}

/// Returns a program that mounts a file system at an odd name.
fn mounting(rng: &mut Rng) -> Program {
    let mut script = b"mkdir '/m".to_vec();
    let mut name = odd::file_name(rng);
    name.retain(|byte| *byte != b'\'');
    script.extend_from_slice(&name);
    script.extend_from_slice(b"'; mount -t tmpfs x '/m");
    script.extend_from_slice(&name);
    script.extend_from_slice(b"'; exec sleep 1000");
    Program {
        script,
        ends: false,
    }
}
