//! unix-socket - a server at a unix socket: at a path, or at a bare name
//!
//! A name that begins with @ is abstract: no file stands for it, and the kernel
//! keeps it for each network namespace. Any other name is a path.
//!
//! ```console
//! host# unix-socket listen @door
//! host# unix-socket connect @door
//! Hello World
//! ```
//!
//! See: unix(7), network_namespaces(7)

use std::io::{self, Write};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener, UnixStream};
use std::{env, process::exit};

use nix::errno::Errno::{self, EADDRINUSE, ECONNREFUSED, ENOENT};
use nix::unistd::daemon;

fn main() {
    let words: Vec<String> = env::args().skip(1).collect();
    let [verb, name] = &words[..] else { usage() };
    let address = match name.strip_prefix('@') {
        Some(name) => SocketAddr::from_abstract_name(name),
        None => SocketAddr::from_pathname(name),
    };
    let address = address.unwrap_or_else(|e| fail("address", name, &e));
    match verb.as_str() {
        "listen" => listen(name, &address),
        "connect" => connect(name, &address),
        _ => usage(),
    }
}

/// Gives a socket its name, goes into the background, and greets everybody.
fn listen(name: &str, address: &SocketAddr) {
    let socket = UnixListener::bind_addr(address);
    let socket = socket.unwrap_or_else(|e| fail("bind", name, &e));
    daemon(true, false).unwrap_or_else(|e| fail("fork", name, &e.into()));
    for client in socket.incoming().flatten() {
        // Who has gone before we greet does not matter.
        let _ = writeln!(&client, "Hello World");
    }
}

/// Prints what the server at this name says.
fn connect(name: &str, address: &SocketAddr) {
    let client = UnixStream::connect_addr(address);
    let mut client = client.unwrap_or_else(|e| fail("connect", name, &e));
    let copied = io::copy(&mut client, &mut io::stdout());
    copied.unwrap_or_else(|e| fail("read", name, &e));
}

fn usage() -> ! {
    eprintln!("Usage: unix-socket listen|connect PATH|@NAME");
    exit(2)
}

/// Names the call, its object and the error, and has advice for the likely.
fn fail(call: &str, object: &str, error: &io::Error) -> ! {
    let errno = Errno::from_raw(error.raw_os_error().unwrap_or_default());
    let advice = match errno {
        EADDRINUSE => "somebody has this name: take another",
        ECONNREFUSED => "nobody listens at this name here",
        ENOENT => "no such file in this mnt namespace",
        _ => "see unix(7)",
    };
    eprintln!("unix-socket: {call}({object}): {}", errno.desc());
    eprintln!("unix-socket: {advice}");
    exit(1)
}
