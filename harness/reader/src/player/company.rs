//! Says in sentences what the tables after a step do not show: company, cables
//! and handles.

use super::style::{Line, Style, line};
use crate::scene::Scene;
use crate::scene::words::beside_tables;
use language::wrap::wrapped;

/// Returns the sentences as lines of at most this width.
pub fn sentences(after: &Scene, before: &Scene, width: usize) -> Vec<Line> {
    beside_tables(before, after)
        .iter()
        .flat_map(|sentence| wrapped(sentence, width))
        .map(|text| line(text, Style::PLAIN))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn company_is_said_in_lines_that_fit() {
        let text = "\
                 cgroup ipc mnt net pid time user uts
web                A     A   A   A   A   ·    ·    A
second:box:init    A     A   A   A   A   ·    ·    A

· = initial
";
        let after: Scene = text.parse().unwrap();
        let lines = sentences(&after, &Scene::default(), 40);
        let texts: Vec<_> = lines.iter().map(Line::text).collect();
        assert_eq!(
            texts,
            [
                "web shares cgroup A, ipc A, mnt A, net",
                "A, pid A and uts A with second:box:init.",
            ]
        );
        assert_eq!(sentences(&after, &after, 40), []);
    }
}
