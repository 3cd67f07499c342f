//! Reads files of procfs again and again. The kernel writes such a file while
//! it is read, so reading an open file from its beginning gives the present
//! state.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

/// Reads a file from its beginning. A short read marks the end: the kernel
/// fills the buffer as long as it has records (fs/seq_file.c).
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
