//! How long two large schemas take. It prints, and does not judge: `cargo test --release -- --nocapture speed`.

use std::time::Instant;

use belljar_schema::Document;
use belljar_testing::make::{column, compare, document, id, index, refer, table, ty_of, with};

/// A thousand tables of ten columns, a foreign key and two indexes.
fn large(prefix: &str) -> Document {
    let names: Vec<String> = (0..1000).map(|number| format!("{prefix}_{number:04}")).collect();
    let tables = names.iter().zip(names.iter().cycle().skip(7)).map(|(name, other)| {
        let mut columns = vec![id()];
        columns.extend((0..8).map(|number| column(&format!("column_{number}"), "VARCHAR(50)")));
        columns.push(column("other_id", "INTEGER"));
        let mut made = table(name, columns);
        made.columns[3].server_default = Some("now()".to_owned());
        refer(&mut made, "other_id", &format!("{other}.id"), Some("CASCADE"));
        made.indexes = vec![
            index(&format!("ix_{name}_1"), &["column_1"]),
            index(&format!("ix_{name}_2"), &["column_2"]),
        ];
        made
    });
    document(tables.collect())
}

#[test]
fn a_thousand_tables() {
    let base = large("table");
    let rewritten = with(&base, |head| {
        for table in &mut head.tables {
            table.metadata = "other.module:Base.metadata".to_owned();
            table.columns[3].server_default = Some("CURRENT_TIMESTAMP".to_owned());
            table.columns[9].ty = ty_of("INT");
        }
    });
    let changed = with(&base, |head| {
        for (number, table) in head.tables.iter_mut().enumerate() {
            table.columns[1].ty = ty_of("TEXT");
            table.columns.remove(2 + number % 5);
        }
    });
    let moved = with(&base, |head| {
        for table in &mut head.tables {
            table.schema = Some("app".to_owned());
            let targets = table.foreign_keys.iter_mut().flat_map(|key| &mut key.targets);
            targets.for_each(|target| *target = format!("app.{target}"));
            let keys = table.columns.iter_mut().flat_map(|column| &mut column.foreign_keys);
            keys.for_each(|key| key.target = format!("app.{}", key.target));
        }
    });
    let other = with(&large("other"), |head| {
        head.tables.iter_mut().for_each(|table| table.class = None);
    });
    let cases = [
        ("the same", &base, 0),
        ("all of it written differently", &rewritten, 0),
        ("two changes in every table", &changed, 2000),
        ("all of it in another schema", &moved, 1000),
        ("nothing in common", &other, 2000),
    ];
    for (what, head, least) in cases {
        let run = || {
            let start = Instant::now();
            let found = compare(&base, head);
            (start.elapsed(), found)
        };
        // The best of a few: the machine has other things to do.
        let (took, found) = (0..5).map(|_| run()).min_by_key(|(took, _)| *took).expect("five runs");
        println!("1,000 tables, {what}: {} changes, {took:?}", found.changes.len());
        assert!(found.changes.len() >= least && (least > 0 || found.is_empty()), "{what}");
    }
}
