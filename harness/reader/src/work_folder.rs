//! The work folder of a learner, and the JSON files in which it keeps what the
//! learner has done.
//!
//! Anyone can write anything into such a file, so reading it trusts nothing. A
//! file is replaced as a whole: a reader sees the old text or the new one.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use nix::fcntl::OFlag;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tr::tr;

use crate::course::shown_path;
use crate::errln;

/// Name of the folder, below the repository's top; git ignores it.
const FOLDER: &str = "workshop";

/// Variable that names another folder.
const ELSEWHERE: &str = "NAMESPACE_WORKSHOP_WORK";

/// Limit for the size of a file.
const MOST_BYTES: u64 = 1 << 20;

/// The work folder of a learner, which need not exist yet.
#[derive(Clone, Debug)]
pub struct WorkFolder {
    path: PathBuf,
}

/// Content of a JSON file in the work folder.
pub trait Kept: Default + Serialize + DeserializeOwned {
    /// Name of the file.
    const FILE: &'static str;

    /// Whether this version of the course understands the content.
    fn is_understood(&self) -> bool;

    /// Sentence about a file that was put aside, because nobody can read it.
    fn begins_anew(aside: &str) -> String;
}

impl WorkFolder {
    /// Returns the work folder of a repository, or the folder that the
    /// environment names.
    pub fn of(workspace: &Path) -> Self {
        let named = std::env::var_os(ELSEWHERE).filter(|it| !it.is_empty());
        let named = named.map(PathBuf::from);
        let path = named.unwrap_or_else(|| workspace.join(FOLDER));
        Self { path }
    }

    /// Returns the work folder at this path.
    pub fn at(path: &Path) -> Self {
        let path = path.to_path_buf();
        Self { path }
    }

    /// Returns the path of the folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads a file. A file that cannot be read is put aside, with a message.
    pub fn read<T: Kept>(&self) -> T {
        self.read_file().unwrap_or_else(|error| {
            self.put_aside::<T>(&error);
            T::default()
        })
    }

    /// Changes the content of a file, under a lock.
    pub fn change<T: Kept>(&self, change: impl FnOnce(&mut T)) -> Result<()> {
        fs::create_dir_all(&self.path)?;
        let lock = File::open(&self.path)?;
        lock.lock().context("lock")?;
        let mut content = self.read();
        change(&mut content);
        self.write(&content)
    }

    fn read_file<T: Kept>(&self) -> Result<T> {
        // Follows no link, and does not wait for a FIFO.
        let flags = OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK;
        let opened = OpenOptions::new()
            .read(true)
            .custom_flags(flags.bits())
            .open(self.path.join(T::FILE));
        let file = match opened {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(T::default());
            }
            opened => opened?,
        };
        ensure!(file.metadata()?.is_file(), tr!("it is no file"));
        let mut text = String::new();
        file.take(MOST_BYTES + 1).read_to_string(&mut text)?;
        ensure!(text.len() as u64 <= MOST_BYTES, tr!("it is too long"));
        let content: T = serde_json::from_str(&text)?;
        ensure!(content.is_understood(), tr!("another version wrote it"));
        Ok(content)
    }

    fn put_aside<T: Kept>(&self, error: &anyhow::Error) {
        let path = self.path.join(T::FILE);
        let aside = broken(T::FILE);
        let file = shown_path(&path).display().to_string();
        let error = format!("{error:#}");
        errln!(
            "{}\n{}",
            tr!(
                "{file}: it cannot be read:\n{error}",
                file = file,
                error = error
            ),
            T::begins_anew(&aside)
        );
        // If the file cannot be moved either, writing reports why.
        let _ = fs::rename(path, self.path.join(aside));
    }

    fn write<T: Kept>(&self, content: &T) -> Result<()> {
        let mut file = tempfile::Builder::new()
            .prefix(T::FILE)
            .tempfile_in(&self.path)?;
        serde_json::to_writer_pretty(&mut file, content)?;
        file.write_all(b"\n")?;
        let path = self.path.join(T::FILE);
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    }
}

/// Returns the name under which a file that could not be read is kept.
fn broken(file: &str) -> String {
    format!("{file}.broken")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
    struct Count {
        version: u32,
        count: u32,
    }

    impl Kept for Count {
        const FILE: &'static str = ".count.json";

        fn is_understood(&self) -> bool {
            self.version == 0
        }

        fn begins_anew(aside: &str) -> String {
            format!("It is kept as {aside}.")
        }
    }

    fn folder() -> (tempfile::TempDir, WorkFolder) {
        let folder = tempfile::tempdir().unwrap();
        let work = WorkFolder::at(folder.path());
        (folder, work)
    }

    fn count(work: &WorkFolder) -> u32 {
        work.read::<Count>().count
    }

    fn count_one(work: &WorkFolder) {
        work.change(|count: &mut Count| count.count += 1).unwrap();
    }

    #[test]
    fn what_was_written_is_still_known_later_and_nothing_is_left_beside_it() {
        let (folder, work) = folder();
        count_one(&work);
        count_one(&work);
        assert_eq!(count(&WorkFolder::at(folder.path())), 2);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn whatever_is_in_its_place_nobody_waits_and_nothing_is_lost() {
        let damages: [fn(&Path); 7] = [
            |path| fs::write(path, "{").unwrap(),
            |path| fs::write(path, [0xff; 9]).unwrap(),
            |path| fs::write(path, " ".repeat(2 << 20)).unwrap(),
            |path| fs::write(path, r#"{"version":9,"count":5}"#).unwrap(),
            |path| fs::write(path, r#"{"version":0,"count":-1}"#).unwrap(),
            |path| fs::create_dir(path).unwrap(),
            |path| symlink("/dev/zero", path).unwrap(),
        ];
        for (number, damage) in damages.into_iter().enumerate() {
            let (folder, work) = folder();
            damage(&folder.path().join(Count::FILE));
            count_one(&work);
            assert_eq!(count(&work), 1, "{number}");
            let kept = folder.path().join(broken(Count::FILE));
            assert!(kept.symlink_metadata().is_ok(), "{number}");
        }
    }

    #[test]
    fn a_pipe_in_its_place_is_not_waited_for() {
        let (folder, work) = folder();
        let path = folder.path().join(Count::FILE);
        nix::unistd::mkfifo(&path, nix::sys::stat::Mode::S_IRWXU).unwrap();
        assert_eq!(count(&work), 0);
    }

    #[test]
    fn two_that_write_at_once_both_count() {
        let (_folder, work) = folder();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..25).for_each(|_| count_one(&work)));
            }
        });
        assert_eq!(count(&work), 100);
    }
}
