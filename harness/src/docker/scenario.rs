//! The scenario, played with both runtimes and compared.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result};

use super::choice::ChosenDocker;
use super::comparison::{BothPlayed, Comparison};
use super::report;
use super::side::Side;
use super::table::{Difference, Table};
use super::twice;
use crate::binaries;
use crate::lesson::{self, Lesson, Version};
use crate::{out, outln};

/// Path of the scenario.
const SCENARIO: &str = "chapters/06-container/docker/scenario.md";

/// Path of the table of differences, which is a page of the documentation.
const TABLE: &str = "docs/src/docker.md";

/// The scenario, and the differences that are accepted.
pub(super) struct Scenario {
    path: PathBuf,
    lesson: Lesson,
    table: Table,
    programs: Vec<PathBuf>,
}

impl Scenario {
    /// Reads the scenario and the table, and builds the programs.
    pub(super) fn read(workspace: &Path) -> Result<Self> {
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

    /// Plays the scenario with a Docker and with `container`, and again if they
    /// differ: Docker may answer in two ways.
    pub(super) fn play(&self, docker: &ChosenDocker) -> Result<Comparison> {
        let first = self.play_once(docker)?;
        if first.is_same() {
            return Ok(first);
        }
        outln!("\nOnce more: is it Docker that answers in two ways?\n");
        let settled = twice::settle(first, &self.play_once(docker)?);
        out!("{}", report::twice(&settled));
        Ok(settled)
    }

    /// Plays the scenario with both, side by side.
    fn play_once(&self, docker: &ChosenDocker) -> Result<Comparison> {
        let begin = Instant::now();
        let mut theirs = self.start("docker", &docker.arguments())?;
        let ours = self.start("container", &[])?;
        let version: String = theirs.next()?;
        let name = format!("Docker {version} ({docker})");
        outln!("{}: {name} and container", self.lesson.title);
        let mut table = self.table.on(Version::of(&version));
        let mut comparison = compare(&self.lesson, &mut table, [theirs, ours])?;
        comparison.docker = name;
        // A row may be about output that has been lost.
        if comparison.lost == 0 {
            comparison.stale = table.stale();
        }
        out!("{}", report::summary(&comparison, begin.elapsed()));
        Ok(comparison)
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

/// Compares the results of both sides, and prints each step.
fn compare(
    lesson: &Lesson,
    table: &mut Table,
    mut sides: [Side; 2],
) -> Result<Comparison> {
    let colour =
        io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let mut comparison = Comparison {
        steps: lesson.steps.len(),
        ..Comparison::default()
    };
    let mut earlier = Earlier::default();
    for step in &lesson.steps {
        let begin = comparison.played.len();
        for command in step.commands() {
            let [docker, container] = [sides[0].next()?, sides[1].next()?];
            let input = &command.input;
            let all = table.compare(&step.title, input, &docker, &container);
            comparison.add(BothPlayed {
                step: format!("{} {}", step.number, step.title),
                command: input.clone(),
                differences: earlier.leave_out(all, docker.lost),
                docker,
                container,
            });
        }
        let commands = &comparison.played[begin..];
        out!("{}", report::step(step, commands, colour));
    }
    sides.into_iter().try_for_each(Side::finish)?;
    Ok(comparison)
}

/// Facts about earlier commands that a later difference may be due to.
#[derive(Default)]
struct Earlier {
    /// Differences in the kernel's state after the last command.
    lasting: Vec<Difference>,
    /// Whether dockerd has lost output that is missing.
    lost: bool,
}

impl Earlier {
    /// Leaves out differences that were there before, and blames dockerd for
    /// those that its losses explain.
    fn leave_out(
        &mut self,
        mut differences: Vec<Difference>,
        loses: bool,
    ) -> Vec<Difference> {
        // The kernel's state lasts: a difference in it is printed only once.
        let facts = |it: &&Difference| it.is_in_facts();
        let now = differences.iter().filter(facts).cloned().collect();
        differences.retain(|it| !self.lasting.contains(it));
        self.lasting = now;
        // dockerd also logs a lost output for a container that did not start,
        // although no output is missing.
        for difference in &mut differences {
            difference.blame_dockerd_for(self.lost || loses);
        }
        // A later command may be `docker logs` of the same container.
        self.lost |= loses && differences.iter().any(Difference::is_lost);
        differences
    }
}
