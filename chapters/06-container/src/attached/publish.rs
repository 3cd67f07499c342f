//! publish - `-p 4000:80`: a port of the machine that leads to the container
//!
//! Docker has the kernel rewrite addresses where it can (iptables), and a
//! process, docker-proxy, for the rest. The owner of a container is that
//! process: it accepts in the machine, connects over docker0, and copies in
//! both directions. Threads
//! are fine here. They are started last, and none of them joins a namespace.
//!
//! See: listen(2), `docker run -p`

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr};
use std::net::{TcpListener, TcpStream};
use std::os::fd::{AsRawFd, OwnedFd};
use std::thread;
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::socket::{
    self, AddressFamily, SockFlag, SockType, SockaddrStorage,
};

use crate::error::{Error, Named, Result, refused};
use crate::files::container::Container;
use crate::files::ports;
use crate::kernel::descriptors;
use crate::kernel::network::NETWORKING;

/// Ports of the machine that this process has taken, each with the address it
/// leads to.
#[derive(Default)]
pub struct Proxy(pub Vec<(TcpListener, SocketAddr)>);

impl Proxy {
    /// Takes the ports, of all addresses of the machine, and notes them.
    pub fn listen(container: &mut Container) -> Result<Self> {
        let mut proxy = Self::default();
        let Some(ip) = container.ip else {
            return Ok(proxy);
        };
        for (port, inside) in container.asked.publish.clone() {
            let (taken, addresses) = take_port(container, port)?;
            proxy.0.push((taken, (ip, inside).into()));
            ports::add(&mut container.ports, (port, inside), addresses);
        }
        for port in &container.exposed_ports {
            container.ports.entry(port.clone()).or_default();
        }
        Ok(proxy)
    }

    /// Begins to accept. From here on we have threads.
    pub fn serve(&self) -> Result<()> {
        for (listener, target) in &self.0 {
            let listener = listener.try_clone().named("dup", target)?;
            in_thread(accept(listener, *target)).named("clone", target)?;
        }
        Ok(())
    }
}

/// Gives the ports back at once; to close a descriptor would not be enough, as
/// long as a thread waits for clients with it.
impl Drop for Proxy {
    fn drop(&mut self) {
        for (listener, _) in &self.0 {
            let _ =
                socket::shutdown(listener.as_raw_fd(), socket::Shutdown::Both);
        }
    }
}

fn accept(listener: TcpListener, to: SocketAddr) -> impl FnOnce() + Send {
    move || {
        loop {
            let accepted = other_end().and_then(|server| {
                let (client, _) = listener.accept()?;
                Ok((client, server))
            });
            match accepted {
                Ok((client, server)) => {
                    let _ =
                        in_thread(move || copy_both_ways(&client, server, to));
                }
                // EINVAL: the port has been given back.
                Err(error) if error.kind() == ErrorKind::InvalidInput => return,
                // One client has left, or there are too many for now.
                Err(_) => thread::sleep(PAUSE),
            }
        }
    }
}

/// A socket for the way to the container. It comes first: a client that is
/// accepted and has no way on would be lost. The owner keeps descriptors for
/// the end of the container, however many clients there are.
fn other_end() -> io::Result<OwnedFd> {
    let inet = AddressFamily::Inet;
    let stream = SockType::Stream;
    let server = socket::socket(inet, stream, SockFlag::SOCK_CLOEXEC, None)?;
    if descriptors::leaves_room(&server) {
        Ok(server)
    } else {
        Err(Errno::EMFILE.into())
    }
}

/// Time between two attempts: nobody tells when there is room for a client.
const PAUSE: Duration = Duration::from_millis(10);

fn in_thread(work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    thread::Builder::new().spawn(work).map(drop)
}

/// Listens at all addresses of the machine: those of IPv4 are among those of
/// IPv6, where the kernel has any of the latter.
fn take_port(
    container: &Container,
    port: u16,
) -> Result<(TcpListener, &'static [&'static str])> {
    let both = TcpListener::bind((Ipv6Addr::UNSPECIFIED, port));
    let taken = match both {
        Err(error) if error.kind() != ErrorKind::AddrInUse => {
            let one = TcpListener::bind((Ipv4Addr::UNSPECIFIED, port));
            one.map(|it| (it, &["0.0.0.0"][..]))
        }
        both => both.map(|it| (it, &["0.0.0.0", "::"][..])),
    };
    match taken {
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            Err(in_use(container, port))
        }
        taken => taken.named("bind", port),
    }
}

fn in_use(container: &Container, port: u16) -> Error {
    let Container { endpoint, name, .. } = container;
    refused(format!(
        "{NETWORKING}: driver failed programming external connectivity on \
         endpoint {name} ({endpoint}): Bind for 0.0.0.0:{port} failed: port is \
         already allocated"
    ))
}

fn copy_both_ways(client: &TcpStream, server: OwnedFd, to: SocketAddr) {
    let to = SockaddrStorage::from(to);
    if socket::connect(server.as_raw_fd(), &to).is_err() {
        return;
    }
    let server = TcpStream::from(server);
    thread::scope(|scope| {
        let back = thread::Builder::new();
        let back = back.spawn_scoped(scope, || copy(&server, client));
        if back.is_ok() {
            copy(client, &server);
        }
    });
}

/// Copies until the end, and hands the end on.
fn copy(mut from: &TcpStream, mut to: &TcpStream) {
    let _ = io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Write);
}
