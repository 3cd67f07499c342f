//! Plays a round, inside a sandbox, and checks all promises after each step.

use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use nix::fcntl::{Flock, FlockArg};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::look::{self, Things};
use super::promise::{self, Broken, Finding, RoundReport};
use super::reaper::Reaper;
use super::room::{self, RUN};
use super::round::round;
use super::running::{Running, VerbOutput};
use super::shell;
use super::spoil::{self, Spoil, Target};
use super::step::{Input, Step, Verb};
use crate::exit_code::ENVIRONMENT;
use crate::{errln, outln};

/// The harness's subcommand that plays a round, inside a sandbox.
pub const SUBCOMMAND: &str = "fuzz-player";

/// The first line of the output. Any failure after it is a finding.
pub const READY: &str = "ready";

/// Environment variable that makes the player print each verb.
pub const SHOW: &str = "FUZZ_SHOW";

/// Time limit for anything that is about to end by itself.
const SOON: Duration = Duration::from_secs(10);

struct Player {
    patience: Duration,
    reaper: Reaper,
    canary: i32,
    busybox: Vec<u8>,
    files: Things,
    leavings: Things,
    verbs: usize,
    /// Number of the present step; `usize::MAX` before and after the steps.
    step: usize,
    show: bool,
    /// Whether a container remains that `rm -f` cannot name.
    spoiled: bool,
}

/// Plays the kept steps of a seed's round, or all. Prints [`READY`], and then
/// the [`RoundReport`] as JSON. Returns the exit code.
pub fn run(
    seed: u64,
    patience: u64,
    program: &Path,
    keep: &[usize],
) -> Result<u8> {
    let mut player = match Player::new(program, patience) {
        Ok(player) => player,
        Err(error) => {
            errln!("{error:#}");
            return Ok(ENVIRONMENT);
        }
    };
    outln!("{READY}");
    let steps = round(seed).into_iter().enumerate();
    let steps = steps.filter(|(n, _)| keep.is_empty() || keep.contains(n));
    let played = player.play(steps).and_then(|()| player.end());
    let finding = match played {
        Ok(()) => None,
        Err(error) => Some(error.downcast::<Finding>()?),
    };
    let verbs = player.verbs;
    outln!(
        "{}",
        serde_json::to_string(&RoundReport { verbs, finding })?
    );
    Ok(0)
}

impl Player {
    /// Moves into the room and runs a first container, so that things made once
    /// for all containers, such as docker0, exist before the round.
    fn new(program: &Path, patience: u64) -> Result<Self> {
        let reaper = Reaper::new()?;
        let busybox = room::enter(program)?;
        let mut player = Self {
            patience: Duration::from_secs(patience),
            reaper,
            canary: room::canary()?,
            busybox,
            files: Things::new(),
            leavings: Things::new(),
            verbs: 0,
            step: usize::MAX,
            show: std::env::var_os(SHOW).is_some(),
            spoiled: false,
        };
        let input = Input::Bytes(player.busybox.clone());
        for (words, input) in [
            (&["import", "-", "busybox"][..], input),
            (&["run", "--rm", "busybox", "true"], Input::Nothing),
        ] {
            let said = player.say(words, input)?;
            ensure!(said.status == Ok(0), "{words:?}: {}", said.stderr);
        }
        player.files = look::files();
        let begin = Instant::now();
        while !look::processes(&player.ours()).is_empty() {
            ensure!(begin.elapsed() < SOON, "the first container lives on");
            player.reaper.wait(Duration::from_millis(10))?;
        }
        player.leavings = look::leavings(&player.ours());
        Ok(player)
    }

    /// Returns our own PIDs: PID 1, the player, and the canary.
    fn ours(&self) -> [i32; 3] {
        [1, std::process::id().cast_signed(), self.canary]
    }

    /// Returns a broken promise as an error.
    fn found<T>(&self, broken: Broken, what: impl Into<String>) -> Result<T> {
        let what = what.into();
        let step = self.step;
        bail!(Finding { broken, step, what })
    }

    fn play(
        &mut self,
        steps: impl Iterator<Item = (usize, Step)>,
    ) -> Result<()> {
        for (number, step) in steps {
            self.step = number;
            self.act(&step)?;
            self.look()?;
        }
        self.step = usize::MAX;
        Ok(())
    }

    fn act(&mut self, step: &Step) -> Result<()> {
        match step {
            Step::One(verb) => self.verbs(&[verb]).map(drop),
            Step::Both(one, other) => self.verbs(&[one, other]).map(drop),
            Step::Spoil(spoil) => self.spoil(spoil),
            Step::Kill(number) => {
                let all = look::processes(&self.ours());
                if !all.is_empty() {
                    let pid = Pid::from_raw(all[number % all.len()]);
                    let _ = kill(pid, Signal::SIGKILL);
                }
                Ok(())
            }
            Step::Hosts(bytes) => {
                fs::write("/etc/hosts", bytes).context("hosts")
            }
            Step::Pause(time) => {
                let end = Instant::now() + *time;
                while Instant::now() < end {
                    self.reaper.wait(end - Instant::now())?;
                }
                Ok(())
            }
        }
    }

    /// Damages a file. A container without its folder cannot be named any more.
    fn spoil(&mut self, spoil: &Spoil) -> Result<()> {
        let done = spoil.act(self.canary).unwrap_or_default();
        let target = &spoil.target;
        let unnamed =
            matches!(target, Target::StateFolder(_) | Target::Stray(_));
        self.spoiled |= done && unnamed;
        Ok(())
    }

    /// Plays several verbs at once.
    fn verbs(&mut self, verbs: &[&Verb]) -> Result<Vec<VerbOutput>> {
        let busybox = &self.busybox;
        let started = verbs.iter().map(|verb| Running::start(verb, busybox));
        let mut running = started.collect::<Result<Vec<_>>>()?;
        self.verbs += verbs.len();
        self.attend(&mut running)?;
        let mut all = Vec::new();
        for running in running {
            let verb = running.verb;
            let status = self.reaper.ended.remove(&running.pid);
            let said = running.hear(status.context("it has ended")?)?;
            if self.show {
                let VerbOutput { status, stderr, .. } = &said;
                errln!("{}\n{status:?} {stderr}", shell::line(verb));
            }
            if let Some((broken, what)) = promise::broken_by(verb, &said) {
                return self.found(broken, what);
            }
            all.push(said);
        }
        Ok(all)
    }

    /// Plays a verb of our own, between the steps.
    fn say(&mut self, words: &[&str], input: Input) -> Result<VerbOutput> {
        let verb = Verb {
            words: words.iter().map(|it| it.as_bytes().to_vec()).collect(),
            input,
            is_read: true,
            ..Verb::default()
        };
        let mut said = self.verbs(&[&verb])?;
        said.pop().context("one verb was started")
    }

    /// Waits until all verbs have ended, and sends the signals that some of
    /// them need to end.
    fn attend(&mut self, running: &mut [Running]) -> Result<()> {
        loop {
            self.reaper.reap();
            let mut next = None::<Duration>;
            for running in &mut *running {
                if self.reaper.ended.contains_key(&running.pid) {
                    continue;
                }
                let elapsed = running.begin.elapsed();
                if elapsed > self.patience {
                    let what = self.hangs(running);
                    return self.found(Broken::Hung, what);
                }
                let wait = running.signal(elapsed).unwrap_or(self.patience);
                let wait = wait.min(self.patience - elapsed);
                next = Some(next.map_or(wait, |it| it.min(wait)));
            }
            match next {
                Some(limit) => self.reaper.wait(limit)?,
                None => return Ok(()),
            }
        }
    }

    /// Describes a verb that hangs, and all other processes.
    fn hangs(&self, running: &Running) -> String {
        let all = look::processes(&self.ours()).into_iter();
        let all: Vec<_> = all.map(look::command).collect();
        let verb = running.verb.name();
        let all = all.join("\n");
        let line = shell::line(running.verb);
        let pid = running.pid;
        format!("{verb}\n{line}\n{}\n\n{all}", look::command(pid))
    }

    /// Checks the promises about the machine, which hold at any time.
    fn look(&mut self) -> Result<()> {
        self.reaper.reap();
        let canary = fs::read_to_string(format!("/proc/{}/stat", self.canary));
        if !canary.is_ok_and(|stat| stat.contains(") S ")) {
            let status = self.reaper.ended.get(&self.canary);
            return self.found(Broken::Signalled, format!("{status:?}"));
        }
        let ended = std::mem::take(&mut self.reaper.ended);
        for (pid, status) in ended {
            if promise::is_a_bug(status) {
                let what = format!("a monitor\n{pid}: {status:?}");
                return self.found(Broken::Panicked, what);
            }
        }
        let changed = look::difference(&self.files, &look::files());
        if !changed.is_empty() {
            return self.found(Broken::Written, changed.join("\n"));
        }
        let begin = Instant::now();
        while let Some(keeper) = look::keeper(&self.ours()) {
            if begin.elapsed() > SOON.min(self.patience) {
                let what = format!("a process\n{}", keeper.what);
                return if keeper.outside {
                    self.found(Broken::Kept, what)
                } else {
                    self.found(Broken::Seen, what)
                };
            }
            self.reaper.wait(Duration::from_millis(10))?;
        }
        Ok(())
    }

    /// Removes all containers. Then checks that the machine is as at the
    /// beginning, and that a new container runs.
    fn end(&mut self) -> Result<()> {
        for id in spoil::ids() {
            let id = id.display().to_string();
            let said = self.say(&["rm", "-f", &id], Input::Nothing)?;
            if said.status != Ok(0) && !self.spoiled {
                return self.found(Broken::Left, said.stderr);
            }
        }
        let images = self.say(&["images"], Input::Nothing)?;
        let listed = String::from_utf8_lossy(&images.stdout).into_owned();
        if images.status != Ok(0) || !listed.contains("busybox") {
            let what = format!("images\n{listed}{}", images.stderr);
            return self.found(Broken::Dead, what);
        }
        let alive = ["run", "--rm", "busybox", "echo", "alive"];
        let said = self.say(&alive, Input::Nothing)?;
        if said.stdout != b"alive\n" {
            let what = format!("run\n{:?} {}", said.status, said.stderr);
            return self.found(Broken::Dead, what);
        }
        let ps = self.say(&["ps", "-aq"], Input::Nothing)?;
        if !self.spoiled && (ps.status, ps.stdout) != (Ok(0), Vec::new()) {
            return self.found(Broken::Left, format!("ps: {}", ps.stderr));
        }
        self.look()?;
        if self.spoiled {
            return Ok(());
        }
        self.nothing_is_left()
    }

    /// Waits until nothing is left of the containers. A process that no one
    /// waits for may take a moment to end.
    fn nothing_is_left(&mut self) -> Result<()> {
        let begin = Instant::now();
        loop {
            let now = look::leavings(&self.ours());
            let mut left = look::difference(&self.leavings, &now);
            let lock = File::open(Path::new(RUN).join("lock"))?;
            let free = Flock::lock(lock, FlockArg::LockExclusiveNonblock);
            left.extend(free.err().map(|_| "the store's lock".into()));
            if left.is_empty() {
                return Ok(());
            }
            if begin.elapsed() > self.patience {
                return self.found(Broken::Left, left.join("\n"));
            }
            self.reaper.wait(Duration::from_millis(10))?;
        }
    }
}
