//! A tar archive with everything in one folder: sorted by name, one time for
//! all, no owner. The same files give the same bytes.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, ensure};
use flate2::write::GzEncoder;
use flate2::{Compression, GzBuilder};
use tar::{Builder, EntryType, Header};

/// The content of an archive, by path in the archive.
#[derive(Default)]
pub struct Archive {
    entries: BTreeMap<PathBuf, ArchiveEntry>,
}

enum ArchiveEntry {
    File(PathBuf),
    Text(String),
    Link(PathBuf),
}

impl Archive {
    /// Adds a file, or a link that leads to a place in the archive. A link that
    /// leads elsewhere is replaced with its file.
    pub fn add(&mut self, from: &Path, to: &Path) -> Result<()> {
        let shown = || from.display().to_string();
        let meta = from.symlink_metadata().with_context(shown)?;
        let entry = if meta.is_symlink() && inside(from, to)? {
            ArchiveEntry::Link(fs::read_link(from).with_context(shown)?)
        } else {
            ensure!(from.metadata()?.is_file(), "{} is no file", shown());
            ArchiveEntry::File(from.to_owned())
        };
        self.entries.insert(to.to_owned(), entry);
        Ok(())
    }

    /// Adds a file with this text.
    pub fn text(&mut self, to: &str, text: &str) {
        let entry = ArchiveEntry::Text(text.to_owned());
        self.entries.insert(to.into(), entry);
    }

    /// Adds all files below a folder, without links.
    pub fn folder(&mut self, from: &Path, to: &str) -> Result<()> {
        let shown = || from.display().to_string();
        for entry in fs::read_dir(from).with_context(shown)? {
            let entry = entry.with_context(shown)?;
            let kind = entry.file_type()?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let to = format!("{to}/{name}");
            if kind.is_dir() {
                self.folder(&entry.path(), &to)?;
            } else if kind.is_file() {
                self.add(&entry.path(), Path::new(&to))?;
            }
        }
        Ok(())
    }

    /// Writes the archive to `to`, with all files in `folder` and with this
    /// time. Returns the number of files.
    pub fn write(self, to: &Path, folder: &str, time: u64) -> Result<usize> {
        let shown = || to.display().to_string();
        let own = to.parent().filter(|it| !it.as_os_str().is_empty());
        let own = own.unwrap_or(Path::new("."));
        fs::create_dir_all(own).with_context(shown)?;
        let file = tempfile::NamedTempFile::new_in(own).with_context(shown)?;
        let packed = GzBuilder::new().write(file, Compression::default());
        let mut tar = Builder::new(packed);
        let count = self.entries.len();
        for (path, entry) in self.entries {
            let path = Path::new(folder).join(path);
            let shown = path.display().to_string();
            append(&mut tar, &path, entry, time).context(shown)?;
        }
        let mut file = tar.into_inner()?.finish()?;
        file.flush()?;
        file.as_file()
            .set_permissions(fs::Permissions::from_mode(0o644))?;
        file.persist(to).with_context(shown)?;
        Ok(count)
    }
}

type Tar<W> = Builder<GzEncoder<W>>;

fn append<W: Write>(
    tar: &mut Tar<W>,
    path: &Path,
    entry: ArchiveEntry,
    time: u64,
) -> Result<()> {
    let mut header = Header::new_gnu();
    header.set_mtime(time);
    header.set_uid(0);
    header.set_gid(0);
    match entry {
        ArchiveEntry::File(from) => {
            let file = File::open(from)?;
            let meta = file.metadata()?;
            let program = meta.permissions().mode() & 0o100 != 0;
            header.set_mode(if program { 0o755 } else { 0o644 });
            header.set_size(meta.len());
            tar.append_data(&mut header, path, file)?;
        }
        ArchiveEntry::Text(text) => {
            header.set_mode(0o644);
            header.set_size(text.len() as u64);
            tar.append_data(&mut header, path, text.as_bytes())?;
        }
        ArchiveEntry::Link(target) => {
            header.set_entry_type(EntryType::Symlink);
            header.set_mode(0o777);
            header.set_size(0);
            tar.append_link(&mut header, path, target)?;
        }
    }
    Ok(())
}

/// Returns whether a link leads to a place in the archive's folder.
fn inside(link: &Path, to: &Path) -> Result<bool> {
    let target = fs::read_link(link)?;
    let mut depth = to.components().count().saturating_sub(1);
    for part in target.components() {
        match part {
            Component::Normal(_) => depth += 1,
            Component::CurDir => {}
            Component::ParentDir if depth > 0 => depth -= 1,
            _ => return Ok(false),
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn packed(reverse: bool) -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let from = folder.path().join("from");
        fs::create_dir_all(from.join("a/b")).unwrap();
        let mut names = ["a/b/one", "two", "a/three"];
        if reverse {
            names.reverse();
        }
        for name in names {
            fs::write(from.join(name), name).unwrap();
        }
        symlink("b/one", from.join("a/in")).unwrap();
        symlink("/etc/hostname", from.join("a/out")).unwrap();
        symlink("../../x", from.join("a/up")).unwrap();
        fs::write(folder.path().join("x"), "x").unwrap();
        let mut archive = Archive::default();
        archive.folder(&from, "all").unwrap();
        for name in ["in", "up"] {
            let path = Path::new("a").join(name);
            archive.add(&from.join("a").join(name), &path).unwrap();
        }
        let to = folder.path().join("archive");
        assert_eq!(archive.write(&to, "top", 1).unwrap(), 5);
        fs::read(to).unwrap()
    }

    #[test]
    fn the_same_files_give_the_same_bytes() {
        assert_eq!(packed(false), packed(true));
    }

    #[test]
    fn everything_is_in_one_folder_and_stays_there() {
        let bytes = packed(false);
        let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(&*bytes));
        let mut kinds = Vec::new();
        for entry in tar.entries().unwrap() {
            let entry = entry.unwrap();
            let path = entry.path().unwrap().into_owned();
            assert!(path.starts_with("top"), "{path:?}");
            assert_eq!(entry.header().mtime().unwrap(), 1);
            let name = path.display().to_string();
            kinds.push((name, entry.link_name().unwrap().is_some()));
        }
        let link = |name| {
            let mut all = kinds.iter();
            all.find(|(path, _)| path == name).map(|(_, link)| *link)
        };
        assert_eq!(link("top/a/in"), Some(true));
        assert_eq!(link("top/a/up"), Some(false), "as what it leads to");
        assert_eq!(link("top/all/a/out"), None);
    }
}
