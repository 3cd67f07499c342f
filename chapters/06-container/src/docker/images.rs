//! images - `container images`
//!
//! See: `docker images`

use crate::docker::table;
use crate::error::Result;
use crate::files::folder;
use crate::files::image::{self, Image};
use crate::output;

/// Prints all images, the latest first. A folder that is no image is named, and
/// hides no other.
pub fn list() -> Result<u8> {
    let titles = ["REPOSITORY", "TAG", "IMAGE ID", "CREATED"];
    let mut images = Vec::new();
    for name in folder::names(image::FOLDER).unwrap_or_default() {
        match read(&name) {
            Ok(image) => images.push((image.created, name, image.id)),
            Err(error) => {
                let path = image::path(&name);
                let what = "is no image, remove it or import it again";
                output::say(format!("container: {path:?} {what}: {error}"));
            }
        }
    }
    images.sort();
    let mut rows = vec![titles.map(String::from)];
    rows.extend(images.into_iter().rev().map(|(created, name, id)| {
        let (name, tag) = match name.split_once(':') {
            _ if image::is_digest(&name) => ("<none>", "<none>"),
            Some(pair) => pair,
            None => (name.as_str(), "latest"),
        };
        [
            name.into(),
            tag.into(),
            id[7..19].into(),
            table::ago(&created),
        ]
    }));
    table::print(&rows);
    Ok(0)
}

fn read(name: &str) -> Result<Image> {
    Image::read(image::path(name))?.ok_or_else(|| image::missing(name))
}
