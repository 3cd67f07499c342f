//! image - what containers are made of, and `container images`
//!
//! An image is a folder, /var/lib/container/images/NAME: rootfs/, which is the
//! `/` of its containers, and config.json, in the form of the OCI image
//! specification. The SHA-256 of the latter is the image's ID.
//!
//! See: `docker import`, tar(5), chroot(2)

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::docker::ps::{ago, print_table};
use crate::error::{Error, Result, refused};
use crate::files::{store, stranger};
use crate::output;

/// How an ID begins.
const SHA256: &str = "sha256:";

pub const FOLDER: &str = "/var/lib/container/images";

/// An image: what we use of its config.json, all of which may be missing.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Image {
    #[serde(skip)]
    pub id: String,
    #[serde(skip)]
    pub folder: PathBuf,
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
    /// Finds an image by its name, or by the beginning of its ID.
    pub fn find(reference: &str) -> Result<Self> {
        let digits = reference.strip_prefix(SHA256);
        let named = match digits {
            None if !is_digest(reference) => Self::read(folder(reference)?)?,
            _ => None,
        };
        let digits = digits.unwrap_or(reference);
        match named.map_or_else(|| by_id(digits), |it| Ok(Some(it)))? {
            Some(image) => Ok(image),
            None => Err(missing(reference)),
        }
    }

    /// Finds the very image that had this name once, and has this ID.
    pub fn of(reference: &str, id: &str) -> Result<Self> {
        match Self::find(reference) {
            Ok(image) if image.id == id => Ok(image),
            _ => Self::find(id),
        }
    }

    /// The image in this folder, if there is one.
    pub fn read(folder: PathBuf) -> Result<Option<Self>> {
        let path = folder.join("config.json");
        let Some(bytes) = stranger::read(&path)? else {
            return Ok(None);
        };
        let mut image: Self = serde_json::from_slice(&bytes)
            .map_err(|error| refused(format!("{}: {error}", path.display())))?;
        image.id = format!("{SHA256}{:x}", Sha256::digest(&bytes));
        image.folder = folder;
        Ok(Some(image))
    }

    /// Its ID, without what all IDs begin with.
    pub fn digits(&self) -> &str {
        &self.id[SHA256.len()..]
    }

    /// The `/` of its containers.
    pub fn rootfs(&self) -> PathBuf {
        self.folder.join("rootfs")
    }
}

/// The only image whose ID begins so.
fn by_id(digits: &str) -> Result<Option<Image>> {
    let digit = |it: u8| matches!(it, b'0'..=b'9' | b'a'..=b'f');
    if digits.is_empty() || !digits.bytes().all(digit) {
        return Ok(None);
    }
    let names = store::names(FOLDER).unwrap_or_default();
    let images = names.iter().map(|name| Image::read(path(name)));
    let images = images.filter_map(|it| it.ok().flatten());
    let mut found = images.filter(|it| it.digits().starts_with(digits));
    Ok(found.next().filter(|_| found.next().is_none()))
}

fn missing(reference: &str) -> Error {
    let (before, after) = match reference {
        digest if is_digest(digest) => (SHA256, ""),
        tagged if tagged.contains(':') => ("", ""),
        _ => ("", ":latest"),
    };
    refused(format!("No such image: {before}{reference}{after}"))
}

/// Is this all of an ID? No image has such a name: it is where an image is
/// whose name another one has got.
pub fn is_digest(name: &str) -> bool {
    store::is_id(name)
}

fn path(name: &str) -> PathBuf {
    Path::new(FOLDER).join(name)
}

/// That of `busybox` and of `busybox:latest` is the same.
pub fn folder(reference: &str) -> Result<PathBuf> {
    let name = reference.strip_suffix(":latest").unwrap_or(reference);
    let plain = |it: char| it.is_ascii_alphanumeric() || "._-:".contains(it);
    let what = "invalid reference format";
    let repository = name.split(':').next().unwrap_or_default();
    if repository.contains(|it: char| it.is_ascii_uppercase()) {
        // The registry's folder for images of nobody in particular.
        let named = format!("repository name (library/{repository})");
        return Err(refused(format!("{what}: {named} must be lowercase")));
    }
    if name.starts_with(|it: char| !it.is_ascii_alphanumeric())
        || name.is_empty()
        || !name.chars().all(plain)
        || name.matches(':').count() > 1
        || name.ends_with(':')
    {
        return Err(refused(what));
    }
    Ok(path(name))
}

impl Config {
    /// Does what an instruction of a Dockerfile says.
    pub fn change(&mut self, instruction: &str) -> Result<()> {
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
                let message = format!("{word} is not a valid change command");
                return Err(refused(message));
            }
        }
        Ok(())
    }
}

/// `container images`, the latest first. What is no image is named, and hides
/// no other.
pub fn list() -> Result<u8> {
    let titles = ["REPOSITORY", "TAG", "IMAGE ID", "CREATED"];
    let mut images = Vec::new();
    for name in store::names(FOLDER).unwrap_or_default() {
        match Image::read(path(&name)).and_then(|it| it.ok_or(missing(&name))) {
            Ok(image) => images.push((image.created, name, image.id)),
            Err(error) => {
                let path = path(&name);
                let what = "is no image, remove it or import it again";
                output::say(format!("container: {path:?} {what}: {error}"));
            }
        }
    }
    images.sort();
    let mut rows = vec![titles.map(String::from)];
    rows.extend(images.into_iter().rev().map(|(created, name, id)| {
        let (name, tag) = match name.split_once(':') {
            _ if is_digest(&name) => ("<none>", "<none>"),
            Some(pair) => pair,
            None => (name.as_str(), "latest"),
        };
        [name.into(), tag.into(), id[7..19].into(), ago(&created)]
    }));
    print_table(&rows);
    Ok(0)
}
