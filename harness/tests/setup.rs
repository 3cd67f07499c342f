//! The set-up installs a package, fetches it into the cache, or says why it can
//! do neither. The computers are made up: folders of small programs that print
//! the words of apt, dpkg and cargo.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use harness::course;
use tempfile::TempDir;

use crate::faults::subject::{Outcome, Subject};

/// Programs that the scripts use, beside the package manager.
const TOOLS: [&str; 27] = [
    "awk", "cat", "chmod", "cut", "dirname", "dpkg", "env", "flock", "grep",
    "head", "ln", "ls", "mkdir", "mktemp", "mv", "paste", "printf", "readlink",
    "rm", "sed", "sh", "sleep", "sort", "tail", "tar", "uname", "wc",
];

/// Programs that the set-up looks for, and finds.
const PRESENT: [&str; 13] = [
    "bash", "busybox", "cc", "depmod", "ip", "ipcmk", "lsipc", "lsns",
    "nsenter", "pgrep", "ps", "setpriv", "unshare",
];

/// Variables that would tell the scripts of the real computer.
const SETTINGS: [&str; 6] = [
    "CARGO_HOME",
    "CI",
    "MACHINE_QEMU",
    "MACHINE_USERLAND",
    "MACHINE_MODULES",
    "XDG_CACHE_HOME",
];

#[cfg(target_arch = "x86_64")]
const QEMU: &str = "qemu-system-x86_64";
#[cfg(target_arch = "aarch64")]
const QEMU: &str = "qemu-system-aarch64";

/// Answers of a simulating apt-get.
const ADDS: &str = "Inst qemu-system-x86 (1:7.2 Made-up [amd64])";
const REMOVES: &str = "Remv qemu-utils [1:9.0]\n\
                       Inst qemu-system-x86 (1:7.2 Made-up [amd64])";
const DOWNGRADES: &str = "Inst qemu-system-data [1:9.0] (1:7.2 Made-up [all])\n\
                          Inst qemu-system-x86 (1:7.2 Made-up [amd64])";

/// An apt-get that simulates `$says`, downloads a QEMU, and does no more.
/// Against a system on which nothing is installed it adds.
const APT_GET: &str = r##"
echo "$*" >>"$LOG"
case "$*" in
*-s*nothing-installed*install*) echo "Inst qemu-system-x86 (1:7.2 Made-up [amd64])" ;;
*-s*install*) printf '%s\n' "$SAYS" ;;
*download*)
    [ -z "$OFFLINE" ] || { echo "E: Failed to fetch" >&2 && exit 100; }
    mkdir -p "$$/usr/bin" && echo "#!/bin/sh" >"$$/usr/bin/$QEMU"
    chmod +x "$$/usr/bin/$QEMU"
    tar -c -f qemu.deb -C "$$" . && rm -r "$$" ;;
*--print-uris*) ;;
*"install -y --no-remove"*) cp "$0" "${0%/*}/$QEMU" ;;
*) echo "nobody expects $*" >&2 && exit 100 ;;
esac
"##;

/// A computer without QEMU.
struct Computer {
    folder: TempDir,
    says: &'static str,
    offline: &'static str,
}

impl Computer {
    fn of(says: &'static str) -> Self {
        let folder = TempDir::new().unwrap();
        let computer = Self {
            folder,
            says,
            offline: "",
        };
        for name in ["bin", "cache/tools/bin"] {
            fs::create_dir_all(computer.path(name)).unwrap();
        }
        for name in TOOLS.into_iter().chain(["cp"]) {
            symlink(installed(name), computer.path("bin").join(name)).unwrap();
        }
        for name in PRESENT {
            computer.has(name, "");
        }
        computer.has("id", "echo 0");
        computer.has("cargo", "echo cargo 1.99.0");
        computer.has("apt-cache", "");
        computer.has("apt-get", APT_GET);
        computer.has("dpkg-deb", "cat \"$2\"");
        fs::write(computer.path("cache/tools/bin/just"), "").unwrap();
        make_executable(&computer.path("cache/tools/bin/just"));
        computer
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn has(&self, name: &str, script: &str) {
        let program = self.path("bin").join(name);
        fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        make_executable(&program);
    }

    fn lacks(&self, name: &str) {
        fs::remove_file(self.path("bin").join(name)).unwrap();
    }

    /// Prepares a script of vm/.
    fn script(&self, words: &[&str]) -> Subject {
        let script = course::workspace().join("vm").join(words[0]);
        let mut subject = Subject::of(&script);
        subject.command.args(&words[1..]);
        for name in SETTINGS {
            subject.command.env_remove(name);
        }
        subject
            .env("PATH", self.path("bin"))
            .env("HOME", self.folder.path())
            .env("NAMESPACE_WORKSHOP_CACHE", self.path("cache"))
            .env("MACHINE_KERNEL", "/any")
            .env("LOG", self.path("log"))
            .env("QEMU", QEMU)
            .env("SAYS", self.says)
            .env("OFFLINE", self.offline)
    }

    fn runs(&self, words: &[&str]) -> Outcome {
        self.script(words).outcome()
    }

    /// Returns the command lines that apt-get got.
    fn asked(&self) -> String {
        fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    #[track_caller]
    fn has_fetched_and_installed_nothing(&self) {
        let tree = self.path("cache/qemus/system");
        assert!(tree.join("usr/bin").join(QEMU).is_file());
        let packages = fs::read_to_string(tree.join("packages")).unwrap();
        assert_eq!(packages, "qemu-system-x86 1:7.2\n");
        let asked = self.asked();
        assert!(!asked.contains("install -y"), "{asked}");
        assert!(!asked.contains("update"), "{asked}");
    }

    #[track_caller]
    fn has_no_part_of_a_tree(&self) {
        let trees = fs::read_dir(self.path("cache/qemus")).unwrap().flatten();
        let names: Vec<_> = trees.map(|entry| entry.file_name()).collect();
        assert_eq!(names, [".lock"]);
    }
}

/// Finds a program of this computer.
fn installed(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap();
    let mut paths = std::env::split_paths(&path).map(|it| it.join(name));
    paths.find(|path| path.is_file()).expect(name)
}

fn make_executable(path: &Path) {
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn what_apt_would_only_add_is_installed() {
    let computer = Computer::of(ADDS);
    computer.runs(&["setup"]).is(0, &["(apt-get install)"]);
    let asked = computer.asked();
    assert!(asked.contains("install -y --no-remove"), "{asked}");
    assert!(!computer.path("cache/qemus").exists());
    computer.runs(&["setup"]).is(0, &["Nothing is missing."]);
}

#[test]
fn where_apt_would_remove_something_the_cache_gets_it_instead() {
    let computer = Computer::of(REMOVES);
    let words = "apt-get would remove qemu-utils for qemu-system-x86: \
                 that goes into the cache instead.";
    computer.runs(&["setup"]).is(0, &[words]);
    computer.has_fetched_and_installed_nothing();
    computer.runs(&["setup"]).is(0, &["Nothing is missing."]);
}

#[test]
fn where_apt_would_bring_an_older_package_the_cache_gets_it_instead() {
    let computer = Computer::of(DOWNGRADES);
    let words = "an older qemu-system-data in place for qemu-system-x86: \
                 that goes into the cache instead.";
    computer.runs(&["setup"]).is(0, &[words]);
    computer.has_fetched_and_installed_nothing();
}

#[test]
fn who_is_not_root_has_it_in_the_cache() {
    let computer = Computer::of(ADDS);
    computer.has("id", "echo 1000");
    let words = ["You cannot install packages here", "1 packages"];
    computer.runs(&["setup"]).is(0, &words);
    computer.has_fetched_and_installed_nothing();
}

#[test]
fn without_apt_the_advice_is_given() {
    let computer = Computer::of(ADDS);
    computer.lacks("apt-get");
    let words = ["Missing: qemu-system-", "sudo pacman -S", "sudo dnf"];
    computer.runs(&["setup"]).is(69, &words);
    let words = ["apt-get, which this computer does not have"];
    computer.runs(&["setup", "--qemu", "sid"]).is(69, &words);
}

#[test]
fn a_download_that_fails_is_named_and_leaves_no_part_of_a_tree() {
    let mut computer = Computer::of(REMOVES);
    computer.offline = "yes";
    let words = ["Failed to fetch", "could not download"];
    computer.runs(&["setup"]).is(69, &words);
    computer.has_no_part_of_a_tree();
}

#[test]
fn an_archive_that_is_none_is_named_and_leaves_no_part_of_a_tree() {
    let computer = Computer::of(REMOVES);
    computer.has("dpkg-deb", "echo no archive >&2; exit 2");
    computer.runs(&["setup"]).is(69, &["could not be unpacked"]);
    computer.has_no_part_of_a_tree();
}

#[test]
fn two_who_fetch_one_tree_wait_for_each_other() {
    let computer = Computer::of(ADDS);
    let mut both = [0; 2].map(|_| computer.script(&["tree", "qemu", "system"]));
    let running = both.each_mut().map(Subject::start);
    for (running, subject) in running.into_iter().zip(&both) {
        running.end(subject).is(0, &[]);
    }
    computer.has_fetched_and_installed_nothing();
    let asked = computer.asked();
    assert_eq!(asked.matches("download").count(), 1, "{asked}");
}

#[test]
fn rust_that_is_too_old_is_met_with_what_helps_here() {
    let computer = Computer::of(ADDS);
    computer.has("cargo", "echo cargo 1.63.0");
    let old = "Rust 1.63.0 is too old";
    computer
        .runs(&["setup"])
        .is(69, &[old, "https://rustup.rs"]);
    computer.has("apt-cache", "echo rustup");
    let words = [old, "apt install rustup && rustup default stable"];
    computer.runs(&["setup"]).is(69, &words);
    computer.has("rustup", "");
    let words = [old, "rustup update stable"];
    computer.runs(&["setup"]).is(69, &words);
}

#[test]
fn a_suite_is_a_name() {
    let computer = Computer::of(ADDS);
    for suite in ["../x", ".", "a/b"] {
        let words = ["No suite is called"];
        computer.runs(&["setup", "--qemu", suite]).is(2, &words);
    }
}
