//! Texts of a process that may be in the hands of a guest.

use std::borrow::Cow;

use belljar_diff::render::is_unsafe;

/// The longest sequence that is taken for a colour, in bytes.
const LONGEST_COLOUR: usize = 24;

/// A text in which a terminal obeys nothing but the ends of lines, tabs and colours. What is written by this program's own
/// renderers comes out as it was.
pub(crate) fn neutral(text: &str) -> Cow<'_, str> {
    let plain = |one: char| !is_unsafe(one) || one == '\n' || one == '\t';
    if text.chars().all(plain) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(one) = rest.chars().next() {
        let length = colour(rest).unwrap_or(0);
        if length > 0 {
            out.extend(rest.get(..length));
        } else if plain(one) {
            out.push(one);
        } else {
            out.extend(one.escape_unicode());
        }
        rest = rest.get(length.max(one.len_utf8())..).unwrap_or_default();
    }
    Cow::Owned(out)
}

/// The length of a sequence that selects a colour, where a text begins with one: `ESC [ 1 ; 31 m`.
fn colour(text: &str) -> Option<usize> {
    let inside = text.strip_prefix("\x1b[")?;
    let end =
        inside.find(|one: char| !one.is_ascii_digit() && one != ';').filter(|end| *end < LONGEST_COLOUR)?;
    inside.get(end..)?.starts_with('m').then_some("\x1b[".len() + end + "m".len())
}

#[cfg(test)]
mod tests {
    use super::neutral;

    #[test]
    fn a_terminal_obeys_colours_alone() {
        for (text, expected) in [
            ("a\n\tb \x1b[1;31mred\x1b[0m Größe 表\n", "a\n\tb \x1b[1;31mred\x1b[0m Größe 表\n"),
            ("\x1b[2Jx\x1b]0;title\x07", "\\u{1b}[2Jx\\u{1b}]0;title\\u{7}"),
            ("\x1b[31", "\\u{1b}[31"),
            ("a\rb\u{9b}31m\u{202e}c", "a\\u{d}b\\u{9b}31m\\u{202e}c"),
            ("\x1b[0123456789012345678901234567890m", "\\u{1b}[0123456789012345678901234567890m"),
        ] {
            assert_eq!(neutral(text), expected);
        }
    }
}
