//! A container started by ours and by other runtimes, in one sandbox: one
//! kernel, the same root file system, the same command.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use nix::sched::{CloneFlags, unshare};
use nix::unistd::geteuid;
use serde::de::DeserializeOwned;

use super::c_program;
use super::oci::{self, Bundle, succeed};
use super::page::{Goal, Section};
use super::rounds::{self, Contender, Row, Times, say};
use crate::docker::daemon;
use crate::docker::install::Docker;
use crate::machine::images;
use crate::machine::userland::Userland;
use crate::outln;
use crate::{binaries, sandbox};

/// The harness's subcommand that runs the benchmark inside the sandbox.
pub const SUBCOMMAND: &str = "bench-containers";

const CONTAINER: &str = "`container run --rm busybox true`";
pub(super) const BARE: &str = "a bare C program, the same calls";
const START: &str = "`container ps`: it starts, and reads the store";
const NO_NETWORK: &str = "`container run --rm --net host busybox true`";
const NO_CABLE: &str = "`container run --rm --net none busybox true`";
const CRUN: &str = "`crun run`";
pub(super) const CRUN_NET: &str = "`crun run`, with a cable";
const RUNC: &str = "`runc run`";
const RUNC_NET: &str = "`runc run`, with a cable";
const DOCKER: &str = "`docker run --rm busybox true`";

/// The source of the bare C program.
pub(super) const BARE_C: &str = include_str!("../../benches/bare.c");

/// Paths inside the sandbox.
pub(super) const FOLDER: &str = "/run/bench";
pub(super) const ROOT: &str = "/run/bench/root";
const BARE_PROGRAM: &str = "/run/bench/bare";
const CGROUPS: &str = "/sys/fs/cgroup/bare";

/// The bridge for the cables of the bare program and of the hooks.
const BRIDGE: &str = "bare0";
const MAKE_BRIDGE: [&str; 3] = [
    "link add bare0 type bridge",
    "address add 172.18.0.1/16 dev bare0",
    "link set bare0 up",
];

/// Upper limit for the time in which the last container's network disappears.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// Starts the sandbox and reads the rows it measured.
pub(super) fn measure(workspace: &Path, rounds: usize) -> Result<Section> {
    say("A container");
    let (rows, about) = if geteuid().is_root() {
        let program = binaries::build_fast(workspace, "container")?;
        let arguments: [OsString; 3] =
            [SUBCOMMAND.into(), program.into(), rounds.to_string().into()];
        (in_a_sandbox(&arguments)?, ABOUT.to_owned())
    } else {
        (Vec::new(), format!("{ABOUT} NOT RUN: it needs root."))
    };
    Ok(Section {
        title: "A container".into(),
        about,
        rounds,
        base: BARE.into(),
        goals: vec![
            Goal::times_slower(&rows, CONTAINER, BARE, 1.3),
            Goal::times_faster(&rows, CONTAINER, CRUN_NET, 2.2),
            Goal::times_faster(&rows, CONTAINER, DOCKER, 30.0),
        ],
        rows,
    })
}

const ABOUT: &str = "On this computer's own kernel, as root, in a sandbox, \
    timed from the start of the command to its end. All run busybox's `true` \
    as a member of six new namespaces. The bare C program \
    (harness/benches/bare.c) makes only the necessary calls: its time is the \
    kernel's. crun and runc make no network of their own; \"with a cable\" is \
    with a hook that makes the same network as the bare program. A run starts \
    when the network of the run before is gone. Three rows have less of a \
    container: they tell where the time of a whole one goes. What is beyond \
    the bare program is an overlay in place of a bind mount, six more file \
    systems with their devices, files in /etc, twenty places in /proc and \
    /sys that are hidden, a filter of devices, the state, the log, and the \
    cable's end. QEMU's -icount has counted once, in millions of instructions \
    of one processor: on Linux 6.12 C 5.3, `container` 10.3, `crun` with a \
    cable 23.4; on Linux 7.3 C 5.5, `container` 11.9, `crun` 24.3. Of the 5.0 \
    that C has not on 6.12, 1.9 are `container`'s own and the pages that it \
    touches first, 0.9 are 30 mounts more, 0.6 are the memory that execve(2) \
    and exit(2) give back, 0.2 are the check of the filter; the rest are \
    files: the state, the layer, /etc, devices. With those of the command, \
    `container` makes 483 system calls, C 125. With two processors a part of \
    this is done at the same time.";

/// Runs a subcommand of ours in a sandbox, and reads its answer.
pub(super) fn in_a_sandbox<T: DeserializeOwned>(
    arguments: &[OsString],
) -> Result<T> {
    let mut command = sandbox::command(arguments)?;
    command.stdout(Stdio::piped());
    let child = command.spawn().context("exec(unshare)")?;
    // The sandbox lives while its standard input is open: hold it open until
    // the sandbox ends.
    let output = wait_with_stdin(child)?;
    ensure!(output.status.success(), "in the sandbox: {}", output.status);
    serde_json::from_slice(&output.stdout).context("the sandbox's answer")
}

fn wait_with_stdin(
    mut child: std::process::Child,
) -> Result<std::process::Output> {
    let stdin = child.stdin.take();
    let output = child.wait_with_output().context("wait")?;
    drop(stdin);
    Ok(output)
}

/// Runs inside the sandbox: measures and prints the rows as JSON.
pub fn run(program: &Path, rounds: usize) -> Result<u8> {
    fs::create_dir(FOLDER).context(FOLDER)?;
    oci::unpack_root(Path::new(ROOT))?;
    let docker = Docker::find();
    let docker = docker.map_err(Into::into).and_then(|docker| {
        daemon::start(None)?;
        Ok(docker.client)
    });
    // Docker created its docker0 in the old network namespace; ours gets the
    // name in a new one.
    unshare(CloneFlags::CLONE_NEWNET).context("unshare(net)")?;
    ip("link set lo up")?;
    for arguments in MAKE_BRIDGE {
        ip(arguments)?;
    }
    let bare = c_program::compile(BARE_C, Path::new(BARE_PROGRAM));
    fs::create_dir(CGROUPS).context(CGROUPS)?;
    let docker = docker.and_then(|client: PathBuf| {
        import(docker_command(&client))?;
        Ok(client)
    });
    import(Command::new(program))?;
    let rows = contend(program, &bare, &docker, rounds)?;
    outln!("{}", serde_json::to_string(&rows)?);
    Ok(0)
}

fn contend(
    program: &Path,
    bare: &Result<()>,
    docker: &Result<PathBuf>,
    rounds: usize,
) -> Result<Vec<Row>> {
    let hook = [BARE_PROGRAM, BRIDGE, "--hook"];
    let bundle = |runtime, name: &str, hook: Option<&[&str]>| {
        there(bare)?;
        let folder = Path::new(FOLDER).join(name);
        Bundle::make(runtime, &folder, Path::new(ROOT), hook)
    };
    let crun = bundle("crun", "crun", None);
    let crun_net = bundle("crun", "crun-net", Some(&hook));
    let runc = bundle("runc", "runc", None);
    let runc_net = bundle("runc", "runc-net", Some(&hook));
    let in_bundle =
        |bundle: &Result<Bundle>| timed(|| there(bundle).and_then(Bundle::run));
    rounds::run(
        &mut [
            Contender::peer(BARE, || {
                there(bare)?;
                timed(|| succeed(&mut bare_command()))
            }),
            ours(program, CONTAINER, "run --rm busybox true"),
            ours(program, START, "ps"),
            ours(program, NO_NETWORK, "run --rm --net host busybox true"),
            ours(program, NO_CABLE, "run --rm --net none busybox true"),
            Contender::peer(CRUN, || in_bundle(&crun)),
            Contender::peer(CRUN_NET, || in_bundle(&crun_net)),
            Contender::peer(RUNC, || in_bundle(&runc)),
            Contender::peer(RUNC_NET, || in_bundle(&runc_net)),
            Contender::peer(DOCKER, || {
                let mut command = docker_command(there(docker)?);
                command.args(["run", "--rm", "busybox", "true"]);
                timed(|| succeed(&mut command))
            }),
        ],
        rounds,
        say,
    )
}

/// `container` with these words.
fn ours<'a>(
    program: &'a Path,
    name: &'static str,
    words: &'static str,
) -> Contender<'a> {
    Contender::ours(name, move || {
        let mut command = Command::new(program);
        command.args(words.split(' '));
        let seconds = timed(|| succeed(&mut command))?;
        Ok(Times::from([(name.into(), seconds)]))
    })
}

/// Returns what was made, or the error with which it could not be made.
fn there<T>(made: &Result<T>) -> Result<&T> {
    match made {
        Ok(made) => Ok(made),
        Err(error) => bail!("{error:#}"),
    }
}

/// Times `act`, which begins once the last container's network is gone.
fn timed(act: impl FnOnce() -> Result<()>) -> Result<f64> {
    wait_for_silence()?;
    let begin = Instant::now();
    act()?;
    Ok(begin.elapsed().as_secs_f64())
}

/// Waits until the last container's network interfaces are gone. The kernel
/// removes a veth pair some time after the last process of the network has
/// ended and tells nobody outside of the two networks: hence the polling.
fn wait_for_silence() -> Result<()> {
    let begin = Instant::now();
    loop {
        // /proc/net shows the network of the main thread; this thread has
        // another.
        let path = "/proc/thread-self/net/dev";
        let links = fs::read_to_string(path).context(path)?;
        if !links.contains("veth") && !links.contains("bare1") {
            return Ok(());
        }
        ensure!(begin.elapsed() < PATIENCE, "a cable stays: {links}");
        thread::sleep(Duration::from_millis(1));
    }
}

fn bare_command() -> Command {
    let mut command = Command::new(BARE_PROGRAM);
    command.args([BRIDGE, CGROUPS, ROOT, "/bin/true"]);
    command
}

fn docker_command(client: &Path) -> Command {
    let mut command = Command::new(client);
    command.env("DOCKER_HOST", daemon::HOST);
    command
}

/// Imports busybox's root file system as an image, with `container` or docker.
pub(super) fn import(mut runtime: Command) -> Result<()> {
    let [(name, tar), _] = images::tars(&Userland::find()?)?;
    let path = Path::new(FOLDER).join(name);
    fs::write(&path, tar).with_context(|| path.display().to_string())?;
    runtime.arg("import").arg(path).arg("busybox");
    succeed(&mut runtime)
}

fn ip(arguments: &str) -> Result<()> {
    succeed(Command::new("ip").args(arguments.split(' ')))
}
