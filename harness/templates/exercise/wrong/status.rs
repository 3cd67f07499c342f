//! @NAME@ - FILL IN: the mistake: forgets the command's exit status

use std::env;
use std::error::Error;
use std::process::Command;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let command = args.next().ok_or("usage: @NAME@ COMMAND [ARG...]")?;

    // FILL IN: the system call

    Command::new(&command).args(args).status()?;
    Ok(())
}
