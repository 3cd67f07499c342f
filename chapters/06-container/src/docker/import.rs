//! import - `container import`: an image of a tar archive
//!
//! See: `docker import`

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::error::{Error, Named, Result, refused};
use crate::files::container::now;
use crate::files::image::{self, Image};
use crate::files::import;
use crate::kernel::word::Word;
use crate::output;

/// Makes an image, and prints its ID.
pub fn import(changes: &[String], tar: &Word, reference: &str) -> Result<u8> {
    let place = image::folder_of(reference).map_err(Error::bare)?;
    let mut image = Image {
        created: now(),
        ..Image::default()
    };
    for change in changes {
        image.config.change(change)?;
    }
    check_name(reference)?;
    let archive: Box<dyn Read> = match tar.bytes() {
        b"-" => Box::new(io::stdin().lock()),
        _ => Box::new(File::open(Path::new(tar)).named("open", tar)?),
    };
    let within = |error: Error| error.within(&tar.to_string());
    import::import(&image, archive, &place, within)?;
    output::line(Image::find(reference)?.id);
    Ok(0)
}

/// Refuses a name that could be taken for an ID.
fn check_name(reference: &str) -> Result<()> {
    if image::is_digest(reference) {
        let what = "cannot specify 64-byte hexadecimal strings";
        let name = format!("invalid repository name ({reference})");
        return Err(refused(format!("{name}, {what}")).bare());
    }
    if reference.starts_with("sha256:") {
        return Err(refused(
            "refusing to create an ambiguous tag using digest algorithm as name",
        ));
    }
    Ok(())
}
