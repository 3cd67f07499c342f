//! Serves the harness: handles requests, sends events, reaps children.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use guest::facts::Observer;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sched::sched_getcpu;
use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::sys::time::TimeSpec;
use nix::time::{ClockId, clock_settime};
use protocol::{Event, Request};

use crate::control::Control;
use crate::shared_memory::SharedMemory;
use crate::streams::Streams;

/// Size of one write to a file. A kernel with large folios looks, for every
/// page that it copies, at the whole rest of the write, up to 2 MB
/// (mm/filemap.c, generic_perform_write).
const PART: usize = 64 << 10;

/// What PID 1 is PID 1 of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// A machine of its own: clock, random numbers and processor are its.
    Machine,
    /// A stage: they belong to the Linux outside.
    Stage,
}

/// State that PID 1 keeps between requests.
struct State {
    ground: Ground,
    streams: Streams,
    observer: Observer,
    shared_memory: Option<SharedMemory>,
}

/// Reports that the machine is up, then serves until the harness is gone or
/// asks to stop.
pub fn serve(
    control: &mut Control,
    ground: Ground,
    shared_memory: Option<SharedMemory>,
) -> Result<()> {
    let children = children_signal()?;
    let mut state = State {
        ground,
        streams: Streams::default(),
        observer: match ground {
            Ground::Machine => Observer::default(),
            Ground::Stage => Observer::on_processor(sched_getcpu()?),
        },
        shared_memory,
    };
    control.send(&Event::Ready {
        protocol: protocol::VERSION,
        kernel: kernel_release()?,
    })?;
    loop {
        let ready = wait(control, &children, &state.streams)?;
        if ready.control {
            if !control.receive()? {
                return Ok(());
            }
            while let Some(request) = control.next_request()? {
                if request == Request::Poweroff {
                    return Ok(());
                }
                if let Err(error) = answer(control, &mut state, request) {
                    let reason = format!("{error:#}");
                    control.send(&Event::Failed { reason })?;
                }
            }
        }
        state.streams.pump(control, &ready.streams)?;
        while children.read_signal()?.is_some() {}
        state.streams.reap(control)?;
    }
}

/// Returns a file by which poll(2) can wait for SIGCHLD.
fn children_signal() -> Result<SignalFd> {
    let mut mask = SigSet::empty();
    mask.add(Signal::SIGCHLD);
    mask.thread_block().context("sigprocmask(SIGCHLD)")?;
    let flags = SfdFlags::SFD_NONBLOCK | SfdFlags::SFD_CLOEXEC;
    SignalFd::with_flags(&mask, flags).context("signalfd(SIGCHLD)")
}

fn kernel_release() -> Result<String> {
    let path = "/proc/sys/kernel/osrelease";
    Ok(fs::read_to_string(path).context(path)?.trim().to_owned())
}

#[derive(Default)]
struct Ready {
    control: bool,
    streams: Vec<bool>,
}

fn wait(
    control: &Control,
    children: &SignalFd,
    streams: &Streams,
) -> Result<Ready> {
    use std::os::fd::AsFd;
    let mut fds = vec![
        PollFd::new(control.as_fd(), PollFlags::POLLIN),
        PollFd::new(children.as_fd(), PollFlags::POLLIN),
    ];
    fds.extend(streams.poll_fds());
    let timeout = streams.wake_in().map_or(PollTimeout::NONE, |wait| {
        PollTimeout::try_from(wait + Duration::from_millis(1))
            .unwrap_or(PollTimeout::MAX)
    });
    match poll(&mut fds, timeout) {
        // Even an ignored signal interrupts the call.
        Err(Errno::EINTR) => return Ok(Ready::default()),
        result => result.context("poll")?,
    };
    let happened = |fd: &PollFd| fd.any().unwrap_or(false);
    Ok(Ready {
        control: happened(&fds[0]),
        streams: fds[2..].iter().map(happened).collect(),
    })
}

fn answer(
    control: &mut Control,
    state: &mut State,
    request: Request,
) -> Result<()> {
    let State {
        ground,
        streams,
        observer,
        shared_memory,
    } = state;
    match request {
        Request::Hello {
            protocol,
            unix_time_ns,
            entropy,
        } => {
            ensure!(
                protocol == protocol::VERSION,
                "this machine speaks protocol {}, the harness {protocol}",
                protocol::VERSION
            );
            if *ground == Ground::Machine {
                set_clock(unix_time_ns)?;
                add_entropy(&entropy)?;
            }
            control.send(&Event::Done)
        }
        Request::PutFile {
            path,
            mode,
            append,
            contents,
        } => {
            put_file(Path::new(&path), mode, append, &contents)
                .with_context(|| format!("put {path}"))?;
            control.send(&Event::Done)
        }
        Request::Install {
            path,
            mode,
            offset,
            length,
        } => {
            let shared_memory = shared_memory.as_ref();
            let shared_memory =
                shared_memory.context("this machine has no shared memory")?;
            let contents = shared_memory.part(offset, length)?;
            put_file(Path::new(&path), mode, false, contents)
                .with_context(|| format!("install {path}"))?;
            control.send(&Event::Done)
        }
        Request::Exec { id, argv } => streams.exec(control, id, &argv),
        Request::ExecTty {
            id,
            argv,
            size,
            term,
        } => streams.exec_tty(control, id, &argv, size, &term),
        Request::OpenTerminal { id, size } => {
            streams.open_terminal(control, id, size)
        }
        Request::Input { id, bytes } => {
            streams.input(id, &bytes);
            Ok(())
        }
        Request::CloseInput { id } => {
            streams.close_input(id);
            Ok(())
        }
        Request::Resize { id, size } => streams.resize(id, size),
        Request::Signal { id, signal } => streams.signal(id, signal),
        Request::Ping => control.send(&Event::Pong),
        Request::Facts => {
            let others_want_to_run = match ground {
                Ground::Machine => others_want_to_run,
                Ground::Stage => others_on_the_stage_want_to_run,
            };
            let facts =
                observer.observe(|| let_others_run(others_want_to_run))?;
            control.send(&Event::Facts(facts))
        }
        Request::Poweroff => Ok(()),
    }
}

/// Waits until no other process wants to run, or until the limit is reached.
///
/// PID 1 runs before all others, even before a process that is about to end and
/// would still be among the facts. Most processes need only a moment, but
/// starting a program for the first time may take 50 ms of an emulated
/// processor. The limit is there for a command that computes without end. It
/// counts looks instead of seconds, because seconds also pass while a busy
/// computer gives the machine no processor. Between two looks the others can
/// run for up to a millisecond.
fn let_others_run(wanted: fn() -> Result<bool>) -> Result<()> {
    const LOOKS: usize = 500;
    let longest = Duration::from_millis(1);
    let mut moment = Duration::from_micros(50);
    for _ in 0..LOOKS {
        if !wanted()? {
            break;
        }
        std::thread::sleep(moment);
        moment = longest.min(moment * 2);
    }
    Ok(())
}

/// Whether other processes run or want to run: the fourth number of loadavg.
fn others_want_to_run() -> Result<bool> {
    let path = "/proc/loadavg";
    let text = fs::read_to_string(path).context(path)?;
    let running = text.split([' ', '/']).nth(3).map(str::parse);
    Ok(running != Some(Ok(1)))
}

/// Whether a thread of another process of this PID namespace runs or wants to
/// run, `R` in its stat, or waits for the kernel alone, `D` (proc_pid_stat(5)).
/// The load average counts those of the Linux outside, too.
fn others_on_the_stage_want_to_run() -> Result<bool> {
    let own = std::process::id().to_string();
    for process in fs::read_dir("/proc").context("/proc")?.flatten() {
        let name = process.file_name();
        let is_number = name.as_encoded_bytes().iter().all(u8::is_ascii_digit);
        if !is_number || name.as_encoded_bytes() == own.as_bytes() {
            continue;
        }
        // A process that ends meanwhile does not want to run.
        let threads = fs::read_dir(process.path().join("task"));
        for thread in threads.into_iter().flatten().flatten() {
            let stat = fs::read(thread.path().join("stat")).unwrap_or_default();
            let name_end = stat.iter().rposition(|byte| *byte == b')');
            let state = name_end.and_then(|end| stat.get(end + 2));
            if matches!(state, Some(b'R' | b'D')) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

fn set_clock(unix_time_ns: u64) -> Result<()> {
    let now = TimeSpec::from_duration(Duration::from_nanos(unix_time_ns));
    clock_settime(ClockId::CLOCK_REALTIME, now)
        .context("clock_settime(CLOCK_REALTIME)")
}

/// Adds random bytes to the kernel's generator and credits them (RNDADDENTROPY
/// of random(4)). Then reseeds the generator (RNDRESEEDCRNG): a clone must not
/// produce the same numbers as its twin.
fn add_entropy(entropy: &[u8; 32]) -> Result<()> {
    #[repr(C)]
    struct PoolInfo {
        bits: libc::c_int,
        size: libc::c_int,
        bytes: [u8; 32],
    }
    nix::ioctl_write_ptr_bad!(
        rnd_add_entropy,
        nix::request_code_write!(b'R', 0x03, 8),
        PoolInfo
    );
    let pool = PoolInfo {
        bits: 256,
        size: 32,
        bytes: *entropy,
    };
    let device = OpenOptions::new().write(true).open("/dev/urandom")?;
    let fd = std::os::fd::AsRawFd::as_raw_fd(&device);
    // SAFETY: `pool` is a rand_pool_info with `size` bytes, and it outlives the
    // call.
    unsafe { rnd_add_entropy(fd, &pool) }.context("ioctl(RNDADDENTROPY)")?;
    nix::ioctl_none_bad!(rnd_reseed, nix::request_code_none!(b'R', 0x07));
    // SAFETY: RNDRESEEDCRNG takes no argument.
    unsafe { rnd_reseed(fd) }.context("ioctl(RNDRESEEDCRNG)")?;
    Ok(())
}

fn put_file(
    path: &Path,
    mode: u32,
    append: bool,
    contents: &[u8],
) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = OpenOptions::new()
        .create(true)
        .write(true)
        .append(append)
        .truncate(!append)
        .mode(mode)
        .open(path)?;
    for part in contents.chunks(PART) {
        file.write_all(part)?;
    }
    Ok(file.set_permissions(fs::Permissions::from_mode(mode))?)
}
