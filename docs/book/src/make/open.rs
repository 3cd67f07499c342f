//! Shows the book in a browser.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Result, bail};
use tr::tr;

/// Programs that open a file with the person's browser: of a Linux desktop, of
/// macOS, and of Linux in Windows.
const OPENERS: [&str; 3] = ["xdg-open", "open", "wslview"];

/// Opens a page.
///
/// # Errors
///
/// This computer has no program that opens pages, or it failed.
pub fn open(page: &Path) -> Result<()> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let Some(opener) = OPENERS.iter().find(|name| is_in(&path, name)) else {
        bail!(tr!(
            "none of {names} is here to open it: open the file with a browser",
            names = OPENERS.join(", ")
        ));
    };
    let mut command = Command::new(opener);
    command.arg(page).stdin(Stdio::null()).stdout(Stdio::null());
    let status = command.status();
    if status.is_ok_and(|it| it.success()) {
        return Ok(());
    }
    bail!(tr!(
        "{opener} could not open it: open the file with a browser",
        opener = opener
    ))
}

fn is_in(path: &OsStr, name: &str) -> bool {
    std::env::split_paths(path).any(|folder| folder.join(name).is_file())
}
