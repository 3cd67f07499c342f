//! Cables, each with its two ends.

use super::model::{Card, Opposite, Scene};
use crate::labels::Label;

/// An interface by its place: a name is unique in its namespace alone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct End {
    /// Label of the network namespace.
    pub network: Option<Label>,
    /// Name of the interface.
    pub name: String,
}

/// A pair of veth interfaces: what goes in at one end comes out at the other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cable {
    /// The end that the scene shows first.
    pub one: End,
    /// The end that the scene shows second.
    pub other: End,
}

impl Scene {
    /// Returns the cables whose two ends the scene shows.
    pub fn cables(&self) -> Vec<Cable> {
        let mut cables: Vec<Cable> = Vec::new();
        for one in self.ends() {
            let Some(other) = self.opposite(&one) else {
                continue;
            };
            let is_known = |cable: &Cable| cable.one == other;
            if self.card_at(&other).is_some() && !cables.iter().any(is_known) {
                cables.push(Cable { one, other });
            }
        }
        cables
    }

    /// Returns the other end of the cable that begins at an interface.
    pub(super) fn opposite(&self, end: &End) -> Option<End> {
        match self.card_at(end)?.peer.clone()? {
            Opposite::Here(Some(name)) => Some(End {
                network: end.network,
                name,
            }),
            Opposite::There(Some(name), network) => Some(End { network, name }),
            _ => None,
        }
    }

    /// Returns the places of all interfaces.
    pub(super) fn ends(&self) -> impl Iterator<Item = End> {
        self.networks.iter().flat_map(|network| {
            network.interfaces.iter().map(|card| End {
                network: network.label,
                name: card.name.clone(),
            })
        })
    }

    /// Returns the interface at a place.
    pub(super) fn card_at(&self, end: &End) -> Option<&Card> {
        self.network(end.network)?.card(&end.name)
    }
}
