//! terminal - a terminal for the container, and the user's own
//!
//! A pseudoterminal has two ends: the command's, in the container's /dev/pts,
//! and ours. Every key of the user goes in at our end, so the user's terminal
//! is in raw mode meanwhile, and afterwards as it was.
//!
//! See: pty(7), ioctl_tty(2), termios(3)

use std::fs::File;
use std::io::{IsTerminal, Stdin, stdin};
use std::os::fd::AsRawFd;

use nix::fcntl::{OFlag, OpenHow, ResolveFlag, openat2};
use nix::sys::termios::{self, SetArg, Termios};

use crate::error::{Named, Result, refused};

nix::ioctl_write_ptr_bad!(set_lock, libc::TIOCSPTLCK, libc::c_int);
nix::ioctl_read_bad!(get_number, libc::TIOCGPTN, libc::c_uint);
nix::ioctl_read_bad!(get_size, libc::TIOCGWINSZ, libc::winsize);
nix::ioctl_write_ptr_bad!(set_size, libc::TIOCSWINSZ, libc::winsize);

/// Opens a new terminal in the container of this process. Returns our end, and
/// the path of the other one in there.
pub fn open(pid: i32) -> Result<(File, String)> {
    let root = format!("/proc/{pid}/root");
    let folder = File::open(&root).named("open", &root)?;
    // The path is the container's to make: it must not lead out of there.
    let flags = OFlag::O_RDWR | OFlag::O_NOCTTY | OFlag::O_CLOEXEC;
    let how = OpenHow::new().flags(flags);
    let how = how.resolve(ResolveFlag::RESOLVE_IN_ROOT);
    let ours = openat2(&folder, "dev/pts/ptmx", how)
        .named("open", format!("{root}/dev/pts/ptmx"))?;
    let fd = ours.as_raw_fd();
    let mut number = 0;
    // SAFETY: the pointer is to an integer, and the descriptor is open.
    unsafe { set_lock(fd, &0) }.named("ioctl", "TIOCSPTLCK")?;
    // SAFETY: the pointer is to an integer, and the descriptor is open.
    unsafe { get_number(fd, &mut number) }.named("ioctl", "TIOCGPTN")?;
    let ours = File::from(ours);
    copy_size(&ours);
    Ok((ours, format!("/dev/pts/{number}")))
}

/// Gives the container's terminal the size of ours, if ours is known.
pub fn copy_size(to: &File) {
    // SAFETY: all bits zero is a size: unknown.
    let mut size = unsafe { std::mem::zeroed() };
    // SAFETY: the pointer is to a winsize.
    if unsafe { get_size(stdin().as_raw_fd(), &mut size) }.is_ok() {
        // SAFETY: the pointer is to a winsize, and the descriptor is open.
        let _ = unsafe { set_size(to.as_raw_fd(), &size) };
    }
}

/// Our terminal in raw mode, for as long as we hold this.
pub struct Raw(Stdin, Termios);

/// Refuses to be interactive with a terminal where there is none.
pub fn check(tty: bool, interactive: bool) -> Result<()> {
    if tty && interactive && !stdin().is_terminal() {
        let message = "the input device is not a TTY";
        return Err(refused(message).with_status(1).bare());
    }
    Ok(())
}

impl Raw {
    /// Hands every key on, Ctrl-C too.
    pub fn enter() -> Result<Self> {
        let stdin = stdin();
        let before = termios::tcgetattr(&stdin).named("tcgetattr", "stdin")?;
        let mut raw = before.clone();
        termios::cfmakeraw(&mut raw);
        termios::tcsetattr(&stdin, SetArg::TCSADRAIN, &raw)
            .named("tcsetattr", "stdin")?;
        Ok(Self(stdin, before))
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        let _ = termios::tcsetattr(&self.0, SetArg::TCSADRAIN, &self.1);
    }
}
