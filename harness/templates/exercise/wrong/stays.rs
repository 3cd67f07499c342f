//! @NAME@ - FILL IN: the mistake: becomes the command without moving

use std::env;
use std::error::Error;
use std::os::unix::process::CommandExt;
use std::process::Command;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let command = args.next().ok_or("usage: @NAME@ COMMAND [ARG...]")?;
    let error = Command::new(&command).args(args).exec();
    Err(format!("exec({command}): {error}").into())
}
