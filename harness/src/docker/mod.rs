//! Real Docker beside `container`: one scenario, played with both, compared.
//!
//! # Layout, in the order it runs
//!
//! * [`command`]: the subcommands
//! * here: two sandboxes side by side, and what they report
//! * [`choice`]: which Dockers are asked for ([`install`]: the installed one,
//!   or why there is none)
//! * [`player`]: in a sandbox: the scenario with one of the two
//!   (`image` makes what it imports, `daemon` starts dockerd, `shell` types)
//! * [`tree`]: the root that a fetched Docker runs in
//! * [`containers`]: what the kernel holds of each container
//! * [`normal`]: ids, names and times of a run become labels
//! * [`table`]: which words stand for which, which differences are accepted
//!   (`marks`: with which versions of Docker)
//! * [`report`]: for a person

pub mod choice;
pub mod command;
mod containers;
pub(crate) mod daemon;
mod image;
pub mod install;
mod marks;
mod normal;
pub mod player;
mod report;
mod shell;
mod table;
pub mod tree;

use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::binaries;
use crate::exit_code::{DIFFERS, ENVIRONMENT};
use crate::lesson::{self, Lesson, Version};
use crate::machine::kernel;
use crate::sandbox;
use crate::{out, outln};
use choice::Choice;
pub use choice::Which;
use table::{Difference, Table};

/// The scenario.
const SCENARIO: &str = "chapters/06-container/docker/scenario.md";

/// The table of differences, which is a page of the book too.
const TABLE: &str = "docs/src/docker.md";

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
    /// Whether dockerd says that it has lost output meanwhile.
    pub lost: bool,
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

/// Plays the scenario with both, and reports: with each Docker that is asked
/// for in turn. Exit code 0, or 1 if they differ.
pub fn run(workspace: &Path, which: &Which) -> Result<u8> {
    let (dockers, missing) = choice::choose(which, &kernel::cache()?)?;
    let scenario = Scenario::read(workspace)?;
    let mut verdicts = Vec::new();
    for docker in &dockers {
        verdicts.push(scenario.play(docker)?);
    }
    if *which == Which::All {
        out!("{}", report::verdicts(&verdicts, missing.as_ref()));
    }
    let same = verdicts.iter().all(Verdict::is_same);
    Ok(if same { 0 } else { DIFFERS })
}

/// What is played, and what may differ.
struct Scenario {
    path: PathBuf,
    lesson: Lesson,
    table: Table,
    programs: Vec<PathBuf>,
}

impl Scenario {
    fn read(workspace: &Path) -> Result<Self> {
        let (path, text) = read(workspace, SCENARIO)?;
        let lesson = lesson::parse(Path::new(SCENARIO), &text)?;
        let (_, text) = read(workspace, TABLE)?;
        Ok(Self {
            path,
            lesson,
            table: Table::parse(Path::new(TABLE), &text)?,
            programs: binaries::build(workspace)?.chapters,
        })
    }

    /// With this Docker and with `container`, side by side.
    fn play(&self, docker: &Choice) -> Result<Verdict> {
        let begin = Instant::now();
        let mut theirs = self.start("docker", &docker.arguments())?;
        let ours = self.start("container", &[])?;
        let version: String = theirs.next()?;
        let name = format!("Docker {version} ({docker})");
        outln!("{}: {name} and container", self.lesson.title);
        let mut table = self.table.on(Version::of(&version));
        let mut verdict = compare(&self.lesson, &mut table, [theirs, ours])?;
        verdict.docker = name;
        // A row may be about what has been lost.
        if verdict.lost == 0 {
            verdict.stale = table.stale();
        }
        out!("{}", report::summary(&verdict, begin.elapsed()));
        Ok(verdict)
    }

    fn start(
        &self,
        runtime: &'static str,
        arguments: &[&Path],
    ) -> Result<Side> {
        let mut all: Vec<&Path> = vec![Path::new("--scenario"), &self.path];
        all.extend(arguments);
        all.extend(self.programs.iter().map(PathBuf::as_path));
        Side::start(runtime, &all)
    }
}

fn read(workspace: &Path, path: &str) -> Result<(PathBuf, String)> {
    let file = workspace.join(path);
    let text =
        std::fs::read_to_string(&file).context(file.display().to_string());
    Ok((file, text?))
}

/// What was found.
#[derive(Debug, Default)]
struct Verdict {
    /// `Docker 28.5.2+dfsg4 (sid)`
    docker: String,
    steps: usize,
    commands: usize,
    differences: usize,
    /// Outputs that dockerd has lost: nothing is known about them.
    lost: usize,
    /// Rows of the table that nothing has needed, and where they are.
    stale: Vec<String>,
}

impl Verdict {
    fn is_same(&self) -> bool {
        self.differences == 0 && self.stale.is_empty()
    }
}

fn compare(
    lesson: &Lesson,
    table: &mut Table,
    mut sides: [Side; 2],
) -> Result<Verdict> {
    let colour =
        io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let mut compared = Verdict {
        steps: lesson.steps.len(),
        ..Verdict::default()
    };
    let mut lasting: Vec<Difference> = Vec::new();
    let mut lost = false;
    for step in &lesson.steps {
        let mut commands = Vec::new();
        for command in step.commands() {
            let docker: Outcome = sides[0].next()?;
            let container = sides[1].next()?;
            let input = &command.input;
            let mut differences =
                table.compare(&step.title, input, &docker, &container);
            // What the kernel holds lasts: it is said once.
            let facts = |it: &&Difference| it.is_in_facts();
            let now = differences.iter().filter(facts).cloned().collect();
            differences.retain(|it| !lasting.contains(it));
            lasting = now;
            // A container that did not start has such a line in the log too, and
            // nothing missing.
            for difference in &mut differences {
                difference.blame_dockerd_for(lost || docker.lost);
            }
            // A later command may be docker logs of the same container.
            lost |= docker.lost && differences.iter().any(Difference::is_lost);
            compared.commands += 1;
            let gone = differences.iter().filter(|it| it.is_lost()).count();
            compared.lost += gone;
            compared.differences += differences.len() - gone;
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
    lines: Receiver<String>,
    messages: thread::JoinHandle<String>,
}

impl Side {
    fn start(runtime: &'static str, arguments: &[&Path]) -> Result<Self> {
        let mut all: Vec<OsString> = vec![player::SUBCOMMAND.into()];
        all.extend(arguments.iter().map(Into::into));
        let mut command = sandbox::command(&all)?;
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
            lines: receive(stdout),
            messages,
        })
    }

    /// What it says next, or why it says nothing more.
    fn next<T: DeserializeOwned>(&mut self) -> Result<T> {
        match self.lines.recv().map(|line| serde_json::from_str(&line)) {
            Ok(Ok(said)) => Ok(said),
            _ => Err(self.end()?),
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
        Ok(if unavailable {
            install::Unavailable(reason).into()
        } else {
            Broken { runtime, reason }.into()
        })
    }

    /// It has said all it had to say, and ends well.
    fn finish(mut self) -> Result<()> {
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
