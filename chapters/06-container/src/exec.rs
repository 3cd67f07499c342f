//! exec - `container exec`: one more process where a container's PID 1 is
//!
//! Chapter 3 joined namespaces one by one, by their handles. A handle of the
//! process is good for all of them at once. Nobody joins a PID namespace: of
//! that type, only a child is a member. So: set it for children, have a
//! child, and let the child join the others.
//!
//! See: setns(2), pidfd_open(2)

use std::os::fd::OwnedFd;

use nix::sched::{CloneFlags, setns};
use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::Signal;
use nix::unistd::setsid;

use crate::channel::Channel;
use crate::cli::Exec;
use crate::container::Container;
use crate::error::{Error, Named, Result, refused};
use crate::store::Store;
use crate::streams::{self, Inside, Outside};
use crate::terminal::{self, Raw};
use crate::{cgroup, process};

/// Runs a command in a running container. Returns its exit status.
pub fn exec(exec: &Exec) -> Result<u8> {
    terminal::check(exec.tty, exec.interactive)?;
    let store = Store::open()?;
    let container = store.find_running(&exec.container)?.clone();
    let (pid, start) = (container.state.pid, container.state.start_time);
    let pid_1 = process::open(pid, start).ok_or_else(|| {
        refused(format!("Container {} is not running", container.id))
    })?;
    drop(store);

    let cgroup = cgroup::open(&container.id)?;
    let (inside, mut outside, terminal) = if exec.tty {
        let (ours, path) = terminal::open(pid)?;
        terminal::copy_size(&ours);
        (None, Outside::terminal(ours)?, Some(path))
    } else {
        let (inside, outside) = streams::pipes(exec.interactive)?;
        (Some(inside), outside, None)
    };
    let signals = streams::signals()?;
    let (mut channel, mut theirs) = Channel::pair()?;

    let child = process::clone3(0, cgroup.as_ref(), Some(&pid_1))?;
    let Some(child) = child else {
        // In the child, a member of the container's PID namespace.
        drop((channel, outside));
        let error = join(&container, exec, &pid_1, inside, terminal.as_deref());
        theirs.fail(126, &error.to_string());
        std::process::exit(1)
    };

    // In the parent, where we were. The end of the channel is the beginning
    // of the command.
    drop((inside, theirs));
    channel.wait().map_err(|error| {
        let what = "exec failed: unable to start container process";
        refused(format!("{what}: {error}")).with_status(126)
    })?;
    let raw = match exec.tty && exec.interactive {
        true => Some(Raw::enter()?),
        false => None,
    };
    if exec.interactive {
        streams::forward_stdin(&mut outside)?;
    }
    let status = streams::attend(&child, outside, &signals, None, true)?;
    drop(raw);
    Ok(status)
}

/// In the child: joins all other namespaces, and becomes the command.
fn join(
    container: &Container,
    exec: &Exec,
    pid_1: &OwnedFd,
    inside: Option<Inside>,
    terminal: Option<&str>,
) -> Error {
    let joined = || -> Result<Inside> {
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
        setsid().named("setsid", "")?;
        crate::enter_folder(&container.config.working_dir)?;
        if !container.host_config.privileged {
            process::drop_capabilities();
        }
        match (inside, terminal) {
            (Some(inside), _) => Ok(inside),
            (None, path) => Inside::terminal(path.unwrap_or("/dev/tty")),
        }
    };
    match joined() {
        Ok(inside) => {
            process::exec(&exec.command, &container.config.env, inside)
        }
        Err(error) => error,
    }
}
