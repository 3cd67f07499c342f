//! import - an archive becomes an image, whole or not at all
//!
//! The archive is unpacked aside, in a folder as of a container that is being
//! made: if this command is killed, the next one removes the folder.
//!
//! See: rename(2), `docker import`

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use nix::fcntl::{AT_FDCWD, RenameFlags, renameat2};

use crate::error::{Error, Named, Result};
use crate::files::image::{self, Image};
use crate::files::place::{forget, random_id};
use crate::files::store::{self, Store};
use crate::files::{folder, unpack};

/// Makes an image of an archive, and puts it in its place. `within` adds the
/// archive's name to an error.
pub fn import(
    image: &Image,
    archive: Box<dyn Read>,
    place: &Path,
    within: impl FnOnce(Error) -> Error,
) -> Result<()> {
    let id = random_id()?;
    let store = Store::open()?;
    let (_claim, aside) = store::new_folder(&id)?;
    drop(store);
    let rootfs = aside.join("image/rootfs");
    let made = folder::make(&rootfs)
        .and_then(|()| unpack::unpack(archive, &rootfs).map_err(within))
        .and_then(|()| put_in_place(image, &aside, place));
    forget(&id)?;
    made
}

/// Puts a new image where the old one was. An old one that containers use
/// stays, without a name.
fn put_in_place(image: &Image, aside: &Path, place: &Path) -> Result<()> {
    let new = aside.join("image");
    let bytes = serde_json::to_vec(image).map_err(io::Error::from);
    fs::write(new.join("config.json"), bytes.named("json", "image")?)
        .named("write", "config.json")?;
    let store = Store::open()?;
    folder::make(Path::new(image::FOLDER))?;
    forget_unused(&store)?;
    // What cannot be read is no image, and nobody's.
    let old = Image::read(place.into()).ok().flatten();
    if let Some(old) = old.filter(|it| is_used(&store, it.digits())) {
        let nameless = Path::new(image::FOLDER).join(old.digits());
        fs::rename(place, &nameless).named("rename", place.display())?;
    }
    let flags = if place.symlink_metadata().is_ok() {
        RenameFlags::RENAME_EXCHANGE
    } else {
        RenameFlags::RENAME_NOREPLACE
    };
    renameat2(AT_FDCWD, &new, AT_FDCWD, place, flags)
        .named("rename", place.display())
}

/// Removes images without a name that no container uses any more.
fn forget_unused(store: &Store) -> Result<()> {
    for name in folder::names(image::FOLDER)? {
        let path = Path::new(image::FOLDER).join(&name);
        if image::is_digest(&name) && !is_used(store, &name) {
            fs::remove_dir_all(&path).named("rmdir", path.display())?;
        }
    }
    Ok(())
}

fn is_used(store: &Store, digits: &str) -> bool {
    let mut all = store.containers.iter();
    all.any(|it| it.image.ends_with(digits))
}
