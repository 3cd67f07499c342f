//! Words with a look, until they are written on a terminal.

use std::env;

use crossterm::style::{Attribute, Color, ContentStyle};

/// What a terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looks {
    /// `TERM=dumb`: letters, one after the other.
    Plain,
    /// `NO_COLOR`: bold and dim too.
    Mono,
    /// All of it.
    Colour,
}

impl Looks {
    /// As the person's environment has it.
    pub fn of_environment() -> Self {
        let set = |name| env::var_os(name).is_some_and(|v| !v.is_empty());
        match env::var("TERM") {
            Ok(term) if term != "dumb" && set("NO_COLOR") => Self::Mono,
            Ok(term) if term != "dumb" => Self::Colour,
            _ => Self::Plain,
        }
    }
}

/// The look of a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    bold: bool,
    dim: bool,
    colour: Option<Color>,
}

impl Style {
    /// As the terminal writes by itself.
    pub const PLAIN: Self = Self {
        bold: false,
        dim: false,
        colour: None,
    };
    /// To be seen first.
    pub const BOLD: Self = Self {
        bold: true,
        ..Self::PLAIN
    };
    /// To be seen last.
    pub const DIM: Self = Self {
        dim: true,
        ..Self::PLAIN
    };
    /// As in the book.
    pub const GOOD: Self = Self::PLAIN.coloured(Color::DarkGreen);
    /// Not as in the book.
    pub const BAD: Self = Self::BOLD.coloured(Color::DarkRed);

    /// The same in a colour. The sixteen colours of the terminal's own theme
    /// are readable on its background, dark or light.
    pub const fn coloured(self, colour: Color) -> Self {
        Self {
            colour: Some(colour),
            ..self
        }
    }

    /// The same in bold.
    pub const fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    fn paint(self, text: &str, looks: Looks) -> String {
        if looks == Looks::Plain || self == Self::PLAIN || text.is_empty() {
            return text.to_owned();
        }
        let mut style = ContentStyle::new();
        if self.bold {
            style.attributes.set(Attribute::Bold);
        }
        if self.dim {
            style.attributes.set(Attribute::Dim);
        }
        if looks == Looks::Colour {
            style.foreground_color = self.colour;
        }
        style.apply(text).to_string()
    }
}

/// A line to write.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    words: Vec<(String, Style)>,
}

impl Line {
    /// Adds words.
    pub fn push(&mut self, text: impl Into<String>, style: Style) {
        self.words.push((text.into(), style));
    }

    /// The same line with more words.
    pub fn then(mut self, text: impl Into<String>, style: Style) -> Self {
        self.push(text, style);
        self
    }

    /// The words without their look.
    pub fn text(&self) -> String {
        self.words.iter().map(|(text, _)| text.as_str()).collect()
    }

    /// For a terminal.
    pub fn render(&self, looks: Looks) -> String {
        let words = self.words.iter();
        words
            .map(|(text, style)| style.paint(text, looks))
            .collect()
    }

    /// The words that are not plain.
    #[cfg(test)]
    pub(super) fn styled(&self) -> Vec<(&str, Style)> {
        let words = self.words.iter().map(|(text, style)| (&**text, *style));
        words.filter(|(_, style)| *style != Style::PLAIN).collect()
    }
}

/// A line in one look.
pub fn line(text: impl Into<String>, style: Style) -> Line {
    Line::default().then(text, style)
}

/// The same colour for the same name: one for each of the first six.
pub fn colour(number: usize) -> Color {
    const COLOURS: [Color; 6] = [
        Color::DarkGreen,
        Color::DarkMagenta,
        Color::DarkCyan,
        Color::DarkRed,
        Color::DarkBlue,
        Color::DarkYellow,
    ];
    COLOURS[number % COLOURS.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dumb_terminal_gets_letters_only() {
        let line = line("a", Style::BOLD).then("b", Style::GOOD);
        assert_eq!(line.render(Looks::Plain), "ab");
        assert_eq!(line.text(), "ab");
    }

    #[test]
    fn without_colour_bold_is_still_bold() {
        let line = line("a", Style::GOOD).then("b", Style::BAD);
        let text = line.render(Looks::Mono);
        assert!(text.starts_with('a'), "{text:?}");
        assert!(text.contains("\x1b[1mb"), "{text:?}");
    }
}
