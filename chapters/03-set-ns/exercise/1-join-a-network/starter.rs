//! join - join the network namespace of a process, then run a command

use std::env;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let pid = args.next().ok_or("usage: join PID COMMAND [ARG...]")?;
    let command = args.next().ok_or("usage: join PID COMMAND [ARG...]")?;

    // TODO: open the handle of the network namespace of this process.

    // TODO: become a member of it.

    // TODO: become the command. What is left of `args` are its arguments.
    Err(format!("{command} was not run; {pid} was not joined").into())
}
