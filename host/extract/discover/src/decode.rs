use std::borrow::Cow;

/// Why bytes can't be decoded as Python source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DecodeError {
    /// Neither UTF-8 nor declared as another encoding; the line with the first invalid byte.
    NotUtf8 { line: u32 },
    /// Declared in an encoding of which only ASCII is supported, with other characters.
    Unknown { encoding: String },
    /// Declared to be in an encoding that Python has not, or that makes another text of it than anybody reads.
    Refused { encoding: String },
}

/// The text of a Python file, by the rules of PEP 263: a byte order mark, a coding cookie, or else UTF-8.
///
/// Of other encodings only the Latin ones are supported, and all of them are decoded as ISO 8859-1: line numbers and
/// ASCII names are correct, and only letters inside strings may differ.
pub(crate) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, DecodeError> {
    let (whole, bytes) = (bytes, bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes));
    match cookie(bytes) {
        None => {}
        Some(encoding) if is_utf8(&encoding) => {}
        // After a byte order mark Python accepts only UTF-8.
        Some(encoding) if refused(whole).is_some() => return Err(DecodeError::Refused { encoding }),
        Some(_) if bytes.is_ascii() => {}
        Some(encoding) if is_latin(&encoding) => return Ok(bytes.iter().copied().map(char::from).collect()),
        Some(encoding) => return Err(DecodeError::Unknown { encoding }),
    }
    std::str::from_utf8(bytes)
        .map(Cow::Borrowed)
        .map_err(|error| DecodeError::NotUtf8 { line: line_of(bytes, error.valid_up_to()) })
}

/// The declared encoding, if Python rejects it or decodes another text.
pub(crate) fn refused(bytes: &[u8]) -> Option<String> {
    let marked = bytes.starts_with(b"\xef\xbb\xbf");
    cookie(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes))
        .filter(|encoding| !is_utf8(encoding) && (marked || !is_known(encoding)))
}

/// The encoding that a comment in one of the first two lines declares, in lower case with dashes. The second line
/// counts if the first has only a comment.
fn cookie(bytes: &[u8]) -> Option<String> {
    for line in bytes.split(|byte| matches!(byte, b'\n' | b'\r')).take(2) {
        let line = line.trim_ascii_start();
        let Some(comment) = line.strip_prefix(b"#") else {
            if line.is_empty() {
                continue;
            }
            return None;
        };
        if let Some(name) = declared(&String::from_utf8_lossy(comment)) {
            return Some(name.to_ascii_lowercase().replace('_', "-"));
        }
    }
    None
}

/// The text after the first `coding:` or `coding=` with a name.
fn declared(comment: &str) -> Option<&str> {
    comment.match_indices("coding").find_map(|(at, word)| {
        let value = comment.get(at + word.len()..)?.strip_prefix([':', '='])?.trim_start_matches([' ', '\t']);
        let end = value
            .find(|letter: char| !letter.is_ascii_alphanumeric() && !matches!(letter, '-' | '_' | '.'))
            .unwrap_or(value.len());
        value.get(..end).filter(|name| !name.is_empty())
    })
}

fn is_utf8(encoding: &str) -> bool {
    matches!(encoding, "utf-8" | "utf8" | "u8" | "utf" | "cp65001" | "utf-8-sig" | "utf8-ucs2" | "utf8-ucs4")
        || encoding.starts_with("utf-8-")
}

fn is_latin(encoding: &str) -> bool {
    const NAMES: [&str; 8] = ["latin", "l1", "latin1", "ascii", "us-ascii", "646", "8859", "cp819"];
    NAMES.contains(&encoding)
        || ["latin-", "latin1-", "iso-8859", "iso8859", "cp125", "windows-125"]
            .iter()
            .any(|prefix| encoding.starts_with(prefix))
}

/// Python's encodings in which ASCII bytes have their usual meaning.
fn is_known(encoding: &str) -> bool {
    const NAMES: [&str; 21] = [
        "big5",
        "big5-hkscs",
        "big5hkscs",
        "euc-jp",
        "eucjp",
        "euc-kr",
        "euckr",
        "gb18030",
        "gb2312",
        "gbk",
        "cp936",
        "koi8-r",
        "koi8-u",
        "tis-620",
        "mac-roman",
        "macroman",
        "mac-cyrillic",
        "shift-jis",
        "sjis",
        "cp932",
        "ptcp154",
    ];
    const PAGES: [&str; 18] = [
        "cp437", "cp737", "cp775", "cp850", "cp852", "cp855", "cp857", "cp858", "cp860", "cp861", "cp862",
        "cp863", "cp865", "cp866", "cp869", "cp874", "cp949", "cp950",
    ];
    is_latin(encoding) || NAMES.contains(&encoding) || PAGES.contains(&encoding)
}

/// The line of a byte offset, counted from 1.
pub(crate) fn line_of(bytes: &[u8], offset: usize) -> u32 {
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
    fn what_python_refuses_or_reads_otherwise_is_refused() {
        for encoding in [
            "nonsense",
            "utf-7",
            "UTF_7",
            "rot13",
            "unicode_escape",
            "raw-unicode-escape",
            "hex",
            "utf-16",
            "idna",
            "hz",
        ] {
            let lower = encoding.to_lowercase().replace('_', "-");
            let text = format!("# -*- coding: {encoding} -*-\nx = 1\n");
            assert_eq!(decode(text.as_bytes()), Err(DecodeError::Refused { encoding: lower.clone() }));
            assert_eq!(
                decode(format!("\n{text}").as_bytes()),
                Err(DecodeError::Refused { encoding: lower.clone() })
            );
            // Carriage returns end lines, and the first declaration with a name applies.
            let other = format!("# a\r# coding coding: {encoding}\r");
            assert_eq!(decode(other.as_bytes()), Err(DecodeError::Refused { encoding: lower }));
            // After a statement it is an ordinary comment.
            assert!(decode(format!("x = 1\n{text}").as_bytes()).is_ok());
        }
        assert_eq!(
            decode(b"\xef\xbb\xbf# coding: latin-1\n"),
            Err(DecodeError::Refused { encoding: "latin-1".to_owned() })
        );
        for encoding in ["utf-8", "UTF8", "utf-8-unix", "ascii", "cp1252", "gbk", "latin1"] {
            assert!(decode(format!("# coding={encoding}\nx = 1\n").as_bytes()).is_ok(), "{encoding}");
        }
        assert_eq!(
            decode("# coding: latin-1\n'é'".as_bytes()).unwrap(),
            "# coding: latin-1\n'Ã©'",
            "as Python has it"
        );
    }

    #[test]
    fn anything_else_is_named_with_its_line() {
        assert_eq!(decode(b"x = 1\ny = '\xff'"), Err(DecodeError::NotUtf8 { line: 2 }));
        assert_eq!(decode(b"\n\n# coding: latin-1\n'\xff'"), Err(DecodeError::NotUtf8 { line: 4 }));
    }
}
