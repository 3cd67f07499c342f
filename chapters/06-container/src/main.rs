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

use docker::options::{Stop, Verb};
use docker::{cli, create, images, import, inspect, life, logs, ps, refusal};

fn main() -> ExitCode {
    umask(Mode::from_bits_truncate(0o022));
    kernel::process::keep_exit_statuses();
    let (verb, asked) = cli::parse();
    let result = match asked {
        Verb::Run(asked) => create::create(&asked)
            .and_then(|planned| run::run(planned, asked.detach)),
        Verb::Exec(it) => {
            exec::exec(&it.container(), it.command(), it.interactive, it.tty)
        }
        Verb::Ps { all, quiet } => ps::print(all, quiet),
        Verb::Inspect { format, some } => {
            inspect::print(&some.containers, format.as_deref())
        }
        Verb::Logs { follow, container } => logs::print(&container, follow),
        Verb::Stop(Stop { time, some }) => {
            life::all(&some.containers, |it| life::stop(it, time))
        }
        Verb::Kill { signal, some } => {
            life::all(&some.containers, |it| life::kill(it, &signal))
        }
        Verb::Start(some) => life::each(&some.containers, life::start),
        Verb::Restart(Stop { time, some }) => {
            life::each(&some.containers, |it| life::restart(it, time))
        }
        Verb::Rm { force, some } => {
            life::all(&some.containers, |it| life::remove(it, force))
        }
        Verb::Import { change, tar, name } => {
            import::import(&change, &tar, &name)
        }
        Verb::Images => images::list(),
    };
    let mut status = result.unwrap_or_else(|it| refusal::say(&it, &verb));
    if let Err(error) = output::check() {
        status = status.max(refusal::say(&error, &verb));
    }
    ExitCode::from(status)
}
