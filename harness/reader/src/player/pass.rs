//! Pass through a lesson, in a machine of its own.

use super::networks::Interfaces;
use super::predictor::Pending;
use crate::prediction::Question;
use crate::scene::Scene;
use crate::session::Session;
use crate::snapshot_text::{self, Matrix};
use crate::walk::Walk;

/// A pass through a lesson, in a machine of its own. A reader who goes back
/// begins another pass, because a machine cannot undo a command.
pub struct Pass<'a> {
    /// The lesson in the machine.
    pub walk: Walk<'a>,
    /// Whether the rest of the step runs without waiting for a key.
    pub rest: bool,
    /// Whether the reader has used a shell in the machine.
    pub touched: bool,
    /// State at the beginning of the step.
    pub before: Moment,
    /// Questions for a reader who predicts.
    pub questions: Vec<Question>,
    /// Prediction that waits for the kernel's answer.
    pub pending: Option<Pending>,
}

/// Reason why a pass ends.
pub enum PassEnd {
    /// The lesson has ended.
    Finished,
    /// The reader has quit.
    Quit,
    /// The reader goes back to this step, in a fresh machine.
    Afresh(usize),
}

/// Namespaces and interfaces at one moment.
#[derive(Default)]
pub struct Moment {
    /// Namespaces of the processes.
    pub matrix: Matrix,
    /// Interfaces of the network namespaces.
    pub interfaces: Interfaces,
    /// All of it, for sentences.
    pub scene: Scene,
}

impl<'a> Pass<'a> {
    /// Begins a pass in a fresh machine.
    pub fn new(walk: Walk<'a>) -> Self {
        Self {
            walk,
            rest: false,
            touched: false,
            before: Moment::default(),
            questions: Vec::new(),
            pending: None,
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
            scene: snapshot_text::scene(facts, namer),
        }
    }
}
