//! random - bytes that nobody can guess
//!
//! See: getrandom(2)

use nix::errno::Errno;

use crate::error::{Named, Result};

/// 32 random bytes. The kernel gives up to 256 at once, or none.
pub fn bytes() -> Result<[u8; 32]> {
    let mut bytes = [0; 32];
    let place = bytes.as_mut_ptr().cast();
    // SAFETY: the kernel writes no more than the length of the array.
    let given = unsafe { libc::getrandom(place, bytes.len(), 0) };
    Errno::result(given).named("getrandom", "32 bytes")?;
    Ok(bytes)
}
