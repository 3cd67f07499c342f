//! image - `container import`, `container images`, and where images are
//!
//! An image is a folder, /var/lib/container/images/NAME: rootfs/, which is the
//! `/` of its containers, and config.json, in the form of the OCI image
//! specification. The SHA-256 of the latter is the image's ID.
//!
//! See: `docker import`, tar(5), chroot(2)

use std::collections::BTreeMap;
use std::fs::{self, File, Permissions};
use std::io::{self, Read};
use std::os::unix::fs::{PermissionsExt, chroot, lchown};
use std::path::{Path, PathBuf};

use nix::fcntl::{AT_FDCWD, RenameFlags, renameat2};
use nix::unistd::{chdir, fchdir};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tar::{Archive, Entry};

use crate::container::now;
use crate::error::{Error, Named, Result, refused};
use crate::output;
use crate::ps::{ago, print_table};
use crate::store::{self, Store, make_folder, random_id};
use crate::stranger;
use crate::word::Word;

const FOLDER: &str = "/var/lib/container/images";

/// An image: what we use of its config.json, all of which may be missing.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Image {
    #[serde(skip)]
    pub id: String,
    pub created: String,
    pub config: Config,
}

/// What a container is like unless its options say otherwise.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Config {
    pub cmd: Vec<String>,
    /// `80/tcp`, and an empty object.
    pub exposed_ports: BTreeMap<String, BTreeMap<(), ()>>,
}

impl Image {
    /// Finds an image by its name.
    pub fn find(reference: &str) -> Result<Self> {
        let folder = folder(reference).map_err(Error::with_help)?;
        let path = folder.join("config.json");
        let Some(bytes) = stranger::read(&path)? else {
            let tagged = reference.contains(':');
            let tag = if tagged { "" } else { ":latest" };
            let message = format!("No such image: {reference}{tag}");
            return Err(refused(message).with_help());
        };
        let mut image: Self = serde_json::from_slice(&bytes)
            .map_err(|error| refused(format!("{}: {error}", path.display())))?;
        image.id = format!("sha256:{:x}", Sha256::digest(&bytes));
        Ok(image)
    }

    /// The `/` of its containers.
    pub fn rootfs(reference: &str) -> Result<PathBuf> {
        Ok(folder(reference)?.join("rootfs"))
    }
}

/// That of `busybox` and of `busybox:latest` is the same.
fn folder(reference: &str) -> Result<PathBuf> {
    let name = reference.strip_suffix(":latest").unwrap_or(reference);
    let plain = |it: char| it.is_ascii_alphanumeric() || "._-:".contains(it);
    let what = "invalid reference format";
    if name.contains(|it: char| it.is_ascii_uppercase()) {
        let why = "repository name must be lowercase";
        return Err(refused(format!("{what}: {why}")));
    }
    if name.starts_with(|it: char| !it.is_ascii_alphanumeric())
        || name.is_empty()
        || !name.chars().all(plain)
    {
        return Err(refused(what));
    }
    Ok(Path::new(FOLDER).join(name))
}

/// Makes an image of an archive. It is unpacked aside, in a folder as of a
/// container that is being made, and then put in place.
pub fn import(changes: &[String], tar: &Word, reference: &str) -> Result<u8> {
    let place = folder(reference)?;
    let mut image = Image {
        created: now(),
        ..Image::default()
    };
    for change in changes {
        image.config.change(change)?;
    }
    let input: Box<dyn Read> = match tar.bytes() {
        b"-" => Box::new(io::stdin().lock()),
        _ => Box::new(File::open(Path::new(tar)).named("open", tar)?),
    };
    let id = random_id()?;
    let store = Store::open()?;
    let (_claim, aside) = store::new_folder(&id)?;
    drop(store);
    let rootfs = aside.join("image/rootfs");
    let made = make_folder(&rootfs)
        .and_then(|()| {
            unpack(input, &rootfs).map_err(|it| it.within(&tar.to_string()))
        })
        .and_then(|()| put_in_place(&image, &aside, &place));
    store::forget(&id)?;
    made?;
    output::line(Image::find(reference)?.id);
    Ok(0)
}

/// Unpacks an archive as it is read. The kernel sees to it that no name in
/// there, and no link, leads out of the image: our `/` is the image meanwhile.
/// (With a folder from before still open, root gets out of a chroot again.
/// That is why containers have a pivot_root.)
fn unpack(input: Box<dyn Read>, rootfs: &Path) -> Result<()> {
    let outside = File::open("/").named("open", "/")?;
    chroot(rootfs).named("chroot", rootfs.display())?;
    chdir("/").named("chdir", "/")?;
    let mut archive = Archive::new(input);
    archive.set_preserve_permissions(true);
    let unpacked = archive.entries().and_then(|mut entries| {
        entries.try_for_each(|entry| unpack_entry(&mut entry?))
    });
    fchdir(&outside).named("chdir", "/")?;
    chroot(".").named("chroot", "/")?;
    // The cause of an error is at the end of the chain.
    unpacked
        .map_err(|error| refused(format!("{:#}", anyhow::Error::new(error))))
}

fn unpack_entry(entry: &mut Entry<impl Read>) -> io::Result<()> {
    let path = Path::new("/").join(entry.path()?);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    let header = entry.header().clone();
    let mode = header.mode()?;
    let kind = header.entry_type();
    if kind.is_character_special() || kind.is_block_special() || kind.is_fifo()
    {
        // Not for a container, whose /dev is mounted over the image's.
        return Ok(());
    }
    entry.unpack(&path)?;
    // Whose it is may be empty. To give it away takes set-user-ID from it.
    let owner = [header.uid(), header.gid()].map(|it| it.unwrap_or(0) as u32);
    if owner != [0, 0] && !kind.is_pax_global_extensions() {
        lchown(&path, Some(owner[0]), Some(owner[1]))?;
        if !path.is_symlink() {
            fs::set_permissions(&path, Permissions::from_mode(mode))?;
        }
    }
    Ok(())
}

/// Puts a new image where the old one was, which no container may use. It is
/// there whole, or not at all, whenever we are killed.
fn put_in_place(image: &Image, aside: &Path, place: &Path) -> Result<()> {
    let new = aside.join("image");
    let bytes = serde_json::to_vec(image).map_err(io::Error::from);
    fs::write(new.join("config.json"), bytes.named("json", "image")?)
        .named("write", "config.json")?;
    let store = Store::open()?;
    let mut all = store.containers.iter();
    let uses = |image: &str| folder(image).is_ok_and(|it| it == place);
    if let Some(user) = all.find(|it| uses(&it.asked.words[0].to_string())) {
        let what = "Conflict: image is being used by container";
        return Err(refused(format!("{what} {}", user.id)));
    }
    make_folder(Path::new(FOLDER))?;
    let flags = match place.symlink_metadata().is_ok() {
        true => RenameFlags::RENAME_EXCHANGE,
        false => RenameFlags::RENAME_NOREPLACE,
    };
    renameat2(AT_FDCWD, &new, AT_FDCWD, place, flags)
        .named("rename", place.display())
}

impl Config {
    /// Does what an instruction of a Dockerfile says.
    fn change(&mut self, instruction: &str) -> Result<()> {
        let text = instruction.trim();
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        let rest = rest.trim();
        match word.to_uppercase().as_str() {
            "CMD" => {
                let shell = || ["/bin/sh", "-c", rest].map(String::from).into();
                let words = serde_json::from_str(rest);
                self.cmd = words.unwrap_or_else(|_| shell());
            }
            "EXPOSE" => {
                let ports = rest.split_whitespace();
                let ports = ports.map(|it| it.trim_end_matches("/tcp"));
                let ports = ports.map(|it| (format!("{it}/tcp"), [].into()));
                self.exposed_ports.extend(ports);
            }
            _ => {
                let word = word.to_lowercase();
                let message = format!("{word} is not a valid change command");
                return Err(refused(message));
            }
        }
        Ok(())
    }
}

/// `container images`. What is no image is named, and hides no other.
pub fn list() -> Result<u8> {
    let titles = ["REPOSITORY", "TAG", "IMAGE ID", "CREATED"];
    let mut rows = vec![titles.map(String::from)];
    let mut names = store::names(FOLDER).unwrap_or_default();
    names.sort();
    for name in names {
        match Image::find(&name) {
            Ok(image) => {
                let id = image.id[7..19].into();
                rows.push([name, "latest".into(), id, ago(&image.created)]);
            }
            Err(error) => {
                let path = Path::new(FOLDER).join(name);
                let what = "is no image, remove it or import it again";
                output::say(format!("container: {path:?} {what}: {error}"));
            }
        }
    }
    print_table(&rows);
    Ok(0)
}
