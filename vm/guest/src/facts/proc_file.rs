//! Files of procfs: the kernel writes them while they are read, so an open
//! one tells what is now as often as it is read from its beginning.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

/// Reads it from its beginning. Less than was asked for is all there is: the
/// kernel fills what it is given while it has records (fs/seq_file.c).
pub fn read(file: &File) -> io::Result<Vec<u8>> {
    let mut part = [0; 1024];
    let mut all = Vec::new();
    loop {
        let count = file.read_at(&mut part, all.len() as u64)?;
        all.extend_from_slice(&part[..count]);
        if count < part.len() {
            return Ok(all);
        }
    }
}
