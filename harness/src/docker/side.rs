//! A side of the comparison: a player in a sandbox, and its results.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use anyhow::{Context, Result};
use serde::de::DeserializeOwned;

use super::install::NoDocker;
use super::player;
use crate::exit_code::ENVIRONMENT;
use crate::sandbox;

/// The failure of a comparison: the harness has a bug, or a program that the
/// harness started failed.
#[derive(Debug, thiserror::Error)]
#[error("the comparison with {runtime} broke: {reason}")]
pub struct ComparisonBroke {
    /// `docker` or `container`.
    pub runtime: &'static str,
    /// Reason of the failure.
    pub reason: String,
}

/// A runtime, in its sandbox.
pub(super) struct Side {
    runtime: &'static str,
    child: Child,
    lines: Receiver<String>,
    messages: thread::JoinHandle<String>,
}

impl Side {
    /// Starts the player in a new sandbox.
    pub(super) fn start(
        runtime: &'static str,
        arguments: &[&Path],
    ) -> Result<Self> {
        let mut all: Vec<OsString> = vec![player::SUBCOMMAND.into()];
        all.extend(arguments.iter().map(Into::into));
        let mut command = sandbox::command(&all)?;
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().context("exec(unshare)")?;
        let stdout = child.stdout.take().context("stdout is piped")?;
        let mut stderr = child.stderr.take().context("stderr is piped")?;
        let messages = thread::spawn(move || {
            let mut text = Vec::new();
            let _ = stderr.read_to_end(&mut text);
            String::from_utf8_lossy(&text).trim_end().to_owned()
        });
        Ok(Self {
            runtime,
            child,
            lines: receive(stdout),
            messages,
        })
    }

    /// Returns the next result, or the reason why there is none.
    pub(super) fn next<T: DeserializeOwned>(&mut self) -> Result<T> {
        match self.lines.recv().map(|line| serde_json::from_str(&line)) {
            Ok(Ok(said)) => Ok(said),
            _ => Err(self.end()?),
        }
    }

    /// Returns the reason of the player's end.
    fn end(&mut self) -> Result<anyhow::Error> {
        let status = self.child.wait()?;
        let messages =
            std::mem::replace(&mut self.messages, thread::spawn(String::new));
        let reason = match messages.join() {
            Ok(text) if !text.is_empty() => text,
            _ => status.to_string(),
        };
        // 1 is the status of unshare(1): no sandbox could be made.
        let unavailable = [1, i32::from(ENVIRONMENT)].map(Some);
        let unavailable = unavailable.contains(&status.code());
        let runtime = self.runtime;
        Ok(if unavailable {
            NoDocker(reason).into()
        } else {
            ComparisonBroke { runtime, reason }.into()
        })
    }

    /// Waits for the player's end, which must follow the last result.
    pub(super) fn finish(mut self) -> Result<()> {
        if self.lines.recv().is_err() && self.child.wait()?.success() {
            return Ok(());
        }
        Err(self.end()?)
    }
}

fn receive(stdout: ChildStdout) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    receiver
}
