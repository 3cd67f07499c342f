//! named - run a command with a hostname of its own

use std::env;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let name = args.next().ok_or("usage: named NAME COMMAND [ARG...]")?;
    let command = args.next().ok_or("usage: named NAME COMMAND [ARG...]")?;

    // TODO: move to a new uts namespace.

    // TODO: set the hostname.

    // TODO: become the command. What is left of `args` are its arguments.
    Err(format!("{command} was not run; nobody is called {name}").into())
}
