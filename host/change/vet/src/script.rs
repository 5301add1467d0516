use belljar_dialect::Database;
use ruff_python_ast::{PySourceType, token::TokenKind};
use ruff_python_parser::{Mode, lexer, parse_unchecked_source};
use ruff_text_size::Ranged;

use crate::sql::Refused;

/// The lines before `def upgrade():`, besides imports of dialects, the revision and the name of the dialect.
const HEAD: &[&str] = &[
    "",
    "\"\"\"Changes of the models.",
    "\"\"\"",
    "import sqlalchemy as sa",
    "from alembic import op",
    "# Replace None with the revision that this one follows.",
    "down_revision = None",
    "branch_labels = None",
    "depends_on = None",
    "class Verbatim(sa.types.UserDefinedType):",
    "    \"\"\"A type by its DDL.\"\"\"",
    "    cache_ok = True",
    "    def __init__(self, text):",
    "        self.text = text",
    "    def get_col_spec(self, **kw):",
    "        return self.text",
];

/// Operations, of `op` and of `batch_op`; the same as in `guest/belljar_guest/render/script_allowlist.py`.
const OPERATIONS: &[&str] = &[
    "add_column",
    "alter_column",
    "create_check_constraint",
    "create_foreign_key",
    "create_index",
    "create_primary_key",
    "create_table",
    "create_table_comment",
    "create_unique_constraint",
    "drop_column",
    "drop_constraint",
    "drop_index",
    "drop_table",
    "drop_table_comment",
    "execute",
    "rename_table",
];

/// Classes and functions of `sa` that are not types and may be written.
const OF_SA: &[&str] = &["literal_column", "text"];

/// Classes of `sa` that are not types and have effects when created.
const NOT_OF_SA: &[&str] = &["DDL", "Engine", "Connection", "PickleType", "TypeDecorator", "UserDefinedType"];

/// Checks that a migration script consists of calls of operations, constructs and types, with literals as values.
///
/// The guest checks every statement as a syntax tree. This checks the tokens of the whole file, and what every name
/// refers to: code can only be reached through a name.
///
/// # Errors
///
/// The reason why it is not allowed.
pub fn script(text: &str) -> Result<(), Refused> {
    if text.chars().any(|letter| letter.is_control() && letter != '\n') {
        return Err(Refused("it contains a control character"));
    }
    let begin = "\ndef upgrade():\n";
    let start = text.find(begin).ok_or(Refused("it has no `upgrade` function"))?;
    let (head, body) = text.split_at(start + 1);
    if !head.lines().all(is_of_head) {
        return Err(Refused("an unexpected line before its functions"));
    }
    Body { text: body, tokens: lexed(body)? }.check()
}

/// Whether SQLAlchemy has a dialect of this name in a module of its own; MariaDB shares that of MySQL.
fn is_dialect(name: &str) -> bool {
    Database::find(name).is_some_and(|database| database.family() == database)
}

fn is_of_head(line: &str) -> bool {
    let revision = line.strip_prefix("revision = '").and_then(|rest| rest.strip_suffix('\''));
    let dialect_name = line
        .strip_prefix("Rendered by Alembic from the models alone, for ")
        .and_then(|rest| rest.strip_suffix(". No database was read: review it before you run it."));
    HEAD.contains(&line)
        || line.strip_prefix("from sqlalchemy.dialects import ").is_some_and(is_dialect)
        || dialect_name.is_some_and(is_dialect)
        || revision.is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
}

type Lexed = Vec<(TokenKind, std::ops::Range<usize>)>;

/// The maximum nesting of brackets, as in CPython.
const MAX_BRACKETS: usize = 200;

/// The tokens without comments and empty lines.
fn lexed(text: &str) -> Result<Lexed, Refused> {
    check_depth(text)?;
    let parsed = parse_unchecked_source(text, PySourceType::Python);
    if !parsed.errors().is_empty() {
        return Err(Refused("it is not Python"));
    }
    let tokens = parsed.tokens().iter().map(|token| (token.kind(), token.range().to_std_range()));
    Ok(tokens
        .filter(|(kind, _)| !matches!(kind, TokenKind::Comment | TokenKind::NonLogicalNewline))
        .collect())
}

/// Bounds the depth of the syntax tree before it is built: beside brackets only a sign could nest, which is not
/// allowed.
fn check_depth(text: &str) -> Result<(), Refused> {
    let mut lexer = lexer::lex(text, Mode::Module);
    let (mut open, mut is_signed) = (0_usize, false);
    loop {
        let kind = lexer.next_token();
        match kind {
            TokenKind::EndOfFile => return Ok(()),
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => open += 1,
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => open = open.saturating_sub(1),
            _ => {}
        }
        if open > MAX_BRACKETS || (is_signed && !matches!(kind, TokenKind::Int | TokenKind::Float)) {
            return Err(Refused("it is nested too deeply"));
        }
        if !(is_allowed(kind) || matches!(kind, TokenKind::Comment | TokenKind::NonLogicalNewline)) {
            return Err(Refused("it contains a word or sign that no operation needs"));
        }
        is_signed = kind == TokenKind::Minus;
    }
}

/// Whether a script may have a token.
fn is_allowed(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Name
            | TokenKind::String
            | TokenKind::Int
            | TokenKind::Float
            | TokenKind::None
            | TokenKind::True
            | TokenKind::False
            | TokenKind::Lpar
            | TokenKind::Rpar
            | TokenKind::Lsqb
            | TokenKind::Rsqb
            | TokenKind::Lbrace
            | TokenKind::Rbrace
            | TokenKind::Comma
            | TokenKind::Colon
            | TokenKind::Equal
            | TokenKind::Dot
            | TokenKind::Minus
            | TokenKind::Star
            | TokenKind::Newline
            | TokenKind::Indent
            | TokenKind::Dedent
            | TokenKind::Def
            | TokenKind::With
            | TokenKind::As
            | TokenKind::Pass
    )
}

struct Body<'a> {
    text: &'a str,
    tokens: Lexed,
}

impl Body<'_> {
    fn kind(&self, place: usize) -> TokenKind {
        self.tokens.get(place).map_or(TokenKind::EndOfFile, |(kind, _)| *kind)
    }

    fn text(&self, place: usize) -> &str {
        self.tokens.get(place).and_then(|(_, range)| self.text.get(range.clone())).unwrap_or_default()
    }

    fn check(&self) -> Result<(), Refused> {
        let mut open = 0_usize;
        for place in 0..self.tokens.len() {
            match self.kind(place) {
                TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => {
                    if self.kind(place) != TokenKind::Lbrace && !self.opens(place) {
                        return Err(Refused("it calls a name that is not its own"));
                    }
                    open += 1;
                }
                TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => open = open.saturating_sub(1),
                TokenKind::Name => self.check_name(place, open)?,
                TokenKind::Star if self.kind(place + 1) != TokenKind::Lsqb => {
                    return Err(Refused("it contains a sign that no operation needs"));
                }
                TokenKind::Equal
                    if open == 0 && !self.text(place.saturating_sub(1)).starts_with("before_") =>
                {
                    return Err(Refused("it assigns to a name that is not its own"));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Whether a parenthesis or a bracket is allowed: after a name it is a call, which [`Self::check_name`] checks.
    fn opens(&self, place: usize) -> bool {
        let before = place.checked_sub(1).map_or(TokenKind::Newline, |before| self.kind(before));
        match before {
            TokenKind::Name => self.kind(place) == TokenKind::Lpar,
            TokenKind::Comma
            | TokenKind::Equal
            | TokenKind::Colon
            | TokenKind::Lpar
            | TokenKind::Lsqb
            | TokenKind::Star => true,
            _ => false,
        }
    }

    /// Whether a name is allowed at this place.
    fn check_name(&self, place: usize, open: usize) -> Result<(), Refused> {
        let name = self.text(place);
        let before = place.checked_sub(1).map_or(TokenKind::Newline, |before| self.kind(before));
        let is_known = match (before, self.kind(place + 1)) {
            (TokenKind::Dot, TokenKind::Lpar) => self.is_called(place, name, open),
            (TokenKind::Def, TokenKind::Lpar) => matches!(name, "upgrade" | "downgrade"),
            (TokenKind::As, TokenKind::Colon) => name == "batch_op",
            (TokenKind::Dot, _) => false,
            (_, TokenKind::Dot) => matches!(name, "op" | "batch_op" | "sa") || is_dialect(name),
            (_, TokenKind::Lpar) => name == "Verbatim",
            (_, TokenKind::Equal) if open > 0 => is_keyword(name),
            _ => name
                .strip_prefix("before_")
                .is_some_and(|rest| rest.bytes().all(|digit| digit.is_ascii_digit())),
        };
        if is_known { Ok(()) } else { Err(Refused("it contains a name that no operation needs")) }
    }

    /// Whether an attribute belongs to its owner; an operation is a statement of its own.
    fn is_called(&self, place: usize, name: &str, open: usize) -> bool {
        let owner = place.checked_sub(2).map_or("", |owner| self.text(owner));
        let is_first = place.checked_sub(3).is_none_or(|before| {
            matches!(
                self.kind(before),
                TokenKind::Newline | TokenKind::Indent | TokenKind::Dedent | TokenKind::With
            )
        });
        let is_class = name.starts_with(|letter: char| letter.is_ascii_uppercase());
        match owner {
            "op" | "batch_op" if name == "f" => true,
            "op" if matches!(name, "batch_alter_table" | "get_context") => open == 0,
            "op" | "batch_op" => OPERATIONS.contains(&name) && open == 0 && is_first,
            "sa" => OF_SA.contains(&name) || (is_class && !NOT_OF_SA.contains(&name)),
            ")" => name == "autocommit_block" && open == 0,
            _ => is_dialect(owner) && is_class,
        }
    }
}

/// The keyword arguments of operations, constructs and types; options of dialects start with the name of a dialect.
fn is_keyword(name: &str) -> bool {
    let is_plain =
        name.bytes().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'_');
    is_plain
        && !name.starts_with('_')
        && !matches!(name, "pickler" | "impl" | "comparator" | "info" | "default" | "onupdate_")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script_with(body: &str) -> String {
        format!(
            "\"\"\"Changes of the models.\n\nRendered by Alembic from the models alone, for sqlite. No database was read: \
             review it before you run it.\n\"\"\"\nimport sqlalchemy as sa\nfrom alembic import op\n\nrevision = '0123456789ab'\n\
             down_revision = None\n\n\ndef upgrade():\n    {body}\n\n\ndef downgrade():\n    pass\n"
        )
    }

    #[test]
    fn a_script_of_operations_is_one() {
        let good = [
            "pass",
            "op.drop_table('x')",
            "# import os\n    pass",
            "op.create_table('t',\n    sa.Column('a', sa.String(length=3), server_default=sa.text('\\'x\\''), \
             nullable=True),\n    sa.PrimaryKeyConstraint('a'),\n    prefixes=['TEMPORARY'],\n    \
             mysql_engine='InnoDB'\n    )",
            "op.create_index(op.f('ix'), 't', [sa.literal_column('lower(a)'), 'b'], unique=False)",
            "with op.get_context().autocommit_block():\n        op.execute('ALTER TYPE e ADD VALUE \\'x\\'')",
            "before_1 = sa.Table('t', sa.MetaData(),\n    sa.Column('a', sa.Integer())\n    )\n    with \
             op.batch_alter_table('t', recreate='always', copy_from=before_1) as batch_op:\n        \
             batch_op.drop_column('a')",
            "op.alter_column('t', 'a',\n           existing_type=postgresql.ARRAY(sa.Enum('a', 'b', name='e')),\n           \
             type_=Verbatim('X(-1)'))",
            "op.f('x')",
            "op.create_table('t', *[sa.Column('a', sa.Integer(), sa.Identity(start=-1))])",
            "op.create_table('t', postgresql_with={'fillfactor': 70})",
        ];
        for body in good {
            assert_eq!(script(&script_with(body)), Ok(()), "{body}");
        }
    }

    #[test]
    fn code_is_refused() {
        let bad = [
            "import os",
            "__import__('os').system('id')",
            "op.create_table('t', prefixes=['', __import__('os').system('id'), ''])",
            "op.drop_table('x'); exec('1')",
            "op.drop_table(eval('1'))",
            "op.drop_table('x', **{'a': 1})",
            "op.create_table('t', x=lambda: 1)",
            "op.get_bind()",
            "op.run_async(1)",
            "op.drop_table(op.execute('x'))",
            "op.drop_table(sa.create_engine('x'))",
            "x = 1",
            "op.drop_table(f'{1}')",
            "op.drop_table(1 if 2 else 3)",
            "op.drop_table('x')('y')",
            "op.drop_table(['x'][0])",
            "op.impl.x('y')",
            "sa.__dict__",
            "op.f.__globals__('x')",
            "'x'.format('y')",
            "op.drop_table(('x').join('y'))",
            "op.drop_table([x for x in 'y'])",
            "@op\n    def f(): pass",
            "def f(): pass",
            "class A: pass",
            "op.drop_table('x', a=os)",
            "while True: pass",
            "op.drop_table(`x`)",
            "op.execute('x').y('z')",
            "postgresql.psycopg2('x')",
            "op.drop_table(~1)",
            "raise op",
            "op.drop_table(...)",
            "op.batch_alter_table(sa.text('x')).y('z')",
            "op.create_table('x', a=op.execute('y'))",
            "op.drop_table('x'\n",
            "op.invoke('x')",
            "sa.DDL('x')",
            "op.drop_table(t'x')",
            "del op",
            "global op",
            "op = 1",
            "sa = op",
        ];
        for body in bad {
            let is_whole = script(&script_with(body)).is_ok();
            assert!(!is_whole, "{body}");
        }
    }

    #[test]
    fn the_head_is_what_it_always_is() {
        let plain = script_with("pass");
        for (from, to) in [
            ("revision = '0123456789ab'", "revision = __import__('os')"),
            ("down_revision = None", "import os"),
            ("\"\"\"Changes of the models.", "# -*- coding: utf-7 -*-\n\"\"\"Changes of the models."),
            ("for sqlite. No", "for \"\"\"; import os. No"),
            ("    pass", "    pass\u{c}"),
            ("    pass", "    pass # a\r    import os"),
            ("    pass", "    pass\0"),
        ] {
            assert!(script(&plain.replacen(from, to, 1)).is_err(), "{to}");
        }
    }
}
