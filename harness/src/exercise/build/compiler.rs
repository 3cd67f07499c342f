//! A compiler with limits, whatever source it is given: a constant that takes
//! for ever to compute, a type that fills the memory, an array that fills the
//! disk.

use std::io::Read;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use nix::sys::prctl::set_pdeathsig;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tr::tr;

/// Processor time for one rustc, in seconds. An exercise's program takes one.
const SECONDS: u64 = 20;

/// Memory for one rustc, in bytes. A tenth of it is enough.
const MEMORY: u64 = 4 << 30;

/// Size limit of one file that a rustc writes, in bytes.
const FILE: u64 = 128 << 20;

/// Limit of the output that is read from cargo, in bytes.
const MOST_OUTPUT: u64 = 64 << 20;

/// Time limit of a whole build, long enough for a slow and busy computer. Only
/// a compiler that waits for something takes longer.
const LIMIT: Duration = Duration::from_secs(600);

/// Output of a build.
pub struct BuildOutput {
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
}

/// Returns the message for a program whose compiler was stopped.
pub fn stopped(program: &str) -> String {
    let why = tr!(
        "the compiler was stopped while it worked on {program}: it took more \
         than {time} s of processor time, more than {memory} GB of memory, or \
         wrote more than {written} MB",
        program,
        time = SECONDS,
        memory = MEMORY >> 30,
        written = FILE >> 20
    );
    format!("error: {why}\n")
}

/// Runs cargo, and the processes that it starts, within the limits.
pub fn run(mut cargo: Command) -> Result<BuildOutput> {
    cargo.stdin(Stdio::null());
    cargo.stdout(Stdio::piped()).stderr(Stdio::piped());
    // A process group of its own, so that all of it can be killed.
    cargo.process_group(0);
    // SAFETY: the closure makes system calls and allocates nothing.
    unsafe { cargo.pre_exec(set_limits) };
    let end = Instant::now() + LIMIT;
    let mut group = Group(cargo.spawn().context("exec(cargo)")?);
    let (sender, read) = mpsc::channel();
    let stdout = group.0.stdout.take().context("stdout is piped")?;
    let stderr = group.0.stderr.take().context("stderr is piped")?;
    collect(stdout, 0, sender.clone());
    collect(stderr, 1, sender);
    let mut outputs = [Vec::new(), Vec::new()];
    for _ in 0..outputs.len() {
        let left = end.saturating_duration_since(Instant::now());
        let Ok((index, bytes)) = read.recv_timeout(left) else {
            group.kill();
            break;
        };
        outputs[index] = bytes;
    }
    // All writers have closed the pipes, or the group was killed: cargo ends.
    group.0.wait().context("wait for cargo")?;
    let [stdout, stderr] = outputs;
    Ok(BuildOutput { stdout, stderr })
}

/// Reads in a thread, so that the wait for the end can have a limit.
fn collect(
    from: impl Read + Send + 'static,
    index: usize,
    to: mpsc::Sender<(usize, Vec<u8>)>,
) {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // A part of the output is enough. A process that writes on gets
        // SIGPIPE.
        let _ = from.take(MOST_OUTPUT).read_to_end(&mut bytes);
        let _ = to.send((index, bytes));
    });
}

/// Sets the limits, which count for each process separately.
fn set_limits() -> std::io::Result<()> {
    for (resource, most) in [
        (Resource::RLIMIT_CPU, SECONDS),
        (Resource::RLIMIT_AS, MEMORY),
        (Resource::RLIMIT_FSIZE, FILE),
        (Resource::RLIMIT_CORE, 0),
    ] {
        let (_, most_allowed) = getrlimit(resource)?;
        let most = most.min(most_allowed);
        setrlimit(resource, most, most)?;
    }
    // The terminal's Ctrl-C reaches the harness, but not this group.
    set_pdeathsig(Signal::SIGTERM)?;
    Ok(())
}

/// A process group that is killed when this is dropped.
struct Group(Child);

impl Group {
    fn kill(&self) {
        let Ok(id) = i32::try_from(self.0.id()) else {
            return;
        };
        // A group without processes is no error.
        let _ = killpg(Pid::from_raw(id), Signal::SIGKILL);
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if matches!(self.0.try_wait(), Ok(None)) {
            self.kill();
            let _ = self.0.wait();
        }
    }
}
