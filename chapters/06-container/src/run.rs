//! run - the page: how a process becomes a container, as the kernel sees it
//!
//! The parent stays where it is: it clones the child, lays the cable, and
//! waits. The child moves in: it joins namespaces, changes its root, gives up
//! privileges, and becomes the command. `kernel` has each step in full.
//!
//! See: namespaces(7), clone(2), open_tree(2), pivot_root(2), execve(2)

use std::convert::Infallible;
use std::os::fd::{AsFd, OwnedFd};

use nix::sched::{CloneFlags, unshare};
use nix::unistd::{sethostname, setsid};

use crate::attached::owner::{Owner, Running};
use crate::attached::streams::{self, Outside};
use crate::attached::{anew, monitor, publish::Proxy, terminal};
use crate::error::{Named, Result, refused};
use crate::files::plan::{Plan, Planned};
use crate::files::{container::Container, environment};
use crate::kernel::{capabilities, cgroup, channel::Channel, command};
use crate::kernel::{descriptors, device_filter, devices, furniture};
use crate::kernel::{network, process, resolve, root::Root, stdio::Stdio};

/// Lives with a container that is ours to start: here, or in a monitor (`-d`).
pub fn run((container, claim, plan): Planned, detach: bool) -> Result<u8> {
    let live = |caller| live(Owner::new(container, claim, caller)?, &plan);
    if detach {
        monitor::detach(|caller| live(Some(caller)))
    } else {
        live(None)
    }
}

/// Starts the container, waits for it, and leaves the machine as it was.
fn live(mut owner: Owner, plan: &Plan) -> Result<u8> {
    let signals = streams::signals()?;
    let started = start(&mut owner.container, plan);
    let running = started.map_err(|error| owner.has_not_begun(error))?;
    anew::begin(&owner, &running);
    owner.live(running, &signals)
}

/// In the parent: asks for a child that is a member of new namespaces.
fn start(container: &mut Container, plan: &Plan) -> Result<Running> {
    let proxy = Proxy::listen(container)?;
    let (stdio, outside) = streams::prepare(&container.asked)?;
    let (mut channel, mut theirs) = Channel::pair()?;
    let cgroup = cgroup::create(&container.id)?;
    let cable = container.cable()?;

    // The child joins other namespaces itself, so that the parent stays where
    // it is; but nobody joins a PID namespace.
    let new = plan.namespaces.new_ones();
    let pid_donor = plan.namespaces.pid.donor();
    let child = process::clone3(new, cgroup.as_ref(), pid_donor)?;
    let Some(child) = child else {
        // In the child, PID 1 of its PID namespace: no init, no shell.
        drop((channel, outside));
        let Err(error) = move_in(container, plan, stdio, &mut theirs);
        theirs.fail(&error.within(
            "unable to start container process: error during container init",
        ));
        std::process::exit(1)
    };
    drop((stdio, theirs));
    // In the parent, the child at work: what the child will wait for.
    let laid = cable.map_or(Ok(()), |cable| cable.lay(child.pid));
    container.has_device_filter =
        !container.asked.privileged && device_filter::attach(cgroup.as_ref());
    let met = meet(container, child.pid, laid, &mut channel, outside);
    let outside = met.or_else(|error| child.kill().and(Err(error)))?;
    Ok((child, outside, proxy))
}

/// In the parent: waits until the child is the command.
fn meet(
    container: &mut Container,
    child: i32,
    laid: Result<()>,
    channel: &mut Channel,
    mut outside: Outside,
) -> Result<Outside> {
    container.has_process(child)?;
    // If the child has failed, that is the reason for anything else.
    channel.wait_for_word()?;
    laid?;
    if container.asked.tty {
        outside = Outside::terminal(terminal::open(child)?.0)?;
    }
    channel.answer(container.has_device_filter);
    // The end of the channel is the beginning of the command.
    while channel.wait()? {}
    container.is_running()?;
    Ok(outside)
}

/// In the child: joins, changes the root, and becomes the command.
fn move_in(
    container: &Container,
    plan: &Plan,
    stdio: Option<Stdio>,
    channel: &mut Channel,
) -> Result<Infallible> {
    process::end_with_parent()?;
    plan.namespaces.join()?;
    if plan.has_cgroup {
        // Not with clone3(2): the new namespace's root would be the cgroup of
        // the parent. The child has been born in the container's.
        let cgroup = CloneFlags::CLONE_NEWCGROUP;
        unshare(cgroup).named("unshare", "CLONE_NEWCGROUP")?;
    }
    if plan.namespaces.uts.is_new() {
        let set = sethostname(&container.hostname);
        set.or(Err(refused("sethostname: invalid argument")))?;
    }

    // Another root, in a mount namespace of its own: paths are then its own.
    let shm = furniture::take_shm(&plan.namespaces.ipc)?;
    let root = Root::mount(&plan.rootfs, &container.bundle)?;
    let mut kept = vec![channel.as_fd()];
    kept.extend(stdio.iter().flat_map(Stdio::all));
    kept.extend(shm.iter().map(OwnedFd::as_fd).chain(root.descriptor()));
    descriptors::close_all_but(&kept)?;
    root.enter()?;

    // A /proc, a /dev and a /sys of its own.
    furniture::furnish(container.asked.privileged, plan.has_cgroup, shm)?;
    devices::make(&plan.devices)?;
    resolve::write_etc(&plan.etc)?;

    // The parent has laid the cable when it answers.
    channel.tell();
    let has_device_filter = channel.wait_for_answer()?;
    if plan.namespaces.net.is_new() {
        network::configure(container.ip)?;
    }

    // A session of its own, a folder, less than all privileges: execve(2).
    setsid().named("setsid", "")?;
    let stdio = stdio.map_or_else(Stdio::console, Ok)?;
    resolve::enter(&container.working_dir, true)?;
    if !container.asked.privileged {
        furniture::mask()?;
        capabilities::drop_all_but_dockers(has_device_filter);
    }
    let env = environment::of(container, container.asked.tty);
    command::exec(&container.cmd, &env, stdio)
}
