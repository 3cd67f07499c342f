//! The root file system for programs of another distribution: a fetched tree's
//! dockerd, with its own C library.
//!
//! It is a mount namespace with the tree's `/usr` and the sandbox's `/run`,
//! `/var/lib`, `/proc`, `/sys`, `/dev` and `/tmp`. chroot(2) would not do:
//! setns(2) to a container's mount namespace leads out of it.

use std::convert::Infallible;
use std::env::set_current_dir;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::sched::{CloneFlags, unshare};
use nix::unistd::pivot_root;

/// The harness's subcommand that runs a program in a tree, inside a sandbox.
pub const SUBCOMMAND: &str = "in-tree";

/// Mount point of the root, in the sandbox.
const ROOT: &str = "/run/tree";

/// Folders shared with the sandbox, with all mounts below them.
const SHARED: [&str; 6] = ["dev", "proc", "run", "sys", "tmp", "var/lib"];

/// Folders that Debian has merged with those of the same name in `/usr`.
const LINKS: [&str; 4] = ["bin", "lib", "lib64", "sbin"];

/// Files that dockerd copies to containers, or reads users from.
const FILES: [&str; 6] = [
    "group",
    "hostname",
    "hosts",
    "nsswitch.conf",
    "passwd",
    "resolv.conf",
];

/// Becomes the program, with the tree as `/`. Returns only on an error.
pub fn run(tree: &Path, program: &[OsString]) -> Result<Infallible> {
    let Some((name, arguments)) = program.split_first() else {
        bail!("no program");
    };
    enter(tree)?;
    let error = Command::new(name)
        .args(arguments)
        .env("PATH", "/usr/sbin:/usr/bin")
        .exec();
    Err(error).with_context(|| format!("exec({name:?}) in {tree:?}"))
}

fn enter(tree: &Path) -> Result<()> {
    unshare(CloneFlags::CLONE_NEWNS).context("unshare(mnt)")?;
    let no = None::<&str>;
    let flags = MsFlags::empty();
    // ip(8) made its folder of network namespaces a shared mount: an unmount
    // here would reach the sandbox.
    let private = MsFlags::MS_PRIVATE | MsFlags::MS_REC;
    mount(no, "/", no, private, no).context("mount(/, private)")?;
    let root = Path::new(ROOT);
    fs::create_dir(root).context(ROOT)?;
    mount(Some("tmpfs"), root, Some("tmpfs"), flags, no)
        .with_context(|| format!("mount({ROOT}, tmpfs)"))?;
    bind(&tree.join("usr"), &root.join("usr"))?;
    for folder in SHARED {
        bind(&Path::new("/").join(folder), &root.join(folder))?;
    }
    for link in LINKS {
        symlink(Path::new("usr").join(link), root.join(link))
            .with_context(|| format!("symlink({link})"))?;
    }
    fs::create_dir(root.join("etc")).context("mkdir(etc)")?;
    for file in FILES {
        // A file that the sandbox lacks is left out.
        let _ =
            fs::copy(Path::new("/etc").join(file), root.join("etc").join(file));
    }
    set_current_dir(root).context(ROOT)?;
    pivot_root(".", ".").context("pivot_root")?;
    umount2(".", MntFlags::MNT_DETACH).context("umount(the old root)")
}

fn bind(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("mkdir({to:?})"))?;
    let no = None::<&str>;
    let flags = MsFlags::MS_BIND | MsFlags::MS_REC;
    mount(Some(from), to, no, flags, no)
        .with_context(|| format!("mount({to:?}, bind of {from:?})"))
}
