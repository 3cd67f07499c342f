//! Small tools beside util-linux, and beside a C program that makes only the
//! necessary calls: on this computer and in machines, timed by one C program.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use nix::unistd::geteuid;
use tempfile::TempDir;

use super::c_program;
use super::page::Section;
use super::plain::Plain;
use super::rounds::say;
use super::tool_contests::{CONTESTS, Contest, position};
use crate::binaries;
use crate::lesson::Version;
use crate::machine::command_line::Config;
use crate::machine::cpio::Archive;
use crate::machine::kernel::{self, Kernel};
use crate::machine::programs;
use crate::machine::userland::Userland;
use crate::machines::Machines;

/// Sources of the C programs.
const SOURCES: [(&str, &str); 2] = [
    ("tools", include_str!("../../benches/tools.c")),
    ("turns", include_str!("../../benches/turns.c")),
];

/// Programs of the chapters.
const CHAPTERS: [&str; 4] = ["list-namespaces", "set_ns", "unshare", "listns"];

/// Programs of util-linux.
const UTIL_LINUX: [&str; 3] = ["lsns", "nsenter", "unshare"];

/// Folder of the programs in a machine.
const FOLDER: &str = "/bench";

/// Memory of a machine with 4,000 network namespaces.
const MEMORY: &str = "2560M";

/// First release that has listns(2).
const LISTNS: &str = "6.19";

/// Measures all contests in all places where they can run.
pub(super) fn measure(
    workspace: &Path,
    machines: &mut Machines,
    quick: bool,
) -> Result<Vec<Section>> {
    say("Tools");
    let folder = build(workspace)?;
    let config = machines.qemus()?.config.clone();
    let mut sections = on_this_computer(folder.path(), quick)?;
    for kernel in on_each_side(&machines.qemus()?.kernel)? {
        sections.extend(in_a_machine(&config, &kernel, folder.path(), quick)?);
    }
    sections.sort_by_key(position);
    Ok(sections)
}

/// Builds all programs into one folder, where they are as if installed. The
/// file that a linker has written takes longer to map than a copy of it.
fn build(workspace: &Path) -> Result<TempDir> {
    let folder = TempDir::new()?;
    for name in CHAPTERS {
        let built = binaries::build_fast(workspace, name)?;
        copy(&built, &folder.path().join(name))?;
    }
    for (name, source) in SOURCES {
        let linked = folder.path().join(format!("{name}.linked"));
        c_program::compile(source, &linked)?;
        copy(&linked, &folder.path().join(name))?;
    }
    Ok(folder)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).with_context(|| to.display().to_string())?;
    Ok(())
}

/// Returns the kernel in use and the newest one, if listns(2) tells them apart;
/// else one of them and the newest of the other side.
fn on_each_side(in_use: &Kernel) -> Result<Vec<Kernel>> {
    let is_new =
        |kernel: &Kernel| kernel::by_version(&kernel.folder(), LISTNS).is_ge();
    let fetched = kernel::fetched()?;
    let newest = |side: bool| {
        let mut all = fetched.iter().rev();
        all.find(|kernel| is_new(kernel) == side).cloned()
    };
    let old = if is_new(in_use) {
        newest(false)
    } else {
        Some(in_use.clone())
    };
    Ok([old, newest(true)].into_iter().flatten().collect())
}

fn on_this_computer(folder: &Path, quick: bool) -> Result<Vec<Section>> {
    let place = "this computer";
    let here = |contest: &&Contest| contest.needs.is_none();
    if !geteuid().is_root() {
        let skip = |contest: &Contest| contest.skipped(place, "it needs root");
        return Ok(CONTESTS.iter().filter(here).map(skip).collect());
    }
    let run = |contest: &Contest| {
        let folder = folder.display().to_string();
        let words = contest.words(&folder, quick);
        say(&format!("{}, on {place}", contest.title));
        let output = Command::new(&words[0]).args(&words[1..]).output();
        let output = output.context("exec(turns)")?;
        ensure!(output.status.success(), "turns: {}", output.status);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let lines: Vec<&str> = said.lines().collect();
        contest.section(place, &lines, quick)
    };
    CONTESTS.iter().filter(here).map(run).collect()
}

/// Runs all contests in one machine with this kernel and no PID 1 of ours.
fn in_a_machine(
    config: &Config,
    kernel: &Kernel,
    folder: &Path,
    quick: bool,
) -> Result<Vec<Section>> {
    let release = kernel.folder().into_owned();
    let can_run = |contest: &&Contest| {
        let needed = contest.needs.unwrap_or("0");
        kernel::by_version(&release, needed).is_ge()
    };
    let contests: Vec<&Contest> = CONTESTS.iter().filter(can_run).collect();
    let mut archive = Archive::default();
    let userland = Userland::find()?;
    for name in UTIL_LINUX {
        let program = userland.program(name, &mut archive.sources)?;
        let place = format!("/usr/bin/{name}");
        programs::add_program(&mut archive, &userland, &place, &program)?;
    }
    for name in CHAPTERS.into_iter().chain(SOURCES.map(|(name, _)| name)) {
        let place = format!("{FOLDER}/{name}");
        archive.copy(&place, 0o755, &folder.join(name))?;
    }
    archive.file("/etc/passwd", 0o644, b"root:x:0:0::/:/bin/sh\n".to_vec());
    let config = Config {
        kernel: kernel.image.clone(),
        ..config.clone()
    };
    let machine =
        Plain::with(&config, archive, &script(&contests, quick), MEMORY)?;
    let place = format!("a machine with Linux {}", Version::of(&release));
    say(&place);
    let said = machine.lines_before(LAST)?;
    let section = |(index, contest): (usize, &&Contest)| {
        let begin = format!("contest {index}");
        let lines = said.iter().skip_while(|line| **line != begin).skip(1);
        let lines = lines.take_while(|line| !line.starts_with("contest "));
        let lines: Vec<&str> = lines.map(String::as_str).collect();
        contest.section(&place, &lines, quick)
    };
    contests.iter().enumerate().map(section).collect()
}

/// Last line that the machine prints.
const LAST: &str = "that is all";

/// Returns the script that runs all contests in a machine.
fn script(contests: &[&Contest], quick: bool) -> String {
    let turns = |(index, contest): (usize, &&Contest)| {
        let words = contest.words(FOLDER, quick).join(" ");
        format!("echo contest {index}\n{words}\n")
    };
    let turns: String = contests.iter().enumerate().map(turns).collect();
    format!("{turns}echo {LAST}\nexec sleep 1000\n")
}
