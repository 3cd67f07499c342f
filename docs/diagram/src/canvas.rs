//! Rectangles, words and lines, written as SVG.

use maud::{Markup, html};

use crate::measure::width;

/// Width of all pictures.
pub const WIDTH: i32 = 340;

/// Height of a sign.
const SIGN: i32 = 15;

/// A part of a picture.
#[derive(Clone, Debug)]
enum Shape {
    Rect {
        x: i32,
        y: i32,
        width: i32,
        height: i32,
        class: String,
    },
    Text {
        x: i32,
        y: i32,
        class: String,
        text: String,
    },
    Line {
        path: String,
        class: String,
    },
}

/// A picture that grows downwards.
#[derive(Default)]
pub struct Canvas {
    /// Lower end of all that is drawn.
    pub y: i32,
    shapes: Vec<Shape>,
}

/// A box that is behind what is drawn after it.
pub struct Open {
    place: usize,
    x: i32,
    y: i32,
    width: i32,
}

impl Canvas {
    /// Begins a box at the lower end of the picture.
    pub fn open(&mut self, x: i32, width: i32) -> Open {
        let open = Open {
            place: self.shapes.len(),
            x,
            y: self.y,
            width,
        };
        self.rect(x, self.y, width, 0, "");
        open
    }

    /// Ends a box at the lower end of the picture.
    pub fn close(&mut self, open: &Open, class: impl Into<String>) {
        self.shapes[open.place] = Shape::Rect {
            x: open.x,
            y: open.y,
            width: open.width,
            height: self.y - open.y,
            class: class.into(),
        };
    }

    /// Leaves out a box.
    pub fn forget(&mut self, open: &Open) {
        self.shapes.remove(open.place);
    }

    /// Draws a rectangle.
    pub fn rect(
        &mut self,
        x: i32,
        y: i32,
        width: i32,
        height: i32,
        class: impl Into<String>,
    ) {
        let class = class.into();
        self.shapes.push(Shape::Rect {
            x,
            y,
            width,
            height,
            class,
        });
    }

    /// Writes words; `y` is their baseline.
    pub fn text(
        &mut self,
        x: i32,
        y: i32,
        class: impl Into<String>,
        text: impl Into<String>,
    ) {
        self.shapes.push(Shape::Text {
            x,
            y,
            class: class.into(),
            text: text.into(),
        });
    }

    /// Writes a word on a sign, on the same baseline as the words beside it.
    /// Returns the sign's width.
    pub fn sign(&mut self, x: i32, y: i32, class: &str, word: &str) -> i32 {
        let width = sign_width(word);
        self.rect(x, y - 11, width, SIGN, format!("sign {class}"));
        self.text(x + width / 2, y, format!("word {class}"), word);
        width
    }

    /// Draws a line along an SVG path.
    pub fn line(&mut self, path: String, class: impl Into<String>) {
        let class = class.into();
        self.shapes.push(Shape::Line { path, class });
    }

    /// Returns the picture with a name and a description for those who do not
    /// see it.
    pub fn svg(&self, title: &str, desc: &str) -> Markup {
        let size = format!("0 0 {WIDTH} {}", self.y + 2);
        html! {
            svg viewBox=(size) role="img" {
                title { (title) }
                desc { (desc) }
                @for shape in &self.shapes { (shape.svg()) }
            }
        }
    }
}

/// Returns the width of a sign with a word. Its letters are bold.
pub fn sign_width(word: &str) -> i32 {
    width(word) * 8 / 7 + 9
}

impl Shape {
    fn svg(&self) -> Markup {
        match self {
            Self::Rect {
                x,
                y,
                width,
                height,
                class,
            } => html! {
                rect.(class) x=(x) y=(y) width=(width) height=(height) {}
            },
            Self::Text { x, y, class, text } => html! {
                text.(class) x=(x) y=(y) { (text) }
            },
            Self::Line { path, class } => html! { path.(class) d=(path) {} },
        }
    }
}
