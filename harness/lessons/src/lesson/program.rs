//! Shows a function of the chapter's program in the lesson, exactly as in its
//! file:
//!
//! ````text
//! ```rust program="src/main.rs" function="main"
//! fn main() -> ExitCode {
//! ...
//! ```
//! ````
//!
//! `just bless` copies the function into the block. A verification of the
//! lesson compares the block with the file.

use std::ops::Range;
use std::path::{Component, Path, PathBuf};

use super::change::Replacement;
use super::problem::Problem;
use super::unfit::{LONGEST, Unfit};

/// A block that shows a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// Line of the block's opening fence, from 1.
    pub line: usize,
    /// File of the function, relative to the lesson's folder.
    pub file: PathBuf,
    /// Name of the function.
    pub function: String,
    /// Lines of the function in the lesson.
    pub shown: Vec<String>,
    /// Bytes between the fences: whole lines.
    pub place: Range<usize>,
}

/// A function in its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Line of the function's signature, from 1.
    pub line: usize,
    /// Lines of the function, without their common indentation.
    pub lines: Vec<String>,
}

/// Whether an info string asks for a function of a program.
pub(super) fn is_program(info: &str) -> bool {
    info.split_whitespace().any(|word| {
        word.starts_with("program=") || word.starts_with("function=")
    })
}

/// Parses an info string: the file and the function in `rust program="FILE"
/// function="NAME"`.
pub(super) fn file_and_function(
    info: &str,
) -> Result<(PathBuf, String), Problem> {
    let (file, function) = info
        .strip_prefix("rust program=\"")
        .and_then(|rest| rest.strip_suffix('"'))
        .and_then(|rest| rest.split_once("\" function=\""))
        .filter(|(file, function)| !file.contains('"') && is_name(function))
        .ok_or_else(|| Problem::BadProgram(info.into()))?;
    if !is_below(Path::new(file)) {
        return Err(Problem::ProgramElsewhere(file.into()));
    }
    Ok((file.into(), function.into()))
}

fn is_name(word: &str) -> bool {
    let begins = word.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    begins && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Whether a relative path stays below the folder in which it begins.
fn is_below(path: &Path) -> bool {
    let mut parts = path.components();
    path.file_name().is_some()
        && parts.all(|part| matches!(part, Component::Normal(_)))
}

impl Program {
    /// Finds the function in the text of its file.
    pub fn find(&self, text: &str) -> Result<Function, Problem> {
        function(text, &self.function).map_err(|why| Problem::UnfitFunction {
            file: self.file.clone(),
            function: self.function.clone(),
            why,
        })
    }

    /// Returns the path of the function's file, relative to the same folder as
    /// `lesson`.
    pub fn path(&self, lesson: &Path) -> PathBuf {
        lesson.with_file_name(&self.file)
    }

    /// Returns the change that copies the function into the lesson, or `None`
    /// if the lesson already shows it.
    pub fn bless(&self, found: Function) -> Option<Replacement> {
        let lines = found.lines;
        let range = self.place.clone();
        (lines != self.shown).then_some(Replacement { range, lines })
    }
}

/// Returns a function from a file formatted by rustfmt: from its signature to
/// the brace with the same indentation.
fn function(text: &str, name: &str) -> Result<Function, Unfit> {
    let all: Vec<&str> = text.lines().collect();
    let mut places = (0..all.len()).filter(|&n| is_signature(all[n], name));
    let first = places.next().ok_or(Unfit::Absent)?;
    if places.next().is_some() {
        return Err(Unfit::Ambiguous);
    }
    let signature = all[first];
    let indent = signature.len() - signature.trim_start().len();
    let indent = &signature[..indent];
    let brace = format!("{indent}}}");
    let ends = |line: &&str| **line == brace;
    let length = if signature.trim_end().ends_with('}') {
        1
    } else {
        all[first..].iter().position(ends).ok_or(Unfit::Endless)? + 1
    };
    let lines = &all[first..first + length];
    if !has_statement(lines) {
        return Err(Unfit::Empty);
    }
    if length > LONGEST {
        return Err(Unfit::Long(length));
    }
    if let Some(n) = lines.iter().position(|line| is_fence(line)) {
        return Err(Unfit::Fence(first + n + 1));
    }
    let own = |line: &&str| line.strip_prefix(indent).unwrap_or("").to_owned();
    let lines = lines.iter().map(own).collect();
    let line = first + 1;
    Ok(Function { line, lines })
}

/// Whether a line would end the block in which it is shown.
fn is_fence(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("```") || line.starts_with("~~~")
}

/// Whether a line is the first line of the function with this name.
fn is_signature(line: &str, name: &str) -> bool {
    let Some((before, after)) = line.split_once("fn ") else {
        return false;
    };
    let mut before = before.split_whitespace();
    let rest = after.strip_prefix(name);
    before.all(|word| QUALIFIERS.contains(&word))
        && rest.is_some_and(|rest| rest.starts_with(['(', '<']))
}

/// Words that may stand before `fn`.
const QUALIFIERS: [&str; 6] = [
    "pub",
    "pub(crate)",
    "pub(super)",
    "const",
    "unsafe",
    "async",
];

/// Whether a function has more than a signature, comments and braces.
fn has_statement(lines: &[&str]) -> bool {
    let body = lines.iter().skip_while(|line| !line.contains('{')).skip(1);
    let mut body = body.map(|line| line.trim());
    body.any(|line| !line.is_empty() && !line.starts_with("//") && line != "}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "\
//! fn main() {}

fn main() -> u8 {
    // fn help()
    if true {
        0
    }
}

impl Handle {
    pub fn open(
        path: &str,
    ) -> Self {
        todo!()
    }

    fn twice<'a>() {
        1;
    }
}

fn twice() {
    2;
}

fn empty() {
    // Nothing.
}

fn nothing() {}
";

    fn lines(name: &str) -> Result<String, Unfit> {
        function(FILE, name).map(|found| found.lines.join("\n"))
    }

    #[test]
    fn a_function_goes_from_its_signature_to_its_own_brace() {
        let found = function(FILE, "main").unwrap();
        assert_eq!(found.line, 3);
        assert_eq!(found.lines.len(), 6);
        assert_eq!(found.lines[3], "        0");
        assert_eq!(found.lines[5], "}");
    }

    #[test]
    fn a_method_is_shown_from_the_first_column_on() {
        let shown =
            "pub fn open(\n    path: &str,\n) -> Self {\n    todo!()\n}";
        assert_eq!(lines("open").unwrap(), shown);
    }

    #[test]
    fn a_function_that_cannot_be_shown_is_refused() {
        assert_eq!(lines("help"), Err(Unfit::Absent));
        assert_eq!(lines("mai"), Err(Unfit::Absent));
        assert_eq!(lines("twice"), Err(Unfit::Ambiguous));
        assert_eq!(lines("empty"), Err(Unfit::Empty));
        assert_eq!(lines("nothing"), Err(Unfit::Empty));
        assert_eq!(function("fn a() {\n  }\n", "a"), Err(Unfit::Endless));
        let fence = "fn a() {\n    \"\n```\n\"\n}\n";
        assert_eq!(function(fence, "a"), Err(Unfit::Fence(3)));
    }

    #[test]
    fn a_function_has_at_most_so_many_lines() {
        let with = |lines: usize| {
            let body = "    1;\n".repeat(lines - 2);
            function(&format!("fn a() {{\n{body}}}\n"), "a")
        };
        assert_eq!(with(LONGEST).unwrap().lines.len(), LONGEST);
        assert_eq!(with(LONGEST + 1), Err(Unfit::Long(LONGEST + 1)));
    }

    #[test]
    fn a_block_names_a_file_below_its_lesson_and_a_function() {
        let good = "rust program=\"src/main.rs\" function=\"main\"";
        let (file, function) = file_and_function(good).unwrap();
        assert_eq!(file, Path::new("src/main.rs"));
        assert_eq!(function, "main");
        for bad in [
            "rust program=\"src/main.rs\"",
            "rust function=\"main\"",
            "rust program=\"src/main.rs\" function=\"\"",
            "rust program=\"src/main.rs\" function=\"fn main\"",
            "rust program=\"a\" function=\"b\" not-run=\"c\"",
            "text program=\"src/main.rs\" function=\"main\"",
        ] {
            assert!(is_program(bad), "{bad}");
            let why = file_and_function(bad).unwrap_err();
            assert!(matches!(why, Problem::BadProgram(_)), "{bad}");
        }
        for path in ["/etc/x.rs", "../a.rs", "src/../../a.rs", "", "."] {
            let info = format!("rust program=\"{path}\" function=\"main\"");
            let why = file_and_function(&info).unwrap_err();
            assert!(matches!(why, Problem::ProgramElsewhere(_)), "{path}");
        }
    }
}
