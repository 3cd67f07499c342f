//! Requests and answers as bytes: the length of the JSON (`u32`, little endian),
//! the JSON, and bytes that the JSON refers to.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A range of an answer's bytes, in JSON the list `[from, to]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Place(usize, usize);

/// Bytes of an answer, behind its JSON.
#[derive(Debug, Default)]
pub struct Bytes(Vec<u8>);

impl Bytes {
    /// Adds bytes, and returns their place.
    pub fn add(&mut self, bytes: &[u8]) -> Place {
        let from = self.0.len();
        self.0.extend_from_slice(bytes);
        Place(from, self.0.len())
    }
}

/// Request that is not in this form.
pub type Malformed = String;

/// Splits a request into its JSON and the bytes behind the JSON.
///
/// # Errors
///
/// The JSON is cut, or is not that of the request.
pub fn read<T: DeserializeOwned>(
    request: &[u8],
) -> Result<(T, &[u8]), Malformed> {
    let cut = || "a request without JSON".to_owned();
    let (length, rest) = request.split_first_chunk().ok_or_else(cut)?;
    let length = u32::from_le_bytes(*length) as usize;
    let (json, bytes) = rest.split_at_checked(length).ok_or_else(cut)?;
    let value = serde_json::from_slice(json);
    Ok((value.map_err(|why| why.to_string())?, bytes))
}

/// Writes an answer.
///
/// # Errors
///
/// A value has no form in JSON.
pub fn write(
    value: &impl Serialize,
    bytes: &Bytes,
) -> Result<Vec<u8>, Malformed> {
    let json = serde_json::to_vec(value).map_err(|why| why.to_string())?;
    let length = u32::try_from(json.len()).map_err(|why| why.to_string())?;
    Ok([&length.to_le_bytes(), &json[..], &bytes.0].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_bytes_are_a_request_without_json() {
        for bytes in [&b""[..], b"\x01", b"\x02\0\0\0x", b"\x01\0\0\0x"] {
            assert!(read::<u8>(bytes).is_err(), "{bytes:?}");
        }
        let request = b"\x02\0\0\x0042abc";
        assert_eq!(read::<u8>(request), Ok((42, &b"abc"[..])));
    }

    #[test]
    fn an_answer_refers_to_its_bytes_by_their_place() {
        let mut bytes = Bytes::default();
        let places = [bytes.add(b"ab"), bytes.add(b"c")];
        let answer = write(&places, &bytes).unwrap();
        assert_eq!(answer, b"\x0d\0\0\0[[0,2],[2,3]]abc");
    }
}
