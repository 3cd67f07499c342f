//! What can be wrong with a lesson file, and what to write instead.

use std::fmt;
use std::path::PathBuf;

use thiserror::Error;

use super::Tool;

/// Everything that is wrong with one file, in the order of its lines.
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

/// One thing that is wrong, and where.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{}:{line}: {problem}", path.display())]
pub struct LessonError {
    /// The file.
    pub path: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong and what to do, in one line.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum Problem {
    /// There is no `#` heading.
    #[error("no title: begin with one `# ` heading")]
    NoTitle,
    /// There is another `#` heading.
    #[error("a second title: make this heading `##`, a step")]
    SecondTitle,
    /// Something other than the settings stands before the title.
    #[error("only the settings may stand before the title: move this down")]
    BeforeTitle,
    /// A heading has no text.
    #[error("a heading without text: give it some")]
    EmptyHeading,
    /// There is no `##` heading.
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
    /// A fence without end.
    #[error("a fenced block that is never closed: end it with {0}")]
    Unclosed(String),
    /// Neither `console` nor a reason.
    #[error(
        "a block that is not run: make it ```console, or say why with \
         ```{0} not-run=\"the reason\""
    )]
    Untagged(String),
    /// `not-run` with nothing behind it.
    #[error("not-run without a reason: write not-run=\"the reason\"")]
    NoReason,
    /// A `console` block without commands.
    #[error("a console block without a command: write `{0}# COMMAND`")]
    NoCommand(String),
    /// Output that no command printed.
    #[error("output before the first command: write `{0}# COMMAND` above it")]
    OutputBeforeCommand(String),
    /// Almost a prompt.
    #[error(
        "looks like a prompt, but a prompt is `NAME# COMMAND` or \
         `NAME:NAME# COMMAND` in small letters: `{0}`"
    )]
    AlmostPrompt(String),
    /// A prompt with an undeclared name.
    #[error(
        "unknown terminal `{name}`: the settings declare {}; write one of \
         them or add it to `terminals:`",
        list(declared)
    )]
    UnknownTerminal {
        /// The prompt's first name.
        name: String,
        /// Those it could have been.
        declared: Vec<String>,
    },
    /// A name that normalised output uses.
    #[error("the name `{0}` is taken: normalised output says `<{0}>`")]
    Reserved(String),
    /// Bytes of another encoding.
    #[error("this line is not UTF-8: save the file in that encoding")]
    NotUtf8,
    /// `[exit N]` with something behind it.
    #[error("`[exit N]` ends a command's output: move it below the last line")]
    ExitNotLast,
    /// `[exit N]` with an impossible number.
    #[error("`{0}` is no exit status: write a number from 1 to 255")]
    BadStatus(String),
    /// `[since V]` with something else than a version.
    #[error(
        "`{0}` is no version: write `[since MAJOR.MINOR] ` or \
         `[before MAJOR.MINOR] `, as in `[since 6.6] `; for a tool's, as in \
         `[since util-linux 2.41] `, {tools}",
        tools = tools()
    )]
    BadVersion(String),
    /// A mark before something that is on every kernel.
    #[error(
        "only a line of output, `...` or `[exit N]` can be on some kernels \
         and not on others: take the mark away from `{0}`"
    )]
    MarkedCommand(String),
    /// Settings in the wrong place.
    #[error("the settings stand at the top of the file, once: move them there")]
    SettingsNotFirst,
    /// `<!-- lesson` without `-->`.
    #[error("settings that never end: close them with `-->`")]
    SettingsUnclosed,
    /// A line of the settings that is none.
    #[error("no setting: write `KEY: VALUE`, one a line, not `{0}`")]
    NotASetting(String),
    /// An unknown key.
    #[error("unknown setting `{0}`: there are minutes, terminals and watch")]
    UnknownSetting(String),
    /// A key used twice.
    #[error("the setting `{0}` stands here twice: keep one")]
    SettingTwice(String),
    /// A value that does not fit its key.
    #[error("`{value}` will not do for `{key}`: write {wanted}")]
    BadValue {
        /// The key.
        key: &'static str,
        /// What stands there.
        value: String,
        /// What could.
        wanted: &'static str,
    },
    /// Two terminals or watched processes with one name.
    #[error("the name `{0}` is given twice: choose another")]
    NameTwice(String),
}

/// The names that marks can use.
fn tools() -> String {
    let names = Tool::ALL.map(|tool| tool.name().to_owned());
    format!("where the tool is one of {}", list(&names))
}

/// `host`, `web` and so on.
fn list(names: &[String]) -> String {
    let quoted: Vec<_> = names.iter().map(|n| format!("`{n}`")).collect();
    quoted.join(", ")
}
