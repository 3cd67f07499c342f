//! Rounds side by side, until time is over or something is found.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::unistd::geteuid;

use super::options::Options;
use super::promise::{Finding, RoundReport};
use super::reproduce;
use super::round::round;
use super::sandboxed::{CannotFuzz, Sandboxed};
use super::shrink::shrink;
use crate::exit_code::DIFFERS;
use crate::{binaries, out, outln};

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

impl Tally {
    /// Begins with a seed, and ends after the options' rounds or time.
    fn new(seed: u64, options: &Options, begin: Instant) -> Self {
        let seconds = Duration::from_secs(options.seconds);
        Self {
            next: seed,
            last: options.rounds.map(|rounds| seed.saturating_add(rounds)),
            end: options.rounds.is_none().then(|| begin + seconds),
            rounds: 0,
            verbs: 0,
            known: BTreeSet::new(),
            stopped: false,
            error: None,
        }
    }

    /// Returns the seed of the next round, unless the search is over.
    fn next(&mut self) -> Option<u64> {
        let late = self.end.is_some_and(|end| Instant::now() >= end);
        if self.stopped || late || self.last == Some(self.next) {
            return None;
        }
        self.next += 1;
        Some(self.next - 1)
    }

    /// Counts a round. Returns its finding, if it is the first of its kind.
    fn count(
        &mut self,
        report: Result<RoundReport>,
        go_on: bool,
    ) -> Option<Finding> {
        let report = match report {
            Ok(report) => report,
            Err(error) => {
                self.error = Some(error);
                self.stopped = true;
                return None;
            }
        };
        self.rounds += 1;
        self.verbs += report.verbs;
        let finding = report.finding?;
        let new = self.known.insert(finding.kind());
        self.stopped |= new && !go_on;
        new.then_some(finding)
    }

    /// Prints the numbers.
    fn print(&self, took: Duration) {
        outln!(
            "container: {} rounds, {} verbs, {} s: {}",
            self.rounds,
            self.verbs,
            took.as_secs(),
            match self.known.len() {
                0 => "nothing found".into(),
                count => format!("{count} found"),
            }
        );
    }
}

/// Plays rounds, as many at the same time as there are processors. Returns exit
/// code 0, or 1 if anything was found.
pub fn run(workspace: &Path, options: &Options) -> Result<u8> {
    if !geteuid().is_root() {
        let why = "it needs root, and you are not: try sudo";
        bail!(CannotFuzz(why.into()));
    }
    let sandboxed = Sandboxed {
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
    let tally = Mutex::new(Tally::new(seed, options, begin));
    outln!("container: rounds from seed {seed}");
    let threads = thread::available_parallelism()?.get();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| play(&sandboxed, options, &tally, begin));
        }
    });
    let tally = tally.into_inner().context("a thread has panicked")?;
    if let Some(error) = tally.error {
        return Err(error);
    }
    tally.print(begin.elapsed());
    Ok(if tally.known.is_empty() { 0 } else { DIFFERS })
}

/// Returns the path of `container`, as it is in the machine.
fn built(workspace: &Path) -> Result<PathBuf> {
    let programs = binaries::build(workspace)?.chapters;
    let mut programs = programs.into_iter();
    let container = programs.find(|path| path.ends_with("container"));
    container.context("there is no program named container")
}

/// Plays one round after the other, until the search is over.
fn play(
    sandboxed: &Sandboxed,
    options: &Options,
    tally: &Mutex<Tally>,
    begin: Instant,
) {
    let next = || tally.lock().ok()?.next();
    while let Some(seed) = next() {
        let keep = options.keep.as_deref();
        let report = sandboxed.play(seed, keep, sandboxed.patience);
        let Ok(mut so_far) = tally.lock() else { return };
        let Some(finding) = so_far.count(report, options.go_on) else {
            continue;
        };
        drop(so_far);
        let after = begin.elapsed();
        let whole = whole(seed, keep);
        let (keep, finding) = if options.as_found {
            (whole, finding)
        } else {
            shrink(sandboxed, seed, whole, finding)
        };
        out!("{}", reproduce::commands(seed, &keep, &finding, after));
    }
}

/// Returns the numbers of the steps to play.
fn whole(seed: u64, keep: Option<&[usize]>) -> Vec<usize> {
    let all = 0..round(seed).len();
    keep.map_or_else(|| all.collect(), <[usize]>::to_vec)
}
