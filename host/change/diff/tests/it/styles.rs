//! Models that are written in another style, and mean the same.

use belljar_diff::{Certainty, Diff, Effect, Options, apply, diff};
use belljar_schema::{Column, ColumnType, Document, Identity, IndexElement, PrimaryKey, Sequence, Table};
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

fn for_databases(base: &Document, head: &Document, databases: &[&str]) -> Diff {
    let databases = databases.iter().map(|name| (*name).to_owned()).collect();
    diff(base, head, &Options { databases, ..Options::default() })
}

#[test]
fn the_default_schema_needs_no_name() {
    for (name, databases) in
        [("public", &[][..]), ("public", &["postgresql"]), ("main", &["sqlite"]), ("dbo", &["mssql"])]
    {
        for (base, head) in [(None, Some(name)), (Some(name), None)] {
            let (base, head) = (in_schema(base), in_schema(head));
            let found = for_databases(&base, &head, databases);
            assert!(!found.touches_database(), "{:?}", codes(&found));
            // That the code writes it otherwise is reported.
            assert_eq!(found.summary.information, 4, "{:?}", codes(&found));
            assert!(found.changes.iter().all(|change| change.certainty == Certainty::Certain));
            assert_eq!(found.changes[0].notes[0].code, "default-schema");
            assert!(for_databases(&apply(&base, &found), &head, databases).is_empty());
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
fn the_default_schema_of_another_database_is_another_schema() {
    for (name, databases) in [
        ("dbo", &[][..]),
        ("main", &[]),
        ("dbo", &["postgresql"]),
        ("main", &["postgresql"]),
        ("public", &["mysql"]),
        ("public", &["sqlite"]),
        ("main", &["mysql", "mariadb"]),
        ("public", &["postgresql", "sqlite"]),
    ] {
        for (base, head) in [(None, Some(name)), (Some(name), None)] {
            let found = for_databases(&in_schema(base), &in_schema(head), databases);
            assert!(found.touches_database(), "{name} {databases:?}");
        }
    }
}

#[test]
fn the_types_of_the_base_determine_its_database() {
    let made_in = |schema, keeps: fn(&mut ColumnType)| {
        with(&in_schema(schema), |made| {
            made.tables
                .iter_mut()
                .flat_map(|table| &mut table.columns)
                .for_each(|column| keeps(&mut column.ty));
        })
    };
    let in_mysql = |ty: &mut ColumnType| (ty.postgresql, ty.sqlite, ty.mssql) = (None, None, None);
    let in_sqlite = |ty: &mut ColumnType| (ty.postgresql, ty.mysql) = (None, None);
    let in_mssql = |ty: &mut ColumnType| (ty.postgresql, ty.sqlite, ty.mysql) = (None, None, None);
    for (keeps, own) in [(in_mysql as fn(&mut ColumnType), ""), (in_sqlite, "main"), (in_mssql, "dbo")] {
        for name in ["public", "dbo", "main"] {
            let found = compare(&made_in(None, keeps), &made_in(Some(name), keeps));
            assert_eq!(found.touches_database(), name != own, "{name}");
            // The head has no say: types of another database do not move the table.
            let found = compare(&in_schema(None), &made_in(Some(name), keeps));
            let moves = found
                .changes
                .iter()
                .any(|change| change.effect == Effect::Database && change.path.to_string().starts_with(name));
            assert!(moves || name == "public", "{name}");
        }
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
fn what_is_usual_of_an_identity_may_be_spelled_out() {
    let base = |edit: &dyn Fn(&mut Identity)| {
        let mut own = Identity::default();
        edit(&mut own);
        document(vec![key(&["a"], |column| column.identity = Some(own))])
    };
    let plain = base(&|_| {});
    let options = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    };
    for same in [
        base(&|own| own.start = Some(1)),
        base(&|own| own.increment = Some(1)),
        base(&|own| (own.start, own.increment) = (Some(1), Some(1))),
        base(&|own| own.options = options(&[("minvalue", "1"), ("maxvalue", "2147483647")])),
        base(&|own| own.options = options(&[("cycle", "False"), ("cache", "1"), ("nominvalue", "True")])),
    ] {
        assert!(compare(&plain, &same).is_empty() && compare(&same, &plain).is_empty());
    }
    for other in [
        base(&|own| own.start = Some(2)),
        base(&|own| own.increment = Some(-1)),
        base(&|own| own.always = true),
        base(&|own| own.options = options(&[("maxvalue", "9223372036854775807")])),
        base(&|own| own.options = options(&[("maxvalue", "10")])),
        base(&|own| own.options = options(&[("minvalue", "2")])),
        base(&|own| own.options = options(&[("cycle", "True")])),
    ] {
        assert_eq!(codes(&compare(&plain, &other)), ["modify-column-identity t.a"]);
    }
    let backwards = base(&|own| own.increment = Some(-1));
    assert!(compare(&backwards, &base(&|own| (own.start, own.increment) = (Some(-1), Some(-1)))).is_empty());
}

#[test]
fn what_is_usual_of_a_declared_sequence_may_be_spelled_out() {
    let numbers = |edit: fn(&mut Sequence)| {
        let mut own = Sequence { start: None, ..sequence("numbers", 1) };
        edit(&mut own);
        with(&document(vec![]), |made| made.sequences.push(declared(own)))
    };
    let plain = numbers(|_| {});
    let same: [Edit; 8] = [
        |own| own.start = Some(1),
        |own| own.increment = Some(1),
        |own| own.cycle = Some(false),
        |own| own.cache = Some(1),
        |own| own.min_value = Some(1),
        |own| own.max_value = Some(i64::MAX),
        |own| own.data_type = Some("BIGINT".to_owned()),
        |own| (own.start, own.min_value, own.data_type) = (Some(1), Some(1), Some("bigint".to_owned())),
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
        ("data-type", |own| own.data_type = Some("INTEGER".to_owned())),
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
