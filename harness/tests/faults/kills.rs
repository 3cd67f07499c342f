//! Harness, player and test runner end at any moment.
//!
//! The moments are random; their seed is printed, and `FAULTS_SEED` sets it.

use std::fs::{self, File};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, SystemTime};

use assert_cmd::cargo::cargo_bin;
use nix::sys::signal::{SigHandler, Signal, kill, killpg, signal};
use nix::sys::wait::WaitStatus;
use nix::unistd::Pid;
use procfs::process::{Process, Stat};
use rexpect::reader::Options;
use rexpect::session::{PtySession, spawn_with_options};
use tempfile::TempDir;

use super::subject::{BOUND, Subject, cache_with_a_machine, lesson, wait_for};

/// The victim, its number of rounds with each of the two signals, and the
/// latest millisecond of its life for the signal.
const ROUNDS: [(Victim, u32, u64); 6] = [
    (Victim::Harness, 18, 3_000),
    (Victim::BootingHarness, 6, 7_000),
    (Victim::Player, 8, 3_000),
    (Victim::PlayerThatBoots, 10, 800),
    (Victim::PlayerThatWaits, 10, 300),
    (Victim::TestRunner, 10, 2_500),
];

#[derive(Clone, Copy, Debug)]
enum Victim {
    Harness,
    BootingHarness,
    Player,
    PlayerThatBoots,
    PlayerThatWaits,
    TestRunner,
}

/// One of a hundred kills.
#[derive(Debug)]
struct Round {
    victim: Victim,
    signal: Signal,
    after: Duration,
}

/// The folders in which something could be left behind.
struct Places {
    cache: TempDir,
    temporary: TempDir,
}

impl Places {
    /// With a saved machine in the cache.
    fn new() -> Self {
        Self {
            cache: cache_with_a_machine(),
            temporary: TempDir::new().unwrap(),
        }
    }

    fn of(&self, subject: Subject) -> Subject {
        subject
            .that_idles()
            .in_cache(&self.cache)
            .env("TMPDIR", &self.temporary)
    }

    fn a_lesson_is_as_in_the_book(&self) {
        let subject = self.of(Subject::play(&lesson("right")));
        subject.outcome().is(0, &["as in the book"]);
    }

    /// No lock, no file: but for the one that the next harness removes.
    fn nothing_is_left(&self) {
        for lock in ["boot.lock", "machines/lock"] {
            // The last round may have ended before there was one.
            let Ok(lock) = File::open(self.cache.path().join(lock)) else {
                continue;
            };
            // Others may boot just now, but not for long.
            wait_for("lock", || lock.try_lock().ok());
        }
        self.a_lesson_is_as_in_the_book();
        let names = |folder: &Path| -> Vec<String> {
            let entries = fs::read_dir(folder).unwrap().flatten();
            let mut names: Vec<_> = entries
                .map(|entry| entry.file_name().into_string().unwrap())
                .collect();
            names.sort();
            names
        };
        let machines = names(&self.cache.path().join("machines"));
        assert_eq!(machines.len(), 2, "{machines:?}");
        assert_eq!(names(self.temporary.path()), [""; 0]);
    }
}

/// Numbers nobody has chosen: splitmix64.
struct Random(u64);

impl Random {
    fn from_environment() -> Self {
        let seed = match std::env::var("FAULTS_SEED") {
            Ok(seed) => seed.parse().expect("FAULTS_SEED is a number"),
            Err(_) => {
                let now = SystemTime::UNIX_EPOCH.elapsed().unwrap();
                u64::from(now.subsec_nanos())
            }
        };
        println!("FAULTS_SEED={seed}");
        Self(seed)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.0;
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (number ^ (number >> 31)) % end
    }
}

fn rounds() -> Vec<Round> {
    let mut random = Random::from_environment();
    let mut rounds = Vec::new();
    for (victim, count, latest) in ROUNDS {
        for _ in 0..count {
            for signal in [Signal::SIGKILL, Signal::SIGINT] {
                let after = Duration::from_millis(random.below(latest));
                let round = Round {
                    victim,
                    signal,
                    after,
                };
                let place = random.below(1 + rounds.len() as u64) as usize;
                rounds.insert(place, round);
            }
        }
    }
    rounds
}

impl Round {
    fn play(&self, places: &Places, boots: &Places) {
        let long = lesson("long");
        match self.victim {
            Victim::Harness => self.on_pipes(places.of(Subject::play(&long))),
            Victim::BootingHarness => {
                // Between two rounds nobody has the lock.
                let _ = fs::remove_dir_all(boots.cache.path().join("machines"));
                self.on_pipes(boots.of(Subject::play(&long)));
            }
            Victim::TestRunner => {
                let program = std::env::current_exe().unwrap();
                let mut subject = places.of(Subject::of(&program));
                let test = "faults::qemu::a_dropped_machine_is_gone";
                subject.command.args(["--exact", test]);
                self.on_pipes(subject);
            }
            Victim::Player
            | Victim::PlayerThatBoots
            | Victim::PlayerThatWaits => {
                self.at_a_terminal(places.of(player()));
            }
        }
    }

    fn on_pipes(&self, mut subject: Subject) {
        let command = subject.command.process_group(0);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        thread::sleep(self.after);
        let group = Pid::from_raw(child.id().cast_signed());
        // A test may have ended before.
        let _ = killpg(group, self.signal);
        let status = child.wait().unwrap();
        let expected = match status.signal() {
            Some(signal) => signal == self.signal as i32,
            None => status.success(),
        };
        assert!(expected, "{self:?}: {status}");
        subject.leaves_no_process();
    }

    fn at_a_terminal(&self, subject: Subject) {
        let mut terminal = spawn(&subject);
        if matches!(self.victim, Victim::PlayerThatBoots) {
            terminal.exp_string("booting the machine").unwrap();
        }
        if matches!(self.victim, Victim::PlayerThatWaits) {
            terminal.exp_string("q quit").unwrap();
            press(&mut terminal, "\r");
        }
        // Before there is one, Ctrl-C would be for the shell that starts it.
        let harness = wait_for("a harness", || {
            // A session whose program has ended fills the memory, see
            // findings/rexpect-reads-on-after-the-end.sh.
            let status = terminal.process().status();
            assert_eq!(status, Some(WaitStatus::StillAlive), "{self:?}");
            subject.processes().into_iter().find(is_harness)
        });
        thread::sleep(self.after);
        match self.signal {
            Signal::SIGINT => press(&mut terminal, "\x03"),
            signal => kill(harness, signal).unwrap(),
        }
        // By Ctrl-C it ends by itself once it has begun, else by the signal.
        terminal.exp_string("terminal as before").unwrap();
        let code = terminal.exp_string(".").unwrap();
        let expected = match self.signal {
            Signal::SIGINT => ["0", "130"],
            _ => ["137", "137"],
        };
        assert!(expected.contains(&code.trim()), "{self:?}: {code}");
        subject.leaves_no_process();
    }
}

/// Sets back Ctrl-C, which a process in the background of a script ignores, and
/// so do all processes that the process starts.
fn heed_ctrl_c() {
    // SAFETY: the default action needs no handler.
    unsafe { signal(Signal::SIGINT, SigHandler::SigDfl) }.unwrap();
}

fn stat(pid: Pid) -> Option<Stat> {
    Process::new(pid.as_raw()).and_then(|it| it.stat()).ok()
}

/// Not the process that guards its terminal.
fn is_harness(pid: &Pid) -> bool {
    stat(*pid).is_some_and(|it| it.comm == "harness" && it.pgrp != it.pid)
}

/// Tells the guard by its group: a guard leads one of its own.
fn is_guard(pid: &Pid) -> bool {
    stat(*pid).is_some_and(|it| it.comm == "harness" && it.pgrp == it.pid)
}

/// A process that stands still, until this is dropped.
struct Stopped(Pid);

impl Stopped {
    fn new(pid: Pid) -> Self {
        kill(pid, Signal::SIGSTOP).unwrap();
        Self(pid)
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        let _ = kill(self.0, Signal::SIGCONT);
    }
}

/// A process has nothing to do that it does not wait for.
fn wait_until_at_rest(pid: Pid) {
    let mut looks = 0;
    wait_for("rest", || {
        let rests = stat(pid).is_some_and(|it| it.state == 'S');
        looks = if rests { looks + 1 } else { 0 };
        (looks == 20).then_some(())
    });
}

/// A player at a terminal; when it has ended, the terminal's mode is waited
/// for to be the old one. What it has printed and nobody has read yet would be
/// thrown away by a Ctrl-C (termios(3), NOFLSH).
fn player() -> Subject {
    let script = "stty rows 24 cols 80 noflsh; before=$(stty -g); trap : INT; \
         \"$0\" lesson \"$1\"; code=$?; \
         until [ \"$before\" = \"$(stty -g)\" ]; do :; done; \
         echo terminal as before $code.";
    let mut subject = Subject::of(Path::new("sh"));
    let command = &mut subject.command;
    command.args(["-c", script]).arg(cargo_bin("harness"));
    command.arg(lesson("long")).env("TERM", "xterm");
    subject
}

fn spawn(subject: &Subject) -> PtySession {
    let mut command = Command::new(subject.command.get_program());
    command.args(subject.command.get_args());
    for (name, value) in subject.command.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    let patience = u64::try_from(BOUND.as_millis()).unwrap();
    let options = Options::new()
        .timeout_ms(Some(patience))
        .strip_ansi_escape_codes(true);
    spawn_with_options(command, options).unwrap()
}

fn press(terminal: &mut PtySession, keys: &str) {
    terminal.send(keys).unwrap();
    terminal.flush().unwrap();
}

/// After Ctrl-C a player gives the terminal its mode back and waits for its
/// guard to leave. Meanwhile the player comes to its first key.
#[test]
fn ctrl_c_just_before_a_key_is_waited_for_leaves_the_terminal_as_before() {
    let places = Places::new();
    let subject = places.of(player());
    let mut terminal = spawn(&subject);
    let process = |is: fn(&Pid) -> bool| {
        wait_for("process", || subject.processes().into_iter().find(is))
    };
    let harness = process(is_harness);
    let guard = process(is_guard);
    let stopped = Stopped::new(guard);
    terminal.exp_string("booting the machine").unwrap();
    press(&mut terminal, "\x03");
    // What it says next waits until the terminal is as before.
    wait_until_at_rest(harness);
    drop(stopped);
    terminal.exp_string("terminal as before 0.").unwrap();
    subject.leaves_no_process();
}

#[test]
fn a_hundred_kills_at_random_moments_leave_nothing_behind() {
    heed_ctrl_c();
    let places = Places::new();
    let boots = Places::new();
    let rounds = rounds();
    assert!(rounds.len() >= 100, "{}", rounds.len());
    let (booting, others): (Vec<_>, Vec<_>) = rounds
        .into_iter()
        .partition(|round| matches!(round.victim, Victim::BootingHarness));
    // Those that boot do so one after the other, beside the others.
    let queues = [
        Mutex::new(booting.into_iter()),
        Mutex::new(others.into_iter()),
    ];
    let places = &places;
    let boots = &boots;
    thread::scope(|scope| {
        for queue in [&queues[0], &queues[1], &queues[1]] {
            scope.spawn(move || {
                loop {
                    let round = queue.lock().unwrap().next();
                    let Some(round) = round else { return };
                    round.play(places, boots);
                }
            });
        }
    });
    places.nothing_is_left();
    boots.nothing_is_left();
}
