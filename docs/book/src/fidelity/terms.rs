//! The words that translations use, and those that they do not:
//! `docs/po/zh-CN/terms.md`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// File with the table of terms, from the top of the repository.
const FILE: &str = "docs/po/zh-CN/terms.md";

/// The Chinese term for a namespace, and its form at the first mention.
#[cfg(test)]
const NAMESPACE: (&str, &str) = ("命名空间", "命名空间（Namespace）");

/// Words that translations do not use, each with the right one.
pub(super) struct Terms {
    wrong: Vec<(String, String)>,
}

impl Terms {
    /// Reads the table of terms.
    pub(super) fn read(workspace: &Path) -> Result<Self> {
        let path = workspace.join(FILE);
        let table = fs::read_to_string(&path);
        let table = table.with_context(|| path.display().to_string())?;
        Ok(Self::parse(&table))
    }

    /// Takes the second and the third column of each row: the term, and the
    /// words that are not used instead.
    fn parse(table: &str) -> Self {
        let mut wrong = Vec::new();
        for row in table.lines().filter(|line| line.starts_with('|')) {
            let cells: Vec<_> = row.split('|').map(str::trim).collect();
            if let [_, _, right, others, ..] = cells.as_slice() {
                let others = others.split('、').filter(|it| !it.is_ascii());
                wrong.extend(
                    others.map(|it| (it.to_owned(), (*right).to_owned())),
                );
            }
        }
        Self { wrong }
    }

    /// Names the words of a translation that the table refuses.
    pub(super) fn faults(&self, translation: &str) -> Vec<String> {
        let wrong = self.wrong.iter();
        let found = wrong.filter(|(word, _)| translation.contains(word));
        let line = |(word, right): &(String, String)| {
            format!("{word} is not the term: {right}")
        };
        found.map(line).collect()
    }
}

/// Tells whether the first namespace in the prose of a lesson has its English
/// name beside it. Headings do not count.
#[cfg(test)]
pub(super) fn is_introduced(lesson: &str) -> bool {
    let (term, introduced) = NAMESPACE;
    let mut prose = lesson.lines().filter(|line| !line.starts_with('#'));
    let Some(line) = prose.find(|line| line.contains(term)) else {
        return true;
    };
    let line = line.replace(['_', '*'], "");
    line.find(term) == line.find(introduced)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_the_table_refuses_is_named_with_the_right_one() {
        let terms = Terms::parse(
            "| English | 中文 | not | note |\n|---|---|---|---|\n\
             | namespace | 命名空间 | 名字空间、名称空间 | |\n\
             | PID | PID | | |\n",
        );
        assert_eq!(
            terms.faults("新的名称空间"),
            ["名称空间 is not the term: 命名空间"],
        );
        assert!(terms.faults("新的命名空间").is_empty());
    }

    #[test]
    fn the_english_name_stands_at_the_first_mention() {
        let good = "# 命名空间\n\n叫做 _命名空间_（Namespace），命名空间\n";
        assert!(is_introduced(good));
        assert!(!is_introduced("命名空间，又叫命名空间（Namespace）\n"));
        assert!(!is_introduced("# 题\n\n新的命名空间\n"));
    }
}
