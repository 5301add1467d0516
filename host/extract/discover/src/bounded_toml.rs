//! TOML of a stranger's, parsed where its tree stays in proportion to what such files are.

use belljar_schema::{Diagnostic, Severity};
use toml::{
    Spanned,
    de::{DeTable, Error},
};

use crate::{
    configuration::{self, LARGEST_TOML},
    decode::line_of,
};

/// The most dots outside of texts: each part of a dotted key is a table of about a kilobyte.
const MOST_DOTS: usize = 8 << 10;

/// The most signs that begin or separate a value, outside of texts.
const MOST_SIGNS: usize = 64 << 10;

/// The most lines: each may have mistakes, and each mistake is kept.
const MOST_LINES: usize = 32 << 10;

/// Parses what is no larger than the limits. What is wrong with the file is a diagnostic; what can be read of a broken one
/// is read.
pub(crate) fn read<'t>(path: &str, text: &'t str, diagnostics: &mut Vec<Diagnostic>) -> Option<DeTable<'t>> {
    let (document, errors) = match parse(text) {
        Ok(found) => found,
        Err(why) => {
            diagnostics.push(configuration::not_read(path, why));
            return None;
        }
    };
    if let Some(error) = errors.first() {
        let line = error.span().map_or(0, |span| line_of(text.as_bytes(), span.start));
        let message = format!("`{path}` is no TOML: {}", error.message().replace('\n', "; "));
        diagnostics.push(Diagnostic::new(Severity::Warning, "bad-toml", message).at(path, line));
    }
    Some(document.into_inner())
}

/// Parses what is no larger than the limits, also where it is broken; the error says which limit it is over.
fn parse(text: &str) -> Result<(Spanned<DeTable<'_>>, Vec<Error>), &'static str> {
    if text.len() > LARGEST_TOML {
        return Err("it is larger than 512 KiB");
    }
    let lines = memchr::memchr2_iter(b'\n', b'\r', text.as_bytes()).count();
    if lines > MOST_LINES {
        return Err("it has more than 32,768 lines");
    }
    let (dots, signs) = signs(text.as_bytes());
    if dots > MOST_DOTS || signs > MOST_SIGNS {
        return Err("it has more keys and values than are read");
    }
    Ok(DeTable::parse_recoverable(text))
}

/// Dots, and signs of values, outside of texts and comments.
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

/// What follows the line.
fn behind_line(text: &[u8]) -> &[u8] {
    let end = text.iter().position(|byte| *byte == b'\n').unwrap_or(text.len());
    text.get(end..).unwrap_or_default()
}

/// What follows a text, which ends with its quotes, or where one of a single line has no end with the line.
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
                // Up to two quotes may stand before the three that end it.
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
            // Neither a text of several lines nor one that is not closed hides signs.
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
