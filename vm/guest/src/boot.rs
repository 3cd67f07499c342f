//! Turns a bare kernel into a machine that looks like a Docker host.

use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use nix::errno::Errno;
use nix::kmod::{ModuleInitFlags, finit_module};
use nix::mount::{MsFlags, mount, umount};
use nix::sys::stat::{Mode, SFlag, makedev, mknod};
use nix::unistd::{chdir, chroot, sethostname};

/// Host name of the machine: Docker calls the machine the host.
const HOSTNAME: &str = "host";

/// List of the modules to load, written by the harness: one path per line, in
/// order.
const MODULES: &str = "/etc/modules.order";

/// Type, place, flags and options of each file system, in the order of
/// mounting.
const FILE_SYSTEMS: [(&str, &str, MsFlags, &str); 8] = [
    ("proc", "/proc", NOTHING_SPECIAL, ""),
    ("sysfs", "/sys", NOTHING_SPECIAL, ""),
    ("devtmpfs", "/dev", MsFlags::MS_NOSUID, "mode=755"),
    (
        "devpts",
        "/dev/pts",
        NO_PROGRAMS,
        "gid=5,mode=620,ptmxmode=666",
    ),
    ("tmpfs", "/dev/shm", NO_DEVICES, "mode=1777"),
    ("tmpfs", "/run", NO_DEVICES, "mode=755"),
    ("tmpfs", "/tmp", NO_DEVICES, "mode=1777"),
    ("cgroup2", "/sys/fs/cgroup", NOTHING_SPECIAL, ""),
];

const NO_DEVICES: MsFlags = MsFlags::MS_NOSUID.union(MsFlags::MS_NODEV);
const NO_PROGRAMS: MsFlags = MsFlags::MS_NOSUID.union(MsFlags::MS_NOEXEC);
const NOTHING_SPECIAL: MsFlags = NO_DEVICES.union(MsFlags::MS_NOEXEC);

/// Files of a stage's `/dev`: path, major and minor number. The devtmpfs of a
/// kernel is one for all, and belongs to the Linux outside.
const DEVICES: [(&str, u64, u64); 8] = [
    ("/dev/null", 1, 3),
    ("/dev/zero", 1, 5),
    ("/dev/full", 1, 7),
    ("/dev/random", 1, 8),
    ("/dev/urandom", 1, 9),
    ("/dev/tty", 5, 0),
    ("/dev/ptmx", 5, 2),
    ("/dev/net/tun", 10, 200),
];

/// Mounts `/` and everything below it, as an ordinary distribution does.
pub fn mount_file_systems() -> Result<()> {
    leave_the_absolute_root()?;
    for (kind, target, flags, options) in FILE_SYSTEMS {
        mount_one(kind, target, flags, options)?;
    }
    make_links_and_share()
}

/// Mounts everything below the `/` of a stage.
pub fn mount_file_systems_of_a_stage() -> Result<()> {
    for (kind, target, flags, options) in FILE_SYSTEMS {
        if kind == "devtmpfs" {
            mount_one("tmpfs", target, flags, options)?;
            make_devices()?;
        } else {
            mount_one(kind, target, flags, options)?;
        }
    }
    make_links_and_share()
}

fn mount_one(
    kind: &str,
    target: &str,
    flags: MsFlags,
    options: &str,
) -> Result<()> {
    fs::create_dir_all(target).context(target.to_owned())?;
    mount(Some(kind), target, Some(kind), flags, Some(options))
        .with_context(|| format!("mount({target}, {kind})"))
}

fn make_devices() -> Result<()> {
    fs::create_dir("/dev/net").context("mkdir(/dev/net)")?;
    for (path, major, minor) in DEVICES {
        let device = makedev(major, minor);
        mknod(path, SFlag::S_IFCHR, Mode::empty(), device)
            .with_context(|| format!("mknod({path})"))?;
        fs::set_permissions(path, fs::Permissions::from_mode(0o666))?;
    }
    Ok(())
}

/// Makes the links of `/dev`, and shares all mounts.
fn make_links_and_share() -> Result<()> {
    for (link, target) in [
        ("/dev/fd", "/proc/self/fd"),
        ("/dev/stdin", "/proc/self/fd/0"),
        ("/dev/stdout", "/proc/self/fd/1"),
        ("/dev/stderr", "/proc/self/fd/2"),
    ] {
        symlink(target, link).with_context(|| format!("symlink({link})"))?;
    }
    fs::set_permissions("/tmp", fs::Permissions::from_mode(0o1777))?;
    // The kernel starts with private mounts and systemd makes them shared, so
    // every text about mounts assumes shared ones.
    let shared = MsFlags::MS_REC | MsFlags::MS_SHARED;
    mount(None::<&str>, "/", None::<&str>, shared, None::<&str>)
        .context("mount(/, MS_REC|MS_SHARED)")
}

/// Makes a mount of the initramfs the new `/`. Before Linux 7.0 the initramfs
/// itself is the absolute root, below no other mount, and pivot_root(2) refuses
/// to replace it. On newer kernels the extra mount does no harm.
fn leave_the_absolute_root() -> Result<()> {
    let no = None::<&str>;
    mount(Some("/"), "/mnt", no, MsFlags::MS_BIND, no)
        .context("mount(/, /mnt, MS_BIND)")?;
    chdir("/mnt").context("chdir(/mnt)")?;
    mount(Some("."), "/", no, MsFlags::MS_MOVE, no)
        .context("mount(., /, MS_MOVE)")?;
    chroot(".").context("chroot(.)")?;
    chdir("/").context("chdir(/)")
}

/// Loads the modules in the order of their dependencies.
pub fn load_modules() -> Result<()> {
    for path in fs::read_to_string(MODULES).context(MODULES)?.lines() {
        let file = File::open(path).with_context(|| format!("open({path})"))?;
        finit_module(&file, c"", NO_FLAGS)
            .or_else(|errno| match errno {
                nix::errno::Errno::EEXIST => Ok(()),
                errno => Err(errno),
            })
            .with_context(|| format!("finit_module({path})"))?;
    }
    Ok(())
}

const NO_FLAGS: ModuleInitFlags = ModuleInitFlags::empty();

/// Sets the names of a stage, and the limits that belong to its namespaces. All
/// others belong to the Linux outside.
pub fn set_names_of_a_stage() -> Result<()> {
    sethostname(HOSTNAME).context("sethostname")?;
    first_pid_is_a_lessons()?;
    // As QEMU's machine: no IPv6 address that nobody has asked for. A kernel
    // without IPv6 has no such file.
    for cards in ["all", "default"] {
        let file = format!("/proc/sys/net/ipv6/conf/{cards}/disable_ipv6");
        let _ = fs::write(file, "1");
    }
    write("/proc/sys/net/ipv4/ip_forward", "1")
}

/// Makes the next PID the first of a lesson: a PID with five digits cannot be
/// mistaken for a port, a size or a counter.
fn first_pid_is_a_lessons() -> Result<()> {
    let last = protocol::FIRST_PID - 1;
    write("/proc/sys/kernel/ns_last_pid", &last.to_string())
}

/// As many PIDs as the kernel can give (include/linux/threads.h).
const MOST_PIDS: &str = if cfg!(target_pointer_width = "32") {
    "32768"
} else {
    "4194304"
};

/// Sets limits and names that make two runs alike.
pub fn set_limits_and_names() -> Result<()> {
    sethostname(HOSTNAME).context("sethostname")?;
    write("/proc/sys/kernel/pid_max", MOST_PIDS)?;
    // Enough for every lesson. A forked Bash takes 250 KiB, and on Linux 7.3
    // 140 MiB are free. Without memory, PID 1 is silent.
    write("/proc/sys/kernel/threads-max", "400")?;
    first_pid_is_a_lessons()?;
    // The kernel's messages stay in its log; the console is no part of a
    // lesson.
    write("/proc/sys/kernel/printk", "1")?;
    write("/proc/sys/net/ipv4/ip_forward", "1")
}

fn write(path: &str, value: &str) -> Result<()> {
    fs::write(path, value).with_context(|| format!("write({path}, {value})"))
}

/// Makes PID 1 run before all other processes, so that it always answers. Its
/// children start with the ordinary policy.
pub fn run_before_all_others() -> Result<()> {
    let policy = libc::SCHED_FIFO | libc::SCHED_RESET_ON_FORK;
    let lowest = libc::sched_param { sched_priority: 1 };
    // SAFETY: the parameters are a whole sched_param that outlives the call.
    let result = unsafe { libc::sched_setscheduler(0, policy, &lowest) };
    Errno::result(result)
        .map(drop)
        .context("sched_setscheduler(SCHED_FIFO)")
}

/// Place of debugfs while it is needed.
const DEBUG: &str = "/sys/kernel/debug";

/// Lets a running process finish its time slice even if another wakes up.
///
/// Each write to a terminal wakes a kernel thread (`flush_to_ldisc`), and that
/// thread wakes PID 1. There is one processor, so a program that prints line by
/// line would be interrupted twice after each line, and most of the time would
/// go into switching. PID 1 still runs at once. A kernel without this setting
/// is only slower.
pub fn let_who_runs_run_on() -> Result<()> {
    let none = None::<&str>;
    match mount(none, DEBUG, Some("debugfs"), NOTHING_SPECIAL, none) {
        Ok(()) => {}
        Err(_) => return Ok(()),
    }
    // The second path is the name before Linux 5.13.
    for file in ["sched/features", "sched_features"] {
        let _ = fs::write(Path::new(DEBUG).join(file), "NO_WAKEUP_PREEMPTION");
    }
    umount(DEBUG).context("umount(debugfs)")
}

/// Switches on `lo` and `eth0`, which a Docker host has. This `eth0` is
/// connected to a hub with nothing else on it.
pub fn switch_on_interfaces() -> Result<()> {
    ip("link set lo up")?;
    if Path::new("/sys/class/net/eth0").exists() {
        ip("address add 10.0.2.15/24 brd + dev eth0")?;
        ip("link set eth0 up")?;
    }
    Ok(())
}

fn ip(arguments: &str) -> Result<()> {
    let status = Command::new("ip")
        .args(arguments.split(' '))
        .env("PATH", crate::spawn::PATH)
        .status()
        .context("exec(ip)")?;
    ensure!(status.success(), "ip {arguments}: {status}");
    Ok(())
}
