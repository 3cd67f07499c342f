//! exec - one more process where a container's PID 1 is
//!
//! Chapter 3 joined namespaces one by one, by their handles. A handle of the
//! process is good for all of them at once. Nobody joins a PID namespace: of
//! that type, only a child is a member. So: set it for children, have a
//! child, and let the child join the others.
//!
//! See: setns(2), pidfd_open(2)

use std::os::fd::{AsFd, OwnedFd};
use std::process::exit;

use libc::SIGWINCH;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sched::{CloneFlags, setns};
use nix::sys::signalfd::SignalFd;
use nix::unistd::setsid;

use crate::attached::streams::{self, Outside};
use crate::attached::terminal;
use crate::error::{Named, Result, refused};
use crate::files::container::Container;
use crate::files::environment;
use crate::files::store::Store;
use crate::kernel::channel::Channel;
use crate::kernel::process::{self, Child};
use crate::kernel::stdio::Stdio;
use crate::kernel::word::Word;
use crate::kernel::{capabilities, cgroup, command, descriptors, resolve};

/// Runs a command in a running container. Returns its exit status.
pub fn exec(
    reference: &str,
    words: &[Word],
    interactive: bool,
    tty: bool,
) -> Result<u8> {
    terminal::check(tty, interactive)?;
    let store = Store::open()?;
    let container = store.find_running(reference)?.clone();
    let pid_1 = container.process().ok_or_else(|| {
        refused(format!("container {} is not running", container.id))
    })?;
    drop(store);

    let cgroup = cgroup::open(&container.id)?;
    if cgroup::is_frozen(&container.id) {
        let why = "exec failed: cannot exec in a paused container";
        return Err(refused(why).with_status(128));
    }
    let (stdio, mut outside, path) = if tty {
        let (ours, path) = terminal::open(container.pid)?;
        (None, Outside::terminal(ours)?, path)
    } else {
        let (stdio, outside) = streams::pipes(interactive)?;
        (Some(stdio), outside, String::new())
    };
    let signals = streams::signals()?;
    let (mut channel, mut theirs) = Channel::pair()?;

    let child =
        process::clone3(CloneFlags::empty(), cgroup.as_ref(), Some(&pid_1))?;
    let Some(child) = child else {
        // In the child, a member of the container's PID namespace.
        drop((channel, outside));
        let Err(error) = join(&container, &pid_1, stdio.as_ref(), &theirs)
            .and_then(|()| stdio.map_or_else(|| Stdio::terminal(&path), Ok))
            .and_then(|stdio| {
                let env = environment::of(&container, tty);
                command::exec(words, &env, stdio)
            });
        theirs.fail(&error);
        exit(1)
    };

    // In the parent, where we were. The end of the channel is the beginning
    // of the command.
    drop((stdio, theirs));
    wait_for_command(&mut channel, &signals, &child).map_err(|error| {
        let what = "exec failed: unable to start container process";
        let status = error.status.filter(|it| [126, 127].contains(it));
        error.within(what).with_status(status.unwrap_or(128))
    })?;
    let raw = if interactive {
        streams::forward_stdin(&mut outside)?
    } else {
        None
    };
    let status = streams::attend(&child, outside, &signals, None, true)?;
    drop(raw);
    Ok(status)
}

/// Waits until the child is the command. The child has to run for that, which
/// other processes of its cgroup may prevent; so a signal ends the wait.
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
            child.kill()?;
            return Err(refused("it was killed before it was the command"));
        }
    }
}

/// In the child: joins all other namespaces, with no more privileges than the
/// processes in there have.
fn join(
    container: &Container,
    pid_1: &OwnedFd,
    stdio: Option<&Stdio>,
    channel: &Channel,
) -> Result<()> {
    process::end_with_parent()?;
    // With the mount namespace comes its root: paths are the container's now.
    let mut all = CloneFlags::CLONE_NEWIPC
        | CloneFlags::CLONE_NEWNET
        | CloneFlags::CLONE_NEWNS
        | CloneFlags::CLONE_NEWUTS;
    if cgroup::is_v2() {
        all |= CloneFlags::CLONE_NEWCGROUP;
    }
    setns(pid_1, all).named("setns", "CLONE_NEW*")?;
    let mut kept = vec![channel.as_fd()];
    kept.extend(stdio.into_iter().flat_map(Stdio::all));
    descriptors::close_all_but(&kept)?;
    setsid().named("setsid", "")?;
    resolve::enter(&container.working_dir, false)?;
    if !container.asked.privileged {
        capabilities::drop_all_but_dockers(container.has_device_filter);
    }
    Ok(())
}
