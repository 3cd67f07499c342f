//! folder - folders of ours: made for root only, listed, and removed
//!
//! See: mkdir(2), readdir(3)

use std::fs::{self, DirBuilder};
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use crate::error::{Named, Result};

/// Makes a folder for root only: a file in there may be set-user-ID.
pub fn make(path: &Path) -> Result<()> {
    let mut builder = DirBuilder::new();
    let made = builder.mode(0o700).recursive(true).create(path);
    made.named("mkdir", path.display())
}

/// Removes the file or the folder of that name, if there is one.
pub fn remove_all(path: &Path) -> Result<()> {
    let is_folder = path.symlink_metadata().is_ok_and(|it| it.is_dir());
    let removed = if is_folder {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    };
    let missing = [ErrorKind::NotFound, ErrorKind::NotADirectory];
    match removed {
        Err(error) if missing.contains(&error.kind()) => Ok(()),
        removed => removed.named("rm", path.display()),
    }
}

/// Lists a folder, in the order of the names.
pub fn names(folder: &str) -> Result<Vec<String>> {
    let entries = fs::read_dir(folder).named("open", folder)?.flatten();
    let names = entries.filter_map(|it| it.file_name().into_string().ok());
    let mut names: Vec<_> = names.collect();
    names.sort();
    Ok(names)
}
