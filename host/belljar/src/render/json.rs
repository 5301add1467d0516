use std::io::{self, Write};

use belljar_diff::render::is_unsafe;
use serde::Serialize;
use serde_json::{
    Serializer,
    ser::{Formatter, PrettyFormatter},
};

/// A value as JSON, in lines. What a terminal would obey is escaped: JSON itself only asks for that of some.
pub(crate) fn json(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(&mut *out, Safe(PrettyFormatter::new())))?;
    writeln!(out)
}

/// The same on one line.
pub(crate) fn json_line(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(&mut *out, SafeLine))?;
    writeln!(out)
}

/// What `serde_json` writes by itself, with texts as they are shown.
struct SafeLine;

impl Formatter for SafeLine {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, text: &str) -> io::Result<()> {
        fragment(out, text)
    }
}

/// A part of a text, in which what a terminal would obey is escaped.
fn fragment<W: ?Sized + Write>(out: &mut W, text: &str) -> io::Result<()> {
    let mut rest = text;
    while let Some((position, character)) = rest.char_indices().find(|(_, found)| is_unsafe(*found)) {
        let (before, after) = rest.split_at(position);
        out.write_all(before.as_bytes())?;
        for unit in character.encode_utf16(&mut [0; 2]) {
            write!(out, "\\u{unit:04x}")?;
        }
        rest = after.split_at(character.len_utf8()).1;
    }
    out.write_all(rest.as_bytes())
}

/// [`PrettyFormatter`], with texts as they are shown; a reader gets the same from both.
struct Safe<'a>(PrettyFormatter<'a>);

impl Formatter for Safe<'_> {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, text: &str) -> io::Result<()> {
        fragment(out, text)
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::json;

    #[test]
    fn what_a_terminal_would_obey_is_escaped_and_comes_back() {
        let text = "\x1b[31m \u{9b}2J \u{7f} \u{202e} \u{feff} \" \\ Größe 表 🦀";
        let value = BTreeMap::from([(text, vec![text, ""]), ("empty", vec![])]);
        let mut out = Vec::new();
        json(&mut out, &value).unwrap();
        let shown = String::from_utf8(out).unwrap();
        assert!(shown.contains(r"\u001b[31m \u009b2J \u007f \u202e \ufeff"), "{shown}");
        assert!(shown.contains("Größe 表 🦀"), "what is only foreign stays: {shown}");
        assert_eq!(shown.chars().filter(|found| super::is_unsafe(*found) && *found != '\n').count(), 0);
        let back: BTreeMap<String, Vec<String>> = serde_json::from_str(&shown).unwrap();
        assert_eq!(serde_json::to_value(&back).unwrap(), serde_json::to_value(&value).unwrap());
        assert_eq!(
            shown,
            format!("{}\n", serde_json::to_string_pretty(&value).unwrap())
                .replace('\u{9b}', r"\u009b")
                .replace('\u{7f}', r"\u007f")
                .replace('\u{202e}', r"\u202e")
                .replace('\u{feff}', r"\ufeff"),
            "else as serde_json has it"
        );
    }
}
