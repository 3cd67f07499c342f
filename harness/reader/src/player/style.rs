//! Text with a style, until it is written on a terminal.

use std::env;

use crossterm::style::{Attribute, Color, ContentStyle};

/// Abilities of a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looks {
    /// `TERM=dumb`: plain text only.
    Plain,
    /// `NO_COLOR`: bold and dim, no colours.
    Mono,
    /// Bold, dim and colours.
    Colour,
}

impl Looks {
    /// Reads the terminal's abilities from the environment.
    pub fn of_environment() -> Self {
        let set = |name| env::var_os(name).is_some_and(|v| !v.is_empty());
        match env::var("TERM") {
            Ok(term) if term != "dumb" && set("NO_COLOR") => Self::Mono,
            Ok(term) if term != "dumb" => Self::Colour,
            _ => Self::Plain,
        }
    }
}

/// Style of a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    bold: bool,
    dim: bool,
    colour: Option<Color>,
}

impl Style {
    /// The terminal's default.
    pub const PLAIN: Self = Self {
        bold: false,
        dim: false,
        colour: None,
    };
    /// For text to be seen first.
    pub const BOLD: Self = Self {
        bold: true,
        ..Self::PLAIN
    };
    /// For text to be seen last.
    pub const DIM: Self = Self {
        dim: true,
        ..Self::PLAIN
    };
    /// For results as in the book.
    pub const GOOD: Self = Self::PLAIN.coloured(Color::DarkGreen);
    /// For differences from the book.
    pub const BAD: Self = Self::BOLD.coloured(Color::DarkRed);

    /// Adds a colour. The terminal's own sixteen colours are readable on its
    /// background, dark or light.
    pub const fn coloured(self, colour: Color) -> Self {
        Self {
            colour: Some(colour),
            ..self
        }
    }

    /// Adds bold.
    pub const fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    /// Whether it is bold.
    pub fn is_bold(self) -> bool {
        self.bold
    }

    /// Whether it is dim.
    pub fn is_dim(self) -> bool {
        self.dim
    }

    /// Returns the colour; `None` for the terminal's own.
    pub fn colour(self) -> Option<Color> {
        self.colour
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
    /// Adds text.
    pub fn push(&mut self, text: impl Into<String>, style: Style) {
        self.words.push((text.into(), style));
    }

    /// Returns the line with more text.
    pub fn then(mut self, text: impl Into<String>, style: Style) -> Self {
        self.push(text, style);
        self
    }

    /// Returns the text without its style.
    pub fn text(&self) -> String {
        self.words.iter().map(|(text, _)| text.as_str()).collect()
    }

    /// Returns the words, each with its look.
    pub fn words(&self) -> impl Iterator<Item = (&str, Style)> {
        self.words.iter().map(|(text, style)| (&**text, *style))
    }

    /// Returns the line as bytes for a terminal.
    pub fn render(&self, looks: Looks) -> String {
        let words = self.words.iter();
        words
            .map(|(text, style)| style.paint(text, looks))
            .collect()
    }

    /// Returns the parts that are not plain.
    #[cfg(test)]
    pub(super) fn styled(&self) -> Vec<(&str, Style)> {
        self.words()
            .filter(|(_, style)| *style != Style::PLAIN)
            .collect()
    }
}

/// Returns a line in one style.
pub fn line(text: impl Into<String>, style: Style) -> Line {
    Line::default().then(text, style)
}

/// Returns the colour of a number: one of six, in turn.
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
