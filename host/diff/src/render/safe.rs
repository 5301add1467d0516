/// Text from a repository, made safe for a terminal and a page: control characters, the escape that starts a sequence
/// among them, and characters that turn the direction of writing are shown as escapes.
pub fn safe(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if is_unsafe(character) {
            out.extend(character.escape_unicode());
        } else {
            out.push(character);
        }
    }
    out
}

/// Whether a terminal obeys a character, or shows nothing for it that would tell one name from another.
pub fn is_unsafe(character: char) -> bool {
    let turns = matches!(character, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let invisible = matches!(
        character,
        '\u{ad}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{2060}'..='\u{2064}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    );
    character.is_control() || turns || invisible
}

/// A text as a code span, in which nothing is markup, whatever it holds.
pub fn code(text: &str) -> String {
    let text = safe(text);
    let longest = text.split(|letter| letter != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    // A blank at either end belongs to the fence.
    let blank = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    if text.is_empty() { "(nothing)".to_owned() } else { format!("{fence}{blank}{text}{blank}{fence}") }
}

#[cfg(test)]
mod tests {
    use super::{code, safe};

    #[test]
    fn what_a_terminal_would_obey_is_escaped() {
        assert_eq!(safe("a\x1b[31mb\r\n\u{9b}c"), "a\\u{1b}[31mb\\u{d}\\u{a}\\u{9b}c");
        assert_eq!(safe("x\u{202e}y\u{2066}"), "x\\u{202e}y\\u{2066}");
        assert_eq!(safe("Größe ⟪x⟫ 表"), "Größe ⟪x⟫ 表", "what is only foreign stays");
    }

    #[test]
    fn nothing_leaves_a_code_span() {
        let cases = [
            ("a", "`a`"),
            ("a`b", "``a`b``"),
            ("`", "`` ` ``"),
            ("``a", "``` ``a ```"),
            ("a\n\n# b", "`a\\u{a}\\u{a}# b`"),
            ("<img src=x>", "`<img src=x>`"),
            ("", "(nothing)"),
        ];
        for (text, expected) in cases {
            assert_eq!(code(text), expected);
        }
    }
}
