//! Every kind of change, one by one, and that each can be made to the base.

use std::collections::BTreeMap;

use belljar_diff::{Aspect, Certainty, Effect, apply};
use belljar_schema::{
    CheckConstraint, Column, Computed, Default, Document, ExcludeConstraint, ForeignKeyConstraint, Identity,
    Inheritance, ObjectKind, Property, PropertyKind, Relationship, Sequence, Table, TypeKind,
    UniqueConstraint,
};
use belljar_testing::make::{
    class, codes, column, compare, compare_with, declared, document, enum_of, id, index, named, object,
    refer, sequence, table, ty_of, view, with,
};

/// An edit of one object of the head.
type Make<T> = fn(&mut T);

/// Something of every kind.
fn base() -> Document {
    let mut users = table("users", vec![id(), column("email", "VARCHAR(50)"), column("age", "INTEGER")]);
    users.columns.push(column("status", "x"));
    users.columns[3].ty = enum_of("status", &["new", "old"]);
    users.unique.push(UniqueConstraint {
        columns: vec!["email".to_owned()],
        name: Some("uq_email".to_owned()),
        deferrable: None,
        initially: None,
        options: BTreeMap::new(),
        ..UniqueConstraint::default()
    });
    users.checks.push(CheckConstraint {
        name: Some("ck_age".to_owned()),
        sql: "age > 0".to_owned(),
        ..CheckConstraint::default()
    });
    users.excludes.push(ExcludeConstraint {
        name: Some("ex".to_owned()),
        sql: "CONSTRAINT ex EXCLUDE USING gist (age WITH =)".to_owned(),
        ..ExcludeConstraint::default()
    });
    users.indexes.push(index("ix_email", &["email"]));
    let mut posts = table("posts", vec![id(), column("user_id", "INTEGER")]);
    refer(&mut posts, "user_id", "users.id", None);
    let mut document = document(vec![posts, users]);
    document.types.push(named("status", &["new", "old"], &["users.status"]));
    document.sequences.push(declared(sequence("numbers", 1)));
    document.views.push(view("adults", "SELECT id FROM users WHERE age > 17"));
    document.objects.push(object(
        ObjectKind::Function,
        "f()",
        "CREATE FUNCTION f() RETURNS int AS $$ SELECT 1 $$",
    ));
    document.classes.push(with(&class("Users", &["users"]), |class| {
        class.relationships.push(Relationship {
            name: "posts".to_owned(),
            target: "app.models:Posts".to_owned(),
            direction: Some("one_to_many".to_owned()),
            uselist: Some(true),
            secondary: None,
            back_populates: None,
        });
        class.properties.push(Property {
            name: "adult".to_owned(),
            kind: PropertyKind::Hybrid,
            text: Some("age > 17".to_owned()),
        });
    }));
    document
}

/// Changes the base, and expects exactly these codes; then that making them gives the head.
#[track_caller]
fn check(change: impl FnOnce(&mut Document), expected: &[&str]) -> belljar_diff::Diff {
    let base = base();
    let head = with(&base, change);
    let found = compare(&base, &head);
    assert_eq!(codes(&found), expected);
    for change in &found.changes {
        assert_ne!(change.certainty, Certainty::CannotTell, "{}", change.code);
    }
    let made = apply(&base, &found);
    assert!(compare(&made, &head).is_empty(), "{:?}", codes(&compare(&made, &head)));
    // And the way back, which is made of the opposite changes.
    let back = compare(&head, &base);
    assert!(!back.is_empty());
    assert!(compare(&apply(&head, &back), &base).is_empty(), "{:?}", codes(&back));
    found
}

const POSTS: usize = 0;
const USERS: usize = 1;

#[test]
fn tables() {
    check(|new| new.tables.push(table("zoo", vec![id(), column("animal", "TEXT")])), &["add-table zoo"]);
    check(|new| drop(new.tables.remove(POSTS)), &["drop-table posts"]);
    check(|new| new.tables[USERS].comment = Some("people".to_owned()), &["modify-table-comment users"]);
    check(|new| new.tables[USERS].prefixes.push("TEMPORARY".to_owned()), &["modify-table-prefixes users"]);
    let engine = |new: &mut Document| {
        new.tables[USERS].options.insert("mysql_engine".to_owned(), "InnoDB".to_owned());
    };
    check(engine, &["modify-table-option users.mysql_engine"]);
    let found = check(|new| new.tables[USERS].columns.swap(1, 2), &["modify-table-order users"]);
    assert_eq!(found.changes[0].effect, Effect::Information);
    assert!(!found.touches_database());
}

#[test]
fn columns() {
    let insert = |new: &mut Document| new.tables[USERS].columns.insert(1, column("note", "TEXT"));
    let found = check(insert, &["add-column users.note"]);
    assert_eq!(found.changes[0].position, Some(1));
    let remove = |new: &mut Document| {
        new.tables[USERS].columns.remove(3);
        new.types.clear();
    };
    check(remove, &["drop-type status", "drop-column users.status"]);
    let cases: [(&str, Make<Column>); 16] = [
        ("type", |column| column.ty = ty_of("TEXT")),
        ("nullable", |column| column.nullable = false),
        ("server-default", |column| column.server_default = Some("'x'".to_owned())),
        ("server-onupdate", |column| column.server_onupdate = Some("now()".to_owned())),
        ("default", |column| {
            column.default = Some(Default { kind: "scalar".to_owned(), text: "'x'".to_owned() });
        }),
        ("onupdate", |column| {
            column.onupdate = Some(Default { kind: "callable".to_owned(), text: "app.f".to_owned() });
        }),
        ("computed", |column| {
            column.computed = Some(Computed { sql: "lower(x)".to_owned(), persisted: Some(true) });
        }),
        ("identity", |column| {
            column.identity =
                Some(Identity { always: true, start: Some(1), increment: None, ..Identity::default() });
        }),
        ("options", |column| {
            column.options.insert("sqlite_on_conflict_not_null".to_owned(), "FAIL".to_owned());
        }),
        ("options-of-code", |column| {
            column.options.insert("server_onupdate".to_owned(), "FetchedValue".to_owned());
        }),
        ("sequence", |column| column.sequence = Some(sequence("s", 1))),
        ("autoincrement", |column| column.autoincrement = "true".to_owned()),
        ("comment", |column| column.comment = Some("why".to_owned())),
        ("key", |column| column.key = Some("mail".to_owned())),
        ("attribute", |column| column.attribute = Some("mail".to_owned())),
        ("class", |column| {
            (column.ty.class, column.ty.module) = ("Email".to_owned(), "app.types".to_owned());
        }),
    ];
    for (aspect, change) in cases {
        let aspect_code = aspect.trim_end_matches("-of-code");
        let expected = format!("modify-column-{aspect_code} users.email");
        let found = check(|new| change(&mut new.tables[USERS].columns[1]), &[&expected]);
        // The column is no key, so that no database numbers it.
        let only_code =
            ["default", "onupdate", "autoincrement", "key", "attribute", "class", "options-of-code"];
        let only_code = only_code.contains(&aspect);
        assert_eq!(found.touches_database(), !only_code, "{aspect}");
    }
}

#[test]
fn types_of_columns() {
    let cases = [
        ("VARCHAR(60)", vec![Aspect::Type, Aspect::Length]),
        ("VARCHAR(50) COLLATE \"C\"", vec![Aspect::Type, Aspect::Collation]),
        ("TEXT", vec![Aspect::Type]),
        ("JSONB", vec![Aspect::Type]),
    ];
    for (ty, aspects) in cases {
        let found =
            check(|new| new.tables[USERS].columns[1].ty = ty_of(ty), &["modify-column-type users.email"]);
        assert_eq!(found.changes[0].aspects, aspects, "{ty}");
        assert_eq!(found.changes[0].dialects.len(), 5);
    }
    let one_dialect =
        |new: &mut Document| new.tables[USERS].columns[1].ty.mssql = Some("NVARCHAR(50)".to_owned());
    assert_eq!(check(one_dialect, &["modify-column-type users.email"]).changes[0].dialects, ["mssql"]);
}

#[test]
fn constraints() {
    let cases: [(&[&str], Make<Table>); 27] = [
        (&["modify-primary-key-columns users"], |new| {
            new.primary_key.columns.push("age".to_owned());
            new.columns[2].primary_key = true;
        }),
        (&["modify-primary-key-name users"], |new| new.primary_key.name = Some("pk".to_owned())),
        (&["drop-unique users.uq_email"], |new| new.unique.clear()),
        (&["modify-unique-columns users.uq_email"], |new| new.unique[0].columns.push("age".to_owned())),
        (&["modify-unique-deferrable users.uq_email"], |new| new.unique[0].deferrable = Some(true)),
        (&["modify-unique-initially users.uq_email"], |new| {
            new.unique[0].initially = Some("DEFERRED".to_owned());
        }),
        (&["modify-unique-dialects users.uq_email"], |new| {
            new.unique[0].dialects = Some(vec!["sqlite".to_owned()]);
        }),
        (&["modify-check-options users.ck_age"], |new| {
            new.checks[0].options.insert("deferrable".to_owned(), "True".to_owned());
        }),
        (&["modify-check-dialects users.ck_age"], |new| new.checks[0].dialects = Some(vec![])),
        (&["modify-primary-key-options users"], |new| {
            new.primary_key.options.insert("mssql_clustered".to_owned(), "False".to_owned());
        }),
        (&["modify-exclude-options users.ex"], |new| {
            new.excludes[0].options.insert("comment".to_owned(), "why".to_owned());
        }),
        (&["modify-unique-options users.uq_email"], |new| {
            new.unique[0].options.insert("postgresql_nulls_not_distinct".to_owned(), "True".to_owned());
        }),
        (&["modify-unique-name users.other"], |new| new.unique[0].name = Some("other".to_owned())),
        (&["drop-check users.ck_age"], |new| new.checks.clear()),
        (&["modify-check-expression users.ck_age"], |new| new.checks[0].sql = "age > 1".to_owned()),
        (&["modify-check-name users.other"], |new| new.checks[0].name = Some("other".to_owned())),
        (&["drop-exclude users.ex"], |new| new.excludes.clear()),
        (&["modify-exclude-expression users.ex"], |new| new.excludes[0].sql += " WHERE (age > 0)"),
        (&["drop-index users.ix_email"], |new| new.indexes.clear()),
        (&["add-index users.ix_age"], |new| new.indexes.insert(0, index("ix_age", &["age"]))),
        (&["modify-index-elements users.ix_email"], |new| {
            new.indexes[0] = index("ix_email", &["email", "age"]);
        }),
        (&["modify-index-elements users.ix_email"], |new| {
            new.indexes[0].elements[0].column = None;
            new.indexes[0].elements[0].sql = "lower(email)".to_owned();
        }),
        (&["modify-index-operator-class users.ix_email"], |new| {
            let options = &mut new.indexes[0].options;
            options.insert("postgresql_ops".to_owned(), "email: text_pattern_ops".to_owned());
            new.indexes[0].elements[0].sql += " text_pattern_ops";
        }),
        (&["modify-index-unique users.ix_email"], |new| new.indexes[0].unique = true),
        (&["modify-index-method users.ix_email"], |new| {
            new.indexes[0].options.insert("postgresql_using".to_owned(), "gin".to_owned());
        }),
        (&["modify-index-predicate users.ix_email"], |new| {
            new.indexes[0].options.insert("postgresql_where".to_owned(), "age > 3".to_owned());
        }),
        (&["modify-index-name users.other"], |new| new.indexes[0].name = Some("other".to_owned())),
    ];
    for (expected, change) in cases {
        check(|new| change(&mut new.tables[USERS]), expected);
    }
}

#[test]
fn foreign_keys() {
    let cases: [(&str, Make<ForeignKeyConstraint>); 10] = [
        ("targets", |key| key.targets = vec!["users.age".to_owned()]),
        ("ondelete", |key| key.ondelete = Some("CASCADE".to_owned())),
        ("onupdate", |key| key.onupdate = Some("SET NULL".to_owned())),
        ("deferrable", |key| key.deferrable = Some(true)),
        ("options", |key| {
            key.options.insert("postgresql_not_valid".to_owned(), "True".to_owned());
        }),
        ("dialects", |key| key.dialects = Some(vec!["postgresql".to_owned()])),
        ("initially", |key| key.initially = Some("DEFERRED".to_owned())),
        ("match", |key| key.match_type = Some("FULL".to_owned())),
        ("use-alter", |key| key.use_alter = true),
        ("name", |key| key.name = Some("fk".to_owned())),
    ];
    for (aspect, change) in cases {
        let path = if aspect == "name" { "posts.fk" } else { "posts.(user_id)" };
        let expected = format!("modify-foreign-key-{aspect} {path}");
        let found = check(|new| change(&mut new.tables[POSTS].foreign_keys[0]), &[&expected]);
        assert_eq!(found.touches_database(), aspect != "use-alter");
    }
    check(|new| new.tables[POSTS].foreign_keys.clear(), &["drop-foreign-key posts.(user_id)"]);
    let base = base();
    let head = with(&base, |new| refer(&mut new.tables[POSTS], "id", "users.id", Some("CASCADE")));
    let made = apply(&base, &compare(&base, &head));
    assert_eq!(
        made.tables[POSTS].columns, head.tables[POSTS].columns,
        "columns say what their constraints say"
    );
}

/// The values of the type, and of the column that has it.
fn values(new: &mut Document, values: &[&str]) {
    new.types[0] = named("status", values, &["users.status"]);
    new.tables[USERS].columns[3].ty = enum_of("status", values);
}

#[test]
fn enumerations() {
    let column = "modify-column-type users.status";
    let cases: [(&[&str], &[&str]); 5] = [
        (&["new", "mid", "old"], &["add-enum-value status.mid", column]),
        (&["new"], &["drop-enum-value status.old", column]),
        (&["old", "new"], &["modify-type-order status", column]),
        (&["newer", "old"], &["rename-enum-value status.newer", column]),
        (&["new", "gone"], &["drop-enum-value status.old", "add-enum-value status.gone", column]),
    ];
    for (new_values, expected) in cases {
        let found = check(|new| values(new, new_values), expected);
        let of_column = found.changes.last().expect("the column changes too");
        assert_eq!(of_column.dialects, ["mysql"], "in PostgreSQL it is the type that changes");
        assert_eq!(of_column.aspects, [Aspect::Type, Aspect::Values]);
    }
    check(|new| new.types[0].created = false, &["modify-type-creation status"]);
    let domain = |new: &mut Document| {
        new.types[0].kind = TypeKind::Domain;
        new.types[0].values.clear();
        new.types[0].sql = Some("CREATE DOMAIN status AS text".to_owned());
    };
    check(domain, &["drop-enum-value status.new", "drop-enum-value status.old", "modify-type-kind status"]);
    check(|new| new.types.push(named("zeta", &["a"], &[])), &["add-type zeta"]);
}

#[test]
fn sequences() {
    check(|new| new.sequences.push(declared(sequence("s", 1))), &["add-sequence s"]);
    check(|new| new.sequences.clear(), &["drop-sequence numbers"]);
    let cases: [(&str, Make<Sequence>); 7] = [
        ("start", |new| new.start = Some(5)),
        ("increment", |new| new.increment = Some(5)),
        ("min-value", |new| new.min_value = Some(5)),
        ("max-value", |new| new.max_value = Some(5)),
        ("cycle", |new| new.cycle = Some(true)),
        ("cache", |new| new.cache = Some(5)),
        ("data-type", |new| new.data_type = Some("INTEGER".to_owned())),
    ];
    for (aspect, change) in cases {
        check(|new| change(&mut new.sequences[0].sequence), &[&format!("modify-sequence-{aspect} numbers")]);
    }
}

#[test]
fn views_and_objects() {
    check(|new| new.views.push(view("v", "SELECT 1")), &["add-view v"]);
    check(|new| new.views.clear(), &["drop-view adults"]);
    check(|new| new.views[0].materialized = true, &["modify-view-materialized adults"]);
    check(|new| new.views[0].sql = Some("SELECT 1".to_owned()), &["modify-view-query adults"]);
    check(|new| new.views[0].indexes.push(index("i", &["id"])), &["modify-view-indexes adults"]);
    let kinds = [
        (ObjectKind::Trigger, "CREATE TRIGGER t BEFORE UPDATE ON users EXECUTE FUNCTION f()"),
        (ObjectKind::Policy, "CREATE POLICY t ON users USING (true)"),
        (ObjectKind::Extension, "CREATE EXTENSION t"),
    ];
    for (kind, sql) in kinds {
        check(|new| new.objects.push(object(kind, "t", sql)), &["add-object t"]);
    }
    check(|new| new.objects.clear(), &["drop-object f()"]);
    let body = "CREATE FUNCTION f() RETURNS int AS $$ SELECT 2 $$";
    check(|new| new.objects[0].sql = Some(body.to_owned()), &["modify-object-statement f()"]);
    check(|new| new.objects[0].creation.dialects.push("sqlite".to_owned()), &["modify-object-creation f()"]);
}

#[test]
fn what_no_database_hears_of() {
    let users = "app.models:Users";
    let cases: [(&str, Make<Document>); 9] = [
        ("add-class app.models:Zoo", |new| new.classes.push(class("Zoo", &["zoo"]))),
        ("drop-class app.models:Users", |new| new.classes.clear()),
        ("modify-class-tables app.models:Users", |new| new.classes[0].tables.push("more".to_owned())),
        ("modify-class-inheritance app.models:Users", |new| {
            let (base, kind) = ("app.models:Base".to_owned(), "single".to_owned());
            new.classes[0].inheritance = Some(Inheritance { base, kind, polymorphic_identity: None });
        }),
        ("drop-relationship app.models:Users.posts", |new| new.classes[0].relationships.clear()),
        ("modify-relationship-target app.models:Users.posts", |new| {
            new.classes[0].relationships[0].target = "app.models:Other".to_owned();
        }),
        ("modify-relationship-back-populates app.models:Users.posts", |new| {
            new.classes[0].relationships[0].back_populates = Some("user".to_owned());
        }),
        ("drop-property app.models:Users.adult", |new| new.classes[0].properties.clear()),
        ("modify-property-text app.models:Users.adult", |new| {
            new.classes[0].properties[0].text = Some("age > 20".to_owned());
        }),
    ];
    for (expected, change) in cases {
        let found = check(change, &[expected]);
        assert!(!found.touches_database(), "{expected} of {users}");
        assert_eq!(found.summary.information, 1);
    }
}

#[test]
fn both_places_are_reported() {
    let found =
        check(|new| new.tables[USERS].columns[1].nullable = false, &["modify-column-nullable users.email"]);
    let change = &found.changes[0];
    assert_eq!((&change.base, &change.head), (&base().tables[1].columns[1].place, &change.base));
    assert!(change.base.is_some());
}

#[test]
fn what_one_dialect_writes_otherwise_is_compared() {
    let side = |name: &str, default: &str, own: &str| {
        let mut made = column(name, "INTEGER");
        made.server_default = Some(default.to_owned());
        made.options = BTreeMap::from([("server_default:mysql".to_owned(), own.to_owned())]);
        let mut made = table("users", vec![id(), made]);
        made.checks.push(CheckConstraint {
            name: Some("ck".to_owned()),
            sql: format!("\"{name}\" > 0"),
            options: BTreeMap::from([
                ("sql:mysql".to_owned(), format!("`{name}` > 0")),
                ("sql:mssql".to_owned(), format!("[{name}] > 0")),
            ]),
            ..CheckConstraint::default()
        });
        document(vec![made])
    };
    let base = side("Age", "now()", "x()");
    assert_eq!(codes(&compare(&base, &side("Age", "now()", "y()"))), ["modify-column-options users.Age"]);
    assert_eq!(
        codes(&compare(&base, &side("Age", "later()", "y()"))),
        ["modify-column-server-default users.Age"]
    );
    let renamed = compare_with(&base, &side("Years", "now()", "x()"), &["users.Age=Years"]);
    assert_eq!(codes(&renamed), ["rename-column users.Years", "modify-column-attribute users.Years"]);
}

#[test]
fn a_type_of_mariadb_is_compared() {
    let base = document(vec![table("users", vec![id(), column("name", "VARCHAR(20)")])]);
    let head =
        with(&base, |document| document.tables[0].columns[1].ty.mariadb = Some("VARCHAR(30)".to_owned()));
    let diff = compare(&base, &head);
    assert_eq!(codes(&diff), ["modify-column-type users.name"]);
    assert_eq!(diff.changes[0].dialects, ["mariadb"]);
}

/// A system column is in no `CREATE TABLE`, so it is not the column of a table that has its name.
#[test]
fn a_column_of_the_table_is_none_of_the_database() {
    let plain =
        document(vec![table("users", vec![id(), column("version", "XID"), column("age", "INTEGER")])]);
    let system = with(&plain, |document| {
        document.tables[0].columns[1].options.insert("system".to_owned(), "True".to_owned());
    });
    for (base, head, lost, new) in [
        (&plain, &system, Effect::Database, Effect::Information),
        (&system, &plain, Effect::Information, Effect::Database),
    ] {
        let found = compare(base, head);
        assert_eq!(codes(&found), ["drop-column users.version", "add-column users.version"]);
        assert_eq!((found.changes[0].effect, found.changes[1].effect), (lost, new));
        assert_eq!(apply(base, &found).tables, head.tables);
        assert!(compare(head, head).is_empty());
    }
    // Nor is it one that got another name.
    let renamed = with(&system, |document| document.tables[0].columns[1].name = "versions".to_owned());
    let found = compare(&plain, &renamed);
    assert_eq!(codes(&found), ["drop-column users.version", "add-column users.versions"]);
    assert_eq!(found.changes[0].certainty, Certainty::Certain);
    let control = with(&plain, |document| document.tables[0].columns[1].name = "versions".to_owned());
    assert_eq!(codes(&compare(&plain, &control))[0], "rename-column users.versions");
}
