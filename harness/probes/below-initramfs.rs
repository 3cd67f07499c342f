//! pivot_root(2) replaces the initramfs, too: below it there is one more mount.
//!
//! Since: 7.0
//! Step: 06-container#another-root
//! Source: pivot_root(2)

use std::fs::{File, create_dir};

use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::sched::{CloneFlags, setns, unshare};
use nix::unistd::{chdir, pivot_root};

fn main() -> std::io::Result<()> {
    let nothing = None::<&str>;
    unshare(CloneFlags::CLONE_NEWNS)?;
    let private = MsFlags::MS_REC | MsFlags::MS_PRIVATE;
    mount(nothing, "/", nothing, private, nothing)?;
    // Our own root lies on the initramfs. setns(2) leads to the topmost mount.
    let handle = File::open("/proc/self/ns/mnt")?;
    umount2("/", MntFlags::MNT_DETACH)?;
    setns(&handle, CloneFlags::CLONE_NEWNS)?;

    create_dir("/new")?;
    mount(
        Some("tmpfs"),
        "/new",
        Some("tmpfs"),
        MsFlags::empty(),
        nothing,
    )?;
    chdir("/new")?;
    match pivot_root(".", ".") {
        Ok(()) => println!("taken"),
        Err(errno) => println!("{errno:?}"),
    }
    Ok(())
}
