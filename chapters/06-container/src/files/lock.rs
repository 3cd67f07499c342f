//! lock - locks on files that end with their holder, and waits that end
//!
//! A lock belongs to an open file, and to all copies of its descriptor. With
//! the last one the kernel lets go of it, however its process has ended.
//!
//! See: fcntl(2), open file description locks

use std::fs::File;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use libc::{F_RDLCK, F_UNLCK, F_WRLCK, flock};
use nix::errno::Errno;
use nix::fcntl::{FcntlArg, fcntl};

use crate::error::{Named, Result};

/// The limit of a wait for another process, which has only to clean up and
/// takes milliseconds for it. A wait in vain ends with that process's PID.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Locks a byte, unless another file has. Returns whether it is ours now.
pub fn try_to_take(file: &File, byte: i64) -> Result<bool> {
    let lock = request(F_WRLCK, byte);
    match fcntl(file, FcntlArg::F_OFD_SETLK(&lock)) {
        Err(Errno::EAGAIN) => Ok(false),
        taken => taken.named("fcntl", "F_OFD_SETLK").map(|_| true),
    }
}

/// Locks a byte, having waited for it. Returns false after [`PATIENCE`].
pub fn take(file: &File, byte: i64) -> Result<bool> {
    Ok(try_to_take(file, byte)?
        || wait(file, request(F_WRLCK, byte), PATIENCE)?)
}

/// Locks a byte together with others, who share it too.
pub fn share(file: &File, byte: i64) -> Result<()> {
    let lock = request(F_RDLCK, byte);
    let taken = fcntl(file, FcntlArg::F_OFD_SETLK(&lock));
    taken.named("fcntl", "F_OFD_SETLK").map(drop)
}

/// Unlocks a byte.
pub fn give_back(file: &File, byte: i64) -> Result<()> {
    let lock = request(F_UNLCK, byte);
    let given = fcntl(file, FcntlArg::F_OFD_SETLK(&lock));
    given.named("fcntl", "F_OFD_SETLK").map(drop)
}

/// Waits until nobody has this byte alone. Returns false after [`PATIENCE`].
pub fn wait_until_free(file: &File, byte: i64) -> Result<bool> {
    Ok(!is_taken(file, byte)? || wait(file, request(F_RDLCK, byte), PATIENCE)?)
}

/// Whether another file has this byte alone.
pub fn is_taken(file: &File, byte: i64) -> Result<bool> {
    stands_against(file, request(F_RDLCK, byte))
}

/// Whether another file has this byte, alone or together with others.
pub fn is_held(file: &File, byte: i64) -> Result<bool> {
    stands_against(file, request(F_WRLCK, byte))
}

fn stands_against(file: &File, mut lock: flock) -> Result<bool> {
    let asked = fcntl(file, FcntlArg::F_OFD_GETLK(&mut lock));
    asked.named("fcntl", "F_OFD_GETLK")?;
    Ok(i32::from(lock.l_type) != F_UNLCK)
}

/// The kernel has no lock with a time limit: a thread waits in our place.
fn wait(file: &File, lock: flock, patience: Duration) -> Result<bool> {
    let file = file.try_clone().named("dup", "a lock")?;
    let (ends, end) = channel();
    let waits = move || {
        let taken = fcntl(&file, FcntlArg::F_OFD_SETLKW(&lock));
        drop(file);
        let _ = ends.send(taken);
    };
    let thread = thread::Builder::new().spawn(waits);
    let thread = thread.named("clone", "a lock")?;
    match end.recv_timeout(patience) {
        Err(_) => Ok(false),
        Ok(taken) => {
            // Whoever forks next has one thread again.
            let _ = thread.join();
            taken.named("fcntl", "F_OFD_SETLKW").map(|_| true)
        }
    }
}

fn request(kind: i32, byte: i64) -> flock {
    flock {
        l_type: kind as libc::c_short,
        l_whence: libc::SEEK_SET as libc::c_short,
        l_start: byte as libc::off_t,
        l_len: 1,
        l_pid: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Opens one file twice, as two processes do.
    fn twice() -> [File; 2] {
        let file = tempfile::NamedTempFile::new().unwrap();
        [(); 2].map(|()| {
            let mut options = File::options();
            options.read(true).write(true).open(file.path()).unwrap()
        })
    }

    #[test]
    fn a_lock_is_one_files_and_ends_with_it() {
        let [one, other] = twice();
        assert!(try_to_take(&one, 0).unwrap());
        assert!(!try_to_take(&other, 0).unwrap());
        assert!(try_to_take(&other, 1).unwrap());
        assert!(is_taken(&other, 0).unwrap());
        let copy = one.try_clone().unwrap();
        drop(one);
        assert!(is_taken(&other, 0).unwrap());
        drop(copy);
        assert!(take(&other, 0).unwrap());
    }

    #[test]
    fn who_shares_a_lock_is_in_nobodys_way_but_his_who_wants_it_alone() {
        let [one, other] = twice();
        share(&one, 0).unwrap();
        share(&other, 0).unwrap();
        assert!(!is_taken(&other, 0).unwrap());
        assert!(is_held(&other, 0).unwrap());
        drop(one);
        assert!(!is_held(&other, 0).unwrap());
    }

    #[test]
    fn a_wait_in_vain_ends_and_another_ends_with_the_lock() {
        let [one, other] = twice();
        assert!(try_to_take(&one, 0).unwrap());
        // Whose wait was in vain waits on, and shares the byte in the end.
        let lock = request(F_RDLCK, 0);
        let vain = wait(&other, lock, Duration::from_millis(1));
        assert!(!vain.unwrap());
        give_back(&one, 0).unwrap();
        assert!(wait_until_free(&one, 0).unwrap());
    }
}
