//! One pass through a lesson, in one machine.

use super::networks::Interfaces;
use crate::session::Session;
use crate::snapshot_text::Matrix;
use crate::walk::Walk;

/// Pass through a lesson, in a machine of its own. A reader who goes back
/// begins another pass: a machine cannot undo a command.
pub struct Pass<'a> {
    /// Lesson in the machine.
    pub walk: Walk<'a>,
    /// Whether the rest of the step runs without waiting for a key.
    pub rest: bool,
    /// Whether the reader has used a shell in the machine.
    pub touched: bool,
    /// State at the beginning of the step.
    pub before: Moment,
}

/// Reason why a pass is over.
pub enum PassEnd {
    /// Lesson is over.
    Finished,
    /// Reader has quit.
    Quit,
    /// Reader goes back to this step, in a fresh machine.
    Afresh(usize),
}

/// Namespaces and interfaces at one moment.
#[derive(Default)]
pub struct Moment {
    /// Namespaces of the processes.
    pub matrix: Matrix,
    /// Interfaces of the network namespaces.
    pub interfaces: Interfaces,
}

impl<'a> Pass<'a> {
    /// Begins in a machine in which nothing has happened yet.
    pub fn new(walk: Walk<'a>) -> Self {
        Self {
            walk,
            rest: false,
            touched: false,
            before: Moment::default(),
        }
    }

    /// Returns the state after the last command.
    pub fn now(&self) -> Moment {
        Moment::new(self.walk.session())
    }
}

impl Moment {
    fn new(session: &Session) -> Self {
        let facts = session.facts();
        let namer = session.namer();
        Self {
            matrix: Matrix::new(facts, namer),
            interfaces: Interfaces::new(facts, namer),
        }
    }
}
