use std::panic::{AssertUnwindSafe, catch_unwind};

use ruff_python_ast::{ModModule, PySourceType, PythonVersion, token::TokenKind};
use ruff_python_parser::{Mode, ParseOptions, Parsed, lexer, parse_unchecked, parse_unchecked_source};

/// The same as in CPython's tokenizer.
const MAX_BRACKETS: usize = 200;

/// The maximum nesting of tokens, as far as tokens show. CPython gives up on expressions at a similar depth; walking a
/// tree of this depth takes some 10 MB of stack in unoptimised builds.
const MAX_NESTING: usize = 20_000;

/// CPython's tokenizer allows 100 levels of indentation; the parser used here would allow any number.
const MAX_INDENT: usize = 100;

/// The maximum number of tokens of a file. A token becomes up to some 200 bytes of tree; handwritten code has one for
/// every four bytes.
pub(crate) const MAX_TOKENS: usize = 1_500_000;

/// Why a text could not be parsed at all. Syntax errors are not among them: the parser continues after those.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ParseError {
    /// Nested deeper than the limits.
    TooDeep,
    /// It has more tokens than [`MAX_TOKENS`].
    TooMany,
    /// The parser panicked, which the text caused.
    Panic,
}

/// Parses a module; syntax errors are part of the result.
pub(crate) fn module(text: &str) -> Result<Parsed<ModModule>, ParseError> {
    catch_unwind(AssertUnwindSafe(|| {
        check_size(text)?;
        Ok(parse_unchecked_source(text, PySourceType::Python))
    }))
    .unwrap_or(Err(ParseError::Panic))
}

/// Parses a module as the Python of the guest does: nothing where it has an error of syntax.
pub(crate) fn valid_module(text: &str) -> Option<Parsed<ModModule>> {
    let options = ParseOptions::from(PySourceType::Python).with_target_version(PythonVersion::PY314);
    let parsed = catch_unwind(AssertUnwindSafe(|| {
        check_size(text).ok()?;
        parse_unchecked(text, options).try_into_module()
    }));
    parsed.ok().flatten().filter(Parsed::has_no_syntax_errors)
}

/// Bounds the depth and the size of the syntax tree before it is built. The parser grows its own stack, but the tree is
/// walked and dropped by recursion.
///
/// An expression is nested no deeper than the number of tokens since the last comma, summed over the enclosing
/// brackets. Commas between the parameters of a `lambda` separate nothing, so a `lambda` counts to the end of the line,
/// and so does a colon outside brackets, which a statement may follow.
fn check_size(text: &str) -> Result<(), ParseError> {
    if text.len() < MAX_BRACKETS {
        return Ok(());
    }
    let mut depth = Depth::default();
    let mut lexer = lexer::lex(text, Mode::Module);
    for _ in 0..MAX_TOKENS {
        let kind = lexer.next_token();
        if kind == TokenKind::EndOfFile {
            return Ok(());
        }
        if !depth.admits(kind) {
            return Err(ParseError::TooDeep);
        }
    }
    Err(ParseError::TooMany)
}

#[derive(Default)]
struct Depth {
    /// Tokens since the last comma, for each enclosing bracket.
    outer: Vec<usize>,
    /// The same for the innermost.
    current: usize,
    /// The sum of `outer`.
    sum: usize,
    /// Lambdas and outer colons since the start of the logical line.
    line: usize,
    indent: usize,
}

impl Depth {
    fn admits(&mut self, kind: TokenKind) -> bool {
        match kind {
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => {
                self.current += 1;
                self.sum += self.current;
                self.outer.push(std::mem::take(&mut self.current));
            }
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => {
                self.current = self.outer.pop().unwrap_or(self.current);
                self.sum = self.sum.saturating_sub(self.current);
            }
            TokenKind::Comma => self.current = 0,
            TokenKind::Newline => *self = Self { indent: self.indent, ..Self::default() },
            TokenKind::Indent => self.indent += 1,
            TokenKind::Dedent => self.indent = self.indent.saturating_sub(1),
            TokenKind::Comment | TokenKind::NonLogicalNewline => {}
            TokenKind::Lambda => self.line += 1,
            TokenKind::Colon if self.outer.is_empty() => self.line += 1,
            _ => self.current += 1,
        }
        self.outer.len() <= MAX_BRACKETS
            && self.indent <= MAX_INDENT
            && self.sum + self.current + self.line <= MAX_NESTING
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stack;

    /// The outcome for a text; if it can be parsed, the tree is dropped.
    fn outcome(text: &str) -> Result<bool, ParseError> {
        stack::with_room(|| module(text).map(|parsed| parsed.errors().is_empty()))
    }

    fn too_deep(text: &str) {
        assert_eq!(outcome(text), Err(ParseError::TooDeep), "{}", &text[..40]);
    }

    #[test]
    fn nesting_over_the_limits_is_refused() {
        let n = 100_000;
        too_deep(&format!("x = {}{}", "(".repeat(n), ")".repeat(n)));
        too_deep(&format!("x = {}", "(".repeat(n)));
        too_deep(&format!("x = {}1", "1 + ".repeat(n)));
        too_deep(&format!("x = {}1", "-".repeat(n)));
        too_deep(&format!("x = {}1", "not ".repeat(n)));
        too_deep(&format!("x = {}1", "lambda a,: ".repeat(n)));
        too_deep(&format!("x = a{}", ".b".repeat(n)));
        too_deep(&format!("x = a{}", "[0]".repeat(n)));
        too_deep(&format!("x = a{}", "()".repeat(n)));
        too_deep(&format!("x = {}1", "1 if 1 else ".repeat(n)));
        too_deep(&format!("x = {}", "f'{".repeat(n)));
        too_deep(&"if x: ".repeat(n));
        let nested: String = (0..150).flat_map(|level| [" ".repeat(level), "if x:\n".to_owned()]).collect();
        too_deep(&format!("{nested}{}pass\n", " ".repeat(150)));
    }

    #[test]
    fn nesting_below_the_limits_is_parsed() {
        let n = 9_000;
        assert_eq!(outcome(&format!("x = {}1\n", "1 + ".repeat(n))), Ok(true));
        assert_eq!(outcome(&format!("x = {}1\n", "- ".repeat(n))), Ok(true));
        assert_eq!(outcome(&format!("x = a{}\n", ".b".repeat(n))), Ok(true));
        assert_eq!(outcome(&format!("x = {}1\n", "lambda a, b: ".repeat(n / 2))), Ok(true));
        assert_eq!(outcome(&format!("x = {}1{}\n", "(".repeat(190), ")".repeat(190))), Ok(true));
        assert_eq!(outcome(&format!("x = {}1\n", "1 ** ".repeat(n))), Ok(true));
    }

    #[test]
    fn long_is_not_deep() {
        let n = 100_000;
        assert_eq!(outcome(&format!("if x: pass\n{}", "elif x: pass\n".repeat(n))), Ok(true));
        assert_eq!(outcome(&format!("x = [{}]\n", "{'a': 1}, ".repeat(n))), Ok(true));
        assert_eq!(outcome(&"x = 1\n".repeat(n)), Ok(true));
        assert_eq!(outcome(&format!("x = '{}'\n", "(".repeat(n))), Ok(true));
    }

    #[test]
    fn more_tokens_than_the_limit_are_refused() {
        assert_eq!(outcome(&"a\n".repeat(MAX_TOKENS / 2 + 1)), Err(ParseError::TooMany));
        assert_eq!(
            outcome(&format!("# {}\na = '{}'\n", "a ".repeat(MAX_TOKENS), "a, ".repeat(400_000))),
            Ok(true)
        );
    }

    #[test]
    fn errors_of_syntax_are_part_of_the_result() {
        assert_eq!(outcome("class A(:\n  x = 1\n"), Ok(false));
    }
}
