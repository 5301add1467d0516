//! YAML 1.2 with places, in its core schema: `on`, `off`, `yes` and `no` are strings. Anchors, aliases and tags are errors, so
//! a text never stands for more than it contains.

use std::borrow::Cow;

use granit_parser::{Event, Parser, ScalarStyle, Span};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::{
    text::{DEEPEST, Wrong, number},
    walk::Value,
};

/// Parses a text with one document whose root is a mapping, or nothing.
pub(crate) fn parse(text: &str) -> Result<DeTable<'_>, Wrong> {
    let mut reader = Reader { parser: Parser::new_from_str(text) };
    let mut root = None;
    loop {
        let (event, start) = reader.next()?;
        match event {
            Event::StreamEnd => return Ok(root.unwrap_or_default()),
            Event::StreamStart | Event::DocumentEnd => {}
            Event::DocumentStart(..) if root.is_some() => {
                return Err(Wrong::new(start, "it has more than one document"));
            }
            Event::DocumentStart(..) => root = Some(DeTable::new()),
            event => {
                root = match reader.value(event, start, 0)?.map(Spanned::into_inner) {
                    Some(DeValue::Table(table)) => Some(table),
                    None => Some(DeTable::new()),
                    Some(_) => return Err(Wrong::new(start, "the configuration must be a mapping")),
                }
            }
        }
    }
}

struct Reader<'a> {
    parser: Parser<'a, granit_parser::StrInput<'a>>,
}

impl<'a> Reader<'a> {
    /// The next event that is not a comment, with its position.
    fn next(&mut self) -> Result<(Event<'a>, usize), Wrong> {
        let place = |span: &Span| span.start.byte_offset().unwrap_or(0);
        loop {
            match self.parser.next() {
                Some(Ok((event, span))) if is_comment(&event) => drop((event, span)),
                Some(Ok((event, span))) => return Ok((event, place(&span))),
                Some(Err(error)) => {
                    let message = error.to_string();
                    let message = message.lines().next().unwrap_or_default().to_owned();
                    return Err(Wrong::new(error.marker().byte_offset().unwrap_or(0), message));
                }
                None => return Ok((Event::StreamEnd, 0)),
            }
        }
    }

    /// The value that begins with an event; `None` for one that is empty, which stands for a value that is not set.
    fn value(&mut self, event: Event<'a>, start: usize, depth: usize) -> Result<Option<Value<'a>>, Wrong> {
        if depth > DEEPEST {
            return Err(Wrong::new(start, format!("it is nested more than {DEEPEST} levels deep")));
        }
        let plain = |anchor: usize, has_tag: bool| match (anchor, has_tag) {
            (0, false) => Ok(()),
            (0, true) => Err(Wrong::new(start, "tags are not supported")),
            _ => Err(Wrong::new(start, "anchors are not supported")),
        };
        let value = match event {
            Event::Scalar(text, style, anchor, tag) => {
                plain(anchor, tag.is_some())?;
                match scalar(text, style) {
                    Some(value) => value,
                    None => return Ok(None),
                }
            }
            Event::SequenceStart(_, anchor, tag) => {
                plain(anchor, tag.is_some())?;
                DeValue::Array(self.list(depth)?.into_iter().collect())
            }
            Event::MappingStart(_, anchor, tag) => {
                plain(anchor, tag.is_some())?;
                DeValue::Table(self.mapping(depth)?)
            }
            _ => return Err(Wrong::new(start, "aliases are not supported")),
        };
        Ok(Some(Spanned::new(start..start + 1, value)))
    }

    fn list(&mut self, depth: usize) -> Result<Vec<Value<'a>>, Wrong> {
        let mut items = Vec::new();
        loop {
            let (event, start) = self.next()?;
            if event == Event::SequenceEnd {
                return Ok(items);
            }
            let item = self.value(event, start, depth + 1)?;
            items.push(item.ok_or_else(|| Wrong::new(start, "a list can't contain an empty value"))?);
        }
    }

    fn mapping(&mut self, depth: usize) -> Result<DeTable<'a>, Wrong> {
        let mut table = DeTable::new();
        loop {
            let (event, start) = self.next()?;
            let name = match event {
                Event::MappingEnd => return Ok(table),
                Event::Scalar(name, _, 0, None) => name,
                _ => return Err(Wrong::new(start, "a key must be a string")),
            };
            let (event, place) = self.next()?;
            let value = self.value(event, place, depth + 1)?;
            if table.contains_key(name.as_ref()) {
                return Err(Wrong::new(start, format!("duplicate key `{name}`")));
            }
            if let Some(value) = value {
                table.insert(Spanned::new(start..start + name.len(), name), value);
            }
        }
    }
}

/// Whether an event is no part of the data: a comment, which the parser only has with a feature of its crate.
const fn is_comment(event: &Event<'_>) -> bool {
    !matches!(
        event,
        Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(..)
            | Event::DocumentEnd
            | Event::Alias(_)
            | Event::UnresolvedAlias(_)
            | Event::Scalar(..)
            | Event::SequenceStart(..)
            | Event::SequenceEnd
            | Event::MappingStart(..)
            | Event::MappingEnd
    )
}

/// A scalar of the core schema; `None` for null.
fn scalar(text: Cow<'_, str>, style: ScalarStyle) -> Option<DeValue<'_>> {
    if style != ScalarStyle::Plain {
        return Some(DeValue::String(text));
    }
    match text.as_ref() {
        "" | "~" | "null" | "Null" | "NULL" => None,
        "true" | "True" | "TRUE" => Some(DeValue::Boolean(true)),
        "false" | "False" | "FALSE" => Some(DeValue::Boolean(false)),
        _ => Some(match text {
            Cow::Borrowed(plain) => number(plain).unwrap_or(DeValue::String(text)),
            // Of several lines, or with an escape: no number.
            Cow::Owned(_) => DeValue::String(text),
        }),
    }
}
