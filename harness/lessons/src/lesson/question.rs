//! A question of a lesson, whose answer is behind a click:
//!
//! ```text
//! <details><summary>Who makes <code>docker0</code>?</summary>
//!
//! The answer, with its blocks.
//!
//! </details>
//! ```
//!
//! A code host, the book and a browser show such HTML as it is. The lesson has
//! the question as Markdown, which is also the message for translators.

use super::Problem;

/// Beginning of the line that closes an answer.
const END: &str = "</details";
/// Beginning of the line that opens a question.
const BEGIN: &str = "<details";

/// Piece of HTML that belongs to a question.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Edge {
    /// The question, as Markdown.
    Question(String),
    /// End of the answer.
    EndOfAnswer,
}

/// Reads a block of HTML; `None` if the block belongs to no question.
pub(super) fn edge(html: &str) -> Option<Result<Edge, Problem>> {
    let html = html.trim();
    if html.starts_with(END) {
        let edge = (html == "</details>").then_some(Edge::EndOfAnswer);
        return Some(edge.ok_or(Problem::BadEndOfAnswer));
    }
    html.starts_with(BEGIN)
        .then(|| question(html).ok_or(Problem::BadQuestion))
}

fn question(html: &str) -> Option<Edge> {
    let words = html.strip_prefix("<details><summary>")?;
    let words = words.strip_suffix("</summary>")?;
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.is_empty() || words.contains('`') {
        return None;
    }
    let markdown = words.replace("<code>", "`").replace("</code>", "`");
    let is_plain = !markdown.contains(['<', '>', '&', '*', '_', '[', '\\']);
    is_plain.then_some(Edge::Question(markdown))
}

/// Returns the line of HTML that opens a question.
pub(super) fn opening(markdown: &str) -> String {
    let mut html = String::from("<details><summary>");
    for (place, words) in markdown.split('`').enumerate() {
        if place > 0 {
            html.push_str(if place % 2 == 1 { "<code>" } else { "</code>" });
        }
        html.push_str(words);
    }
    html + "</summary>"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_markdown_in_a_lesson_and_html_in_its_file() {
        let html = "<details><summary>Is <code>a b</code>\nright?</summary>";
        let question = edge(html).unwrap().unwrap();
        assert_eq!(question, Edge::Question("Is `a b` right?".into()));
        let one_line = html.replace('\n', " ");
        assert_eq!(opening("Is `a b` right?"), one_line);
    }

    #[test]
    fn html_of_another_kind_is_no_question() {
        assert_eq!(edge("<br>"), None);
        assert_eq!(edge("<!-- a -->"), None);
        assert_eq!(edge("</details>\n"), Some(Ok(Edge::EndOfAnswer)));
    }

    #[test]
    fn a_question_that_a_reader_would_not_see_whole_is_a_problem() {
        for html in [
            "<details>",
            "<details><summary></summary>",
            "<details><summary>a</summary>the answer",
            "<details><summary>**a**</summary>",
            "<details><summary><b>a</b></summary>",
            "<details><summary>`a`</summary>",
        ] {
            assert_eq!(edge(html), Some(Err(Problem::BadQuestion)), "{html}");
        }
        let end = edge("</details>more");
        assert_eq!(end, Some(Err(Problem::BadEndOfAnswer)));
    }
}
