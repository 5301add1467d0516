use std::ops::Range;

use ruff_python_ast::token::TokenKind;
use ruff_source_file::LineIndex;
use ruff_text_size::{Ranged as _, TextSize};

use crate::{parse, stack};

/// A comment of a Python file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Its line, counted from 1.
    pub line: u32,
    /// The lines that it applies to: its own, with the lines where brackets that close on it were opened; if it is
    /// alone on its line, the next line with code.
    pub targets: Vec<u32>,
    /// Its text, with the `#`.
    pub text: String,
}

/// The comments of a file, in order, without lookalikes in strings. `None` if the file can't be parsed: it is nested
/// too deeply, or the parser failed.
pub fn comments(text: &str) -> Option<Vec<Comment>> {
    // The tree, which is not needed here, is dropped by recursion.
    stack::with_room(|| {
        let parsed = parse::module(text).ok()?;
        let mut reader = Reader::new(text);
        for token in parsed.tokens() {
            let range = token.range();
            reader.token(
                token.kind(),
                range.start(),
                text.get(Range::<usize>::from(range)).unwrap_or_default(),
            );
        }
        Some(reader.found)
    })
}

struct Reader {
    lines: LineIndex,
    found: Vec<Comment>,
    /// Positions in `found` of comments that wait for a line with code.
    alone: Vec<usize>,
    /// The lines of the open brackets.
    open: Vec<u32>,
    /// The last line seen, and the lines of the brackets that closed on it.
    line: u32,
    closed: Vec<u32>,
    has_code: bool,
}

impl Reader {
    fn new(text: &str) -> Self {
        let lines = LineIndex::from_source_text(text);
        let (found, alone, open, closed) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { lines, found, alone, open, line: 0, closed, has_code: false }
    }

    fn token(&mut self, kind: TokenKind, start: TextSize, text: &str) {
        if matches!(
            kind,
            TokenKind::Indent
                | TokenKind::Dedent
                | TokenKind::Newline
                | TokenKind::NonLogicalNewline
                | TokenKind::EndOfFile
        ) {
            return;
        }
        let line = u32::try_from(self.lines.line_index(start).get()).unwrap_or(u32::MAX);
        if line != self.line {
            (self.line, self.has_code) = (line, false);
            self.closed.clear();
        }
        if kind == TokenKind::Comment {
            return self.comment(line, text);
        }
        self.has_code = true;
        for position in self.alone.drain(..) {
            if let Some(comment) = self.found.get_mut(position) {
                comment.targets.push(line);
            }
        }
        match kind {
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => self.open.push(line),
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => self.closed.extend(self.open.pop()),
            _ => {}
        }
    }

    fn comment(&mut self, line: u32, text: &str) {
        let mut targets = Vec::new();
        if self.has_code {
            targets.push(line);
            targets.extend(self.closed.iter().copied().filter(|opened| *opened != line));
        } else {
            self.alone.push(self.found.len());
        }
        self.found.push(Comment { line, targets, text: text.to_owned() });
    }
}

#[cfg(test)]
mod tests {
    use super::comments;

    #[track_caller]
    fn check(text: &str, expected: &[(u32, &[u32])]) {
        let found = comments(text).expect("it can be parsed");
        let found: Vec<(u32, &[u32])> =
            found.iter().map(|comment| (comment.line, &*comment.targets)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn beside_code() {
        check("a = 1  # one\nb = 2\n", &[(1, &[1])]);
        check("class A(B):  # one\n    x = 1\n", &[(1, &[1])]);
    }

    #[test]
    fn alone() {
        check("# one\n\n# two\na = 1\n", &[(1, &[4]), (3, &[4])]);
        check("class A:\n    # one\n    x = 1\n", &[(2, &[3])]);
        check("a = 1\n# the end\n", &[(2, &[])]);
    }

    #[test]
    fn within_brackets() {
        check(
            "t = f(\n    a,  # one\n    # two\n    b,\n)  # three\n",
            &[(2, &[2]), (3, &[4]), (5, &[5, 1])],
        );
        check("t = f(\n    g(\n        1,\n    ),  # inner\n)\n", &[(4, &[4, 2])]);
    }

    #[test]
    fn no_comments() {
        check("a = '# no'\nb = '''\n# no\n'''\nc = f'{a}# no'\n", &[]);
        assert_eq!(comments(&"(".repeat(100_000)), None, "too deep");
    }

    #[test]
    fn code_that_is_wrong_has_comments_too() {
        check("class A(:  # one\n    x = = 1  # two\n", &[(1, &[1]), (2, &[2])]);
    }
}
