//! Lines from interface to interface.

use lessons::scene::{Cable, End};

use crate::canvas::Canvas;
use crate::columns::{Columns, INSET};
use crate::marks::Marks;

/// Heights at which cables leave the boxes.
#[derive(Default)]
pub struct Sockets(Vec<(End, i32)>);

impl Sockets {
    /// Adds the height of an interface.
    pub fn add(&mut self, end: End, y: i32) {
        self.0.push((end, y));
    }

    fn of(&self, end: &End) -> Option<i32> {
        let found = self.0.iter().find(|(it, _)| it == end);
        found.map(|(_, y)| *y)
    }
}

/// Draws the cables beside the boxes.
pub fn draw(
    canvas: &mut Canvas,
    cables: &[Cable],
    marks: &Marks,
    columns: &Columns,
    sockets: &Sockets,
) {
    for (number, cable) in cables.iter().enumerate() {
        let ends = sockets.of(&cable.one).zip(sockets.of(&cable.other));
        let Some((one, other)) = ends else {
            continue;
        };
        let new = marks.is_new_cable(cable);
        let class = if new { "cable new" } else { "cable" };
        let x = columns.right - INSET;
        let lane = columns.lane(number);
        canvas.line(format!("M{x} {one}H{lane}V{other}H{x}"), class);
        for y in [one, other] {
            canvas.rect(x - 6, y - 4, 8, 8, "socket");
        }
    }
}
