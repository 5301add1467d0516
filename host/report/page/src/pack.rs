//! The data of a page: a JSON object whose parts are base64 of compressed JSON.
//!
//! The only text in it that is not base64 is that of this crate, so no document can end the element that contains it.

use std::io::Write as _;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use flate2::{Compression, write::ZlibEncoder};
use serde::Serialize;

use crate::PageError;

/// A page that is being written.
pub(crate) struct Packer {
    out: String,
    is_first: bool,
}

impl Packer {
    /// A page that begins with this text.
    pub(crate) fn new(before: &str, format: &str) -> Self {
        let mut out = before.to_owned();
        out.push_str("{\"format\":\"");
        out.push_str(format);
        out.push_str("\",\"encoding\":\"deflate\",\"parts\":[");
        Self { out, is_first: true }
    }

    /// Adds a part.
    pub(crate) fn part(
        &mut self,
        kind: &str,
        side: Option<&str>,
        value: &impl Serialize,
    ) -> Result<(), PageError> {
        self.packed(kind, side, &serde_json::to_vec(value)?)
    }

    /// Adds a part that is JSON already.
    pub(crate) fn json(&mut self, kind: &str, json: &[u8]) -> Result<(), PageError> {
        self.packed(kind, None, json)
    }

    fn packed(&mut self, kind: &str, side: Option<&str>, json: &[u8]) -> Result<(), PageError> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(json)?;
        let packed = encoder.finish()?;
        self.out.push_str(if self.is_first { "{\"kind\":\"" } else { ",{\"kind\":\"" });
        self.is_first = false;
        self.out.push_str(kind);
        if let Some(side) = side {
            self.out.push_str("\",\"side\":\"");
            self.out.push_str(side);
        }
        self.out.push_str("\",\"data\":\"");
        STANDARD.encode_string(packed, &mut self.out);
        self.out.push_str("\"}");
        Ok(())
    }

    /// The whole page, which ends with this text.
    pub(crate) fn finish(mut self, after: &str) -> Vec<u8> {
        self.out.push_str("]}");
        self.out.push_str(after);
        self.out.into_bytes()
    }
}
