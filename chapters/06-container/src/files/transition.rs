//! transition - what a verb does next, by the state in which it finds a
//! container
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
//! See: docs/src/container-states.md

/// What a container is found to be, once what has lost its owner is swept up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// There is none of that name.
    Gone,
    /// Its owner prepares it, for the first time or once more.
    Starting,
    /// Its process is the command.
    Running,
    /// It is written down how it ended; its owner still takes things back.
    Ending,
    /// It is a folder, and nobody owns it.
    Ended,
}

/// What somebody wants of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verb {
    Start,
    Stop,
    Kill,
    Restart,
    Remove,
    RemoveByForce,
}

/// What to do in this state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing, any more.
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

#[cfg(test)]
mod model;
