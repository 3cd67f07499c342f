//! The scenario's two images for `import`: the same as in the machine.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::machine::images;
use crate::machine::userland::Userland;

const FOLDER: &str = "/run/images";

/// Writes busybox.tar and helloworld.tar.
pub(super) fn write_all() -> Result<()> {
    fs::create_dir(FOLDER).context(FOLDER)?;
    for (name, tar) in images::tars(&Userland::find()?)? {
        let path = Path::new(FOLDER).join(name);
        fs::write(&path, tar).with_context(|| path.display().to_string())?;
    }
    Ok(())
}
