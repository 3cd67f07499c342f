//! The cookie of a socket's network, `SO_NETNS_COOKIE`, is the identifier of
//! that namespace.
//!
//! Since: 6.18
//! Source: socket(7)

use std::fs::File;
use std::net::UdpSocket;
use std::os::fd::AsRawFd;

nix::ioctl_read!(
    /// Writes the identifier of a namespace.
    ns_get_id, 0xb7, 13, u64
);

fn main() -> std::io::Result<()> {
    let handle = File::open("/proc/self/ns/net")?;
    let mut id = 0;
    // SAFETY: the kernel writes one number.
    let got = unsafe { ns_get_id(handle.as_raw_fd(), &raw mut id) };

    let socket = UdpSocket::bind("0.0.0.0:0")?;
    let mut cookie = 0_u64;
    let mut size: libc::socklen_t = 8;
    // SAFETY: the kernel writes at most `size` bytes, and the size.
    let asked = unsafe {
        libc::getsockopt(
            socket.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_NETNS_COOKIE,
            (&raw mut cookie).cast(),
            &raw mut size,
        )
    };
    let same = got.is_ok() && asked == 0 && cookie == id;
    println!("{}", if same { "the same" } else { "another number" });
    Ok(())
}
