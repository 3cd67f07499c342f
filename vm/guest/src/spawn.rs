//! Starts a program: its environment, its session, its terminal.

use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use nix::pty::Winsize;
use nix::sys::termios::{self, LocalFlags, OutputFlags, SetArg};
use nix::unistd::setsid;
use protocol::WindowSize;

/// Folders with programs. The chapters' programs come first: `unshare` is the
/// course's, and `/usr/bin/unshare` the standard one.
pub const PATH: &str = "/usr/local/bin:/usr/bin:/usr/sbin:/bin:/sbin";

/// Returns a command with the environment of a shell in the machine.
pub fn command(argv: &[String]) -> Result<Command> {
    ensure!(!argv.is_empty(), "no program named");
    let mut command = Command::new(&argv[0]);
    command
        .args(&argv[1..])
        .current_dir("/root")
        .env_clear()
        .envs([
            ("PATH", PATH),
            ("HOME", "/root"),
            ("USER", "root"),
            ("SHELL", "/bin/bash"),
            ("LANG", "C.UTF-8"),
            // ls: net:[4026531840], not 'net:[4026531840]'.
            ("QUOTING_STYLE", "literal"),
        ]);
    Ok(command)
}

/// Makes the command lead a new session, on this terminal if there is one.
pub fn in_new_session(command: &mut Command, terminal: Option<OwnedFd>) {
    let prepare = move || {
        setsid()?;
        if let Some(terminal) = &terminal {
            nix::ioctl_write_int_bad!(set_controlling, libc::TIOCSCTTY);
            // SAFETY: TIOCSCTTY takes an integer and no pointer.
            unsafe { set_controlling(terminal.as_raw_fd(), 0) }?;
        }
        Ok(())
    };
    // SAFETY: the closure only makes system calls; it allocates and locks
    // nothing between fork and exec, and this process has one thread.
    unsafe { command.pre_exec(prepare) };
}

/// Makes a lesson's terminal print only what programs write: no echo of the
/// command, and no carriage return before a line's end.
pub fn print_plainly(terminal: &OwnedFd) -> Result<()> {
    let mut modes = termios::tcgetattr(terminal).context("tcgetattr")?;
    modes.local_flags.remove(LocalFlags::ECHO);
    modes.output_flags.remove(OutputFlags::OPOST);
    termios::tcsetattr(terminal, SetArg::TCSANOW, &modes).context("tcsetattr")
}

/// Converts a window size for the kernel.
pub fn winsize(size: WindowSize) -> Winsize {
    Winsize {
        ws_row: size.rows,
        ws_col: size.columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    }
}
