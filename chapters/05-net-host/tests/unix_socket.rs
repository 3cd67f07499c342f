//! Messages and exit codes of unix-socket, for every user on every kernel.

use std::io::Write;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::{process, thread};

use assert_cmd::assert::Assert;
use assert_cmd::cargo::cargo_bin_cmd;
use predicates::str::contains;

fn unix_socket(words: &[&str]) -> Assert {
    cargo_bin_cmd!("unix-socket").args(words).assert()
}

#[test]
fn a_verb_and_a_name_are_required() {
    for words in [
        &[][..],
        &["listen"],
        &["call", "@a"],
        &["connect", "a", "b"],
    ] {
        unix_socket(words)
            .code(2)
            .stdout("")
            .stderr("Usage: unix-socket listen|connect PATH|@NAME\n");
    }
}

#[test]
fn the_error_tells_a_name_from_a_path() {
    let name = format!("@nobody-{}", process::id());
    unix_socket(&["connect", &name])
        .code(1)
        .stdout("")
        .stderr(contains(format!("connect({name}): Connection refused\n")))
        .stderr(contains("unix-socket: nobody listens at this name here\n"));
    unix_socket(&["connect", "/nosuch/path"])
        .code(1)
        .stdout("")
        .stderr(contains("(/nosuch/path): No such file or directory\n"));
}

#[test]
fn a_name_is_taken_once_and_tells_what_its_server_says() {
    let name = format!("taken-{}", process::id());
    let address = SocketAddr::from_abstract_name(&name).unwrap();
    let server = UnixListener::bind_addr(&address).unwrap();
    let greeting = thread::spawn(move || {
        let (mut client, _) = server.accept().unwrap();
        client.write_all(b"a greeting\n").unwrap();
        server
    });
    let name = format!("@{name}");
    unix_socket(&["connect", &name])
        .success()
        .stdout("a greeting\n")
        .stderr("");
    let _server = greeting.join().unwrap();
    unix_socket(&["listen", &name])
        .code(1)
        .stderr(contains(format!("bind({name}): Address already in use\n")));
}
