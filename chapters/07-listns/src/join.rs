//! listns --join: the second page. A namespace is opened by its identifier, and
//! joined; nobody needs to be a member of it.

use std::ffi::OsString;
use std::process::ExitCode;

use nix::sched::{CloneFlags, setns};
use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::Signal;
use nix::unistd::{ForkResult, fork};

use crate::failure::fail;
use crate::identifier::Identifier;
use crate::{child, command, handle};

pub fn join(id: &Identifier, words: &[OsString]) -> ExitCode {
    // Chapter 3 opened a file in /proc, and so needed a process that was a
    // member. The kernel finds a namespace by its identifier as well.
    let namespace = handle::open(id.number)
        .unwrap_or_else(|errno| fail("open_by_handle_at", &id.text, errno));

    // From here on it is chapter 3: setns(2), then exec(3).
    if let Err(errno) = setns(&namespace, CloneFlags::empty()) {
        fail("setns", &id.text, errno);
    }
    if handle::is_pid(&namespace) {
        // Only our children are born in a PID namespace.
        child::will_be_waited_for();
        // SAFETY: this process has one thread, so the child may do anything.
        match unsafe { fork() } {
            Ok(ForkResult::Parent { child }) => return child::wait_for(child),
            // In the child: when the parent ends, so do we.
            Ok(ForkResult::Child) => drop(set_pdeathsig(Signal::SIGKILL)),
            Err(errno) => fail("fork", &id.text, errno),
        }
    }
    let errno = command::execute(words);
    fail("execvp", &words[0].to_string_lossy(), errno)
}
