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
//! * [`cli`], [`image`], [`create`]: what is asked for, and from what
//! * [`namespaces`], [`process`], [`cgroup`]: clone3(2), setns(2)
//! * [`root`], [`network`], [`publish`]: what the process finds in there
//! * [`streams`], [`terminal`], [`log`]: what goes in and comes out
//! * [`container`], [`store`], [`monitor`]: what is known of it, and by whom
//! * [`exec`], [`ps`], [`inspect`], [`life`]: the other verbs
//! * [`channel`], [`error`]: what parent and child, and we, have to say
//!
//! There is one thread where namespaces are joined: they belong to threads.
//!
//! See: namespaces(7), clone(2), pivot_root(2), docker(1)

mod cgroup;
mod channel;
mod cli;
mod container;
mod create;
mod error;
mod exec;
mod image;
mod inspect;
mod life;
mod log;
mod monitor;
mod namespaces;
mod network;
mod process;
mod ps;
mod publish;
mod root;
mod store;
mod streams;
mod terminal;

use std::fs;
use std::process::ExitCode;

use nix::sched::{CloneFlags, unshare};
use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::Signal;
use nix::sys::stat::{Mode, umask};
use nix::unistd::{chdir, sethostname, setsid};

use channel::Channel;
use cli::Verb;
use container::{Container, Status};
use create::Plan;
use error::{Error, Named, Result, refused};
use log::Log;
use process::Child;
use publish::Proxy;
use store::{Claim, Store};
use streams::{Inside, Outside};
use terminal::Raw;

fn main() -> ExitCode {
    let done = |result: Result<()>| result.map(|()| 0);
    let (verb, result) = match cli::parse() {
        Verb::Run(options) => ("run", run(&options)),
        Verb::Exec(options) => ("exec", exec::exec(&options)),
        Verb::Ps { all, quiet } => ("ps", done(ps::print(all, quiet))),
        Verb::Inspect { format, containers } => (
            "inspect",
            done(inspect::print(&containers, format.as_deref())),
        ),
        Verb::Logs { follow, container } => {
            ("logs", done(log::print(&container, follow)))
        }
        Verb::Stop(stop) => (
            "stop",
            life::each(&stop.containers, |it| life::stop(it, stop.time)),
        ),
        Verb::Kill { signal, containers } => {
            let signal = cli::signal(&signal);
            let kill =
                |signal| life::each(&containers, |it| life::kill(it, signal));
            ("kill", signal.and_then(kill))
        }
        Verb::Start { containers } => {
            ("start", life::each(&containers, life::start))
        }
        Verb::Restart(stop) => (
            "restart",
            life::each(&stop.containers, |it| life::restart(it, stop.time)),
        ),
        Verb::Rm { force, containers } => {
            ("rm", life::each(&containers, |it| life::remove(it, force)))
        }
        Verb::Import { change, tar, name } => {
            ("import", done(image::import(&change, &tar, &name)))
        }
        Verb::Images => ("images", done(image::list())),
    };
    ExitCode::from(result.unwrap_or_else(|error| say(verb, &error)))
}

/// Says it as docker does. Returns the exit status.
fn say(verb: &str, error: &Error) -> u8 {
    match (verb, error.status()) {
        ("run", _) => eprintln!("container: {error}."),
        ("exec" | "inspect", Some(_)) => eprintln!("{error}"),
        _ => eprintln!("Error: {error}"),
    }
    if let Some(advice) = error.advice(verb) {
        eprintln!("{advice}");
    }
    error
        .status()
        .unwrap_or(if verb == "run" { 125 } else { 1 })
}

/// Parse, prepare: from options to a container that is ours to start.
fn run(options: &cli::Run) -> Result<u8> {
    options.check()?;
    if !options.detach {
        terminal::check(options.tty, options.interactive)?;
    }
    if options.network() == "host" && !options.publish.is_empty() {
        let mode = "when using host network mode";
        eprintln!("WARNING: Published ports are discarded {mode}");
    }
    umask(Mode::from_bits_truncate(0o022));
    let mut store = Store::open()?;
    let (container, claim) = create::create(&mut store, options)?;
    if options.detach {
        println!("{}", container.id);
    }
    launch(store, container, claim, options.detach)
}

/// Takes what others may want too, an address and donors, while nobody else
/// does; then lives with the container, or has a monitor do so.
fn launch(
    store: Store,
    mut container: Container,
    claim: Claim,
    detach: bool,
) -> Result<u8> {
    let plan = match create::connect(&store, &mut container) {
        Ok(plan) => plan,
        Err(error) => return Err(not_started(&mut container, error)),
    };
    container.save()?;
    drop(store);
    let live = |monitor| live(container, claim, &plan, monitor);
    if detach {
        monitor::detach(|channel| live(Some(channel)))
    } else {
        live(None)
    }
}

/// Starts the container, waits for it, and leaves the machine as it was.
fn live(
    mut container: Container,
    claim: Claim,
    plan: &Plan,
    monitor: Option<Channel>,
) -> Result<u8> {
    let attached = monitor.is_none();
    let signals = streams::signals()?;
    let started = start(&mut container, plan);
    let (child, mut outside, proxy) = match (started, monitor) {
        (Ok(started), Some(mut channel)) => {
            channel.tell();
            started
        }
        (Ok(started), None) => started,
        (Err(error), monitor) => {
            let error = not_started(&mut container, error);
            if let Some(mut channel) = monitor {
                channel.fail(error.status().unwrap_or(125), &error.to_string());
            }
            return Err(error);
        }
    };
    let interactive = attached && container.config.open_stdin;
    let raw = match &outside.terminal {
        Some(_) if interactive => Some(Raw::enter()?),
        _ => None,
    };
    if interactive {
        streams::forward_stdin(&mut outside)?;
    }
    let log = Some(Log::new(&container.log_path));
    let status = streams::attend(&child, outside, &signals, log, attached)?;
    drop((raw, proxy));

    // Its namespaces are gone, and what was mounted there with them. The rest
    // is ours to take back; the cable last, for that takes time.
    cgroup::remove(&container.id)?;
    let veth = container.veth();
    veth.as_deref().map_or(Ok(()), network::switch_off)?;
    if container.host_config.auto_remove {
        container.remove()?;
    } else {
        container.has_ended(Status::Exited, status.into());
        container.save()?;
    }
    drop(claim);
    veth.map_or(Ok(()), |veth| {
        monitor::after_us(|| network::disconnect(&veth))
    })?;
    Ok(status)
}

/// Clone, network: what the parent does of it, outside.
fn start(
    container: &mut Container,
    plan: &Plan,
) -> Result<(Child, Outside, Proxy)> {
    let proxy = Proxy::listen(container)?;
    let (inside, outside) = if container.config.tty {
        (None, Outside::default())
    } else {
        let (inside, outside) = streams::pipes(container.config.open_stdin)?;
        (Some(inside), outside)
    };
    let (mut channel, theirs) = Channel::pair()?;
    let cgroup = cgroup::create(&container.id)?;

    // Ask for a child that is a member of new namespaces. It joins others
    // itself, so that we stay where we are; but nobody joins a PID namespace.
    let new = namespaces::new(container).bits();
    let pid_donor = namespaces::pid_donor(&plan.donors);
    let child = process::clone3(new, cgroup.as_ref(), pid_donor)?;
    let Some(child) = child else {
        drop((channel, outside));
        contained(container, plan, inside, theirs)
    };

    // In the parent. Of our own memberships, none has changed.
    drop((inside, theirs));
    let met = meet(container, &child, &mut channel, outside);
    let started = met.and_then(|outside| {
        // The end of the channel is the beginning of the command.
        while channel.wait()? {}
        container.is_running();
        container.save()?;
        proxy.serve()?;
        Ok(outside)
    });
    match started {
        Ok(outside) => Ok((child, outside, proxy)),
        Err(error) => {
            let _ = process::send_signal(&child.handle, libc::SIGKILL);
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
    let start_time = process::start_time(child.pid).unwrap_or(0);
    container.has_process(child.pid, start_time);
    container.save()?;
    if let (Some(veth), Some(ip)) = (container.veth(), container.ip_address()) {
        network::connect(&veth, ip, child.pid)?;
    }
    if !channel.wait()? {
        return Err(refused("the container's first process has been killed"));
    }
    if container.config.tty {
        let (ours, _) = terminal::open(child.pid)?;
        terminal::copy_size(&ours);
        outside = Outside::terminal(ours)?;
    }
    channel.tell();
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
    let error = match become_container(container, plan, inside, &mut channel) {
        Ok(inside) => {
            let Container { config, .. } = container;
            process::exec(&config.cmd, &config.env, inside)
        }
        Err(error) => error,
    };
    let reason = format!("unable to start container process: {error}");
    channel.fail(error.status().unwrap_or(125), &reason);
    std::process::exit(1)
}

fn become_container(
    container: &Container,
    plan: &Plan,
    inside: Option<Inside>,
    channel: &mut Channel,
) -> Result<Inside> {
    // When the parent ends, so do we.
    set_pdeathsig(Signal::SIGKILL).named("prctl", "PR_SET_PDEATHSIG")?;
    namespaces::join(&plan.donors)?;
    let has_cgroup = cgroup::is_v2();
    if has_cgroup {
        // Its root is the cgroup of whoever asks. clone3(2) would have taken
        // the parent's; we have been born in the container's.
        let cgroup = CloneFlags::CLONE_NEWCGROUP;
        unshare(cgroup).named("unshare", "CLONE_NEWCGROUP")?;
    }
    let new = namespaces::new(container);
    if new.contains(CloneFlags::CLONE_NEWUTS) {
        let refusal =
            "error during container init: sethostname: invalid argument";
        sethostname(&container.config.hostname)
            .map_err(|_| refused(refusal))?;
    }

    root::pivot(&plan.rootfs, &container.folder())?;
    let privileged = container.host_config.privileged;
    root::furnish(privileged, has_cgroup)?;
    for (name, text) in &plan.etc {
        root::write_etc(name, text)?;
    }
    channel.tell();

    // Where the parent is now, there are two ends of a cable. Wait for ours.
    if !channel.wait()? {
        return Err(refused("the parent has been killed"));
    }
    if new.contains(CloneFlags::CLONE_NEWNET) {
        network::configure(container.ip_address())?;
    }
    setsid().named("setsid", "")?;
    let inside = match inside {
        Some(inside) => inside,
        None => {
            fs::write("/dev/console", "").named("open", "/dev/console")?;
            root::bind("/dev/pts/0", "/dev/console")?;
            Inside::terminal("/dev/pts/0")?
        }
    };
    enter_folder(&container.config.working_dir)?;
    if !privileged {
        root::mask()?;
        process::drop_capabilities();
    }
    Ok(inside)
}

/// Docker makes a working directory that is not there.
fn enter_folder(path: &str) -> Result<()> {
    let path = if path.is_empty() { "/" } else { path };
    fs::create_dir_all(path).named("mkdir", path)?;
    chdir(path).named("chdir", path)
}

/// Takes back what there is of it. With docker it stays, as Created.
fn not_started(container: &mut Container, error: Error) -> Error {
    let taken_back = container.clean_up().and_then(|()| {
        if container.host_config.auto_remove {
            return container.remove();
        }
        let status = error.status().unwrap_or(128);
        container.has_ended(Status::Created, status.into());
        container.state.error = error.to_string();
        container.save()
    });
    taken_back.err().unwrap_or(error)
}
