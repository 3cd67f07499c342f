//! why - explain why a system call about namespaces failed
//!
//! ```console
//! host# unshare --pid unshare --pid bash
//! unshare: unshare(CLONE_NEWPID): Invalid argument
//! host# why unshare EINVAL
//! ```
//!
//! Looks at the process that has called it, usually a shell, and changes
//! nothing.

use std::env;
use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::Result;
use clap::Parser;
use language::words::{IN_THE_MACHINE, VARIABLE, load};
use language::{Language, wrap};
use why::question::Question;
use why::state::State;
use why::{explanation, message, read, summary, words};

/// Programs that wait for their command, and are never what failed.
const WAITING: [&str; 5] =
    ["unshare", "set_ns", "nsenter", "net-container", "net-host"];

/// Exit status for a failure without a rule.
const NO_RULE: u8 = 1;

/// Exit status for a question that is none.
const USAGE: u8 = 2;

/// Explain why a system call about namespaces failed, from the state of the
/// process that calls this program: usually a shell
#[derive(Parser)]
#[command(version, term_width = 80)]
struct Args {
    /// In any order: an error (EPERM, 1), a call (setns), a type (net), the
    /// path that the call was about; or the whole message in quotes; or -, for
    /// a message on standard input
    #[arg(value_name = "WORD")]
    words: Vec<String>,
    /// Explain from the state of this process
    #[arg(long, value_name = "PID")]
    pid: Option<i32>,
    /// Explain from the state of this very process, then execute COMMAND
    #[arg(long, value_name = "COMMAND", conflicts_with = "pid")]
    then: Option<OsString>,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let code = run(&args).unwrap_or_else(|error| {
        let text = wrap::wrapped(&format!("why: {error:#}"), 80).join("\n");
        say(io::stderr(), &format!("{text}\n"));
        USAGE
    });
    let Some(command) = args.then else {
        return ExitCode::from(code);
    };
    let error = Command::new(&command).exec();
    let command = command.display();
    say(io::stderr(), &format!("why: execvp({command}): {error}\n"));
    ExitCode::FAILURE
}

fn run(args: &Args) -> Result<u8> {
    let language = env::var(VARIABLE).ok().and_then(|it| it.parse().ok());
    if let Some(language) = language {
        Language::choose(language);
    }
    why::speak(&load(Path::new(IN_THE_MACHINE))?);
    let question = question(&args.words)?;
    let state = state(args, question.object.as_deref())?;
    if question.is_empty() {
        say(io::stdout(), &summary::summary(&state));
        return Ok(0);
    }
    let question = question.of(&state);
    match explanation::explain(&question, &state) {
        Some(text) => {
            say(io::stdout(), &text);
            Ok(0)
        }
        None => {
            say(io::stdout(), &explanation::no_rule(&question));
            Ok(NO_RULE)
        }
    }
}

/// Reads the state of the process that is asked about: the parent, if this
/// program was started by what failed. A shell may become its last command, and
/// then the parent is somebody else: this very process is what the shell was.
fn state(args: &Args, object: Option<&Path>) -> Result<State> {
    if let Some(pid) = args.pid {
        return read::state(pid, object);
    }
    let own = read::state(read::own()?, object)?;
    if args.then.is_some() {
        return Ok(own);
    }
    let parent = read::state(read::parent()?, object).ok().filter(|it| {
        own.is_like(it) && !WAITING.contains(&it.command.as_str())
    });
    Ok(parent.unwrap_or(own))
}

/// Finds the question in the words, or in standard input.
fn question(words: &[String]) -> Result<Question> {
    if words != ["-"] {
        return Ok(words::question(words)?);
    }
    let mut text = Vec::new();
    io::stdin().read_to_end(&mut text)?;
    let text = String::from_utf8_lossy(&text);
    let found = message::questions(&text).into_iter().next();
    found.ok_or_else(|| words::Unknown::Message(text.into_owned()).into())
}

/// Prints; a reader that has gone is no error of ours.
fn say(mut to: impl Write, text: &str) {
    let _ = to.write_all(text.as_bytes());
}
