//! Pictures of what the kernel held after a step, drawn from its snapshot.
//!
//! A picture is 340 units wide, and no letter is smaller than 11 units: on a
//! phone all of it can be read. Boxes are network namespaces, with processes
//! and interfaces inside. The other seven types are columns: processes below
//! each other in one namespace are in one box of its column.
//!
//! # Layout
//!
//! * here: [`of_step`] and [`of_scenes`], the picture with its words
//! * `marks`: what is new, changed or gone
//! * `canvas`: rectangles, words and lines, written as SVG
//! * `measure`: the widths of words, and their wrapping
//! * `hue`: the colour of a namespace
//! * `columns`: the places of the seven types
//! * `networks`: the boxes of network namespaces
//! * `members`: the rows of processes in such a box
//! * `cards`: the rows of interfaces in such a box
//! * `cables`: lines from interface to interface
//! * `kept`: namespaces without a process, and the legend

mod cables;
mod canvas;
mod cards;
mod columns;
mod hue;
mod kept;
mod marks;
mod measure;
mod members;
mod networks;
#[cfg(test)]
mod tests;

use lessons::scene::words::{Description, describe};
use lessons::scene::{NoScene, Scene};
use maud::{Markup, html};
use tr::tr;

use canvas::Canvas;
use marks::Marks;

/// Makes this crate print these words.
pub fn speak(words: impl tr::Translator + 'static) {
    tr::set_translator!(words);
}

/// Style of all pictures: colours for light and dark pages.
///
/// A page that shows a picture includes this text once.
pub const STYLE: &str = include_str!("diagram.css");

/// Draws the state after a step as an HTML figure in one line, for the middle
/// of a page. `before` is the snapshot of the step before; it is `None` at the
/// first step of a lesson.
///
/// The picture has no id, so that a page may show any number of them.
///
/// # Errors
///
/// A snapshot is not in the format of [`lessons::snapshot_text`].
pub fn of_step(before: Option<&str>, now: &str) -> Result<String, NoScene> {
    let now: Scene = now.parse()?;
    let before: Option<Scene> = before.map(str::parse).transpose()?;
    Ok(of_scenes(before.as_ref(), &now))
}

/// Draws the state after a step, like [`of_step`].
pub fn of_scenes(before: Option<&Scene>, now: &Scene) -> String {
    if before == Some(now) {
        let same = tr!(
            "After this step, processes, namespaces and networks are as before."
        );
        return html! { p.scene-same { (same) } }.into_string();
    }
    let marks = Marks::new(before, now);
    let description = describe(before, now);
    figure(&picture(now, &marks), &description).into_string()
}

fn picture(scene: &Scene, marks: &Marks) -> Canvas {
    let cables = scene.cables();
    let columns = columns::Columns::beside(cables.len());
    let mut canvas = Canvas::default();
    let mut sockets = cables::Sockets::default();
    networks::draw(&mut canvas, scene, marks, &columns, &mut sockets);
    kept::draw(&mut canvas, scene, marks);
    cables::draw(&mut canvas, &cables, marks, &columns, &sockets);
    canvas
}

fn figure(canvas: &Canvas, description: &Description) -> Markup {
    let title = tr!("Processes, namespaces and networks after this step");
    let Description {
        news,
        counts,
        state,
    } = description;
    let desc = [&news[..], counts, state].concat().join(" ");
    let caption = tr!("After this step:");
    let words = tr!("In words");
    let details = counts.iter().chain(state);
    html! {
        figure.scene {
            figcaption {
                (caption)
                @if !news.is_empty() { ul {
                    @for sentence in news { li { (sentence) } }
                } }
            }
            (canvas.svg(&title, &desc))
            details {
                summary { (words) }
                ul {
                    @for sentence in details { li { (sentence) } }
                }
            }
        }
    }
}
