//! move_mount(2) puts a mount beneath the root, `MOVE_MOUNT_BENEATH`: another
//! way than pivot_root(2).
//!
//! Since: 7.1
//! Step: 07-listns#another-root-in-two-calls
//! Source: linux/mount.h

use nix::errno::Errno;
use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, unshare};

const OPEN_TREE_CLONE: libc::c_uint = 1;
const MOVE_MOUNT_F_EMPTY_PATH: libc::c_uint = 0x4;
const MOVE_MOUNT_BENEATH: libc::c_uint = 0x200;

fn main() -> nix::Result<()> {
    unshare(CloneFlags::CLONE_NEWNS)?;
    let private = MsFlags::MS_REC | MsFlags::MS_PRIVATE;
    mount(None::<&str>, "/", None::<&str>, private, None::<&str>)?;
    let here = libc::AT_FDCWD;
    // SAFETY: the kernel reads the path.
    let tree = unsafe {
        let path = c"/usr".as_ptr();
        libc::syscall(libc::SYS_open_tree, here, path, OPEN_TREE_CLONE)
    };
    let flags = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_BENEATH;
    let [nothing, root] = [c"".as_ptr(), c"/".as_ptr()];
    // SAFETY: the kernel reads two paths.
    let moved = unsafe {
        libc::syscall(libc::SYS_move_mount, tree, nothing, here, root, flags)
    };
    match Errno::result(moved) {
        Ok(_) => println!("taken"),
        Err(errno) => println!("{errno:?}"),
    }
    Ok(())
}
