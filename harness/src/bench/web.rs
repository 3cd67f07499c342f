//! The machine of the page: restored, booted, and beside a plain start of the same
//! kernel in the same emulator; and what a reader's browser fetches and holds.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use procfs::process::Process;
use serde::Deserialize;
use tempfile::TempDir;

use super::course;
use super::page::{Amounts, Goal, Section};
use super::plain;
use super::rounds::{self, Contender, say};
use crate::machine::cpio::Archive;
use crate::machine::page::PageFiles;
use crate::machine::programs;
use crate::machine::userland::Userland;
use crate::machines::Machines;

const RESTORE: &str = "restored, to PID 1's first answer";
const COLD_BOOT: &str = "cold boot in v86, to PID 1's first word";
const PLAIN: &str = "plain v86 and busybox, to the first word";
const LESSON: &str = "`just chapter 3 --machine page --auto`";

/// The list of a site's files.
const LIST: &str = "target/web/live/machine.json";

/// Bytes that the first press of Run may fetch.
const MOST_BYTES: f64 = 8e6;

/// Bytes of memory that a machine may hold.
const MOST_MEMORY: f64 = 200e6;

/// Measures a machine of the page, under Node.
pub(super) fn measure(workspace: &Path, rounds: usize) -> Result<Section> {
    say("The machine of the page");
    let mut machines = Machines::open_page(workspace, None)?;
    let files = Machines::files_of_page(workspace)?;
    let plain = plain_files(files.clone())?;
    let lesson = ["chapter", "3", "--machine", "page", "--auto"];
    let rows = rounds::run(
        &mut [
            Contender::ours(RESTORE, || {
                let begin = Instant::now();
                machines.machine()?.ping()?;
                Ok(vec![(RESTORE.into(), begin.elapsed().as_secs_f64())])
            }),
            Contender::ours(COLD_BOOT, || {
                Ok(vec![(COLD_BOOT.into(), files.boot()?.as_secs_f64())])
            }),
            Contender::peer(PLAIN, || boot_plain(&plain)),
            Contender::ours(LESSON, || {
                Ok(vec![(LESSON.into(), course::run(workspace, &lesson)?)])
            }),
        ],
        rounds,
        say,
    )?;
    Ok(Section {
        title: "The machine of the page".into(),
        about: "v86 under Node: the saved machine restored, booted from its \
            kernel and initramfs, and the same kernel with nothing but busybox."
            .into(),
        rounds,
        base: RESTORE.into(),
        goals: vec![
            Goal::seconds(&rows, RESTORE, 1.2),
            Goal::times_faster(&rows, RESTORE, COLD_BOOT, 10.0),
            Goal::seconds(&rows, LESSON, 25.0),
        ],
        rows,
    })
}

/// Returns files of a machine that has nothing but busybox in it.
fn plain_files(files: PageFiles) -> Result<PageFiles> {
    let userland = Userland::of_page()?;
    let mut archive = Archive::default();
    archive.folder("/dev");
    archive.folder("/proc");
    programs::add_busybox(&mut archive, &userland)?;
    let script = format!("{}echo up\nexec sleep 1000\n", plain::INIT);
    archive.file("/init", 0o755, script.into_bytes());
    Ok(files.with_initramfs(archive.to_bytes()))
}

/// Returns the seconds from the start of Node to the word `up`.
fn boot_plain(files: &PageFiles) -> Result<f64> {
    let folder = TempDir::new()?;
    files.write(folder.path())?;
    let begin = Instant::now();
    let mut command = Command::new("node");
    command.arg(folder.path().join("machine.mjs"));
    command.arg("boot").arg(folder.path());
    command.stdin(Stdio::piped()).stdout(Stdio::null());
    let mut node = command.stderr(Stdio::piped()).spawn().context("node")?;
    let console = node.stderr.take().context("stderr is piped")?;
    let up = BufReader::new(console)
        .lines()
        .map_while(Result::ok)
        .any(|line| line.trim() == "up");
    let seconds = begin.elapsed().as_secs_f64();
    let _ = node.kill();
    let _ = node.wait();
    if !up {
        bail!("the machine ends without a word");
    }
    Ok(seconds)
}

/// A file of a site.
#[derive(Deserialize)]
struct SentFile {
    bytes: u64,
    gzip: Option<u64>,
}

#[derive(Deserialize)]
struct Sent {
    /// Bytes that the first press of Run fetches.
    first_run: u64,
    files: BTreeMap<String, SentFile>,
}

/// Measures what a browser fetches at the first press of Run, and the memory of
/// a machine that is restored.
pub(super) fn amounts(workspace: &Path) -> Result<Amounts> {
    let mut rows = Vec::new();
    let mut goals = Vec::new();
    let path = workspace.join(LIST);
    match fs::read(&path) {
        Ok(text) => {
            let sent: Sent = serde_json::from_slice(&text)
                .with_context(|| path.display().to_string())?;
            for (group, bytes) in groups(&sent) {
                let name = format!("the site's files, {group}");
                rows.push((name, vec![megabytes(bytes as f64)]));
            }
            let name = "what the first press of Run fetches of them";
            let first_run = sent.first_run as f64;
            rows.push((name.into(), vec![megabytes(first_run)]));
            goals.push(Goal::amount(name, first_run, MOST_BYTES, megabytes));
        }
        Err(_) => {
            rows.push(("a site".into(), vec!["not made: just web".into()]))
        }
    }
    let held = memory(workspace)?;
    let name = "memory of Node with a restored machine";
    rows.push((name.into(), vec![megabytes(held)]));
    goals.push(Goal::amount(name, held, MOST_MEMORY, megabytes));
    Ok(Amounts {
        title: "Bytes of the machine of the page".into(),
        about: "Files as a host sends them that compresses with gzip; the \
            state is compressed with zstd. Memory is what no other process \
            shares (Private_Dirty)."
            .into(),
        heads: vec!["MB".into()],
        rows,
        goals,
    })
}

/// Adds up the bytes of each group of files.
fn groups(sent: &Sent) -> BTreeMap<String, u64> {
    let mut groups = BTreeMap::new();
    for (name, SentFile { bytes, gzip }) in &sent.files {
        let group = name.split('/').next().unwrap_or(name).to_owned();
        let least = gzip.unwrap_or(*bytes).min(*bytes);
        *groups.entry(group).or_default() += least;
    }
    groups
}

/// Returns the bytes that a Node with a restored machine holds alone.
fn memory(workspace: &Path) -> Result<f64> {
    let mut machine = Machines::open_page(workspace, None)?.machine()?;
    machine.facts()?;
    let node = Process::new(machine.qemu_pid().as_raw())?;
    let maps = node.smaps_rollup()?.memory_map_rollup;
    let own = maps
        .iter()
        .filter_map(|it| it.extension.map.get("Private_Dirty"));
    Ok(own.sum::<u64>() as f64)
}

fn megabytes(bytes: f64) -> String {
    format!("{:.2}", bytes / 1e6)
}
