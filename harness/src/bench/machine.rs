//! A machine booted, saved and cloned, and the same kernel started by other
//! tools.

use std::fs::File;
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use super::page::{Goal, Section};
use super::plain::Plain;
use super::rounds::{self, Contender, Row, Times, say};
use super::virtme::Virtme;
use crate::machine::Machine;
use crate::machine::command_line::Config;
use crate::machines::Machines;

/// A contender of [`boot_and_clone`]: the cold boot.
pub const COLD_BOOT: &str = "cold boot, to PID 1's first word";
const SAVE: &str = "save";
/// A contender of [`boot_and_clone`]: the clone.
pub const CLONE: &str = "clone, to PID 1's first answer";
const FULL: &str = "clone, with the chapters' programs";
const SHELL: &str = "`just shell`, the whole command";
const PLAIN: &str = "plain QEMU and busybox, to the first word";
const VIRTME: &str = "virtme-ng, the whole command";

/// Measures all about a machine, with the kernel that `machines` has.
pub(super) fn measure(
    machines: &mut Machines,
    release: &str,
    rounds: usize,
) -> Result<Section> {
    say("A machine");
    let config = machines.qemus()?.config.clone();
    let plain = Plain::beside(&config)?;
    let kernel = &machines.qemus()?.kernel;
    let virtme = Virtme::with(kernel, release, config.accelerator)?;
    let rows = rounds::run(
        &mut [
            Contender::ours(CLONE, || clone(machines)),
            Contender::ours(COLD_BOOT, || boot_and_save(&config)),
            Contender::ours(SHELL, || shell(release)),
            Contender::peer(PLAIN, || plain.boot()),
            Contender::peer(VIRTME, || virtme.boot()),
        ],
        rounds,
        say,
    )?;
    Ok(Section {
        title: "A machine".into(),
        about: "A machine is booted once and saved. Every run gets a clone: \
            the saved bytes are checked, QEMU is started, PID 1 answers. `just \
            shell` and `vng` have a machine print the release of its kernel, \
            timed from the start of the command to its end."
            .into(),
        rounds,
        base: CLONE.into(),
        goals: vec![
            Goal::seconds(&rows, CLONE, 0.25),
            Goal::times_faster(&rows, CLONE, COLD_BOOT, 10.0),
        ],
        rows,
    })
}

/// Times a cold boot and a clone in turns, for `rounds` rounds. Prints nothing.
pub fn boot_and_clone(
    machines: &mut Machines,
    rounds: usize,
) -> Result<Vec<Row>> {
    // The first machine finds out whether this QEMU has shared memory, and the
    // configuration leaves it out if not.
    drop(machines.machine()?);
    let config = machines.qemus()?.config.clone();
    rounds::run(
        &mut [
            Contender::ours(CLONE, || clone(machines)),
            Contender::ours(COLD_BOOT, || boot_and_save(&config)),
        ],
        rounds,
        |_| {},
    )
}

fn boot_and_save(config: &Config) -> Result<Times> {
    let folder = TempDir::new()?;
    let memory = folder.path().join("memory");
    let state = File::create(folder.path().join("state"))?;
    let begin = Instant::now();
    let machine = Machine::boot_to_save(config, &memory)?;
    let boot = begin.elapsed().as_secs_f64();
    let begin = Instant::now();
    machine.save(&state)?;
    let save = begin.elapsed().as_secs_f64();
    Ok(vec![(COLD_BOOT.into(), boot), (SAVE.into(), save)])
}

fn clone(machines: &mut Machines) -> Result<Times> {
    let begin = Instant::now();
    let machine = machines.machine()?;
    let full = begin.elapsed();
    drop(machine);
    let clone = full.saturating_sub(machines.fill_time);
    Ok(vec![
        (CLONE.into(), clone.as_secs_f64()),
        (FULL.into(), full.as_secs_f64()),
    ])
}

/// Times the command with which a reader runs something in a fresh machine.
fn shell(release: &str) -> Result<Times> {
    let begin = Instant::now();
    let ourselves = std::env::current_exe().context("/proc/self/exe")?;
    let mut child = Command::new(ourselves)
        .arg("shell")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("exec(harness)")?;
    let mut stdin = child.stdin.take().context("stdin is piped")?;
    stdin.write_all(b"uname -r\n")?;
    drop(stdin);
    let output = child.wait_with_output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    ensure!(said.trim() == release, "it says {said:?}, not {release}");
    Ok(vec![(SHELL.into(), begin.elapsed().as_secs_f64())])
}
