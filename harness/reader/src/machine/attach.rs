//! Connects the reader's own terminal to a program in the machine.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::RecvTimeoutError;
use std::thread;
use std::time::Duration;

use crossterm::terminal;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use protocol::{Event, ExitStatus, Request, StreamId, WindowSize};
use signal_hook::consts::SIGWINCH;

use super::control::Machine;
use super::failure::Failure;
use crate::terminal::mode::RawMode;
use crate::terminal::reset;

/// Interval between two checks for a new window size.
const TICK: Duration = Duration::from_millis(100);

impl Machine {
    /// Runs a program in the machine on this terminal, and waits for its end.
    /// Every key goes to the program, Ctrl-C too.
    pub fn attach(&mut self, argv: &[&str]) -> Result<ExitStatus, Failure> {
        let own = self.new_id();
        let argv = argv.iter().map(ToString::to_string).collect();
        let term = std::env::var("TERM").unwrap_or_else(|_| "dumb".to_owned());
        let size = window_size();
        self.send(&Request::ExecTty {
            id: own,
            argv,
            size,
            term,
        })?;
        // Without a terminal here, the program still has one in the machine.
        let raw = RawMode::enter().ok();
        let keys = Keys::forward(self, own);
        let status = self.show(own);
        drop((keys, raw));
        drop(reset::reset());
        status
    }

    fn show(&mut self, own: StreamId) -> Result<ExitStatus, Failure> {
        let resized = Arc::new(AtomicBool::new(false));
        let hook = signal_hook::flag::register(SIGWINCH, Arc::clone(&resized));
        let status = loop {
            if resized.swap(false, Ordering::Relaxed) {
                let size = window_size();
                self.send(&Request::Resize { id: own, size })?;
            }
            match self.poll_event()? {
                None => {}
                Some(Event::Output { id, bytes, .. }) if id == own => {
                    print(&bytes);
                }
                Some(Event::Exit { id, status }) if id == own => break status,
                Some(event) => self.check(event)?,
            }
        };
        if let Ok(hook) = hook {
            signal_hook::low_level::unregister(hook);
        }
        Ok(status)
    }

    /// Returns the next event, or `None` if none comes within a tick: a person
    /// may be silent for ever.
    fn poll_event(&mut self) -> Result<Option<Event>, Failure> {
        match self.events.recv_timeout(TICK) {
            Ok(event) => Ok(Some(event)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(self.gone()),
        }
    }
}

/// Prints output. If nobody reads standard output, nothing is lost.
fn print(bytes: &[u8]) {
    let mut stdout = std::io::stdout().lock();
    reset::heed(bytes);
    let _ = stdout.write_all(bytes).and_then(|()| stdout.flush());
}

fn window_size() -> WindowSize {
    match terminal::size() {
        Ok((columns, rows)) if columns > 0 && rows > 0 => {
            WindowSize { columns, rows }
        }
        _ => WindowSize::LESSON,
    }
}

/// A thread that forwards typed keys. Dropping this value ends the thread; keys
/// typed later stay in the terminal for others to read.
struct Keys {
    stop: Option<OwnedFd>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Keys {
    fn forward(machine: &Machine, id: StreamId) -> Self {
        let start = || {
            let mut to_machine = machine.socket.try_clone()?;
            let (stop, stopped) = UnixStream::pair()?;
            let stdin = std::io::stdin().as_fd().try_clone_to_owned()?;
            let thread = thread::spawn(move || {
                carry(File::from(stdin), &stopped, &mut to_machine, id);
            });
            std::io::Result::Ok((stop, thread))
        };
        match start() {
            Ok((stop, thread)) => Self {
                stop: Some(stop.into()),
                thread: Some(thread),
            },
            Err(_) => Self {
                stop: None,
                thread: None,
            },
        }
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // The thread only copies bytes and returns nothing.
            let _ = thread.join();
        }
    }
}

fn carry(
    mut from: File,
    stopped: &UnixStream,
    to: &mut UnixStream,
    id: StreamId,
) {
    loop {
        let mut fds = [
            PollFd::new(from.as_fd(), PollFlags::POLLIN),
            PollFd::new(stopped.as_fd(), PollFlags::POLLIN),
        ];
        match poll(&mut fds, PollTimeout::NONE) {
            Err(nix::errno::Errno::EINTR) => continue,
            Err(_) => return,
            Ok(_) if fds[1].any().unwrap_or(true) => return,
            Ok(_) => {}
        }
        let mut bytes = [0; 4096];
        let request = match from.read(&mut bytes) {
            Ok(0) | Err(_) => Request::CloseInput { id },
            Ok(count) => Request::Input {
                id,
                bytes: bytes[..count].to_vec(),
            },
        };
        let ended = matches!(request, Request::CloseInput { .. });
        let sent = protocol::encode(&request)
            .map_err(std::io::Error::other)
            .and_then(|frame| to.write_all(&frame));
        if sent.is_err() || ended {
            return;
        }
    }
}
