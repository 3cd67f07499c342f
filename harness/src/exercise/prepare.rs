//! A machine in the state that an exercise begins with.

use std::time::Duration;

use protocol::ExitStatus;
use tr::tr;

use super::definition::Exercise;
use super::random::Values;
use super::setup::Setup;
use crate::machine::{Failure, Machine};
use crate::machines::Machines;

/// Time limit of a setup: a longer one waits for something.
const LIMIT: Duration = Duration::from_secs(60);

/// Folder of programs in the machine, the first in its `PATH`.
const PROGRAMS: &str = "/usr/local/bin";

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
    let setup = Setup::choose(exercise);
    let output = machine.exec(&setup.command(), b"", LIMIT)?;
    if output.status != ExitStatus::Code(0) {
        return Err(Unprepared::Setup {
            status: format!("{:?}", output.status),
            complaint: String::from_utf8_lossy(&output.stderr).into_owned(),
        });
    }
    Ok(Prepared {
        machine,
        values: setup.values(&output.stdout),
    })
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
