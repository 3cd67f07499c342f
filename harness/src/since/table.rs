//! The table of docs/src/since.md, which is written from the probes' answers.

use std::fmt::Write;

use anyhow::{Context, Result, bail, ensure};
use textwrap::{WordSeparator, WordSplitter};

use super::asking::Asked;
use super::probes::{FOLDER, KernelProbe};
use super::release::Since;
use super::spans::{Told, spans};
use crate::systems::chosen::short;

/// The page, from the top of the repository.
pub const PAGE: &str = "docs/src/since.md";

/// Heading of the part that is written. The next heading ends it.
const HEADING: &str = "## Asked of every kernel";

/// First lines of the table. Two columns fit a phone.
const COLUMNS: &str =
    "| Since | What, and the answer before → after |\n|---|---|";

/// Beginning of the line with the kernels.
const KERNELS: &str = "Asked were ";

/// Most characters of an answer.
const WIDTH: usize = 24;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeRow {
    /// File of the probe.
    pub file: String,
    /// Release that brought the change.
    pub since: Since,
    /// Answer of the releases before.
    pub before: String,
    /// Answer of that release and of all later ones.
    pub after: String,
}

/// The part of the page that is written.
#[derive(Clone, Debug, Default)]
pub struct ProbeTable {
    /// Releases of the kernels that were asked, the newest last.
    pub kernels: Vec<String>,
    /// All rows.
    pub rows: Vec<ProbeRow>,
}

impl ProbeRow {
    /// Makes a row of a probe's answers on all kernels.
    ///
    /// # Errors
    ///
    /// There are not two answers, one before and one since the release that the
    /// probe expects.
    pub fn of(probe: &KernelProbe, told: &[Told]) -> Result<Self> {
        let spans = spans(told);
        let said = || {
            let said = spans.iter().map(|span| {
                let first = span.first().map(|it| it.to_string());
                let from = first.unwrap_or_default();
                format!("{from}: {}", span.answer().lines().join(" / "))
            });
            said.collect::<Vec<_>>().join("; ")
        };
        let [before, after] = &spans[..] else {
            bail!("not two answers: {}", said());
        };
        let since = Since::between(before.last()?, after.first()?);
        ensure!(
            since == probe.since,
            "expected since {}: {}",
            probe.since,
            said()
        );
        let answer = |answer: Result<String, String>| {
            let answer = answer.map_err(anyhow::Error::msg)?;
            let fits = answer.chars().count() <= WIDTH;
            ensure!(fits, "over {WIDTH} characters: {answer}");
            let plain = !answer.contains(['|', '`']);
            ensure!(plain, "no answer for a table: {answer}");
            Ok(answer)
        };
        Ok(Self {
            file: probe.file.clone(),
            since,
            before: answer(before.answer().of_probe())?,
            after: answer(after.answer().of_probe())?,
        })
    }

    fn line(&self, probe: &KernelProbe) -> String {
        let Self {
            file,
            since,
            before,
            after,
        } = self;
        let mut what = format!("{} `{before}` → `{after}`. ", probe.sentence);
        if let Some((chapter, step)) =
            probe.step.as_ref().and_then(|it| it.split_once('#'))
        {
            let _ = write!(
                what,
                "[Step](../../chapters/{chapter}/README.md#{step}), "
            );
        }
        let source = source(&probe.source);
        format!(
            "| {since} | {what}{source}, [`{file}`](../../{FOLDER}/{file}) |"
        )
    }

    /// Reads a row; `None` if the line is no row of a probe.
    fn read(line: &str) -> Option<Self> {
        let (since, what) = line.trim_matches('|').split_once('|')?;
        let (before, after) = what.split_once("` → `")?;
        let (_, before) = before.rsplit_once('`')?;
        let (after, links) = after.split_once('`')?;
        let (_, file) = links.rsplit_once('/')?;
        Some(Self {
            file: file.trim().trim_end_matches(')').to_owned(),
            since: since.trim().parse().ok()?,
            before: before.to_owned(),
            after: after.to_owned(),
        })
    }
}

/// Returns a source as Markdown: a page of the manual is a link.
fn source(source: &str) -> String {
    let page = source.strip_suffix(')').and_then(|it| it.split_once('('));
    match page {
        Some((name, section)) => format!(
            "[{source}](https://man7.org/linux/man-pages/man{section}/\
             {name}.{section}.html)"
        ),
        None => format!("`{source}`"),
    }
}

impl ProbeTable {
    /// Makes the table of all probes' answers. `asked` has an answer for each
    /// probe.
    ///
    /// # Errors
    ///
    /// All probes that say something else than their heads.
    pub fn of(probes: &[KernelProbe], asked: &[Asked]) -> Result<Self> {
        let mut rows = Vec::new();
        let mut wrong = Vec::new();
        for (index, probe) in probes.iter().enumerate() {
            let told = asked.iter().map(|it| Told {
                kernel: it.kernel.clone(),
                answer: it.answers[index].clone(),
            });
            match ProbeRow::of(probe, &told.collect::<Vec<_>>()) {
                Ok(row) => rows.push(row),
                Err(error) => wrong.push(format!("{}: {error:#}", probe.file)),
            }
        }
        ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
        let kernels = asked.iter().map(|it| short(&it.kernel).to_owned());
        Ok(Self {
            kernels: kernels.collect(),
            rows,
        })
    }

    /// Reads the table of a page.
    ///
    /// # Errors
    ///
    /// The page has no such part.
    pub fn read(page: &str) -> Result<Self> {
        let (_, part, _) = cut(page)?;
        let kernels = part.replace('\n', " ");
        let (_, kernels) = kernels
            .split_once(KERNELS)
            .with_context(|| format!("{PAGE}: no {KERNELS:?}"))?;
        // The sentence ends with the only dot that a space follows.
        let kernels = kernels.split(". ").next().unwrap_or_default();
        let kernels = kernels.split(", ").map(|it| it.trim().to_owned());
        let rows = part.lines().filter_map(ProbeRow::read);
        Ok(Self {
            kernels: kernels.collect(),
            rows: rows.collect(),
        })
    }

    /// Returns the page with this table in place of its old one.
    ///
    /// # Errors
    ///
    /// The page has no such part.
    pub fn written_into(
        &self,
        page: &str,
        probes: &[KernelProbe],
    ) -> Result<String> {
        let (above, _, below) = cut(page)?;
        let mut text = format!("{above}{HEADING}\n\n{WORDS}\n\n");
        let kernels = format!("{KERNELS}{}. {GAPS}", self.kernels.join(", "));
        // The names of kernels have hyphens, and are not cut there.
        let whole_words = textwrap::Options::new(79)
            .word_separator(WordSeparator::AsciiSpace)
            .word_splitter(WordSplitter::NoHyphenation);
        let _ = writeln!(text, "{}", textwrap::fill(&kernels, whole_words));
        let _ = writeln!(text, "<!-- no claim -->\n\n{COLUMNS}");
        for (row, probe) in self.rows.iter().zip(probes) {
            let _ = writeln!(text, "{}", row.line(probe));
        }
        Ok(text + below)
    }
}

/// Text above the table.
const WORDS: &str = "\
Each row is a program that asks the kernel one thing: a probe. `just since
--write` has run all probes on every kernel below, and has written this part of
the page; nothing in it is typed by hand. A row ends with the page of the manual
or the kernel's header that has the call, and the probe's file. `just since
--program harness/probes/listns.rs` asks a probe again, on the kernels that you
have; `just since 'COMMAND'` asks what you want to know.
<!-- no claim -->";

/// End of the text with the kernels.
const GAPS: &str = "Where no kernel of some releases was asked, the row names \
    the last one before and the first one after the change.";

/// Cuts a page into the text above the part, the part, and the text below.
fn cut(page: &str) -> Result<(&str, &str, &str)> {
    let begin = page.find(HEADING);
    let begin = begin.with_context(|| format!("{PAGE} has no {HEADING:?}"))?;
    let after = begin + HEADING.len();
    let end = page[after..].find("\n## ");
    let end = end.map_or(page.len(), |it| after + it);
    Ok((&page[..begin], &page[begin..end], &page[end..]))
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::answer::tests::answer;
    use super::super::probes::tests::probe;
    use super::*;

    pub(in crate::since) fn asked(kernel: &str, said: &[&str]) -> Asked {
        let answers = said.iter().map(|it| answer(&format!("{it}\n"), 0));
        Asked {
            kernel: kernel.to_owned(),
            answers: answers.collect(),
        }
    }

    const EMPTY: &str = "# Page\n\n## Asked of every kernel\n\n## Next\n";

    fn all() -> [Asked; 3] {
        [
            asked("6.12.117+deb12-cloud-amd64", &["EINVAL", "ENOSYS"]),
            asked("6.18.15+deb13-cloud-amd64", &["ok", "ENOSYS"]),
            asked("6.19.14+deb13-cloud-amd64", &["ok", "9 ids"]),
        ]
    }

    fn probes() -> [KernelProbe; 2] {
        [
            probe("a.sh", "between 6.12 and 6.18"),
            probe("listns.rs", "6.19"),
        ]
    }

    #[test]
    fn the_page_that_is_written_is_read_again_and_stays_as_it_is() {
        let table = ProbeTable::of(&probes(), &all()).unwrap();
        let page = table.written_into(EMPTY, &probes()).unwrap();
        let read = ProbeTable::read(&page).unwrap();
        assert_eq!(read.rows, table.rows);
        assert_eq!(read.kernels, table.kernels);
        assert_eq!(read.rows.len(), 2);
        let again = read.written_into(&page, &probes()).unwrap();
        assert_eq!(again, page);
        assert!(page.starts_with("# Page\n") && page.ends_with("\n## Next\n"));
        let rows: Vec<_> =
            page.lines().filter(|it| it.starts_with("| ")).collect();
        insta::assert_snapshot!(rows.join("\n"), @r"
        | Since | What, and the answer before → after |
        | between 6.12 and 6.18 | A sentence. `EINVAL` → `ok`. [Step](../../chapters/01-x/README.md#y), [setns(2)](https://man7.org/linux/man-pages/man2/setns.2.html), [`a.sh`](../../harness/probes/a.sh) |
        | 6.19 | A sentence. `ENOSYS` → `9 ids`. [Step](../../chapters/01-x/README.md#y), [setns(2)](https://man7.org/linux/man-pages/man2/setns.2.html), [`listns.rs`](../../harness/probes/listns.rs) |
        ");
    }

    fn refused(kernels: &[Asked]) -> String {
        ProbeTable::of(&probes(), kernels).unwrap_err().to_string()
    }

    #[test]
    fn a_probe_that_answers_otherwise_than_it_expects_makes_no_page() {
        let mut other = all();
        other[1].answers[1] = answer("9 ids\n", 0);
        assert!(refused(&other).contains("listns.rs: expected since 6.19: "));
        other[1].answers[1] = answer("ENOSYS\n", 1);
        assert!(refused(&other).contains("listns.rs: not two answers: "));
        let mut alike = all();
        for asked in &mut alike {
            asked.answers[0] = answer("ok\n", 0);
        }
        assert!(refused(&alike).contains("a.sh: not two answers: 6.12: ok"));
        let mut wide = all();
        wide[0].answers[0] = answer("a | b\n", 0);
        assert!(refused(&wide).contains("no answer for a table: a | b"));
    }
}
