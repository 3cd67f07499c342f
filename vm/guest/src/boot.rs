//! From a bare kernel to a machine that looks like a Docker host.

use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use nix::errno::Errno;
use nix::kmod::{ModuleInitFlags, finit_module};
use nix::mount::{MsFlags, mount, umount};
use nix::unistd::{chdir, chroot, sethostname};

/// The machine's name. Docker calls it the host.
const HOSTNAME: &str = "host";

/// List of the modules to load: one path on each line, in order.
const MODULES: &str = "/etc/modules.order";

/// File systems in the order they are mounted: type, target, flags, options.
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

/// Mounts `/` and everything below it, as an ordinary distribution does.
pub fn mount_file_systems() -> Result<()> {
    leave_the_absolute_root()?;
    for (kind, target, flags, options) in FILE_SYSTEMS {
        fs::create_dir_all(target).context(target)?;
        mount(Some(kind), target, Some(kind), flags, Some(options))
            .with_context(|| format!("mount({target}, {kind})"))?;
    }
    for (link, target) in [
        ("/dev/fd", "/proc/self/fd"),
        ("/dev/stdin", "/proc/self/fd/0"),
        ("/dev/stdout", "/proc/self/fd/1"),
        ("/dev/stderr", "/proc/self/fd/2"),
    ] {
        symlink(target, link).with_context(|| format!("symlink({link})"))?;
    }
    fs::set_permissions("/tmp", fs::Permissions::from_mode(0o1777))?;
    // The kernel starts with private mounts; systemd makes them shared, and
    // so every mount lesson in the world assumes shared ones.
    let shared = MsFlags::MS_REC | MsFlags::MS_SHARED;
    mount(None::<&str>, "/", None::<&str>, shared, None::<&str>)
        .context("mount(/, MS_REC|MS_SHARED)")
}

/// Before Linux 7.0 the initramfs is the absolute root: it hangs below nothing,
/// and pivot_root(2) refuses to replace it. So the same files are mounted once
/// more, over it, and that mount becomes `/`; on newer kernels, too.
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

/// Loads the modules in the order in which they depend on each other.
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

/// Settings that make two runs alike.
pub fn set_limits_and_names() -> Result<()> {
    sethostname(HOSTNAME).context("sethostname")?;
    write("/proc/sys/kernel/pid_max", "4194304")?;
    // More than any lesson needs. A process of Bash that has been forked takes
    // 250 KiB; on Linux 7.3, 140 MiB are free. Without memory, PID 1 is silent.
    write("/proc/sys/kernel/threads-max", "400")?;
    // PIDs with five digits cannot be mistaken for ports, sizes or counters.
    let last = protocol::FIRST_PID - 1;
    write("/proc/sys/kernel/ns_last_pid", &last.to_string())?;
    // Messages of the kernel are in the log; the console is not a lesson's.
    write("/proc/sys/kernel/printk", "1")?;
    write("/proc/sys/net/ipv4/ip_forward", "1")
}

fn write(path: &str, value: &str) -> Result<()> {
    fs::write(path, value).with_context(|| format!("write({path}, {value})"))
}

/// Lets PID 1 run before all other processes, so that it always answers. Its
/// children begin as ordinary processes.
pub fn run_before_all_others() -> Result<()> {
    let policy = libc::SCHED_FIFO | libc::SCHED_RESET_ON_FORK;
    let lowest = libc::sched_param { sched_priority: 1 };
    // SAFETY: the parameters are a whole sched_param that outlives the call.
    let result = unsafe { libc::sched_setscheduler(0, policy, &lowest) };
    Errno::result(result)
        .map(drop)
        .context("sched_setscheduler(SCHED_FIFO)")
}

/// Mount point of debugfs, while it is needed.
const DEBUG: &str = "/sys/kernel/debug";

/// Lets a running process finish its slice before a process that was woken,
/// unless that is PID 1. A terminal's bytes pass through a thread of the
/// kernel (`flush_to_ldisc`), which each write wakes. On one processor, a
/// program that prints line by line would stand back for this thread and for
/// PID 1 after each line, and most of the time would go into changing between
/// the three. A kernel without this setting is slower, and nothing else.
pub fn let_who_runs_run_on() -> Result<()> {
    let none = None::<&str>;
    match mount(none, DEBUG, Some("debugfs"), NOTHING_SPECIAL, none) {
        Ok(()) => {}
        Err(_) => return Ok(()),
    }
    // The second is its name before Linux 5.13.
    for file in ["sched/features", "sched_features"] {
        let _ = fs::write(Path::new(DEBUG).join(file), "NO_WAKEUP_PREEMPTION");
    }
    umount(DEBUG).context("umount(debugfs)")
}

/// A Docker host has `lo` and `eth0`. The other end of this `eth0` is a hub
/// that nothing else is connected to.
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
