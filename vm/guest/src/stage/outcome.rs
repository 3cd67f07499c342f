//! What is told of a stage: its status, or the reason why there is none.

use std::io::{self, Write};

use nix::sys::wait::WaitStatus;
use protocol::Event;

/// Status if this Linux lacks something. `EX_UNAVAILABLE` of sysexits.h.
pub const UNAVAILABLE: u8 = 69;

/// Status if the kernel has ended PID 1 because the stage had no memory left.
/// `EX_OSERR` of sysexits.h.
pub const NO_MEMORY: u8 = 71;

/// Returns the status as a shell shows it: 128 plus the number of a signal.
pub fn status_of(status: WaitStatus) -> u8 {
    match status {
        WaitStatus::Exited(_, code) => u8::try_from(code).unwrap_or(1),
        WaitStatus::Signaled(_, signal, _) => {
            u8::try_from(128 + signal as i32).unwrap_or(1)
        }
        _ => 1,
    }
}

/// Sends the reason why there is no stage, instead of the first message of PID
/// 1. If the harness is gone, nobody wants to know.
pub fn refuse(reason: &str) {
    let reason = reason.to_owned();
    if let Ok(frame) = protocol::encode(&Event::Failed { reason }) {
        let _ = io::stdout().lock().write_all(&frame);
        let _ = io::stdout().lock().flush();
    }
}
