//! verbs - the verb of the command line, and who does it
//!
//! See: `docker --help`

use crate::docker::options::{Stop, Verb};
use crate::docker::{
    cli, create, images, import, inspect, life, logs, ps, refusal,
};
use crate::{exec, output, run};

/// Does what the command line asks for, and returns the exit status.
#[inline(never)] // A monitor's stack must not have the room for it.
pub fn command() -> u8 {
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
    status
}
