//! A harness that is put to the test, and what is left of it.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use assert_cmd::cargo::cargo_bin;
use harness::course;
use harness::machine::kernel;
use harness::machine::saved::Saved;
use harness::machines::Machines;
use nix::unistd::Pid;
use tempfile::TempDir;

use crate::english;
use crate::excerpt::excerpt;

/// Booting under emulation on a busy computer takes its time, and limits are
/// of the machine's time; whatever takes longer than this has hung.
pub const BOUND: Duration = Duration::from_secs(900);

/// In the environment of a harness and of all that it starts, wherever that
/// hangs in the tree of processes when its parent is gone.
const MARK: &str = "FAULT_TEST";

/// A lesson of tests/lessons.
pub fn lesson(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/lessons")
        .join(name)
        .join("README.md")
}

/// The snapshot of a machine in which nothing has been done.
pub const UNTOUCHED: &str = include_str!("../lessons/untouched.snap");

/// A lesson of one step with these commands, after which the machine is as
/// it was; in a folder of its own.
pub fn lesson_of(commands: &str) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let snapshots = folder.path().join("snapshots");
    fs::create_dir(&snapshots).unwrap();
    fs::write(snapshots.join("01-s.snap"), UNTOUCHED).unwrap();
    let file = folder.path().join("README.md");
    let text = format!("# T\n\n## S\n\n```console\n{commands}```\n");
    fs::write(&file, text).unwrap();
    (folder, file)
}

/// Machines of this course, which is built once for all tests.
pub fn machines() -> Machines {
    static OPEN: OnceLock<Machines> = OnceLock::new();
    OPEN.get_or_init(|| Machines::open(&course::workspace()).unwrap())
        .clone()
}

/// A cache with the shared one's saved machine, for a [`Subject::in_cache`].
/// Its large files are links, so a test must not write to them.
pub fn cache_with_a_machine() -> TempDir {
    let mut machines = machines();
    // Another test may have removed the saved machine.
    drop(machines.machine().unwrap());
    let config = &mut machines.qemus_mut().unwrap().config;
    let folder = |cache: &Path| Saved::new(cache).folder_of(config).unwrap();
    let cache = empty_cache();
    let own = folder(cache.path());
    let shared = folder(&kernel::cache().unwrap());
    fs::create_dir_all(&own).unwrap();
    for name in ["memory", "state"] {
        symlink(shared.join(name), own.join(name)).unwrap();
    }
    fs::copy(shared.join("about"), own.join("about")).unwrap();
    cache
}

/// A cache with this computer's kernels and no machine. Boots, and waits for a
/// slot, are shared with all other tests.
pub fn empty_cache() -> TempDir {
    let cache = TempDir::new().unwrap();
    let shared = kernel::cache().unwrap();
    fs::create_dir_all(shared.join("running")).unwrap();
    File::create(shared.join("boot.lock")).unwrap();
    for name in ["kernels", "running", "boot.lock"] {
        symlink(shared.join(name), cache.path().join(name)).unwrap();
    }
    links_to_what_this_computer_lacks(cache.path());
    cache
}

/// Links in a cache to the programs that the shared cache has because this
/// computer lacks them.
pub fn links_to_what_this_computer_lacks(cache: &Path) {
    for own in ["qemus/system", "userlands/system"] {
        let shared = kernel::cache().unwrap().join(own);
        if shared.is_dir() {
            let own = cache.join(own);
            fs::create_dir_all(own.parent().unwrap()).unwrap();
            symlink(shared, own).unwrap();
        }
    }
}

/// A program to start, with a mark that all its descendants carry.
pub struct Subject {
    pub command: Command,
    mark: String,
}

/// A subject that runs.
pub struct Running {
    pub child: Child,
    stdout: thread::JoinHandle<String>,
    stderr: thread::JoinHandle<String>,
}

/// Outcome of a subject: the exit code, and everything printed.
pub struct Outcome {
    pub code: i32,
    pub text: String,
}

impl Subject {
    pub fn of(program: &Path) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let mark = format!("{}-{count}", std::process::id());
        let mut command = Command::new(program);
        english::speaks(&mut command)
            .env(MARK, &mark)
            .stdin(Stdio::null());
        Self { command, mark }
    }

    pub fn harness(arguments: &[&str]) -> Self {
        let mut subject = Self::of(&cargo_bin("harness"));
        subject.command.args(arguments);
        subject
    }

    /// Straight through a lesson.
    pub fn play(file: &Path) -> Self {
        Self::harness(&["lesson", file.to_str().unwrap(), "--auto"])
    }

    pub fn env(mut self, name: &str, value: impl AsRef<Path>) -> Self {
        self.command.env(name, value.as_ref());
        self
    }

    /// Uses this cache, and the kernel of the shared one: with another path to
    /// the kernel, its saved machine would be another.
    pub fn in_cache(self, cache: &TempDir) -> Self {
        let kernel = kernel::find().unwrap();
        self.env("NAMESPACE_WORKSHOP_CACHE", cache)
            .env("MACHINE_KERNEL", kernel.image)
            .env("MACHINE_MODULES", kernel.modules)
    }

    /// Takes no slot: its machine waits for most of its time.
    pub fn that_idles(self) -> Self {
        self.env("MACHINES_AT_ONCE", "0")
    }

    /// Runs to its end, which comes in time, and leaves no process.
    #[track_caller]
    pub fn outcome(mut self) -> Outcome {
        self.start().end(&self)
    }

    pub fn start(&mut self) -> Running {
        let mut child = self
            .command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Running {
            stdout: collect(child.stdout.take().unwrap()),
            stderr: collect(child.stderr.take().unwrap()),
            child,
        }
    }

    /// Checks that all processes of the subject are gone, or will be in a moment.
    #[track_caller]
    pub fn leaves_no_process(&self) {
        wait_for("end of what was started", || {
            self.processes().is_empty().then_some(())
        });
    }

    /// Lists all processes that carry the mark.
    pub fn processes(&self) -> Vec<Pid> {
        self.those(|_| true)
    }

    /// Lists the processes that are `wanted` and carry the mark, which takes
    /// longer to look at.
    fn those(&self, wanted: impl Fn(&i32) -> bool) -> Vec<Pid> {
        let mark = format!("{MARK}={}", self.mark);
        let carries = |pid: &i32| {
            let environment = fs::read(format!("/proc/{pid}/environ"));
            environment.is_ok_and(|it| {
                it.split(|byte| *byte == 0).any(|it| it == mark.as_bytes())
            })
        };
        let entries = fs::read_dir("/proc").unwrap().flatten();
        entries
            .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
            .filter(wanted)
            .filter(carries)
            .map(Pid::from_raw)
            .collect()
    }

    /// Waits for the subject's QEMU.
    pub fn qemu(&self) -> Pid {
        wait_for("QEMU", || self.qemus().pop())
    }

    /// Lists all QEMUs of the subject.
    pub fn qemus(&self) -> Vec<Pid> {
        self.those(|pid| {
            let name = fs::read_to_string(format!("/proc/{pid}/comm"));
            // A QEMU of an unpacked tree runs under its loader's name.
            let names = ["qemu", "ld-linux"];
            name.is_ok_and(|it| names.iter().any(|name| it.starts_with(name)))
        })
    }

    /// Starts it. When this returns, its lesson, `long`, is at its second step,
    /// where it waits.
    pub fn start_and_wait(&mut self) -> (Child, BufReader<ChildStdout>) {
        let mut child = self
            .command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        while !line.contains("begun") {
            line.clear();
            let count = stdout.read_line(&mut line).unwrap();
            assert!(count > 0, "the lesson ended before its second step");
        }
        (child, stdout)
    }
}

impl Running {
    pub fn runs(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Waits for the end.
    #[track_caller]
    pub fn end(mut self, subject: &Subject) -> Outcome {
        let begin = Instant::now();
        let mut status = None;
        while status.is_none() && begin.elapsed() < BOUND {
            thread::sleep(Duration::from_millis(10));
            status = self.child.try_wait().unwrap();
        }
        if status.is_none() {
            self.child.kill().unwrap();
            self.child.wait().unwrap();
        }
        subject.leaves_no_process();
        let text = self.stdout.join().unwrap() + &self.stderr.join().unwrap();
        match status {
            None => panic!("no end after {BOUND:?}: {}", excerpt(&text)),
            Some(status) => Outcome {
                code: status.code().unwrap_or(-1),
                text,
            },
        }
    }
}

impl Outcome {
    /// Checks the exit code, and that these words were printed.
    #[track_caller]
    pub fn is(&self, code: i32, words: &[&str]) {
        let text = &self.text;
        for word in words {
            assert!(
                text.contains(word),
                "{word:?} is not in:\n{}",
                excerpt(text)
            );
        }
        assert_eq!(self.code, code, "{}", excerpt(text));
    }
}

fn collect(mut pipe: impl Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).unwrap();
        String::from_utf8(bytes).expect("what is printed is UTF-8")
    })
}

#[track_caller]
pub fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begin = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begin.elapsed() < BOUND, "no {what}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// A fault that cannot be made here has not been tested. That must be seen,
/// so it goes around the test runner's capturing.
pub fn not_run(what: &str, why: &dyn std::fmt::Display) {
    let line = format!("NOT RUN: {what}: {why}\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
}
