//! A table that moves to another `MetaData` is a finding, and a `MetaData` that gets another name is none.

use belljar_check::{CheckConfig, Input, check};
use belljar_schema::{Document, Table};
use belljar_tree::Tree;

use super::hostile::{document, table};

const BASE: &str = "shop.base:Base.metadata";
const OTHER: &str = "shop.base:Other.metadata";

fn document_with(tables: &[(&str, &str)]) -> Document {
    let made = |(name, metadata): &(&str, &str)| {
        let mut one: Table = table(name, "x");
        (one.schema, one.metadata) = (None, (*metadata).to_owned());
        one
    };
    document(tables.iter().map(made).collect())
}

fn found(base: &Document, head: &Document, text: &str) -> Vec<String> {
    let tree = Tree::in_memory([("src/shop/base.py", text)]);
    let verdict = check(&Input {
        owners: belljar_check::Owners::default(),
        base: Ok(base),
        head,
        tree: Some(&tree),
        config: &CheckConfig::default(),
        renames: &[],
        prefix: "",
        base_tree: None,
        texts: None,
        migrations: None,
        proposal: None,
        downstream: None,
        remarks: vec![],
    });
    let own = verdict.findings.into_iter().map(|item| item.finding).filter(|one| one.code == "BJ015");
    own.map(|one| one.message).collect()
}

#[test]
fn a_table_moves() {
    let both = document_with(&[("orders", BASE), ("users", BASE)]);
    let moved = document_with(&[("orders", BASE), ("users", OTHER)]);
    let all = document_with(&[("orders", OTHER), ("users", OTHER)]);
    let text = "Base = declarative_base()\nOther = declarative_base()\n";
    assert_eq!(
        found(&both, &moved, text),
        [
            "table `users` moves from `shop.base:Base.metadata` to `shop.base:Other.metadata`: migrations that are \
          generated from the first drop it"
        ]
    );
    assert_eq!(found(&both, &all, text).len(), 2, "all of them");
    // Controls: another name, which may stay as an alias; nothing moves; a new table in another one.
    assert_eq!(found(&both, &all, "Other = declarative_base()\n"), [""; 0]);
    assert_eq!(found(&both, &all, "Other = declarative_base()\nBase = Other\n"), [""; 0]);
    assert_eq!(found(&both, &both, text), [""; 0]);
    let more = document_with(&[("carts", OTHER), ("orders", BASE), ("users", BASE)]);
    assert_eq!(found(&both, &more, text), [""; 0]);
}
