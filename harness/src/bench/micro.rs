//! Small functions, run many thousand times by criterion.
//!
//! See: harness/benches/machine.rs, harness/benches/text.rs

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use tempfile::TempDir;

use super::page::Micro;
use super::rounds::say;
use crate::binaries;

/// The part of criterion's `estimates.json` that is read here.
#[derive(Deserialize)]
struct Estimates {
    median: Estimate,
}

#[derive(Deserialize)]
struct Estimate {
    point_estimate: f64,
    confidence_interval: Interval,
}

#[derive(Deserialize)]
struct Interval {
    lower_bound: f64,
    upper_bound: f64,
}

/// The part of criterion's `benchmark.json` that is read here.
#[derive(Deserialize)]
struct Benchmark {
    title: String,
    throughput: Option<Throughput>,
}

#[derive(Deserialize)]
struct Throughput {
    #[serde(rename = "Bytes")]
    bytes: Option<u64>,
}

/// Runs the benches and reads the results that criterion wrote.
pub(super) fn measure(workspace: &Path, quick: bool) -> Result<Vec<Micro>> {
    say("Small things (criterion)");
    let folder = TempDir::new()?;
    let mut cargo = Command::new(binaries::cargo());
    cargo
        .current_dir(workspace)
        .env("CRITERION_HOME", folder.path());
    cargo.args(["bench", "--quiet", "--package", "harness"]);
    cargo.args(["--bench", "machine", "--bench", "text", "--", "--noplot"]);
    if quick {
        cargo.arg("--quick");
    }
    // Cargo's output goes to standard error: standard output is for the page.
    cargo.stdin(Stdio::null()).stdout(std::io::stderr());
    let status = cargo.status().context("exec(cargo)")?;
    ensure!(status.success(), "cargo bench: {status}");
    let mut found = Vec::new();
    read_below(folder.path(), &mut found)?;
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

/// Reads the results below a folder: those of each bench are in a folder `new`.
fn read_below(folder: &Path, found: &mut Vec<Micro>) -> Result<()> {
    for entry in fs::read_dir(folder)?.flatten() {
        let path = entry.path();
        if entry.file_name() == "new" {
            found.push(read(&path)?);
        } else if path.is_dir() {
            read_below(&path, found)?;
        }
    }
    Ok(())
}

fn read(folder: &Path) -> Result<Micro> {
    let Estimates { median } = json(&folder.join("estimates.json"))?;
    let about: Benchmark = json(&folder.join("benchmark.json"))?;
    let seconds = |nanoseconds: f64| nanoseconds / 1e9;
    let interval = median.confidence_interval;
    Ok(Micro {
        name: about.title,
        median: seconds(median.point_estimate),
        interval: [interval.lower_bound, interval.upper_bound].map(seconds),
        bytes: about.throughput.and_then(|it| it.bytes),
    })
}

fn json<T: for<'a> Deserialize<'a>>(path: &Path) -> Result<T> {
    let text = fs::read_to_string(path);
    let text = text.with_context(|| path.display().to_string())?;
    serde_json::from_str(&text).with_context(|| path.display().to_string())
}
