use super::{code, safe};

/// A sentence with names in backticks, as markdown: the names in code spans, and nothing else markup.
///
/// The names are of the repository, and may hold backticks themselves. Where what would stand outside of code spans is more
/// than plain words, the whole sentence becomes one, in which there are no mentions, links or tags.
pub fn prose(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    let even = parts.iter().step_by(2);
    let is_plain = parts.len() % 2 == 1 && even.clone().all(|part| plain(part));
    let spans_full = parts.iter().skip(1).step_by(2).all(|part| !part.is_empty());
    if !is_plain || !spans_full {
        return code(text);
    }
    let shown = parts.iter().enumerate().map(
        |(position, part)| {
            if position % 2 == 0 { (*part).to_owned() } else { code(part) }
        },
    );
    shown.collect()
}

/// Words and the signs between them, none of which means anything to a renderer: no `@`, `#`, `:` before `//`, `www.`, tag,
/// emphasis or escape.
fn plain(text: &str) -> bool {
    let known = |letter: char| letter.is_ascii_alphanumeric() || " ,;:.()'/+=%…-".contains(letter);
    safe(text) == text && text.chars().all(known) && !text.contains("//") && !text.contains("www.")
}

#[cfg(test)]
mod tests {
    use super::prose;

    #[test]
    fn names_are_in_code_spans_and_nothing_leaves_them() {
        let cases = [
            ("column `a.b` is dropped, with `c`", "column `a.b` is dropped, with `c`"),
            ("no names, just words (few)", "no names, just words (few)"),
            ("column `x` @all `y` is dropped", "``column `x` @all `y` is dropped``"),
            ("column `<img src=x>` is dropped", "column `<img src=x>` is dropped"),
            ("column `a`b` is dropped", "``column `a`b` is dropped``"),
            ("see https://example.org", "`see https://example.org`"),
            ("a *b* `c`", "`` a *b* `c` ``"),
            ("`a\n# b`", "`a\\u{a}# b`"),
            ("a\n# b", "`a\\u{a}# b`"),
            ("`` is empty", "``` `` is empty ```"),
        ];
        for (text, expected) in cases {
            assert_eq!(prose(text), expected);
        }
    }
}
