//! Whether the exercises are right themselves: every starter fails where it
//! is meant to, every solution passes, twice, every wrong answer is told what
//! its author wrote for it, and what a solution printed once is worth nothing.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::build::{Built, Package, target_folder};
use super::catalogue::{self, Entry, Number};
use super::format::Kind;
use super::grade::grade;
use super::verdict::Verdict;
use crate::exit_code::DIFFERS;
use crate::laboratory::Laboratory;

/// Something that is wrong with an exercise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where: the exercise, and its file.
    pub place: String,
    /// What.
    pub what: String,
}

/// The programs of all these exercises, built with one cargo.
pub struct Programs {
    built: BTreeMap<String, Built>,
    lints: BTreeMap<String, String>,
}

impl Programs {
    /// Builds starters, solutions and wrong answers.
    pub fn build(workspace: &Path, entries: &[Entry]) -> Result<Self> {
        let mut sources = BTreeMap::new();
        for entry in entries {
            for (role, path) in files(entry) {
                sources.insert(bin_name(entry, &role), path);
            }
        }
        if sources.is_empty() {
            return Ok(Self {
                built: BTreeMap::new(),
                lints: BTreeMap::new(),
            });
        }
        let folder = target_folder(workspace).join("course");
        let package = Package {
            workspace,
            folder,
            colour: false,
        };
        package.write(&sources)?;
        let built = package.build(&sources)?;
        let solutions: Vec<String> = sources
            .into_keys()
            .filter(|name| name.ends_with("-solution"))
            .collect();
        let lints = package.lint(&solutions)?;
        Ok(Self { built, lints })
    }

    fn program(&self, entry: &Entry, role: &str) -> Result<Vec<u8>, String> {
        match self.built.get(&bin_name(entry, role)) {
            Some(Built::Program(path)) => {
                fs::read(path).map_err(|error| error.to_string())
            }
            Some(Built::DoesNotCompile(errors)) => {
                Err(format!("it does not compile:\n{errors}"))
            }
            None => Err("it was not built".to_owned()),
        }
    }
}

/// The programs of an exercise: what each is, and its file.
fn files(entry: &Entry) -> Vec<(String, PathBuf)> {
    if entry.exercise.kind == Kind::Find {
        return Vec::new();
    }
    let wrong = entry.exercise.wrong.iter().filter_map(|wrong| {
        let path = wrong.program.as_ref()?;
        Some((wrong_role(path), entry.folder.join(path)))
    });
    [
        ("starter".to_owned(), entry.starter()),
        ("solution".to_owned(), entry.solution()),
    ]
    .into_iter()
    .chain(wrong)
    .collect()
}

fn wrong_role(path: &str) -> String {
    path.trim_end_matches(".rs").replace('/', "-")
}

fn bin_name(entry: &Entry, role: &str) -> String {
    let (chapter, own) = (entry.number.chapter, entry.number.own);
    format!("exercise-{chapter}-{own}-{role}")
}

/// Everything that is wrong with one exercise.
pub fn check(
    entry: &Entry,
    programs: &Programs,
    laboratory: &mut Laboratory,
) -> Result<Vec<Problem>> {
    let mut examination = Examination {
        entry,
        programs,
        laboratory,
        problems: Vec::new(),
    };
    if entry.exercise.kind != Kind::Find {
        examination.starter()?;
        examination.solution()?;
        examination.wrong_answers()?;
    }
    Ok(examination.problems)
}

struct Examination<'a> {
    entry: &'a Entry,
    programs: &'a Programs,
    laboratory: &'a mut Laboratory,
    problems: Vec<Problem>,
}

impl Examination<'_> {
    fn problem(&mut self, file: &str, what: impl Into<String>) {
        self.problems.push(Problem {
            place: format!("{} {file}", self.entry.number),
            what: what.into(),
        });
    }

    /// Grades one of the programs; none: it could not be built.
    fn grade(&mut self, role: &str, file: &str) -> Result<Option<Verdict>> {
        match self.programs.program(self.entry, role) {
            Ok(program) => self.grade_bytes(&program, file).map(Some),
            Err(what) => {
                self.problem(file, what);
                Ok(None)
            }
        }
    }

    fn grade_bytes(&mut self, program: &[u8], file: &str) -> Result<Verdict> {
        grade(&self.entry.exercise, program, self.laboratory)
            .with_context(|| format!("{} {file}", self.entry.number))
    }

    fn starter(&mut self) -> Result<()> {
        let file = "starter.rs";
        let text = fs::read_to_string(self.entry.starter()).unwrap_or_default();
        if !text.contains("TODO") && self.entry.exercise.kind == Kind::Write {
            self.problem(file, "it has no TODO");
        }
        let Some(verdict) = self.grade("starter", file)? else {
            return Ok(());
        };
        let wanted = self.entry.exercise.starter_fails();
        let first = verdict.failed().next().map(|check| check.id.as_str());
        if first != Some(wanted) {
            let got = first.unwrap_or("none: it passes");
            let what = format!("it should fail at {wanted}, fails at {got}");
            self.problem(file, what + &shown(&verdict));
        }
        Ok(())
    }

    fn solution(&mut self) -> Result<()> {
        let file = "solution.rs";
        let mut last = None;
        for time in ["first", "second"] {
            let Some(verdict) = self.grade("solution", file)? else {
                return Ok(());
            };
            if !verdict.solved() {
                let what = format!("it fails, the {time} time");
                self.problem(file, what + &shown(&verdict));
                return Ok(());
            }
            last = Some(verdict);
        }
        let name = bin_name(self.entry, "solution");
        if let Some(errors) = self.programs.lints.get(&name) {
            self.problem(file, format!("clippy:\n{errors}"));
        }
        if let Some(verdict) = last {
            let replay = replay(&verdict);
            if self.grade_bytes(replay.as_bytes(), "replay")?.solved() {
                let what = "printing what it printed once passes too";
                self.problem(file, what);
            }
        }
        Ok(())
    }

    fn wrong_answers(&mut self) -> Result<()> {
        for wrong in &self.entry.exercise.wrong {
            let Some(file) = &wrong.program else { continue };
            let Some(verdict) = self.grade(&wrong_role(file), file)? else {
                continue;
            };
            let said = verdict.feedback.as_ref();
            let said = said.and_then(|said| said.id.as_deref());
            if verdict.solved() || said != Some(&wrong.gets) {
                let got = said.unwrap_or("none");
                let what = format!("it should get {}, gets {got}", wrong.gets);
                self.problem(file, what + &shown(&verdict));
            }
        }
        Ok(())
    }
}

fn shown(verdict: &Verdict) -> String {
    format!("\n{}", super::show::verdict(verdict))
}

/// A program that prints in each run what was printed in it before, and ends
/// as that did.
fn replay(verdict: &Verdict) -> String {
    let mut script = "#!/bin/bash\n\
        n=$(cat /run/replayed 2>/dev/null || echo 0)\n\
        echo $((n + 1)) >/run/replayed\ncase $n in\n"
        .to_owned();
    for (index, run) in verdict.runs.iter().enumerate() {
        let quoted = |text: &str| format!("'{}'", text.replace('\'', r"'\''"));
        script.push_str(&format!(
            "{index}) printf %s {}; printf %s {} >&2; exit {};;\n",
            quoted(&run.printed),
            quoted(&run.complained),
            run.status.unwrap_or(0),
        ));
    }
    script + "esac\n"
}

/// Checks one exercise, or all; gives the exit code.
pub fn run(
    workspace: &Path,
    number: Option<Number>,
    _kernels: bool,
) -> Result<u8> {
    let entries = match number {
        Some(number) => vec![catalogue::find(workspace, number)?],
        None => catalogue::all(workspace)?,
    };
    let programs = Programs::build(workspace, &entries)?;
    let mut laboratory = Laboratory::open(workspace)?;
    let mut code = 0;
    for entry in &entries {
        let problems = check(entry, &programs, &mut laboratory)?;
        let sign = if problems.is_empty() { "✓" } else { "✗" };
        println!("{sign} {} {}", entry.number, entry.exercise.title);
        for problem in problems {
            println!("  {}: {}", problem.place, problem.what);
            code = DIFFERS;
        }
    }
    Ok(code)
}
