//! What a computer lacks for a box or for Vagrant is said, with the command
//! that brings it. The computers are made up: a folder of small programs, and a
//! mount namespace with another /run.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use harness::course;
use tempfile::TempDir;

use crate::faults::subject::Subject;

/// Programs that the scripts use.
const TOOLS: [&str; 17] = [
    "cat", "env", "flock", "grep", "id", "ls", "mkdir", "mktemp", "mv",
    "printf", "rm", "sed", "sh", "stat", "tr", "uname", "wc",
];

/// Programs from which a box is made.
const MAKERS: [&str; 6] = [
    "mmdebstrap",
    "sfdisk",
    "mkfs.ext4",
    "mkfs.vfat",
    "mcopy",
    "syslinux",
];

#[cfg(target_arch = "x86_64")]
const QEMU: &str = "qemu-system-x86_64";
#[cfg(target_arch = "aarch64")]
const QEMU: &str = "qemu-system-aarch64";

/// A Vagrant whose machine is running once it was started, and that tells what
/// it was asked.
const VAGRANT: &str = r#"
echo "$*" >>"$ROOT/asked"
case $1 in
status) echo "1,default,state,$(cat "$ROOT/state")" ;;
up) [ -z "${FAILS-}" ] || { echo "no such box" >&2; exit 1; }
    [ -z "${FIFO-}" ] || read -r line <"$FIFO"
    echo running >"$ROOT/state" ;;
ssh-config) echo "Host box" ;;
esac
"#;

struct Computer {
    folder: TempDir,
    listener: Option<UnixListener>,
}

/// Exit code, output and words of a script.
struct Said {
    code: Option<i32>,
    output: String,
    words: String,
}

impl Computer {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        for name in ["bin", "cache/boxes/trixie", "run", "dot"] {
            fs::create_dir_all(folder.path().join(name)).unwrap();
        }
        let path = std::env::var_os("PATH").unwrap();
        for name in TOOLS {
            let tool = std::env::split_paths(&path)
                .map(|folder| folder.join(name))
                .find(|tool| tool.is_file());
            let tool = tool.unwrap_or_else(|| panic!("no {name}"));
            symlink(tool, folder.path().join("bin").join(name)).unwrap();
        }
        let listener = None;
        Self { folder, listener }
    }

    fn with_vagrant(state: &str) -> Self {
        let computer = Self::new();
        computer.has("vagrant", VAGRANT);
        computer.has(QEMU, "");
        fs::write(computer.path("state"), state).unwrap();
        computer
    }

    /// A libvirtd listens.
    fn with_libvirt(mut self) -> Self {
        let folder = self.path("run/libvirt");
        fs::create_dir(&folder).unwrap();
        let socket = folder.join("libvirt-sock");
        self.listener = Some(UnixListener::bind(socket).unwrap());
        self
    }

    fn with_box(self) -> Self {
        fs::write(self.path("cache/boxes/trixie/vagrant.box"), "disk").unwrap();
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn has(&self, name: &str, script: &str) {
        let program = self.path("bin").join(name);
        fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(&program, mode).unwrap();
    }

    /// Prepares a script of vm/ with this computer's programs and /run.
    fn script(&self, script: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new("unshare");
        command.args(["--map-root-user", "--mount", "sh", "-euc"]);
        command.arg(
            "mount --bind \"$ROOT/run\" /run; [ ! -e /dev/kvm ] || \
             mount --bind /dev/null /dev/kvm; export PATH=\"$ROOT/bin\"; \
             shift; exec \"$@\"",
        );
        command.args(["sh", "-"]);
        command.arg(course::workspace().join("vm").join(script));
        command.args(arguments);
        for name in [
            "MACHINE_ACCELERATOR",
            "MACHINE_QEMU",
            "NAMESPACE_WORKSHOP_BOX",
        ] {
            command.env_remove(name);
        }
        command.env_remove("VAGRANT_DEFAULT_PROVIDER");
        command.env("LC_ALL", "C").env("ROOT", self.folder.path());
        command.env("NAMESPACE_WORKSHOP_LANGUAGE", "en");
        command.env("NAMESPACE_WORKSHOP_CACHE", self.path("cache"));
        command.env("VAGRANT_DOTFILE_PATH", self.path("dot"));
        command
    }

    fn says(&self, script: &str, arguments: &[&str]) -> Said {
        let output = self.script(script, arguments).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Said {
            code: output.status.code(),
            output: text(output.stdout),
            words: text(output.stderr),
        }
    }

    fn asked(&self) -> String {
        fs::read_to_string(self.path("asked")).unwrap_or_default()
    }
}

impl Said {
    #[track_caller]
    fn refuses(&self, words: &[&str]) {
        assert_eq!(self.code, Some(69), "{}", self.words);
        for word in words {
            assert!(self.words.contains(word), "{word}: {}", self.words);
        }
        assert_eq!(self.words.lines().count(), 1, "{}", self.words);
    }
}

fn is_debian() -> bool {
    let release = fs::read_to_string("/etc/os-release").unwrap();
    cfg!(target_arch = "x86_64") && release.contains("\nID=debian\n")
}

#[test]
fn a_box_names_all_packages_that_are_missing_and_one_command() {
    if !is_debian() {
        return;
    }
    let computer = Computer::new();
    let makers = MAKERS.iter().filter(|it| **it != "mmdebstrap");
    makers.for_each(|maker| computer.has(maker, ""));
    let said = computer.says("box", &[]);
    said.refuses(&["missing: mmdebstrap", "apt-get install"]);
    assert!(!computer.path("cache/boxes/.lock").exists());
}

#[test]
fn a_box_of_another_suite_is_a_usage_error() {
    let said = Computer::new().says("box", &["--suite", "buster"]);
    assert_eq!(said.code, Some(2));
    assert!(said.words.contains("'buster'"), "{}", said.words);
}

#[test]
fn without_vagrant_its_packages_are_named() {
    let said = Computer::new().says("vagrant", &["machine"]);
    said.refuses(&["Vagrant is missing", "apt-get install", "vagrant-libvirt"]);
}

#[test]
fn a_qemu_that_is_not_installed_is_named() {
    let computer = Computer::with_vagrant("running").with_libvirt().with_box();
    fs::remove_file(computer.path("bin").join(QEMU)).unwrap();
    let said = computer.says("vagrant", &["check"]);
    said.refuses(&[QEMU, "apt-get install"]);
}

#[test]
fn without_libvirtd_the_command_that_starts_it_is_named() {
    let computer = Computer::with_vagrant("not_created").with_box();
    let said = computer.says("vagrant", &["machine"]);
    said.refuses(&["libvirtd does not run", "libvirtd -d"]);
    assert_eq!(computer.asked(), "");
}

#[test]
fn without_a_box_the_command_that_makes_it_is_named() {
    let computer = Computer::with_vagrant("not_created").with_libvirt();
    let said = computer.says("vagrant", &["machine"]);
    said.refuses(&["no box yet", "just vagrant box --suite trixie"]);
    assert_eq!(computer.asked(), "status --machine-readable\n");
}

#[test]
fn a_machine_is_started_unless_it_is_up_and_ssh_is_told_the_way() {
    let computer = Computer::with_vagrant("shutoff").with_libvirt().with_box();
    let config = computer.path("dot/ssh-config");
    for started in [true, false] {
        let _ = fs::remove_file(computer.path("asked"));
        let said = computer.says("vagrant", &["machine"]);
        assert_eq!(said.code, Some(0), "{}", said.words);
        assert_eq!(Path::new(said.output.trim_end()), config);
        assert_eq!(fs::read_to_string(&config).unwrap(), "Host box\n");
        let asked = computer.asked();
        assert_eq!(asked.contains("--provider=libvirt"), started, "{asked}");
    }
}

/// Vagrant takes as long as the test likes: it reads from a FIFO.
#[test]
fn two_starts_at_once_start_one_machine() {
    let computer = Computer::with_vagrant("shutoff").with_libvirt().with_box();
    let fifo = computer.path("fifo");
    nix::unistd::mkfifo(&fifo, nix::sys::stat::Mode::S_IRWXU).unwrap();
    let start = || {
        let mut command = computer.script("vagrant", &["machine"]);
        command.env("FIFO", &fifo).stdout(Stdio::null());
        command.stderr(Stdio::piped()).spawn().unwrap()
    };
    let mut starts = Vec::new();
    for said in ["Starting the machine", "Waiting for another start"] {
        let mut child = start();
        let mut words = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        words.read_line(&mut line).unwrap();
        starts.push((child, words));
        if !line.starts_with(said) {
            starts
                .iter_mut()
                .for_each(|(child, _)| child.kill().unwrap());
            panic!("{line}");
        }
    }
    fs::write(&fifo, "go on\n").unwrap();
    for (mut child, _) in starts {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(computer.asked().matches("--provider").count(), 1);
}

#[test]
fn a_machine_that_does_not_start_is_no_success() {
    let computer = Computer::with_vagrant("shutoff").with_libvirt().with_box();
    let mut command = computer.script("vagrant", &["machine"]);
    let output = command.env("FAILS", "yes").output().unwrap();
    assert_eq!(output.status.code(), Some(69));
    assert_eq!(output.stdout, b"");
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(words.contains("no such box\n"), "{words}");
    assert!(words.contains("vagrant up failed"), "{words}");
}

#[test]
fn a_check_starts_nothing() {
    let computer = Computer::with_vagrant("shutoff").with_libvirt().with_box();
    let said = computer.says("vagrant", &["check"]);
    assert_eq!(said.code, Some(0), "{}", said.words);
    assert_eq!(computer.asked(), "");
}

#[test]
fn all_other_words_are_vagrants() {
    let computer = Computer::with_vagrant("running");
    let said = computer.says("vagrant", &["snapshot", "save", "clean"]);
    assert_eq!(said.code, Some(0), "{}", said.words);
    computer.says("vagrant", &["box", "list"]);
    assert_eq!(computer.asked(), "snapshot save clean\nbox list\n");
}

/// The other kinds of machine are no requirement of QEMU's.
#[test]
fn the_doctor_says_why_vagrant_and_ssh_cannot_be_used() {
    let folder = TempDir::new().unwrap();
    let path = std::env::var_os("PATH").unwrap();
    for file in std::env::split_paths(&path)
        .flat_map(fs::read_dir)
        .flatten()
    {
        let file = file.unwrap().path();
        let name = file.file_name().unwrap();
        if name != "vagrant" && name != "ssh" {
            let _ = symlink(&file, folder.path().join(name));
        }
    }
    Subject::harness(&["doctor"])
        .env("PATH", folder.path())
        .outcome()
        .is(
            0,
            &[
                "no       vagrant      Vagrant is missing",
                "no       ssh          in the package openssh-client",
            ],
        );
}
