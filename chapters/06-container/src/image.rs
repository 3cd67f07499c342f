//! image - `container import`, `container images`, and where images are
//!
//! An image is a folder, /var/lib/container/images/NAME: rootfs/, which is the
//! `/` of its containers, and config.json, in the form of the OCI image
//! specification. The SHA-256 of the latter is the image's ID.
//!
//! See: `docker import`, tar(5)

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tar::{Archive, Entry, EntryType};

use crate::container::now;
use crate::error::{Named, Result, refused};
use crate::ps;
use crate::store::{Store, make_folder, random_id};

const FOLDER: &str = "/var/lib/container/images";

/// An image, ready to be used.
pub struct Image {
    pub id: String,
    pub config: Config,
    created: String,
}

/// The part of config.json we use. All of it may be missing.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct ConfigFile {
    created: String,
    config: Config,
    rootfs: Layers,
}

/// What a container is like unless its options say otherwise.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Config {
    pub cmd: Vec<String>,
    pub env: Vec<String>,
    pub working_dir: String,
    pub exposed_ports: BTreeMap<String, serde_json::Value>,
}

/// The SHA-256 of the archive, so that another one is another image.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Layers {
    diff_ids: Vec<String>,
}

impl Image {
    /// Finds an image by its name.
    pub fn find(reference: &str) -> Result<Self> {
        let name = folder_name(reference)?;
        let path = Path::new(FOLDER).join(name).join("config.json");
        let bytes = match fs::read(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let tag = if reference.contains(':') {
                    ""
                } else {
                    ":latest"
                };
                let message = format!("No such image: {reference}{tag}");
                return Err(refused(message).with_help());
            }
            bytes => bytes.named("read", path.display())?,
        };
        let file: ConfigFile = serde_json::from_slice(&bytes)
            .map_err(|error| refused(format!("{}: {error}", path.display())))?;
        Ok(Self {
            id: format!("sha256:{}", hexadecimal(&Sha256::digest(&bytes))),
            config: file.config,
            created: file.created,
        })
    }

    /// The `/` of its containers.
    pub fn rootfs(reference: &str) -> Result<PathBuf> {
        let name = folder_name(reference)?;
        Ok(Path::new(FOLDER).join(name).join("rootfs"))
    }
}

/// Of `busybox` and `busybox:latest` makes `busybox`.
fn folder_name(reference: &str) -> Result<&str> {
    let name = reference.strip_suffix(":latest").unwrap_or(reference);
    let plain = |it: char| it.is_ascii_alphanumeric() || "._-:".contains(it);
    if name.contains(|it: char| it.is_ascii_uppercase()) {
        let reason = "repository name must be lowercase";
        let message = format!("invalid reference format: {reason}");
        return Err(refused(message).with_help());
    }
    if !name.starts_with(|it: char| it.is_ascii_alphanumeric())
        || !name.chars().all(plain)
    {
        return Err(refused("invalid reference format").with_help());
    }
    Ok(name)
}

/// Makes an image of an archive. It is unpacked aside, and then put in place.
pub fn import(changes: &[String], tar: &str, reference: &str) -> Result<u8> {
    let name = folder_name(reference).map_err(|it| it.with_status(1))?;
    let mut file = ConfigFile {
        created: now(),
        ..ConfigFile::default()
    };
    for change in changes {
        file.config.change(change)?;
    }
    let aside = Path::new(FOLDER).join(format!(".{}", &random_id()?[..12]));
    let made = make(&aside, tar, file)
        .and_then(|id| put_in_place(&aside, name).map(|()| id));
    let _ = fs::remove_dir_all(&aside);
    println!("{}", made?);
    Ok(0)
}

fn make(aside: &Path, tar: &str, mut file: ConfigFile) -> Result<String> {
    let input: Box<dyn Read> = match tar {
        "-" => Box::new(io::stdin().lock()),
        path => Box::new(File::open(path).named("open", path)?),
    };
    let rootfs = aside.join("rootfs");
    make_folder(aside)?;
    fs::create_dir(&rootfs).named("mkdir", rootfs.display())?;
    let mut input = Hashed(input, Sha256::new());
    unpack(&mut input, &rootfs, tar)?;
    let digest = hexadecimal(&input.1.finalize());
    file.rootfs.diff_ids = vec![format!("sha256:{digest}")];
    let path = aside.join("config.json");
    let bytes = serde_json::to_vec(&file).map_err(io::Error::from);
    let bytes = bytes.named("json", path.display())?;
    fs::write(&path, &bytes).named("write", path.display())?;
    Ok(format!("sha256:{}", hexadecimal(&Sha256::digest(&bytes))))
}

/// Unpacks an archive, entry by entry as it is read.
fn unpack(input: &mut impl Read, rootfs: &Path, tar: &str) -> Result<()> {
    let bad = |error: io::Error| refused(format!("{tar}: {error}"));
    let mut archive = Archive::new(&mut *input);
    archive.set_preserve_permissions(true);
    archive.set_preserve_ownerships(true);
    for entry in archive.entries().map_err(bad)? {
        let mut entry = entry.map_err(bad)?;
        check(&entry).map_err(|why| refused(format!("{tar}: {why}")))?;
        entry.unpack_in(rootfs).map_err(bad)?;
    }
    // What is behind the last entry belongs to the archive, too.
    io::copy(input, &mut io::sink()).map_err(bad).map(drop)
}

/// Says what is wrong with an entry. (That no entry is written through a link
/// that leads out, the tar crate sees to.)
fn check<R: Read>(entry: &Entry<'_, R>) -> std::result::Result<(), String> {
    let path = entry.path().map_err(|error| error.to_string())?;
    let kind = entry.header().entry_type();
    let name = path.display();
    if !stays_inside(Path::new(""), &path) {
        return Err(format!("{name}: leads out of the image"));
    }
    let target = entry.link_name().map_err(|error| error.to_string())?;
    let target = target.unwrap_or_default();
    let inside = match kind {
        EntryType::Regular
        | EntryType::Continuous
        | EntryType::GNUSparse
        | EntryType::Directory => true,
        EntryType::Link => stays_inside(Path::new(""), &target),
        // The `/` of an absolute one is the container's.
        EntryType::Symlink => {
            let folder = path.parent().unwrap_or(Path::new(""));
            target.is_absolute() || stays_inside(folder, &target)
        }
        EntryType::XGlobalHeader => true,
        EntryType::Block | EntryType::Char => {
            return Err(format!("{name}: a device node"));
        }
        _ => return Err(format!("{name}: neither file, folder nor link")),
    };
    if inside {
        return Ok(());
    }
    Err(format!("{name}: its target leads out of the image"))
}

/// Does this path, taken from that folder, stay below the root?
fn stays_inside(folder: &Path, path: &Path) -> bool {
    let mut depth = 0;
    for component in folder.components().chain(path.components()) {
        match component {
            Component::CurDir => {}
            Component::Normal(_) => depth += 1,
            Component::ParentDir if depth > 0 && folder != Path::new("") => {
                depth -= 1;
            }
            _ => return false,
        }
    }
    true
}

/// Puts a new image where the old one was, which no container may use.
fn put_in_place(aside: &Path, name: &str) -> Result<()> {
    let store = Store::open()?;
    let place = Path::new(FOLDER).join(name);
    let of_it = |image: &str| folder_name(image).is_ok_and(|it| it == name);
    if let Some(user) =
        store.containers.iter().find(|it| of_it(&it.config.image))
    {
        return Err(refused(format!(
            "Conflict: image {name} is being used by container {}",
            user.id
        )));
    }
    let old = aside.join("old");
    match fs::rename(&place, &old) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(error).named("rename", place.display());
        }
        _ => make_folder(&place)?,
    }
    for part in ["rootfs", "config.json"] {
        fs::rename(aside.join(part), place.join(part))
            .named("rename", place.join(part).display())?;
    }
    Ok(())
}

impl Config {
    /// Does what an instruction of a Dockerfile says.
    fn change(&mut self, instruction: &str) -> Result<()> {
        let text = instruction.trim();
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        let rest = rest.trim();
        match word.to_uppercase().as_str() {
            "CMD" => {
                let shell = || ["/bin/sh", "-c", rest].map(String::from);
                self.cmd = serde_json::from_str(rest)
                    .unwrap_or_else(|_| shell().to_vec());
            }
            "ENV" if rest.contains('=') => self.env.push(rest.into()),
            "WORKDIR" => self.working_dir = rest.into(),
            "EXPOSE" => {
                for port in rest.split_whitespace() {
                    let port = port.trim_end_matches("/tcp");
                    let port = format!("{port}/tcp");
                    self.exposed_ports.insert(port, serde_json::json!({}));
                }
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

/// A reader that remembers what has gone through it.
struct Hashed<R>(R, Sha256);

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.0.read(buffer)?;
        self.1.update(&buffer[..length]);
        Ok(length)
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `container images`
pub fn list() -> Result<u8> {
    let mut names: Vec<String> = Vec::new();
    for entry in fs::read_dir(FOLDER).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        names.extend(Some(name).filter(|it| !it.starts_with('.')));
    }
    names.sort();
    let mut rows = vec![
        ["REPOSITORY", "TAG", "IMAGE ID", "CREATED", "SIZE"].map(String::from),
    ];
    for name in names {
        let image = Image::find(&name)?;
        let size = size(&Path::new(FOLDER).join(&name).join("rootfs"));
        rows.push([
            name,
            "latest".into(),
            image.id[7..19].into(),
            ps::ago(&image.created),
            human_size(size),
        ]);
    }
    ps::print_table(&rows);
    Ok(0)
}

fn size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => size(&entry.path()),
            Ok(metadata) if metadata.is_file() => metadata.len(),
            _ => 0,
        })
        .sum()
}

/// Three digits, and a unit of the powers of 1000.
fn human_size(bytes: u64) -> String {
    let mut size = bytes as f64;
    let mut units = ["B", "kB", "MB", "GB", "TB"].into_iter();
    let mut unit = units.next().unwrap_or_default();
    for next in units {
        if size < 1000.0 {
            break;
        }
        (size, unit) = (size / 1000.0, next);
    }
    let digits = 2usize.saturating_sub(size.log10().max(0.0) as usize);
    let digits = if unit == "B" { 0 } else { digits };
    format!("{size:.digits$}{unit}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use tar::{Builder, Header};

    fn archive(name: &[u8], kind: EntryType, target: &str) -> Vec<u8> {
        let mut header = Header::new_gnu();
        header.as_old_mut().name[..name.len()].copy_from_slice(name);
        header.set_entry_type(kind);
        header.set_size(0);
        header.set_mode(0o755);
        header.as_old_mut().linkname[..target.len()]
            .copy_from_slice(target.as_bytes());
        header.set_cksum();
        let mut builder = Builder::new(Vec::new());
        builder.append(&header, io::empty()).expect("to memory");
        builder.into_inner().expect("to memory")
    }

    fn verdict(name: &str, kind: EntryType, target: &str) -> Option<String> {
        let bytes = archive(name.as_bytes(), kind, target);
        let mut archive = Archive::new(bytes.as_slice());
        let entry = archive.entries().expect("it is one").next();
        check(&entry.expect("one entry").expect("it is whole")).err()
    }

    #[test]
    fn what_leads_out_of_an_image_is_refused() {
        use EntryType::{Link, Regular, Symlink};
        for (name, kind, target) in [
            ("../etc/passwd", Regular, ""),
            ("/etc/passwd", Regular, ""),
            ("etc/../../passwd", Regular, ""),
            ("passwd", Link, "/etc/passwd"),
            ("passwd", Link, "../etc/passwd"),
            ("passwd", Symlink, "../etc/passwd"),
            ("etc/passwd", Symlink, "../../etc/passwd"),
        ] {
            let why = verdict(name, kind, target).expect(name);
            assert!(why.ends_with("leads out of the image"), "{why}");
        }
    }

    #[test]
    fn what_stays_in_an_image_is_taken() {
        use EntryType::{Directory, Link, Regular, Symlink};
        for (name, kind, target) in [
            ("./", Directory, ""),
            ("./bin/busybox", Regular, ""),
            ("bin/sh", Symlink, "busybox"),
            ("bin/sh", Symlink, "/bin/busybox"),
            ("usr/bin/env", Symlink, "../../bin/busybox"),
            ("bin/ls", Link, "bin/busybox"),
        ] {
            assert_eq!(verdict(name, kind, target), None, "{name}");
        }
    }

    #[test]
    fn device_nodes_are_refused() {
        for kind in [EntryType::Block, EntryType::Char] {
            let why = verdict("dev/sda", kind, "");
            assert_eq!(why.as_deref(), Some("dev/sda: a device node"));
        }
    }

    #[test]
    fn changes_are_those_of_a_dockerfile() {
        let mut config = Config::default();
        for change in ["CMD [\"sh\", \"-c\", \"true\"]", "expose 80", "ENV A=1"]
        {
            config.change(change).expect(change);
        }
        assert_eq!(config.cmd, ["sh", "-c", "true"]);
        assert_eq!(config.env, ["A=1"]);
        assert!(config.exposed_ports.contains_key("80/tcp"));
        assert!(config.change("FROM scratch").is_err());
    }

    #[test]
    fn sizes_have_three_digits() {
        assert_eq!(human_size(0), "0B");
        assert_eq!(human_size(999), "999B");
        assert_eq!(human_size(1_234_567), "1.23MB");
        assert_eq!(human_size(45_600), "45.6kB");
    }
}
