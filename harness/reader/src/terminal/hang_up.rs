//! The person's terminal goes away: a window is closed, a connection is lost.
//!
//! The kernel sends SIGHUP to the leader of the session alone, which is the
//! shell, or just(1), or nobody. Reading gives end-of-file then, again and
//! again. So the terminal itself is asked: poll(2) says POLLHUP.

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

/// From now on this process ends with standard input's terminal, as by
/// SIGHUP, whoever leads the session, and also where SIGHUP is ignored.
/// For all that waits for a person; QEMU ends with us.
pub fn ends_us() {
    static ONCE: Once = Once::new();
    if io::stdin().is_terminal() {
        // Where there is no room for it, SIGHUP is all there is.
        ONCE.call_once(|| drop(watch()));
    }
}

fn watch() -> io::Result<()> {
    let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?;
    // The kernel tells a hang-up to those who wait for input. Each input is
    // told once, whether or not somebody reads it.
    let flags = EpollFlags::EPOLLIN | EpollFlags::EPOLLET;
    epoll.add(io::stdin(), EpollEvent::new(flags, 0))?;
    thread::Builder::new().spawn(move || {
        if wait(&epoll).is_ok() {
            end();
        }
    })?;
    Ok(())
}

/// Returns once the terminal is gone.
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

/// There is nobody to say it to, and no mode to give back.
fn end() {
    let _mode = mode::lock();
    let _ = emulate_default_handler(SIGHUP);
}
