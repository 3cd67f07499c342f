//! stranger - how to read a file that a stranger may have put there
//!
//! Root alone writes below our folders. A killed command, a backup or a hand
//! may have left anything there all the same: a FIFO, which makes a reader
//! wait, a link to elsewhere, a file without end.
//!
//! See: fifo(7), open(2)

use std::fs::{File, Metadata, OpenOptions};
use std::io::{ErrorKind, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use nix::errno::Errno;

use crate::error::{Error, Named, Result, refused};

/// The largest file that is read. A state has a command twice, of 2 MB at
/// most, and a byte of it may be four there: `255,`.
const LIMIT: u64 = 32 << 20;

/// The least that std reads at once.
const ROOM: usize = 64;

/// Reads a regular file. None: there is no file of that name.
pub fn read(path: &Path) -> Result<Option<Vec<u8>>> {
    let mut options = OpenOptions::new();
    let Some((file, found)) = find(options.read(true), path)? else {
        return Ok(None);
    };
    // One read more tells the end.
    let room = found.len().min(LIMIT) as usize + ROOM;
    let mut bytes = Vec::with_capacity(room);
    let read = file.take(LIMIT + 1).read_to_end(&mut bytes);
    read.named("read", path.display())?;
    if bytes.len() as u64 > LIMIT {
        return Err(refused(format!("{}: larger than 32 MB", path.display())));
    }
    Ok(Some(bytes))
}

/// Opens a regular file, and waits for nobody. None: there is no file of that
/// name.
pub fn open(options: &mut OpenOptions, path: &Path) -> Result<Option<File>> {
    Ok(find(options, path)?.map(|(file, _)| file))
}

fn find(
    options: &mut OpenOptions,
    path: &Path,
) -> Result<Option<(File, Metadata)>> {
    let options = options.custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK);
    let file = match options.open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        // A FIFO that nobody reads, or a socket.
        Err(error) if is(&error, Errno::ENXIO) => return Err(no_file(path)),
        // A link: O_NOFOLLOW.
        Err(error) if is(&error, Errno::ELOOP) => return Err(no_file(path)),
        file => file.named("open", path.display())?,
    };
    let metadata = file.metadata().named("stat", path.display())?;
    if !metadata.is_file() {
        return Err(no_file(path));
    }
    Ok(Some((file, metadata)))
}

fn is(error: &std::io::Error, errno: Errno) -> bool {
    error.raw_os_error() == Some(errno as i32)
}

fn no_file(path: &Path) -> Error {
    refused(format!("{}: not a regular file", path.display()))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use nix::sys::stat::Mode;
    use nix::unistd::mkfifo;

    use super::*;

    #[test]
    fn a_regular_file_is_read_and_one_that_is_missing_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        assert_eq!(read(&path).unwrap(), None);
        fs::write(&path, "{}").unwrap();
        assert_eq!(read(&path).unwrap().as_deref(), Some(&b"{}"[..]));
    }

    #[test]
    fn a_fifo_a_link_a_folder_and_a_file_without_end_are_refused_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        mkfifo(&path("fifo"), Mode::S_IRWXU).unwrap();
        fs::create_dir(path("folder")).unwrap();
        fs::write(path("there"), "{}").unwrap();
        symlink("there", path("link")).unwrap();
        let endless = File::create(path("endless")).unwrap();
        endless.set_len(1 << 40).unwrap();
        for name in ["fifo", "folder", "link"] {
            let refused = read(&path(name)).unwrap_err().to_string();
            assert!(refused.ends_with("not a regular file"), "{refused}");
            let mut write = OpenOptions::new();
            let refused = open(write.write(true), &path(name));
            assert!(refused.is_err(), "{name}");
        }
        let refused = read(&path("endless")).unwrap_err().to_string();
        assert!(refused.ends_with("larger than 32 MB"), "{refused}");
    }
}
