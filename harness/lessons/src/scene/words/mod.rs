//! Sentences that say what a scene holds, and what has changed.
//!
//! # Layout
//!
//! * here: [`describe`] for a picture, [`beside_tables`] for a terminal
//! * `lists`: lists of names and of namespaces
//! * `members`: the namespaces that a process shares, and those of its own
//! * `networks`: the content of a network namespace
//! * `news`: the changes

mod lists;
mod members;
mod networks;
mod news;

use super::Scene;
use super::changes::{Change, changes};
pub use lists::net;
pub use networks::{inside, more, port};

/// A scene in sentences.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Description {
    /// Changes since the scene before.
    pub news: Vec<String>,
    /// Numbers of processes without a name, where they have changed.
    pub counts: Vec<String>,
    /// Content of the scene.
    pub state: Vec<String>,
}

/// Describes a scene, and what has changed since the scene before.
pub fn describe(before: Option<&Scene>, now: &Scene) -> Description {
    let mut news = Vec::new();
    let mut counts = Vec::new();
    if let Some(before) = before {
        let changes = changes(before, now);
        news = news::news(before, now, &changes);
        counts = news::counts(&changes);
    }
    let mut state = members::all(now);
    state.extend(networks::all(now));
    Description {
        news,
        counts,
        state,
    }
}

/// Says the changes that tables of processes and of interfaces do not say: with
/// whom a process shares a namespace, which interfaces have a cable, and which
/// namespaces a handle keeps.
pub fn beside_tables(before: &Scene, now: &Scene) -> Vec<String> {
    let changes = changes(before, now);
    let movers = now.members.iter().filter(|member| {
        changes.iter().any(|change| match change {
            Change::Began(name) | Change::Moved { name, .. } => {
                *name == member.name
            }
            _ => false,
        })
    });
    let movers: Vec<_> = movers.collect();
    let shared = members::shared(now, &movers).into_iter();
    let others: Vec<_> = changes
        .iter()
        .filter(|it| matches!(it, Change::NewCable(_) | Change::Kept { .. }))
        .cloned()
        .collect();
    shared.chain(news::news(before, now, &others)).collect()
}
