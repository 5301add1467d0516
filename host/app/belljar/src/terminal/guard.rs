//! The only way to a terminal or a log. All output passes through [`Guard`], so that no line is a command to its
//! reader.
//!
//! A process that runs guests is not trusted either: its answer passes through here too, in the parent process.
//!
//! Texts of a repository are escaped where a message quotes them ([`safe`](belljar_text::safe)). This escapes what was
//! omitted there, and what only a whole line shows. A CI system reads both streams, and interprets some lines as
//! commands.

use std::{
    borrow::Cow,
    fmt,
    io::{self, Write},
};

use anstream::{AutoStream, ColorChoice, adapter::strip_bytes};
use belljar_text::{is_unsafe, without_commands};

/// Prefixes of lines at which Buildkite folds a log.
const FOLDS: [&str; 4] = ["--- ", "+++ ", "~~~ ", "^^^ "];

/// The maximum length of an escape sequence for colours, in bytes.
const LONGEST_COLOUR: usize = 24;

/// Prefixes of lines that make an annotation on GitHub, and nothing else.
const ANNOTATIONS: [&str; 3] = ["::error ", "::warning ", "::notice "];

/// The lines of a text that its reader may interpret as commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Obeyed {
    Nothing,
    /// The annotations that [`belljar_check::render::github`] writes.
    Annotations,
}

/// Writes lines, with every command in them escaped.
#[derive(Debug)]
pub(crate) struct Guard<W: Write> {
    out: W,
    /// Whether colours are kept, because a terminal shows them.
    colours: bool,
    obeyed: Obeyed,
    line: Vec<u8>,
}

impl<W: Write> Guard<W> {
    pub(crate) const fn new(out: W, choice: ColorChoice, obeyed: Obeyed) -> Self {
        Self { out, colours: !matches!(choice, ColorChoice::Never), obeyed, line: Vec::new() }
    }

    /// Writes the collected line. Colours are removed first, as the text around them could join to a command.
    fn line(&mut self) -> io::Result<()> {
        if !self.colours && self.line.contains(&0x1b) {
            self.line = strip_bytes(&self.line).into_vec();
        }
        let result = self.out.write_all(&harmless(&self.line, self.obeyed));
        self.line.clear();
        result
    }
}

impl<W: Write> Write for Guard<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            if let Some(end) = piece.strip_suffix(b"\n") {
                self.line.extend_from_slice(end);
                self.line()?;
                self.out.write_all(b"\n")?;
            } else {
                self.line.extend_from_slice(piece);
            }
        }
        Ok(bytes.len())
    }

    /// Writes the rest, which has no line end.
    fn flush(&mut self) -> io::Result<()> {
        self.line()?;
        self.out.flush()
    }
}

/// A line without its end.
fn harmless(line: &[u8], obeyed: Obeyed) -> Cow<'_, [u8]> {
    if is_plain(line) {
        return Cow::Borrowed(line);
    }
    let text = without_commands(visible(&String::from_utf8_lossy(line)));
    let is_annotation =
        obeyed == Obeyed::Annotations && ANNOTATIONS.iter().any(|annotation| text.starts_with(annotation));
    Cow::Owned(if is_annotation { text } else { escape_start(text) }.into_bytes())
}

/// Whether nothing in a line can be a command, which is so for nearly every line.
fn is_plain(line: &[u8]) -> bool {
    let first = line.iter().find(|byte| **byte != b' ');
    line.iter().all(|byte| (0x20..0x7f).contains(byte))
        && !first.is_some_and(|byte| b":-+~^".contains(byte))
        && !line.windows(2).any(|pair| pair == b"##")
        && !line
            .windows(5)
            .any(|five| five == b"_fold" || five == b"_time" || five == b"_star" || five == b"_end:")
}

/// A line with everything escaped that a terminal interprets, except colours.
fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let length = colour(rest).unwrap_or(letter.len_utf8());
        let (this, after) = rest.split_at(length);
        if is_unsafe(letter) && letter != '\t' && length == letter.len_utf8() {
            out.extend(letter.escape_unicode());
        } else {
            out.push_str(this);
        }
        rest = after;
    }
    out
}

/// The length of a sequence that sets colours, if a text begins with one.
fn colour(text: &str) -> Option<usize> {
    let inside = text.strip_prefix("\u{1b}[")?;
    let end = inside
        .find(|letter: char| !letter.is_ascii_digit() && letter != ';')
        .filter(|end| *end < LONGEST_COLOUR)?;
    inside.get(end..)?.starts_with('m').then_some(end + 3)
}

/// Escapes the character that makes a line a command: `::` after blanks (GitHub), or the prefix of a fold.
fn escape_start(text: String) -> String {
    let mut rest = text.as_str();
    loop {
        let trimmed = rest.trim_start();
        let Some(length) = colour(trimmed) else {
            rest = trimmed;
            break;
        };
        rest = trimmed.get(length..).unwrap_or_default();
    }
    let is_command = rest.strip_prefix("::").is_some_and(|command| command.contains("::"));
    let is_fold = FOLDS.iter().any(|fold| text.starts_with(fold));
    let Some(sign) = rest.chars().next().filter(|_| is_command || is_fold) else { return text };
    let before = text.get(..text.len() - rest.len()).unwrap_or_default();
    let after = rest.get(sign.len_utf8()..).unwrap_or_default();
    format!("{before}{}{after}", sign.escape_unicode())
}

/// Writes a line to standard error.
pub(crate) fn write_line(text: fmt::Arguments<'_>) {
    write_text(&format!("{text}\n"));
}

/// Writes lines to standard error. Errors are ignored, as there is nowhere to report them.
pub(crate) fn write_text(text: &str) {
    let raw = io::stderr();
    let choice = AutoStream::choice(&raw);
    let mut out = Guard::new(raw.lock(), choice, Obeyed::Nothing);
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn through(text: &str) -> String {
        through_with(text, Obeyed::Nothing)
    }

    fn through_with(text: &str, obeyed: Obeyed) -> String {
        let mut out = Vec::new();
        let mut guard = Guard::new(&mut out, ColorChoice::Always, obeyed);
        // However it is cut.
        text.as_bytes().chunks(3).for_each(|chunk| guard.write_all(chunk).unwrap());
        guard.flush().unwrap();
        drop(guard);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn no_line_is_obeyed() {
        for (text, expected) in [
            ("::error::x\n", "\\u{3a}:error::x\n"),
            (" \u{3000}::stop-commands::x\n", " \\u{3000}::stop-commands::x\n"),
            ("a\n  ::add-mask::x", "a\n  \\u{3a}:add-mask::x"),
            ("a\r::error::x\n", "a\\u{d}::error::x\n"),
            ("\u{1b}[31m::error::x\n", "\u{1b}[31m\\u{3a}:error::x\n"),
            ("\u{1b}[2J\u{1b}]0;t\u{7}\n", "\\u{1b}[2J\\u{1b}]0;t\\u{7}\n"),
            ("x ##[stop-commands]y\n", "x #\\u{23}[stop-commands]y\n"),
            ("x section_start:1:a\n", "x section_start\\u{3a}1:a\n"),
            ("x travis_fold:start:a\n", "x travis_fold\\u{3a}start:a\n"),
            ("--- a\n+++ b\n", "\\u{2d}-- a\n\\u{2b}++ b\n"),
            ("bad \u{202e}flip\n", "bad \\u{202e}flip\n"),
            ("\x1b[0123456789012345678901234567890m", "\\u{1b}[0123456789012345678901234567890m"),
        ] {
            assert_eq!(through(text), expected);
        }
    }

    #[test]
    fn annotations_are_all_that_is_obeyed_where_they_are_asked_for() {
        let annotation =
            "::error file=a.py,line=1,title=x::message\n::notice title=x::y\n::warning title=x::y\n";
        assert_eq!(through_with(annotation, Obeyed::Annotations), annotation);
        assert_ne!(through(annotation), annotation);
        for (text, expected) in [
            ("::add-mask::x\n", "\\u{3a}:add-mask::x\n"),
            ("::stop-commands::error\n", "\\u{3a}:stop-commands::error\n"),
            ("::set-env name=PATH::x\n", "\\u{3a}:set-env name=PATH::x\n"),
            ("  ::save-state name=a::b\n", "  \\u{3a}:save-state name=a::b\n"),
            ("::error title=x::##[stop-commands]y\n", "::error title=x::#\\u{23}[stop-commands]y\n"),
            ("::error title=x::y\r::add-mask::x\n", "::error title=x::y\\u{d}::add-mask::x\n"),
        ] {
            assert_eq!(through_with(text, Obeyed::Annotations), expected);
        }
    }

    #[test]
    fn invisible_colours_are_removed_first() {
        let mut out = Vec::new();
        let mut guard = Guard::new(&mut out, ColorChoice::Never, Obeyed::Nothing);
        guard.write_all(b"\x1b[1mbold\x1b[0m #\x1b[0m#[error]x\n\x1b[0m::error::x\n").unwrap();
        drop(guard);
        assert_eq!(out, b"bold #\\u{23}[error]x\n\\u{3a}:error::x\n");
    }

    #[test]
    fn what_means_nothing_is_left_as_it_is() {
        for text in [
            "a: b\n\tc\n",
            "SELECT a\n  ::integer\n",
            "-- comment\n",
            "--------\n- item\n",
            "#### heading\n",
            "Größe 表 🦀\n",
            "\u{1b}[1;31merror:\u{1b}[0m x\n",
            "a::b::c\n",
            "no end",
            "",
        ] {
            assert_eq!(through(text), text);
        }
    }
}
