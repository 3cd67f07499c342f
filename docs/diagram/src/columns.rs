//! The places of the seven types that are columns.

use protocol::Kind;

use crate::canvas::WIDTH;

/// Space between a box and what is in the box.
pub const INSET: i32 = 8;

/// Space between two columns.
const GAP: i32 = 3;

/// Distance between two cables beside the boxes.
const LANE: i32 = 9;

/// Most cables that have a place of their own beside the boxes.
const MOST_LANES: usize = 5;

/// The types that are columns, with the widths of their names.
const TYPES: [(Kind, i32); 7] = [
    (Kind::Cgroup, 38),
    (Kind::Ipc, 21),
    (Kind::Mnt, 25),
    (Kind::Pid, 21),
    (Kind::Time, 28),
    (Kind::User, 27),
    (Kind::Uts, 21),
];

/// The places of columns in the boxes of network namespaces.
pub struct Columns {
    /// Left end of the boxes.
    pub left: i32,
    /// Right end of the boxes.
    pub right: i32,
}

/// A column of a type.
#[derive(Clone, Copy)]
pub struct Column {
    /// The type.
    pub kind: Kind,
    /// Left end of the column.
    pub x: i32,
    /// Width of the column.
    pub width: i32,
}

impl Columns {
    /// Leaves room for cables at the right end.
    pub fn beside(cables: usize) -> Self {
        let lanes = cables.min(MOST_LANES) as i32;
        let room = if lanes == 0 { 0 } else { 6 + LANE * lanes };
        Self {
            left: 2,
            right: WIDTH - 2 - room,
        }
    }

    /// Returns the place of a cable beside the boxes.
    pub fn lane(&self, cable: usize) -> i32 {
        self.right + LANE + LANE * (cable % MOST_LANES) as i32
    }

    /// Returns the columns, from left to right.
    pub fn all(&self) -> Vec<Column> {
        let mut x = self.first();
        let columns = TYPES.into_iter().map(|(kind, width)| {
            let column = Column { kind, x, width };
            x += width + GAP;
            column
        });
        columns.collect()
    }

    /// Returns the left end of the first column.
    pub fn first(&self) -> i32 {
        let widths = TYPES.iter().map(|(_, width)| width + GAP);
        self.right - INSET + GAP - widths.sum::<i32>()
    }

    /// Returns the width of the boxes.
    pub fn width(&self) -> i32 {
        self.right - self.left
    }
}
