//! Sets the name in the machine's namespace.

use std::env;
use std::os::unix::process::CommandExt;
use std::process::Command;

use nix::unistd::sethostname;

fn main() {
    let args: Vec<String> = env::args().collect();
    sethostname(&args[1]).unwrap();
    panic!("{}", Command::new(&args[2]).args(&args[3..]).exec());
}
