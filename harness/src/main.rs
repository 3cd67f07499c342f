//! harness - plays the lessons in a real Linux machine and proves them
//!
//! What `just` calls. Exit codes: 0 as in the book, 1 it differs, 2 usage,
//! 69 the environment cannot, 70 our bug or the machine's end.

use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use harness::exit_code::{self, DIFFERS, SOFTWARE, USAGE};
use harness::course::{self, Chapter};
use harness::laboratory::Laboratory;
use harness::lesson::{self, Lesson};
use harness::play::Interruption;
use harness::verify::{self, Source, bless, report};
use harness::{doctor, progress};
use protocol::ExitStatus;

/// Plays the lessons in a real Linux machine and proves them
#[derive(Parser)]
#[command(name = "harness", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Play a chapter: at a terminal step by step, else straight through
    Chapter {
        /// The chapter's number
        #[arg(value_name = "N")]
        number: u32,
        /// Straight through, and verified, at a terminal too
        #[arg(long)]
        auto: bool,
    },
    /// Play a lesson that is not a chapter
    Lesson {
        /// Its Markdown file; its snapshots are in snapshots/ beside it
        file: PathBuf,
        /// Straight through, and verified, at a terminal too
        #[arg(long)]
        auto: bool,
    },
    /// Rewrite lessons from what the machine does, and show the difference
    Bless {
        /// The chapters' numbers; all of them if none is given
        #[arg(value_name = "N")]
        numbers: Vec<u32>,
    },
    /// Open a shell in a fresh machine
    Shell,
    /// Tell what the machine runs with on this computer, and why
    Doctor {
        /// Forget what was found out about KVM, and try it again
        #[arg(long)]
        recheck: bool,
    },
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            let code = exit_code::of(&error);
            // Nobody to tell it to is no reason to fail twice.
            let _ = writeln!(io::stderr(), "{error:#}");
            ExitCode::from(code)
        }
    }
}

fn run(command: Command) -> Result<u8> {
    let workspace = course::workspace();
    match command {
        Command::Chapter { number, auto } => {
            let chapter = match course::chapter(&workspace, number) {
                Ok(chapter) => chapter,
                Err(error) => {
                    eprintln!("{error}");
                    return Ok(USAGE);
                }
            };
            let lesson = chapter.read()?.1;
            let name = format!("Chapter {number}");
            let source = source(&chapter.lesson_path());
            play(&workspace, &name, &lesson, &source, Some(number), auto)
        }
        Command::Lesson { file, auto } => {
            let (_, lesson) = read(&file)?;
            play(
                &workspace,
                "The lesson",
                &lesson,
                &source(&file),
                None,
                auto,
            )
        }
        Command::Bless { numbers } => bless_all(&workspace, &numbers),
        Command::Shell => shell(&workspace),
        Command::Doctor { recheck } => doctor::run(recheck),
    }
}

fn source(lesson: &Path) -> Source {
    let snapshots = lesson.with_file_name("snapshots");
    Source {
        path: course::shown_path(lesson),
        snapshots,
    }
}

fn read(file: &Path) -> Result<(String, Lesson)> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("{}", file.display()))?;
    let lesson = lesson::parse(file, &text)?;
    Ok((text, lesson))
}

fn play(
    workspace: &Path,
    name: &str,
    lesson: &Lesson,
    source: &Source,
    number: Option<u32>,
    auto: bool,
) -> Result<u8> {
    let at_a_terminal = io::stdin().is_terminal() && io::stdout().is_terminal();
    let mut laboratory = open(workspace)?;
    if at_a_terminal && !auto {
        // PLAYER
        let _ = number;
    }
    let colour = at_a_terminal && std::env::var_os("NO_COLOR").is_none();
    println!("{name}: {}", lesson.title);
    let (boot, run) =
        straight_through(&mut laboratory, lesson, source, |step| {
            print!("{}", report::step(step, colour));
        })?;
    let build = laboratory.build_time;
    print!("{}", report::summary(name, &source.path, &run, build, boot));
    match run.interruption {
        Some(Interruption::Machine(failure)) => Err(failure.into()),
        _ => Ok(if run.as_in_the_book() { 0 } else { DIFFERS }),
    }
}

fn open(workspace: &Path) -> Result<Laboratory> {
    let _progress = progress::start("building the programs and the machine");
    Laboratory::open(workspace)
}

fn straight_through<'a>(
    laboratory: &mut Laboratory,
    lesson: &'a Lesson,
    source: &Source,
    after: impl FnMut(&verify::StepRun<'a>),
) -> Result<(Duration, verify::Run<'a>)> {
    let begin = Instant::now();
    let progress = progress::start("booting the machine");
    let machine = laboratory.machine()?;
    drop(progress);
    let boot = begin.elapsed();
    println!(
        "The machine: Linux {}, {} ({}), booted in {:.1} s",
        machine.kernel(),
        laboratory.accelerator.kind,
        laboratory.accelerator.reason,
        boot.as_secs_f64(),
    );
    Ok((boot, verify::run(lesson, source, machine, after)?))
}

fn bless_all(workspace: &Path, numbers: &[u32]) -> Result<u8> {
    let chapters: Vec<Chapter> = if numbers.is_empty() {
        course::chapters(workspace)?
    } else {
        let known = |n: &u32| course::chapter(workspace, *n);
        match numbers.iter().map(known).collect() {
            Ok(chapters) => chapters,
            Err(error) => {
                eprintln!("{error}");
                return Ok(USAGE);
            }
        }
    };
    let mut laboratory = open(workspace)?;
    for chapter in chapters {
        let (text, lesson) = chapter.read()?;
        let source = source(&chapter.lesson_path());
        let machine = laboratory.machine()?;
        let run = verify::run(&lesson, &source, machine, |_| {})?;
        if let Some(interruption) = run.interruption {
            eprint!("{}", report::unfinished(&run.steps));
            let path = source.path.display();
            return Err(anyhow::Error::new(interruption))
                .with_context(|| format!("{path}: nothing was changed"));
        }
        let diff = bless::write(&text, &run, &source)?;
        if diff.is_empty() {
            println!("Chapter {}: already so", chapter.number);
        } else {
            print!("{diff}");
        }
    }
    Ok(0)
}

fn shell(workspace: &Path) -> Result<u8> {
    let mut laboratory = open(workspace)?;
    let mut machine = {
        let _progress = progress::start("booting the machine");
        laboratory.machine()?
    };
    let status = if io::stdin().is_terminal() {
        machine.attach(&["bash"])?
    } else {
        let mut script = Vec::new();
        io::stdin().read_to_end(&mut script)?;
        let limit = Duration::from_secs(600);
        let output = machine.exec(&["bash", "-s"], &script, limit)?;
        io::stdout().write_all(&output.stdout)?;
        io::stderr().write_all(&output.stderr)?;
        output.status
    };
    Ok(match status {
        ExitStatus::Code(code) => code,
        ExitStatus::Signal(signal) => signal.saturating_add(128),
        ExitStatus::NotStarted(_) => SOFTWARE,
    })
}
