//! @NAME@ - FILL IN: what the program does, in a few words

use std::env;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let command = args.next().ok_or("usage: @NAME@ COMMAND [ARG...]")?;

    // TODO: FILL IN: the learner's part, as a task

    // TODO: become the command. What is left of `args` are its arguments.
    Err(format!("{command} was not run").into())
}
