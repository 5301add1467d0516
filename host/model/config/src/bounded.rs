//! Parses untrusted TOML, with limits that keep the tree in proportion to real files.

use toml::{
    Spanned,
    de::{DeTable, Error},
};

/// The maximum size of a text, in bytes.
pub const LARGEST_TOML: usize = 512 << 10;

/// The maximum number of dots outside strings: each part of a dotted key is a table of about a kilobyte.
const MOST_DOTS: usize = 8 << 10;

/// The maximum number of characters that start or separate a value, outside strings.
const MOST_SIGNS: usize = 64 << 10;

/// The maximum number of lines: each may have errors, and each error is kept.
const MOST_LINES: usize = 32 << 10;

/// Parses a text within the limits, even if it is broken; the error names the limit that was exceeded.
pub fn parse(text: &str) -> Result<(Spanned<DeTable<'_>>, Vec<Error>), &'static str> {
    if text.len() > LARGEST_TOML {
        return Err("it is larger than 512 KiB");
    }
    let lines = memchr::memchr2_iter(b'\n', b'\r', text.as_bytes()).count();
    if lines > MOST_LINES {
        return Err("it has more than 32,768 lines");
    }
    let (dots, signs) = signs(text.as_bytes());
    if dots > MOST_DOTS || signs > MOST_SIGNS {
        return Err("it exceeds the limit on keys and values");
    }
    Ok(DeTable::parse_recoverable(text))
}

/// Counts dots, and characters of values, outside strings and comments.
fn signs(text: &[u8]) -> (usize, usize) {
    let (mut dots, mut signs) = (0, 0);
    let mut rest = text;
    while let [byte, behind @ ..] = rest {
        rest = match byte {
            b'"' | b'\'' => behind_text(rest, *byte),
            b'#' => behind_line(behind),
            _ => behind,
        };
        dots += usize::from(*byte == b'.');
        signs += usize::from(matches!(byte, b'=' | b',' | b'[' | b'{'));
    }
    (dots, signs)
}

/// The text after the line.
fn behind_line(text: &[u8]) -> &[u8] {
    let end = text.iter().position(|byte| *byte == b'\n').unwrap_or(text.len());
    text.get(end..).unwrap_or_default()
}

/// The text after a string. It ends with its quotes; an unclosed single-line string ends with the line.
fn behind_text(text: &[u8], quote: u8) -> &[u8] {
    let mut place = if text.starts_with(&[quote; 3]) { 3 } else { 1 };
    let ending: &[u8] = if place == 3 { &[quote; 3] } else { &[quote] };
    while let Some(rest) = text.get(place..) {
        match rest {
            [] => break,
            [b'\\', ..] if quote == b'"' => place += 2,
            [b'\n', ..] if ending.len() == 1 => return rest,
            _ if rest.starts_with(ending) => {
                let end = ending.len();
                // Up to two quotes may come before the three that end it.
                let more =
                    rest.iter().skip(end).take(2).take_while(|byte| end == 3 && **byte == quote).count();
                return rest.get(end + more..).unwrap_or_default();
            }
            _ => place += 1,
        }
    }
    &[]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_usual_is_parsed() {
        let text = format!(
            "[project]\nname = \"a.b.c\"\ndependencies = [\n{}]\n",
            "  \"a.b==1.2.3\",\n".repeat(5000)
        );
        let (document, errors) = parse(&text).unwrap();
        let long = format!("a = \"\"\"{}\"\"\"\n", "x. = [\n".repeat(30_000));
        assert!(parse(&long).is_ok_and(|(_, errors)| errors.is_empty()));
        assert!(errors.is_empty() && document.get_ref().contains_key("project"));
    }

    #[test]
    fn what_would_grow_out_of_proportion_is_not() {
        let chain = format!("{}a = 1\n", "a.".repeat(MOST_DOTS));
        for text in [
            format!("{chain}b = 1\nc.d = 1"),
            "[a]\n".repeat(MOST_SIGNS + 1),
            format!("a = [{}]", "[],".repeat(MOST_SIGNS)),
            format!("a = [{}]", "1,".repeat(MOST_SIGNS)),
            " ".repeat(LARGEST_TOML + 1),
            "!\n".repeat(MOST_LINES + 1),
            "\r".repeat(MOST_LINES + 1),
            // Neither a multi-line string nor an unclosed one hides characters.
            format!("a = [\"\"\"x\"\"\"\", {}]", "[],".repeat(MOST_SIGNS)),
            format!("a = [\'\'\'x\'\'\'\'\', {}]", "[],".repeat(MOST_SIGNS)),
            format!("a = [\"\\\"\", {}]", "[],".repeat(MOST_SIGNS)),
            format!("a = \"x\n{}", "b.c.d = 1\n".repeat(MOST_DOTS)),
            format!("# \" it's\n{}", "b.c.d = 1\n".repeat(MOST_DOTS)),
            format!("a = '#'\n{}", "'a'.'b'.c = 1\n".repeat(MOST_DOTS)),
        ] {
            assert!(parse(&text).is_err(), "{}", &text[..20]);
        }
    }
}
