//! The messages a guest sends to the host, defined once.
//!
//! A guest calls the one imported function of the glass with the postcard bytes of one [`Frame`]. Frames leave
//! as soon as they are known, so a trap or a limit keeps everything sent before it. The Python encoder
//! (`guest/belljar_guest/frames.py`) is generated from these types by [`python_encoder`]; a test fails when the
//! file is stale. The wire form is postcard 1.x: <https://postcard.jamesmunns.com/wire-format>.
//!
//! These types are what crosses the boundary; what the host thinks with is `belljar-schema`.

mod bounded;
mod frame;
mod python;

use std::cell::Cell;

use serde::{Deserialize as _, de::Error as _};

use bounded::Bounded;
pub use frame::*;
pub use python::python_encoder;

/// Version of the protocol; a guest that speaks another one is refused.
pub const PROTOCOL: u32 = 2;

/// Memory that one frame may take when it is decoded, bytes: four times the largest on the wire. Bytes made for it take
/// up to thirty-two times their number.
pub const MOST_DECODED: usize = 64 << 20;

/// Decodes one frame. Bytes left over are an error, as is anything postcard refuses, and a frame that would take more
/// memory than [`MOST_DECODED`].
pub fn decode(bytes: &[u8]) -> Result<Frame, postcard::Error> {
    decode_within(bytes, MOST_DECODED).map(|(frame, _)| frame)
}

/// Decodes one frame that may take so many bytes of memory, and says how many it takes: itself, the elements of its
/// lists, and its texts. What a list has reserved beyond that is at most as much again.
pub fn decode_within(bytes: &[u8], most: usize) -> Result<(Frame, usize), postcard::Error> {
    let left = Cell::new(most.checked_sub(size_of::<Frame>()).ok_or_else(too_much)?);
    let mut reader = postcard::Deserializer::from_bytes(bytes);
    let frame = Frame::deserialize(Bounded::new(&mut reader, &left))?;
    if !reader.finalize()?.is_empty() {
        return Err(postcard::Error::DeserializeBadEncoding);
    }
    Ok((frame, most.saturating_sub(left.get())))
}

fn too_much() -> postcard::Error {
    postcard::Error::custom("too much memory")
}

/// Encodes one frame, as the guest does.
pub fn encode(frame: &Frame) -> Result<Vec<u8>, postcard::Error> {
    postcard::to_stdvec(frame)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes of a `Table` with so many columns that are nothing but zeros.
    fn hollow(columns: usize) -> Vec<u8> {
        let table = Table {
            serial: 0,
            metadata: String::new(),
            schema: None,
            name: String::new(),
            reasons: Vec::new(),
            place: None,
            columns: Vec::new(),
            primary_key: PrimaryKey { name: None, columns: Vec::new() },
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
        // The number of columns stands after the kind, the serial, two texts, two options, a list and another text.
        assert!(bytes.drain(7..).all(|byte| byte == 0));
        let mut number = columns;
        while number > 127 {
            bytes.push(u8::try_from(number % 128).unwrap() | 128);
            number /= 128;
        }
        bytes.push(u8::try_from(number).unwrap());
        bytes.resize(bytes.len() + 22 * columns + 10, 0);
        bytes
    }

    #[test]
    fn what_a_frame_takes_is_counted() {
        let bytes = hollow(100);
        let (frame, takes) = decode_within(&bytes, MOST_DECODED).unwrap();
        assert!(matches!(&frame, Frame::Table(table) if table.columns.len() == 100));
        assert_eq!(takes, size_of::<Frame>() + 100 * size_of::<Column>());
        assert!(decode_within(&bytes, takes).is_ok());
        assert_eq!(decode_within(&bytes, takes - 1), Err(too_much()));
    }

    #[test]
    fn texts_count_by_their_length() {
        let remark = |text: &str| {
            let remark = Remark { code: text.to_owned(), message: String::new(), place: None };
            decode_within(&encode(&Frame::Remark(remark)).unwrap(), MOST_DECODED).unwrap().1
        };
        assert_eq!(remark(&"x".repeat(1000)) - remark(""), 1000);
    }

    #[test]
    fn a_frame_that_takes_many_times_its_bytes_is_refused() {
        // 4 MiB on the wire, some 130 MiB in memory.
        let bytes = hollow((4 << 20) / 22);
        assert!(bytes.len() < (4 << 20) + 100 && size_of::<Column>() > 500);
        assert_eq!(decode(&bytes), Err(too_much()));
    }

    #[test]
    fn a_list_that_claims_more_than_there_is_fails() {
        let mut bytes = hollow(1);
        let end = bytes.len() - 20;
        bytes.truncate(end);
        assert_eq!(decode(&bytes), Err(postcard::Error::DeserializeUnexpectedEnd));
    }
}
