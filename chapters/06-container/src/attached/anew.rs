//! anew - a monitor goes on as a program that has only that to do
//!
//! A monitor is a copy of a command that has read options, images and the
//! states of all containers. It needs none of them, and may live for months.
//! So it executes its own program once more: the kernel takes all memory away,
//! and the new program takes descriptors over, by their numbers, and reads one
//! state. The process is the same, the parent of the container's process.
//!
//! See: execve(2)

use std::ffi::CString;
use std::fs::File;
use std::net::SocketAddr;
use std::os::fd::RawFd;
use std::os::unix::ffi::OsStrExt;

use nix::sys::prctl::set_name;
use nix::unistd::execve;
use serde::{Deserialize, Serialize};

use crate::attached::owner::{Owner, Running};
use crate::attached::publish::Proxy;
use crate::attached::streams::{self, Outside};
use crate::error::{Named, Result, refused};
use crate::files::container::Container;
use crate::kernel::channel::Channel;
use crate::kernel::descriptors::{hand_on, take};
use crate::kernel::process::Child;

/// The word in front of the arguments, where a shell puts the program's name.
const NAME: &str = "container: monitor";

/// The argument: an ID, a PID, and numbers of descriptors.
#[derive(Serialize, Deserialize)]
struct HandedOn {
    id: String,
    pid: i32,
    handle: RawFd,
    claim: RawFd,
    caller: RawFd,
    stdin: Option<RawFd>,
    outputs: Vec<(u8, RawFd)>,
    terminal: Option<RawFd>,
    ports: Vec<(RawFd, SocketAddr)>,
}

/// In a monitor: becomes that program, or stays what it is. If the kernel
/// refuses, the life is the same, in more memory.
pub fn begin(owner: &Owner, running: &Running) {
    if let Some(caller) = &owner.caller {
        let _ = become_small(owner, caller, running);
    }
}

fn become_small(
    owner: &Owner,
    caller: &Channel,
    (child, outside, proxy): &Running,
) -> Result<()> {
    let file = |file: &Option<File>| file.as_ref().map(hand_on).transpose();
    let outputs = outside.outputs.iter();
    let ports = proxy.0.iter();
    let all = HandedOn {
        id: owner.container.id.clone(),
        pid: child.pid,
        handle: hand_on(&child.handle)?,
        claim: hand_on(&owner.claim)?,
        caller: hand_on(caller)?,
        stdin: file(&outside.stdin)?,
        outputs: outputs
            .map(|(stream, file)| Ok((*stream, hand_on(file)?)))
            .collect::<Result<_>>()?,
        terminal: file(&outside.terminal)?,
        ports: ports
            .map(|(port, to)| Ok((hand_on(port)?, *to)))
            .collect::<Result<_>>()?,
    };
    let all = serde_json::to_string(&all).map_err(std::io::Error::from);
    let words = [NAME.into(), all.named("json", NAME)?];
    let words = words.map(|it| CString::new(it).unwrap_or_default());
    let Err(errno) = execve(c"/proc/self/exe", &words, &[c""; 0]);
    Err(errno).named("execve", "/proc/self/exe")
}

/// In the new program: lives on with the container. None: this is a command,
/// as somebody has typed it.
pub fn go_on() -> Option<Result<u8>> {
    let mut words = std::env::args_os();
    let name = words.next().filter(|it| it == NAME);
    let handed_on = name.and(words.next())?;
    Some(live(handed_on.as_bytes()))
}

fn live(handed_on: &[u8]) -> Result<u8> {
    // The kernel has named the process after the link.
    set_name(c"container").named("prctl", "PR_SET_NAME")?;
    let all = serde_json::from_slice(handed_on).map_err(std::io::Error::from);
    let all: HandedOn = all.named("json", NAME)?;
    let file = |number| take(number).map(File::from);
    let child = Child {
        pid: all.pid,
        handle: take(all.handle)?,
    };
    let outputs = all.outputs.into_iter();
    let outside = Outside {
        stdin: all.stdin.map(file).transpose()?,
        outputs: outputs
            .map(|(stream, number)| Ok((stream, file(number)?)))
            .collect::<Result<_>>()?,
        terminal: all.terminal.map(file).transpose()?,
    };
    let ports = all.ports.into_iter();
    let ports = ports.map(|(port, to)| Ok((take(port)?.into(), to)));
    let proxy = Proxy(ports.collect::<Result<_>>()?);
    let claim = take(all.claim)?.into();
    let caller = take(all.caller)?.into();
    let gone = || refused(format!("the state of {} is gone", all.id));
    let container = Container::load(&all.id)?.ok_or_else(gone)?;
    let owner = Owner::new(container, claim, Some(caller))?;
    owner.live((child, outside, proxy), &streams::signals()?)
}
