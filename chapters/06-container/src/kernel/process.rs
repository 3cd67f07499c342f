//! process - clone3(2), and handles of processes
//!
//! See: clone3(2), pidfd_open(2), pidfd_send_signal(2)

use std::fs::File;
use std::io::Read;
use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd, RawFd};

use nix::errno::Errno::{self, ESRCH};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sched::{CloneFlags, setns};
use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::{self, SigHandler, Signal};
use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid};

use crate::error::{Named, Result};

/// A child, by PID and by handle.
pub struct Child {
    /// The PID, as this process sees it.
    pub pid: i32,
    /// The handle, which stands for this child alone.
    pub handle: OwnedFd,
}

/// The argument of clone3(2): `struct clone_args` of linux/sched.h.
#[repr(C)]
#[derive(Default)]
struct CloneArgs {
    flags: u64,
    pidfd: u64,
    child_tid: u64,
    parent_tid: u64,
    exit_signal: u64,
    stack: u64,
    stack_size: u64,
    tls: u64,
    set_tid: u64,
    set_tid_size: u64,
    cgroup: u64,
}

/// From linux/sched.h: the first flag that clone(2) has no room for.
const CLONE_INTO_CGROUP: u64 = 0x2_0000_0000;

/// Like fork(2); but the child is born in new namespaces, in a cgroup (to write
/// its PID to cgroup.procs afterwards may cost 10 ms and more), and in the PID
/// namespace of another process. Returns nothing in the child.
pub fn clone3(
    flags: CloneFlags,
    cgroup: Option<&File>,
    pid_donor: Option<&OwnedFd>,
) -> Result<Option<Child>> {
    // No process ever changes its PID namespace; this is for children. It is
    // for threads, too, and a thread must be where its process is: go back.
    if let Some(donor) = pid_donor {
        setns(donor, CloneFlags::CLONE_NEWPID).named("setns", "pid")?;
    }
    let child = clone3_here(flags, cgroup)?;
    if pid_donor.is_some() && child.is_some() {
        let path = "/proc/self/ns/pid";
        let ours = File::open(path).named("open", path)?;
        setns(ours, CloneFlags::CLONE_NEWPID).named("setns", path)?;
    }
    Ok(child)
}

fn clone3_here(
    flags: CloneFlags,
    cgroup: Option<&File>,
) -> Result<Option<Child>> {
    let mut handle: RawFd = -1;
    let into = cgroup.map_or(0, |_| CLONE_INTO_CGROUP);
    let arguments = CloneArgs {
        flags: flags.bits() as u64 | libc::CLONE_PIDFD as u64 | into,
        pidfd: &raw mut handle as u64,
        exit_signal: libc::SIGCHLD as u64,
        cgroup: cgroup.map_or(0, |cgroup| cgroup.as_raw_fd() as u64),
        ..CloneArgs::default()
    };
    let size = size_of::<CloneArgs>();
    // SAFETY: we have one thread, and the child has a copy of our memory.
    let pid = unsafe { libc::syscall(libc::SYS_clone3, &arguments, size) };
    let pid = Errno::result(pid).named("clone3", "CLONE_NEW*")? as i32;
    if pid == 0 {
        return Ok(None);
    }
    // SAFETY: the kernel has just opened it for us.
    let handle = unsafe { OwnedFd::from_raw_fd(handle) };
    Ok(Some(Child { pid, handle }))
}

impl Child {
    /// Kills the child, and waits for its end.
    pub fn kill(&self) -> Result<()> {
        send(&self.handle, libc::SIGKILL)?;
        self.wait().map(drop)
    }

    /// Waits for the end. The exit status is as a shell shows it.
    pub fn wait(&self) -> Result<u8> {
        let id = Id::PIDFd(self.handle.as_fd());
        match waitid(id, WaitPidFlag::WEXITED).named("waitid", self.pid)? {
            WaitStatus::Exited(_, code) => Ok(code as u8),
            WaitStatus::Signaled(_, signal, _) => Ok(128 + signal as u8),
            status => unreachable!("{status:?} is not an end"),
        }
    }
}

/// A handle of a process. A PID may be another process's one day; a handle
/// never is.
pub fn open(pid: i32) -> Option<OwnedFd> {
    // SAFETY: pidfd_open takes no pointer.
    let handle = unsafe { libc::syscall(libc::SYS_pidfd_open, pid, 0) };
    let handle = Errno::result(handle).ok()? as RawFd;
    // SAFETY: the kernel has just opened it for us.
    Some(unsafe { OwnedFd::from_raw_fd(handle) })
}

/// Field 22 of /proc/PID/stat. The second is a name in brackets, of any bytes:
/// what is cut after 15 of them may end within a letter.
pub fn start_time(pid: i32) -> Option<u64> {
    // The kernel gives all of it at once, and it is a third of that.
    let mut stat = [0; 1024];
    let mut file = File::open(format!("/proc/{pid}/stat")).ok()?;
    let length = file.read(&mut stat).ok()?;
    let stat = &stat[..length];
    let name_end = stat.iter().rposition(|byte| *byte == b')')?;
    let rest = std::str::from_utf8(&stat[name_end..]).ok()?;
    rest.split(' ').nth(20)?.parse().ok()
}

/// Sends a signal to the process of a handle; it may have ended meanwhile.
pub fn send(handle: &OwnedFd, signal: i32) -> Result<()> {
    let call = libc::SYS_pidfd_send_signal;
    let handle = handle.as_raw_fd();
    let no_info = std::ptr::null::<libc::siginfo_t>();
    // SAFETY: the only pointer is null, which stands for kill(2)'s siginfo.
    let sent = unsafe { libc::syscall(call, handle, signal, no_info, 0) };
    match Errno::result(sent) {
        Err(ESRCH) => Ok(()),
        sent => sent.named("pidfd_send_signal", signal).map(drop),
    }
}

/// Has the kernel kill this process when its parent ends.
pub fn end_with_parent() -> Result<()> {
    set_pdeathsig(Signal::SIGKILL).named("prctl", "PR_SET_PDEATHSIG")
}

/// Stops ignoring SIGCHLD, before the first child. Whoever has started us may
/// ignore it; then so would we, and the kernel would keep no exit status.
pub fn keep_exit_statuses() {
    // SAFETY: the default action is no function of ours.
    let _ = unsafe { signal::signal(Signal::SIGCHLD, SigHandler::SigDfl) };
}

/// Waits for the end of a process, a child or not, but no longer than `limit`.
/// Returns whether the process has ended.
pub fn wait_for_end(
    handle: &OwnedFd,
    limit: Option<PollTimeout>,
) -> Result<bool> {
    let mut ends = [PollFd::new(handle.as_fd(), PollFlags::POLLIN)];
    let limit = limit.unwrap_or(PollTimeout::NONE);
    Ok(poll(&mut ends, limit).named("poll", "pidfd")? > 0)
}
