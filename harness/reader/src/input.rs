//! Reads files that other people write. Such a path may lead to anything, of
//! any size; reading never blocks.

use std::fmt;
use std::fs::OpenOptions;
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::Path;

use nix::fcntl::OFlag;
use tr::tr;

/// Size limit of an exercise's program. A program is about a page long.
pub const PROGRAM: u64 = 256 << 10;

/// Size limit of a lesson and of each file that belongs to it. A lesson is some
/// pages long.
pub const LESSON: u64 = 4 << 20;

/// Reason why a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum NoFile {
    /// No file at the path.
    #[error("{}", tr!("the file is not there"))]
    Away,
    /// Another kind of file at the path, such as `a folder`.
    #[error("{}", tr!("it is no file but {kind}", kind = .0))]
    Other(String),
    /// The file is larger than this limit in bytes.
    #[error("{}", tr!("it has more than {n} bytes", n = .0))]
    TooLong(u64),
    /// The system call failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Reads a file of at most `most` bytes. Follows symbolic links.
pub fn bytes(path: &Path, most: u64) -> Result<Vec<u8>, NoFile> {
    read(path, most, OFlag::empty())
}

/// Reads a file of at most `most` bytes. Does not follow a symbolic link.
pub fn bytes_without_link(path: &Path, most: u64) -> Result<Vec<u8>, NoFile> {
    read(path, most, OFlag::O_NOFOLLOW)
}

/// Reads a text file of at most `most` bytes. Follows symbolic links.
pub fn text(path: &Path, most: u64) -> Result<String, NoFile> {
    let invalid = |error| io::Error::new(ErrorKind::InvalidData, error);
    let text = String::from_utf8(bytes(path, most)?).map_err(invalid)?;
    Ok(text)
}

fn read(path: &Path, most: u64, flags: OFlag) -> Result<Vec<u8>, NoFile> {
    let flags = flags | OFlag::O_NONBLOCK | OFlag::O_NOCTTY;
    let opened = OpenOptions::new()
        .read(true)
        .custom_flags(flags.bits())
        .open(path);
    let file = match opened {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(NoFile::Away);
        }
        // A socket cannot be opened: ENXIO.
        Err(error) => {
            return Err(what_is_there(path, flags).unwrap_or(error.into()));
        }
        Ok(file) => file,
    };
    let meta = file.metadata()?;
    if !meta.is_file() {
        return Err(NoFile::Other(kind(meta.file_type())));
    }
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(NoFile::TooLong(most));
    }
    Ok(bytes)
}

/// Names what is at the path, if it is no file. A symbolic link that was not
/// followed stays a link, wherever it leads.
fn what_is_there(path: &Path, flags: OFlag) -> Option<NoFile> {
    if flags.contains(OFlag::O_NOFOLLOW) && path.is_symlink() {
        return None;
    }
    let found = path.metadata().ok()?.file_type();
    (!found.is_file()).then(|| NoFile::Other(kind(found)))
}

fn kind(of: std::fs::FileType) -> String {
    match of {
        it if it.is_dir() => tr!("a folder"),
        it if it.is_fifo() => tr!("a FIFO"),
        it if it.is_socket() => tr!("a socket"),
        _ => tr!("a device"),
    }
}

/// An argument names a file that cannot be read: a usage error.
#[derive(Debug)]
pub struct WrongArgument {
    /// Path as it was typed.
    pub path: std::path::PathBuf,
    /// Reason why the file cannot be read.
    pub why: NoFile,
}

impl fmt::Display for WrongArgument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.why)
    }
}

impl std::error::Error for WrongArgument {}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn whatever_stands_in_a_files_place_is_named_and_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let why = |name| bytes(&at(name), 9).unwrap_err().to_string();
        assert_eq!(why("nothing"), "the file is not there");
        symlink("nothing", at("dangling")).unwrap();
        assert_eq!(why("dangling"), "the file is not there");
        fs::create_dir(at("folder")).unwrap();
        assert_eq!(why("folder"), "it is no file but a folder");
        nix::unistd::mkfifo(&at("fifo"), nix::sys::stat::Mode::S_IRWXU)
            .unwrap();
        assert_eq!(why("fifo"), "it is no file but a FIFO");
        let _socket = UnixListener::bind(at("socket")).unwrap();
        assert_eq!(why("socket"), "it is no file but a socket");
        symlink("/dev/zero", at("device")).unwrap();
        assert_eq!(why("device"), "it is no file but a device");
        fs::write(at("long"), "0123456789").unwrap();
        assert_eq!(why("long"), "it has more than 9 bytes");
        fs::write(at("file"), "012345678").unwrap();
        symlink("file", at("link")).unwrap();
        assert_eq!(text(&at("link"), 9).unwrap(), "012345678");
        assert!(bytes_without_link(&at("link"), 9).is_err());
    }
}
