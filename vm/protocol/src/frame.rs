//! Frames: messages as bytes on the virtio-serial port.
//!
//! A frame is the payload's length (`u32`, little endian) followed by the
//! payload: one message in postcard's format. Frames follow each other without
//! a gap.

use serde::{Serialize, de::DeserializeOwned};
use thiserror::Error;

/// Largest payload that is sent or accepted, in bytes. A greater length means
/// that the two sides are out of step.
pub const MAX_FRAME: usize = 1 << 20;

/// Largest piece of file contents or output in one message, in bytes.
pub const MAX_PAYLOAD: usize = 64 << 10;

/// Reason why bytes are no message.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum FrameError {
    /// The announced length is greater than [`MAX_FRAME`].
    #[error("a frame of {0} bytes announced, {MAX_FRAME} are the most")]
    TooLong(usize),
    /// The payload cannot be decoded.
    #[error("a frame that is no message: {0}")]
    Malformed(#[from] postcard::Error),
}

/// Encodes one message as a frame.
pub fn encode<M: Serialize>(message: &M) -> Result<Vec<u8>, FrameError> {
    let payload = postcard::to_stdvec(message)?;
    if payload.len() > MAX_FRAME {
        return Err(FrameError::TooLong(payload.len()));
    }
    let mut frame = Vec::with_capacity(4 + payload.len());
    frame.extend_from_slice(&(payload.len() as u32).to_le_bytes());
    frame.extend_from_slice(&payload);
    Ok(frame)
}

/// Buffer that collects bytes as they arrive and yields whole messages.
#[derive(Debug, Default)]
pub struct Frames {
    buffer: Vec<u8>,
}

impl Frames {
    /// Adds bytes that have just been read.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// Takes the next message, or `None` while it is still incomplete.
    pub fn take<M: DeserializeOwned>(
        &mut self,
    ) -> Result<Option<M>, FrameError> {
        let Some(length) = self.buffer.first_chunk::<4>() else {
            return Ok(None);
        };
        let length = u32::from_le_bytes(*length) as usize;
        if length > MAX_FRAME {
            return Err(FrameError::TooLong(length));
        }
        let end = 4 + length;
        let Some(payload) = self.buffer.get(4..end) else {
            return Ok(None);
        };
        let message = postcard::from_bytes(payload)?;
        self.buffer.drain(..end);
        Ok(Some(message))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::message::{Event, Source};

    fn output(bytes: Vec<u8>) -> Event {
        Event::Output {
            id: 7,
            source: Source::Stderr,
            bytes,
        }
    }

    proptest! {
        #[test]
        fn messages_survive_any_cutting_of_the_byte_stream(
            messages in prop::collection::vec(
                prop::collection::vec(any::<u8>(), 0..300), 1..8),
            cut in 1usize..97,
        ) {
            let sent: Vec<Event> = messages.into_iter().map(output).collect();
            let bytes: Vec<u8> =
                sent.iter().flat_map(|m| encode(m).unwrap()).collect();
            let mut frames = Frames::default();
            let mut received = Vec::new();
            for portion in bytes.chunks(cut) {
                frames.push(portion);
                while let Some(event) = frames.take::<Event>().unwrap() {
                    received.push(event);
                }
            }
            prop_assert_eq!(sent, received);
        }

        #[test]
        fn no_bytes_make_the_reader_panic(
            bytes in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let mut frames = Frames::default();
            frames.push(&bytes);
            while let Ok(Some(_)) = frames.take::<Event>() {}
        }
    }

    #[test]
    fn a_length_beyond_the_limit_is_refused_before_it_is_read() {
        let mut frames = Frames::default();
        frames.push(&u32::MAX.to_le_bytes());
        assert_eq!(
            frames.take::<Event>(),
            Err(FrameError::TooLong(u32::MAX as usize))
        );
    }
}
