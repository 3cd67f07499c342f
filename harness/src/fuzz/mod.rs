//! Random input for chapter 6's `container` on the real kernel: arguments that
//! no user would type, in an order that no user would choose.
//!
//! A seed stands for a round: a sequence of verbs with random names, links,
//! modes and bytes, played in a sandbox of its own. [`promise`] lists what must
//! be true in every round. A finding is made shorter by leaving out steps, and
//! is printed with its seed and as commands for a shell.
//!
//! # Layout, in the order it runs
//!
//! * [`command`]: the subcommands
//! * here: plays rounds side by side, and prints their findings
//! * [`step`]: the steps of a round: verbs, and events between them
//! * `inside`, `image`, `spoil`: programs for containers, archives, and damage
//!   to the files that `container` keeps
//! * `odd`: words and bytes
//! * [`player`]: plays a round, inside a sandbox
//! * `room`: the machine of a round, with files that no container may touch
//! * `running`, `reaper`: a verb while it runs, and the ends of processes
//! * `look`: the state of the machine
//! * [`promise`]: the promises, and how a broken one is found
//! * `shrink`, `shell`: a shorter round with the same finding, as commands for
//!   a person

pub mod command;
mod image;
mod inside;
mod look;
mod odd;
pub mod player;
pub mod promise;
mod reaper;
mod room;
mod running;
mod shell;
mod shrink;
mod spoil;
pub mod step;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;
use nix::unistd::geteuid;

use crate::exit_code::DIFFERS;
use crate::{binaries, err, out, outln, sandbox};
use promise::{Broken, Finding, RoundReport};

/// The options of a run.
#[derive(Args, Clone)]
pub struct Options {
    /// How long to play, in seconds
    #[arg(long, default_value = "60", conflicts_with = "rounds")]
    seconds: u64,
    /// How many rounds to play, however long they take
    #[arg(long)]
    rounds: Option<u64>,
    /// Seed of the first round; each next seed is one more
    #[arg(long)]
    seed: Option<u64>,
    /// Play only these steps of each round, such as 0,3,4
    #[arg(long, value_delimiter = ',')]
    keep: Option<Vec<usize>>,
    /// Play with this program instead of the one that is built
    #[arg(long)]
    program: Option<PathBuf>,
    /// Go on after a finding, and print each kind once
    #[arg(long)]
    go_on: bool,
    /// Print a finding's round as it was, without making it shorter
    #[arg(long)]
    as_found: bool,
    /// Print each verb and its result
    #[arg(long)]
    show: bool,
    /// After this many seconds a verb is taken to hang
    #[arg(long, default_value = "60", value_name = "SECONDS")]
    patience: u64,
}

/// The reason why no round can be played here, and a remedy.
#[derive(Debug, thiserror::Error)]
#[error("`container` cannot be fuzzed here: {0}")]
pub struct CannotFuzz(pub String);

/// The settings of all rounds.
struct Rounds {
    program: PathBuf,
    patience: Duration,
    show: bool,
}

/// The results of all rounds so far.
struct Tally {
    next: u64,
    last: Option<u64>,
    end: Option<Instant>,
    rounds: u64,
    verbs: usize,
    known: BTreeSet<String>,
    stopped: bool,
    error: Option<anyhow::Error>,
}

/// Plays rounds, as many at once as there are processors. Returns 0, or 1 if
/// there is a finding.
pub fn run(workspace: &Path, options: &Options) -> Result<u8> {
    if !geteuid().is_root() {
        let why = "it needs root, and you are not: try sudo";
        bail!(CannotFuzz(why.into()));
    }
    let rounds = Rounds {
        program: match &options.program {
            Some(program) => program.canonicalize().context("--program")?,
            None => built(workspace)?,
        },
        patience: Duration::from_secs(options.patience),
        show: options.show,
    };
    let begin = Instant::now();
    let seed = options
        .seed
        .unwrap_or_else(|| fastrand::u64(..1_000_000_000));
    let seconds = Duration::from_secs(options.seconds);
    let tally = Mutex::new(Tally {
        next: seed,
        last: options.rounds.map(|rounds| seed.saturating_add(rounds)),
        end: options.rounds.is_none().then(|| begin + seconds),
        rounds: 0,
        verbs: 0,
        known: BTreeSet::new(),
        stopped: false,
        error: None,
    });
    outln!("container: rounds from seed {seed}");
    let threads = thread::available_parallelism()?.get();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| rounds.play(options, &tally, begin));
        }
    });
    let tally = tally.into_inner().context("a thread has panicked")?;
    if let Some(error) = tally.error {
        return Err(error);
    }
    outln!(
        "container: {} rounds, {} verbs, {} s: {}",
        tally.rounds,
        tally.verbs,
        begin.elapsed().as_secs(),
        match tally.known.len() {
            0 => "nothing found".into(),
            count => format!("{count} found"),
        }
    );
    Ok(if tally.known.is_empty() { 0 } else { DIFFERS })
}

/// Builds `container` for the machine and returns its path.
fn built(workspace: &Path) -> Result<PathBuf> {
    let programs = binaries::build(workspace)?.chapters;
    let mut programs = programs.into_iter();
    let container = programs.find(|path| path.ends_with("container"));
    container.context("there is no program named container")
}

impl Rounds {
    /// Plays one round after the other, until the time is over.
    fn play(&self, options: &Options, tally: &Mutex<Tally>, begin: Instant) {
        while let Some(seed) = next(tally) {
            let keep = options.keep.as_deref();
            let report = self.round(seed, keep, self.patience);
            let Ok(mut so_far) = tally.lock() else { return };
            let report = match report {
                Ok(report) => report,
                Err(error) => {
                    so_far.error = Some(error);
                    so_far.stopped = true;
                    return;
                }
            };
            so_far.rounds += 1;
            so_far.verbs += report.verbs;
            let Some(finding) = report.finding else {
                continue;
            };
            if !so_far.known.insert(finding.kind()) {
                continue;
            }
            so_far.stopped |= !options.go_on;
            drop(so_far);
            let after = begin.elapsed();
            let whole = whole(seed, keep);
            let (keep, finding) = if options.as_found {
                (whole, finding)
            } else {
                self.shrink(seed, whole, finding)
            };
            out!("{}", shell::finding(seed, &keep, &finding, after));
        }
    }

    /// Plays the kept steps of a round, in a new sandbox.
    fn round(
        &self,
        seed: u64,
        keep: Option<&[usize]>,
        patience: Duration,
    ) -> Result<RoundReport> {
        let mut arguments: Vec<OsString> = vec![
            player::SUBCOMMAND.into(),
            seed.to_string().into(),
            patience.as_secs().to_string().into(),
            self.program.clone().into(),
        ];
        let keep = keep.unwrap_or_default().iter();
        arguments.extend(keep.map(|step| step.to_string().into()));
        let mut command = sandbox::command(&arguments)?;
        // Containers with the host's PIDs can reach PID 1's working directory.
        command.current_dir("/");
        if self.show {
            command.env(player::SHOW, "1");
        }
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().context("exec(unshare)")?;
        // The sandbox lives as long as this is open.
        let stdin = child.stdin.take();
        let output = child.wait_with_output().context("wait")?;
        drop(stdin);
        let said = String::from_utf8_lossy(&output.stderr);
        if self.show {
            err!("{said}");
        }
        let mut lines = output.stdout.split(|byte| *byte == b'\n');
        if lines.next() != Some(player::READY.as_bytes()) {
            bail!(CannotFuzz(said.trim().into()));
        }
        let report = lines.next().unwrap_or_default();
        Ok(
            serde_json::from_slice(report).unwrap_or_else(|_| RoundReport {
                verbs: 0,
                finding: Some(Finding {
                    broken: Broken::Signalled,
                    step: usize::MAX,
                    what: format!("the player has ended: {}", said.trim()),
                }),
            }),
        )
    }
}

fn next(tally: &Mutex<Tally>) -> Option<u64> {
    let mut tally = tally.lock().ok()?;
    let late = tally.end.is_some_and(|end| Instant::now() >= end);
    if tally.stopped || late || tally.last == Some(tally.next) {
        return None;
    }
    tally.next += 1;
    Some(tally.next - 1)
}

/// Returns the numbers of the kept steps, or of all steps.
fn whole(seed: u64, keep: Option<&[usize]>) -> Vec<usize> {
    let all = 0..step::round(seed).len();
    keep.map_or_else(|| all.collect(), <[usize]>::to_vec)
}
