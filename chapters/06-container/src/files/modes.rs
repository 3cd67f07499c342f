//! modes - docker's words for whose namespaces a container is a member of
//!
//! See: `docker run --pid`

use crate::kernel::namespaces::Mode;

/// Reads a mode, whatever the type: nothing, `host` or `container:NAME`.
pub fn read(word: &str) -> Option<Mode<String>> {
    match word {
        "" => Some(Mode::New),
        "host" => Some(Mode::Host),
        _ => Some(Mode::Of(word.strip_prefix("container:")?.into())),
    }
}

/// The word that [`read`] reads.
pub fn shown(mode: &Mode<String>) -> String {
    match mode {
        Mode::New => String::new(),
        Mode::Host => "host".into(),
        Mode::Of(donor) => format!("container:{donor}"),
    }
}
