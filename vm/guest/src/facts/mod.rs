//! What the kernel holds, seen by PID 1 itself: procfs and netlink, and no
//! program of any chapter.

mod links;
mod networks;
mod processes;

use std::time::{Duration, Instant};

use anyhow::Result;
use protocol::Facts;

/// The kernel takes a dead network namespace apart, and tells interfaces that
/// their cable is in, a while after the process that caused it went on. Facts
/// wait for that, but not longer than this.
const PATIENCE: Duration = Duration::from_secs(3);

/// Looks at everything, once nothing is under way any more.
pub fn observe() -> Result<Facts> {
    let begin = Instant::now();
    loop {
        let (facts, settled) = look()?;
        if settled || begin.elapsed() > PATIENCE {
            return Ok(facts);
        }
        // Nothing announces the end of a namespace across namespaces, so
        // there is no event to wait for.
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn look() -> Result<(Facts, bool)> {
    let processes = processes::all()?;
    let handles = processes::handles(&processes);
    let (networks, settled) = networks::all(&handles)?;
    let pinned = processes::pinned(&handles, &processes);
    Ok((
        Facts {
            processes,
            networks,
            pinned,
        },
        settled,
    ))
}
