//! The checks that take a machine: each program is graded as a learner's would
//! be.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::findings::{Examined, Problem};
use super::programs::{Programs, role_of};
use crate::exercise::answer::{self, Answered};
use crate::exercise::catalogue::Entry;
use crate::exercise::definition::Kind;
use crate::exercise::grade::grade_in;
use crate::exercise::holds::normal_answer;
use crate::exercise::prepare::{self, Prepared, Unprepared};
use crate::exercise::random::Values;
use crate::exercise::run;
use crate::exercise::show;
use crate::exercise::verdict::Verdict;
use crate::machines::Machines;

/// Time limit of the commands that find an answer. A person takes minutes.
const FINDS: Duration = Duration::from_secs(60);

/// Finds everything that is wrong with one exercise. An error is the harness's
/// or the computer's fault.
pub fn check(
    entry: &Entry,
    programs: &Programs,
    machines: &mut Machines,
) -> Result<Examined> {
    examine(entry, programs, machines, |it| it.everything())
}

/// Checks that the solution is accepted as a learner's program would be, or
/// that the commands of `finds` print the answer.
pub fn accepts(
    entry: &Entry,
    programs: &Programs,
    machines: &mut Machines,
) -> Result<Examined> {
    examine(entry, programs, machines, |it| it.acceptance())
}

fn examine(
    entry: &Entry,
    programs: &Programs,
    machines: &mut Machines,
    how: fn(&mut Examination<'_>) -> Result<()>,
) -> Result<Examined> {
    let begin = Instant::now();
    let mut examination = Examination {
        entry,
        programs,
        machines,
        problems: Vec::new(),
        graded: 0,
        kernel: String::new(),
    };
    match how(&mut examination) {
        Ok(()) => {}
        Err(error) => match error.downcast_ref::<Unprepared>() {
            Some(Unprepared::Setup { .. }) => {
                examination.problem("setup", format!("{error:#}"));
            }
            _ => return Err(error),
        },
    }
    Ok(Examined {
        number: entry.number,
        title: entry.exercise.title.clone(),
        kernel: examination.kernel,
        problems: examination.problems,
        graded: examination.graded,
        took: begin.elapsed(),
    })
}

struct Examination<'a> {
    entry: &'a Entry,
    programs: &'a Programs,
    machines: &'a mut Machines,
    problems: Vec<Problem>,
    graded: usize,
    kernel: String,
}

impl Examination<'_> {
    fn everything(&mut self) -> Result<()> {
        if self.entry.exercise.kind == Kind::Find {
            return self.answers();
        }
        self.starter()?;
        self.solution()?;
        self.wrong_programs()
    }

    fn acceptance(&mut self) -> Result<()> {
        if self.entry.exercise.kind == Kind::Find {
            return self.answer();
        }
        let file = "solution.rs";
        let verdict = self.grade("solution", file)?;
        if let Some(verdict) = verdict.filter(|it| !it.solved()) {
            self.problem(file, "it fails".to_owned() + &shown(&verdict));
        }
        Ok(())
    }

    fn problem(&mut self, file: &str, what: impl Into<String>) {
        self.problems.push(Problem {
            number: self.entry.number,
            file: file.to_owned(),
            what: what.into(),
        });
    }

    /// Returns a fresh machine in the state that the exercise begins with.
    fn prepared(&mut self) -> Result<Prepared> {
        let prepared = prepare::fresh(&self.entry.exercise, self.machines)?;
        prepared.machine.kernel().clone_into(&mut self.kernel);
        self.graded += 1;
        Ok(prepared)
    }

    /// Grades one of the programs; none if the program could not be built.
    fn grade(&mut self, role: &str, file: &str) -> Result<Option<Verdict>> {
        match self.programs.program(self.entry, role) {
            Ok(program) => self.grade_bytes(program, file).map(Some),
            Err(what) => {
                self.problem(file, what);
                Ok(None)
            }
        }
    }

    fn grade_bytes(&mut self, program: &[u8], file: &str) -> Result<Verdict> {
        let exercise = &self.entry.exercise;
        let number = self.entry.number;
        self.prepared()
            .and_then(|prepared| grade_in(exercise, program, prepared))
            .with_context(|| format!("{number} {file}"))
    }

    fn starter(&mut self) -> Result<()> {
        let file = "starter.rs";
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
        if let Some(errors) = self.programs.lints(self.entry) {
            let what = format!("clippy:\n{errors}");
            self.problem(file, what);
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

    fn wrong_programs(&mut self) -> Result<()> {
        for wrong in &self.entry.exercise.wrong {
            let Some(file) = &wrong.program else { continue };
            let Some(verdict) = self.grade(&role_of(file), file)? else {
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

    /// Checks an exercise of kind `find` twice: in two machines with different
    /// values, its commands find the answer.
    fn answers(&mut self) -> Result<()> {
        self.answer()?;
        self.answer()
    }

    fn answer(&mut self) -> Result<()> {
        let exercise = &self.entry.exercise;
        let Prepared {
            mut machine,
            values,
        } = self.prepared()?;
        let right = normal_answer(&values.expand(&exercise.answer)?);
        let found = run::outside(
            &Values::default(),
            &exercise.finds,
            &mut machine,
            FINDS,
        )?;
        if right.is_empty() || normal_answer(&found.stdout) != right {
            let what = format!(
                "it finds {:?}, the answer is {right:?}\n{}",
                found.stdout.trim(),
                found.stderr
            );
            self.problem("finds", what);
        }
        self.wrong_answers(&values)
    }

    fn wrong_answers(&mut self, values: &Values) -> Result<()> {
        let exercise = &self.entry.exercise;
        for wrong in &exercise.wrong {
            let Some(answer) = &wrong.answer else {
                continue;
            };
            let answer = values.expand(answer)?;
            let said = match answer::judge(exercise, values, &answer)? {
                Answered::Right => {
                    self.problem("wrong", format!("{answer:?} is right"));
                    continue;
                }
                Answered::Wrong(said) => said.and_then(|said| said.id),
            };
            if said.as_ref() != Some(&wrong.gets) {
                let what = format!(
                    "{answer:?} should get {}, gets {}",
                    wrong.gets,
                    said.as_deref().unwrap_or("none")
                );
                self.problem("wrong", what);
            }
        }
        Ok(())
    }
}

fn shown(verdict: &Verdict) -> String {
    format!("\n{}", show::verdict(verdict))
}

/// Returns a program that prints in each run what the verdict's program printed
/// in it, and ends in the same way.
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
