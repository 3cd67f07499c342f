//! The boxes of network namespaces.

use lessons::labels::Label;
use lessons::scene::words::{inside, net};
use lessons::scene::{Inside, Member, Network, Scene};
use protocol::Kind;

use crate::cables::Sockets;
use crate::canvas::Canvas;
use crate::cards;
use crate::columns::{Columns, INSET};
use crate::hue::hue;
use crate::marks::{Mark, Marks};
use crate::measure::name_width;
use crate::members;

/// Space between two boxes.
const BETWEEN: i32 = 10;

/// Draws a box for each network namespace, and for each that is gone.
pub fn draw(
    canvas: &mut Canvas,
    scene: &Scene,
    marks: &Marks,
    columns: &Columns,
    sockets: &mut Sockets,
) {
    canvas.y = 2;
    for network in &scene.networks {
        let of = Some(network);
        one(canvas, scene, (network.label, of), marks, columns, sockets);
    }
    for label in without_network(scene) {
        one(canvas, scene, (label, None), marks, columns, sockets);
    }
    for label in marks.gone_networks() {
        gone(canvas, label, marks, columns);
    }
}

/// Returns labels of processes' network namespaces that the scene does not
/// show.
fn without_network(scene: &Scene) -> Vec<Option<Label>> {
    let mut labels: Vec<Option<Label>> = Vec::new();
    for member in &scene.members {
        let label = member.label(Kind::Net);
        if scene.network(label).is_none() && !labels.contains(&label) {
            labels.push(label);
        }
    }
    labels
}

fn one(
    canvas: &mut Canvas,
    scene: &Scene,
    (label, network): (Option<Label>, Option<&Network>),
    marks: &Marks,
    columns: &Columns,
    sockets: &mut Sockets,
) {
    let inside: Vec<&Member> = scene
        .members
        .iter()
        .filter(|member| member.label(Kind::Net) == label)
        .collect();
    let mark = marks.of_network(label);
    let open = canvas.open(columns.left, columns.width());
    head(canvas, label, mark, columns);
    if !inside.is_empty() {
        members::headings(canvas, columns);
    }
    canvas.y += 24;
    members::draw(canvas, &inside, marks, columns);
    for name in marks.ended_in(label) {
        members::ended(canvas, name, columns);
    }
    if let Some(network) = network {
        nameless(canvas, network, marks, columns);
        cards::draw(canvas, network, marks, columns, sockets);
        let gone = marks.cards_gone_from(label);
        cards::gone(canvas, &gone, columns);
    }
    canvas.y += 6;
    let kept = network.is_some_and(|it| it.inside == Inside::Kept);
    let kept = if kept { " kept" } else { "" };
    let class = mark.map_or("", Mark::class);
    canvas.close(&open, format!("net {}{kept} {class}", hue(label)));
    canvas.y += BETWEEN;
}

fn head(
    canvas: &mut Canvas,
    label: Option<Label>,
    mark: Option<Mark>,
    columns: &Columns,
) {
    let name = net(label);
    let (x, y) = (columns.left + INSET, canvas.y + 17);
    let class = match mark {
        Some(Mark::Gone) => "head gone",
        _ => "head",
    };
    if let Some(mark) = mark {
        let x = x + name_width(&name) + 4;
        canvas.sign(x, y, mark.class(), &mark.word());
    }
    canvas.text(x, y, class, name);
}

/// Counts the processes without a name.
fn nameless(
    canvas: &mut Canvas,
    network: &Network,
    marks: &Marks,
    columns: &Columns,
) {
    let before = marks.others_before(network.label);
    let text = match &network.inside {
        Inside::Processes { others, named } => {
            members::others(*others, named.is_empty(), before)
        }
        kept => Some(inside(kept)),
    };
    if let Some(text) = text {
        let class = if before.is_some() { "more new" } else { "more" };
        canvas.text(columns.left + INSET, canvas.y + 13, class, text);
        canvas.y += 19;
    }
}

/// Draws a network namespace that is gone, with all that was in it.
fn gone(
    canvas: &mut Canvas,
    label: Option<Label>,
    marks: &Marks,
    columns: &Columns,
) {
    let open = canvas.open(columns.left, columns.width());
    head(canvas, label, Some(Mark::Gone), columns);
    canvas.y += 24;
    let mut names = marks.ended_in(label);
    names.extend(marks.cards_gone_from(label));
    cards::gone_with(canvas, &names, columns);
    canvas.y += 6;
    canvas.close(&open, "net gone");
    canvas.y += BETWEEN;
}
