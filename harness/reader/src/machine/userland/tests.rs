use std::os::unix::fs::symlink;

use super::libraries::place;
use super::*;

/// Makes a tree from this computer's bash: with a merged /usr, as in Debian 13,
/// and with the needed library behind an absolute link.
fn tree_of_bash() -> tempfile::TempDir {
    let tree = tempfile::tempdir().unwrap();
    let to = |path: &str| tree.path().join(path);
    for folder in ["usr/bin", "usr/lib/multi", "usr/lib64", "etc/ld.so.conf.d"]
    {
        fs::create_dir_all(to(folder)).unwrap();
    }
    for name in ["bin", "lib", "lib64"] {
        symlink(format!("usr/{name}"), to(name)).unwrap();
    }
    fs::write(to("etc/ld.so.conf.d/multi.conf"), "# no\n/usr/lib/multi\n")
        .unwrap();
    let here = Userland { tree: None };
    let bash = here.program("bash", &mut Sources::default()).unwrap();
    let bash = fs::canonicalize(bash).unwrap();
    fs::copy(&bash, to("usr/bin/bash")).unwrap();
    let libraries = here.libraries(&bash, &mut Sources::default()).unwrap();
    for Placed { from, to: place } in libraries {
        if place.contains("lib64") {
            fs::copy(from, to(place.trim_start_matches('/'))).unwrap();
            continue;
        }
        let name = place.rsplit('/').next().unwrap();
        let real = format!("usr/lib/multi/real-{name}");
        fs::copy(from, to(&real)).unwrap();
        let link = to(&format!("usr/lib/multi/{name}"));
        symlink(format!("/{real}"), link).unwrap();
    }
    tree
}

#[test]
fn links_lead_to_files_of_the_tree_and_never_out_of_it() {
    let tree = tempfile::tempdir().unwrap();
    let root = fs::canonicalize(tree.path()).unwrap();
    fs::create_dir_all(root.join("usr/bin")).unwrap();
    symlink("/usr/bin", root.join("bin")).unwrap();
    symlink("../../../../etc/passwd", root.join("usr/bin/up")).unwrap();
    symlink("/bin/.././bin/b", root.join("usr/bin/a")).unwrap();
    symlink("circle", root.join("circle")).unwrap();
    let at = |path| resolve(&root, path);
    assert_eq!(at("/bin/up"), Some(root.join("etc/passwd")));
    assert_eq!(at("bin/a"), Some(root.join("usr/bin/b")));
    assert_eq!(at("../../x"), Some(root.join("x")));
    assert_eq!(at("circle/x"), None);
}

#[test]
fn a_tree_s_program_comes_with_the_tree_s_libraries_alone() {
    let tree = tree_of_bash();
    let root = fs::canonicalize(tree.path()).unwrap();
    let userland = Userland::tree(tree.path()).unwrap();
    let mut looked_at = Sources::default();
    let bash = userland.program("bash", &mut looked_at).unwrap();
    let files = userland.libraries(&bash, &mut looked_at).unwrap();
    assert!(files.iter().all(|file| file.from.starts_with(&root)));
    let to: Vec<&str> = files.iter().map(|file| &file.to[..]).collect();
    assert!(to.contains(&"/lib/multi/libc.so.6"), "{to:?}");
    assert!(to.iter().any(|path| path.contains("/ld-")), "{to:?}");
    let libc = files.iter().find(|file| file.to.ends_with("/libc.so.6"));
    let real = root.join("usr/lib/multi/real-libc.so.6");
    assert_eq!(libc.unwrap().from, real);

    assert!(looked_at.are_unchanged());
    fs::write(&real, "").unwrap();
    assert!(!looked_at.are_unchanged());
}

#[test]
fn a_tree_s_program_runs_with_the_tree_s_loader() {
    let tree = tree_of_bash();
    let userland = Userland::tree(tree.path()).unwrap();
    let bash = userland.program("bash", &mut Sources::default()).unwrap();
    let mut command = userland.command(&bash).unwrap();
    let root = fs::canonicalize(tree.path()).unwrap();
    assert!(Path::new(command.get_program()).starts_with(root));
    command
        .args(["-c", "while read -r l; do echo \"$l\"; done </proc/$$/maps"]);
    let output = command.output().unwrap();
    let maps = String::from_utf8(output.stdout).unwrap();
    assert!(maps.contains("/real-libc.so.6"), "{maps}");
    let root = fs::canonicalize(tree.path()).unwrap();
    let root = root.to_str().unwrap();
    let libraries = maps.lines().filter(|line| line.contains(".so"));
    let foreign: Vec<_> = libraries.filter(|l| !l.contains(root)).collect();
    assert!(foreign.is_empty(), "{foreign:?}");
}

#[test]
fn what_a_tree_lacks_is_named() {
    let tree = tree_of_bash();
    let userland = Userland::tree(tree.path()).unwrap();
    let mut looked_at = Sources::default();
    let error = userland.program("lsns", &mut looked_at).unwrap_err();
    let said = format!("{error:#}");
    assert!(said.contains("MACHINE_USERLAND=/"), "{said}");
    assert!(said.contains("no program lsns in its usr/sbin"), "{said}");

    let bash = userland.program("bash", &mut looked_at).unwrap();
    let real = tree.path().join("usr/lib/multi/real-libc.so.6");
    // A library for another processor does not count.
    let mut bytes = fs::read(&real).unwrap();
    bytes[18] ^= 1;
    fs::write(&real, bytes).unwrap();
    let error = userland.libraries(&bash, &mut looked_at).unwrap_err();
    let said = format!("{error:#}");
    assert!(said.contains("library libc.so.6 not found in /"), "{said}");

    let error = Userland::tree(&real).unwrap_err().to_string();
    assert!(error.ends_with("no folder"), "{error}");
    let error = Userland::tree(Path::new("/no/such/tree")).unwrap_err();
    let said = format!("{error:#}");
    assert!(
        said.contains("MACHINE_USERLAND=/no/such/tree: No such"),
        "{said}"
    );
}

#[test]
fn libraries_are_in_the_same_place_whichever_of_two_names_is_said() {
    let libc = "x86_64-linux-gnu/libc.so.6";
    assert_eq!(place(&format!("/usr/lib/{libc}")), format!("/lib/{libc}"));
    assert_eq!(place(&format!("/lib/{libc}")), format!("/lib/{libc}"));
    assert_eq!(place("/usr/lib64/libc.so.6"), "/lib64/libc.so.6");
    assert_eq!(place("/opt/lib/libc.so.6"), "/opt/lib/libc.so.6");
}

#[test]
fn a_person_is_told_the_distribution() {
    let tree = tempfile::tempdir().unwrap();
    fs::create_dir_all(tree.path().join("usr/lib")).unwrap();
    let release = "ID=x\nPRETTY_NAME=\"Some Linux 13\"\n";
    fs::write(tree.path().join("usr/lib/os-release"), release).unwrap();
    let said = Userland::tree(tree.path()).unwrap().to_string();
    assert!(
        said.starts_with("Some Linux 13 (MACHINE_USERLAND=/"),
        "{said}"
    );
    let own = Userland { tree: None }.to_string();
    assert!(own.ends_with("(this computer's own)"), "{own}");
}
