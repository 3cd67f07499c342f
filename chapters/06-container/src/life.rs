//! life - how a container's life begins again, and ends: start, stop, kill, rm

use libc::{SIGKILL, SIGTERM};
use nix::poll::PollTimeout;

use crate::error::{Error, Result, refused};
use crate::store::{self, Claim, Store};
use crate::{output, process, signal};

/// Does it to each, and prints its name. Returns the exit status.
pub fn each(
    references: &[String],
    mut act: impl FnMut(&str) -> Result<()>,
) -> Result<u8> {
    let mut status = 0;
    for reference in references {
        match act(reference) {
            Ok(()) => output::line(reference),
            Err(error) => {
                output::say(format!("Error: {error}"));
                status = status.max(error.status.unwrap_or(1));
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
    let claim = Claim::wait_for(&container.id)?;
    let gone = || refused(format!("No such container: {reference}"));
    crate::launch(store, &mut container, claim.ok_or_else(gone)?, true)
        .map(drop)
        .map_err(|error| error.with_status(1))
}

/// Stops a container, if it runs, and starts it.
pub fn restart(reference: &str, seconds: i64) -> Result<()> {
    stop(reference, seconds)?;
    let what = format!("Cannot restart container {reference}");
    start(reference).map_err(|error| error.within(&what))
}

/// SIGTERM, then after so many seconds SIGKILL, or never, if they are less
/// than none. The owner writes down how it
/// ended, cleans up, and lets go of it: that is waited for.
pub fn stop(reference: &str, seconds: i64) -> Result<()> {
    let container = Store::open()?.find(reference)?.clone();
    let Some(handle) = container.process() else {
        return Ok(());
    };
    process::send(&handle, SIGTERM)?;
    let limit = u64::try_from(seconds).ok().map(|seconds| {
        let limit = PollTimeout::try_from(seconds.saturating_mul(1000));
        limit.unwrap_or(PollTimeout::MAX)
    });
    if !process::wait_for_end(&handle, limit)? {
        process::send(&handle, SIGKILL)?;
    }
    Claim::wait_for(&container.id).map(drop)
}

/// Sends any signal. SIGKILL has an effect; that is waited for.
pub fn kill(reference: &str, signal: &str) -> Result<()> {
    let signal = signal::parse(signal)?;
    let what = format!("Cannot kill container: {reference}");
    let cannot = |error: Error| error.within(&what);
    let store = Store::open()?;
    let container = store.find_running(reference).map_err(cannot)?.clone();
    let signal = signal::check(signal).map_err(cannot)?;
    drop(store);
    if let Some(handle) = container.process() {
        process::send(&handle, signal)?;
    }
    match signal {
        SIGKILL => Claim::wait_for(&container.id).map(drop),
        _ => Ok(()),
    }
}

/// Removes a container; a running one only by force. With force it is no
/// error that there is none.
pub fn remove(reference: &str, force: bool) -> Result<()> {
    let store = Store::open()?;
    let container = match store.find(reference) {
        Err(error) if force => return Err(error.with_status(0)),
        found => found?,
    };
    let id = container.id.clone();
    if container.is_alive() {
        let process = container.process().filter(|_| force);
        let Some(process) = process else {
            return Err(refused(format!(
                "You cannot remove a running container {id}. Stop the \
                 container before attempting removal or force remove"
            )));
        };
        process::send(&process, SIGKILL)?;
        drop(store);
    }
    match Claim::wait_for(&id)? {
        Some(_claim) => store::forget(&id),
        None => Ok(()),
    }
}
