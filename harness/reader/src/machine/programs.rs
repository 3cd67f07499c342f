//! Adds bash, busybox and the standard tools to the archive, with their
//! libraries, as they are in the userland.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::cpio::Archive;
use super::required::STANDARD;
use super::userland::{Placed, Userland};

/// terminfo files for bash's line editing: the most common terminals.
const TERMINALS: [&str; 8] = [
    "a/alacritty",
    "d/dumb",
    "l/linux",
    "s/screen",
    "s/screen-256color",
    "t/tmux-256color",
    "x/xterm",
    "x/xterm-256color",
];

/// Adds all programs to the archive: standard tools in `/usr/bin`, busybox and
/// a link for each of its applets in `/bin`.
pub fn add(archive: &mut Archive, userland: &Userland) -> Result<()> {
    let mut placed: BTreeMap<_, String> = BTreeMap::new();
    for (name, _) in STANDARD {
        let path = userland.program(name, &mut archive.sources)?;
        let place = format!("/usr/bin/{name}");
        let meta = fs::metadata(&path)?;
        // Ubuntu's coreutils is one large file with many names.
        match placed.entry((meta.dev(), meta.ino())) {
            Entry::Occupied(first) => archive.symlink(&place, first.get()),
            Entry::Vacant(new) => {
                add_program(archive, userland, &place, &path)?;
                new.insert(place);
            }
        }
    }
    archive.symlink("/bin/bash", "/usr/bin/bash");
    load_c_library_first(archive, userland)?;
    add_busybox(archive, userland)?;
    add_terminals(archive, userland);
    Ok(())
}

/// Makes the loader load the C library first, so that it has the same address
/// in every program. QEMU before 8.0 translates code again for each address: a
/// tenth of its translation in a lesson was the C library again.
fn load_c_library_first(
    archive: &mut Archive,
    userland: &Userland,
) -> Result<()> {
    let bash = userland.program("bash", &mut archive.sources)?;
    let files =
        userland.libraries(&fs::canonicalize(bash)?, &mut archive.sources)?;
    if let Some(library) = files.iter().find(|file| is_c_library(&file.to)) {
        let contents = format!("{}\n", library.to).into_bytes();
        archive.file("/etc/ld.so.preload", 0o644, contents);
    }
    Ok(())
}

/// Whether this is glibc: only glibc's loader reads the file (ld.so(8)).
fn is_c_library(path: &str) -> bool {
    Path::new(path).ends_with("libc.so.6")
}

/// Adds busybox to `/bin`, with a link for each of its applets.
pub fn add_busybox(archive: &mut Archive, userland: &Userland) -> Result<()> {
    let busybox = userland.program("busybox", &mut archive.sources)?;
    add_program(archive, userland, "/bin/busybox", &busybox)?;
    for applet in applets(userland, &busybox)? {
        let link = format!("/bin/{applet}");
        if !archive.contains(&link) {
            archive.symlink(&link, "busybox");
        }
    }
    Ok(())
}

/// Adds a program and its libraries to the archive.
pub fn add_program(
    archive: &mut Archive,
    userland: &Userland,
    to: &str,
    from: &Path,
) -> Result<()> {
    let from = fs::canonicalize(from)?;
    archive.copy(to, 0o755, &from)?;
    for Placed { from, to } in
        userland.libraries(&from, &mut archive.sources)?
    {
        archive.copy(&to, 0o755, &from)?;
    }
    Ok(())
}

/// Returns the names of a busybox's applets.
fn applets(userland: &Userland, busybox: &Path) -> Result<Vec<String>> {
    let mut command = userland.command(busybox)?;
    let output = command.arg("--list").output().context("busybox --list")?;
    ensure!(output.status.success(), "busybox --list: {}", output.status);
    let names = String::from_utf8(output.stdout).context("busybox --list")?;
    Ok(names.lines().map(str::to_owned).collect())
}

fn add_terminals(archive: &mut Archive, userland: &Userland) {
    for name in TERMINALS {
        let found = ["/lib/terminfo", "/usr/share/terminfo", "/etc/terminfo"]
            .iter()
            .filter_map(|folder| userland.file(&format!("{folder}/{name}")))
            .find_map(|path| archive.sources.read(&path).ok());
        if let Some(contents) = found {
            archive.file(&format!("/lib/terminfo/{name}"), 0o644, contents);
        }
    }
}
