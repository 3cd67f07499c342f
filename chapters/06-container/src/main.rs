//! container - docker's verbs in one readable runtime
//!
//! A container is not a thing the kernel knows. It is a process that is a
//! member of new namespaces, in a root of its own, with less than all
//! privileges; and a few files that say so. Chapters 1 to 5 had one piece
//! each. Here they are put together, in the order the kernel sees them.
//!
//! ```console
//! host# container run -d --name web -p 4000:80 helloworld
//! host# container inspect -f '{{.State.Pid}}' web
//! 25686
//! host# container exec web hostname
//! 4ddf4638572d
//! host# container run --rm --net container:web busybox ifconfig eth0
//! eth0      Link encap:Ethernet  HWaddr 02:42:AC:11:00:02
//! ```
//!
//! # Layout
//!
//! Read `main`, then [`run`]: the story. Each of these uses those below it.
//!
//! * [`docker`]: Docker's verbs and words; nothing but `main` uses them
//! * [`run`], [`exec`]: the story, and one more process in a container
//! * [`attached`]: input, output and ports, as long as a container lives
//! * [`files`]: all that is known of containers and images
//! * [`output`]: how text is printed
//! * [`kernel`]: the system calls, each where it can be read
//! * [`error`]: how a step is refused
//!
//! There is one thread where namespaces are joined: they belong to threads.
//!
//! See: namespaces(7), clone(2), pivot_root(2), docker(1)

#![deny(clippy::print_stdout, clippy::print_stderr)]

mod attached;
mod docker;
mod error;
mod exec;
mod files;
mod kernel;
mod output;
mod run;

use std::process::ExitCode;

use nix::sys::stat::{Mode, umask};

fn main() -> ExitCode {
    umask(Mode::from_bits_truncate(0o022));
    kernel::process::keep_exit_statuses();
    // A monitor is no command: see attached/anew.rs.
    let monitor = attached::anew::go_on().map(|it| it.unwrap_or(1));
    ExitCode::from(monitor.unwrap_or_else(docker::verbs::command))
}
