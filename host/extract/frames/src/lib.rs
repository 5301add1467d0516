//! The messages a guest sends to the host, defined once.
//!
//! A guest calls the one imported function of the sandbox with the postcard bytes of one [`Frame`]. Frames are sent as
//! soon as they are known, so that results before a trap or a limit are kept. The Python encoder
//! (`guest/belljar_guest/frames.py`) is generated from these types by [`python_encoder`]; a test fails when the file is
//! stale. The wire form is postcard 1.x: <https://postcard.jamesmunns.com/wire-format>.
//!
//! Only these types cross the boundary; the host works with `belljar-schema`.

mod bounded;
mod frame;
mod python;

use serde::Deserialize as _;

use bounded::{Bounded, Budget};
pub use frame::*;
pub use python::python_encoder;

/// Version of the protocol; a guest with another version is rejected.
pub const PROTOCOL: u32 = 5;

/// A frame with its size in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The frame that was decoded.
    pub frame: Frame,
    /// An upper bound of its size in memory: itself, twice the elements of its lists, which grow, and its strings.
    pub decoded_bytes: usize,
}

/// Decodes one frame of at most so many bytes in memory; `None` if it would need more.
///
/// # Errors
///
/// Anything that postcard rejects, and remaining bytes.
pub fn decode(bytes: &[u8], memory: usize) -> Result<Option<Decoded>, postcard::Error> {
    let Some(left) = memory.checked_sub(size_of::<Frame>()) else { return Ok(None) };
    let budget = Budget::new(left);
    let mut reader = postcard::Deserializer::from_bytes(bytes);
    let frame = match Frame::deserialize(Bounded::new(&mut reader, &budget)) {
        Err(_) if budget.exceeded() => return Ok(None),
        frame => frame?,
    };
    if !reader.finalize()?.is_empty() {
        return Err(postcard::Error::DeserializeBadEncoding);
    }
    Ok(Some(Decoded { frame, decoded_bytes: memory.saturating_sub(budget.left()) }))
}

/// Encodes one frame, as the guest does.
pub fn encode(frame: &Frame) -> Result<Vec<u8>, postcard::Error> {
    postcard::to_stdvec(frame)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes of a `Table` with so many columns of zeros.
    fn hollow(columns: usize) -> Vec<u8> {
        let table = Table {
            serial: 0,
            metadata: String::new(),
            schema: None,
            name: String::new(),
            reasons: Vec::new(),
            place: None,
            columns: Vec::new(),
            primary_key: PrimaryKey {
                name: None,
                columns: Vec::new(),
                options: Vec::new(),
                scope: Scope::default(),
            },
            unique: Vec::new(),
            foreign_keys: Vec::new(),
            checks: Vec::new(),
            indexes: Vec::new(),
            excludes: Vec::new(),
            comment: None,
            prefixes: Vec::new(),
            options: Vec::new(),
        };
        let mut bytes = encode(&Frame::Table(table)).unwrap();
        // The number of columns follows the kind, the serial, two strings, two options, a list and another string.
        let rest: Vec<u8> = bytes.drain(7..).collect();
        assert!(rest.iter().all(|byte| *byte == 0));
        let mut number = columns;
        while number > 127 {
            bytes.push(u8::try_from(number % 128).unwrap() | 128);
            number /= 128;
        }
        bytes.push(u8::try_from(number).unwrap());
        // An empty column has this many bytes; what follows the columns is unchanged except for their number.
        bytes.resize(bytes.len() + 25 * columns + rest.len() - 1, 0);
        bytes
    }

    #[test]
    fn what_a_frame_takes_is_counted() {
        let bytes = hollow(100);
        let Decoded { frame, decoded_bytes } = decode(&bytes, usize::MAX).unwrap().unwrap();
        assert!(matches!(&frame, Frame::Table(table) if table.columns.len() == 100));
        assert_eq!(decoded_bytes, size_of::<Frame>() + 2 * 100 * size_of::<Column>());
        assert!(decode(&bytes, decoded_bytes).unwrap().is_some());
        assert_eq!(decode(&bytes, decoded_bytes - 1), Ok(None));
        let more = [bytes, vec![0]].concat();
        assert!(decode(&more, usize::MAX).is_err(), "bytes left over are another thing");
    }

    #[test]
    fn texts_count_by_their_length() {
        let remark = |text: &str| {
            let remark = Remark { code: text.to_owned(), message: String::new(), place: None };
            decode(&encode(&Frame::Remark(remark)).unwrap(), usize::MAX).unwrap().unwrap().decoded_bytes
        };
        assert_eq!(remark(&"x".repeat(1000)) - remark(""), 1000);
    }

    #[test]
    fn a_frame_that_takes_many_times_its_bytes_is_refused() {
        // 4 MiB on the wire, some 130 MiB in memory.
        let bytes = hollow((4 << 20) / 25);
        assert!(bytes.len() < (4 << 20) + 200 && size_of::<Column>() > 500);
        assert_eq!(decode(&bytes, 64 << 20), Ok(None));
    }

    #[test]
    fn a_list_that_claims_more_than_there_is_fails() {
        let mut bytes = hollow(1);
        let end = bytes.len() - 20;
        bytes.truncate(end);
        assert_eq!(decode(&bytes, usize::MAX), Err(postcard::Error::DeserializeUnexpectedEnd));
    }
}
