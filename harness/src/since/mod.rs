//! `just since`: since which release of Linux is the answer another?
//!
//! # Layout
//!
//! * [`command`]: the subcommand
//! * [`asking`]: runs commands on every fetched kernel, in clones side by side
//! * [`answer`]: what a kernel answers
//! * [`release`]: releases, and the one that brought a change
//! * [`spans`]: neighbouring kernels with the same answer, as text and JSON
//! * [`program`]: compiles programs for the machines
//! * [`probes`]: the programs in harness/probes, and their heads
//! * [`table`]: the table of docs/src/since.md, written and read
//! * [`proof`]: the probes' answers against that table
//! * here: one question, or all probes
//!
//! **Architecture invariant:** the table contains nothing that a probe has not
//! answered on a kernel. A machine that fails has not answered.

pub mod answer;
pub mod asking;
pub mod command;
pub mod probes;
pub mod program;
pub mod proof;
pub mod release;
pub mod spans;
pub mod table;

use std::fs;
use std::io::{IsTerminal, stderr};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::{errln, out, outln, progress};
use answer::AnswerEnd;
use asking::{Asked, Question};
use command::{SinceCommand, SinceOptions};
use probes::KernelProbe;
use program::{ALL_PROBES, FOLDER};
use spans::Told;
use table::{PAGE, ProbeTable};
use tr::tr;

/// Time limit of a probe in the machine. Each takes milliseconds.
const PROBE: Duration = Duration::from_secs(20);

/// Fewest kernels that may write the page.
const FEWEST: usize = 6;

/// Runs the subcommand and returns the exit code.
pub fn run(workspace: &Path, command: &SinceCommand) -> Result<u8> {
    let SinceCommand::Since(wanted) = command;
    if wanted.check {
        check(workspace, wanted.outside_warns)
    } else if wanted.write {
        write(workspace)
    } else {
        ask(workspace, wanted)
    }
}

/// Asks every kernel one question, and prints the answers.
fn ask(workspace: &Path, wanted: &SinceOptions) -> Result<u8> {
    let mut programs = Vec::new();
    let mut own_name = String::new();
    if let Some(file) = &wanted.program {
        let line = progress::start(tr!("building the program"));
        let colour = stderr().is_terminal();
        let (name, bytes) = program::build(workspace, file, colour)?;
        programs.push((format!("{FOLDER}/{name}"), bytes));
        own_name = name;
        drop(line);
    }
    let question = Question {
        programs,
        commands: vec![wanted.command.clone().unwrap_or(own_name)],
        limit: Duration::from_secs(wanted.limit),
    };
    let asked = asking::every_kernel(workspace, &question)?;
    let told = asked.into_iter().flat_map(|Asked { kernel, answers }| {
        answers.into_iter().map(move |answer| Told {
            kernel: kernel.clone(),
            answer,
        })
    });
    let mut told: Vec<Told> = told.collect();
    if wanted.any_number {
        for it in &mut told {
            it.answer = it.answer.clone().without_numbers();
        }
    }
    if wanted.json {
        outln!("{}", serde_json::to_string_pretty(&spans::json(&told))?);
    } else {
        out!("{}", spans::text(&told));
        advise(&told, wanted.any_number);
    }
    Ok(worst(told.iter().map(|it| &it.answer)))
}

/// Advises to leave numbers out, if no two kernels answer the same and only
/// because of numbers.
fn advise(told: &[Told], any_number: bool) {
    let alike = |a: &Told, b: &Told| {
        let [a, b] = [a, b].map(|it| it.answer.clone().without_numbers());
        a == b
    };
    let all_differ = spans::spans(told).len() == told.len();
    let numbers = told.windows(2).any(|two| alike(&two[0], &two[1]));
    if !any_number && told.len() > 1 && all_differ && numbers {
        errln!(
            "{}",
            tr!("The numbers differ; --any-number takes them for the same.")
        );
    }
}

/// Returns the highest exit code of the answers that are none.
fn worst<'a>(answers: impl Iterator<Item = &'a answer::KernelAnswer>) -> u8 {
    let codes = answers.map(|it| match it.end {
        AnswerEnd::Broken { code, .. } => code,
        AnswerEnd::Status(_) | AnswerEnd::Late(_) => 0,
    });
    codes.max().unwrap_or(0)
}

/// Runs all probes on every kernel, one after the other in one machine.
fn ask_probes(workspace: &Path, probes: &[KernelProbe]) -> Result<Vec<Asked>> {
    let line = progress::start("building the probes");
    let all = program::build_probes(workspace, probes)?;
    drop(line);
    let mut programs = vec![(format!("{FOLDER}/{ALL_PROBES}"), all)];
    let mut commands = Vec::new();
    for KernelProbe { name, text, .. } in
        probes.iter().filter(|it| !it.is_rust())
    {
        programs.push((format!("{FOLDER}/{name}.sh"), text.clone().into()));
    }
    for probe in probes {
        commands.push(if probe.is_rust() {
            format!("exec {ALL_PROBES} {}", probe.name)
        } else {
            format!("exec {}.sh", probe.name)
        });
    }
    let question = Question {
        programs,
        commands,
        limit: PROBE,
    };
    asking::every_kernel(workspace, &question)
}

/// Compares all probes' answers with the page.
fn check(workspace: &Path, outside_warns: bool) -> Result<u8> {
    let begin = Instant::now();
    let page = fs::read_to_string(workspace.join(PAGE)).context(PAGE)?;
    let page = ProbeTable::read(&page)?;
    let probes = probes::all(workspace)?;
    let asked = ask_probes(workspace, &probes)?;
    let problems = proof::problems(&page, &probes, &asked);
    for problem in &problems {
        outln!("{problem}");
    }
    let code = proof::exit_code(&problems, outside_warns);
    let verdict = if problems.is_empty() {
        format!("as in {PAGE}")
    } else if code == 0 {
        "WARNING: not counted, neither as passed nor as failed".to_owned()
    } else {
        format!("not as in {PAGE}")
    };
    outln!(
        "{} probes on {} kernels, {:.0} s: {verdict}",
        probes.len(),
        asked.len(),
        begin.elapsed().as_secs_f64()
    );
    Ok(code)
}

/// Writes the page from all probes' answers.
fn write(workspace: &Path) -> Result<u8> {
    let path = workspace.join(PAGE);
    let page = fs::read_to_string(&path).context(PAGE)?;
    let probes = probes::all(workspace)?;
    let asked = ask_probes(workspace, &probes)?;
    ensure!(
        asked.len() >= FEWEST,
        "{PAGE} is written from the answers of {FEWEST} kernels or more, and \
         there are {}: just setup --kernel 6.12 fetches one more",
        asked.len()
    );
    let table = ProbeTable::of(&probes, &asked)?;
    fs::write(&path, table.written_into(&page, &probes)?).context(PAGE)?;
    outln!("{PAGE} is written: {} rows", table.rows.len());
    Ok(0)
}
