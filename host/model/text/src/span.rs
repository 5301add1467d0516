//! Names and sentences in Markdown, in which no text of a repository is markup.

use super::safe;

/// The maximum displayed size of a name or a statement, in bytes.
const LONGEST_NAME: usize = 240;

/// The maximum displayed size of a sentence, in bytes.
const LONGEST_SENTENCE: usize = 800;

/// The maximum displayed size of a block of statements, in bytes.
const LONGEST_BLOCK: usize = 2_000;

/// The longest run of backticks that is kept: renderers differ in the longest fence that they support.
const LONGEST_RUN: usize = 2;

/// A text as a code span, in which nothing is markup, whatever its contents and length.
pub fn code(text: &str) -> String {
    let text = brief(&safe(text), LONGEST_NAME);
    if text.is_empty() {
        return "(nothing)".to_owned();
    }
    let mut run = longest_run(&text);
    let text = if run > LONGEST_RUN { text.replace('`', "\\u{60}") } else { text };
    run = longest_run(&text);
    let fence = "`".repeat(run + 1);
    // A space at either end belongs to the fence.
    let blank = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{blank}{text}{blank}{fence}")
}

fn longest_run(text: &str) -> usize {
    text.split(|letter| letter != '`').map(str::len).max().unwrap_or(0)
}

/// Markdown of this module within a cell of a table, which a `|` would end even within a code span. One behind a `\\` is
/// written as an escape: renderers differ in what they take it for.
pub fn cell(markdown: &str) -> String {
    markdown.replace("\\|", "\\\\u{7c}").replace('|', "\\|")
}

/// Statements as a code block in a list, which nothing in them can end. A long run of backticks could: renderers
/// support fences of at most 255.
pub fn block(sql: &str) -> String {
    let sql = brief(sql, LONGEST_BLOCK);
    let sql = if longest_run(&sql) > LONGEST_RUN { sql.replace('`', "\\u{60}") } else { sql };
    let lines: Vec<String> = sql.lines().map(|line| format!("   {}\n", safe(line))).collect();
    format!("   ```sql\n{}   ```\n", lines.concat())
}

/// A sentence with names in backticks, as Markdown: the names in code spans, and nothing else as markup.
///
/// The names are from the repository, and may contain backticks themselves. If text outside code spans would be more
/// than plain words, the whole sentence becomes a code span, without mentions, links or tags.
pub fn prose(text: &str) -> String {
    let text = brief(&safe(text), LONGEST_SENTENCE);
    let parts: Vec<&str> = text.split('`').collect();
    let is_plain = parts.len() % 2 == 1 && parts.iter().step_by(2).all(|part| plain(part));
    let spans_full = parts.iter().skip(1).step_by(2).all(|part| !part.is_empty());
    if !is_plain || !spans_full {
        // Unpaired quotes are not code, and need no escapes.
        return format!("`{}`", text.replace('`', "'"));
    }
    let shown = parts
        .iter()
        .enumerate()
        .map(|(position, part)| if position % 2 == 0 { (*part).to_owned() } else { code(part) });
    shown.collect()
}

/// Whether a text consists of words, numbers and punctuation without a meaning for renderers, and for what GitHub and
/// GitLab detect in rendered text: mentions, issues (`#1`, `GH-1`, `KEY-1`), commits, emoji, links.
fn plain(text: &str) -> bool {
    text.split(' ').all(plain_word) && !text.starts_with("    ")
}

fn plain_word(word: &str) -> bool {
    let word = word.trim_start_matches('(').trim_end_matches([',', ';', ':', '.', ')', '…', '%']);
    // Whether it is the code of a rule.
    let is_code = word
        .strip_prefix("BJ")
        .is_some_and(|number| number.len() == 3 && number.bytes().all(|one| one.is_ascii_digit()));
    let is_sign = matches!(word, "" | "-" | "+" | "=" | "…" | "'s" | "×");
    let number = word.trim_end_matches('+');
    let is_number = number.len() < 7 && number.bytes().all(|one| one.is_ascii_digit() || one == b'.');
    // Such as `12,345`, which is no commit.
    let is_grouped = word
        .split(',')
        .all(|part| (1..4).contains(&part.len()) && part.bytes().all(|one| one.is_ascii_digit()));
    // A word that could be the start of a commit hash becomes a link if that commit exists.
    let is_hash = word.len() > 6 && word.bytes().all(|one| one.is_ascii_hexdigit());
    let parts_are_words =
        word.split(['-', '/', '\'', '(', ')']).all(|part| part.bytes().all(|one| one.is_ascii_alphabetic()));
    // The key of an issue tracker is in capitals and followed by a hyphen.
    let is_key = word
        .split_once('-')
        .is_some_and(|(key, _)| key.len() > 1 && !key.contains(|one: char| one.is_ascii_lowercase()));
    let doubled = ["//", "--", "''", "www"].iter().any(|sign| word.contains(sign));
    is_sign || is_number || is_grouped || is_code || (parts_are_words && !is_hash && !is_key && !doubled)
}

/// At most so many bytes of a text, truncated between characters.
pub fn brief(text: &str, most: usize) -> String {
    let cut = text.get(..text.floor_char_boundary(most)).unwrap_or_default();
    if cut.len() < text.len() { format!("{cut}…") } else { cut.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{block, brief, cell, code, prose};

    #[test]
    fn nothing_leaves_a_code_span() {
        let cases = [
            ("a", "`a`"),
            ("a`b", "``a`b``"),
            ("`", "`` ` ``"),
            ("``a", "``` ``a ```"),
            ("```a`", r"`\u{60}\u{60}\u{60}a\u{60}`"),
            ("a\n\n# b", "`a\\u{a}\\u{a}# b`"),
            ("<img src=x>", "`<img src=x>`"),
            ("", "(nothing)"),
        ];
        for (text, expected) in cases {
            assert_eq!(code(text), expected);
        }
        let long = code(&"`".repeat(100_000));
        assert!(long.len() < 2_000 && long.matches('`').count() == 2, "{long}");
    }

    #[test]
    fn nothing_ends_a_cell() {
        for (text, expected) in
            [("a | b", r"`a \| b`"), (r"a\|b", r"`a\\u{7c}b`"), (r"a\\|b", r"`a\\\u{7c}b`"), ("a", "`a`")]
        {
            assert_eq!(cell(&code(text)), expected);
        }
    }

    #[test]
    fn names_are_in_code_spans_and_nothing_leaves_them() {
        let cases = [
            ("column `a.b` is dropped, with `c`", "column `a.b` is dropped, with `c`"),
            ("no names, just words (few)", "no names, just words (few)"),
            ("column `x` @all `y` is dropped", "`column 'x' @all 'y' is dropped`"),
            ("column `x` GH-12 `y` is dropped", "`column 'x' GH-12 'y' is dropped`"),
            ("column `x` :100: `y` is dropped", "`column 'x' :100: 'y' is dropped`"),
            ("column `x` deadbeef `y` is dropped", "`column 'x' deadbeef 'y' is dropped`"),
            ("column `x` 1234567 `y` is dropped", "`column 'x' 1234567 'y' is dropped`"),
            ("column `x` a.example `y` is dropped", "`column 'x' a.example 'y' is dropped`"),
            ("column `x` KEY-x `y` is dropped", "`column 'x' KEY-x 'y' is dropped`"),
            ("column `<img src=x>` is dropped", "column `<img src=x>` is dropped"),
            ("column `a`b` is dropped", "`column 'a'b' is dropped`"),
            ("see https://example.org", "`see https://example.org`"),
            ("a *b* `c`", "`a *b* 'c'`"),
            ("`a\n# b`", "`a\\u{a}# b`"),
            ("a\n# b", "`a\\u{a}# b`"),
            ("`` is empty", "`'' is empty`"),
            ("", ""),
            ("it would lower BJ101 of `a`, BJ102 of `b`", "it would lower BJ101 of `a`, BJ102 of `b`"),
            ("column `x` BJ-12 `y` is dropped", "`column 'x' BJ-12 'y' is dropped`"),
            (
                "it can't be determined: 2 columns, 50% (on-line)",
                "it can't be determined: 2 columns, 50% (on-line)",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(prose(text), expected);
        }
    }

    #[test]
    fn nothing_ends_a_block() {
        assert_eq!(block("a `b`\nc"), "   ```sql\n   a `b`\n   c\n   ```\n");
        let hostile = block(&format!("a\n{}\n# b\n```\n@c", "`".repeat(300)));
        assert_eq!(hostile.matches('`').count(), 6, "{hostile}");
    }

    #[test]
    fn what_is_long_is_cut_at_a_letter() {
        assert_eq!(brief("äöü", 5), "äö…");
        assert_eq!(brief("äö", 4), "äö");
    }
}
