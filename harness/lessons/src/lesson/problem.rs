//! Problems of a lesson file, each with advice.

use std::fmt;
use std::path::PathBuf;

use thiserror::Error;

use super::Tool;
use super::unfit::Unfit;

/// All problems of one file, in the order of its lines.
#[derive(Debug, Error, PartialEq, Eq)]
pub struct LessonErrors(pub Vec<LessonError>);

impl fmt::Display for LessonErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, error) in self.0.iter().enumerate() {
            let newline = if n == 0 { "" } else { "\n" };
            write!(f, "{newline}{error}")?;
        }
        Ok(())
    }
}

/// One problem and its place.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{}:{line}: {problem}", path.display())]
pub struct LessonError {
    /// Path of the file.
    pub path: PathBuf,
    /// Line number, from 1.
    pub line: usize,
    /// The problem.
    pub problem: Problem,
}

/// A problem; its message says in one line what is wrong and what to do.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum Problem {
    /// No `#` heading.
    #[error("no title: begin with one `# ` heading")]
    NoTitle,
    /// A second `#` heading.
    #[error("a second title: make this heading `##`, a step")]
    SecondTitle,
    /// Text other than the settings before the title.
    #[error("only the settings may stand before the title: move this down")]
    BeforeTitle,
    /// A heading without text.
    #[error("a heading without text: give it some")]
    EmptyHeading,
    /// No `##` heading.
    #[error("no step: cut the lesson into steps with `## ` headings")]
    NoStep,
    /// A `console` block outside any step.
    #[error("commands before the first step: put a `## ` heading above them")]
    CommandsBeforeStep,
    /// A code block by indentation.
    #[error(
        "an indented code block: fence it as ```console, or as \
         ```text not-run=\"the reason\""
    )]
    IndentedBlock,
    /// A fenced block in a list, in a quotation, or indented.
    #[error("a fenced block inside a list or a quotation: move it to column 1")]
    NotAtMargin,
    /// A fenced block without its closing fence.
    #[error("a fenced block that is never closed: end it with {0}")]
    Unclosed(String),
    /// A block that is neither `console` nor has a reason why it is not run.
    #[error(
        "a block that is not run: make it ```console, or say why with \
         ```{0} not-run=\"the reason\""
    )]
    Untagged(String),
    /// `not-run` without a reason.
    #[error("not-run without a reason: write not-run=\"the reason\"")]
    NoReason,
    /// A block that asks for a program with a malformed info string.
    #[error(
        "no function of a program: write \
         ```rust program=\"src/main.rs\" function=\"main\", not ```{0}"
    )]
    BadProgram(String),
    /// A program's function before the first step.
    #[error("a program before the first step: put a `## ` heading above it")]
    ProgramBeforeStep,
    /// A program's file outside of the chapter's folder.
    #[error(
        "`{}` leads out of the lesson's folder: name a file below it, as \
         src/main.rs is", .0.display()
    )]
    ProgramElsewhere(PathBuf),
    /// A program's file that cannot be read.
    #[error(
        "`{}` cannot be read: {why}; name a file of this chapter",
        file.display()
    )]
    NoProgram {
        /// Path of the file.
        file: PathBuf,
        /// Reason why the file cannot be read.
        why: String,
    },
    /// A function that a lesson cannot show.
    #[error("`fn {function}` in `{}`: {why}", file.display())]
    UnfitFunction {
        /// Path of the file.
        file: PathBuf,
        /// Name of the function.
        function: String,
        /// Reason why the function cannot be shown.
        why: Unfit,
    },
    /// HTML that looks like a question, and is none.
    #[error(
        "no question: write `<details><summary>QUESTION</summary>`, then an \
         empty line; the question is plain words and <code>COMMAND</code>"
    )]
    BadQuestion,
    /// An end of an answer that has more in its line, or ends no answer.
    #[error(
        "no end of an answer: write `</details>` alone, after its question"
    )]
    BadEndOfAnswer,
    /// A question whose answer does not end in its step.
    #[error("an answer that never ends: close the question with `</details>`")]
    AnswerOpen,
    /// A question before the first step.
    #[error("a question before the first step: put a `## ` heading above it")]
    QuestionBeforeStep,
    /// A `console` block without commands.
    #[error("a console block without a command: write `{0}# COMMAND`")]
    NoCommand(String),
    /// Output before the first command.
    #[error("output before the first command: write `{0}# COMMAND` above it")]
    OutputBeforeCommand(String),
    /// A mistyped prompt.
    #[error(
        "looks like a prompt, but a prompt is `NAME# COMMAND` or \
         `NAME:NAME# COMMAND` in small letters: `{0}`"
    )]
    AlmostPrompt(String),
    /// A prompt with an unknown terminal.
    #[error(
        "unknown terminal `{name}`: the settings declare {}; write one of \
         them or add it to `terminals:`",
        list(declared)
    )]
    UnknownTerminal {
        /// First name of the prompt.
        name: String,
        /// Names of the declared terminals.
        declared: Vec<String>,
    },
    /// A name that normalised output needs.
    #[error("the name `{0}` is taken: normalised output says `<{0}>`")]
    Reserved(String),
    /// Bytes that are not UTF-8.
    #[error("this line is not UTF-8: save the file in that encoding")]
    NotUtf8,
    /// `[exit N]` that is not the last line.
    #[error("`[exit N]` ends a command's output: move it below the last line")]
    ExitNotLast,
    /// `[exit N]` with a number that is no exit status.
    #[error("`{0}` is no exit status: write a number from 1 to 255")]
    BadStatus(String),
    /// `[since V]` where `V` is no version.
    #[error(
        "`{0}` is no version: write `[since MAJOR.MINOR] ` or \
         `[before MAJOR.MINOR] `, as in `[since 6.6] `; for a tool's, as in \
         `[since util-linux 2.41] `, {tools}",
        tools = tools()
    )]
    BadVersion(String),
    /// A version mark before a line that cannot have one.
    #[error(
        "only a line of output, `...` or `[exit N]` can be on some kernels \
         and not on others: take the mark away from `{0}`"
    )]
    MarkedCommand(String),
    /// Settings that do not stand at the top.
    #[error("the settings stand at the top of the file, once: move them there")]
    SettingsNotFirst,
    /// `<!-- lesson` without `-->`.
    #[error("settings that never end: close them with `-->`")]
    SettingsUnclosed,
    /// A line of the settings without a colon.
    #[error("no setting: write `KEY: VALUE`, one a line, not `{0}`")]
    NotASetting(String),
    /// An unknown key in the settings.
    #[error(
        "unknown setting `{0}`: there are minutes, kernel, terminals and watch"
    )]
    UnknownSetting(String),
    /// A key that the settings have twice.
    #[error("the setting `{0}` stands here twice: keep one")]
    SettingTwice(String),
    /// A value that is not allowed for its key.
    #[error("`{value}` will not do for `{key}`: write {wanted}")]
    BadValue {
        /// The key.
        key: &'static str,
        /// The value in the file.
        value: String,
        /// Allowed values, for the message.
        wanted: &'static str,
    },
    /// Two terminals or watched processes with the same name.
    #[error("the name `{0}` is given twice: choose another")]
    NameTwice(String),
}

/// Lists the names of tools for the advice about marks.
fn tools() -> String {
    let names = Tool::ALL.map(|tool| tool.name().to_owned());
    format!("where the tool is one of {}", list(&names))
}

/// Quotes and joins names: `host`, `web`.
fn list(names: &[String]) -> String {
    let quoted: Vec<_> = names.iter().map(|n| format!("`{n}`")).collect();
    quoted.join(", ")
}
