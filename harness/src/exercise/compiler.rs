//! A compiler that comes to an end whatever it is given to read: a constant
//! that takes for ever to compute, a type that fills the memory, an array that
//! fills the disk.

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

/// Processor time for one rustc. A program of an exercise takes a second.
const SECONDS: u64 = 20;

/// Memory for one rustc; it needs a tenth of it.
const MEMORY: u64 = 4 << 30;

/// What one rustc may write into one file.
const FILE: u64 = 128 << 20;

/// No more of what cargo says is read.
const MOST_OUTPUT: u64 = 64 << 20;

/// All of a build, be it on a slow computer that has other things to do. Only
/// a compiler that waits for something takes as long.
const LIMIT: Duration = Duration::from_secs(600);

/// What was said on the way, and how it ended.
pub struct Output {
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
    /// Everything was built.
    pub success: bool,
}

/// What to say of a program whose compiler was stopped.
pub fn stopped(program: &str) -> String {
    format!(
        "error: the compiler was stopped while it worked on {program}: it took \
         more than {SECONDS} s of processor time, more than {} GB of memory, \
         or wrote more than {} MB\n",
        MEMORY >> 30,
        FILE >> 20
    )
}

/// Runs cargo, and what it starts, within bounds.
pub fn run(mut cargo: Command) -> Result<Output> {
    cargo.stdin(Stdio::null());
    cargo.stdout(Stdio::piped()).stderr(Stdio::piped());
    // A group of its own: all of it can be ended.
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
    // Nobody holds its pipes any more, or it was killed: it ends.
    let status = group.0.wait().context("wait for cargo")?;
    let [stdout, stderr] = outputs;
    Ok(Output {
        stdout,
        stderr,
        success: status.success(),
    })
}

/// Reads on a thread of its own, so that there can be an end to waiting.
fn collect(
    from: impl Read + Send + 'static,
    index: usize,
    to: mpsc::Sender<(usize, Vec<u8>)>,
) {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // What could be read counts; closing the pipe ends who writes on.
        let _ = from.take(MOST_OUTPUT).read_to_end(&mut bytes);
        let _ = to.send((index, bytes));
    });
}

/// Each process that is started from here on has its own account of these.
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
    // Ctrl-C at the terminal reaches us, and not this group.
    set_pdeathsig(Signal::SIGTERM)?;
    Ok(())
}

/// Processes that end with this.
struct Group(Child);

impl Group {
    fn kill(&self) {
        let Ok(id) = i32::try_from(self.0.id()) else {
            return;
        };
        // Nobody is left to be ended: so be it.
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
