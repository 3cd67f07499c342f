//! Packs the machine's files into one archive. The same inputs give the same
//! bytes.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use super::cpio::Archive;
use super::kernel::{self, Kernel};
use super::sources::Sources;
use super::userland::Userland;
use super::{images, modules, programs};

/// Small files that every Linux system has.
const FILES: [(&str, &str); 6] = [
    (
        "/etc/passwd",
        "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/:/bin/false\n",
    ),
    ("/etc/group", "root:x:0:\ntty:x:5:\nnogroup:x:65534:\n"),
    ("/etc/hostname", "host\n"),
    ("/etc/hosts", "127.0.0.1\tlocalhost host\n"),
    ("/www/index.html", "Hello World\n"),
    ("/root/.bashrc", include_str!("bashrc")),
];

const FOLDERS: [&str; 9] = [
    "/dev", "/proc", "/sys", "/run", "/tmp", "/mnt", "/root", "/var", "/etc",
];

/// Variables that decide which programs and libraries are found.
const VARIABLES: [&str; 2] = ["PATH", "LD_LIBRARY_PATH"];

/// Everything that decides an archive's contents. Equal recipes give equal
/// bytes.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Recipe {
    /// This program itself, because its code packs the archive.
    packer: Sources,
    variables: Vec<Option<OsString>>,
    /// Folder of the modules; `None` in a stage's archive, which has none.
    modules: Option<PathBuf>,
    /// Tree with the programs; `None` for this computer's programs.
    userland: Option<PathBuf>,
    /// Hash of PID 1.
    guest: String,
}

/// An archive, with its recipe and the files that were read for it.
#[derive(Serialize, Deserialize)]
struct Packed {
    recipe: Recipe,
    sources: Sources,
    archive: PathBuf,
    length: u64,
}

/// Returns the archive for this kernel, these programs and this PID 1; without
/// a kernel that for a stage. Packs a new one into `folder` only if something
/// may have changed.
pub fn make(
    kernel: Option<&Kernel>,
    userland: &Userland,
    guest: &[u8],
    folder: &Path,
) -> Result<PathBuf> {
    let program = env::current_exe().context("/proc/self/exe")?;
    let recipe = Recipe::of(kernel, userland, guest, &program);
    let modules = kernel.map(|kernel| &kernel.modules);
    let made_of = (&program, modules, userland.root());
    let name = name_of(format!("{made_of:?}").as_bytes());
    let memory = folder.join(format!("{name}.json"));
    if let Some(archive) = recall(&memory, &recipe) {
        return Ok(archive);
    }
    let archive = collect(kernel, userland, guest)?;
    let bytes = archive.to_bytes();
    let path = store(folder, &bytes)?;
    let packed = Packed {
        recipe,
        sources: archive.sources,
        archive: path,
        length: bytes.len() as u64,
    };
    // A failure to store the recipe costs only time.
    let _ = replace(&memory, &serde_json::to_vec(&packed)?);
    Ok(packed.archive)
}

/// Returns the files of a userland's tree that an archive in `folder` was made
/// of, as paths in the tree.
pub fn made_of(
    archive: &Path,
    folder: &Path,
    userland: &Userland,
) -> Result<Vec<PathBuf>> {
    let tree = userland.root().context("the userland is a tree")?;
    for entry in fs::read_dir(folder).context("the archives")? {
        let text = fs::read(entry?.path())?;
        if let Ok(packed) = serde_json::from_slice::<Packed>(&text)
            && packed.archive == archive
        {
            return Ok(packed
                .sources
                .below(tree)
                .map(Path::to_owned)
                .collect());
        }
    }
    bail!("{}: no recipe", archive.display())
}

impl Recipe {
    fn of(
        kernel: Option<&Kernel>,
        userland: &Userland,
        guest: &[u8],
        program: &Path,
    ) -> Self {
        let mut packer = Sources::default();
        packer.note(program);
        Self {
            packer,
            variables: VARIABLES.map(env::var_os).into(),
            modules: kernel.map(|kernel| kernel.modules.clone()),
            userland: userland.root().map(Path::to_owned),
            guest: name_of(guest),
        }
    }
}

/// Returns the last archive, if packing it again would give the same.
fn recall(memory: &Path, recipe: &Recipe) -> Option<PathBuf> {
    let text = fs::read(memory).ok()?;
    let packed: Packed = serde_json::from_slice(&text).ok()?;
    let same = packed.recipe == *recipe
        && packed.sources.are_unchanged()
        && is_stored(&packed.archive, packed.length);
    same.then_some(packed.archive)
}

/// Collects all files.
fn collect(
    kernel: Option<&Kernel>,
    userland: &Userland,
    guest: &[u8],
) -> Result<Archive> {
    let mut archive = Archive::default();
    for folder in FOLDERS {
        archive.folder(folder);
    }
    for (path, contents) in FILES {
        archive.file(path, 0o644, contents.as_bytes().to_vec());
    }
    if let Some(kernel) = kernel {
        add_modules(&mut archive, kernel)?;
    }
    programs::add(&mut archive, userland)?;
    images::add(&mut archive, userland)?;
    archive.file("/init", 0o755, guest.to_vec());
    Ok(archive)
}

fn add_modules(archive: &mut Archive, kernel: &Kernel) -> Result<()> {
    let mut order = String::new();
    for list in modules::LISTS {
        archive.sources.note(&kernel.modules.join(list));
    }
    for module in modules::in_order(&kernel.modules)? {
        let packed = kernel.modules.join(&module);
        archive.sources.note(&packed);
        let contents = kernel::read_module(&packed)?;
        let unpacked = module.split(".ko").next().unwrap_or(&module);
        let path = format!("/lib/modules/{unpacked}.ko");
        archive.file(&path, 0o644, contents);
        order.push_str(&path);
        order.push('\n');
    }
    archive.file("/etc/modules.order", 0o644, order.into_bytes());
    Ok(())
}

/// Writes an archive into a folder, under a name made from its contents, unless
/// it is already there. An archive with that name is whole, because it was
/// renamed into place.
pub fn store(folder: &Path, bytes: &[u8]) -> Result<PathBuf> {
    let path = folder.join(format!("{}.cpio", name_of(bytes)));
    if is_stored(&path, bytes.len() as u64) {
        return Ok(path);
    }
    add(&path, bytes).with_context(|| format!("write({})", path.display()))?;
    Ok(path)
}

/// Writes a file that another process may be writing at the same time. The
/// first one stays, because a saved machine is identified by its very files.
fn add(path: &Path, bytes: &[u8]) -> Result<()> {
    match new_file(path, bytes)?.persist_noclobber(path) {
        Ok(_) => Ok(()),
        Err(_) if is_stored(path, bytes.len() as u64) => Ok(()),
        Err(_) => replace(path, bytes),
    }
}

fn is_stored(path: &Path, length: u64) -> bool {
    fs::metadata(path).is_ok_and(|meta| meta.len() == length)
}

/// Writes a file under a temporary name and renames it into place.
fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    new_file(path, bytes)?.persist(path)?;
    Ok(())
}

/// Writes a temporary file beside this path, to be renamed.
fn new_file(path: &Path, bytes: &[u8]) -> Result<NamedTempFile> {
    let folder = path.parent().context("it is in a folder")?;
    fs::create_dir_all(folder)?;
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    Ok(file)
}

/// Returns a name made from the contents: the beginning of their hash.
pub(crate) fn name_of(bytes: &[u8]) -> String {
    format!("{:.16x}", Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;
    use std::thread;

    use super::*;

    #[test]
    fn an_archive_that_many_store_at_once_is_one_file_for_ever() {
        for _ in 0..20 {
            let folder = tempfile::tempdir().unwrap();
            let inode = || {
                let path = store(folder.path(), &[1; 1 << 20]).unwrap();
                fs::metadata(path).unwrap().ino()
            };
            let inodes: Vec<u64> = thread::scope(|scope| {
                let all: Vec<_> = (0..4).map(|_| scope.spawn(inode)).collect();
                all.into_iter().map(|one| one.join().unwrap()).collect()
            });
            assert_eq!(inodes, [inodes[0]; 4]);
        }
    }

    #[test]
    fn an_archive_that_was_cut_short_is_written_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = store(folder.path(), b"whole").unwrap();
        fs::write(&path, b"cut").unwrap();
        assert_eq!(store(folder.path(), b"whole").unwrap(), path);
        assert_eq!(fs::read(path).unwrap(), b"whole");
    }
}
