//! The statements of a text that create views and tables. It is no parser of SQL: it reads up to the name.

use super::{RelationKind, TextRelation};

/// What takes the place of a computed part of a text.
pub(super) const COMPUTED: char = '\u{fffc}';

/// Words between `CREATE` and `VIEW` that have no value. A temporary view or table is none that a class maps: programs
/// for Spark and `DuckDB` give them the names of tables that they read.
const FLAGS: [&str; 12] = [
    "OR",
    "REPLACE",
    "ALTER",
    "UNLOGGED",
    "RECURSIVE",
    "FORCE",
    "NO",
    "EDITIONABLE",
    "NONEDITIONABLE",
    "SQL",
    "SECURITY",
    "EXTERNAL",
];

/// Words that are the values of such words, or of an option with `=`.
const VALUES: [&str; 8] =
    ["ALGORITHM", "DEFINER", "INVOKER", "MERGE", "TEMPTABLE", "UNDEFINED", "CURRENT_USER", "NONE"];

/// A relation that a statement creates.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Created {
    kind: RelationKind,
    schema: Option<String>,
    name: String,
    statement: Option<String>,
    /// The number of line ends before it.
    lines: u32,
}

impl Created {
    /// The relation of a text that begins on a line of a file.
    pub(super) fn at(self, path: &str, line: u32) -> TextRelation {
        let Self { kind, schema, name, statement, lines } = self;
        TextRelation {
            kind,
            schema,
            name,
            statement,
            path: path.to_owned(),
            line: line.saturating_add(lines),
        }
    }
}

/// The relations that a text creates.
pub(super) fn created(text: &str) -> impl Iterator<Item = Created> {
    let mut line = 0_u32;
    let mut read = 0;
    statements(text).filter_map(move |(start, statement)| {
        let passed = text.get(read..start).unwrap_or_default().bytes().filter(|byte| *byte == b'\n').count();
        (line, read) = (line.saturating_add(u32::try_from(passed).unwrap_or(u32::MAX)), start);
        one(statement).map(|created| Created { lines: line, ..created })
    })
}

/// The statement, if it creates a relation.
fn one(statement: &str) -> Option<Created> {
    let mut words = Words { rest: statement };
    let first = words.keyword()?;
    if first.eq_ignore_ascii_case("ALTER") || first.eq_ignore_ascii_case("RENAME") {
        return renamed(words, first.eq_ignore_ascii_case("ALTER"));
    }
    if !first.eq_ignore_ascii_case("CREATE") {
        return None;
    }
    let mut kind = RelationKind::View;
    loop {
        let word = words.keyword()?.to_ascii_uppercase();
        match word.as_str() {
            "VIEW" => break,
            "TABLE" => {
                kind = RelationKind::Table;
                break;
            }
            "MATERIALIZED" => kind = RelationKind::MaterializedView,
            word if FLAGS.contains(&word) => {}
            word if VALUES.contains(&word) => words.skip_value(),
            _ => return None,
        }
    }
    let mut parts = vec![words.part()?];
    if parts.first().is_some_and(|part| !part.quoted && part.text.eq_ignore_ascii_case("IF")) {
        words.keyword().filter(|word| word.eq_ignore_ascii_case("NOT"))?;
        words.keyword().filter(|word| word.eq_ignore_ascii_case("EXISTS"))?;
        parts = vec![words.part()?];
    }
    while words.dot() {
        parts.push(words.part()?);
    }
    if parts.iter().any(|part| part.text.contains(COMPUTED)) {
        return None;
    }
    let is_query = kind == RelationKind::Table || words.has_keyword("AS");
    let name = parts.pop()?.text;
    let whole = !statement.contains(COMPUTED) && !statement.trim_end().ends_with("*/");
    is_query.then(|| Created {
        kind,
        schema: parts.pop().map(|part| part.text),
        name,
        statement: (whole && kind != RelationKind::Table).then(|| statement.trim().to_owned()),
        lines: 0,
    })
}

/// The table that gets a name: `ALTER TABLE old RENAME TO new`, `RENAME TABLE old TO new`.
fn renamed(mut words: Words<'_>, is_altered: bool) -> Option<Created> {
    words.expect("TABLE")?;
    let mut old = words.part()?;
    let mut schema = None;
    for flag in ["IF", "EXISTS", "ONLY"] {
        if !old.quoted && old.text.eq_ignore_ascii_case(flag) {
            old = words.part()?;
        }
    }
    while words.dot() {
        schema = Some(std::mem::replace(&mut old, words.part()?).text);
    }
    if is_altered {
        words.expect("RENAME")?;
    }
    words.expect("TO")?;
    let mut parts = vec![words.part()?];
    while words.dot() {
        parts.push(words.part()?);
    }
    let name = parts.pop()?.text;
    let schema = parts.pop().map(|part| part.text).or(schema);
    let is_known = !name.contains(COMPUTED);
    is_known.then_some(Created { kind: RelationKind::Table, schema, name, statement: None, lines: 0 })
}

/// A part of a name.
struct Part {
    text: String,
    quoted: bool,
}

/// The words of a statement, from the first that is not read.
struct Words<'a> {
    rest: &'a str,
}

impl<'a> Words<'a> {
    /// The next word; `None` where something else follows.
    fn keyword(&mut self) -> Option<&'a str> {
        self.rest = skip_blank(self.rest);
        let end = self.rest.find(|letter: char| !is_of_word(letter)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        (!word.is_empty()).then_some(word)
    }

    /// Passes over a word; `None` where something else follows.
    fn expect(&mut self, wanted: &str) -> Option<()> {
        self.keyword()?.eq_ignore_ascii_case(wanted).then_some(())
    }

    /// Passes over `= value`, of which a part may be quoted: `DEFINER = 'root'@'%'`.
    fn skip_value(&mut self) {
        let rest = skip_blank(self.rest);
        if let Some(value) = rest.strip_prefix('=') {
            let value = skip_blank(value);
            let end = value.find(char::is_whitespace).unwrap_or(value.len());
            self.rest = value.get(end..).unwrap_or_default();
        }
    }

    /// The next part of a name, without its quotes.
    fn part(&mut self) -> Option<Part> {
        self.rest = skip_blank(self.rest);
        let close = match self.rest.chars().next()? {
            '"' => '"',
            '`' => '`',
            '[' => ']',
            _ => return self.keyword().map(|word| Part { text: word.to_owned(), quoted: false }),
        };
        let inside = self.rest.get(1..)?;
        let end = inside.find(close)?;
        self.rest = inside.get(end + 1..)?;
        inside.get(..end).map(|text| Part { text: text.to_owned(), quoted: true })
    }

    /// Whether a dot follows, which is read.
    fn dot(&mut self) -> bool {
        let rest = skip_blank(self.rest).strip_prefix('.');
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// Whether a word follows somewhere.
    fn has_keyword(&self, wanted: &str) -> bool {
        self.rest.split(|letter: char| !is_of_word(letter)).any(|word| word.eq_ignore_ascii_case(wanted))
    }
}

fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || "_$#@".contains(letter) || letter == COMPUTED
}

/// A text without leading white space and comments. What MySQL runs of a comment is no comment: `/*!50001 CREATE … */`.
fn skip_blank(mut text: &str) -> &str {
    loop {
        let trimmed = text.trim_start();
        let next = if let Some(comment) = trimmed.strip_prefix("--") {
            comment.find('\n').and_then(|end| comment.get(end..)).unwrap_or_default()
        } else if let Some(run) = trimmed.strip_prefix("/*!") {
            run.trim_start_matches(|letter: char| letter.is_ascii_digit())
        } else if let Some(comment) = trimmed.strip_prefix("/*") {
            comment.find("*/").and_then(|end| comment.get(end + 2..)).unwrap_or_default()
        } else if let Some(rest) = trimmed.strip_prefix("*/") {
            rest
        } else {
            return trimmed;
        };
        text = next;
    }
}

/// The statements of a text with their positions: what is between semicolons outside quotes and comments, and lines that
/// only have `GO`.
fn statements(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    let mut done = false;
    std::iter::from_fn(move || {
        while !done {
            let rest = text.get(start..)?;
            let end = end_of_statement(rest);
            let statement = rest.get(..end).unwrap_or_default();
            let from = start + (statement.len() - begin(statement).len());
            let statement = text.get(from..start + end).unwrap_or_default();
            done = end >= rest.len();
            start += end + 1;
            if !statement.is_empty() {
                return Some((from, statement));
            }
        }
        None
    })
}

/// The text from the first statement on.
fn begin(text: &str) -> &str {
    let text = skip_blank(text);
    let line = text.lines().next().unwrap_or_default();
    let is_separator = line.trim().eq_ignore_ascii_case("GO");
    text.get(line.len()..).filter(|_| is_separator).map_or(text, skip_blank)
}

/// The position of the end of the first statement.
fn end_of_statement(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let rest = text.get(at..).unwrap_or_default();
        let skipped = match byte {
            b';' => return at,
            b'\'' | b'"' | b'`' => closed(rest, 1, rest.get(..1).unwrap_or_default()),
            b'-' if rest.starts_with("--") => closed(rest, 2, "\n"),
            b'/' if rest.starts_with("/*") && !rest.starts_with("/*!") => closed(rest, 2, "*/"),
            b'$' => dollar_quoted(rest),
            b'\n' if is_separator(rest) => return at,
            _ => 1,
        };
        at += skipped;
        while !text.is_char_boundary(at) {
            at += 1;
        }
    }
    text.len()
}

/// The length of something that is closed by a text.
fn closed(text: &str, opening: usize, close: &str) -> usize {
    let inside = text.get(opening..).unwrap_or_default();
    inside.find(close).map_or(text.len(), |end| opening + end + close.len())
}

/// The length of a quotation such as `$body$ … $body$`; 1 if it is none.
fn dollar_quoted(text: &str) -> usize {
    let tag = text.get(1..).and_then(|rest| rest.find('$')).and_then(|end| text.get(..end + 2));
    let is_tag =
        |tag: &&str| tag.trim_matches('$').chars().all(|letter| letter.is_alphanumeric() || letter == '_');
    tag.filter(is_tag).map_or(1, |tag| closed(text, tag.len(), tag))
}

/// Whether the next line only has `GO`.
fn is_separator(text: &str) -> bool {
    text.get(1..)
        .and_then(|rest| rest.lines().next())
        .is_some_and(|line| line.trim().eq_ignore_ascii_case("GO"))
}
