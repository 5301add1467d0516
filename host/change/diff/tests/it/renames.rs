//! Renames: with evidence, with too little of it, and stated.

use belljar_diff::{Action, Certainty, apply, back};
use belljar_schema::{CheckConstraint, Column, Document, Status, Table};
use belljar_testing::make::{
    class, codes, column, compare, compare_with, document, enum_of, id, index, named, only, place, reason,
    refer, table, ty_of, unresolved, view, with,
};

fn users() -> Table {
    let mut users = table("users", vec![id(), column("email", "VARCHAR(50)"), column("age", "INTEGER")]);
    users.checks.push(CheckConstraint {
        name: None,
        sql: "age > 0 AND users.age < 200".to_owned(),
        ..CheckConstraint::default()
    });
    users.indexes.push(index("ix", &["email"]));
    users
}

/// A table with a column that refers to the users.
fn posts() -> Table {
    let mut posts = table("posts", vec![id(), column("user_id", "INTEGER")]);
    refer(&mut posts, "user_id", "users.id", None);
    posts
}

fn base() -> Document {
    let mut document = document(vec![posts(), users()]);
    document.classes = vec![class("Posts", &["posts"]), class("Users", &["users"])];
    document
}

fn renamed(change: impl FnOnce(&mut Document)) -> Document {
    with(&base(), change)
}

/// The users by another name, and everything that mentions them.
fn rename_users(head: &mut Document, name: &str) {
    head.tables[1].name = name.to_owned();
    head.tables[0].foreign_keys[0].targets = vec![format!("{name}.id")];
    head.tables[0].columns[1].foreign_keys[0].target = format!("{name}.id");
    head.tables[1].checks[0].sql = format!("age > 0 AND {name}.age < 200");
    head.classes[1].tables = vec![name.to_owned()];
}

/// A column by another name, and everything that mentions it.
fn rename_age(head: &mut Document, change: impl FnOnce(&mut Column)) {
    let column = &mut head.tables[1].columns[2];
    change(column);
    let name = column.name.clone();
    head.tables[1].checks[0].sql = format!("{name} > 0 AND users.{name} < 200");
}

#[test]
fn what_was_renamed_gets_its_old_name_back() {
    let head = renamed(|head| {
        rename_age(head, |age| age.name = "age_in_years".to_owned());
        rename_users(head, "members");
        head.tables[1].checks[0].sql = "age_in_years > 0 AND members.age_in_years < 200".to_owned();
    });
    let found = compare(&base(), &head);
    let (end, way) = back(&base(), &head, &found);
    assert_eq!(end, base());
    let names = |change: &belljar_diff::Change| {
        (change.was.as_ref().map(ToString::to_string), change.path.to_string())
    };
    let renames: Vec<_> = way.changes.iter().filter(|change| change.was.is_some()).map(names).collect();
    let expected = [("members", "users"), ("members.age_in_years", "users.age")];
    assert!(
        expected.iter().all(|(was, path)| renames.contains(&(Some((*was).to_owned()), (*path).to_owned()))),
        "{renames:?}"
    );
    assert_eq!(codes(&way).len(), codes(&found).len(), "{:?} and {:?}", codes(&way), codes(&found));
}

#[track_caller]
fn likely(head: &Document, expected: &str, evidence: &[&str]) {
    let found = compare(&base(), head);
    assert_eq!(codes(&found), [expected]);
    let change = &found.changes[0];
    assert_eq!(change.certainty, Certainty::Likely);
    let notes: Vec<&str> = change.notes.iter().map(|note| note.code.as_str()).collect();
    for code in evidence {
        assert!(notes.contains(code), "{code} in {notes:?}");
    }
    assert!(change.was.is_some() && change.base.is_some() && change.head.is_some());
    assert!(compare(&apply(&base(), &found), head).is_empty());
}

#[test]
fn a_class_with_another_tablename() {
    let mut head = renamed(|head| rename_users(head, "accounts"));
    // A check that names its table is another text.
    head.tables[1].checks = base().tables[1].checks.clone();
    likely(&head, "rename-table accounts", &["same-class", "same-columns"]);
}

#[test]
fn a_table_in_another_schema() {
    let head = renamed(|head| {
        head.tables[1].schema = Some("app".to_owned());
        head.tables[0].foreign_keys[0].targets = vec!["app.users.id".to_owned()];
        head.tables[0].columns[1].foreign_keys[0].target = "app.users.id".to_owned();
        head.classes[1].tables = vec!["app.users".to_owned()];
    });
    likely(&head, "move-table app.users", &["same-name", "same-class"]);
}

#[test]
fn a_table_without_a_class() {
    let without = |document: &Document| {
        with(document, |document| document.tables.iter_mut().for_each(|table| table.class = None))
    };
    let head = renamed(|head| rename_users(head, "user_accounts"));
    let found = compare(&without(&base()), &without(&head));
    assert_eq!(found.changes[0].code, "rename-table");
    let other = renamed(|head| {
        rename_users(head, "people");
        head.tables[1].place = place("app/other.py", 1);
    });
    let found = compare(&without(&base()), &without(&other));
    assert!(found.changes.iter().all(|change| change.action != Action::Rename), "{:?}", codes(&found));
    let dropped = only(&found, "drop-table");
    assert_eq!(dropped.certainty, Certainty::Likely);
    assert_eq!(dropped.notes[0].code, "possible-rename");
    assert!(dropped.notes[0].message.contains("`people`"), "{}", dropped.notes[0].message);
    let hint = dropped.notes[0].hint.clone().expect("what settles it");
    assert!(hint.contains("--rename users=people"), "{hint}");
}

#[test]
fn an_attribute_with_another_column() {
    let head = renamed(|head| rename_age(head, |column| column.name = "years".to_owned()));
    likely(&head, "rename-column users.years", &["same-attribute", "same-type", "same-position"]);
    // Its type may change at the same time.
    let head = renamed(|head| {
        rename_age(head, |column| (column.name, column.ty) = ("years".to_owned(), ty_of("BIGINT")));
    });
    assert_eq!(
        codes(&compare(&base(), &head)),
        ["rename-column users.years", "modify-column-type users.years"]
    );
}

#[test]
fn a_column_in_the_same_position_with_a_similar_name() {
    let rename = |column: &mut Column| {
        (column.name, column.attribute) = ("age_years".to_owned(), Some("age_years".to_owned()));
    };
    let head = renamed(|head| rename_age(head, rename));
    let found = compare(&base(), &head);
    assert_eq!(codes(&found), ["rename-column users.age_years", "modify-column-attribute users.age_years"]);
    assert_eq!(found.changes[0].certainty, Certainty::Likely);
}

#[test]
fn a_foreign_key_follows_the_column_it_refers_to() {
    let head = renamed(|head| {
        head.tables[1].columns[0].name = "number".to_owned();
        head.tables[1].primary_key.columns = vec!["number".to_owned()];
        head.tables[0].foreign_keys[0].targets = vec!["users.number".to_owned()];
        head.tables[0].columns[1].foreign_keys[0].target = "users.number".to_owned();
    });
    likely(&head, "rename-column users.number", &["same-attribute"]);
}

/// What is no rename: dropped and added, and where anything speaks for one, both say so.
#[test]
fn too_little_evidence() {
    let cases: [(&str, &str, &str, bool); 3] = [
        // Same position and type, and nothing alike in the names.
        ("rank", "INTEGER", "app/models.py", true),
        // Similar name, other type.
        ("ages", "TEXT", "app/models.py", false),
        // Nothing.
        ("bio", "TEXT", "app/models.py", false),
    ];
    for (name, ty, _, is_noted) in cases {
        let head = renamed(|head| {
            head.tables[1].columns[2] = column(name, ty);
            head.tables[1].checks.clear();
        });
        let found = compare(&base(), &head);
        let (dropped, added) = (only(&found, "drop-column"), only(&found, "add-column"));
        for change in [dropped, added] {
            let says = change.notes.iter().any(|note| note.code == "possible-rename");
            assert_eq!(says, is_noted, "{name}: {:?}", change.notes);
            assert_eq!(change.certainty, if is_noted { Certainty::Likely } else { Certainty::Certain });
        }
    }
}

#[test]
fn one_of_two_is_a_guess() {
    let head = renamed(|head| {
        head.tables[1].columns[2] = column("age_1", "INTEGER");
        head.tables[1].columns.push(column("age_2", "INTEGER"));
        head.tables[1].checks.clear();
        head.tables[1].columns[2].nullable = true;
    });
    let base = with(&base(), |base| {
        base.tables[1].checks.clear();
        base.tables[1].columns.push(column("agee", "INTEGER"));
    });
    let found = compare(&base, &head);
    // The first stands where the first stood; the second is as like the one as the other.
    let guesses = found.changes.iter().filter(|change| change.action == Action::Rename);
    for guess in guesses {
        assert!(guess.notes.iter().any(|note| note.code == "same-position"), "{:?}", guess.notes);
    }
    // Two new tables of the same columns, and an old one.
    let twins = |names: &[&str]| {
        let twin =
            |name: &&str| with(&table(name, vec![id(), column("x", "TEXT")]), |table| table.class = None);
        document(names.iter().map(twin).collect())
    };
    let found = compare(&twins(&["logs"]), &twins(&["logs_1", "logs_2"]));
    assert_eq!(codes(&found), ["drop-table logs", "add-table logs_1", "add-table logs_2"]);
    assert_eq!(found.changes[0].notes.len(), 2, "both are reported");
}

#[test]
fn what_failed_to_load_was_not_renamed() {
    let head = renamed(|head| {
        rename_users(head, "accounts");
        head.unresolved.push(unresolved("users", None, "app/other.py"));
    });
    let found = compare(&base(), &head);
    assert!(found.changes.iter().all(|change| change.action != Action::Rename), "{:?}", codes(&found));
    assert_eq!(only(&found, "missing-table").certainty, Certainty::CannotTell);
    // A column that is partial may have any name.
    let head = renamed(|head| {
        rename_age(head, |column| {
            (column.name, column.status, column.reasons) =
                ("years".to_owned(), Status::Partial, vec![reason()]);
        });
    });
    let found = compare(&base(), &head);
    assert!(found.changes.iter().all(|change| change.action != Action::Rename), "{:?}", codes(&found));
}

#[test]
fn stated() {
    let people = renamed(|head| {
        rename_users(head, "people");
        head.tables[1].class = Some("app.models:People".to_owned());
        head.tables[1].columns = vec![id(), column("name", "TEXT"), column("rank", "INTEGER")];
        head.tables[1].checks.clear();
        head.tables[1].indexes.clear();
    });
    let found = compare_with(&base(), &people, &["users=people", "users.email=name", "users.age="]);
    assert!(found.diagnostics.is_empty(), "{:?}", found.diagnostics);
    let expected = [
        "rename-table people",
        "rename-column people.name",
        "drop-column people.age",
        "modify-column-type people.name",
        "modify-column-attribute people.name",
        "add-column people.rank",
    ];
    assert_eq!(codes(&found)[..6], expected);
    for change in &found.changes {
        assert_eq!(change.certainty, Certainty::Certain, "{} {:?}", change.code, change.notes);
    }
    assert!(compare(&apply(&base(), &found), &people).is_empty());
    // What is stated to be none is none, whatever speaks for it.
    let head = renamed(|head| rename_users(head, "accounts"));
    let found = compare_with(&base(), &head, &["users="]);
    assert_eq!(only(&found, "drop-table").certainty, Certainty::Certain);
}

#[test]
fn stated_and_impossible() {
    let cases =
        ["absent=users", "users=absent", "users=posts", "users.absent=x", "users.age=email", "posts.x.y=z"];
    for rename in cases {
        let found = compare_with(&base(), &base(), &[rename]);
        assert!(found.is_empty(), "{rename}: {:?}", codes(&found));
        assert_eq!(found.diagnostics.len(), 1, "{rename}");
        assert_eq!(found.diagnostics[0].code, "rename-unused");
    }
}

#[test]
fn two_tables_change_their_names() {
    let base = base();
    let swapped = with(&base, |head| {
        (head.tables[0].name, head.tables[1].name) = ("users".to_owned(), "posts".to_owned());
        head.tables[0].foreign_keys[0].targets = vec!["posts.id".to_owned()];
        head.tables[0].columns[1].foreign_keys[0].target = "posts.id".to_owned();
        head.tables.swap(0, 1);
        head.classes[0].tables = vec!["users".to_owned()];
        head.classes[1].tables = vec!["posts".to_owned()];
    });
    let found = compare_with(&base, &swapped, &["users=posts", "posts=users"]);
    assert_eq!(codes(&found), ["rename-table users", "rename-table posts"]);
    assert!(compare(&apply(&base, &found), &swapped).is_empty());
}

#[test]
fn types_views_and_classes() {
    let with_type = |name: &str| {
        let mut users = users();
        users.columns[1].ty = enum_of(name, &["a", "b"]);
        let mut document = document(vec![users]);
        document.types.push(named(name, &["a", "b"], &["users.email"]));
        document
    };
    let found = compare(&with_type("status"), &with_type("user_status"));
    assert_eq!(codes(&found), ["rename-type user_status"]);
    let with_view =
        |name: &str| with(&document(vec![]), |document| document.views.push(view(name, "SELECT 1")));
    assert_eq!(codes(&compare(&with_view("totals"), &with_view("totals_all"))), ["rename-view totals_all"]);
    let head = renamed(|head| {
        head.classes[1].name = "app.models:Person".to_owned();
        head.tables[1].class = Some("app.models:Person".to_owned());
    });
    let found = compare(&base(), &head);
    assert_eq!(codes(&found), ["rename-class app.models:Person"]);
    assert!(!found.touches_database());
}
