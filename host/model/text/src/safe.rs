//! Removes characters and commands that must not reach a terminal or a log.

/// Text from a repository, made safe for a terminal, a log and a page. Escapes are shown for control characters
/// (including those that start terminal sequences), characters that change the writing direction or are invisible, and
/// commands of CI systems within a line.
pub fn safe(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if is_unsafe(character) {
            out.extend(character.escape_unicode());
        } else {
            out.push(character);
        }
    }
    without_commands(out)
}

/// Whether a character affects a terminal, or is invisible, so that names could not be distinguished.
pub fn is_unsafe(character: char) -> bool {
    let code = u32::from(character);
    if code < 0xa0 {
        return character.is_control();
    }
    let at = UNSAFE.partition_point(|(_, last)| *last < code);
    UNSAFE.get(at).is_some_and(|(first, _)| *first <= code)
}

/// Beyond ASCII: all default-ignorable characters of Unicode, format characters except visible ones, spaces and line
/// ends other than the plain ones, and characters that are drawn as nothing. A test compares it with Unicode's own
/// data.
const UNSAFE: &[(u32, u32)] = &[
    (0xa0, 0xa0),           // no-break space
    (0xad, 0xad),           // soft hyphen
    (0x34f, 0x34f),         // grapheme joiner
    (0x61c, 0x61c),         // Arabic letter mark
    (0x115f, 0x1160),       // Hangul fillers
    (0x1680, 0x1680),       // Ogham space
    (0x17b4, 0x17b5),       // Khmer inherent vowels
    (0x180b, 0x180f),       // Mongolian variation selectors
    (0x2000, 0x200f),       // spaces, zero width, directions
    (0x2028, 0x202f),       // line ends, embeddings, narrow space
    (0x205f, 0x206f),       // mathematical space, invisible operators, isolates
    (0x2800, 0x2800),       // Braille blank
    (0x3000, 0x3000),       // ideographic space
    (0x3164, 0x3164),       // Hangul filler
    (0xe000, 0xf8ff),       // private use: no font agrees on them
    (0xfdd0, 0xfdef),       // noncharacters
    (0xfe00, 0xfe0f),       // variation selectors
    (0xfeff, 0xfeff),       // byte order mark
    (0xffa0, 0xffa0),       // halfwidth Hangul filler
    (0xfff0, 0xfffb),       // unassigned ignorables, interlinear annotation
    (0xfffe, 0xffff),       // noncharacters
    (0x13430, 0x1343f),     // Egyptian format controls
    (0x16fe4, 0x16fe4),     // Khitan filler
    (0x1bca0, 0x1bca3),     // shorthand format controls
    (0x1d159, 0x1d159),     // null notehead
    (0x1d173, 0x1d17a),     // musical format controls
    (0xe0000, 0xe0fff),     // tags, variation selectors
    (0xf0000, 0x0010_ffff), // private use
];

/// Names before a bracket or a number that a CI system interprets anywhere in a line.
const SECTIONS: [&str; 4] = ["section_start:", "section_end:", "travis_fold:", "travis_time:"];

/// Escapes commands of CI systems within a line: `##[command]` (GitHub), `##vso[…]` (Azure), `##teamcity[…]`,
/// `section_start:…` (GitLab) and `travis_fold:…`.
pub fn without_commands(text: String) -> String {
    let found = commands(&text);
    if found.is_empty() {
        return text;
    }
    let mut out = String::with_capacity(text.len() + found.len() * 6);
    for (at, letter) in text.char_indices() {
        if found.binary_search(&at).is_ok() {
            out.extend(letter.escape_unicode());
        } else {
            out.push(letter);
        }
    }
    out
}

/// The positions of an ASCII letter without which a CI system does not recognise a command; in order.
pub(crate) fn commands(text: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let mut at = 0;
    // Each run of hashes is scanned once: a text may consist of them.
    while let Some(first) = text.get(at..).and_then(|rest| rest.find('#')) {
        let run = text.get(at + first..).unwrap_or_default();
        let behind = run.trim_start_matches('#');
        let (first, end) = (at + first, text.len() - behind.len());
        if opens_bracket(behind) {
            found.extend(first + 1..end);
        }
        at = end;
    }
    for name in SECTIONS {
        found.extend(text.match_indices(name).map(|(at, _)| at + name.len() - 1));
    }
    found.sort_unstable();
    found
}

/// Whether a bracket follows, after a name such as `vso` or directly.
fn opens_bracket(text: &str) -> bool {
    let name = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
    text.trim_start_matches(name).starts_with('[')
}

#[cfg(test)]
mod tests {
    use icu_properties::{
        CodePointSetData,
        props::{DefaultIgnorableCodePoint, PrependedConcatenationMark, WhiteSpace},
    };

    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_escaped() {
        assert_eq!(safe("a\x1b[31mb\r\n\u{9b}c"), "a\\u{1b}[31mb\\u{d}\\u{a}\\u{9b}c");
        assert_eq!(safe("x\u{202e}y\u{2066}"), "x\\u{202e}y\\u{2066}");
        assert_eq!(safe("Größe ⟪x⟫ 表 🦀 ×"), "Größe ⟪x⟫ 表 🦀 ×", "what is only foreign stays");
    }

    #[test]
    fn a_text_of_hashes_is_read_once() {
        let text = format!("{}[x] # [ ##vso[ ##a b[ ##", "#".repeat(300_000));
        let found = commands(&text);
        assert_eq!(found.len(), 300_000, "all but the first, and one of `##vso[`");
        assert_eq!((found.first(), found.last()), (Some(&1), Some(&300_009)));
        assert!(commands(&format!("{}(", "#".repeat(300_000))).is_empty());
    }

    /// Unicode's own data, so that no range is missing: all characters that are ignorable or spaces.
    #[test]
    fn no_invisible_character_is_shown_as_it_is() {
        let ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>();
        let blank = CodePointSetData::new::<WhiteSpace>();
        let shows_a_sign = CodePointSetData::new::<PrependedConcatenationMark>();
        let mut seen = 0;
        for character in '\u{0}'..='\u{10ffff}' {
            let invisible = ignorable.contains(character) || blank.contains(character);
            if invisible && character != ' ' && !shows_a_sign.contains(character) {
                assert!(is_unsafe(character), "{}", character.escape_unicode());
                seen += 1;
            }
        }
        assert!(seen > 4_000, "{seen}");
        for character in
            "\u{3164}\u{115f}\u{1160}\u{ffa0}\u{2800}\u{e0041}\u{fe0f}\u{200d}\u{fff9}\u{1d159}".chars()
        {
            assert!(is_unsafe(character), "{}", character.escape_unicode());
        }
        assert!(UNSAFE.is_sorted() && UNSAFE.windows(2).all(|pair| pair[0].1 < pair[1].0));
    }

    #[test]
    fn what_a_ci_system_obeys_in_a_line_is_escaped() {
        for (text, expected) in [
            ("##[stop-commands]x", r"#\u{23}[stop-commands]x"),
            ("a ###[error]", r"a #\u{23}\u{23}[error]"),
            ("##vso[task.setvariable]", r"#\u{23}vso[task.setvariable]"),
            ("##teamcity[buildStop]", r"#\u{23}teamcity[buildStop]"),
            ("x section_start:1:n", r"x section_start\u{3a}1:n"),
            ("section_end:1:n", r"section_end\u{3a}1:n"),
            ("travis_fold:start:x", r"travis_fold\u{3a}start:x"),
            ("#\u{200d}#[x]", r"#\u{200d}#[x]"),
            ("## Heading", "## Heading"),
            ("##temp", "##temp"),
            ("#[derive]", "#[derive]"),
            ("#### table [x]", "#### table [x]"),
        ] {
            assert_eq!(safe(text), expected);
            assert_eq!(safe(&safe(text)), expected, "twice is the same");
        }
    }
}
