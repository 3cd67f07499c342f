//! Memory of idle containers: ours, and those of crun with conmon, each many in
//! a sandbox of its own.
//!
//! A container of ours has one process beside its command, the monitor. With
//! crun that is conmon: it waits, keeps the log and the exit status.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use nix::unistd::geteuid;
use procfs::process::{Process, all_processes};
use procfs::{Current, Meminfo};
use serde::{Deserialize, Serialize};

use super::containers::{FOLDER, PATIENCE, ROOT, import, in_a_sandbox};
use super::oci::{self, Bundle, succeed, which};
use super::page::{Amounts, Goal};
use super::rounds::say;
use crate::binaries;
use crate::outln;

/// The harness's subcommand that starts containers inside the sandbox.
pub const SUBCOMMAND: &str = "bench-memory";

const OURS: &str = "`container run -d`";
const THEIRS: &str = "crun and conmon";

/// Bytes per container.
#[derive(Serialize, Deserialize)]
struct Memory {
    /// Share of the process that stays, beside the command.
    owner: f64,
    /// Share of the command.
    command: f64,
    /// Memory of the kernel.
    kernel: f64,
}

/// Measures this many containers of both kinds.
pub(super) fn measure(workspace: &Path, count: usize) -> Result<Amounts> {
    let title = format!("{count} idle containers");
    say(&title);
    let mut found = Vec::new();
    if geteuid().is_root() {
        let program = binaries::build_fast(workspace, "container")?;
        found.push((OURS, start(Some(&program), count)));
        found.push((THEIRS, start(None, count)));
    }
    Ok(amounts(title, &found))
}

fn amounts(title: String, found: &[(&str, Result<Memory>)]) -> Amounts {
    let row = |(name, memory): &(&str, Result<Memory>)| {
        let cells = match memory {
            Ok(Memory {
                owner,
                command,
                kernel,
            }) => [*owner, *command, *kernel].map(kibibytes).into(),
            Err(error) => vec![format!("{error:#}")],
        };
        (name.to_string(), cells)
    };
    let pair = match found {
        [(_, Ok(ours)), (_, Ok(theirs))] => Some((ours.owner, theirs.owner)),
        _ => None,
    };
    Amounts {
        title,
        about: ABOUT.into(),
        heads: HEADS.map(String::from).into(),
        rows: found.iter().map(row).collect(),
        goals: vec![Goal::part_of("the process that stays", THEIRS, pair, 0.5)],
    }
}

const HEADS: [&str; 3] = [
    "the process that stays",
    "the command, `sleep`",
    "the kernel's",
];

const ABOUT: &str = "On this computer's own kernel, as root, without a cable, \
    each kind in a sandbox of its own. A process is counted by its \
    proportional share (PSS in proc_pid_smaps(5)): a page that n processes \
    have counts as 1/n of a page for each. The kernel's memory is the growth \
    of objects in slabinfo(5), and of page tables, stacks and memory per \
    processor in proc_meminfo(5). All numbers are for one container.";

fn kibibytes(bytes: f64) -> String {
    format!("{:.0} KiB", bytes / 1024.0)
}

fn start(ours: Option<&Path>, count: usize) -> Result<Memory> {
    let mut arguments: Vec<OsString> = vec![SUBCOMMAND.into()];
    arguments.push(count.to_string().into());
    arguments.extend(ours.map(OsString::from));
    in_a_sandbox(&arguments)
}

/// Runs inside the sandbox: starts the containers and prints their memory as
/// JSON.
pub fn run(count: usize, ours: Option<&Path>) -> Result<u8> {
    fs::create_dir(FOLDER).context(FOLDER)?;
    oci::unpack_root(Path::new(ROOT))?;
    let (owner, before) = match ours {
        Some(program) => {
            import(Command::new(program))?;
            let before = settled()?;
            for _ in 0..count {
                start_ours(program)?;
            }
            ("container", before)
        }
        None => {
            let folders = bundles(count)?;
            let before = settled()?;
            for (number, folder) in folders.iter().enumerate() {
                start_theirs(number, folder)?;
            }
            ("conmon", before)
        }
    };
    let each = |bytes: u64| bytes as f64 / count as f64;
    let memory = Memory {
        kernel: each(kernel()?.saturating_sub(before)),
        owner: each(share(owner, count)?),
        command: each(share("sleep", count)?),
    };
    outln!("{}", serde_json::to_string(&memory)?);
    Ok(0)
}

/// The command of each container.
const COMMAND: [&str; 2] = ["sleep", "1000000"];

fn start_ours(program: &Path) -> Result<()> {
    let mut command = Command::new(program);
    command.args(["run", "-d", "--net", "none", "busybox"]);
    succeed(command.args(COMMAND))
}

fn bundles(count: usize) -> Result<Vec<PathBuf>> {
    let first = Path::new(FOLDER).join("0");
    let root = Path::new(ROOT);
    Bundle::make("crun", &first, root, None)?.set_command(&COMMAND)?;
    let copy = |number: usize| {
        let folder = Path::new(FOLDER).join(number.to_string());
        fs::create_dir_all(&folder)?;
        let config = "config.json";
        if number > 0 {
            fs::copy(first.join(config), folder.join(config))?;
        }
        Ok(folder)
    };
    (0..count).map(copy).collect()
}

/// Has conmon call `crun create` and stay, as podman does; then starts the
/// container.
fn start_theirs(number: usize, folder: &Path) -> Result<()> {
    let id = format!("idle{number}");
    let path = |name: &str| folder.join(name);
    let log = format!("k8s-file:{}", path("log").display());
    let crun = which("crun")?;
    let mut conmon = Command::new("conmon");
    conmon.args(["--api-version", "1", "-c", &id, "-u", &id, "-n", &id]);
    conmon.arg("-r").arg(crun).arg("-b").arg(folder);
    conmon.arg("-p").arg(path("pid")).arg("-l").arg(log);
    conmon.arg("--exit-dir").arg(folder);
    conmon.arg("--socket-dir-path").arg(folder);
    succeed(&mut conmon)?;
    // conmon returns before crun has made the container.
    let status = Path::new("/run/crun").join(&id).join("status");
    let until = Instant::now() + PATIENCE;
    while !(status.exists() && path("pid").exists()) {
        let log = path("log");
        ensure!(Instant::now() < until, "no container: {}", log.display());
        thread::yield_now();
    }
    succeed(Command::new("crun").args(["start", &id]))
}

/// Returns the sum of the shares of all processes with this name, of which
/// there must be this many.
fn share(name: &str, count: usize) -> Result<u64> {
    let named =
        |process: &Process| process.stat().is_ok_and(|stat| stat.comm == name);
    let all = all_processes()?.flatten().filter(named);
    let shares: Vec<u64> = all.map(|it| pss(&it)).collect::<Result<_>>()?;
    let many = shares.len();
    ensure!(
        many == count,
        "{many} processes are named {name}, not {count}"
    );
    Ok(shares.iter().sum())
}

fn pss(process: &Process) -> Result<u64> {
    let rollup = process.smaps_rollup().context("smaps_rollup")?;
    let maps = rollup.memory_map_rollup.into_iter();
    Ok(maps
        .filter_map(|it| it.extension.map.get("Pss").copied())
        .sum())
}

/// Returns the kernel's memory when it no longer falls. The kernel frees the
/// namespaces of an earlier sandbox in the background, see cleanup_net in
/// net/core/net_namespace.c.
fn settled() -> Result<u64> {
    let mut last = kernel()?;
    loop {
        thread::sleep(Duration::from_secs(1));
        let now = kernel()?;
        if now + (1 << 20) > last {
            return Ok(now);
        }
        last = now;
    }
}

fn kernel() -> Result<u64> {
    let info = Meminfo::current().context("/proc/meminfo")?;
    let stacks = info.kernel_stack.unwrap_or(0);
    let tables = info.page_tables.unwrap_or(0);
    Ok(slabs()? + stacks + tables + info.per_cpu.unwrap_or(0))
}

/// Returns the bytes of all objects in use. The slabs of objects that are freed
/// may stay, so their size does not fall again. See slabinfo(5).
fn slabs() -> Result<u64> {
    let path = "/proc/slabinfo";
    let text = fs::read_to_string(path).context(path)?;
    // Two lines of heads. Name, objects in use, all objects, bytes of one.
    let bytes = text.lines().skip(2).map(|line| {
        let words: Vec<&str> = line.split_whitespace().take(4).collect();
        let [_, used, _, size] = words[..] else {
            bail!("{path}: {line}");
        };
        Ok(used.parse::<u64>()? * size.parse::<u64>()?)
    });
    bytes.sum()
}
