//! A stage: a machine of namespaces that `guest --stages` makes on a Linux that
//! is already up, and whose stream the agent carries.

use std::io::Read;
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use nix::unistd::Pid;
use tr::tr;

use super::agent::{Agent, EndOfStage, Link};
use super::clock::Clock;
use super::failure::Fate;

/// Time for the stage to be gone after its machine is dropped, or after its
/// stream has closed.
const ENDING: Duration = Duration::from_secs(5);

/// Status of ssh for an error of its own (ssh(1)).
const SSH_FAILED: i32 = 255;

/// Statuses of a stage whose PID 1 was ended by reboot(2): 128 plus SIGHUP for a
/// restart, 128 plus SIGINT for the end of the machine
/// (kernel/pid_namespace.c, reboot_pid_ns).
const RESTARTED: u8 = 129;
const SWITCHED_OFF: u8 = 130;

/// Status of a stage whose PID 1 was ended because no memory was left
/// (vm/guest/src/stage/outcome.rs).
const NO_MEMORY: u8 = 71;

/// Time for another command there to answer, once PID 1 was silent.
const ANSWER: Duration = Duration::from_secs(15);

/// A stage. Dropping it ends the stage.
pub struct FarStage {
    link: Link,
    /// Our end of the stream, to close it first.
    stream: UnixStream,
    /// Command that ends at once, by the same way.
    question: Command,
    /// Clock of the machine.
    pub clock: Clock,
}

impl FarStage {
    /// Asks for a stage. The second value is this side's end of its stream.
    /// `question` is a command that ends at once, by the same way.
    pub fn make(
        agent: &Arc<Agent>,
        question: Command,
    ) -> Result<(Self, UnixStream)> {
        let (link, stream) = agent.make()?;
        let stage = Self {
            clock: Clock::at_the_other_end_of(link.pid()),
            link,
            question,
            stream: stream.try_clone().context("dup")?,
        };
        Ok((stage, stream))
    }

    /// Returns the PID of the process on this computer that leads to the stage.
    pub fn pid(&self) -> Pid {
        self.link.pid()
    }

    /// Returns the last lines of standard error.
    pub fn said(&self) -> Vec<String> {
        match self.link.wait(Duration::ZERO) {
            Some(EndOfStage::Stage(_, said)) => {
                said.lines().map(str::to_owned).collect()
            }
            _ => self.link.said(),
        }
    }

    /// Returns the reason why the stream has closed.
    pub fn fate(&mut self, booted: bool) -> Fate {
        let end = self.link.wait(ENDING);
        if let Some(EndOfStage::Agent(_)) = end {
            self.link.wait_for_last_words();
        }
        let said = self.said().last().cloned();
        let said = said.unwrap_or_else(|| tr!("without a word"));
        match end {
            None => Fate::Lost(tr!("its stream closed")),
            Some(_) if !booted => Fate::NoStage(said),
            Some(EndOfStage::Stage(status, _)) => fate_of_stage(status, said),
            Some(EndOfStage::Agent(status)) => fate_of_agent(status, said),
        }
    }

    /// Returns the reason why PID 1 was silent for this long: only a stage can
    /// stand still where another command runs to its end.
    pub fn silent(&mut self, silence: Duration) -> Fate {
        if self.others_answer() {
            return Fate::Hung(silence);
        }
        Fate::Lost(tr!(
            "no answer: the connection, or the Linux there, stands still"
        ))
    }

    fn others_answer(&mut self) -> bool {
        let question = &mut self.question;
        question.stdin(Stdio::null()).stdout(Stdio::piped());
        // Without its master, ssh(1) would ask for a password at the terminal.
        question
            .envs([("SSH_ASKPASS_REQUIRE", "force"), ("SSH_ASKPASS", "false")]);
        let Ok(mut asked) = question.stderr(Stdio::null()).spawn() else {
            return false;
        };
        let (sender, ended) = mpsc::channel();
        let output = asked.stdout.take();
        thread::spawn(move || {
            let _ =
                output.map(|mut output| output.read_to_end(&mut Vec::new()));
            sender.send(())
        });
        let until = self.clock.had() + ANSWER;
        if self.clock.wait(&ended, until).is_err() {
            let _ = asked.kill();
        }
        asked.wait().is_ok_and(|status| status.success())
    }
}

fn fate_of_stage(status: u8, said: String) -> Fate {
    match status {
        RESTARTED => Fate::Reset,
        SWITCHED_OFF => Fate::SwitchedOff,
        NO_MEMORY => Fate::NoMemory,
        status if status > 128 => {
            let signal = status - 128;
            Fate::Lost(tr!("signal {signal} ended the stage", signal))
        }
        _ => Fate::Lost(tr!("the stage ended: {said}", said)),
    }
}

fn fate_of_agent(status: Option<ExitStatus>, said: String) -> Fate {
    let code = status.and_then(|status| status.code());
    let signal = status.and_then(|status| status.signal());
    Fate::Lost(match (code, signal) {
        (Some(SSH_FAILED), _) => tr!("the connection ended: {said}", said),
        (_, Some(signal)) => {
            tr!("signal {signal} ended the connection's process", signal)
        }
        // A shell, or sudo, tells of its child's signal.
        (Some(code), _) if code > 128 => {
            let signal = code - 128;
            tr!("signal {signal} ended the stages' program", signal)
        }
        _ => tr!("the stages' program ended: {said}", said),
    })
}

impl Drop for FarStage {
    fn drop(&mut self) {
        // The end of the stream is the end of the stage: wait until all of it is
        // gone.
        let _ = self.stream.shutdown(Shutdown::Both);
        let _ = self.link.wait(ENDING);
    }
}
