//! Keys that others refer to, numbers, and what can't fail.

use belljar_rules::{Database, RulesConfig, Severity, check};
use belljar_schema::{Document, Identity};

use crate::make::{
    Edit, check_of, column, compare, config, domain, edited, email, findings_of, index, key, orders, report,
    same, sequence, unique, users,
};

/// Severity and databases of what a rule finds between two edits of one document.
fn found(code: &str, base: Edit, head: Edit) -> Option<(Severity, Vec<Database>)> {
    let (base, head) = (edited(base), edited(head));
    let report = check(&compare(&base, &head, &[]), &base, &head, &RulesConfig::default(), &[]);
    let own = findings_of(&report, code);
    assert!(own.len() < 2, "{own:#?}");
    own.first().map(|one| (one.severity, one.dialects.clone()))
}

fn refer_to_email(d: &mut Document) {
    orders(d).foreign_keys.push(key("fk", &["user_id"], &["users.email"]));
}

#[test]
fn a_key_that_a_foreign_key_refers_to() {
    let with_unique: Edit = |d| {
        users(d).unique.push(unique("uq", &["email"]));
        refer_to_email(d);
    };
    let with_index: Edit = |d| {
        users(d).indexes.push(belljar_schema::Index { unique: true, ..index("ux", &["email"]) });
        refer_to_email(d);
    };
    let wider: Edit = |d| {
        users(d).unique.push(unique("uq", &["email", "name"]));
        refer_to_email(d);
    };
    let plain: Edit = |d| {
        users(d).indexes.push(index("ux", &["email"]));
        refer_to_email(d);
    };
    let with_key: Edit = |d| orders(d).foreign_keys.push(key("fk", &["user_id"], &["users.id"]));
    let another_key: Edit = |d| {
        users(d).primary_key.columns = vec!["id".to_owned(), "name".to_owned()];
        orders(d).foreign_keys.push(key("fk", &["user_id"], &["users.id"]));
    };
    for (what, base, head) in [
        ("a constraint is dropped", with_unique, refer_to_email as Edit),
        ("an index is dropped", with_index, refer_to_email),
        ("a constraint gets another column", with_unique, wider),
        ("an index is no longer unique", with_index, plain),
        ("a primary key gets another column", with_key, another_key),
    ] {
        let (severity, dialects) = found("BJ213", base, head).unwrap_or_else(|| panic!("{what}"));
        assert_eq!((severity, dialects.len()), (Severity::Error, 4), "{what}");
    }
    // Another key takes its place: PostgreSQL still knows the one that goes.
    let expected = Some((Severity::Warning, vec![Database::Postgresql]));
    assert_eq!(found("BJ213", with_unique, with_index), expected);
    // Controls: nothing refers to it, the foreign key goes too, the key stays.
    let alone: Edit = |d| users(d).unique.push(unique("uq", &["email"]));
    assert_eq!(found("BJ213", alone, same), None);
    assert_eq!(found("BJ213", with_unique, same), None);
    assert_eq!(found("BJ213", with_unique, with_unique), None);
}

#[test]
fn a_column_that_a_check_keeps_from_null() {
    let required = |says: Option<&str>| {
        let checks = says.map(|sql| check_of("ck", sql));
        let mut made = edited(same);
        users(&mut made).checks.extend(checks);
        email(&mut made).nullable = false;
        made
    };
    for (says, expected) in [
        (Some("email IS NOT NULL"), false),
        (Some("(users.email is not null)"), false),
        (Some("name IS NOT NULL"), true),
        (Some("email IS NOT NULL OR name IS NULL"), true),
        (None, true),
    ] {
        let head = required(says);
        let mut base = head.clone();
        email(&mut base).nullable = true;
        let report = report(&base, &head, &config("BJ204"));
        assert_eq!(findings_of(&report, "BJ204").len(), usize::from(expected), "{says:?}");
    }
}

#[test]
fn a_primary_key_that_keeps_apart_what_was_apart() {
    let two: Edit = |d| users(d).primary_key.columns = vec!["id".to_owned(), "name".to_owned()];
    let swapped: Edit = |d| users(d).primary_key.columns = vec!["name".to_owned(), "id".to_owned()];
    let other: Edit = |d| users(d).primary_key.columns = vec!["name".to_owned()];
    let required = |edit: Edit| {
        let mut made = edited(edit);
        users(&mut made).columns.iter_mut().for_each(|column| column.nullable = false);
        made
    };
    for (head, expected) in [(swapped, Severity::Warning), (other, Severity::Error)] {
        let report = report(&required(two), &required(head), &config("BJ210"));
        assert_eq!(
            findings_of(&report, "BJ210").iter().map(|one| one.severity).collect::<Vec<_>>(),
            [expected]
        );
    }
}

#[test]
fn an_identity_that_counts_differently() {
    let counted = |options: &[(&str, &str)], increment| {
        let options = options.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        let mut made = edited(same);
        users(&mut made).columns[0].identity = Some(Identity { options, increment, ..Identity::default() });
        made
    };
    let plain = counted(&[], None);
    for (head, expected) in [
        (counted(&[("maxvalue", "10")], None), 1),
        (counted(&[], Some(-1)), 1),
        (counted(&[("cycle", "True")], None), 1),
        (plain.clone(), 0),
    ] {
        assert_eq!(findings_of(&report(&plain, &head, &config("BJ312")), "BJ312").len(), expected);
    }
    let mut always = plain.clone();
    users(&mut always).columns[0].identity = Some(Identity { always: true, ..Identity::default() });
    assert!(findings_of(&report(&plain, &always, &config("BJ312")), "BJ312").is_empty());
}

#[test]
fn a_domain_that_holds_less() {
    let of_type = |ty: &str| {
        let mut made = edited(same);
        made.types.push(domain("code", &format!("CREATE DOMAIN code AS {ty}")));
        made
    };
    for (before, after, expected) in [
        ("VARCHAR(50)", "VARCHAR(5)", 1),
        ("BIGINT", "SMALLINT", 1),
        ("VARCHAR(5)", "VARCHAR(50)", 0),
        ("VARCHAR(5)", "VARCHAR(5) NOT NULL", 0),
    ] {
        let report = report(&of_type(before), &of_type(after), &config("BJ205"));
        assert_eq!(findings_of(&report, "BJ205").len(), expected, "{before} to {after}");
    }
}

#[test]
fn a_sequence_that_a_column_calls() {
    let with = |default: &'static str| {
        move |has: bool| {
            let mut made = edited(same);
            users(&mut made).columns.push(column("number", "BIGINT"));
            users(&mut made).columns.last_mut().expect("it was pushed").server_default =
                Some(default.to_owned());
            if has {
                made.sequences.push(sequence("numbers", 1));
            }
            made
        }
    };
    for (default, expected) in [
        ("nextval('numbers')", Severity::Error),
        ("nextval('public.numbers'::regclass)", Severity::Error),
        ("NEXT VALUE FOR numbers", Severity::Error),
        ("nextval('others')", Severity::Warning),
        ("5", Severity::Warning),
    ] {
        let made = with(default);
        let report = report(&made(true), &made(false), &config("BJ107"));
        assert_eq!(
            findings_of(&report, "BJ107").iter().map(|one| one.severity).collect::<Vec<_>>(),
            [expected],
            "{default}"
        );
    }
}

#[test]
fn a_cause_is_found_once() {
    let (mut base, mut head) = (edited(same), edited(same));
    users(&mut base).columns[0].identity = Some(Identity::default());
    users(&mut head).columns[0].autoincrement = "false".to_owned();
    assert_eq!(findings_of(&report(&base, &head, &config("BJ316")), "BJ316").len(), 1);
}
