//! container - docker's verbs in one readable runtime
//!
//! A container is not a thing the kernel knows. It is a process that is a
//! member of new namespaces, in a root of its own, with less than all
//! privileges; and a few files that say so. Chapters 1 to 5 had one piece
//! each. Here they are put together, in the order the kernel sees them.
//!
//! ```console
//! host# container run -d --name web -p 4000:80 helloworld
//! host# container inspect -f '{{.State.Pid}}' web
//! 25686
//! host# container exec web hostname
//! 4ddf4638572d
//! host# container run --rm --net container:web busybox ifconfig eth0
//! eth0      Link encap:Ethernet  HWaddr 02:42:AC:11:00:02
//! ```
//!
//! # Layout
//!
//! * here: `run`, the story: parse, prepare, clone, network, pivot, exec
//! * [`exec`]: one more process in there
//! * [`kernel`]: the system calls
//! * [`attached`]: what goes in and out while a container lives
//! * [`files`]: what a container is besides
//! * [`docker`]: Docker's verbs and words
//! * [`error`], [`output`]: what we say
//!
//! There is one thread where namespaces are joined: they belong to threads.
//!
//! See: namespaces(7), clone(2), pivot_root(2), docker(1)

#![deny(clippy::print_stdout, clippy::print_stderr)]

mod attached;
mod docker;
mod error;
mod exec;
mod files;
mod kernel;
mod output;

use std::os::fd::{AsFd, OwnedFd};
use std::process::ExitCode;

use nix::sched::{CloneFlags, unshare};
use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::Signal;
use nix::sys::stat::{Mode, umask};
use nix::unistd::{sethostname, setsid};

use attached::log::Log;
use attached::publish::Proxy;
use attached::streams::{self, Inside, Outside};
use attached::{log, monitor, terminal};
use docker::cli::{self, Verb};
use docker::create::{self, Plan};
use docker::{inspect, life, ps};
use error::{Named, Result, refused};
use files::claim::Claim;
use files::container::{Container, Status};
use files::store::Store;
use files::{environment, image, import};
use kernel::channel::Channel;
use kernel::process::{self, Child};
use kernel::{
    cgroup, command, descriptors, device_filter, devices, namespaces, network,
    resolve, root,
};

fn main() -> ExitCode {
    umask(Mode::from_bits_truncate(0o022));
    process::keep_exit_statuses();
    let (verb, asked) = cli::parse();
    let result = match asked {
        Verb::Run(asked) => run(&asked),
        Verb::Exec(asked) => exec::exec(&asked),
        Verb::Ps { all, quiet } => ps::print(all, quiet),
        Verb::Inspect { format, some } => {
            inspect::print(&some.containers, format.as_deref())
        }
        Verb::Logs { follow, container } => log::print(&container, follow),
        Verb::Stop(cli::Stop { time, some }) => {
            life::all(&some.containers, |it| life::stop(it, time))
        }
        Verb::Kill { signal, some } => {
            life::all(&some.containers, |it| life::kill(it, &signal))
        }
        Verb::Start(some) => life::each(&some.containers, life::start),
        Verb::Restart(cli::Stop { time, some }) => {
            life::each(&some.containers, |it| life::restart(it, time))
        }
        Verb::Rm { force, some } => {
            life::all(&some.containers, |it| life::remove(it, force))
        }
        Verb::Import { change, tar, name } => {
            import::import(&change, &tar, &name)
        }
        Verb::Images => image::list(),
    };
    let mut status = result.unwrap_or_else(|error| error.say(&verb));
    if let Err(error) = output::check() {
        status = status.max(error.say(&verb));
    }
    ExitCode::from(status)
}

/// Parse, prepare: from options to a container that is ours to start.
fn run(options: &cli::Run) -> Result<u8> {
    options.check()?;
    if !options.detach {
        terminal::check(options.tty, options.interactive)?;
    }
    if options.network() == "host" && !options.publish.is_empty() {
        let mode = "when using host network mode";
        output::say(format!("WARNING: Published ports are discarded {mode}"));
    }
    let mut store = Store::open()?;
    let (mut container, claim) = create::create(&mut store, options)?;
    if options.detach {
        output::line(&container.id);
    }
    launch(store, &mut container, claim, options.detach)
}

/// Takes what others may want too, an address and donors, while nobody else
/// does; then lives with the container, or has a monitor do so.
fn launch(
    store: Store,
    container: &mut Container,
    claim: Claim,
    detach: bool,
) -> Result<u8> {
    let plan = create::connect(&store, container)
        .map_err(|error| container.has_not_started(error))?;
    container.status = Status::Creating;
    container.save()?;
    drop(store);
    match detach {
        true => monitor::detach(|it| live(container, claim, &plan, Some(it))),
        false => live(container, claim, &plan, None),
    }
}

/// Starts the container, waits for it, and leaves the machine as it was.
fn live(
    container: &mut Container,
    claim: Claim,
    plan: &Plan,
    monitor: Option<Channel>,
) -> Result<u8> {
    let attached = monitor.is_none();
    claim.is_ours()?;
    let signals = streams::signals()?;
    let started = start(container, plan)
        .map_err(|error| container.has_not_started(error));
    claim.has_begun()?;
    if let Some(mut channel) = monitor {
        match &started {
            Ok(_) => channel.tell(),
            Err(error) => channel.fail(error),
        }
    }
    let (child, mut outside, proxy) = started?;
    let raw = match attached && container.asked.interactive {
        true => streams::forward_stdin(&mut outside)?,
        false => None,
    };
    let log = Some(Log::new(&container.bundle));
    let status = streams::attend(&child, outside, &signals, log, attached)?;
    drop((raw, proxy));

    if let Err(error) = end(container, status, claim, attached) {
        output::say(format!("container: not all is taken back: {error}"));
    }
    Ok(status)
}

/// Its namespaces are gone, and what was mounted there with them. The rest is
/// ours to take back, as much of it as we can; the cable last, for that takes
/// time. Nobody waits for it but who has asked for the container to stop.
fn end(
    container: &mut Container,
    status: u8,
    claim: Claim,
    attached: bool,
) -> Result<()> {
    let removed = cgroup::remove(&container.id);
    let veth = container.veth();
    let off = veth.as_deref().map_or(Ok(()), network::switch_off);
    let ended = container.has_ended(status.into());
    let disconnected = match veth {
        Some(veth) if attached => {
            drop(claim);
            monitor::after_us(|| network::disconnect(&veth))
        }
        Some(veth) => network::disconnect(&veth),
        None => Ok(()),
    };
    removed.and(off).and(ended).and(disconnected)
}

/// Clone, network: what the parent does of it, outside.
fn start(
    container: &mut Container,
    plan: &Plan,
) -> Result<(Child, Outside, Proxy)> {
    let proxy = Proxy::listen(container)?;
    let (inside, outside) = match container.asked.tty {
        true => (None, Outside::default()),
        false => streams::pipes(container.asked.interactive)?,
    };
    let (mut channel, theirs) = Channel::pair()?;
    let cgroup = cgroup::create(&container.id)?;
    let privileged = container.asked.privileged;
    container.has_device_filter =
        !privileged && device_filter::attach(cgroup.as_ref());

    // Ask for a child that is a member of new namespaces. It joins others
    // itself, so that we stay where we are; but nobody joins a PID namespace.
    let new = namespaces::new(container).bits();
    let pid_donor = plan.donors.of(CloneFlags::CLONE_NEWPID);
    let child = process::clone3(new, cgroup.as_ref(), pid_donor)?;
    let Some(child) = child else {
        drop((channel, outside));
        contained(container, plan, inside, theirs)
    };

    // In the parent. Of our own memberships, none has changed.
    drop((inside, theirs));
    match meet(container, &child, &mut channel, outside) {
        Ok(outside) => proxy.serve().map(|()| (child, outside, proxy)),
        Err(error) => {
            process::send(&child.handle, libc::SIGKILL)?;
            child.wait()?;
            Err(error)
        }
    }
}

/// Lays the cable, and gives the child what it cannot take itself.
fn meet(
    container: &mut Container,
    child: &Child,
    channel: &mut Channel,
    mut outside: Outside,
) -> Result<Outside> {
    container.has_process(child.pid)?;
    let laid = match (container.veth(), container.ip) {
        (Some(veth), Some(ip)) => network::connect(&veth, ip, child.pid),
        _ => Ok(()),
    };
    // If the child has failed, that is the reason for anything else.
    channel.wait_for_word()?;
    laid?;
    if container.asked.tty {
        outside = terminal::open(child.pid)?.0;
    }
    channel.tell();
    // The end of the channel is the beginning of the command.
    while channel.wait()? {}
    container.is_running()?;
    Ok(outside)
}

/// Pivot, exec: what the child does of it, inside.
fn contained(
    container: &Container,
    plan: &Plan,
    inside: Option<Inside>,
    mut channel: Channel,
) -> ! {
    // In the child, PID 1 of its PID namespace: no init, no shell, only this.
    let error = match move_in(container, plan, inside, &mut channel) {
        Ok(inside) => {
            let env = environment::of(container, container.asked.tty);
            command::exec(&container.cmd, &env, inside)
        }
        Err(error) => error,
    };
    let during =
        "unable to start container process: error during container init";
    channel.fail(&error.within(during));
    std::process::exit(1)
}

fn move_in(
    container: &Container,
    plan: &Plan,
    inside: Option<Inside>,
    channel: &mut Channel,
) -> Result<Inside> {
    // When the parent ends, so do we.
    set_pdeathsig(Signal::SIGKILL).named("prctl", "PR_SET_PDEATHSIG")?;
    plan.donors.join()?;
    let has_cgroup = cgroup::is_v2();
    if has_cgroup {
        // Its root is the cgroup of whoever asks. clone3(2) would have taken
        // the parent's; we have been born in the container's.
        let cgroup = CloneFlags::CLONE_NEWCGROUP;
        unshare(cgroup).named("unshare", "CLONE_NEWCGROUP")?;
    }
    let new = namespaces::new(container);
    if new.contains(CloneFlags::CLONE_NEWUTS) {
        let refused = |_| refused("sethostname: invalid argument");
        sethostname(&container.hostname).map_err(refused)?;
    }

    // Another root, and our own /proc, /dev and /sys in it.
    root::cut_off()?;
    let ipc = CloneFlags::CLONE_NEWIPC;
    let shm = match new.contains(ipc) {
        true => None,
        false => Some(root::take_shm(plan.donors.of(ipc))?),
    };
    // From here on, paths are the container's: see descriptors.
    let mut kept = vec![channel.as_fd()];
    kept.extend(inside.iter().flat_map(Inside::all));
    kept.extend(shm.as_ref().map(OwnedFd::as_fd));
    descriptors::close_all_but(&kept)?;
    root::pivot(&plan.rootfs, &container.bundle)?;
    let privileged = container.asked.privileged;
    root::furnish(privileged, has_cgroup, shm)?;
    devices::make(&plan.devices)?;
    resolve::write_etc(&plan.etc)?;

    // Say so, and wait until our end of the cable is there.
    channel.tell();
    channel.wait_for_word()?;
    if new.contains(CloneFlags::CLONE_NEWNET) {
        network::configure(container.ip)?;
    }

    // A session of our own, a folder, and less than all privileges.
    setsid().named("setsid", "")?;
    let inside = match inside {
        Some(inside) => inside,
        None => Inside::console()?,
    };
    resolve::enter(&container.working_dir, true)?;
    if !privileged {
        root::mask()?;
        process::drop_capabilities(container.has_device_filter);
    }
    Ok(inside)
}
