//! transition - the next step of a verb, by the state of its container
//!
//! ```text
//!                             start, restart
//!                 ┌─────────────────────────────────────────┐
//!      run        ▼                                         │
//! Gone ───▶ Starting ─────▶ Running ─────▶ Ending ─────▶ Ended
//!   ▲             │                        ▲  │             │
//!   │             └────────────────────────┘  │             │
//!   │                could not start          │             │
//!   ├─────────────────────────────────────────┘             │
//!   │                with --rm                              │
//!   └───────────────────────────────────────────────────────┘
//!                    rm
//! ```
//!
//! A verb holds the store's lock, looks, and does one step. It holds no lock
//! while it waits, and whenever it has waited, it looks again.
//!
//! `transition_model` plays all orders of events against this table.
//!
//! See: docs/src/container-states.md

/// The state of a container, once those without an owner are swept up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// No container has that name.
    Gone,
    /// The owner prepares it, for the first time or once more.
    Starting,
    /// The process is the command.
    Running,
    /// The end is written down; the owner still takes things back.
    Ending,
    /// A folder is left, without an owner.
    Ended,
}

/// A command that changes a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verb {
    Start,
    Stop,
    Kill,
    Restart,
    Remove,
    RemoveByForce,
}

/// The step of a verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Return: the work is done.
    Done,
    /// Say why not, in docker's words.
    Refuse,
    /// Wait until this life runs, or has ended.
    AwaitStart,
    /// Wait until the owner of this life lets go of it.
    AwaitEnd,
    /// Send signals, then wait as above: this life is over.
    End,
    /// Begin a new life, without letting go of the store before.
    Begin,
    /// Remove all of it, without letting go of the store before.
    Forget,
}

/// The next step. `ended`: the verb has ended a life before.
pub fn next(verb: Verb, state: State, ended: bool) -> Step {
    use {State::*, Verb::*};
    match (verb, state) {
        (Stop | Kill, _) | (RemoveByForce, Gone) if ended => Step::Done,
        (_, Gone) => Step::Refuse,
        (_, Starting) => Step::AwaitStart,

        (Start, Running) => Step::Done,
        // Another restart was faster.
        (Restart, Running) if ended => Step::Done,
        (Remove, Running) => Step::Refuse,
        (Stop | Kill | Restart | RemoveByForce, Running) => Step::End,

        (Stop, Ending | Ended) => Step::Done,
        (Kill, Ending | Ended) => Step::Refuse,
        (_, Ending) => Step::AwaitEnd,
        (Start | Restart, Ended) => Step::Begin,
        (Remove | RemoveByForce, Ended) => Step::Forget,
    }
}
