//! Decodes frames, and knows before it does what they will take.

use postcard::{Deserializer, Error, Result, de_flavors::Flavor};
use serde::Deserialize as _;

use crate::Frame;

/// What one byte of a frame that is no text may become in memory, bytes: an empty text is one byte on the wire and
/// three words here, a `None` as large as what it is none of, and a list that grows takes up to twice its length. A
/// test compares it with every type that a list can hold.
const WEIGHT: usize = 100;

/// A frame with the most bytes of memory it may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The frame.
    pub frame: Frame,
    /// Bytes of memory, at most.
    pub weight: usize,
}

/// Decodes one frame that may take so many bytes of memory; a guest makes large what is small on the wire. `None`
/// where it would take more.
///
/// # Errors
///
/// Anything postcard refuses, and bytes left over.
pub fn decode(bytes: &[u8], budget: usize) -> Result<Option<Decoded>> {
    let mut over = false;
    let source = Weighed { rest: bytes, left: budget, over: &mut over };
    let mut deserializer = Deserializer::from_flavor(source);
    let frame = Frame::deserialize(&mut deserializer).and_then(|frame| {
        let (rest, left) = deserializer.finalize()?;
        let weight = budget.saturating_sub(left);
        if rest.is_empty() { Ok(Decoded { frame, weight }) } else { Err(Error::DeserializeBadEncoding) }
    });
    match frame {
        Err(_) if over => Ok(None),
        frame => frame.map(Some),
    }
}

/// A slice that counts what is taken from it.
struct Weighed<'de> {
    rest: &'de [u8],
    left: usize,
    over: &'de mut bool,
}

impl Weighed<'_> {
    fn charge(&mut self, weight: usize) -> Result<()> {
        let Some(left) = self.left.checked_sub(weight) else {
            *self.over = true;
            return Err(Error::DeserializeUnexpectedEnd);
        };
        self.left = left;
        Ok(())
    }
}

impl<'de> Flavor<'de> for Weighed<'de> {
    type Remainder = (&'de [u8], usize);
    type Source = &'de [u8];

    fn pop(&mut self) -> Result<u8> {
        let (first, rest) = self.rest.split_first().ok_or(Error::DeserializeUnexpectedEnd)?;
        self.charge(WEIGHT)?;
        self.rest = rest;
        Ok(*first)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }

    fn try_take_n(&mut self, count: usize) -> Result<&'de [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(Error::DeserializeUnexpectedEnd)?;
        self.charge(count)?;
        self.rest = rest;
        Ok(taken)
    }

    fn finalize(self) -> Result<Self::Remainder> {
        Ok((self.rest, self.left))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Done, Remark, StatementSkipped, encode};

    fn skipped(names: usize) -> Vec<u8> {
        encode(&Frame::StatementSkipped(StatementSkipped {
            module: "m".into(),
            path: "p".into(),
            line: 1,
            end_line: 1,
            names: vec![String::new(); names],
            error: "E".into(),
            message: String::new(),
        }))
        .unwrap()
    }

    #[test]
    fn a_frame_weighs_what_it_takes() {
        let weight = |names| decode(&skipped(names), usize::MAX).unwrap().unwrap().weight;
        assert_eq!(weight(1100) - weight(1000), 100 * WEIGHT);
        let text = |message: &str| {
            let frame = Frame::Remark(Remark { code: String::new(), message: message.into(), place: None });
            decode(&encode(&frame).unwrap(), usize::MAX).unwrap().unwrap().weight
        };
        assert_eq!(text("abcd") - text("a"), 3, "a text is as long as it is");
    }

    #[test]
    fn what_would_take_more_is_not_made() {
        let bytes = skipped(1000);
        let weight = decode(&bytes, usize::MAX).unwrap().unwrap().weight;
        assert!(decode(&bytes, weight).unwrap().is_some(), "the control: it fits exactly");
        assert_eq!(decode(&bytes, weight - 1), Ok(None));
        assert!(decode(&bytes[..bytes.len() - 1], usize::MAX).is_err(), "cut short is another thing");
        let more = [bytes, vec![0]].concat();
        assert!(decode(&more, usize::MAX).is_err(), "and so are bytes left over");
    }

    /// For every type a list holds: its size, doubled for a list that grows, is not more than what its shortest wire
    /// form is charged.
    #[test]
    fn nothing_takes_more_than_it_is_charged() {
        macro_rules! check {
            ($($ty:ty),+) => { $({
                let zeros = [0; 64];
                let (_, rest) = postcard::take_from_bytes::<$ty>(&zeros).unwrap();
                let wire = zeros.len() - rest.len();
                let size = size_of::<$ty>();
                assert!(wire > 0 && 2 * size <= wire * WEIGHT, "{}: {size} from {wire}", stringify!($ty));
            })+ };
        }
        check!(
            String,
            u64,
            crate::Table,
            crate::Column,
            crate::UniqueConstraint,
            crate::ForeignKeyConstraint
        );
        check!(crate::NamedSql, crate::Index, crate::IndexElement, crate::Entry, crate::Reason);
        check!(crate::ForeignKey, crate::Class, crate::ClassRef, crate::ColumnAttribute, crate::Relationship);
        check!(crate::Property, crate::PlainClass, crate::DeclaredSequence, crate::View, crate::ViewColumn);
        check!(crate::Object, crate::NamedType, crate::Unresolved, crate::Ddl, Remark, crate::Guess);
        check!(StatementSkipped, crate::ModuleStarted, crate::ModuleFailed, crate::StandIn, Done);
    }
}
