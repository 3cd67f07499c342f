//! capabilities - what root may do in a container
//!
//! See: capabilities(7), PR_CAPBSET_DROP(2const)

use libc::{PR_CAPBSET_DROP, c_long};

/// Capabilities that docker leaves to root, by number, see linux/capability.h:
/// chown, dac_override, fowner, fsetid, kill, setgid, setuid, setpcap,
/// net_bind_service, net_raw, sys_chroot, mknod, audit_write, setfcap.
const DEFAULT_CAPABILITIES: u64 = 0xa804_25fb;

/// From linux/capability.h.
const CAP_MKNOD: u32 = 27;

/// Takes all others out of the bounding set. With execve(2) root gets the
/// capabilities of that set and no more, so nothing later brings them back.
/// A container without a device filter could open every device file: it may
/// make none.
pub fn drop_all_but_dockers(has_device_filter: bool) {
    let kept = if has_device_filter {
        DEFAULT_CAPABILITIES
    } else {
        DEFAULT_CAPABILITIES & !(1 << CAP_MKNOD)
    };
    let dropped = (0..63 as c_long).filter(|it| kept & 1 << it == 0);
    for number in dropped {
        // SAFETY: this prctl takes no pointer.
        let done = unsafe { libc::prctl(PR_CAPBSET_DROP, number, 0, 0, 0) };
        if done < 0 {
            // Behind the kernel's last one.
            return;
        }
    }
}
