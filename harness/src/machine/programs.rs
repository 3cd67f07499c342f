//! bash, busybox and the standard tools, with the libraries they need: the
//! ones this computer has, put into the machine as they are.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use lddtree::DependencyAnalyzer;

use super::cpio::Archive;
use super::sources::Sources;

/// The shell and the standard tools: the ones the course's programs stand
/// beside, and those whose output the lessons show. With the package each
/// comes in, on Debian and most others.
const STANDARD: [(&str, &str); 13] = [
    ("bash", "bash"),
    ("id", "coreutils"),
    ("ip", "iproute2"),
    ("ipcmk", "util-linux"),
    ("ls", "coreutils"),
    ("lsipc", "util-linux"),
    ("lsns", "util-linux"),
    ("nsenter", "util-linux"),
    ("pgrep", "procps"),
    ("ps", "procps"),
    ("readlink", "coreutils"),
    ("setpriv", "util-linux"),
    ("unshare", "util-linux"),
];

/// What bash's line editing needs to know of the terminals people have.
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

/// Puts all of them into the archive: standard tools in `/usr/bin`, busybox
/// and a link for each of its applets in `/bin`.
pub fn add(archive: &mut Archive) -> Result<()> {
    for (name, _) in STANDARD {
        let path = find(name, &mut archive.sources)?;
        add_program(archive, &format!("/usr/bin/{name}"), &path)?;
    }
    archive.symlink("/bin/bash", "/usr/bin/bash");
    load_c_library_first(archive)?;
    add_busybox(archive)?;
    add_terminals(archive);
    Ok(())
}

/// A library that is loaded first is at the same address in every program.
/// Before its version 8.0, QEMU translates what it emulates once for each
/// address: a tenth of all it translates in a lesson was the C library again.
fn load_c_library_first(archive: &mut Archive) -> Result<()> {
    let bash = find("bash", &mut archive.sources)?;
    let files = with_libraries("/usr/bin/bash", &bash, &mut archive.sources)?;
    if let Some((path, _)) = files.iter().find(|(to, _)| is_c_library(to)) {
        let contents = format!("{path}\n").into_bytes();
        archive.file("/etc/ld.so.preload", 0o644, contents);
    }
    Ok(())
}

/// glibc's; only its loader reads the file (ld.so(8)).
fn is_c_library(path: &str) -> bool {
    Path::new(path).ends_with("libc.so.6")
}

/// Puts busybox into `/bin`, and a link for each of its applets.
pub fn add_busybox(archive: &mut Archive) -> Result<()> {
    let busybox = find("busybox", &mut archive.sources)?;
    add_program(archive, "/bin/busybox", &busybox)?;
    for applet in applets(&busybox)? {
        let link = format!("/bin/{applet}");
        if !archive.contains(&link) {
            archive.symlink(&link, "busybox");
        }
    }
    Ok(())
}

/// The programs that are missing, with the packages they come in.
pub fn missing() -> BTreeMap<&'static str, &'static str> {
    STANDARD
        .into_iter()
        .chain([("busybox", "busybox")])
        .filter(|(name, _)| find(name, &mut Sources::default()).is_err())
        .collect()
}

/// Looks in `PATH`, and where administrators' tools are: an ordinary user's
/// `PATH` often leaves those folders out.
fn find(name: &str, looked_at: &mut Sources) -> Result<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain(["/usr/sbin", "/sbin", "/usr/bin", "/bin"].map(PathBuf::from))
        .map(|folder| folder.join(name))
        .inspect(|path| looked_at.note(path))
        .find(|path| path.is_file())
        .with_context(|| {
            format!("{name} is not installed: just setup brings it")
        })
}

fn add_program(archive: &mut Archive, to: &str, from: &Path) -> Result<()> {
    for (to, from) in with_libraries(to, from, &mut archive.sources)? {
        archive.copy(&to, 0o755, &from)?;
    }
    Ok(())
}

/// A program and all it needs to start: where each shall be, and where it is.
fn with_libraries(
    to: &str,
    from: &Path,
    looked_at: &mut Sources,
) -> Result<Vec<(String, PathBuf)>> {
    // ldconfig(8) writes the first whenever libraries come and go.
    for path in ["/etc/ld.so.cache", "/etc/ld.so.conf"] {
        looked_at.note(Path::new(path));
    }
    let from = fs::canonicalize(from)?;
    let tree = DependencyAnalyzer::new(PathBuf::from("/"))
        .analyze(&from)
        .with_context(|| format!("libraries of {}", from.display()))?;
    let mut files = vec![(to.to_owned(), from.clone())];
    if let Some(interpreter) = tree.interpreter {
        files.push((interpreter.clone(), interpreter.into()));
    }
    for library in tree.libraries.into_values() {
        let real = library.realpath.with_context(|| {
            format!("{}: library {} not found", from.display(), library.name)
        })?;
        looked_at.note(&library.path);
        files.push((library.path.to_string_lossy().into_owned(), real));
    }
    Ok(files)
}

/// The commands a busybox has.
fn applets(busybox: &Path) -> Result<Vec<String>> {
    let output = Command::new(busybox).arg("--list").output()?;
    ensure!(output.status.success(), "busybox --list: {}", output.status);
    let names = String::from_utf8(output.stdout).context("busybox --list")?;
    Ok(names.lines().map(str::to_owned).collect())
}

fn add_terminals(archive: &mut Archive) {
    for name in TERMINALS {
        let found = ["/lib/terminfo", "/usr/share/terminfo", "/etc/terminfo"]
            .iter()
            .map(|folder| Path::new(folder).join(name))
            .find_map(|path| archive.sources.read(&path).ok());
        if let Some(contents) = found {
            archive.file(&format!("/lib/terminfo/{name}"), 0o644, contents);
        }
    }
}
