//! Makers for tests: findings, files, and documents whose columns lie on lines of them.

use belljar_diff::{Certainty, Path, Side};
use belljar_rules::{Category, Cause, Finding};
use belljar_schema::{Document, Place, Severity};
use belljar_testing::make::{column, document, place, table};
use belljar_tree::Tree;

/// Where the models of these tests are.
pub(crate) const MODELS: &str = "app/models.py";

/// A finding of a rule about a column of `orders`, at a line of the models of the head.
pub(crate) fn finding(code: &str, column: &str, line: u32) -> Finding {
    Finding {
        code: code.to_owned(),
        name: "a-rule".to_owned(),
        category: Category::Destructive,
        severity: Severity::Error,
        message: "something is lost".to_owned(),
        certainty: Certainty::Certain,
        dialects: Vec::new(),
        change: Cause {
            index: None,
            code: "modify-column".to_owned(),
            path: Path {
                metadata: None,
                schema: None,
                name: "orders".to_owned(),
                part: Some(column.to_owned()),
            },
        },
        place: place(MODELS, line),
        side: Side::Head,
        recipe: Vec::new(),
        notes: Vec::new(),
        also: Vec::new(),
        others: Vec::new(),
    }
}

/// `orders` with its class on line 1 and columns on these lines of the models.
pub(crate) fn orders(columns: &[(&str, u32)]) -> Document {
    let columns = columns.iter().map(|(name, line)| {
        let mut column = column(name, "INTEGER");
        column.place = place(MODELS, *line);
        column
    });
    let mut table = table("orders", columns.collect());
    table.place = place(MODELS, 1);
    document(vec![table])
}

/// A tree with the models and nothing else.
pub(crate) fn tree(text: &str) -> Tree {
    Tree::in_memory([(MODELS, text)])
}

pub(crate) fn at(path: &str, line: u32) -> Place {
    Place { path: path.to_owned(), line }
}
