//! The two images of the scenario, as tar archives for `import`: this
//! computer's busybox with the libraries it needs, and a page to serve.

use std::fs::{self, File};
use std::path::Path;

use anyhow::{Context, Result};
use tar::{Builder, EntryType, Header};

use crate::machine::programs;

const FOLDER: &str = "/run/images";

/// Who there is: enough for `ls -l` and `id`.
const FILES: [(&str, &str); 2] = [
    ("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n"),
    ("etc/group", "root:x:0:\n"),
];

const FOLDERS: [&str; 5] = ["bin", "etc", "root", "tmp", "www"];

/// Writes busybox.tar and helloworld.tar.
pub(super) fn write_all() -> Result<()> {
    fs::create_dir(FOLDER).context(FOLDER)?;
    write("busybox", None)?;
    write("helloworld", Some("Hello World\n"))
}

fn write(name: &str, page: Option<&str>) -> Result<()> {
    let path = Path::new(FOLDER).join(format!("{name}.tar"));
    let file = File::create(&path).context("create")?;
    let mut tar = Builder::new(file);
    for folder in FOLDERS {
        entry(&mut tar, EntryType::Directory, folder, 0o755, b"")?;
    }
    for (name, text) in FILES {
        entry(&mut tar, EntryType::Regular, name, 0o644, text.as_bytes())?;
    }
    if let Some(page) = page {
        let page = page.as_bytes();
        entry(&mut tar, EntryType::Regular, "www/index.html", 0o644, page)?;
    }
    let busybox = programs::find("busybox")?;
    for (to, from) in programs::with_libraries("/bin/busybox", &busybox)? {
        let bytes =
            fs::read(&from).with_context(|| from.display().to_string())?;
        let to = to.trim_start_matches('/');
        entry(&mut tar, EntryType::Regular, to, 0o755, &bytes)?;
    }
    for applet in programs::applets(&busybox)? {
        if applet != "busybox" {
            let mut header = header(EntryType::Symlink, 0o777, 0);
            let path = format!("bin/{applet}");
            tar.append_link(&mut header, path, "busybox")?;
        }
    }
    tar.into_inner()?;
    Ok(())
}

fn entry(
    tar: &mut Builder<File>,
    kind: EntryType,
    path: &str,
    mode: u32,
    contents: &[u8],
) -> Result<()> {
    let mut header = header(kind, mode, contents.len() as u64);
    tar.append_data(&mut header, path, contents).context("tar")
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
