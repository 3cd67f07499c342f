//! The rows of interfaces in the box of their network namespace. A bridge and
//! its ports are in a box of their own.

use lessons::scene::words::port;
use lessons::scene::{Card, End, Network, Opposite};
use tr::tr;

use crate::cables::Sockets;
use crate::canvas::Canvas;
use crate::columns::{Columns, INSET};
use crate::marks::{Mark, Marks};
use crate::measure::{name_width, width};

/// Height of a line of words.
const LINE: i32 = 15;

/// Space between two words.
const GAP: i32 = 7;

/// Shift of a bridge's ports.
const SHIFT: i32 = 14;

/// An interface in its row.
struct Row {
    end: End,
    mark: Option<Mark>,
    words: Vec<Word>,
    shift: i32,
}

/// A word of a row, with its CSS class.
struct Word {
    class: &'static str,
    text: String,
}

/// Draws the interfaces of a network namespace, with ports below their bridge.
pub fn draw(
    canvas: &mut Canvas,
    network: &Network,
    marks: &Marks,
    columns: &Columns,
    sockets: &mut Sockets,
) {
    let cards = &network.interfaces;
    let ports = |of: &Card| -> Vec<&Card> {
        let is_port = |it: &&Card| it.bridge.as_ref() == Some(&of.name);
        cards.iter().filter(is_port).collect()
    };
    let is_free = |card: &&Card| {
        let bridge = card.bridge.as_ref();
        bridge.is_none_or(|name| network.card(name).is_none())
    };
    // A bridge with ports stands last: cables go down from there.
    let mut free: Vec<&Card> = cards.iter().filter(is_free).collect();
    free.sort_by_key(|card| ports(card).len());
    for card in free {
        let ports = ports(card);
        let left = columns.left + INSET - 4;
        let open = canvas.open(left, columns.width() - 2 * (INSET - 4));
        one(canvas, &row(network, card, marks), columns, sockets);
        for port in &ports {
            let mut row = row(network, port, marks);
            row.shift = SHIFT;
            one(canvas, &row, columns, sockets);
        }
        if ports.is_empty() {
            canvas.forget(&open);
        } else {
            canvas.close(&open, "bridge");
        }
    }
}

fn row(network: &Network, card: &Card, marks: &Marks) -> Row {
    let end = End {
        network: network.label,
        name: card.name.clone(),
    };
    let mut words = vec![Word {
        class: "kind",
        text: card.kind.clone(),
    }];
    words.push(Word {
        class: if card.state == "up" { "kind" } else { "down" },
        text: card.state.clone(),
    });
    for address in &card.addresses {
        let is_new = marks.is_new_address(&end, address);
        words.push(Word {
            class: if is_new { "address new" } else { "address" },
            text: address.clone(),
        });
    }
    let is_shown = |name: &&String| network.card(name).is_some();
    let bridge = card.bridge.iter().filter(|name| !is_shown(name));
    words.extend(bridge.map(|bridge| Word {
        class: "kind",
        text: port(bridge),
    }));
    if card.peer == Some(Opposite::Elsewhere) {
        let text = tr!("peer elsewhere");
        let class = "kind";
        words.push(Word { class, text });
    }
    Row {
        mark: marks.of_card(&end),
        end,
        words,
        shift: 0,
    }
}

fn one(
    canvas: &mut Canvas,
    row: &Row,
    columns: &Columns,
    sockets: &mut Sockets,
) {
    let left = columns.left + INSET + row.shift;
    let class = row.mark.map_or("", Mark::class);
    let top = canvas.y;
    let y = canvas.y + 14;
    canvas.text(left, y, format!("card {class}").trim_end(), &row.end.name);
    let mut x = left + name_width(&row.end.name) + 5;
    if let Some(mark) = row.mark {
        x += canvas.sign(x, y, class, &mark.word()) + GAP;
    }
    let mut line = Line {
        x,
        y,
        left: left + 10,
        right: columns.right - INSET - 8,
    };
    for word in &row.words {
        line.write(canvas, word);
    }
    canvas.y = line.y + 6;
    if row.mark.is_some() {
        let width = columns.right - INSET + 8 - left;
        canvas.rect(left - 4, top, width, canvas.y - top, class);
    }
    sockets.add(row.end.clone(), top + 10);
}

/// Place of the next word.
struct Line {
    x: i32,
    y: i32,
    left: i32,
    right: i32,
}

impl Line {
    fn write(&mut self, canvas: &mut Canvas, word: &Word) {
        let is_name = !matches!(word.class, "kind" | "down");
        let width = if is_name {
            name_width(&word.text)
        } else {
            width(&word.text)
        };
        if self.x + width > self.right && self.x > self.left {
            self.x = self.left;
            self.y += LINE;
        }
        canvas.text(self.x, self.y, word.class, &word.text);
        self.x += width + GAP;
    }
}

/// Draws interfaces that are gone from a network namespace.
pub fn gone(canvas: &mut Canvas, names: &[&str], columns: &Columns) {
    let left = columns.left + INSET;
    for name in names {
        let y = canvas.y + 14;
        canvas.text(left, y, "card gone", *name);
        let x = left + name_width(name) + 5;
        canvas.sign(x, y, "gone", &Mark::Gone.word());
        canvas.y += LINE + 5;
    }
}

/// Writes names that are gone with their network namespace.
pub fn gone_with(canvas: &mut Canvas, names: &[&str], columns: &Columns) {
    let left = columns.left + INSET;
    let mut line = Line {
        x: left,
        y: canvas.y + 12,
        left,
        right: columns.right - INSET,
    };
    for name in names {
        let text = (*name).to_owned();
        let class = "name gone";
        line.write(canvas, &Word { class, text });
    }
    canvas.y = line.y + 3;
}
