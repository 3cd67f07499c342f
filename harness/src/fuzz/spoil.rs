//! Damage to the files that `container` keeps: cut, changed, or replaced.

use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use fastrand::Rng;
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use serde_json::{Value, json};

use super::odd;
use super::room::{CANARY, CONTAINERS, FOLDER, IMAGES, RUN};

/// A file, and the damage to it.
#[derive(Clone, Debug)]
pub struct Spoil {
    /// The file.
    pub target: Target,
    /// The damage.
    pub how: How,
}

/// A file or folder of `container`. A number counts the containers, sorted by
/// ID.
#[derive(Clone, Debug)]
pub enum Target {
    /// A container's state.
    State(usize),
    /// The folder of a container's state.
    StateFolder(usize),
    /// A container's log.
    Log(usize),
    /// The folder of a container's layers.
    Layers(usize),
    /// An additional file of this name among the containers.
    Stray(Vec<u8>),
    /// The configuration of the image `evil`. Busybox's own stays whole.
    ImageConfig,
    /// The folder of the image `evil`.
    ImageFolder,
    /// An additional file of this name among the images.
    StrayImage(Vec<u8>),
}

/// The damage to a file.
#[derive(Clone, Debug)]
pub enum How {
    /// The file is cut at this place, in 256ths of its length.
    Cut(u8),
    /// Bytes that replace the ones at this place, in 256ths of the length.
    Bytes(u8, Vec<u8>),
    /// A value that replaces the value of this number in the file's JSON.
    Json(usize, Value),
    /// The file gets this content.
    Says(Vec<u8>),
    /// A named pipe replaces the file.
    Fifo,
    /// A folder replaces the file.
    Folder,
    /// A link to this target replaces the file.
    Link(&'static str),
    /// The file is removed.
    Nothing,
}

impl Spoil {
    /// Returns random damage.
    pub fn any(rng: &mut Rng) -> Self {
        let number = rng.usize(..3);
        let target = match rng.usize(..12) {
            0..=5 => Target::State(number),
            6 => Target::StateFolder(number),
            7 => Target::Log(number),
            8 => Target::Layers(number),
            9 => Target::Stray(odd::file_name(rng)),
            10 if rng.bool() => Target::ImageConfig,
            10 => Target::ImageFolder,
            _ => Target::StrayImage(odd::file_name(rng)),
        };
        let how = match rng.usize(..14) {
            0 => How::Cut(rng.u8(..)),
            1 => How::Bytes(rng.u8(..), odd::bytes(rng)),
            2..=6 => How::Json(rng.usize(..), value(rng)),
            7 => How::Says(odd::word(rng)),
            8 => How::Fifo,
            9 => How::Folder,
            10 | 11 => How::Link(odd::one_of(
                rng,
                &["/root/canary", "/root", "/dev/null", "/nowhere", "."],
            )),
            _ => How::Nothing,
        };
        Self { target, how }
    }

    /// Does the damage if there is such a file. Returns whether there was.
    pub fn act(&self, canary: i32) -> io::Result<bool> {
        let Some(path) = self.target.path() else {
            return Ok(false);
        };
        let bytes = if is_file(&path) {
            fs::read(&path)?
        } else {
            Vec::new()
        };
        match &self.how {
            How::Cut(at) => {
                let length = bytes.len() * usize::from(*at) / 256;
                write(&path, &bytes[..length])?;
            }
            How::Bytes(at, new) => {
                let at = bytes.len() * usize::from(*at) / 256;
                let rest = bytes.get(at + new.len()..).unwrap_or_default();
                write(&path, &[&bytes[..at], new, rest].concat())?;
            }
            How::Json(place, value) => {
                let Ok(mut json) = serde_json::from_slice(&bytes) else {
                    return Ok(false);
                };
                let count = values(&json);
                replace(&mut json, &mut (place % count), value, canary);
                write(&path, json.to_string().as_bytes())?;
            }
            How::Says(text) => write(&path, text)?,
            How::Fifo => {
                remove(&path);
                mkfifo(&path, Mode::S_IRWXU)?;
            }
            How::Folder => {
                remove(&path);
                fs::create_dir_all(path.join("rootfs"))?;
            }
            How::Link(to) => {
                remove(&path);
                symlink(to, &path)?;
            }
            How::Nothing => remove(&path),
        }
        Ok(true)
    }
}

/// Writes to the file itself, whoever has it open. By now it may be a link that
/// leads elsewhere: then nothing is written.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if !is_file(path) {
        return Ok(());
    }
    fs::write(path, bytes)
}

/// Returns whether this is a file, and neither a link nor a pipe.
fn is_file(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|it| it.is_file())
}

fn remove(path: &Path) {
    if path.is_dir() && !path.is_symlink() {
        let _ = fs::remove_dir_all(path);
    } else {
        let _ = fs::remove_file(path);
    }
}

/// Returns a random JSON value, which may or may not suit a key.
fn value(rng: &mut Rng) -> Value {
    let word = String::from_utf8_lossy(&odd::word(rng)).into_owned();
    match rng.usize(..12) {
        0 => Value::Null,
        1 => json!([]),
        2 => json!({}),
        3 => json!(-1),
        4 => json!(0),
        5 => json!(u64::MAX),
        6 => json!(1e300),
        7 => json!([word]),
        8 => json!("../../../root"),
        9 => json!("/root"),
        // Stands for the canary's PID.
        10 => json!(CANARY),
        _ => json!(word),
    }
}

/// Counts the values in a JSON value, including itself.
fn values(json: &Value) -> usize {
    1 + match json {
        Value::Array(all) => all.iter().map(values).sum::<usize>(),
        Value::Object(all) => all.values().map(values).sum(),
        _ => 0,
    }
}

/// Replaces the value with this number. Returns whether there was one.
fn replace(
    json: &mut Value,
    place: &mut usize,
    new: &Value,
    canary: i32,
) -> bool {
    if *place == 0 {
        *json = match (json.is_number(), new == CANARY) {
            (true, true) => json!(canary),
            _ => new.clone(),
        };
        return true;
    }
    *place -= 1;
    let mut go_on = |json: &mut Value| replace(json, place, new, canary);
    match json {
        Value::Array(all) => all.iter_mut().any(&mut go_on),
        Value::Object(all) => all.values_mut().any(&mut go_on),
        _ => false,
    }
}

/// Lists the containers' IDs, which are the names of their folders.
pub fn ids() -> Vec<PathBuf> {
    let entries = fs::read_dir(RUN).into_iter().flatten().flatten();
    let mut ids: Vec<_> = entries
        .map(|entry| PathBuf::from(entry.file_name()))
        .filter(|id| id.as_os_str().len() == 64)
        .collect();
    ids.sort();
    ids
}

impl Target {
    /// Returns the path of the target, if it exists.
    fn path(&self) -> Option<PathBuf> {
        let id = |number: &usize| ids().get(*number).cloned();
        let run = Path::new(RUN);
        let containers = Path::new(CONTAINERS);
        let images = Path::new(IMAGES);
        Some(match self {
            Self::State(number) => run.join(id(number)?).join("state.json"),
            Self::StateFolder(number) => run.join(id(number)?),
            Self::Log(number) => containers.join(id(number)?).join("log"),
            Self::Layers(number) => containers.join(id(number)?),
            Self::Stray(name) => run.join(file(name)),
            Self::ImageConfig => images.join("evil/config.json"),
            Self::ImageFolder => images.join("evil"),
            Self::StrayImage(name) => images.join(file(name)),
        })
        .filter(|path| path.starts_with(RUN) || Path::new(FOLDER).is_dir())
        .filter(|path| path.parent().is_some_and(Path::is_dir))
    }
}

fn file(name: &[u8]) -> &Path {
    Path::new(std::ffi::OsStr::from_bytes(name))
}
