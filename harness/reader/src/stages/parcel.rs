//! Files that are sent to the Linux of a stage. Each has its contents' hash in
//! its name, so that a file that is there need not be sent again.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result};

use crate::machine::cpio::Archive;
use crate::machine::initramfs::name_of;

/// Words on standard error if a file is not there.
pub const LACKS: &str = "namespace-workshop: files are missing";

/// The folder there, as a shell writes it: the user's own, so that no other
/// user can put a file there.
const FOLDER: &str =
    "C=\"${XDG_CACHE_HOME:-$HOME/.cache}/namespace-workshop/stage\"";

/// Days after which a file is removed when another one is sent.
const KEPT_DAYS: u32 = 14;

/// Script that reads the program, which makes stages, and asks it what is
/// missing for one. Nothing stays. The home folder is where the program is kept
/// later: it may be executed there or not.
pub const SCRIPT_THAT_ASKS: &str = "\
    umask 077; T=$(mktemp -d \"$HOME/.namespace-workshop-XXXXXX\") || exit; \
    S=; [ \"$(id -u)\" = 0 ] || S='sudo -n'; \
    cat >\"$T/guest\" && chmod 700 \"$T/guest\" && $S \"$T/guest\" --needs; \
    R=$?; rm -rf \"$T\"; exit $R";

/// File to send.
pub struct Parcel {
    /// Path in the folder there: `HASH/guest` or `HASH.cpio`.
    name: String,
    mode: &'static str,
    bytes: Vec<u8>,
}

impl Parcel {
    /// Returns the program that makes the stage. Its name is no part of the
    /// hash: the program looks at it.
    pub fn guest(bytes: &[u8]) -> Self {
        Self {
            name: format!("{}/guest", name_of(bytes)),
            mode: "700",
            bytes: bytes.to_vec(),
        }
    }

    /// Returns an archive of files.
    pub fn archive(bytes: &[u8]) -> Self {
        Self {
            name: format!("{}.cpio", name_of(bytes)),
            mode: "600",
            bytes: bytes.to_vec(),
        }
    }

    /// Returns an archive with one program at its path.
    pub fn program((path, contents): &(String, Vec<u8>)) -> Self {
        let mut archive = Archive::default();
        archive.file(path, 0o755, contents.clone());
        Self::archive(&archive.to_bytes())
    }

    /// Returns the path in the folder there.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the length in bytes.
    pub fn length(&self) -> usize {
        self.bytes.len()
    }

    /// Returns the script that writes standard input to this file. The file has
    /// its name only once it is whole.
    pub fn script_that_keeps(&self) -> String {
        let Self { name, mode, bytes } = self;
        let length = bytes.len();
        format!(
            "{FOLDER}; N=\"$C/{name}\"; T=\"$C/new-$$\"; umask 077; \
             mkdir -p \"${{N%/*}}\" && cat >\"$T\" && \
             [ \"$(wc -c <\"$T\")\" -eq {length} ] && chmod {mode} \"$T\" && \
             mv -f \"$T\" \"$N\" || {{ rm -f \"$T\"; exit 1; }}; \
             find \"$C\" -type f -mtime +{KEPT_DAYS} -exec rm -f {{}} +"
        )
    }

    /// Runs the command with the contents as its standard input.
    pub fn send(&self, command: &mut Command) -> Result<Output> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        command.stderr(Stdio::piped());
        let name = command.get_program().display().to_string();
        let mut child =
            command.spawn().with_context(|| format!("exec({name})"))?;
        let mut stdin = child.stdin.take().context("stdin is piped")?;
        // Who does not read says why on standard error.
        let _ = stdin.write_all(&self.bytes);
        drop(stdin);
        child.wait_with_output().context("wait")
    }
}

/// Returns the script that becomes the program that makes stages, which is the
/// first of these files. Root's rights come from sudo.
pub fn script_that_starts(parcels: &[Parcel]) -> String {
    let names: Vec<&str> = parcels.iter().map(Parcel::name).collect();
    let there = names.iter().map(|name| format!("[ -f {name} ]"));
    let there = there.collect::<Vec<_>>().join(" && ");
    let guest = names[0];
    let archives = names[1..].join(" ");
    format!(
        "{FOLDER}; cd \"$C\" 2>/dev/null && {there} || \
         {{ echo '{LACKS}' >&2; exit 1; }}; S=; \
         [ \"$(id -u)\" = 0 ] || S='sudo -n'; \
         exec $S ./{guest} --stages {archives}"
    )
}

/// Returns the script that prints the name of each file that is not there.
pub fn script_that_lists_lacking(parcels: &[Parcel]) -> String {
    let names: Vec<&str> = parcels.iter().map(Parcel::name).collect();
    let names = names.join(" ");
    format!("{FOLDER}; for f in {names}; do [ -f \"$C/$f\" ] || echo $f; done")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(script: &str, home: &std::path::Path) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]).env("HOME", home);
        command.env_remove("XDG_CACHE_HOME");
        command
    }

    fn lacking(parcels: &[Parcel], home: &std::path::Path) -> String {
        let script = script_that_lists_lacking(parcels);
        let output = run(&script, home).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    }

    #[test]
    fn a_linux_that_will_not_do_has_nothing_of_ours() {
        let home = tempfile::tempdir().unwrap();
        let script = b"#!/bin/sh\necho it lacks a thing; exit 69\n";
        let mut asks = run(SCRIPT_THAT_ASKS, home.path());
        let said = Parcel::guest(script).send(&mut asks).unwrap();
        // Without root the question needs sudo(8), which may be refused.
        if nix::unistd::geteuid().is_root() {
            assert_eq!(said.status.code(), Some(69));
            assert_eq!(said.stdout, b"it lacks a thing\n");
        }
        assert_eq!(home.path().read_dir().unwrap().count(), 0);
    }

    #[test]
    fn a_file_is_there_once_it_is_whole() {
        let home = tempfile::tempdir().unwrap();
        let parcels = [Parcel::guest(b"one"), Parcel::archive(b"two")];
        let all = lacking(&parcels, home.path());
        assert_eq!(all.lines().count(), 2);
        let script = parcels[0].script_that_keeps();
        // What is cut short is not kept.
        let cut = Parcel::guest(b"on").send(&mut run(&script, home.path()));
        assert!(!cut.unwrap().status.success());
        assert_eq!(lacking(&parcels, home.path()), all);
        let whole = parcels[0].send(&mut run(&script, home.path()));
        assert!(whole.unwrap().status.success());
        let left = lacking(&parcels, home.path());
        assert_eq!(left.trim(), parcels[1].name());
    }
}
