use std::borrow::Cow;

/// Why bytes are not Python text that can be read here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DecodeError {
    /// Neither UTF-8 nor declared to be anything else; the line with the first wrong byte.
    NotUtf8 { line: u32 },
    /// Declared to be in an encoding that is not known here.
    Unknown { encoding: String },
}

/// The text of a Python file, by the rules of PEP 263: a byte order mark, a coding cookie, or else UTF-8.
///
/// Of the other encodings only the Latin ones are known, and all of them are read as ISO 8859-1: line numbers
/// and ASCII names are right in each of them, and only letters inside texts may differ.
pub(crate) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, DecodeError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(Cow::Borrowed(text)),
        Err(error) => error,
    };
    match cookie(bytes) {
        Some(encoding) if is_latin(&encoding) => Ok(bytes.iter().copied().map(char::from).collect()),
        Some(encoding) if !matches!(encoding.as_str(), "utf-8" | "utf8" | "utf-8-sig") => {
            Err(DecodeError::Unknown { encoding })
        }
        _ => Err(DecodeError::NotUtf8 { line: line_of(bytes, error.valid_up_to()) }),
    }
}

/// The encoding that a comment in one of the first two lines declares, in lower case with dashes.
fn cookie(bytes: &[u8]) -> Option<String> {
    bytes.split(|byte| *byte == b'\n').take(2).find_map(|line| {
        let line = line.trim_ascii_start();
        let comment = std::str::from_utf8(line.strip_prefix(b"#")?).ok()?;
        let (_, rest) = comment.split_once("coding")?;
        let value = rest.strip_prefix([':', '='])?.trim_start_matches([' ', '\t']);
        let end = value
            .find(|letter: char| !letter.is_ascii_alphanumeric() && !matches!(letter, '-' | '_' | '.'))
            .unwrap_or(value.len());
        let name = value.get(..end).filter(|name| !name.is_empty())?;
        Some(name.to_ascii_lowercase().replace('_', "-"))
    })
}

fn is_latin(encoding: &str) -> bool {
    ["latin", "iso-8859", "iso8859", "cp125", "windows-125", "l1"]
        .iter()
        .any(|prefix| encoding.starts_with(prefix))
        || matches!(encoding, "ascii" | "us-ascii")
}

fn line_of(bytes: &[u8], offset: usize) -> u32 {
    let before = bytes.get(..offset).unwrap_or(bytes);
    u32::try_from(memchr::memchr_iter(b'\n', before).count()).unwrap_or(u32::MAX).saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf8_with_and_without_a_mark() {
        assert_eq!(decode("é = 1".as_bytes()).unwrap(), "é = 1");
        assert_eq!(decode(b"\xef\xbb\xbfx = 1").unwrap(), "x = 1");
    }

    #[test]
    fn a_cookie_is_honoured_in_the_first_two_lines() {
        assert_eq!(decode(b"# -*- coding: latin-1 -*-\nx = '\xe9'").unwrap().chars().last(), Some('\''));
        assert_eq!(decode(b"#!/bin/sh\n# vim: fileencoding=ISO_8859_1\n'\xe9'").unwrap().lines().count(), 3);
        assert_eq!(
            decode(b"# coding: koi8-r\n'\xe9'"),
            Err(DecodeError::Unknown { encoding: "koi8-r".to_owned() })
        );
    }

    #[test]
    fn anything_else_is_named_with_its_line() {
        assert_eq!(decode(b"x = 1\ny = '\xff'"), Err(DecodeError::NotUtf8 { line: 2 }));
        assert_eq!(decode(b"\n\n# coding: latin-1\n'\xff'"), Err(DecodeError::NotUtf8 { line: 4 }));
    }
}
