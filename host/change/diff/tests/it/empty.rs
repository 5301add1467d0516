//! A model that is only written differently gives an empty diff.

use belljar_diff::Options;
use belljar_schema::{CheckConstraint, Default, Document, Relationship};
use belljar_testing::make::{
    class, codes, column, compare, document, id, index, place, refer, table, ty_of, view, with,
};

fn base() -> Document {
    let mut users = table("users", vec![id(), column("email", "VARCHAR(50)"), column("born", "TIMESTAMP")]);
    users.columns[1].default =
        Some(Default { kind: "callable".to_owned(), text: "app.models.make_email".to_owned() });
    users.columns[2].server_default = Some("now()".to_owned());
    users.checks.push(CheckConstraint {
        name: None,
        sql: "email != '' AND born > now()".to_owned(),
        ..CheckConstraint::default()
    });
    users.indexes.push(with(&index("ix", &["email"]), |index| {
        index.elements[0].column = None;
        index.elements[0].sql = "lower(email)".to_owned();
    }));
    let mut posts = table("posts", vec![id(), column("user_id", "INTEGER"), column("live", "BOOLEAN")]);
    posts.columns[2].server_default = Some("'true'".to_owned());
    refer(&mut posts, "user_id", "users.id", None);
    let mut document = document(vec![posts, users]);
    document.classes = vec![class("Posts", &["posts"]), class("Users", &["users"])];
    document.classes[0].relationships.push(Relationship {
        name: "user".to_owned(),
        target: "app.models:Users".to_owned(),
        direction: None,
        uselist: None,
        secondary: None,
        back_populates: None,
    });
    document.views.push(view("v", "SELECT id, email FROM users"));
    document
}

#[track_caller]
fn check(rewrite: impl FnOnce(&mut Document)) {
    let base = base();
    let head = with(&base, rewrite);
    assert_ne!(base, head, "something is written differently");
    assert_eq!(codes(&compare(&base, &head)), [""; 0]);
    assert_eq!(codes(&compare(&head, &base)), [""; 0]);
}

#[test]
fn the_same_twice() {
    let found = belljar_diff::diff(&base(), &base(), &Options::default());
    assert!(found.is_empty() && !found.touches_database());
}

/// What depends on a module, moved.
fn moved(text: &str) -> String {
    text.replace("app.models", "app.models.people")
}

#[test]
fn a_file_is_split() {
    check(|head| {
        for table in &mut head.tables {
            table.metadata = "app.models.base:Base.metadata".to_owned();
            table.class = table.class.as_deref().map(moved);
            table.place = place("app/models/people.py", 30);
            for column in &mut table.columns {
                column.place = place("app/models/people.py", 31);
                column.default.iter_mut().for_each(|default| default.text = moved(&default.text));
            }
        }
        for class in &mut head.classes {
            class.name = moved(&class.name);
            class.relationships.iter_mut().for_each(|one| one.target = moved(&one.target));
        }
    });
}

#[test]
fn classic_to_declarative() {
    // A classic mapping has no class of its own in the table, and its attributes are not declared.
    let declarative = base();
    let classic = with(&declarative, |base| {
        for table in &mut base.tables {
            table.class = None;
            table.columns.iter_mut().for_each(|column| column.attribute = None);
        }
    });
    // The function that makes a default stands beside the tables in either.
    assert!(compare(&classic, &declarative).is_empty(), "{:?}", codes(&compare(&classic, &declarative)));
    assert!(compare(&declarative, &classic).is_empty());
}

#[test]
fn mappers_are_configured_from_now_on() {
    check(|head| {
        head.classes[0].relationships[0].direction = Some("many_to_one".to_owned());
        head.classes[0].relationships[0].uselist = Some(false);
    });
}

#[test]
fn types_by_another_name() {
    check(|head| head.tables[0].columns[1].ty = ty_of("INT"));
    check(|head| head.tables[1].columns[1].ty.postgresql = Some("CHARACTER VARYING(50)".to_owned()));
    check(|head| head.tables[1].columns[2].ty.postgresql = Some("TIMESTAMP WITHOUT TIME ZONE".to_owned()));
    check(|head| {
        let ty = &mut head.tables[1].columns[1].ty;
        (ty.class, ty.repr) = ("String".to_owned(), "String(length=50)".to_owned());
    });
}

#[test]
fn the_number_of_a_row_in_sqlite() {
    let head = with(&base(), |head| head.tables[0].columns[0].ty = ty_of("INT"));
    let found = compare(&base(), &head);
    assert_eq!(codes(&found), ["modify-column-type posts.id"]);
    assert_eq!(found.changes[0].dialects, ["sqlite"], "only an INTEGER key is the number of the row");
}

#[test]
fn expressions_written_differently() {
    check(|head| head.tables[1].columns[2].server_default = Some("CURRENT_TIMESTAMP".to_owned()));
    check(|head| head.tables[0].columns[2].server_default = Some("true".to_owned()));
    check(|head| head.tables[1].checks[0].sql = "(email <> '') and (born > CURRENT_TIMESTAMP)".to_owned());
    check(|head| head.tables[1].indexes[0].elements[0].sql = "LOWER( \"email\" )".to_owned());
    check(|head| head.views[0].sql = Some("select id,\n  email\nfrom users;".to_owned()));
}

#[test]
fn constraints_written_differently() {
    check(|head| head.tables[0].foreign_keys[0].ondelete = Some("NO ACTION".to_owned()));
    check(|head| head.tables[0].foreign_keys[0].deferrable = Some(false));
    let using = |head: &mut Document| {
        head.tables[1].indexes[0].options.insert("postgresql_using".to_owned(), "btree".to_owned());
    };
    check(using);
}
