//! Whether two texts of a version file do the same.

use ruff_python_ast::{
    Expr, ModModule, Stmt,
    comparable::{ComparableExpr, ComparableStmt},
};

use crate::{parse, stack};

/// Whether two texts of a version file make the same change of a schema, at the same place of the history. Comments,
/// formatting, documentation, imports, annotations and `downgrade` do not count. Texts that can't be parsed are compared
/// as they are.
pub fn is_same_version(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    stack::with_room(|| match (parse::valid_module(one), parse::valid_module(other)) {
        (Some(one), Some(other)) => is_same_module(one.syntax(), other.syntax()),
        _ => false,
    })
}

fn is_same_module(one: &ModModule, other: &ModModule) -> bool {
    let (one, other) = (counting(&one.body), counting(&other.body));
    one.len() == other.len() && one.iter().zip(&other).all(|(one, other)| is_same(one, other))
}

/// The statements that count.
fn counting(body: &[Stmt]) -> Vec<&Stmt> {
    let counts = |statement: &&Stmt| match statement {
        Stmt::Import(_) | Stmt::ImportFrom(_) | Stmt::Pass(_) => false,
        Stmt::FunctionDef(function) => function.name.as_str() != "downgrade",
        Stmt::Expr(expression) => !matches!(&*expression.value, Expr::StringLiteral(_)),
        _ => true,
    };
    body.iter().filter(counts).collect()
}

fn is_same(one: &Stmt, other: &Stmt) -> bool {
    if let (Stmt::FunctionDef(one), Stmt::FunctionDef(other)) = (one, other) {
        let (of_one, of_other) = (counting(&one.body), counting(&other.body));
        return one.name.as_str() == other.name.as_str()
            && of_one.len() == of_other.len()
            && of_one.iter().zip(&of_other).all(|(one, other)| is_same(one, other));
    }
    match (assigned(one), assigned(other)) {
        (Some(one), Some(other)) => one == other,
        _ => ComparableStmt::from(one) == ComparableStmt::from(other),
    }
}

/// The name and the value of an assignment, annotated or not.
fn assigned(statement: &Stmt) -> Option<(ComparableExpr<'_>, ComparableExpr<'_>)> {
    let (target, value) = match statement {
        Stmt::Assign(assign) => match assign.targets.as_slice() {
            [target] => (target, &*assign.value),
            _ => return None,
        },
        Stmt::AnnAssign(assign) => (&*assign.target, assign.value.as_deref()?),
        _ => return None,
    };
    Some((ComparableExpr::from(target), ComparableExpr::from(value)))
}

#[cfg(test)]
mod tests {
    use super::is_same_version;

    const BEFORE: &str = "\"\"\"Add a\n\nRevises: x\n\"\"\"\nfrom alembic import op\nimport sqlalchemy as sa\n\
        revision = 'a'\ndown_revision = 'x'\n\ndef upgrade():\n    \"\"\"Up.\"\"\"\n    op.add_column('t', sa.Column('a', sa.Integer))\n\n\
        def downgrade():\n    op.drop_column('t', 'a')\n";

    #[test]
    fn what_counts() {
        for (old, new, is_same) in [
            ("", "", true),
            ("'a'", "\"a\"", true),
            ("import sqlalchemy as sa\n", "import sqlalchemy as sa\nfrom typing import Union\n", true),
            ("revision = 'a'", "revision: str = 'a'", true),
            ("def upgrade():", "def upgrade() -> None:", true),
            ("    \"\"\"Up.\"\"\"\n", "    # up\n", true),
            ("op.drop_column('t', 'a')", "pass", true),
            ("op.add_column('t', ", "op.add_column(\n        't',\n        ", true),
            ("sa.Integer", "sa.Text", false),
            ("down_revision = 'x'", "down_revision = 'y'", false),
            ("revision = 'a'", "revision = 'b'", false),
            ("sa.Integer))\n", "sa.Integer))\n    op.execute('DROP TABLE t')\n", false),
            ("revision = 'a'", "revision = 'a'\nop.execute('DROP TABLE t')", false),
            ("def upgrade", "def upgrade_", false),
            ("def upgrade():", "def upgrade(:", false),
        ] {
            assert!(BEFORE.contains(old), "{old}");
            assert_eq!(is_same_version(BEFORE, &BEFORE.replacen(old, new, 1)), is_same, "{old} {new}");
        }
    }
}
