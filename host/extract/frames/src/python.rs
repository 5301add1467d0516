//! Writes the Python encoder for [`Frame`](crate::Frame) from the schema of the type.

use std::fmt::Write as _;

use postcard_schema::{
    Schema,
    schema::{DataModelType, DataModelVariant, NamedType, NamedValue, NamedVariant},
};

use crate::{Frame, PROTOCOL};

const PRELUDE: &str = r#""""The frames a guest sends, with their postcard encoding.

Generated from the Rust types in `host/extract/frames`; do not edit. `make frames` rewrites it.
"""

from dataclasses import dataclass


def _varint(out: bytearray, value: int) -> None:
    """Append an unsigned LEB128 number."""
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)


def _zigzag(out: bytearray, value: int) -> None:
    """Append a signed 64-bit number, zigzag first; values beyond that range are clamped."""
    value = max(-(1 << 63), min((1 << 63) - 1, value))
    _varint(out, (value << 1) ^ (value >> 63))


#: Encoded strings, since names, types and paths repeat from column to column.
_encoded: dict[str, bytes] = {}


def _text(out: bytearray, value: str) -> None:
    """Append a string; lone surrogates, which UTF-8 does not have, are escaped."""
    is_plain = type(value) is str  # a subclass may have a hash of its own
    data = _encoded.get(value) if is_plain else None
    if data is None:
        text = value.encode("utf-8", "backslashreplace")
        head = bytearray()
        _varint(head, len(text))
        data = bytes(head) + text
        if is_plain and len(text) < 200 and len(_encoded) < 10_000:
            _encoded[value] = data
    out += data
"#;

/// The text of `guest/belljar_guest/frames.py`.
///
/// Only what the frames use of postcard's data model is supported: structs, one enum of newtype variants,
/// `Option`, `Vec`, strings, booleans, `u32`, `u64` and `i64`. Anything else makes a `raise` in the output, so
/// that the guest fails at import and not in the middle of a run.
pub fn python_encoder() -> String {
    let mut out = format!("{PRELUDE}\n\nPROTOCOL = {PROTOCOL}\n");
    let variants = match Frame::SCHEMA.ty {
        DataModelType::Enum(variants) => *variants,
        _ => &[],
    };
    let mut done = Vec::new();
    for variant in variants {
        if let DataModelVariant::NewtypeVariant(ty) = variant.ty {
            write_type(&mut out, ty, &mut done);
        }
    }
    write_union(&mut out, variants);
    out
}

/// Writes the class for a struct, after the classes that it holds.
fn write_type(out: &mut String, ty: &'static NamedType, done: &mut Vec<&'static str>) {
    match ty.ty {
        DataModelType::Struct(fields) if !done.contains(&ty.name) => {
            done.push(ty.name);
            for field in *fields {
                write_type(out, field.ty, done);
            }
            write_class(out, ty.name, fields);
        }
        DataModelType::Option(inner) | DataModelType::Seq(inner) => write_type(out, inner, done),
        _ => {}
    }
}

fn write_class(out: &mut String, name: &str, fields: &[&'static NamedValue]) {
    let _ = writeln!(
        out,
        "\n\n@dataclass(frozen=True, slots=True)\nclass {name}:\n    \"\"\"`{name}` of the frame types.\"\"\"\n"
    );
    for field in fields {
        let _ = writeln!(out, "    {}: {}", field.name, annotation(field.ty));
    }
    let _ = writeln!(
        out,
        "\n    def write(self, out: bytearray) -> None:\n        \"\"\"Append the postcard bytes.\"\"\""
    );
    for field in fields {
        let value = format!("self.{}", field.name);
        write_value(out, field.ty, &value, 2);
    }
}

fn annotation(ty: &NamedType) -> String {
    match ty.ty {
        DataModelType::Bool => "bool".to_owned(),
        DataModelType::U32 | DataModelType::U64 | DataModelType::I64 => "int".to_owned(),
        DataModelType::String => "str".to_owned(),
        DataModelType::Option(inner) => format!("{} | None", annotation(inner)),
        DataModelType::Seq(inner) => format!("list[{}]", annotation(inner)),
        _ => ty.name.to_owned(),
    }
}

fn write_value(out: &mut String, ty: &NamedType, value: &str, depth: usize) {
    let pad = "    ".repeat(depth);
    let _ = match ty.ty {
        DataModelType::Bool => writeln!(out, "{pad}out.append(1 if {value} else 0)"),
        DataModelType::U32 | DataModelType::U64 => writeln!(out, "{pad}_varint(out, {value})"),
        DataModelType::I64 => writeln!(out, "{pad}_zigzag(out, {value})"),
        DataModelType::String => writeln!(out, "{pad}_text(out, {value})"),
        DataModelType::Struct(_) => writeln!(out, "{pad}{value}.write(out)"),
        DataModelType::Option(inner) => {
            let _ = writeln!(
                out,
                "{pad}if {value} is None:\n{pad}    out.append(0)\n{pad}else:\n{pad}    out.append(1)"
            );
            write_value(out, inner, value, depth + 1);
            Ok(())
        }
        DataModelType::Seq(inner) => {
            let item = if depth == 2 { "item".to_owned() } else { format!("item{depth}") };
            let _ = writeln!(out, "{pad}_varint(out, len({value}))\n{pad}for {item} in {value}:");
            write_value(out, inner, &item, depth + 1);
            Ok(())
        }
        _ => writeln!(out, "{pad}raise NotImplementedError({:?})", ty.name),
    };
}

fn write_union(out: &mut String, variants: &[&'static NamedVariant]) {
    let names: Vec<&str> = variants.iter().map(|variant| variant.name).collect();
    let _ = writeln!(out, "\n\nFrame = (\n    {}\n)", names.join("\n    | "));
    let _ = writeln!(out, "\n_TAGS: dict[type, int] = {{");
    for (tag, name) in names.iter().enumerate() {
        let _ = writeln!(out, "    {name}: {tag},");
    }
    let _ = writeln!(
        out,
        "}}\n\n\ndef encode(frame: Frame) -> bytes:\n    \"\"\"The postcard bytes of one frame.\"\"\"\n    out = \
         bytearray()\n    _varint(out, _TAGS[type(frame)])\n    frame.write(out)\n    return bytes(out)"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoder_in_the_guest_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../guest/belljar_guest/frames.py");
        let current = std::fs::read_to_string(path).unwrap_or_default();
        assert_eq!(current, python_encoder(), "stale; run `make frames`");
    }

    #[test]
    fn every_variant_holds_the_struct_of_its_own_name() {
        let DataModelType::Enum(variants) = Frame::SCHEMA.ty else { panic!("not an enum") };
        for variant in *variants {
            let DataModelVariant::NewtypeVariant(ty) = variant.ty else { panic!("{}", variant.name) };
            assert_eq!(ty.name, variant.name, "the encoder finds the tag by the class");
        }
    }

    #[test]
    fn nothing_in_the_frames_is_beyond_the_generator() {
        assert!(!python_encoder().contains("NotImplementedError"));
        assert!(python_encoder().contains("class Table:"));
    }
}
