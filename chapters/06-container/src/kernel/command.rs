//! command - the program a command names, and how a process becomes it
//!
//! Docker looks for the program before it starts anything, and has words for
//! a file that is no program. A refusal of the kernel's comes later: by then
//! the container has begun, and the message is the container's.
//!
//! See: execve(2), environ(7)

use std::convert::Infallible;
use std::ffi::{CString, OsStr};
use std::fs;
use std::io::{self, Write};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::exit;

use nix::errno::Errno::{self, ELOOP};
use nix::sys::signal::SigSet;
use nix::unistd::{dup2_stderr, dup2_stdin, dup2_stdout, execve};

use crate::error::{Error, Named, Result, refused, status_of};
use crate::kernel::resolve;
use crate::kernel::stdio::Stdio;
use crate::kernel::word::{Word, escaped};

/// Becomes the command. Returns only if there is no such program.
pub fn exec(
    command: &[Word],
    env: &[Word],
    stdio: Stdio,
) -> Result<Infallible> {
    let stdin = stdio.stdin.map_or_else(resolve::null, Ok)?;
    let path = find(&command[0], env)?;
    let program = zero_ended(path.as_os_str())?;
    let command = all_zero_ended(command)?;
    let env = all_zero_ended(env)?;
    reset_signals();
    let [stdin, stdout, stderr] =
        [stdin, stdio.stdout, stdio.stderr].map(above_2);
    dup2_stdin(stdin?).named("dup2", "stdin")?;
    dup2_stdout(stdout?).named("dup2", "stdout")?;
    dup2_stderr(stderr?).named("dup2", "stderr")?;
    let Err(errno) = execve(&program, &command, &env);
    not_executed(&path, errno)
}

/// A descriptor that no other one is put in the place of.
fn above_2(fd: OwnedFd) -> Result<OwnedFd> {
    if fd.as_raw_fd() > 2 {
        return Ok(fd);
    }
    // A copy has a number above 2.
    fd.try_clone().named("dup", "stdio")
}

/// Says the kernel's refusal of a program where the command would have written.
fn not_executed(path: &Path, errno: Errno) -> ! {
    let why = errno.desc().to_lowercase();
    let said = format!("exec {}: {why}\n", path.display());
    let _ = io::stderr().write_all(escaped(&said, "\n\t").as_bytes());
    exit(255)
}

/// Blocks and ignores no signal any more: execve(2) keeps both sets, and our
/// caller may have put something there. With docker, a daemon is between.
fn reset_signals() {
    let _ = SigSet::empty().thread_set_mask();
    for signal in 1..=libc::SIGRTMAX() {
        // SAFETY: the default action is no function of ours.
        unsafe { libc::signal(signal, libc::SIG_DFL) };
    }
}

fn all_zero_ended(words: &[Word]) -> Result<Vec<CString>> {
    words.iter().map(zero_ended).collect()
}

fn zero_ended(word: impl AsRef<OsStr>) -> Result<CString> {
    let word = CString::new(word.as_ref().as_bytes());
    word.map_err(|_| refused("a word has a zero byte"))
}

/// The program of this name: a path as it is, or else in one of the folders of
/// the container's PATH.
fn find(name: &Word, env: &[Word]) -> Result<PathBuf> {
    if name.bytes().contains(&b'/') {
        let path = PathBuf::from(name.as_ref() as &OsStr);
        return match executable(&path) {
            Ok(()) => Ok(path),
            Err((status, why)) => Err(not_run(name, status, &why)),
        };
    }
    let mut all = env.iter().filter_map(Word::assignment);
    let folders = all.find(|(name, _)| *name == "PATH");
    let folders = folders.map_or(OsStr::new(""), |(_, folders)| folders);
    let mut paths = std::env::split_paths(folders)
        .map(|it| it.join(name.as_ref() as &OsStr));
    let found = paths.find(|it| it.is_absolute() && executable(it).is_ok());
    found.filter(|_| !name.bytes().is_empty()).ok_or_else(|| {
        not_run(name, Some(127), "executable file not found in $PATH")
    })
}

/// Checks that root may execute a file. Returns docker's words otherwise, and
/// docker's exit status for them, if any.
fn executable(path: &Path) -> std::result::Result<(), (Option<u8>, String)> {
    let found = fs::metadata(path).map_err(|error| {
        let errno = Errno::try_from(error).unwrap_or(Errno::EIO);
        let why = match errno {
            // The words of every C library.
            ELOOP => "too many levels of symbolic links".into(),
            errno => errno.desc().to_lowercase(),
        };
        (status_of(errno), format!("stat {}: {why}", path.display()))
    })?;
    match found.permissions().mode() & 0o111 {
        _ if found.is_dir() => {
            Err((Some(126), "is a directory: permission denied".into()))
        }
        0 => Err((Some(126), "permission denied".into())),
        _ => Ok(()),
    }
}

fn not_run(name: &Word, status: Option<u8>, why: &str) -> Error {
    refused(format!("exec: \"{name}\": {why}")).with_status(status)
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::symlink;

    use super::*;

    /// As real Docker 28.5 looked.
    #[test]
    fn a_program_is_a_file_that_may_be_executed() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for (name, mode) in [("junk", 0o755), ("noexec", 0o644)] {
            fs::write(path(name), "junk").unwrap();
            fs::set_permissions(path(name), Permissions::from_mode(mode))
                .unwrap();
        }
        fs::create_dir(path("folder")).unwrap();
        symlink("nowhere", path("dangling")).unwrap();
        symlink("loop", path("loop")).unwrap();
        let env = [Word::variable("PATH", folder.path()), "X=1".into()];
        let find = |name: &Word| {
            find(name, &env).map_err(|it| (it.status, it.to_string()))
        };
        assert_eq!(find(&"junk".into()), Ok(path("junk")));
        let others = ["noexec", "folder", "dangling", "loop", "", ".", ".."];
        for name in others {
            let why =
                format!("exec: \"{name}\": executable file not found in $PATH");
            assert_eq!(find(&name.into()), Err((Some(127), why)));
        }
        for (name, status, why) in [
            ("noexec", Some(126), "permission denied"),
            ("folder", Some(126), "is a directory: permission denied"),
            ("dangling", Some(127), "stat {}: no such file or directory"),
            ("loop", None, "stat {}: too many levels of symbolic links"),
        ] {
            let path = path(name).display().to_string();
            let why = why.replace("{}", &path);
            let why = format!("exec: \"{path}\": {why}");
            assert_eq!(find(&path.as_str().into()), Err((status, why)));
        }
    }

    #[test]
    fn a_folder_of_path_that_depends_on_ours_is_none() {
        for path in ["PATH=", "PATH=.", "PATH=src", "X=1"] {
            let env = [path.into()];
            assert!(find(&"main.rs".into(), &env).is_err(), "{path}");
        }
    }
}
