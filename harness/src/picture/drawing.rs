//! Lines of a terminal as SVG: text in a grid of cells.

use std::fmt::Write;

use crossterm::style::Color;

use crate::player::style::{Line, Style};

/// Columns of the terminal, and the size of a cell.
const COLUMNS: usize = 80;
const CELL_WIDTH: f64 = 8.4;
const CELL_HEIGHT: usize = 19;
const FONT_SIZE: usize = 14;
const MARGIN: usize = 16;

/// Fonts with letters of one width; every system has one of them.
const FONTS: &str = "ui-monospace,SFMono-Regular,Menlo,Consolas,\
                     'DejaVu Sans Mono','Liberation Mono',monospace";

/// Colours of the picture.
pub struct Theme {
    background: &'static str,
    border: &'static str,
    plain: &'static str,
    dim: &'static str,
    red: &'static str,
    green: &'static str,
    yellow: &'static str,
    blue: &'static str,
    magenta: &'static str,
    cyan: &'static str,
}

impl Theme {
    /// Colours on white.
    pub const LIGHT: Self = Self {
        background: "#ffffff",
        border: "#d1d9e0",
        plain: "#1f2328",
        dim: "#59636e",
        red: "#a40e26",
        green: "#116329",
        yellow: "#7d4e00",
        blue: "#0550ae",
        magenta: "#8250df",
        cyan: "#1b6e85",
    };
    /// Colours on black.
    pub const DARK: Self = Self {
        background: "#0d1117",
        border: "#3d444d",
        plain: "#f0f6fc",
        dim: "#9198a1",
        red: "#ff7b72",
        green: "#3fb950",
        yellow: "#d29922",
        blue: "#79c0ff",
        magenta: "#d2a8ff",
        cyan: "#56d4dd",
    };

    fn colour(&self, style: Style) -> &'static str {
        match style.colour() {
            Some(Color::DarkRed) => self.red,
            Some(Color::DarkGreen) => self.green,
            Some(Color::DarkYellow) => self.yellow,
            Some(Color::DarkBlue) => self.blue,
            Some(Color::DarkMagenta) => self.magenta,
            Some(Color::DarkCyan) => self.cyan,
            _ if style.is_dim() => self.dim,
            _ => self.plain,
        }
    }
}

/// Draws lines in a frame, under a title for those who cannot see them.
pub fn svg(lines: &[Line], theme: &Theme, title: &str) -> String {
    let width = 2.0 * MARGIN as f64 + COLUMNS as f64 * CELL_WIDTH;
    let height = 2 * MARGIN + lines.len() * CELL_HEIGHT;
    let Theme {
        background, border, ..
    } = theme;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" \
         viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" font-family=\"{FONTS}\" \
         font-size=\"{FONT_SIZE}\">\n<title>{}</title>\n\
         <rect x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"8\" \
         fill=\"{background}\" stroke=\"{border}\"/>\n",
        escaped(title),
        width - 1.0,
        height - 1,
    );
    for (row, line) in lines.iter().enumerate() {
        let y = MARGIN + row * CELL_HEIGHT + FONT_SIZE;
        let mut column = 0;
        for (text, style) in line.words() {
            word(&mut svg, text, column, y, theme.colour(style), style);
            column += text.chars().count();
        }
    }
    svg + "</svg>\n"
}

/// Draws words of one style, stretched to their cells: fonts differ in width.
fn word(
    svg: &mut String,
    text: &str,
    column: usize,
    y: usize,
    colour: &str,
    style: Style,
) {
    let blank = text.chars().take_while(|c| *c == ' ').count();
    let text = text.trim();
    if text.is_empty() {
        return;
    }
    let x = MARGIN as f64 + (column + blank) as f64 * CELL_WIDTH;
    let length = text.chars().count() as f64 * CELL_WIDTH;
    let weight = if style.is_bold() {
        " font-weight=\"bold\""
    } else {
        ""
    };
    let _ = writeln!(
        svg,
        "<text x=\"{x:.1}\" y=\"{y}\" textLength=\"{length:.1}\" \
         lengthAdjust=\"spacingAndGlyphs\" xml:space=\"preserve\" \
         fill=\"{colour}\"{weight}>{}</text>",
        escaped(text)
    );
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::player::style::line;

    #[test]
    fn each_word_stands_in_its_cells_in_its_style() {
        let lines = [
            line("", Style::PLAIN),
            line("  a <b>", Style::DIM).then(" c", Style::BOLD),
        ];
        let svg = svg(&lines, &Theme::LIGHT, "a & b");
        assert!(svg.contains("<title>a &amp; b</title>"), "{svg}");
        let dim = "<text x=\"32.8\" y=\"49\" textLength=\"42.0\"";
        assert!(svg.contains(dim), "{svg}");
        assert!(svg.contains("fill=\"#59636e\">a &lt;b&gt;</text>"), "{svg}");
        let bold = "fill=\"#1f2328\" font-weight=\"bold\">c</text>";
        assert!(svg.contains(bold), "{svg}");
        assert_eq!(svg.matches("<text").count(), 2);
    }
}
