//! What is true of any bytes that arrive on the machine's port.

use std::fmt::Debug;

use protocol::{Event, FrameError, Frames, Request, encode};
use serde::{Serialize, de::DeserializeOwned};

/// The first byte says how the others are cut into portions.
pub fn hold(bytes: &[u8]) {
    let Some((cut, bytes)) = bytes.split_first() else {
        return;
    };
    let cut = 1 + usize::from(*cut);
    do_not_depend_on_the_cuts::<Event>(bytes, cut);
    do_not_depend_on_the_cuts::<Request>(bytes, cut);
}

/// The same messages come out, and the same error, if there is one. What was
/// read can be sent, and is then read as the same.
fn do_not_depend_on_the_cuts<M>(bytes: &[u8], cut: usize)
where
    M: Serialize + DeserializeOwned + PartialEq + Debug,
{
    let (messages, error) = read::<M>(bytes, bytes.len().max(1));
    let (in_portions, its_error) = read::<M>(bytes, cut);
    assert_eq!(messages, in_portions);
    assert_eq!(error, its_error);
    let sent: Vec<u8> =
        messages.iter().flat_map(|m| encode(m).unwrap()).collect();
    assert_eq!((messages, None), read(&sent, cut));
}

fn read<M: DeserializeOwned>(
    bytes: &[u8],
    cut: usize,
) -> (Vec<M>, Option<FrameError>) {
    let (mut frames, mut messages) = (Frames::default(), Vec::new());
    for portion in bytes.chunks(cut) {
        frames.push(portion);
        loop {
            match frames.take() {
                Ok(Some(message)) => messages.push(message),
                Ok(None) => break,
                Err(error) => return (messages, Some(error)),
            }
        }
    }
    (messages, None)
}
