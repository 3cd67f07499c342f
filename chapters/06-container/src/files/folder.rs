//! folder - folders of ours: made for root only, listed, and removed
//!
//! See: mkdir(2), readdir(3)

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use crate::error::{Named, Result};

/// Makes a folder for root only, unless it is there.
pub fn have(path: &Path) -> Result<()> {
    if path.is_dir() { Ok(()) } else { make(path) }
}

/// Makes a folder for root only: a file in there may be set-user-ID.
pub fn make(path: &Path) -> Result<()> {
    let mut builder = DirBuilder::new();
    let made = builder.mode(0o700).recursive(true).create(path);
    made.named("mkdir", path.display())
}

/// Makes a file. Whatever stands in its place is removed.
pub fn new_file(path: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    let options = options.read(true).write(true).create_new(true);
    let made = match options.open(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            remove_all(path)?;
            options.open(path)
        }
        made => made,
    };
    made.named("open", path.display())
}

/// Removes the file or the folder of that name, if there is one.
pub fn remove_all(path: &Path) -> Result<()> {
    let removed = match fs::remove_file(path) {
        Err(error) if error.kind() == ErrorKind::IsADirectory => {
            fs::remove_dir_all(path)
        }
        removed => removed,
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
