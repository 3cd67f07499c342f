//! A file that is written whole, or not at all.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context, Result};

/// Writes a file, and the folders around it. The old file stays until the new
/// one is whole.
pub fn write(path: &Path, contents: &[u8]) -> Result<()> {
    let shown = || path.display().to_string();
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    fs::create_dir_all(folder).with_context(shown)?;
    let mut file =
        tempfile::NamedTempFile::new_in(folder).with_context(shown)?;
    file.write_all(contents).with_context(shown)?;
    file.persist(path).with_context(shown)?;
    Ok(())
}
