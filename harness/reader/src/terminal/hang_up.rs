//! Ends the process when its terminal goes away: a closed window, a lost
//! connection.
//!
//! The kernel sends SIGHUP only to the leader of the session: the shell, or
//! just(1), or a process that is gone. Reading then returns end-of-file again
//! and again. So this module asks the terminal itself: epoll(7) reports
//! EPOLLHUP.

use std::io::{self, IsTerminal};
use std::sync::Once;
use std::thread;

use nix::errno::Errno;
use nix::sys::epoll::{
    Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout,
};
use signal_hook::consts::SIGHUP;
use signal_hook::low_level::emulate_default_handler;

use super::mode;

/// Makes this process end when standard input's terminal does, as by SIGHUP,
/// whoever leads the session, and also where SIGHUP is ignored. Every command
/// that waits for a person calls this. QEMU ends with this process.
pub fn ends_us() {
    static ONCE: Once = Once::new();
    if io::stdin().is_terminal() {
        // If the watcher cannot start, the process still ends on SIGHUP.
        ONCE.call_once(|| drop(watch()));
    }
}

fn watch() -> io::Result<()> {
    let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?;
    // The kernel reports a hang-up only to a watcher that waits for input. With
    // EPOLLET each input is reported once, whether or not somebody reads it.
    let flags = EpollFlags::EPOLLIN | EpollFlags::EPOLLET;
    epoll.add(io::stdin(), EpollEvent::new(flags, 0))?;
    thread::Builder::new().spawn(move || {
        if wait(&epoll).is_ok() {
            end();
        }
    })?;
    Ok(())
}

/// Waits until the terminal is gone.
fn wait(epoll: &Epoll) -> nix::Result<()> {
    let mut events = [EpollEvent::empty()];
    loop {
        match epoll.wait(&mut events, EpollTimeout::NONE) {
            Ok(_) if events[0].events().contains(EpollFlags::EPOLLHUP) => {
                return Ok(());
            }
            Ok(_) | Err(Errno::EINTR) => {}
            Err(errno) => return Err(errno),
        }
    }
}

/// Ends the process. Nobody can read a message, and there is no mode to
/// restore.
fn end() {
    let _mode = mode::lock();
    let _ = emulate_default_handler(SIGHUP);
}
