//! Messages of PID 1 as JSON: that of serde, with the bytes of output behind it.

use protocol::{Event, Frames, Request};
use serde_json::{Value, json};

use crate::envelope::Bytes;

/// Returns a request as a frame.
///
/// # Errors
///
/// The request is too long for a frame.
pub fn encode(request: &Request) -> Result<Vec<u8>, String> {
    protocol::encode(request).map_err(|why| why.to_string())
}

/// Takes bytes of PID 1, and returns the events that are whole by now.
///
/// # Errors
///
/// The bytes are no frames: the two sides are out of step.
pub fn events(frames: &mut Frames, bytes: &[u8]) -> Result<Vec<Event>, String> {
    frames.push(bytes);
    let mut events = Vec::new();
    while let Some(event) = frames.take().map_err(|why| why.to_string())? {
        events.push(event);
    }
    Ok(events)
}

/// Returns an event as JSON.
///
/// # Errors
///
/// None that is known: every event has a form in JSON.
pub fn value(event: &Event, to: &mut Bytes) -> Result<Value, String> {
    if let Event::Output { id, source, bytes } = event {
        let bytes = to.add(bytes);
        let (id, source) = (*id, *source);
        let output = json!({"id": id, "source": source, "bytes": bytes});
        return Ok(json!({"Output": output}));
    }
    serde_json::to_value(event).map_err(|why| why.to_string())
}

#[cfg(test)]
mod tests {
    use protocol::Source;

    use super::*;

    #[test]
    fn a_request_is_what_serde_reads() {
        let text = r#"{"Input":{"id":1,"bytes":[108,115,10]}}"#;
        let request: Request = serde_json::from_str(text).unwrap();
        let bytes = b"ls\n".to_vec();
        assert_eq!(request, Request::Input { id: 1, bytes });
        assert_eq!(encode(&Request::Ping).unwrap(), b"\x01\0\0\0\x0a");
    }

    #[test]
    fn a_piece_of_a_frame_waits_for_the_rest() {
        let output = Event::Output {
            id: 3,
            source: Source::Stdout,
            bytes: b"abc".to_vec(),
        };
        let sent = protocol::encode(&output).unwrap();
        let mut frames = Frames::default();
        let (head, tail) = sent.split_at(5);
        assert_eq!(events(&mut frames, head), Ok(vec![]));
        let whole = events(&mut frames, tail).unwrap();
        let mut bytes = Bytes::default();
        let value = value(&whole[0], &mut bytes).unwrap();
        let expected =
            json!({"Output": {"id": 3, "source": "Stdout", "bytes": [0, 3]}});
        assert_eq!(value, expected);
    }

    #[test]
    fn bytes_that_are_no_frame_are_an_error() {
        assert!(events(&mut Frames::default(), &[0xff; 8]).is_err());
    }
}
