//! files - all that is known of containers and images
//!
//! # Layout
//!
//! * [`container`]: one container, its state and the file that holds it
//! * [`asked`], [`modes`], [`networks`], [`ports`], [`place`]: its parts
//! * [`events`]: what happens to a container, and is written down
//! * [`store`]: all containers, locked
//! * [`claim`], [`lock`]: who owns a container, and for how long
//! * [`transition`]: the next step of a verb; tests: `transition_model`
//! * [`plan`], [`donors`]: what a start has to know of others
//! * [`etc`], [`resolv_conf`], [`environment`]: what a command finds in there
//! * [`image`], [`import`], [`unpack`], [`archive`]: what containers are made of
//! * [`folder`], [`stranger`]: how folders and files are made and read

pub mod archive;
pub mod asked;
pub mod claim;
pub mod container;
pub mod donors;
pub mod environment;
pub mod etc;
pub mod events;
pub mod folder;
pub mod image;
pub mod import;
pub mod lock;
pub mod modes;
pub mod networks;
pub mod place;
pub mod plan;
pub mod ports;
pub mod resolv_conf;
pub mod store;
pub mod stranger;
pub mod transition;
#[cfg(test)]
mod transition_model;
pub mod unpack;
