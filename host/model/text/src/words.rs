/// A number with its noun, such as `1 table` or `2 tables`.
#[must_use]
pub fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// A name in backticks or a noun with its indefinite article, such as ``an `INTEGER` `` or `a view`. The article follows
/// from the first letter; initialisms such as `SQL` are not recognised.
#[must_use]
pub fn with_article(noun: &str) -> String {
    let starts_with_vowel =
        noun.trim_start_matches('`').starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']);
    format!("{} {noun}", if starts_with_vowel { "an" } else { "a" })
}

/// A number with a comma between each three digits, such as `12,000`.
#[must_use]
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_between_thousands() {
        let numbers = [0, 999, 1_000, 12_345, 123_456, 1_234_567].map(thousands);
        assert_eq!(numbers, ["0", "999", "1,000", "12,345", "123,456", "1,234,567"]);
    }

    #[test]
    fn numbers_agree_with_their_nouns() {
        for (count, noun, expected) in [
            (0, "table", "0 tables"),
            (1, "table", "1 table"),
            (2, "item", "2 items"),
            (21, "query result", "21 query results"),
        ] {
            assert_eq!(counted(count, noun), expected);
        }
    }

    #[test]
    fn articles_follow_the_first_letter() {
        for (noun, expected) in [
            ("`INTEGER`", "an `INTEGER`"),
            ("`VARCHAR(20)`", "a `VARCHAR(20)`"),
            ("index", "an index"),
            ("enumeration", "an enumeration"),
            ("view", "a view"),
            ("unique constraint", "a unique constraint"),
            ("operation", "an operation"),
        ] {
            assert_eq!(with_article(noun), expected);
        }
    }
}
