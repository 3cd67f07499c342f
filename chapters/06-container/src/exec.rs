//! exec - `container exec`: one more process where a container's PID 1 is
//!
//! Chapter 3 joined namespaces one by one, by their handles. A handle of the
//! process is good for all of them at once. Nobody joins a PID namespace: of
//! that type, only a child is a member. So: set it for children, have a
//! child, and let the child join the others.
//!
//! See: setns(2), pidfd_open(2)

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use libc::{SIGKILL, SIGWINCH};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sched::{CloneFlags, setns};
use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::Signal;
use nix::sys::signalfd::SignalFd;
use nix::unistd::setsid;

use crate::attached::streams::{self, Inside};
use crate::attached::terminal;
use crate::docker::cli::Exec;
use crate::error::{Named, Result, refused};
use crate::files::container::Container;
use crate::files::environment;
use crate::files::store::Store;
use crate::kernel::channel::Channel;
use crate::kernel::process::Child;
use crate::kernel::{cgroup, command, descriptors, process, resolve};

/// Runs a command in a running container. Returns its exit status.
pub fn exec(exec: &Exec) -> Result<u8> {
    terminal::check(exec.tty, exec.interactive)?;
    let store = Store::open()?;
    let container = store.find_running(&exec.container())?.clone();
    let pid_1 = container.process().ok_or_else(|| {
        refused(format!("container {} is not running", container.id))
    })?;
    drop(store);

    let cgroup = cgroup::open(&container.id)?;
    if cgroup::is_frozen(&container.id) {
        let why = "exec failed: cannot exec in a paused container";
        return Err(refused(why).with_status(128));
    }
    let (inside, mut outside, path) = if exec.tty {
        let (outside, path) = terminal::open(container.pid)?;
        (None, outside, path)
    } else {
        let (inside, outside) = streams::pipes(exec.interactive)?;
        (inside, outside, String::new())
    };
    let signals = streams::signals()?;
    let (mut channel, mut theirs) = Channel::pair()?;

    let child = process::clone3(0, cgroup.as_ref(), Some(&pid_1))?;
    let Some(child) = child else {
        // In the child, a member of the container's PID namespace.
        drop((channel, outside));
        let mut kept = vec![theirs.as_fd()];
        kept.extend(inside.iter().flat_map(Inside::all));
        let joined = join(&container, &pid_1, &kept);
        let inside = joined
            .and_then(|()| inside.map_or_else(|| Inside::terminal(&path), Ok));
        let env = environment::of(&container, exec.tty);
        let error = match inside {
            Ok(inside) => command::exec(exec.command(), &env, inside),
            Err(error) => error,
        };
        theirs.fail(&error);
        std::process::exit(1)
    };

    // In the parent, where we were. The end of the channel is the beginning
    // of the command.
    drop((inside, theirs));
    wait_for_command(&mut channel, &signals, &child).map_err(|error| {
        let what = "exec failed: unable to start container process";
        let status = error.status.filter(|it| [126, 127].contains(it));
        error.within(what).with_status(status.unwrap_or(128))
    })?;
    let raw = match exec.interactive {
        true => streams::forward_stdin(&mut outside)?,
        false => None,
    };
    let status = streams::attend(&child, outside, &signals, None, true)?;
    drop(raw);
    Ok(status)
}

/// Waits until the child is the command. It has to run for that, which others
/// in its cgroup may prevent; so whoever waits may end it.
fn wait_for_command(
    channel: &mut Channel,
    signals: &SignalFd,
    child: &Child,
) -> Result<()> {
    loop {
        let readable = |fd| PollFd::new(fd, PollFlags::POLLIN);
        let mut ready = [channel.as_fd(), signals.as_fd()].map(readable);
        poll(&mut ready, PollTimeout::NONE).named("poll", "channel")?;
        if ready[0].any() == Some(true) {
            return channel.wait().map(drop);
        }
        let signal = signals.read_signal().named("read", "signalfd")?;
        if signal.is_some_and(|it| it.ssi_signo != SIGWINCH as u32) {
            process::send(&child.handle, SIGKILL)?;
            child.wait()?;
            return Err(refused("it was killed before it was the command"));
        }
    }
}

/// In the child: joins all other namespaces, with no more privileges than the
/// others in there have.
fn join(
    container: &Container,
    pid_1: &OwnedFd,
    kept: &[BorrowedFd<'_>],
) -> Result<()> {
    set_pdeathsig(Signal::SIGKILL).named("prctl", "PR_SET_PDEATHSIG")?;
    // Of the mount namespace we get the root, too: paths are new.
    let mut all = CloneFlags::CLONE_NEWIPC
        | CloneFlags::CLONE_NEWNET
        | CloneFlags::CLONE_NEWNS
        | CloneFlags::CLONE_NEWUTS;
    if cgroup::is_v2() {
        all |= CloneFlags::CLONE_NEWCGROUP;
    }
    setns(pid_1, all).named("setns", "CLONE_NEW*")?;
    descriptors::close_all_but(kept)?;
    setsid().named("setsid", "")?;
    resolve::enter(&container.working_dir, false)?;
    if !container.asked.privileged {
        process::drop_capabilities(container.has_device_filter);
    }
    Ok(())
}
