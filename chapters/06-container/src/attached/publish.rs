//! publish - `-p 4000:80`: a port of the machine that leads to the container
//!
//! Docker has the kernel rewrite addresses where it can (iptables), and a
//! process, docker-proxy, for the rest. Ours is that process: it accepts in
//! the machine, connects over docker0, and copies in both directions. Threads
//! are fine here. They are started last, and none of them joins a namespace.
//!
//! See: listen(2), `docker run -p`

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr};
use std::net::{TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::thread;
use std::time::Duration;

use nix::sys::socket;

use crate::error::{Error, Named, Result, refused};
use crate::files::container::{Binding, Container, Ports};
use crate::kernel::network::NETWORKING;

/// Reads `HOST:CONTAINER`, or `HOST:CONTAINER/tcp`.
pub fn parse(option: &str) -> std::result::Result<(u16, u16), String> {
    let number = |which, text: &str| match text.parse() {
        Ok(number) if number > 0 && !text.starts_with('+') => Ok(number),
        _ => Err(format!("Invalid {which}: {text}")),
    };
    let ports = option.strip_suffix("/tcp").unwrap_or(option);
    match ports.split(':').collect::<Vec<_>>()[..] {
        [.., ""] => Err(format!("No port specified: {option}<empty>")),
        [host, inside] => {
            Ok((number("hostPort", host)?, number("containerPort", inside)?))
        }
        _ => Err(format!("Invalid port: {option}: not HOST:CONTAINER")),
    }
}

/// What `docker inspect` shows of these options.
pub fn bindings(options: &[(u16, u16)]) -> Ports {
    let mut ports = Ports::new();
    for option in options {
        add(&mut ports, *option, &[""]);
    }
    ports
}

/// Adds that the container's port is that of the machine, at these addresses.
fn add(ports: &mut Ports, (host, inside): (u16, u16), addresses: &[&str]) {
    let bindings = addresses.iter().map(|address| Binding {
        host_ip: (*address).into(),
        host_port: host.to_string(),
    });
    let entry = ports.entry(format!("{inside}/tcp")).or_default();
    entry.get_or_insert_default().extend(bindings);
}

/// Ports of the machine that are ours, and where they lead to.
#[derive(Default)]
pub struct Proxy(Vec<(TcpListener, SocketAddr)>);

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
            add(&mut container.ports, (port, inside), addresses);
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
            match listener.accept() {
                Ok((client, _)) => {
                    let _ = in_thread(move || copy_both_ways(&client, to));
                }
                // EINVAL: the port has been given back.
                Err(error) if error.kind() == ErrorKind::InvalidInput => return,
                // One client has left, or there are too many for now.
                Err(_) => thread::sleep(PAUSE),
            }
        }
    }
}

/// Nobody tells when there is room for one client more.
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

fn copy_both_ways(client: &TcpStream, to: SocketAddr) {
    let Ok(server) = TcpStream::connect(to) else {
        return;
    };
    thread::scope(|scope| {
        let back = thread::Builder::new();
        let back = back.spawn_scoped(scope, || copy(&server, client));
        if back.is_ok() {
            copy(client, &server);
        }
    });
}

/// Copies until the end, and says that it is the end.
fn copy(mut from: &TcpStream, mut to: &TcpStream) {
    let _ = io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Write);
}
