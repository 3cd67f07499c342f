//! A round in a new sandbox.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::player;
use super::promise::{Broken, Finding, RoundReport};
use crate::{err, sandbox};

/// The reason why no round can be played here, with advice.
#[derive(Debug, thiserror::Error)]
#[error("`container` cannot be fuzzed here: {0}")]
pub struct CannotFuzz(pub String);

/// The setting that all rounds have in common.
pub(super) struct Sandboxed {
    /// Path of `container`.
    pub(super) program: PathBuf,
    /// Time after which a verb is taken to hang.
    pub(super) patience: Duration,
    /// Whether each verb is printed.
    pub(super) show: bool,
}

impl Sandboxed {
    /// Plays steps of a round in a new sandbox: those to keep, or all.
    pub(super) fn play(
        &self,
        seed: u64,
        keep: Option<&[usize]>,
        patience: Duration,
    ) -> Result<RoundReport> {
        let mut arguments: Vec<OsString> = vec![
            player::SUBCOMMAND.into(),
            seed.to_string().into(),
            patience.as_secs().to_string().into(),
            self.program.clone().into(),
        ];
        let keep = keep.unwrap_or_default().iter();
        arguments.extend(keep.map(|step| step.to_string().into()));
        let mut command = sandbox::command(&arguments)?;
        // Containers with the host's PIDs can reach PID 1's working directory.
        command.current_dir("/");
        if self.show {
            command.env(player::SHOW, "1");
        }
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().context("exec(unshare)")?;
        // The sandbox lives as long as this is open.
        let stdin = child.stdin.take();
        let output = child.wait_with_output().context("wait")?;
        drop(stdin);
        let said = String::from_utf8_lossy(&output.stderr);
        if self.show {
            err!("{said}");
        }
        let mut lines = output.stdout.split(|byte| *byte == b'\n');
        if lines.next() != Some(player::READY.as_bytes()) {
            bail!(CannotFuzz(said.trim().into()));
        }
        let report = lines.next().unwrap_or_default();
        Ok(
            serde_json::from_slice(report).unwrap_or_else(|_| RoundReport {
                verbs: 0,
                finding: Some(Finding {
                    broken: Broken::Signalled,
                    step: usize::MAX,
                    what: format!("the player has ended: {}", said.trim()),
                }),
            }),
        )
    }
}
