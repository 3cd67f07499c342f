//! The folder of everything that is built.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

#[derive(Deserialize)]
struct Metadata {
    target_directory: PathBuf,
}

/// Returns cargo's target folder, wherever its settings put it.
///
/// # Errors
///
/// cargo cannot be asked.
pub fn folder(workspace: &Path) -> Result<PathBuf> {
    if let Some(folder) = std::env::var_os("CARGO_TARGET_DIR") {
        return Ok(workspace.join(folder));
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut ask = Command::new(cargo);
    ask.args(["metadata", "--no-deps", "--format-version=1", "--offline"]);
    let answer = ask.current_dir(workspace).output();
    let answer = answer.context("cargo metadata")?;
    if !answer.status.success() {
        let said = String::from_utf8_lossy(&answer.stderr);
        bail!("cargo metadata: {}", said.trim());
    }
    let read: Metadata = serde_json::from_slice(&answer.stdout)
        .context("what cargo metadata prints")?;
    Ok(read.target_directory)
}
