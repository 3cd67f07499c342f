//! The process of a system. Its environment names the system's parts, its
//! output is read here, and it ends with the thread that waits for it.

use std::env;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use super::chosen::System;
use super::fetched::Part;
use super::outcome::{BootTimes, Cell, Message, Outcome};
use super::player;
use crate::bench::rounds::Row;
use crate::exercise::Number;
use crate::machine::qemu::end_with_this_thread;
use crate::machine::saved;

/// Plays one of `systems` systems; `after` is called after each lesson and each
/// exercise.
pub fn play(
    system: &System,
    systems: usize,
    lesson: Option<&Path>,
    mut after: impl FnMut(),
) -> Outcome {
    let begin = Instant::now();
    let mut outcome = Outcome {
        system: system.clone(),
        versions: None,
        lessons: [].into(),
        exercises: [].into(),
        not_tried: None,
        took: begin.elapsed(),
    };
    let mut command = command(system, systems);
    if let Some(lesson) = lesson {
        command.arg("--lesson").arg(lesson);
    }
    let heard = listen(command, system, |said| {
        let part = take(&mut outcome, said);
        if part {
            after();
        }
    });
    outcome.not_tried = heard.err().map(|error| format!("{error:#}"));
    outcome.took = begin.elapsed();
    outcome
}

/// Records a message. Returns whether the message was about a lesson or an
/// exercise.
fn take(outcome: &mut Outcome, said: Message) -> bool {
    match said {
        Message::Versions(versions) => outcome.versions = Some(versions),
        Message::Lesson(number, cell) => {
            outcome.lessons.insert(number, tidy(cell));
            return true;
        }
        Message::Exercise(chapter, own, cell) => {
            let number = Number { chapter, own };
            outcome.exercises.insert(number, tidy(cell));
            return true;
        }
        Message::Times(_) => {}
    }
    false
}

/// Ends the text of a cell with one line end.
fn tidy(cell: Cell) -> Cell {
    let ended = |text: String| format!("{}\n", text.trim_end());
    match cell {
        Cell::Same => Cell::Same,
        Cell::Differs(text) => Cell::Differs(ended(text)),
        Cell::Broken(text) => Cell::Broken(ended(text)),
        Cell::NotPlayed(text) => Cell::NotPlayed(ended(text)),
    }
}

/// Times boots and clones of a machine on a system's QEMU.
pub fn measure(system: &System, rounds: usize) -> BootTimes {
    let mut rows: Vec<Row> = Vec::new();
    let mut command = command(system, 1);
    command.arg("--times").arg(rounds.to_string());
    let heard = listen(command, system, |said| {
        if let Message::Times(said) = said {
            rows = said;
        }
    });
    BootTimes {
        system: system.clone(),
        rows: match heard {
            Ok(()) => Ok(rows),
            Err(error) => Err(format!("{error:#}")),
        },
    }
}

/// Returns the command that plays a system. Its environment names the parts, as
/// a user would name them; those of the page's machine belong together.
fn command(system: &System, systems: usize) -> Command {
    let program = env::current_exe().unwrap_or_else(|_| "harness".into());
    let mut command = Command::new(program);
    if system.is_page() {
        command.args(["--machine", "page"]);
    } else {
        name_parts(&mut command, system);
    }
    command.arg(player::SUBCOMMAND);
    command.env(saved::MORE_KEPT, systems.to_string());
    command.stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    end_with_this_thread(&mut command);
    command
}

fn name_parts(command: &mut Command, system: &System) {
    let System {
        kernel,
        userland,
        qemu,
    } = system;
    let folder = kernel.folder.clone().unwrap_or_default();
    command.env("MACHINE_KERNEL", folder.join("vmlinuz"));
    command.env("MACHINE_MODULES", folder.join("modules"));
    tree(command, "MACHINE_USERLAND", userland);
    tree(command, "MACHINE_QEMU", qemu);
}

fn tree(command: &mut Command, variable: &str, part: &Part) {
    match &part.folder {
        Some(folder) => command.env(variable, folder),
        None => command.env_remove(variable),
    };
}

/// Passes each message of a system's process to `hear`. The error is the reason
/// why messages are missing.
fn listen(
    mut command: Command,
    system: &System,
    mut hear: impl FnMut(Message),
) -> Result<()> {
    if let Some(reason) = system.broken() {
        bail!("{reason}");
    }
    let mut child = command.spawn().context("exec(harness)")?;
    let complaint = complaint(&mut child)?;
    let stdout = child.stdout.take().context("stdout is piped")?;
    let mut strange = None;
    for line in BufReader::new(stdout).lines() {
        let line = line.context("read(a system's process)")?;
        match serde_json::from_str(&line) {
            Ok(said) => hear(said),
            Err(_) => strange = strange.or(Some(line)),
        }
    }
    let status = child.wait().context("wait(a system's process)")?;
    let complaint = complaint.join().unwrap_or_default();
    if let Some(line) = strange {
        bail!("its process says {line:?}");
    }
    if !status.success() {
        let complaint = complaint.trim();
        bail!(
            "{complaint}{}({status})",
            if complaint.is_empty() { "" } else { " " }
        );
    }
    Ok(())
}

/// Collects standard error in a thread, so that a full pipe does not stop the
/// process.
fn complaint(child: &mut Child) -> Result<thread::JoinHandle<String>> {
    let mut stderr = child.stderr.take().context("stderr is piped")?;
    Ok(thread::spawn(move || {
        let mut bytes = Vec::new();
        // A failed read only makes a message shorter.
        let _ = stderr.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    }))
}
