use crate::{FileDiagnostics, excerpt};

/// The maximum nesting of blocks. LookML itself needs five.
const DEEPEST: usize = 64;

/// The maximum number of parameters of one file.
const MOST_NODES: usize = 500_000;

/// The maximum number of mistakes before reading stops: each may require scanning the rest of the file.
const MOST_MISTAKES: usize = 100;

/// One parameter: `key: value`, `key: name { … }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) key: String,
    /// The name before a block.
    pub(super) name: Option<String>,
    pub(super) value: Value,
    /// The line of the key, counted from 1.
    pub(super) line: u32,
}

/// The value of a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// A word or a quoted string.
    Text(String),
    /// A value that ends with `;;`: SQL, HTML, an expression.
    Expression(String),
    /// `[a, b]` and `[a: "x"]`; the keys of the latter.
    List(Vec<String>),
    /// A block of parameters, `{ … }`.
    Block(Vec<Node>),
}

impl Node {
    pub(super) fn block(&self) -> &[Self] {
        if let Value::Block(nodes) = &self.value { nodes } else { &[] }
    }

    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) | Value::Expression(text) => Some(text),
            Value::List(_) | Value::Block(_) => None,
        }
    }
}

/// Reads the parameters of a file. After a mistake it continues with the next block at the outermost level.
pub(super) fn parse(text: &str, diagnostics: &mut FileDiagnostics<'_>) -> Vec<Node> {
    let mut parser = Parser { text, at: 0, line: 1, nodes: 0 };
    let mut out = Vec::new();
    let mut mistakes = 0;
    loop {
        parser.blank();
        if parser.rest().is_empty() {
            return out;
        }
        match parser.node(0) {
            Ok(node) => out.push(node),
            Err(Wrong { line, message, keep }) => {
                out.extend(keep);
                diagnostics.error("lookml-syntax", line, message, "the text before and after it is read");
                mistakes += 1;
                if mistakes == MOST_MISTAKES {
                    let message = format!("it has {MOST_MISTAKES} mistakes; the rest is ignored");
                    diagnostics.error("lookml-syntax", line, message, "is it LookML?");
                    return out;
                }
                if parser.nodes >= MOST_NODES || !parser.recover() {
                    return out;
                }
            }
        }
    }
}

/// A mistake, with the readable part of its block.
struct Wrong {
    line: u32,
    message: String,
    keep: Option<Node>,
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    line: u32,
    nodes: usize,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn advance(&mut self, bytes: usize) -> &'a str {
        let taken = self.rest().get(..bytes).unwrap_or_else(|| self.rest());
        self.at += taken.len();
        let lines = taken.bytes().filter(|byte| *byte == b'\n').count();
        self.line = self.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        taken
    }

    /// Skips white space and comments.
    fn blank(&mut self) {
        loop {
            let rest = self.rest();
            let blank = rest.len()
                - rest.trim_start_matches(|one: char| one.is_whitespace() || one == '\u{feff}').len();
            self.advance(blank);
            if !self.rest().starts_with('#') {
                return;
            }
            let comment = self.rest().find('\n').unwrap_or(self.rest().len());
            self.advance(comment);
        }
    }

    fn wrong<T>(&self, message: impl Into<String>) -> Result<T, Wrong> {
        Err(Wrong { line: self.line, message: message.into(), keep: None })
    }

    fn seen(&self) -> String {
        match self.rest().lines().next().unwrap_or_default() {
            _ if self.rest().is_empty() => "the end of the file".to_owned(),
            line => format!("`{}`", excerpt(line.trim_end())),
        }
    }

    fn word(&mut self) -> Option<&'a str> {
        let end = self.rest().find(|one: char| {
            one.is_whitespace() || matches!(one, ':' | '{' | '}' | '[' | ']' | ',' | '"' | '#')
        });
        let end = end.unwrap_or(self.rest().len());
        (end > 0).then(|| self.advance(end))
    }

    fn node(&mut self, depth: usize) -> Result<Node, Wrong> {
        self.nodes += 1;
        if self.nodes > MOST_NODES {
            return self.wrong(format!("it has more than {MOST_NODES} parameters; the rest is ignored"));
        }
        let line = self.line;
        let Some(key) = self.word() else {
            return self.wrong(format!("expected the name of a parameter, found {}", self.seen()));
        };
        self.blank();
        if !self.rest().starts_with(':') {
            return self.wrong(format!("expected `:` after `{}`, found {}", excerpt(key), self.seen()));
        }
        self.advance(1);
        let key = key.to_owned();
        // An expression may start with the comment sign of other values.
        if is_expression(&key) && !self.is_block_next() {
            let value = Value::Expression(self.expression(&key)?);
            return Ok(Node { key, name: None, value, line });
        }
        self.blank();
        let (name, value) = match self.rest().as_bytes().first() {
            Some(b'{') => (None, None),
            Some(b'[') => return Ok(Node { key, name: None, value: Value::List(self.list()?), line }),
            Some(b'"') => (Some(self.quoted()?), Some(())),
            _ => match self.word() {
                Some(word) => (Some(word.to_owned()), Some(())),
                None => {
                    return self.wrong(format!(
                        "expected a value of `{}`, found {}",
                        excerpt(&key),
                        self.seen()
                    ));
                }
            },
        };
        if value.is_some() {
            let (at, line_before) = (self.at, self.line);
            self.blank();
            if !self.rest().starts_with('{') {
                (self.at, self.line) = (at, line_before);
                return Ok(Node { key, name: None, value: Value::Text(name.unwrap_or_default()), line });
            }
        }
        self.advance(1);
        let (nodes, wrong) = self.block(depth + 1);
        let node = Node { key, name, value: Value::Block(nodes), line };
        match wrong {
            None => Ok(node),
            Some(wrong) => Err(Wrong { keep: Some(node), ..wrong }),
        }
    }

    /// The contents of braces, after the first one.
    fn block(&mut self, depth: usize) -> (Vec<Node>, Option<Wrong>) {
        let mut nodes = Vec::new();
        let wrong = |parser: &Self, message: String| Some(Wrong { line: parser.line, message, keep: None });
        if depth > DEEPEST {
            return (nodes, wrong(self, format!("blocks are nested more than {DEEPEST} deep")));
        }
        loop {
            self.blank();
            if self.rest().starts_with('}') {
                self.advance(1);
                return (nodes, None);
            }
            if self.rest().is_empty() {
                return (nodes, wrong(self, "expected `}`, found the end of the file".to_owned()));
            }
            match self.node(depth) {
                Ok(node) => nodes.push(node),
                Err(mut wrong) => {
                    nodes.extend(wrong.keep.take());
                    return (nodes, Some(wrong));
                }
            }
        }
    }

    /// `case: {` and `sql_step: {` are blocks although their names are those of expressions; `{{ … }}` and `{% … %}`
    /// are not.
    fn is_block_next(&self) -> bool {
        let mut rest = self.rest().trim_start().bytes();
        rest.next() == Some(b'{') && !matches!(rest.next(), Some(b'{' | b'%'))
    }

    fn expression(&mut self, key: &str) -> Result<String, Wrong> {
        let Some(end) = self.rest().find(";;") else {
            return self.wrong(format!("the value of `{}` does not end: `;;` is missing", excerpt(key)));
        };
        let text = self.advance(end).trim().to_owned();
        self.advance(2);
        Ok(text)
    }

    fn quoted(&mut self) -> Result<String, Wrong> {
        let mut out = String::new();
        let mut letters = self.rest().char_indices().skip(1);
        while let Some((at, letter)) = letters.next() {
            match letter {
                '"' => {
                    self.advance(at + 1);
                    return Ok(out);
                }
                '\\' => match letters.next() {
                    Some((_, letter @ ('"' | '\\'))) => out.push(letter),
                    Some((_, letter)) => out.extend(['\\', letter]),
                    None => break,
                },
                _ => out.push(letter),
            }
        }
        self.wrong("a quoted string does not end: `\"` is missing")
    }

    /// A list; for entries with values, their keys.
    fn list(&mut self) -> Result<Vec<String>, Wrong> {
        self.advance(1);
        let mut out = Vec::new();
        loop {
            self.blank();
            match self.rest().as_bytes().first() {
                Some(b']') => {
                    self.advance(1);
                    return Ok(out);
                }
                Some(b',') => {
                    self.advance(1);
                    continue;
                }
                None => return self.wrong("expected `]`, found the end of the file"),
                _ => {}
            }
            let item = self.item()?;
            self.blank();
            if self.rest().starts_with(':') {
                self.advance(1);
                self.blank();
                self.item()?;
            }
            self.nodes += 1;
            if self.nodes > MOST_NODES {
                return self.wrong(format!("it has more than {MOST_NODES} parameters; the rest is ignored"));
            }
            out.push(item);
        }
    }

    fn item(&mut self) -> Result<String, Wrong> {
        if self.rest().starts_with('"') {
            return self.quoted();
        }
        match self.word() {
            Some(word) => Ok(word.to_owned()),
            None => self.wrong(format!("expected an entry of a list, found {}", self.seen())),
        }
    }

    /// Skips to the next line that starts a block in the first column; false if there is none.
    fn recover(&mut self) -> bool {
        loop {
            let Some(line) = self.rest().find('\n') else { return false };
            self.advance(line + 1);
            let rest = self.rest();
            if ["view:", "explore:", "view :", "explore :", "datagroup:", "map_layer:", "test:"]
                .iter()
                .any(|key| rest.starts_with(key))
            {
                return true;
            }
        }
    }
}

/// Whether the value of a parameter ends with `;;`.
fn is_expression(key: &str) -> bool {
    key == "sql"
        || key.starts_with("sql_") && key != "sql_quote_char"
        || key == "html"
        || key == "expression"
        || key == "expression_custom_filter"
}
