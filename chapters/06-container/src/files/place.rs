//! place - a container's name, its ID, and its two folders
//!
//! /run/container/ID has its state, and is gone when the machine is started
//! anew. /var/lib/container/containers/ID has its writable layer and its log.
//!
//! See: hier(7)

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Result;
use crate::files::folder;
use crate::kernel::random;

/// The folder of the states of all containers.
pub const STATES: &str = "/run/container";

/// The folder of the layers and logs of all containers.
pub const BUNDLES: &str = "/var/lib/container/containers";

/// Checks for 64 hexadecimal digits.
pub fn is_id(text: &str) -> bool {
    let digit = |it: u8| it.is_ascii_digit() || (b'a'..=b'f').contains(&it);
    text.len() == 64 && text.bytes().all(digit)
}

/// 64 random hexadecimal digits.
pub fn random_id() -> Result<String> {
    let bytes = random::bytes()?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Reads a name. Docker shows it with a slash, and takes it with one.
pub fn name(wish: &str) -> std::result::Result<String, String> {
    let name = wish.strip_prefix('/').unwrap_or(wish);
    let first = name.starts_with(|it: char| it.is_ascii_alphanumeric());
    let known = |it: char| it.is_ascii_alphanumeric() || "_.-".contains(it);
    let named = first && name.len() > 1 && name.chars().all(known);
    if named || wish.is_empty() {
        return Ok(name.into());
    }
    let allowed = "only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed";
    Err(format!("Invalid container name ({wish}), {allowed}"))
}

/// Lists the IDs in one of the two folders. Other names were not put there by
/// us, and are left alone.
pub fn ids(folder: &str) -> Result<Vec<String>> {
    let names = folder::names(folder)?;
    Ok(names.into_iter().filter(|it| is_id(it)).collect())
}

/// The folder with a container's state and its claim.
pub fn state_folder(id: &str) -> PathBuf {
    Path::new(STATES).join(id)
}

/// The folder with a container's writable layer and its log.
pub fn bundle(id: &str) -> PathBuf {
    Path::new(BUNDLES).join(id)
}

/// Removes both folders: the state nearly last, and the claim after it. If
/// this command is stopped half-way, the next one can go on.
pub fn forget(id: &str) -> Result<()> {
    // The kernel alone has written in there, and has taken most of it back.
    let work = bundle(id).join("work");
    let _ = fs::remove_dir(work.join("work"));
    let _ = fs::remove_dir(work);
    folder::remove_all(&bundle(id))?;
    folder::remove_all(&state_folder(id).join("state.json"))?;
    folder::remove_all(&state_folder(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_begin_with_one_slash() {
        assert_eq!(name("/web"), Ok("web".into()));
        for text in ["/", "//web", "web/", "-web", "a", "a b"] {
            assert!(name(text).is_err(), "{text}");
        }
    }
}
