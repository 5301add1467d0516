//! What a diagram shows, and how names are written. Whether each language reads them as names is tested with its own
//! reader by `make diagram-test`.

use std::collections::BTreeMap;

use belljar_dialect::Database;
use belljar_schema::{Document, UniqueConstraint};
use belljar_testing::make::{column, document, id, refer, table, unresolved, view};

use crate::{Columns, Diagram, Format, Mark, Selection, Touch, mermaid_of_change, write};

const ALL: Selection<'_> = Selection {
    chosen: None,
    depth: 1,
    columns: Columns::All,
    grouping: None,
    database: Database::Postgresql,
};

/// `a` refers to `b`, by a column that is unique, nullable, both or neither.
fn pair(is_unique: bool, is_nullable: bool) -> Document {
    let mut one = table("a", vec![id(), column("b_id", "INTEGER")]);
    if let Some(column) = one.columns.last_mut() {
        column.nullable = is_nullable;
    }
    refer(&mut one, "b_id", "b.id", None);
    if is_unique {
        let columns = vec!["b_id".to_owned()];
        one.unique.push(UniqueConstraint { columns, ..UniqueConstraint::default() });
    }
    document(vec![one, table("b", vec![id()])])
}

#[test]
fn how_many_rows_refer_to_one() {
    let line = |is_unique, is_nullable| {
        let text = write(&Diagram::new(&pair(is_unique, is_nullable), ALL), Format::Mermaid);
        text.lines().last().unwrap().trim().to_owned()
    };
    assert_eq!(line(false, false), "b ||--o{ a : \"b_id\"");
    assert_eq!(line(false, true), "b |o--o{ a : \"b_id\"");
    assert_eq!(line(true, false), "b ||--o| a : \"b_id\"");
    assert_eq!(line(true, true), "b |o--o| a : \"b_id\"");
}

/// Nothing that the document has is missing, and what it lacks is said.
#[test]
fn all_is_shown() {
    let mut whole = pair(false, false);
    let mut other = table("c", vec![id(), column("gone", "INTEGER")]);
    refer(&mut other, "gone", "gone.id", None);
    whole.tables.push(other);
    let mut seen = view("v", "select 1");
    seen.reads = Some(vec!["a".to_owned()]);
    whole.views.push(seen);
    whole.unresolved.push(unresolved("lost", None, "a.py"));
    let diagram = Diagram::new(&whole, ALL);
    let found: Vec<(&str, &[Mark])> =
        diagram.entities.iter().map(|one| (one.name.as_str(), one.marks.as_slice())).collect();
    let expected: [(&str, &[Mark]); 6] = [
        ("a", &[]),
        ("b", &[]),
        ("c", &[]),
        ("gone", &[Mark::Undeclared]),
        ("lost", &[Mark::Unresolved]),
        ("v", &[Mark::View]),
    ];
    assert_eq!(found, expected);
    assert_eq!(diagram.links.len(), 3);
    let text = write(&diagram, Format::Mermaid);
    for part in ["gone[\"gone (not declared)\"]", "lost[\"lost (unresolved)\"]", "a |o..o{ v : \"read by\""] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

/// What means something in a language is written otherwise.
#[test]
fn names_stay_names() {
    let hostile = "%%{init}%% ```\n \" ' <img:x> [[y]] ${z} \\N !include";
    let text = |format| write(&Diagram::new(&document(vec![table(hostile, vec![id()])]), ALL), format);
    let forbidden: [(Format, &[&str]); 5] = [
        (Format::Mermaid, &["%%", "`", "<", "{init", " \" '"]),
        (Format::Dot, &["<img", " \" '", " \\N"]),
        (Format::Plantuml, &["<img", "[[", "!include", "%%", "$", " \" '"]),
        (Format::Dbml, &[" \" '"]),
        (Format::D2, &[" ${", " \" '"]),
    ];
    for (format, parts) in forbidden {
        let text = text(format);
        for part in parts {
            assert!(!text.contains(part), "{format:?} has {part:?}: {text}");
        }
    }
}

/// A change is shown with less detail rather than not at all, and not at all rather than unreadable.
#[test]
fn a_change_fits_into_a_comment() {
    let long = "n".repeat(80);
    let names = |count: usize| (0..count).map(|n| format!("{long}{n}")).collect::<Vec<_>>();
    let shown = |tables: usize, columns: usize| {
        let all = || names(columns).iter().map(|name| column(name, "INTEGER")).collect();
        let whole = document(names(tables).iter().map(|name| table(name, all())).collect());
        let columns: BTreeMap<String, Mark> =
            names(columns).into_iter().map(|name| (name, Mark::Changed)).collect();
        let touches = names(tables)
            .into_iter()
            .map(|name| ((None, name), Touch { mark: Mark::Changed, columns: columns.clone() }))
            .collect();
        mermaid_of_change(&whole, &whole, &touches)
    };
    let small = shown(2, 2).unwrap();
    assert_eq!((small.matches("(changed)").count(), small.matches("INTEGER").count()), (2, 4), "{small}");
    let large = shown(20, 20).unwrap();
    assert_eq!((large.matches("(changed)").count(), large.matches("INTEGER").count()), (20, 0), "{large}");
    assert!(large.len() < 8_000, "{}", large.len());
    assert_eq!(shown(25, 1), None);
    assert_eq!(shown(0, 0), None);
}

/// Names of another alphabet have the same plain form, by the thousand; work that is quadratic in them takes minutes.
#[test]
fn ten_thousand_tables() {
    let name = |n: usize| char::from_u32(0x4e00 + u32::try_from(n).unwrap()).unwrap().to_string();
    let mut tables: Vec<_> =
        (0..10_000).map(|n| table(&name(n), vec![id(), column("up", "INTEGER")])).collect();
    for (n, one) in tables.iter_mut().enumerate() {
        refer(one, "up", &format!("{}.id", name(n / 2)), None);
    }
    let whole = document(tables);
    for format in [Format::Mermaid, Format::Dot, Format::Plantuml, Format::Dbml, Format::D2] {
        let grouping = Some(crate::Grouping::Module);
        let diagram = Diagram::new(&whole, Selection { grouping, ..ALL });
        assert_eq!((diagram.entities.len(), diagram.links.len()), (10_000, 10_000));
        assert!(write(&diagram, format).len() > 100_000, "{format:?}");
    }
}
