//! The machine's programs can be those of a tree in place of this computer's.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use harness::machine::required;
use tempfile::TempDir;

use crate::faults::subject::{Subject, empty_cache, lesson_of};

/// Makes a tree of this computer's programs, as in a distribution with a merged
/// /usr, with each library behind an absolute link. `id` is another program, and
/// two programs are busybox, one file with many names.
fn tree() -> TempDir {
    let tree = TempDir::new().unwrap();
    let to = |path: &str| tree.path().join(path);
    for folder in ["usr/bin", "usr/lib", "usr/lib64", "etc/ld.so.conf.d"] {
        fs::create_dir_all(to(folder)).unwrap();
    }
    for name in ["bin", "lib", "lib64"] {
        symlink(format!("/usr/{name}"), to(name)).unwrap();
    }
    fs::write(to("etc/os-release"), "PRETTY_NAME=\"Tree Linux\"\n").unwrap();
    let mut folders = BTreeSet::new();
    for name in required::names() {
        if ["ls", "readlink"].contains(&name) {
            let link = to(&format!("usr/bin/{name}"));
            symlink("/usr/bin/busybox", link).unwrap();
            continue;
        }
        let from = match name {
            "id" => program("whoami"),
            name => program(name),
        };
        fs::copy(&from, to(&format!("usr/bin/{name}"))).unwrap();
        for library in libraries(&from) {
            let path = library.to_str().unwrap();
            let path = path.trim_start_matches("/usr").trim_start_matches('/');
            let place = to(&format!("usr/{path}"));
            let folder = place.parent().unwrap();
            fs::create_dir_all(folder).unwrap();
            folders.insert(Path::new("/usr").join(path));
            let name = place.file_name().unwrap().to_str().unwrap();
            fs::copy(&library, folder.join(format!("real-{name}"))).unwrap();
            let inside = Path::new("/usr").join(path);
            let target = inside.with_file_name(format!("real-{name}"));
            let _ = symlink(target, &place);
        }
    }
    let folders = folders.iter().map(|path| path.parent().unwrap());
    let lines: String = folders.map(|f| format!("{}\n", f.display())).collect();
    fs::write(to("etc/ld.so.conf.d/all.conf"), lines).unwrap();
    tree
}

fn program(name: &str) -> PathBuf {
    ["/usr/sbin", "/sbin", "/usr/bin", "/bin"]
        .iter()
        .map(|folder| Path::new(folder).join(name))
        .find(|path| path.is_file())
        .unwrap_or_else(|| panic!("{name} is not installed"))
}

/// The loader too: what ldd(1) says.
fn libraries(program: &Path) -> Vec<PathBuf> {
    let output = Command::new("ldd").arg(program).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let words = text.split_whitespace();
    let paths = words.filter(|word| word.starts_with('/'));
    paths.map(PathBuf::from).collect()
}

#[test]
fn a_lesson_is_played_with_the_programs_of_a_tree() {
    let tree = tree();
    let (_folder, lesson) = lesson_of(
        "host# id\nroot\nhost# unshare --uts bash -c 'lsns -n -t uts | wc -l'\n2\n\
         host# ls --help 2>&1 | head -n 1\n\
         BusyBox <version> multi-call binary.\n\
         host# [ /usr/bin/ls -ef /usr/bin/readlink ] && echo one file\none file\n",
    );
    let cache = empty_cache();
    let play = |tree: &Path| {
        Subject::play(&lesson)
            .env("MACHINE_USERLAND", tree)
            .env("NAMESPACE_WORKSHOP_CACHE", cache.path())
            .outcome()
    };
    play(tree.path()).is(0, &["as in the book"]);
    let doctor = |tree: &Path| {
        Subject::harness(&["doctor"])
            .env("MACHINE_USERLAND", tree)
            .outcome()
    };
    let said = "programs     of Tree Linux (MACHINE_USERLAND=/";
    doctor(tree.path()).is(0, &[said]);

    // Another program in the tree is another machine.
    let id = tree.path().join("usr/bin/id");
    fs::copy(program("true"), &id).unwrap();
    play(tree.path()).is(1, &["- root"]);

    fs::remove_file(id).unwrap();
    let missing = "no program id in its usr/sbin, sbin, usr/bin, bin";
    play(tree.path()).is(69, &["MACHINE_USERLAND=/", missing]);
    doctor(tree.path()).is(69, &["MISSING  id"]);
}
