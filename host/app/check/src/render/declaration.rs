//! Parts of a line that declares a column, for carets. The line is not parsed as Python: where it is written in another
//! way, the whole statement is the part.

use std::ops::Range;

/// The names of calls that declare a column.
const COLUMNS: [&str; 2] = ["Column(", "mapped_column("];

/// The part of a line that a change is about; the statement if it can't be found.
pub(super) fn part(line: &str, change: &str) -> Range<usize> {
    let found =
        if is_of_type(change) { type_of(line) } else { keyword(change).and_then(|key| argument(line, key)) };
    found.filter(|range| !range.is_empty()).unwrap_or_else(|| statement(line))
}

/// The text of a line without blanks around it and without a comment.
pub(super) fn statement(line: &str) -> Range<usize> {
    let start = line.len() - line.trim_start().len();
    let mut quotes = Quotes::default();
    let comment = line.char_indices().find(|(_, letter)| !quotes.passes(*letter) && *letter == '#');
    let end = comment.map_or(line.len(), |(place, _)| place);
    let end = line.get(..end).map_or(end, |text| text.trim_end().len());
    // A line that is a comment.
    if start < end { start..end } else { start..line.trim_end().len().max(start) }
}

fn is_of_type(change: &str) -> bool {
    let aspects = ["type", "length", "precision", "timezone", "collation", "values"];
    change.strip_prefix("modify-column-").is_some_and(|aspect| aspects.contains(&aspect))
}

/// The beginning of the argument that a change is about.
fn keyword(change: &str) -> Option<&'static str> {
    let (_, what) = change.split_once('-')?;
    Some(match what {
        "column-nullable" => "nullable=",
        "column-server-default" => "server_default=",
        "column-server-onupdate" => "server_onupdate=",
        "column-autoincrement" => "autoincrement=",
        "column-comment" => "comment=",
        "column-computed" => "Computed(",
        "column-identity" => "Identity(",
        _ if what.starts_with("foreign-key") => "ForeignKey(",
        _ if what.starts_with("primary-key") => "primary_key=",
        _ if what.starts_with("unique") => "unique=",
        _ if what.starts_with("index") => "index=",
        _ if what.starts_with("check") => "CheckConstraint(",
        _ => return None,
    })
}

/// The argument that begins with a text.
fn argument(line: &str, start: &str) -> Option<Range<usize>> {
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let begins = |place: &usize| {
        let before = line.get(..*place).unwrap_or_default();
        !before.ends_with(is_word) && !is_in_string(before)
    };
    let place = line.match_indices(start).map(|(place, _)| place).find(begins)?;
    Some(place..end_of_argument(line, place))
}

/// The type of a column: its first argument that is a type, or the annotation.
fn type_of(line: &str) -> Option<Range<usize>> {
    let open = COLUMNS.iter().filter_map(|name| Some(line.find(name)? + name.len())).min();
    let mut place = open.unwrap_or(line.len());
    while place < line.len() {
        let end = end_of_argument(line, place);
        let text = line.get(place..end)?;
        let start = place + (text.len() - text.trim_start().len());
        let text = text.trim();
        let is_type =
            text.starts_with(|letter: char| letter.is_alphabetic()) && !text.starts_with("ForeignKey(");
        let name = text.split(['(', '.', '[']).next().unwrap_or_default();
        if is_type && !name.contains('=') {
            return Some(start..end);
        }
        match line.get(end..).and_then(|rest| rest.chars().next()) {
            Some(',') => place = end + 1,
            _ => break,
        }
    }
    argument(line, "Mapped[")
}

/// The end of the argument that begins at a place: a comma, a bracket that closes the call, a comment, or the end.
fn end_of_argument(line: &str, start: usize) -> usize {
    let mut quotes = Quotes::default();
    let mut depth = 0_usize;
    let rest = line.get(start..).unwrap_or_default();
    for (place, letter) in rest.char_indices() {
        if quotes.passes(letter) {
            continue;
        }
        match letter {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth > 0 => depth -= 1,
            ')' | ']' | '}' | ',' | '=' | '#' if depth == 0 && is_end(rest, place, letter) => {
                return start + rest.get(..place).map_or(place, |text| text.trim_end().len());
            }
            _ => {}
        }
    }
    start + rest.trim_end().len()
}

/// Whether a letter outside of brackets ends an argument: `=` does so behind an annotation only.
fn is_end(rest: &str, place: usize, letter: char) -> bool {
    let before = rest.get(..place).unwrap_or_default();
    letter != '=' || before.trim_end().ends_with(']')
}

/// Whether the end of a text is in a string.
fn is_in_string(text: &str) -> bool {
    let mut quotes = Quotes::default();
    text.chars().for_each(|letter| _ = quotes.passes(letter));
    quotes.open.is_some()
}

/// Whether a letter is in a string.
#[derive(Default)]
struct Quotes {
    open: Option<char>,
    escaped: bool,
}

impl Quotes {
    /// Takes the next letter, and returns whether it is part of a string.
    fn passes(&mut self, letter: char) -> bool {
        match self.open {
            Some(_) if self.escaped => self.escaped = false,
            Some(_) if letter == '\\' => self.escaped = true,
            Some(quote) if quote == letter => self.open = None,
            Some(_) => {}
            None if letter == '"' || letter == '\'' => self.open = Some(letter),
            None => return false,
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_change_is_about() {
        for (line, change, expected) in [
            ("    a = Column(String(9), nullable=False)", "modify-column-nullable", "nullable=False"),
            ("    a = Column(String(9), nullable=False)", "modify-column-type", "String(9)"),
            ("    a = Column('b', sa.Numeric(10, 2))  # x", "modify-column-precision", "sa.Numeric(10, 2)"),
            (
                "    a: Mapped[str | None] = mapped_column(unique=True)",
                "modify-column-type",
                "Mapped[str | None]",
            ),
            ("    a: Mapped[int] = mapped_column(BigInteger)", "modify-column-type", "BigInteger"),
            ("    a = Column(ForeignKey('t.id', ondelete='CASCADE'), index=True)", "add-index", "index=True"),
            (
                "    a = Column(ForeignKey('t.id', ondelete='CASCADE'), index=True)",
                "modify-foreign-key-ondelete",
                "ForeignKey('t.id', ondelete='CASCADE')",
            ),
            (
                "    a = Column(Text, server_default=text('a, \\')'))",
                "modify-column-server-default",
                "server_default=text('a, \\')')",
            ),
            (
                "    a = Column(Text, comment='nullable=')",
                "modify-column-nullable",
                "a = Column(Text, comment='nullable=')",
            ),
            ("    a = column_of(3)  # not null", "modify-column-type", "a = column_of(3)"),
            ("class A(Base):", "drop-column", "class A(Base):"),
            ("# comment", "drop-column", "# comment"),
            ("", "drop-column", ""),
            ("    a = Column(", "modify-column-type", "a = Column("),
            ("    'a', Integer, 表", "modify-column-nullable", "'a', Integer, 表"),
        ] {
            assert_eq!(line.get(part(line, change)), Some(expected), "{line} {change}");
        }
    }
}
