//! Asks kernels: the same commands, in fresh machines side by side.

use std::path::Path;
use std::time::Duration;

use anyhow::{Result, ensure};
use protocol::ExitStatus;
use tr::tr;

use super::answer::{AnswerEnd, KernelAnswer};
use crate::machine::kernel::{self, Kernel};
use crate::machine::{Failure, Machine};
use crate::machines::Machines;
use crate::{exit_code, progress, side_by_side};

/// Commands, and what they need.
pub struct Question {
    /// Programs to put into each machine: path and bytes.
    pub programs: Vec<(String, Vec<u8>)>,
    /// Commands for bash, which one machine of each kernel runs in this order.
    pub commands: Vec<String>,
    /// Time limit of each command, in the machine's time.
    pub limit: Duration,
}

/// The answers of one kernel, in the order of the commands.
pub struct Asked {
    /// Release of the kernel.
    pub kernel: String,
    /// Answers, one for each command.
    pub answers: Vec<KernelAnswer>,
}

/// Asks every fetched kernel. Returns the answers, those of the newest kernel
/// last.
///
/// # Errors
///
/// No kernel has been fetched, or the machine's programs cannot be built. A
/// machine that fails is an answer.
pub fn every_kernel(
    workspace: &Path,
    question: &Question,
) -> Result<Vec<Asked>> {
    let kernels = kernel::fetched()?;
    ensure!(
        !kernels.is_empty(),
        "{}",
        tr!("no kernel has been fetched yet: just setup brings one")
    );
    let line = progress::start(tr!("building the programs"));
    let machines = Machines::open_with(workspace, kernels[0].clone())?;
    let count = kernels.len();
    let say = |done: usize| {
        line.say(tr!("asking kernels, {done} of {count}", done, count));
    };
    say(0);
    let ask = |kernel: &Kernel| Asked {
        kernel: kernel.folder().into_owned(),
        answers: question.answers_of(kernel, &machines),
    };
    let mut done = 0;
    Ok(side_by_side::each(&kernels, ask, |_| {
        done += 1;
        say(done);
    }))
}

impl Question {
    /// Asks a kernel, in machines like these. A machine that fails is an answer.
    fn answers_of(
        &self,
        kernel: &Kernel,
        machines: &Machines,
    ) -> Vec<KernelAnswer> {
        match machines.with_kernel(kernel.clone()) {
            Ok(mut machines) => self.ask(&mut machines),
            Err(error) => {
                let code = exit_code::of(&error);
                let broken = KernelAnswer::broken(format!("{error:#}"), code);
                vec![broken; self.commands.len()]
            }
        }
    }

    /// Runs the commands. After a command that does not end, or that the
    /// machine does not survive, the next one gets a fresh machine.
    fn ask(&self, machines: &mut Machines) -> Vec<KernelAnswer> {
        let mut answers = Vec::new();
        let mut kept = None;
        for command in &self.commands {
            let machine = match kept.take() {
                Some(machine) => Ok(machine),
                None => self.machine(machines),
            };
            let answer = machine.and_then(|mut machine| {
                let answer = answer(&mut machine, command, self.limit)?;
                if let AnswerEnd::Status(_) = answer.end {
                    kept = Some(machine);
                }
                Ok(answer)
            });
            answers.push(answer.unwrap_or_else(|failure| {
                let code = exit_code::of_failure(&failure);
                KernelAnswer::broken(failure.to_string(), code)
            }));
        }
        answers
    }

    /// Returns a fresh machine with the programs in it.
    fn machine(&self, machines: &mut Machines) -> Result<Machine, Failure> {
        let mut machine = machines.machine()?;
        for (path, bytes) in &self.programs {
            machine.put_file(path, 0o755, bytes)?;
        }
        Ok(machine)
    }
}

/// Runs a command in bash, with both outputs in one stream.
fn answer(
    machine: &mut Machine,
    command: &str,
    limit: Duration,
) -> Result<KernelAnswer, Failure> {
    let script = format!("exec 2>&1; {command}");
    let until = machine.had() + limit;
    let started = machine.start_program(&["bash", "-c", &script], limit)?;
    let Ok(running) = started else {
        return Ok(KernelAnswer {
            output: b"bash: it cannot be executed any more\n".to_vec(),
            truncated: false,
            end: AnswerEnd::Status(127),
        });
    };
    machine.close_input(running)?;
    machine.follow(running, until, |_| false)?;
    let seen = machine.collected(running);
    let status = seen.status.map(ExitStatus::in_a_shell);
    Ok(KernelAnswer {
        output: seen.stdout.clone(),
        truncated: seen.truncated,
        end: status.map_or(AnswerEnd::Late(limit), AnswerEnd::Status),
    })
}
