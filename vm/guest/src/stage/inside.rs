//! PID 1 of a stage, from its birth until it becomes the archive's `/init`.

use std::convert::Infallible;
use std::fs::File;
use std::io::{PipeReader, Read};
use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Context, Result, bail};
use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::sched::{
    CloneFlags, CpuSet, sched_getaffinity, sched_setaffinity, unshare,
};
use nix::sys::personality::{self, Persona};
use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::Signal;
use nix::unistd::Pid;

use super::{root, unpack};
use crate::boot;

/// Program that PID 1 becomes: the file of this program in the archive. Its
/// memory and its open files have nothing of the Linux outside.
const INIT: &str = "/init";

/// Variable of a stage's PID 1, which serves on standard input and output. No
/// argument: a lesson shows PID 1's.
pub const SERVE: &str = "NAMESPACE_WORKSHOP_STAGE";

/// Makes the stage around this process, and executes [`INIT`]. `orphaned` is a
/// pipe that closes with the supervisor.
pub fn become_init(
    archives: &[File],
    orphaned: PipeReader,
) -> Result<Infallible> {
    end_with_the_supervisor(orphaned)?;
    let namespaces = CloneFlags::CLONE_NEWNS
        | CloneFlags::CLONE_NEWNET
        | CloneFlags::CLONE_NEWUTS
        | CloneFlags::CLONE_NEWIPC
        | CloneFlags::CLONE_NEWCGROUP;
    unshare(namespaces).context("unshare(mnt, net, uts, ipc, cgroup)")?;
    root::enter()?;
    for archive in archives {
        unpack::archive(archive)?;
    }
    boot::mount_file_systems_of_a_stage()?;
    boot::set_names_of_a_stage()?;
    run_on_one_processor()?;
    use_the_same_addresses()?;
    close_what_was_inherited()?;
    let error = Command::new(INIT).env_clear().env(SERVE, "1").exec();
    Err(error).context("exec(/init)")
}

/// Makes the kernel end this process when the supervisor ends.
fn end_with_the_supervisor(mut orphaned: PipeReader) -> Result<()> {
    set_pdeathsig(Signal::SIGKILL).context("prctl(PR_SET_PDEATHSIG)")?;
    // The supervisor may have ended before.
    fcntl(&orphaned, FcntlArg::F_SETFL(OFlag::O_NONBLOCK)).context("fcntl")?;
    let mut end = Vec::new();
    match orphaned.read_to_end(&mut end) {
        Ok(_) => bail!("the supervisor has ended"),
        Err(_) => Ok(()),
    }
}

/// Makes exec close everything but the stream and standard error: whoever
/// started this program may have left other files open.
fn close_what_was_inherited() -> Result<()> {
    let all = libc::c_uint::MAX;
    let flag = libc::CLOSE_RANGE_CLOEXEC;
    // SAFETY: the call takes three numbers.
    let result = unsafe { libc::syscall(libc::SYS_close_range, 3, all, flag) };
    Errno::result(result).map(drop).context("close_range")
}

/// Gives each program the same addresses in each run, as `norandmaps` does in
/// QEMU's machine (personality(2)). An emulator then need not translate a
/// program again.
fn use_the_same_addresses() -> Result<()> {
    personality::set(Persona::ADDR_NO_RANDOMIZE)
        .map(drop)
        .context("personality(ADDR_NO_RANDOMIZE)")
}

/// Keeps the whole stage on one processor, as in QEMU's machine: two processes
/// that print print in the same order. Stages side by side use different ones.
fn run_on_one_processor() -> Result<()> {
    let this = Pid::from_raw(0);
    let allowed = sched_getaffinity(this).context("sched_getaffinity")?;
    let all: Vec<usize> = (0..CpuSet::count())
        .filter(|cpu| allowed.is_set(*cpu).unwrap_or(false))
        .collect();
    let Some(current) = nix::sched::sched_getcpu().ok() else {
        return Ok(());
    };
    let cpu = if all.contains(&current) {
        current
    } else {
        all[0]
    };
    let mut one = CpuSet::new();
    one.set(cpu).context("a processor")?;
    sched_setaffinity(this, &one).context("sched_setaffinity")
}
