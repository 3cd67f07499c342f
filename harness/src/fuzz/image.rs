//! Archives for `import`: busybox, with files planted where the runtime does
//! not expect them; packed in one of the formats docker takes, or in none; then
//! cut, or with changed bytes.

use std::io::{Read, Write};

use anyhow::{Context, Result};
use fastrand::Rng;
use flate2::Compression;
use flate2::write::GzEncoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use tar::{Archive, Builder, EntryType, Header};

use super::{inside, odd};

/// The recipe for an archive.
#[derive(Clone, Debug)]
pub struct Image {
    /// Entries that replace busybox's own at the same path.
    pub plants: Vec<Plant>,
    /// Format of the packing.
    pub packed: Packed,
    /// Changes of the packed bytes.
    pub damage: Vec<Damage>,
}

/// An entry of an archive.
#[derive(Clone, Debug)]
pub struct Plant {
    /// Path, without the first slash.
    pub path: Vec<u8>,
    /// Kind of the entry.
    pub kind: PlantKind,
    /// Permissions.
    pub mode: u32,
}

/// The kind of an entry, with its content.
#[derive(Clone, Debug)]
pub enum PlantKind {
    /// A symbolic link to this target.
    Symlink(Vec<u8>),
    /// A hard link to this target.
    Link(Vec<u8>),
    /// A file with these bytes.
    File(Vec<u8>),
    /// A folder.
    Folder,
    /// A named pipe.
    Fifo,
    /// The device `/dev/full`.
    Device,
}

/// The format in which an archive is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packed {
    /// Not packed.
    Plain,
    /// Packed as by gzip(1).
    Gzip,
    /// Packed as by xz(1).
    Xz,
    /// Packed as by zstd(1).
    Zstd,
    /// Not packed, with the first bytes of bzip2(1)'s format.
    NoBzip2,
}

/// A change of an archive's bytes. Its place is given in 65536ths of the whole.
#[derive(Clone, Debug)]
pub enum Damage {
    /// The archive ends at this place.
    Cut(u16),
    /// Bytes that replace the ones at this place.
    Bytes(u16, Vec<u8>),
    /// Bytes that replace the ones at this place of the first entry's header.
    Header(u16, Vec<u8>),
}

impl Image {
    /// Returns a random recipe.
    pub fn any(rng: &mut Rng) -> Self {
        let plants = (0..rng.usize(..5)).map(|_| Plant::any(rng)).collect();
        let packed = odd::one_of(
            rng,
            &[
                Packed::Plain,
                Packed::Plain,
                Packed::Plain,
                Packed::Plain,
                Packed::Plain,
                Packed::Gzip,
                Packed::Zstd,
                Packed::Xz,
                Packed::NoBzip2,
            ],
        );
        let damages = rng.usize(..10).saturating_sub(7);
        let damage = (0..damages).map(|_| Damage::any(rng)).collect();
        Self {
            plants,
            packed,
            damage,
        }
    }

    /// Makes the archive from busybox's.
    pub fn bytes(&self, busybox: &[u8]) -> Result<Vec<u8>> {
        // xz packs slowly: leave busybox out.
        let small = self.packed == Packed::Xz;
        let tar = self.tar(if small { &[] } else { busybox })?;
        let mut bytes = self.packed.pack(tar)?;
        for damage in &self.damage {
            damage.change(&mut bytes);
        }
        Ok(bytes)
    }

    fn tar(&self, busybox: &[u8]) -> Result<Vec<u8>> {
        let mut tar = Builder::new(Vec::new());
        for plant in &self.plants {
            plant.append(&mut tar)?;
        }
        for entry in Archive::new(busybox).entries()? {
            let mut entry = entry?;
            let path = entry.path_bytes().into_owned();
            let planted = |plant: &Plant| path.starts_with(&plant.path);
            if self.plants.iter().any(planted) {
                continue;
            }
            let mut header = entry.header().clone();
            let mut contents = Vec::new();
            entry.read_to_end(&mut contents)?;
            header.set_cksum();
            tar.append(&header, &contents[..])?;
        }
        Ok(tar.into_inner()?)
    }
}

impl Packed {
    fn pack(self, bytes: Vec<u8>) -> Result<Vec<u8>> {
        Ok(match self {
            Self::Plain => bytes,
            Self::Gzip => {
                let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
                gzip.write_all(&bytes)?;
                gzip.finish()?
            }
            Self::Xz => {
                let mut xz = Vec::new();
                lzma_rs::xz_compress(&mut &bytes[..], &mut xz)?;
                xz
            }
            Self::Zstd => {
                compress_to_vec(&bytes[..], CompressionLevel::Fastest)
            }
            Self::NoBzip2 => {
                [b"BZh91AY&SY", &bytes[..4096.min(bytes.len())]].concat()
            }
        })
    }
}

impl Plant {
    fn any(rng: &mut Rng) -> Self {
        let path = match rng.usize(..5) {
            0 => odd::file_name(rng),
            1 => [b"etc/", &odd::file_name(rng)[..]].concat(),
            _ => inside::place(rng).trim_start_matches('/').into(),
        };
        let kind = match rng.usize(..12) {
            0 => PlantKind::Link(
                odd::one_of(
                    rng,
                    &[
                        &b"bin/busybox"[..],
                        b"/etc/passwd",
                        b"../../root/canary",
                    ],
                )
                .to_vec(),
            ),
            1 => PlantKind::File(odd::bytes(rng)),
            2 => PlantKind::Folder,
            3 => PlantKind::Fifo,
            4 => PlantKind::Device,
            5 => PlantKind::Symlink(odd::word(rng)),
            _ => PlantKind::Symlink(inside::target(rng).into()),
        };
        let mode = odd::one_of(rng, &[0o755, 0o755, 0, 0o7777, 0o644]);
        Self { path, kind, mode }
    }

    /// Appends the entry with a header written by hand: a library would refuse
    /// some paths.
    fn append(&self, tar: &mut Builder<Vec<u8>>) -> Result<()> {
        let mut header = Header::new_gnu();
        let (kind, link, contents): (_, &[u8], &[u8]) = match &self.kind {
            PlantKind::Symlink(to) => (EntryType::Symlink, to, b""),
            PlantKind::Link(to) => (EntryType::Link, to, b""),
            PlantKind::File(contents) => (EntryType::Regular, b"", contents),
            PlantKind::Folder => (EntryType::Directory, b"", b""),
            PlantKind::Fifo => (EntryType::Fifo, b"", b""),
            PlantKind::Device => (EntryType::Char, b"", b""),
        };
        let old = header.as_old_mut();
        fill(&mut old.name, &self.path);
        fill(&mut old.linkname, link);
        header.set_entry_type(kind);
        if self.kind_is_device() {
            header.set_device_major(1).context("device")?;
            header.set_device_minor(7).context("device")?;
        }
        header.set_mode(self.mode);
        header.set_size(contents.len() as u64);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(0);
        header.set_cksum();
        Ok(tar.append(&header, contents)?)
    }

    fn kind_is_device(&self) -> bool {
        matches!(self.kind, PlantKind::Device)
    }
}

fn fill(field: &mut [u8], bytes: &[u8]) {
    let length = bytes.len().min(field.len());
    field[..length].copy_from_slice(&bytes[..length]);
}

impl Damage {
    fn any(rng: &mut Rng) -> Self {
        match rng.usize(..3) {
            0 => Self::Cut(rng.u16(..)),
            1 => Self::Bytes(rng.u16(..), odd::bytes(rng)),
            _ => Self::Header(rng.u16(..), odd::word(rng)),
        }
    }

    fn change(&self, bytes: &mut Vec<u8>) {
        let place = |at: &u16, length: usize| (usize::from(*at) * length) >> 16;
        match self {
            Self::Cut(at) => bytes.truncate(place(at, bytes.len())),
            Self::Bytes(at, new) => {
                let at = place(at, bytes.len());
                put(bytes, at, new);
            }
            Self::Header(at, new) => {
                let at = place(at, bytes.len().min(512));
                put(bytes, at, new);
            }
        }
    }
}

fn put(bytes: &mut [u8], at: usize, new: &[u8]) {
    for (old, new) in bytes.iter_mut().skip(at).zip(new) {
        *old = *new;
    }
}
