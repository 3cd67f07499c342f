//! files - what a container is when no process of it runs
//!
//! # Layout
//!
//! * [`store`]: all containers, locked
//! * [`container`]: one container
//! * [`claim`], [`lock`]: who owns a container, and for how long
//! * [`transition`]: what a verb does next, by the state of a container
//! * [`stranger`]: how files are read that anybody may have put there
//! * [`image`], [`import`], [`archive`]: what containers are made of
//! * [`etc`], [`resolv_conf`]: files that are written for each start
//! * [`environment`]: the variables a command finds set
//! * [`networks`]: several networks in one command line

pub mod archive;
pub mod claim;
pub mod container;
pub mod environment;
pub mod etc;
pub mod image;
pub mod import;
pub mod lock;
pub mod networks;
pub mod resolv_conf;
pub mod store;
pub mod stranger;
pub mod transition;
