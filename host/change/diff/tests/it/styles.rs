//! Models that are written in another style, and mean the same.

use belljar_diff::{Certainty, Effect, apply};
use belljar_schema::{Column, Document, Identity, IndexElement, PrimaryKey, Sequence, Table};
use belljar_testing::make::{
    codes, column, compare, declared, document, enum_of, id, index, named, only, refer, sequence, table,
    ty_of, with,
};

/// `posts` refer to `users`, which have a named type and a sequence, all in one schema.
fn in_schema(schema: Option<&str>) -> Document {
    let full = |name: &str| schema.map_or_else(|| name.to_owned(), |schema| format!("{schema}.{name}"));
    let own = schema.map(str::to_owned);
    let mut posts = table("posts", vec![id(), column("user_id", "INTEGER")]);
    refer(&mut posts, "user_id", &full("users.id"), None);
    let mut users = table("users", vec![id(), column("status", "")]);
    users.columns[1].ty = enum_of("status", &["a", "b"]);
    users.columns[1].ty.postgresql = Some(full("status"));
    let mut made = document(vec![posts, users]);
    for table in &mut made.tables {
        table.schema = own.clone();
    }
    let mut ty = named("status", &["a", "b"], &[&full("users.status")]);
    ty.schema = own.clone();
    made.types.push(ty);
    made.sequences.push(declared(Sequence { schema: own, ..sequence("numbers", 1) }));
    made
}

#[test]
fn the_default_schema_needs_no_name() {
    for name in ["public", "dbo", "main"] {
        for (base, head) in [(None, Some(name)), (Some(name), None)] {
            let (base, head) = (in_schema(base), in_schema(head));
            let found = compare(&base, &head);
            assert!(!found.touches_database(), "{:?}", codes(&found));
            // That the code says it otherwise is told.
            assert_eq!(found.summary.information, 4, "{:?}", codes(&found));
            assert!(found.changes.iter().all(|change| change.certainty == Certainty::Certain));
            assert_eq!(found.changes[0].notes[0].code, "default-schema");
            assert!(compare(&apply(&base, &found), &head).is_empty());
        }
    }
    let found = compare(&in_schema(None), &in_schema(Some("app")));
    assert!(found.touches_database());
    // What is beside it is compared as ever.
    let head = with(&in_schema(Some("public")), |head| drop(head.tables[1].columns.pop()));
    let found = compare(&in_schema(None), &head);
    assert_eq!(only(&found, "drop-column").path.to_string(), "public.users.status");
}

#[test]
fn a_default_schema_is_that_of_a_database_that_can_be() {
    let only_mysql = |schema| {
        with(&in_schema(schema), |made| {
            for column in made.tables.iter_mut().flat_map(|table| &mut table.columns) {
                (column.ty.postgresql, column.ty.sqlite, column.ty.mssql) = (None, None, None);
            }
        })
    };
    for name in ["public", "dbo", "main"] {
        assert!(compare(&only_mysql(None), &only_mysql(Some(name))).touches_database(), "{name}");
    }
    // A side that has both has two tables.
    let both = with(&in_schema(None), |made| made.tables.extend(in_schema(Some("public")).tables));
    let found = compare(&in_schema(None), &both);
    assert_eq!(found.changes.iter().filter(|change| change.code == "add-table").count(), 2);
}

/// A key, its primary key, and what its column says of numbering.
fn key(columns: &[&str], edit: impl FnOnce(&mut Column)) -> Table {
    let mut made = table(
        "t",
        columns.iter().map(|name| Column { nullable: false, ..column(name, "INTEGER") }).collect(),
    );
    made.primary_key = PrimaryKey {
        columns: columns.iter().map(|name| (*name).to_owned()).collect(),
        ..PrimaryKey::default()
    };
    made.columns.iter_mut().for_each(|column| column.primary_key = true);
    edit(&mut made.columns[0]);
    made
}

#[test]
fn autoincrement_is_compared_by_what_comes_of_it() {
    type Case = (&'static [&'static str], fn(&mut Column), fn(&mut Column), bool);
    let auto: fn(&mut Column) = |column| column.autoincrement = "auto".to_owned();
    let on: fn(&mut Column) = |column| column.autoincrement = "true".to_owned();
    let off: fn(&mut Column) = |column| column.autoincrement = "false".to_owned();
    let cases: [Case; 8] = [
        (&["a"], auto, on, false),
        (&["a"], auto, off, true),
        (&["a", "b"], auto, on, true),
        (&["a", "b"], auto, off, false),
        (&["a"], auto, |column| column.autoincrement = "ignore_fk".to_owned(), false),
        // A text is not numbered, whatever is said.
        (
            &["a"],
            |column| column.ty = ty_of("TEXT"),
            |column| (column.ty, column.autoincrement) = (ty_of("TEXT"), "false".to_owned()),
            false,
        ),
        (
            &["a"],
            |column| column.server_default = Some("f()".to_owned()),
            |column| {
                (column.server_default, column.autoincrement) = (Some("f()".to_owned()), "false".to_owned());
            },
            false,
        ),
        (&["a"], off, |column| column.autoincrement = "x".to_owned(), false),
    ];
    for (number, (columns, base, head, expected)) in cases.into_iter().enumerate() {
        let (base, head) = (document(vec![key(columns, base)]), document(vec![key(columns, head)]));
        for (one, other) in [(&base, &head), (&head, &base)] {
            let found = compare(one, other);
            assert_eq!(found.touches_database(), expected, "{number}: {:?}", codes(&found));
            assert_eq!(only(&found, "modify-column-autoincrement").path.to_string(), "t.a");
        }
    }
}

type Edit = fn(&mut Sequence);

#[test]
fn what_is_usual_of_a_sequence_may_be_spelled_out() {
    let base = |edit: &dyn Fn(&mut Identity)| {
        let mut own = Identity::default();
        edit(&mut own);
        document(vec![key(&["a"], |column| column.identity = Some(own))])
    };
    let plain = base(&|_| {});
    for same in [
        base(&|own| own.start = Some(1)),
        base(&|own| own.increment = Some(1)),
        base(&|own| (own.start, own.increment) = (Some(1), Some(1))),
    ] {
        assert!(compare(&plain, &same).is_empty() && compare(&same, &plain).is_empty());
    }
    for other in [
        base(&|own| own.start = Some(2)),
        base(&|own| own.increment = Some(-1)),
        base(&|own| own.always = true),
    ] {
        assert_eq!(codes(&compare(&plain, &other)), ["modify-column-identity t.a"]);
    }
    let backwards = base(&|own| own.increment = Some(-1));
    assert!(compare(&backwards, &base(&|own| (own.start, own.increment) = (Some(-1), Some(-1)))).is_empty());

    let numbers = |edit: fn(&mut Sequence)| {
        let mut own = Sequence { start: None, ..sequence("numbers", 1) };
        edit(&mut own);
        with(&document(vec![]), |made| made.sequences.push(declared(own)))
    };
    let plain = numbers(|_| {});
    let same: [Edit; 4] = [
        |own| own.start = Some(1),
        |own| own.increment = Some(1),
        |own| own.cycle = Some(false),
        |own| own.cache = Some(1),
    ];
    for edit in same {
        assert!(compare(&plain, &numbers(edit)).is_empty());
    }
    let other: [(&str, Edit); 7] = [
        ("start", |own| own.start = Some(5)),
        ("increment", |own| own.increment = Some(5)),
        ("start", |own| own.min_value = Some(5)),
        ("max-value", |own| own.max_value = Some(5)),
        ("cycle", |own| own.cycle = Some(true)),
        ("cache", |own| own.cache = Some(5)),
        ("data-type", |own| own.data_type = Some("BIGINT".to_owned())),
    ];
    for (aspect, edit) in other {
        assert_eq!(codes(&compare(&plain, &numbers(edit))), [format!("modify-sequence-{aspect} numbers")]);
    }
}

#[test]
fn the_usual_order_of_an_index_may_be_spelled_out() {
    let of = |elements: &[&str]| {
        let mut made = table("t", vec![id(), column("x", "TEXT"), column("y", "TEXT")]);
        let mut own = index("ix", elements);
        own.elements = elements
            .iter()
            .map(|sql| IndexElement {
                column: ["x", "y"].contains(sql).then(|| (*sql).to_owned()),
                sql: (*sql).to_owned(),
            })
            .collect();
        made.indexes.push(own);
        document(vec![made])
    };
    let same: [(&[&str], &[&str]); 6] = [
        (&["x"], &["x ASC"]),
        (&["x"], &["x ASC NULLS LAST"]),
        (&["x", "y"], &["x ASC", "y NULLS LAST"]),
        (&["x DESC"], &["x DESC NULLS FIRST"]),
        (&["lower(x)"], &["lower(x) ASC"]),
        (&["x text_pattern_ops"], &["x text_pattern_ops ASC NULLS LAST"]),
    ];
    for (one, other) in same {
        assert!(compare(&of(one), &of(other)).is_empty(), "{one:?} {other:?}");
        assert!(compare(&of(other), &of(one)).is_empty(), "{one:?} {other:?}");
    }
    let different: [(&[&str], &[&str]); 4] = [
        (&["x"], &["x DESC"]),
        (&["x"], &["x NULLS FIRST"]),
        (&["x DESC"], &["x DESC NULLS LAST"]),
        (&["x ASC"], &["y ASC"]),
    ];
    for (one, other) in different {
        let found = compare(&of(one), &of(other));
        assert_eq!(codes(&found), ["modify-index-elements t.ix"], "{one:?} {other:?}");
        assert_eq!(found.changes[0].effect, Effect::Database);
    }
}
