//! The C programs that others are measured against.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::oci::succeed;

/// Compiles a program. The source is written beside it, as PROGRAM.c.
pub(super) fn compile(source: &str, program: &Path) -> Result<()> {
    let file = program.with_extension("c");
    fs::write(&file, source).with_context(|| file.display().to_string())?;
    let mut compiler = Command::new("cc");
    compiler.args(["-O2", "-static", "-o"]).arg(program);
    succeed(compiler.arg(file))
}
