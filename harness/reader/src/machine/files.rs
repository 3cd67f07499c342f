//! Puts files into the machine.

use protocol::{Request, frame};

use super::control::Machine;
use super::failure::Failure;

impl Machine {
    /// Writes a file in the machine.
    pub fn put_file(
        &mut self,
        path: &str,
        mode: u32,
        contents: &[u8],
    ) -> Result<(), Failure> {
        let mut append = false;
        for part in contents.chunks(frame::MAX_PAYLOAD) {
            self.ask(&Request::PutFile {
                path: path.to_owned(),
                mode,
                append,
                contents: part.to_vec(),
            })?;
            append = true;
        }
        Ok(())
    }

    /// Makes a file from a part of the shared memory.
    pub fn install(
        &mut self,
        path: &str,
        mode: u32,
        (offset, length): (u64, u64),
    ) -> Result<(), Failure> {
        self.ask(&Request::Install {
            path: path.to_owned(),
            mode,
            offset,
            length,
        })
    }
}
