//! two-threads - join a namespace with setns(2) in one of two threads
//!
//! The second thread opens the handle and joins. Then the first one asks the
//! kernel what the process is a member of, and what each of the two is.
//!
//! ```console
//! host# two-threads /proc/25686/ns/net
//! /proc/self/ns/net -> net:[4026531833]
//! /proc/self/task/4711/ns/net -> net:[4026531833]
//! /proc/self/task/4712/ns/net -> net:[4026532281]
//! ```
//!
//! See: setns(2), namespaces(7), pthreads(7)

use std::fs::{self, File};
use std::io::{self, Write};
use std::process::exit;
use std::sync::mpsc;
use std::{env, thread};

use nix::errno::Errno::{self, EINVAL, EPERM, EUSERS};
use nix::sched::{CloneFlags, setns};

fn main() -> io::Result<()> {
    let Some(path) = env::args().nth(1) else {
        eprintln!("Usage: two-threads HANDLE");
        exit(2)
    };
    let kind = path.rsplit('/').next().unwrap_or_default().to_owned();
    let (moved, has_moved) = mpsc::channel();

    // Ask for a second thread. It shares our memory, our files and our PID,
    // and begins as a member of whatever we are a member of.
    thread::spawn(move || {
        // In the second thread: ask to be a member of another namespace.
        let handle = File::open(&path);
        let handle = handle.unwrap_or_else(|e| fail("open", &path, &e));
        if let Err(errno) = setns(handle, CloneFlags::empty()) {
            fail("setns", &path, &errno.into());
        }
        moved.send(()).expect("the first thread waits");
        thread::park();
    });

    // In the first thread, once the second one has moved: have we? A process
    // has one folder for each thread; its own handles are those of the first.
    has_moved.recv().expect("the second thread tells");
    show(&format!("/proc/self/ns/{kind}"))?;
    for task in fs::read_dir("/proc/self/task")? {
        show(&format!("{}/ns/{kind}", task?.path().display()))?;
    }
    Ok(())
}

/// Prints where a handle leads.
fn show(handle: &str) -> io::Result<()> {
    let target = fs::read_link(handle)?;
    writeln!(io::stdout(), "{handle} -> {}", target.display())
}

/// Names the call, its object and the error, and has advice for the likely.
fn fail(call: &str, object: &str, error: &io::Error) -> ! {
    let errno = Errno::from_raw(error.raw_os_error().unwrap_or_default());
    let advice = match (call, errno) {
        ("setns", EINVAL) => "no handle, or mnt or user: those take one thread",
        ("setns", EUSERS) => "time takes a process of one thread",
        ("setns", EPERM) => "this needs CAP_SYS_ADMIN: try it as root",
        _ => "see /proc/PID/ns for handles",
    };
    eprintln!("two-threads: {call}({object}): {}", errno.desc());
    eprintln!("two-threads: {advice}");
    exit(1)
}
