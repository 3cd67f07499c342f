//! image - an image: the files of its containers, and what they start
//!
//! An image is a folder, /var/lib/container/images/NAME: rootfs/, which is the
//! `/` of its containers, and config.json, in the form of the OCI image
//! specification. The SHA-256 of the latter is the image's ID.
//!
//! See: the OCI image specification, `docker import`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::{Error, Result, refused};
use crate::files::{folder, place, stranger};

/// The beginning of every ID.
const SHA256: &str = "sha256:";

/// The folder of all images.
pub const FOLDER: &str = "/var/lib/container/images";

/// An image: the fields of its config.json that are used. Each may be missing.
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

/// The settings of a container, unless its options say otherwise.
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
            None if !is_digest(reference) => Self::read(folder_of(reference)?)?,
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

    /// The ID without its beginning.
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
    let names = folder::names(FOLDER).unwrap_or_default();
    let images = names.iter().map(|name| Image::read(path(name)));
    let images = images.filter_map(|it| it.ok().flatten());
    let mut found = images.filter(|it| it.digits().starts_with(digits));
    Ok(found.next().filter(|_| found.next().is_none()))
}

/// Docker's words for an image that is not there.
pub fn missing(reference: &str) -> Error {
    let (before, after) = match reference {
        digest if is_digest(digest) => (SHA256, ""),
        tagged if tagged.contains(':') => ("", ""),
        _ => ("", ":latest"),
    };
    refused(format!("No such image: {before}{reference}{after}"))
}

/// Whether this is all of an ID. No image has such a name; an image whose name
/// another one has got is in a folder of that name.
pub fn is_digest(name: &str) -> bool {
    place::is_id(name)
}

/// The folder of this name, among those of all images.
pub fn path(name: &str) -> PathBuf {
    Path::new(FOLDER).join(name)
}

/// The folder of an image: the same for `busybox` and `busybox:latest`.
pub fn folder_of(reference: &str) -> Result<PathBuf> {
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
    /// Follows an instruction of a Dockerfile.
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
