//! A machine in the state that an exercise begins with.

use std::fmt::Write as _;
use std::time::Duration;

use protocol::{ExitStatus, FIRST_PID};
use tr::tr;

use super::definition::Exercise;
use super::random::Values;
use crate::machine::{Failure, Machine};
use crate::machines::Machines;

/// Time limit of a setup: a longer one waits for something.
const LIMIT: Duration = Duration::from_secs(60);

/// Folder of programs in the machine, the first in its `PATH`.
const PROGRAMS: &str = "/usr/local/bin";

/// Functions that every setup can use.
const PRELUDE: &str = include_str!("hold.bash");

/// The end of every setup, which prints all exported variables.
const POSTLUDE: &str = r#"
for name in $(compgen -e); do
    printf '%s=%s\0' "$name" "${!name}" >&3
done
"#;

/// Variables that every process has, which are not the exercise's.
const USUAL: [&str; 9] = [
    "HOME",
    "LANG",
    "OLDPWD",
    "PATH",
    "PWD",
    "QUOTING_STYLE",
    "SHELL",
    "SHLVL",
    "USER",
];

/// A failure of the exercise's setup, for which no learner's program is to
/// blame.
#[derive(Debug, thiserror::Error)]
pub enum Unprepared {
    /// The machine is gone.
    #[error(transparent)]
    Machine(#[from] Failure),
    /// A command of the setup failed.
    #[error(
        "{}\n{complaint}",
        tr!("the exercise's setup failed ({status}):", status)
    )]
    Setup {
        /// Exit status of bash.
        status: String,
        /// Messages of bash.
        complaint: String,
    },
}

/// A machine in the state that an exercise begins with.
pub struct Prepared {
    /// The machine.
    pub machine: Machine,
    /// Values of the exercise's variables in it.
    pub values: Values,
}

/// Returns a fresh machine in the state that an exercise begins with.
pub fn fresh(
    exercise: &Exercise,
    machines: &mut Machines,
) -> anyhow::Result<Prepared> {
    Ok(prepare(exercise, machines.machine()?)?)
}

/// Chooses the values and runs the setup.
pub fn prepare(
    exercise: &Exercise,
    mut machine: Machine,
) -> Result<Prepared, Unprepared> {
    let mut values = Values::choose(&exercise.random);
    let command = values.new_word();
    values.set("command", &command);
    // These get a value once there is such a process.
    values.set("command_pid", "");
    values.set("program_pid", "");
    let script = script(exercise, &values);
    let output = machine.exec(
        &["bash", "-euo", "pipefail", "-c", &script],
        b"",
        LIMIT,
    )?;
    if output.status != ExitStatus::Code(0) {
        return Err(Unprepared::Setup {
            status: format!("{:?}", output.status),
            complaint: String::from_utf8_lossy(&output.stderr).into_owned(),
        });
    }
    let exported = String::from_utf8_lossy(&output.stdout);
    for variable in exported.split_terminator('\0') {
        if let Some((name, value)) = variable.split_once('=')
            && !USUAL.contains(&name)
            && name != "_"
        {
            values.set(name, value);
        }
    }
    Ok(Prepared { machine, values })
}

fn script(exercise: &Exercise, values: &Values) -> String {
    let mut script = format!("first_pid={FIRST_PID}\n{PRELUDE}");
    // Writing to a String cannot fail.
    let _ = write!(
        script,
        "{}witness \"$command\"\n{}\n{POSTLUDE}",
        values.assignments(),
        exercise.setup
    );
    script
}

/// Puts the learner's program where the command lines find it.
pub fn put_program(
    exercise: &Exercise,
    program: &[u8],
    machine: &mut Machine,
) -> Result<(), Failure> {
    let path = format!("{PROGRAMS}/{}", exercise.program);
    machine.put_file(&path, 0o755, program)
}
