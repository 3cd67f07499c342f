use super::super::outcome::tests::{not_tried, outcome, plan};
use super::*;
use crate::course;

fn row(name: &str, samples: &[f64]) -> Row {
    Row {
        name: name.into(),
        samples: samples.to_vec(),
        missing: None,
    }
}

fn since(line: &str) -> Marked {
    Marked {
        chapter: 2,
        mark: "since 7.1".into(),
        line: line.into(),
    }
}

fn times(kernel: &str, clone: f64) -> BootTimes {
    BootTimes {
        system: outcome(kernel, &[]).system,
        rows: Ok(vec![
            row(bench::COLD_BOOT, &[4.0, 4.0]),
            row(bench::CLONE, &[clone, clone]),
        ]),
    }
}

#[test]
fn the_page_says_what_differs_what_was_not_tried_and_a_missed_goal() {
    let mut cells = [const { Cell::Same }; 5];
    cells[1] = Cell::Differs("L.md:7: not as in the lesson\n".into());
    let outcomes = [
        outcome("6.1.0-57", &[const { Cell::Same }; 5]),
        not_tried("6.2", "there is no\nmodules.dep"),
        outcome("7.3.4", &cells),
    ];
    let page = Page {
        date: "2026-11-30".into(),
        computer: "Debian 12".into(),
        plan: &plan(),
        outcomes: &outcomes,
        marks: ["a | b", "[exit 1]", "c", "[exit 1]"].map(since).into(),
        times: vec![times("7.3.4", 0.1), times("6.1.0-57", 0.5)],
    };
    insta::assert_snapshot!(text(&page).strip_prefix(HEAD).unwrap(), @r"
    Played on 2026-11-30; `own` is Debian 12. Systems: 3, lessons: 2, exercises: 3.

    ## What was played

    | Linux | userland | QEMU | lessons | exercises |
    |---|---|---|---|---|
    | 6.1.0-57 | own | own 7.2.22 | ✓ 2 | ✓ 3 |
    | 6.2 | own | own | ? 2 | ? 3 |
    | 7.3.4 | own | own 7.2.22 | ✓ 1, ✗ 1 | ✓ 3 |

    Not tried, or not to the end:

    * Linux 6.2, userland own, QEMU own: there is no modules.dep

    ## Userlands

    | userland | bash | util-linux |
    |---|---|---|
    | own | 5.2.15 | 2.38.1 |

    ## What differs

    Lines of lessons that only some systems print:

    | chapter | mark | lines |
    |---|---|---|
    | 2 | since 7.1 | `a \| b`<br>`[exit 1]`<br>`c` |

    Linux 7.3.4, userland own, QEMU own, chapter 2: not as in the book

    ```text
    L.md:7: not as in the lesson
    ```

    ## A clone beside a cold boot

    In turns, 2 rounds; times are medians, the ratio is the median of the rounds'
    ratios. A clone should be at least 10 times as fast as the boot.

    | QEMU | Linux | userland | cold boot | clone | ratio | goal |
    |---|---|---|--:|--:|--:|---|
    | own 7.2.22 | 7.3.4 | own | 4.00 s | 100 ms | 40.0 | reached |
    | own 7.2.22 | 6.1.0-57 | own | 4.00 s | 500 ms | 8.0 | MISSED |
    ");
}

#[test]
fn a_page_without_marks_and_times_says_so() {
    let outcomes = [not_tried("6.2", "why")];
    let page = Page {
        date: "2026-11-30".into(),
        computer: "Debian 12".into(),
        plan: &plan(),
        outcomes: &outcomes,
        marks: Vec::new(),
        times: Vec::new(),
    };
    let text = text(&page);
    for words in [
        "No machine told",
        "No line of a lesson is marked",
        "Not measured.",
        "* Linux 6.2, userland own, QEMU own: why",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

/// Returns the headings and the heads of tables, which are the same in every
/// run.
fn form(text: &str) -> Vec<&str> {
    let rule = |line: &str| line.starts_with("|---");
    let lines: Vec<&str> = text.lines().collect();
    let is_head = |n: usize| lines.get(n + 1).is_some_and(|next| rule(next));
    let numbered = lines.iter().enumerate();
    numbered
        .filter(|(n, line)| line.starts_with('#') || is_head(*n))
        .map(|(_, line)| *line)
        .filter(|line| !line.starts_with("| chapter |"))
        .collect()
}

/// Checks that the page in the book has the form of a page written by this
/// code.
#[test]
fn the_page_in_the_book_has_the_form_of_a_page_that_is_written() {
    let path = course::workspace().join("docs/src/systems.md");
    let book = fs::read_to_string(path).unwrap();
    assert!(book.starts_with(HEAD), "another beginning");
    let tools = crate::systems::player::packages();
    let mut outcome = outcome("6.1", &[const { Cell::Same }; 5]);
    if let Some(versions) = &mut outcome.versions {
        let version = |name: &str| (name.to_owned(), "1.0".to_owned());
        versions.tools = tools.map(version).collect();
    }
    let outcomes = [outcome];
    let written = text(&Page {
        date: today(),
        computer: computer(),
        plan: &plan(),
        outcomes: &outcomes,
        marks: Vec::new(),
        times: vec![times("6.1", 0.1)],
    });
    assert_eq!(form(&book), form(&written));
    // Every cell of a table has a value: nothing was left to be filled in.
    for line in book.lines().filter(|line| line.starts_with('|')) {
        assert!(!line.contains("|  |"), "{line}");
    }
}

/// The marks can be read without a machine, so the page never has others.
#[test]
fn the_page_in_the_book_has_the_marks_of_the_lessons() {
    let workspace = course::workspace();
    let book = fs::read_to_string(workspace.join("docs/src/systems.md"));
    let table =
        table_of_marks(&crate::systems::marks::all(&workspace).unwrap());
    assert!(
        book.unwrap().contains(&table),
        "just matrix --write; until then: {table}"
    );
}
