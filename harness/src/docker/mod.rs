//! Real Docker beside `container`: one scenario, played with both, compared.
//!
//! # Layout, in the order it runs
//!
//! * here: two sandboxes side by side, and what they report
//! * [`install`]: which Docker there is, or why there is none
//! * [`player`]: in a sandbox: the scenario with one of the two
//!   (`image` makes what it imports, `daemon` starts dockerd, `shell` types)
//! * [`containers`]: what the kernel holds of each container
//! * [`normal`]: ids, names and times of a run become labels
//! * [`table`]: which words stand for which, which differences are accepted
//! * [`report`]: for a person

mod containers;
pub(crate) mod daemon;
mod image;
pub mod install;
mod normal;
pub mod player;
mod report;
mod shell;
mod table;

use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::binaries;
use crate::exit_code::{DIFFERS, ENVIRONMENT};
use crate::lesson::{self, Lesson};
use crate::sandbox;
use crate::{out, outln};
use install::Docker;
use table::{Difference, Table};

/// The scenario.
const SCENARIO: &str = "chapters/06-container/docker/scenario.md";

/// The table of differences, which is a page of the book too.
const TABLE: &str = "docs/src/docker.md";

/// The subcommand of ours that plays, in a sandbox.
pub const SUBCOMMAND: &str = "docker-player";

/// What came of one command.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Standard output, normalised.
    pub stdout: String,
    /// Standard error, normalised.
    pub stderr: String,
    /// The exit status.
    pub status: u8,
    /// What the kernel held afterwards, normalised.
    pub facts: String,
}

/// It is our fault, or that of a program we started.
#[derive(Debug, thiserror::Error)]
#[error("the comparison with {runtime} broke: {reason}")]
pub struct Broken {
    /// `docker` or `container`.
    pub runtime: &'static str,
    /// Why.
    pub reason: String,
}

/// Plays the scenario with both, and reports. Exit code 0, or 1 if they
/// differ.
pub fn run(workspace: &Path) -> Result<u8> {
    let docker = Docker::find()?;
    let (scenario, text) = read(workspace, SCENARIO)?;
    let lesson = lesson::parse(Path::new(SCENARIO), &text)?;
    let (_, text) = read(workspace, TABLE)?;
    let mut table = Table::parse(Path::new(TABLE), &text)?;
    let programs = binaries::build(workspace)?.chapters;
    let begin = Instant::now();

    outln!("{}: {docker} and container", lesson.title);
    let client = Some(docker.client.as_path());
    let docker = Side::start("docker", client, &scenario, &programs)?;
    let container = Side::start("container", None, &scenario, &programs)?;
    let compared = compare(&lesson, &mut table, [docker, container])?;
    let stale = table.stale();
    out!(
        "{}",
        report::summary(&lesson, &compared, &stale, begin.elapsed())
    );
    let same = compared.differences == 0 && stale.is_empty();
    Ok(if same { 0 } else { DIFFERS })
}

fn read(workspace: &Path, path: &str) -> Result<(PathBuf, String)> {
    let file = workspace.join(path);
    let text =
        std::fs::read_to_string(&file).context(file.display().to_string());
    Ok((file, text?))
}

/// What was found.
#[derive(Debug, Default)]
struct Compared {
    commands: usize,
    differences: usize,
}

fn compare(
    lesson: &Lesson,
    table: &mut Table,
    mut sides: [Side; 2],
) -> Result<Compared> {
    let colour =
        io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let mut compared = Compared::default();
    let mut lasting: Vec<Difference> = Vec::new();
    for step in &lesson.steps {
        let mut commands = Vec::new();
        for command in step.commands() {
            let docker = sides[0].next()?;
            let container = sides[1].next()?;
            let input = &command.input;
            let mut differences =
                table.compare(&step.title, input, &docker, &container);
            // What the kernel holds lasts: it is said once.
            let facts = |it: &&Difference| it.is_in_facts();
            let now = differences.iter().filter(facts).cloned().collect();
            differences.retain(|it| !lasting.contains(it));
            lasting = now;
            compared.commands += 1;
            compared.differences += differences.len();
            commands.push((command, docker, differences));
        }
        out!("{}", report::step(step, &commands, colour));
    }
    sides.into_iter().try_for_each(Side::finish)?;
    Ok(compared)
}

/// One of the two, in its sandbox.
struct Side {
    runtime: &'static str,
    child: Child,
    outcomes: Receiver<Outcome>,
    messages: thread::JoinHandle<String>,
}

impl Side {
    fn start(
        runtime: &'static str,
        client: Option<&Path>,
        scenario: &Path,
        programs: &[PathBuf],
    ) -> Result<Self> {
        let mut arguments: Vec<OsString> =
            vec![SUBCOMMAND.into(), "--scenario".into(), scenario.into()];
        if let Some(client) = client {
            arguments.extend(["--docker".into(), client.into()]);
        }
        arguments.extend(programs.iter().map(Into::into));
        let mut command = sandbox::command(&arguments)?;
        command.stdout(std::process::Stdio::piped());
        command.stderr(std::process::Stdio::piped());
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
            outcomes: receive(stdout),
            messages,
        })
    }

    /// The next command's outcome, or why there is none.
    fn next(&mut self) -> Result<Outcome> {
        match self.outcomes.recv() {
            Ok(outcome) => Ok(outcome),
            Err(_) => Err(self.end()?),
        }
    }

    /// Why it has ended.
    fn end(&mut self) -> Result<anyhow::Error> {
        let status = self.child.wait()?;
        let messages =
            std::mem::replace(&mut self.messages, thread::spawn(String::new));
        let reason = match messages.join() {
            Ok(text) if !text.is_empty() => text,
            _ => status.to_string(),
        };
        // 1 is that of unshare(1): no sandbox could be made.
        let unavailable = [1, i32::from(ENVIRONMENT)].map(Some);
        let unavailable = unavailable.contains(&status.code());
        let runtime = self.runtime;
        Ok(match unavailable {
            true => install::Unavailable(reason).into(),
            false => Broken { runtime, reason }.into(),
        })
    }

    /// It has said all it had to say, and ends well.
    fn finish(mut self) -> Result<()> {
        if self.outcomes.recv().is_err() && self.child.wait()?.success() {
            return Ok(());
        }
        Err(self.end()?)
    }
}

/// A line of JSON for each command.
fn receive(stdout: ChildStdout) -> Receiver<Outcome> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            let outcome = serde_json::from_str(&line).ok();
            let sent = outcome.map(|outcome| sender.send(outcome));
            if !matches!(sent, Some(Ok(()))) {
                break;
            }
        }
    });
    receiver
}
