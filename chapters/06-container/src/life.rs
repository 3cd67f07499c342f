//! life - how a container's life begins again, and ends: start, stop, kill, rm

use std::os::fd::OwnedFd;

use libc::{SIGKILL, SIGTERM};
use nix::errno::Errno::ESRCH;
use nix::poll::PollTimeout;

use crate::container::{Container, Status};
use crate::error::{Error, Named, Result, refused};
use crate::store::{Claim, Lock, Store};
use crate::{cgroup, cli, process};

/// Does it to each, and prints its name. Returns the exit status.
pub fn each(
    references: &[String],
    mut act: impl FnMut(&str) -> Result<()>,
) -> Result<u8> {
    let mut status = 0;
    for reference in references {
        match act(reference) {
            Ok(()) => println!("{reference}"),
            Err(error) => {
                eprintln!("Error: {error}");
                status = 1;
            }
        }
    }
    Ok(status)
}

/// Starts a container that has ended, or has not started, once more.
pub fn start(reference: &str) -> Result<()> {
    let store = Store::open()?;
    let mut container = store.find(reference)?.clone();
    if container.is_alive() {
        return Ok(());
    }
    let Lock::Free(claim) = Claim::wait_for(&container.id)? else {
        return Err(refused(format!("No such container: {reference}")));
    };
    container.state.status = Status::Creating;
    crate::launch(store, container, claim, true).map(drop)
}

/// Stops a container, if it runs, and starts it.
pub fn restart(reference: &str, seconds: u16) -> Result<()> {
    stop(reference, seconds)?;
    start(reference).map_err(|error| {
        refused(format!("Cannot restart container {reference}: {error}"))
    })
}

/// SIGTERM, then after so many seconds SIGKILL.
pub fn stop(reference: &str, seconds: u16) -> Result<()> {
    let store = Store::open()?;
    let container = store.find(reference)?.clone();
    if container.state.status != Status::Running {
        return Ok(());
    }
    let handle = handle(&container)?;
    drop(store);
    send(&handle, SIGTERM)?;
    let limit = u32::from(seconds) * 1000;
    let limit = PollTimeout::try_from(limit).unwrap_or(PollTimeout::MAX);
    if !process::waits_for_end(&handle, limit)? {
        send(&handle, SIGKILL)?;
    }
    wait_for_record(&container)
}

/// Sends any signal. SIGKILL has an effect; that is waited for.
pub fn kill(reference: &str, signal: &str) -> Result<()> {
    let signal = cli::signal(signal)?;
    let cannot = |error: Error| {
        refused(format!("Cannot kill container: {reference}: {error}"))
    };
    let store = Store::open()?;
    let container = store.find_running(reference).map_err(cannot)?.clone();
    let handle = handle(&container).map_err(cannot)?;
    drop(store);
    send(&handle, signal)?;
    if signal == SIGKILL {
        wait_for_record(&container)
    } else {
        Ok(())
    }
}

/// Removes a container; a running one only by force. By force, there need not
/// be one: Docker says so, and exits with 0.
pub fn remove(references: &[String], force: bool) -> Result<u8> {
    let mut status = 0;
    for reference in references {
        let missing = Store::open()?.find(reference).is_err();
        let one = std::slice::from_ref(reference);
        let failed = each(one, |it| remove_one(it, force))?;
        status |= if force && missing { 0 } else { failed };
    }
    Ok(status)
}

fn remove_one(reference: &str, force: bool) -> Result<()> {
    let store = Store::open()?;
    if let Some(id) = store.corrupt.iter().find(|it| *it == reference) {
        return remove_corrupt(id, force);
    }
    let container = store.find(reference)?.clone();
    let id = &container.id;
    if container.is_alive() {
        if !force {
            return Err(refused(format!(
                "You cannot remove a running container {id}. Stop the \
                 container before attempting removal or force remove"
            )));
        }
        drop(store);
        match kill(id, "KILL") {
            // It has ended by itself.
            Err(_) if !is_running(id)? => {}
            result => result?,
        }
        return remove_one(id, false).or_else(|error| gone(id, error));
    }
    match Claim::wait_for(id)? {
        Lock::Free(_claim) => container.remove(),
        _ => Ok(()),
    }
}

/// Of this one, all we know is its ID. If it is running, its owner will write
/// down how it ends; but to make an end of it needs its cgroup.
fn remove_corrupt(id: &str, force: bool) -> Result<()> {
    let container = Container::unknown(id);
    match Claim::try_on(id)? {
        Lock::Free(_claim) => container.remove(),
        Lock::Gone => Ok(()),
        Lock::Taken if force && cgroup::is_v2() => {
            cgroup::kill(id)?;
            let Lock::Free(_claim) = Claim::wait_for(id)? else {
                return Ok(());
            };
            container.remove()
        }
        Lock::Taken => Err(refused(format!(
            "You cannot remove a running container {id}. Its state cannot be \
             read: kill its processes before attempting removal"
        ))),
    }
}

/// With --rm it is removed as soon as it ends: then there is nothing to do.
fn gone(id: &str, error: Error) -> Result<()> {
    match Store::open()?.find(id) {
        Ok(_) => Err(error),
        Err(_) => Ok(()),
    }
}

fn is_running(id: &str) -> Result<bool> {
    let store = Store::open()?;
    Ok(store.find_running(id).is_ok())
}

fn handle(container: &Container) -> Result<OwnedFd> {
    let state = &container.state;
    process::open(state.pid, state.start_time).ok_or_else(|| {
        refused(format!("Container {} is not running", container.id))
    })
}

fn send(handle: &OwnedFd, signal: i32) -> Result<()> {
    match process::send_signal(handle, signal) {
        Ok(()) | Err(ESRCH) => Ok(()),
        Err(errno) => Err(errno).named("pidfd_send_signal", signal),
    }
}

/// Its owner writes down how it ended, cleans up, and lets go of it.
fn wait_for_record(container: &Container) -> Result<()> {
    Claim::wait_for(&container.id).map(drop)
}
