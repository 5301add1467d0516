use std::io::{self, Write};

use serde::Serialize;
use serde_json::{
    Serializer,
    ser::{CompactFormatter, Formatter, PrettyFormatter},
};

use super::safe::{commands, is_unsafe};

/// A value as indented JSON. Characters that affect a terminal or a CI system are escaped: JSON itself requires that
/// only for some.
pub fn json(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(&mut *out, Safe(PrettyFormatter::new())))?;
    writeln!(out)
}

/// A value as JSON in one line.
pub fn json_line(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(&mut *out, Safe(CompactFormatter)))?;
    writeln!(out)
}

/// A formatter that escapes such characters; a parser gets the same strings.
struct Safe<F>(F);

impl<F: Formatter> Formatter for Safe<F> {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, text: &str) -> io::Result<()> {
        let obeyed = commands(text);
        let mut done = 0;
        for (at, character) in text.char_indices() {
            if !is_unsafe(character) && obeyed.binary_search(&at).is_err() {
                continue;
            }
            out.write_all(text.get(done..at).unwrap_or_default().as_bytes())?;
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            done = at + character.len_utf8();
        }
        out.write_all(text.get(done..).unwrap_or_default().as_bytes())
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

    use super::{json, json_line};

    #[test]
    fn what_a_ci_system_would_obey_is_escaped_and_comes_back() {
        let value = vec!["##[stop-commands]x", "a##vso[x]", "section_start:1:x", "##", "[x]"];
        let mut out = Vec::new();
        json_line(&mut out, &value).unwrap();
        let shown = String::from_utf8(out).unwrap();
        assert_eq!(
            shown,
            "[\"#\\u0023[stop-commands]x\",\"a#\\u0023vso[x]\",\"section_start\\u003a1:x\",\"##\",\"[x]\"]\n"
        );
        assert_eq!(serde_json::from_str::<Vec<String>>(&shown).unwrap(), value);
    }

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
