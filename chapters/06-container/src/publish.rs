//! publish - `-p 4000:80`: a port of the machine that leads to the container
//!
//! Docker has the kernel rewrite addresses where it can (iptables), and a
//! process, docker-proxy, for the rest. Ours is that process: it accepts in
//! the machine, connects over docker0, and copies in both directions. Threads
//! are fine here. They are started last, and none of them joins a namespace.
//!
//! See: listen(2), `docker run -p`

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::{AsRawFd, OwnedFd};
use std::thread;

use nix::errno::Errno::{EADDRINUSE, EADDRNOTAVAIL, EAFNOSUPPORT};
use nix::sys::socket::{
    self, AddressFamily, Backlog, Shutdown, SockFlag, SockType,
    SockaddrStorage, setsockopt, sockopt,
};

use crate::container::{Binding, Container, Ports};
use crate::error::{Error, Named, Result, refused};

const ANY: [IpAddr; 2] = [
    IpAddr::V4(Ipv4Addr::UNSPECIFIED),
    IpAddr::V6(Ipv6Addr::UNSPECIFIED),
];

/// Reads `HOST:CONTAINER`, or `HOST:CONTAINER/tcp`.
pub fn parse(option: &str) -> Result<(u16, u16)> {
    let number = |which, text: &str| match text.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err(refused(format!("Invalid {which}: {text}")).with_help()),
    };
    let ports = option.strip_suffix("/tcp").unwrap_or(option);
    match ports.split(':').collect::<Vec<_>>()[..] {
        [_, ""] => {
            let message = format!("No port specified: {option}<empty>");
            Err(refused(message).with_help())
        }
        [host, inside] => {
            Ok((number("hostPort", host)?, number("containerPort", inside)?))
        }
        _ => {
            let message = format!("Invalid port: {option}: not HOST:CONTAINER");
            Err(refused(message).with_help())
        }
    }
}

/// What `docker inspect` shows of these options.
pub fn bindings(options: &[String]) -> Result<Ports> {
    let mut ports = Ports::new();
    for option in options {
        let (host, inside) = parse(option)?;
        let binding = Binding {
            host_ip: String::new(),
            host_port: host.to_string(),
        };
        let bindings = ports.entry(format!("{inside}/tcp")).or_default();
        bindings.get_or_insert_default().push(binding);
    }
    Ok(ports)
}

/// Ports of the machine that are ours, and where they lead to.
#[derive(Default)]
pub struct Proxy(Vec<(TcpListener, SocketAddr)>);

impl Proxy {
    /// Takes the ports, of all addresses of the machine, and notes them.
    pub fn listen(container: &mut Container) -> Result<Self> {
        let mut proxy = Self::default();
        let Some(ip) = container.ip_address() else {
            return Ok(proxy);
        };
        let ports = container.host_config.port_bindings.clone();
        for (port, wanted) in ports {
            let number = port.trim_end_matches("/tcp").parse().unwrap_or(0);
            let target = SocketAddr::new(ip.into(), number);
            let mut got = Vec::new();
            for binding in wanted.iter().flatten() {
                for address in ANY {
                    let host_port = binding.host_port.clone();
                    let number = host_port.parse().unwrap_or(0);
                    let address = SocketAddr::new(address, number);
                    let Some(taken) = take_port(container, address)? else {
                        continue;
                    };
                    proxy.0.push((taken, target));
                    let host_ip = address.ip().to_string();
                    got.push(Binding { host_ip, host_port });
                }
            }
            container.network_settings.ports.insert(port, Some(got));
        }
        for port in container.config.exposed_ports.keys() {
            let ports = &mut container.network_settings.ports;
            ports.entry(port.clone()).or_default();
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
            let _ = socket::shutdown(listener.as_raw_fd(), Shutdown::Both);
        }
    }
}

fn accept(listener: TcpListener, to: SocketAddr) -> impl FnOnce() + Send {
    move || {
        while let Ok((client, _)) = listener.accept() {
            let _ = in_thread(move || copy_both_ways(&client, to));
        }
    }
}

fn in_thread(work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    thread::Builder::new().spawn(work).map(drop)
}

/// Listens. Nothing, where the kernel has no such family of addresses.
fn take_port(
    container: &Container,
    address: SocketAddr,
) -> Result<Option<TcpListener>> {
    match try_port(address) {
        Ok(socket) => Ok(Some(TcpListener::from(socket))),
        Err(EAFNOSUPPORT | EADDRNOTAVAIL) => Ok(None),
        Err(EADDRINUSE) => Err(in_use(container, address)),
        Err(errno) => Err(errno).named("bind", address),
    }
}

fn try_port(address: SocketAddr) -> nix::Result<OwnedFd> {
    let family = match address {
        SocketAddr::V4(_) => AddressFamily::Inet,
        SocketAddr::V6(_) => AddressFamily::Inet6,
    };
    let flags = SockFlag::SOCK_CLOEXEC;
    let socket = socket::socket(family, SockType::Stream, flags, None)?;
    setsockopt(&socket, sockopt::ReuseAddr, &true)?;
    if address.is_ipv6() {
        setsockopt(&socket, sockopt::Ipv6V6Only, &true)?;
    }
    socket::bind(socket.as_raw_fd(), &SockaddrStorage::from(address))?;
    socket::listen(&socket, Backlog::MAXCONN)?;
    Ok(socket)
}

fn in_use(container: &Container, address: SocketAddr) -> Error {
    let endpoint = container.network_settings.networks.get("bridge");
    let id = endpoint.map_or("", |endpoint| &endpoint.id);
    let name = container.short_name();
    refused(format!(
        "driver failed programming external connectivity on endpoint {name} \
         ({id}): Bind for {address} failed: port is already allocated"
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
    let _ = to.shutdown(std::net::Shutdown::Write);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_of_the_machine_leads_to_one_of_the_container() {
        assert_eq!(parse("4000:80").ok(), Some((4000, 80)));
        assert_eq!(parse("4000:80/tcp").ok(), Some((4000, 80)));
    }

    #[test]
    fn what_is_no_port_is_refused_in_dockers_words() {
        for (option, words) in [
            ("99999:80", "Invalid hostPort: 99999"),
            ("foo:80", "Invalid hostPort: foo"),
            ("4000:foo", "Invalid containerPort: foo"),
            ("0:80", "Invalid hostPort: 0"),
            ("4000:", "No port specified: 4000:<empty>"),
            ("4000", "Invalid port: 4000: not HOST:CONTAINER"),
        ] {
            let error = parse(option).expect_err(option);
            assert_eq!(error.to_string(), words);
        }
    }
}
