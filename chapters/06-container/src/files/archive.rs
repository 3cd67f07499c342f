//! archive - a tar archive as a stranger hands it over, packed or not
//!
//! Docker looks at the first bytes, whatever the file is called, and so do we.
//! It takes gzip, bzip2 and xz. A small archive may unpack to more than a disk
//! holds: bytes are counted before they are written.
//!
//! See: tar(5), gzip(1), bzip2(1), xz(1)

use std::cell::Cell;
use std::io::{self, BufReader, Read};
use std::rc::Rc;

use bzip2::read::MultiBzDecoder;
use flate2::read::MultiGzDecoder;
use lzma_rust2::XzReader;

/// The limit on an archive's words about one file: names, attributes.
const WORDS: u64 = 1 << 20;

/// An xz archive says how much memory it wants. `xz -9` wants 65 MB.
const XZ_MEMORY_IN_KB: u32 = 256 << 10;

/// A packed archive's first bytes, and how to unpack it.
const PACKED: [(&[u8], Unpack); 3] = [
    (b"\x1f\x8b\x08", |it| Box::new(MultiGzDecoder::new(it))),
    (b"BZh", |it| Box::new(MultiBzDecoder::new(it))),
    (b"\xfd7zXZ\0", |it| {
        Box::new(XzReader::new_mem_limit(it, true, XZ_MEMORY_IN_KB))
    }),
];

type Unpack = fn(Box<dyn Read>) -> Box<dyn Read>;

/// Opens the tar archive in there.
pub fn open(mut input: Box<dyn Read>) -> io::Result<Box<dyn Read>> {
    let mut begin = Vec::new();
    input.by_ref().take(6).read_to_end(&mut begin)?;
    let packed = PACKED.iter().find(|(magic, _)| begin.starts_with(magic));
    let whole = BufReader::new(io::Cursor::new(begin).chain(input));
    Ok(match packed {
        Some((_, unpack)) => unpack(Box::new(whole)),
        None => Box::new(whole),
    })
}

/// Bytes that may still be read: in all, and for the file that comes now.
#[derive(Clone)]
pub struct Bound {
    room: Rc<Cell<u64>>,
    now: Rc<Cell<u64>>,
}

impl Bound {
    /// A bound on the bytes of all files together.
    pub fn new(room: u64) -> Self {
        let [room, now] = [room, WORDS].map(Cell::new).map(Rc::new);
        Self { room, now }
    }

    /// Takes room for a file of this size, which comes next.
    pub fn take(&self, size: u64) -> io::Result<()> {
        let left = self.room.get().checked_sub(size);
        let left = left.ok_or_else(|| {
            io::Error::other("it unpacks to more than there is room for")
        })?;
        self.room.set(left);
        self.now.set(size.saturating_add(WORDS));
        Ok(())
    }

    /// A reader that reads no more than the bound.
    pub fn reader(&self, from: Box<dyn Read>) -> Bounded {
        let now = self.now.clone();
        Bounded { from, now }
    }
}

/// Reads from an archive, within its bound.
pub struct Bounded {
    from: Box<dyn Read>,
    now: Rc<Cell<u64>>,
}

impl Read for Bounded {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(to)?;
        let left = self.now.get().checked_sub(read as u64);
        let left = left
            .ok_or_else(|| io::Error::other("it says too much about a file"))?;
        self.now.set(left);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_there_is_room_for_is_not_read() {
        let bound = Bound::new(5 * WORDS);
        let mut reader = bound.reader(Box::new(io::repeat(b'x')));
        let mut read = |size| {
            let mut part = reader.by_ref().take(size);
            io::copy(&mut part, &mut io::sink()).ok()
        };
        assert!(bound.take(6 * WORDS).is_err());
        assert!(bound.take(4 * WORDS).is_ok());
        assert_eq!(read(4 * WORDS), Some(4 * WORDS));
        assert_eq!(read(2 * WORDS), None);
        assert!(bound.take(2 * WORDS).is_err());
    }
}
