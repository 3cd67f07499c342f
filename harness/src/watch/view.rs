//! The content of the screen, as lines that fit.

use std::time::Duration;

use textwrap::core::display_width;
use tr::tr;

use super::keys;
use crate::player::style::{Line, Style, line};

/// Number of rows below which there is no room for a frame around the text.
const LOW: usize = 8;

/// The content of the screen.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// Title of the exercise, in one line.
    pub title: String,
    /// Path of the file, in one line.
    pub file: String,
    /// Present activity, or the times of the last grading.
    pub status: String,
    /// Verdict, or the compiler's messages.
    pub verdict: String,
    /// Text shown instead of the verdict: a hint, or the list.
    pub beside: Option<String>,
    /// Number of the text's lines above the first one shown.
    pub above: usize,
}

impl View {
    /// Breaks the text into lines of at most `columns`.
    fn text(&self, columns: usize) -> Vec<Line> {
        let text = self.beside.as_ref().unwrap_or(&self.verdict);
        let lines = text.lines().flat_map(|text| {
            let style = style(text);
            let parts = folded(text, columns).into_iter();
            parts.map(move |part| line(part, style))
        });
        lines.collect()
    }

    /// Scrolls the text, up to its ends.
    pub fn scroll(&mut self, down: isize, (columns, rows): (usize, usize)) {
        let all = self.text(columns).len();
        let last = all.saturating_sub(room(rows));
        self.above = self.above.saturating_add_signed(down).min(last);
    }

    /// Returns the lines for a terminal of this size, none wider than it.
    pub fn lines(&self, (columns, rows): (usize, usize)) -> Vec<Line> {
        let cut = |text: &str, style| {
            let first = folded(text, columns).into_iter().next();
            line(first.unwrap_or_default(), style)
        };
        let mut lines = vec![cut(&self.title, Style::BOLD)];
        if rows >= LOW {
            lines.push(cut(&self.file, Style::DIM));
        }
        lines.push(cut(&self.status, Style::DIM));
        if rows >= LOW {
            lines.push(Line::default());
        }
        let all = self.text(columns);
        let below = all.len().saturating_sub(self.above + room(rows));
        lines.extend(all.into_iter().skip(self.above).take(room(rows)));
        lines.resize(rows.saturating_sub(1), Line::default());
        let keys = match (below, self.above) {
            (0, 0) => keys::line(),
            (below, above) => {
                let more =
                    tr!("{above} above, {below} below: ↑ ↓", above, below);
                format!("{}   {more}", keys::line())
            }
        };
        lines.push(cut(&keys, Style::DIM));
        lines
    }
}

/// Returns the number of rows left for the text.
fn room(rows: usize) -> usize {
    let frame = if rows >= LOW { 6 } else { 3 };
    rows.saturating_sub(frame)
}

fn style(text: &str) -> Style {
    let start = text.trim_start();
    if start.starts_with('✓') {
        Style::GOOD
    } else if start.starts_with('✗') || text.starts_with("error") {
        Style::BAD
    } else {
        Style::PLAIN
    }
}

/// Breaks a text into parts of at most `columns`. Leaves out control
/// characters, and replaces a tab with four spaces.
fn folded(text: &str, columns: usize) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut width = 0;
    for c in text.replace('\t', "    ").chars() {
        let own = display_width(c.encode_utf8(&mut [0; 4]));
        if c.is_control() || own > columns {
            continue;
        }
        if width + own > columns {
            parts.push(String::new());
            width = 0;
        }
        width += own;
        if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    parts
}

/// Formats a time in seconds.
pub fn seconds(time: Duration) -> String {
    tr!("{time} s", time = format_args!("{:.1}", time.as_secs_f64()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(lines: usize) -> View {
        View {
            title: "Exercise 3.1: Join the network of a running process".into(),
            file: "workshop/3.1-join-a-network/src/main.rs".into(),
            status: "compile 0.6 s   run 0.1 s".into(),
            verdict: (1..=lines).map(|n| format!("line {n}\n")).collect(),
            beside: None,
            above: 0,
        }
    }

    fn shown(view: &View, size: (usize, usize)) -> Vec<String> {
        view.lines(size).iter().map(Line::text).collect()
    }

    #[test]
    fn it_fills_a_terminal_of_any_size_and_no_more() {
        for size in [(80, 24), (200, 60), (40, 8), (20, 5), (7, 3), (1, 1)] {
            for text in [view(0), view(3), view(100)] {
                let lines = shown(&text, size);
                assert_eq!(lines.len(), size.1, "{size:?}");
                let fits = lines.iter().all(|it| display_width(it) <= size.0);
                assert!(fits, "{size:?} {lines:#?}");
            }
        }
    }

    #[test]
    fn what_does_not_fit_can_be_scrolled_to_and_no_further() {
        let size = (80, 24);
        let mut view = view(30);
        assert!(shown(&view, size)[4].contains("line 1"));
        assert!(shown(&view, size)[23].contains("12 below"));
        view.scroll(isize::MAX, size);
        let lines = shown(&view, size);
        assert!(lines[21].contains("line 30"), "{lines:#?}");
        assert!(lines[23].contains("12 above, 0 below"), "{lines:#?}");
        view.scroll(isize::MIN, size);
        assert!(shown(&view, size)[4].contains("line 1"));
    }

    #[test]
    fn nothing_in_the_text_moves_the_cursor() {
        let mut view = view(0);
        view.verdict = "a\x1b[2Jb\ttab 漢字".into();
        let lines = shown(&view, (12, 24));
        assert_eq!(lines[4..6], ["a[2Jb    tab", " 漢字"]);
    }
}
