//! Makes root file systems for containers, as tar archives in the machine: the
//! format of `docker import`. They are made of the userland's busybox.

use anyhow::Result;
use tar::{Builder, EntryType, Header};

use super::cpio::Archive;
use super::programs;
use super::userland::Userland;

/// Folder of the images in the machine.
const FOLDER: &str = "/usr/share/images";

/// Folders in every container's root, whether or not the C library needs them:
/// so `ls /` prints the same everywhere.
const FOLDERS: [&str; 10] = [
    "dev", "etc", "lib", "lib64", "proc", "root", "sys", "tmp", "var", "www",
];

/// Adds the images to the machine's archive.
pub fn add(archive: &mut Archive, userland: &Userland) -> Result<()> {
    // The images contain the machine's busybox, whose sources the archive
    // already has.
    for (name, tar) in tars(userland)? {
        archive.file(&format!("{FOLDER}/{name}"), 0o644, tar);
    }
    Ok(())
}

/// Returns `busybox.tar` and `helloworld.tar`; the second also has a page and a
/// server.
pub fn tars(userland: &Userland) -> Result<[(&'static str, Vec<u8>); 2]> {
    let mut busybox = Archive::default();
    programs::add_busybox(&mut busybox, userland)?;
    Ok([
        ("busybox.tar", root(&busybox, &[])?),
        ("helloworld.tar", root(&busybox, &HELLO_WORLD)?),
    ])
}

const HELLO_WORLD: [(&str, &str); 2] = [
    ("app.sh", include_str!("app.sh")),
    ("www/index.html", "Hello World\n"),
];

const PASSWD: &str = "root:x:0:0:root:/root:/bin/sh\n";

const GROUP: &str = "root:x:0:\n";

/// Returns the tar archive's bytes: owner 0, time 0, sorted names.
fn root(busybox: &Archive, more: &[(&str, &str)]) -> Result<Vec<u8>> {
    let mut tar = Builder::new(Vec::new());
    for folder in FOLDERS {
        let mut header = header(EntryType::Directory, 0o755, 0);
        tar.append_data(&mut header, folder, &[][..])?;
    }
    for (path, mode, contents) in busybox.files() {
        let mut header =
            header(EntryType::Regular, mode, contents.len() as u64);
        tar.append_data(&mut header, path, contents)?;
    }
    for (path, target) in busybox.symlinks() {
        let mut header = header(EntryType::Symlink, 0o777, 0);
        tar.append_link(&mut header, path, target)?;
    }
    let users = [("etc/passwd", PASSWD), ("etc/group", GROUP)];
    for (path, text) in users.iter().chain(more) {
        let mut header = header(EntryType::Regular, 0o644, text.len() as u64);
        tar.append_data(&mut header, path, text.as_bytes())?;
    }
    Ok(tar.into_inner()?)
}

fn header(kind: EntryType, mode: u32, size: u64) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_size(size);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header
}
