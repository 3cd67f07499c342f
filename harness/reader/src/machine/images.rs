//! Root file systems to make containers of, as tar archives in the machine:
//! what `docker import` takes. They are made of the userland's busybox.

use anyhow::Result;
use tar::{Builder, EntryType, Header};

use super::cpio::Archive;
use super::programs;
use super::userland::Userland;

/// Where they are.
const FOLDER: &str = "/usr/share/images";

/// Folders every container's root has, also where the C library is in one of
/// the two for libraries, or in none: `ls /` says the same everywhere.
const FOLDERS: [&str; 10] = [
    "dev", "etc", "lib", "lib64", "proc", "root", "sys", "tmp", "var", "www",
];

/// Puts them into the machine.
pub fn add(archive: &mut Archive, userland: &Userland) -> Result<()> {
    // Their busybox is the machine's: the archive knows of it already.
    for (name, tar) in tars(userland)? {
        archive.file(&format!("{FOLDER}/{name}"), 0o644, tar);
    }
    Ok(())
}

/// `busybox.tar`, and `helloworld.tar`, which has a page too, and a server.
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

/// The archive's bytes: owner 0, time 0, names in order.
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
