//! Namespaces without a process, and the legend.

use lessons::labels::Label;
use lessons::scene::words::inside;
use lessons::scene::{Inside, Scene};
use protocol::Kind;
use tr::tr;

use crate::canvas::{Canvas, WIDTH};
use crate::hue::hue;
use crate::marks::{Mark, Marks};
use crate::measure::{name_width, width};

/// Draws the namespaces that a handle keeps, those that it has released, and
/// the legend.
pub fn draw(canvas: &mut Canvas, scene: &Scene, marks: &Marks) {
    let kept = inside(&Inside::Kept);
    for (kind, label) in &scene.kept {
        let mark = marks.of_kept(*kind, *label);
        one(canvas, (*kind, Some(*label)), mark, &kept);
    }
    for (kind, label) in marks.released() {
        let still = label.is_some_and(|label| scene.holds(kind, label));
        if !still {
            one(canvas, (kind, label), Some(Mark::Gone), "");
        }
    }
    legend(canvas, marks);
}

fn one(
    canvas: &mut Canvas,
    (kind, label): (Kind, Option<Label>),
    mark: Option<Mark>,
    words: &str,
) {
    let label_text = label.map_or("?".into(), |label| label.to_string());
    let name = format!("{kind} {label_text}");
    let class = mark.map_or("", Mark::class);
    let open = canvas.open(2, WIDTH - 4);
    let y = canvas.y + 17;
    canvas.text(10, y, format!("head {class}").trim_end(), &name);
    let mut x = 10 + name_width(&name) + 6;
    if let Some(mark) = mark {
        x += canvas.sign(x, y, class, &mark.word()) + 6;
    }
    canvas.text(x, y, "more", words);
    canvas.y += 26;
    canvas.close(&open, format!("net kept {} {class}", hue(label)));
    canvas.y += 10;
}

/// Explains the letters and the signs.
fn legend(canvas: &mut Canvas, marks: &Marks) {
    let mut words = vec![
        tr!("· initial"),
        tr!("same letter in a column: same namespace"),
    ];
    if marks.has_movers() {
        words.push(tr!("* another than before"));
    }
    let mut x = 4;
    canvas.y += 12;
    for word in words {
        let width = width(&word);
        if x + width > WIDTH && x > 4 {
            x = 4;
            canvas.y += 15;
        }
        canvas.text(x, canvas.y, "legend", word);
        x += width + 12;
    }
    canvas.y += 4;
}
