//! A program whose words a test compares speaks English, whatever the locale of
//! who runs the tests.

use std::process::Command;

use assert_cmd::cargo::cargo_bin;

/// Returns the command of the harness.
pub fn harness() -> Command {
    let mut command = Command::new(cargo_bin("harness"));
    speaks(&mut command);
    command
}

/// Makes a program, and all that it starts, speak English.
pub fn speaks(command: &mut Command) -> &mut Command {
    command.env_remove("NAMESPACE_WORKSHOP_LANGUAGE");
    command.env("LC_ALL", "C")
}
