//! harness - plays the lessons in a real Linux machine and proves them
//!
//! What `just` calls. Exit codes: 0 as in the book, 1 it differs, 2 usage,
//! 69 the environment cannot, 70 our bug or the machine's end.

#![deny(clippy::print_stdout, clippy::print_stderr)]

use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::num::ParseIntError;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::str::FromStr;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use clap::{Args, Parser, Subcommand};
use harness::bench::{self, Plan};
use harness::course;
use harness::docker::{self, install::Unavailable};
use harness::exit_code::{self, DIFFERS, USAGE};
use harness::laboratory::Laboratory;
use harness::lesson::{Step, Version};
use harness::machine::saved::Saved;
use harness::machine::{Machine, kernel};
use harness::play::{Interruption, Session};
use harness::player::{self, Book};
use harness::terminal::hang_up;
use harness::verify::unproved::unproved;
use harness::verify::{self, Subject, bless, report, side_by_side};
use harness::{
    doctor, exercise, fuzz, output, progress, sandbox, shell, systems, teach,
    watch,
};
use harness::{err, errln, out, outln};

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
        #[command(flatten)]
        how: How,
    },
    /// Play a lesson that is not a chapter
    Lesson {
        /// Its Markdown file; its snapshots are in snapshots/ beside it
        file: PathBuf,
        #[command(flatten)]
        how: How,
    },
    /// Play all chapters straight through, many at once, and verify them
    Course,
    /// Rewrite lessons from what the machine does, and show the difference
    Bless {
        /// The chapters' numbers; all of them if none is given
        #[arg(value_name = "N")]
        numbers: Vec<u32>,
    },
    /// Verify all lessons, or one, on every kernel that has been fetched, and
    /// that what is marked with a version differs between them
    Kernels {
        /// A lesson's Markdown file
        file: Option<PathBuf>,
    },
    /// Play all lessons and all solutions on kernels, userlands and QEMUs that
    /// have been fetched, and show what came of it in one table
    #[command(long_about = MATRIX)]
    Matrix(systems::chosen::Wanted),
    /// A system of a matrix, which the environment names
    #[command(name = systems::player::SUBCOMMAND, hide = true)]
    PlaySystem(systems::player::Orders),
    /// Open a shell in a fresh machine, or in one in which a chapter has been
    /// played to its end, or to the end of a step
    Shell {
        /// The chapter, or the chapter and the step: 3 or 3.2
        #[arg(value_name = "N[.STEP]")]
        place: Option<Place>,
    },
    /// Remove the saved machines; the next run makes a new one
    CleanCache,
    /// Compare `container` with real Docker, on this Linux, as root
    Docker {
        /// Where Docker cannot run, only say so
        #[arg(long)]
        if_possible: bool,
        /// With the one of this suite, as just setup --docker SUITE has
        /// fetched it, and not with the one that is installed
        #[arg(long, value_name = "SUITE", conflicts_with = "all")]
        with: Option<String>,
        /// With the one that is installed and all that have been fetched
        #[arg(long)]
        all: bool,
    },
    /// Measure how long everything takes, beside others; writes a page
    Bench {
        /// A few rounds; the page is only printed
        #[arg(long)]
        quick: bool,
    },
    /// In a sandbox: containers, started by us and by others
    #[command(name = bench::containers::SUBCOMMAND, hide = true)]
    BenchContainers { program: PathBuf, rounds: usize },
    /// PID 1 of a sandbox
    #[command(name = sandbox::SUBCOMMAND, hide = true)]
    Sandbox {
        #[arg(required = true, trailing_var_arg = true)]
        program: Vec<OsString>,
    },
    /// In a sandbox: the scenario with one of the two
    #[command(name = docker::SUBCOMMAND, hide = true)]
    DockerPlayer {
        #[arg(long)]
        scenario: PathBuf,
        #[arg(long)]
        docker: Option<PathBuf>,
        #[arg(long, conflicts_with = "docker")]
        tree: Option<PathBuf>,
        programs: Vec<PathBuf>,
    },
    /// In a sandbox: a program with a tree for its root
    #[command(name = docker::tree::SUBCOMMAND, hide = true)]
    InTree {
        tree: PathBuf,
        #[arg(required = true, trailing_var_arg = true)]
        program: Vec<OsString>,
    },
    /// Throw random verbs, names, links and bytes at `container`, in
    /// sandboxes, as root
    Fuzz(fuzz::Plan),
    /// In a sandbox: a round of it
    #[command(name = fuzz::player::SUBCOMMAND, hide = true)]
    FuzzPlayer {
        seed: u64,
        patience: u64,
        program: PathBuf,
        keep: Vec<usize>,
    },
    #[command(flatten)]
    Exercise(exercise::command::Command),
    /// Grade your program whenever you save it
    Watch(watch::command::Watch),
    #[command(flatten)]
    Teach(teach::command::Command),
    /// Tell what the machine runs with on this computer, and why
    Doctor {
        /// Forget what was found out about KVM, and try it again
        #[arg(long)]
        recheck: bool,
    },
}

/// Which systems are played.
const MATRIX: &str = "\
Play all lessons and all solutions on kernels, userlands and QEMUs that have \
been fetched, and show what came of it in one table.

Without an option: every kernel with this computer's own userland and QEMU, \
every userland with the oldest and the newest kernel, and every QEMU with the \
newest kernel and the userland of its suite. What is named is played in every \
combination; what is not named then is the newest kernel, and this computer's \
own userland and QEMU.

Exit status: 0 all is as in the book, 1 something differs, 69 a system could \
not be tried, 70 a machine broke.";

#[derive(Args, Clone, Copy)]
struct How {
    /// Straight through, and verified, at a terminal too
    #[arg(long)]
    auto: bool,
    /// Rewrite it from what the machine does
    #[arg(long, conflicts_with = "auto")]
    bless: bool,
}

/// A place in the course.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    chapter: u32,
    step: Option<usize>,
}

impl FromStr for Place {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        let (chapter, step) = match text.split_once('.') {
            Some((chapter, step)) => (chapter, Some(step.parse()?)),
            None => (text, None),
        };
        let chapter = chapter.parse()?;
        Ok(Self { chapter, step })
    }
}

fn main() -> ExitCode {
    let code = match Cli::try_parse() {
        Ok(cli) => run(cli.command).unwrap_or_else(|error| {
            errln!("{error:#}");
            exit_code::of(&error)
        }),
        Err(usage) => {
            output::written(usage.print());
            u8::try_from(usage.exit_code()).unwrap_or(USAGE)
        }
    };
    ExitCode::from(output::exit_code(code))
}

fn run(command: Command) -> Result<u8> {
    let workspace = course::workspace();
    match command {
        Command::Chapter { number, how } => {
            match chapter(&workspace, number)? {
                Some(subject) => play(&workspace, subject, how),
                None => Ok(USAGE),
            }
        }
        Command::Lesson { file, how } => {
            play(&workspace, Subject::file(&file)?, how)
        }
        Command::Course => whole_course(&workspace),
        Command::Bless { numbers } => bless_chapters(&workspace, &numbers),
        Command::Kernels { file } => kernels(&workspace, file.as_deref()),
        Command::Matrix(wanted) => systems::run(&workspace, &wanted),
        Command::PlaySystem(orders) => {
            systems::player::run(&workspace, &orders)
        }
        Command::Shell { place } => open_shell(&workspace, place),
        Command::CleanCache => {
            Saved::new(&kernel::cache()?).clean()?;
            Ok(0)
        }
        Command::Docker {
            if_possible,
            with,
            all,
        } => compare(&workspace, &docker::Which::new(with, all), if_possible),
        Command::Bench { quick } => bench::run(&workspace, Plan::new(quick)),
        Command::BenchContainers { program, rounds } => {
            bench::containers::run(&program, rounds)
        }
        Command::Sandbox { program } => sandbox::init::run(&program),
        Command::DockerPlayer {
            scenario,
            docker,
            tree,
            programs,
        } => {
            let runtime = docker::player::Runtime::new(docker, tree);
            Ok(docker::player::run(&scenario, &runtime, &programs))
        }
        Command::InTree { tree, program } => {
            match docker::tree::run(&tree, &program)? {}
        }
        Command::Fuzz(plan) => fuzz::run(&workspace, &plan),
        Command::FuzzPlayer {
            seed,
            patience,
            program,
            keep,
        } => fuzz::player::run(seed, patience, &program, &keep),
        Command::Exercise(command) => {
            exercise::command::run(&workspace, command)
        }
        Command::Watch(command) => watch::command::run(&workspace, &command),
        Command::Teach(command) => teach::command::run(&workspace, command),
        Command::Doctor { recheck } => doctor::run(recheck),
    }
}

/// `container` against real Docker; or a line that says why not.
fn compare(
    workspace: &Path,
    which: &docker::Which,
    if_possible: bool,
) -> Result<u8> {
    let result = docker::run(workspace, which);
    let why = result.as_ref().err();
    match why.and_then(|error| error.downcast_ref::<Unavailable>()) {
        Some(why) if if_possible => {
            outln!(
                "\nNOT RUN: the comparison with real Docker. {why}\n\
                 To run it: ./just docker"
            );
            Ok(0)
        }
        _ => result,
    }
}

/// The chapter with this number; none, with a message, if there is none.
fn chapter(workspace: &Path, number: u32) -> Result<Option<Subject>> {
    match course::chapter(workspace, number) {
        Ok(chapter) => Subject::chapter(&chapter).map(Some),
        Err(error) => {
            errln!("{error}");
            Ok(None)
        }
    }
}

fn play(workspace: &Path, subject: Subject, how: How) -> Result<u8> {
    if how.bless {
        let (_, machine) = open_with_machine(workspace, true)?;
        return bless(machine, &subject);
    }
    let at_a_terminal = io::stdin().is_terminal() && io::stdout().is_terminal();
    if at_a_terminal && !how.auto {
        hang_up::ends_us();
        return read_along(&mut open(workspace)?, &subject);
    }
    verify(workspace, &subject)
}

/// Step by step, with a reader.
fn read_along(laboratory: &mut Laboratory, subject: &Subject) -> Result<u8> {
    let book = Book {
        lesson: &subject.lesson,
        source: &subject.source,
        chapter: subject.number,
    };
    let outcome = player::play(laboratory, &book)?;
    Ok(match outcome.differences {
        0 => 0,
        _ => DIFFERS,
    })
}

/// Straight through, every output and every fact against the book.
fn verify(workspace: &Path, subject: &Subject) -> Result<u8> {
    let colour =
        io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let Subject { lesson, source, .. } = subject;
    let (laboratory, machine) = open_with_machine(workspace, true)?;
    outln!("{}: {}", subject.name, lesson.title);
    outln!("{}", laboratory.introduce(&machine));
    let run = verify::run(lesson, source, machine, |step| {
        out!("{}", report::step(step, colour));
    })?;
    let Laboratory {
        build_time,
        wait_time,
        ..
    } = laboratory;
    out!("{}", report::summary(subject, &run, build_time, wait_time));
    match run.interruption {
        Some(Interruption::Machine(failure)) => Err(failure.into()),
        _ => Ok(if run.as_in_the_book() { 0 } else { DIFFERS }),
    }
}

/// Every chapter, many at once: one row each, what differs above it.
fn whole_course(workspace: &Path) -> Result<u8> {
    let begin = Instant::now();
    let subjects = chapters(workspace)?;
    let laboratory = open(workspace)?;
    let tally = play_all(&laboratory, &subjects, "");
    outln!(
        "\nThe course {}: {} lessons, {} commands, {:.1} s (build {:.1})",
        match tally.worst {
            0 => "is as in the book",
            _ => "is not as in the book",
        },
        subjects.len(),
        tally.commands,
        begin.elapsed().as_secs_f64(),
        laboratory.build_time.as_secs_f64(),
    );
    Ok(tally.worst)
}

/// What came of many lessons.
#[derive(Default)]
struct Tally {
    /// The highest of their exit codes.
    worst: u8,
    commands: usize,
    /// What they were played on.
    kernel: Option<Version>,
}

/// Prints a row for each, and goes on whatever becomes of one.
fn play_all(
    laboratory: &Laboratory,
    subjects: &[Subject],
    label: &str,
) -> Tally {
    let progress = progress::start("playing the lessons");
    let mut tally = Tally::default();
    side_by_side::run(laboratory, subjects, |subject, result| {
        let code = match result {
            Ok(run) => {
                progress.print(&report::row(label, subject, &run));
                tally.commands += run.commands();
                tally.kernel = Some(run.kernel);
                match run.as_in_the_book() {
                    true => 0,
                    false => run.interruption.map_or(DIFFERS, |interruption| {
                        exit_code::of(&interruption.into())
                    }),
                }
            }
            Err(failure) => {
                progress
                    .print(&format!("{label}{}: {failure}\n", subject.name));
                exit_code::of(&failure.into())
            }
        };
        tally.worst = tally.worst.max(code);
    });
    tally
}

fn chapters(workspace: &Path) -> Result<Vec<Subject>> {
    let chapters = course::chapters(workspace)?;
    chapters.iter().map(Subject::chapter).collect()
}

/// Every lesson on every kernel, and whether each mark is needed.
fn kernels(workspace: &Path, file: Option<&Path>) -> Result<u8> {
    let subjects = match file {
        Some(file) => vec![Subject::file(file)?],
        None => chapters(workspace)?,
    };
    let fetched = kernel::fetched()?;
    if fetched.is_empty() {
        bail!("no kernel has been fetched yet: just setup brings one");
    }
    let (mut worst, mut versions) = (0, Vec::new());
    for kernel in fetched {
        let label = format!("{}: ", kernel.folder());
        let laboratory = Laboratory::open_with(workspace, kernel)?;
        let tally = play_all(&laboratory, &subjects, &label);
        versions.extend(tally.kernel);
        worst = worst.max(tally.worst);
    }
    for Subject { lesson, source, .. } in &subjects {
        for mark in unproved(lesson, source, &versions)? {
            outln!("{mark}");
            worst = worst.max(DIFFERS);
        }
    }
    Ok(worst)
}

fn bless_chapters(workspace: &Path, numbers: &[u32]) -> Result<u8> {
    let every = course::chapters(workspace)?;
    let every: Vec<u32> = every.iter().map(|c| c.number).collect();
    let numbers = if numbers.is_empty() { &every } else { numbers };
    let mut subjects = Vec::new();
    for number in numbers {
        match chapter(workspace, *number)? {
            Some(subject) => subjects.push(subject),
            None => return Ok(USAGE),
        }
    }
    let mut laboratory = open(workspace)?;
    for subject in &subjects {
        bless(boot(&mut laboratory)?, subject)?;
    }
    Ok(0)
}

fn bless(machine: Machine, subject: &Subject) -> Result<u8> {
    let Subject {
        name,
        source,
        text,
        lesson,
        ..
    } = subject;
    let run = verify::run(lesson, source, machine, |_| {})?;
    if let Some(interruption) = run.interruption {
        err!("{}", report::unfinished(&run.steps));
        return Err(anyhow::Error::new(interruption)).with_context(|| {
            format!("{}: nothing was changed", source.path.display())
        });
    }
    match bless::write(text, &run, source)?.as_str() {
        "" => outln!("{name}: already so"),
        diff => out!("{diff}"),
    }
    Ok(0)
}

fn open_shell(workspace: &Path, place: Option<Place>) -> Result<u8> {
    hang_up::ends_us();
    let Some(place) = place else {
        let mut machine = machine_for_a_person(workspace)?;
        return shell::run(&mut machine, &[]);
    };
    let Some(Subject { lesson, source, .. }) =
        chapter(workspace, place.chapter)?
    else {
        return Ok(USAGE);
    };
    let last = place.step.unwrap_or(lesson.steps.len());
    if last > lesson.steps.len() {
        errln!("chapter {} has {} steps", place.chapter, lesson.steps.len());
        return Ok(USAGE);
    }
    let mut session =
        Session::begin(&lesson, machine_for_a_person(workspace)?)?;
    let progress = progress::start("playing the lesson to there");
    let commands = lesson.steps[..last].iter().flat_map(Step::commands);
    for _ in commands {
        session
            .run_next()
            .with_context(|| format!("{}", source.path.display()))?;
    }
    drop(progress);
    shell::run(session.machine(), &[])
}

/// For what needs a machine at once, and no other after it.
fn open_with_machine(
    workspace: &Path,
    waits: bool,
) -> Result<(Laboratory, Machine)> {
    let _progress = progress::start("building the programs and the machine");
    Laboratory::open_with_machine(workspace, waits)
}

fn open(workspace: &Path) -> Result<Laboratory> {
    let _progress = progress::start("building the programs and the machine");
    Laboratory::open(workspace)
}

fn machine_for_a_person(workspace: &Path) -> Result<Machine> {
    let waits = !io::stdin().is_terminal();
    Ok(open_with_machine(workspace, waits)?.1)
}

fn boot(laboratory: &mut Laboratory) -> Result<Machine> {
    let _progress = progress::start("booting the machine");
    Ok(laboratory.machine()?)
}
