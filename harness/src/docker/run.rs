//! The comparison with each chosen Docker.

use std::path::Path;

use anyhow::Result;

use super::choice::{self, Which};
use super::comparison::Comparison;
use super::report;
use super::scenario::Scenario;
use crate::exit_code::DIFFERS;
use crate::machine::kernel;
use crate::out;

/// Plays the scenario with each Docker in turn, and prints the differences from
/// `container`. Returns exit code 0, or 1 if they differ.
pub fn run(workspace: &Path, which: &Which) -> Result<u8> {
    let (dockers, missing) = choice::choose(which, &kernel::cache()?)?;
    let scenario = Scenario::read(workspace)?;
    let mut comparisons = Vec::new();
    for docker in &dockers {
        comparisons.push(scenario.play(docker)?);
    }
    if *which == Which::All {
        out!("{}", report::all(&comparisons, missing.as_ref()));
    }
    let same = comparisons.iter().all(Comparison::is_same);
    Ok(if same { 0 } else { DIFFERS })
}
