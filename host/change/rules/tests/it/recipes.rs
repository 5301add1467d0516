//! Recipes come with the names of the change, in quotes where they need them.

use belljar_rules::Database;
use belljar_schema::{Column, Document};

use crate::make::{column, compare, config, edited, find, findings_of, index, same, unique, users};

/// The statements of a rule's recipe for one database.
fn sql(code: &str, dialect: Database, renames: &[&str], edit: fn(&mut Document)) -> Vec<String> {
    let (base, head) = (edited(same), edited(edit));
    let mut config = config(code);
    config.dialects = vec![dialect];
    let report = belljar_rules::check(&compare(&base, &head, renames), &base, &head, &config, &[]);
    let finding = findings_of(&report, code).into_iter().next().expect("a finding");
    finding.recipe.iter().filter_map(|step| step.sql.clone()).collect()
}

fn required(document: &mut Document) {
    let order = Column { nullable: false, ..column("order", "INTEGER") };
    users(document).columns.push(order);
}

#[test]
fn a_required_column_takes_three_steps() {
    assert_eq!(
        sql("BJ203", Database::Postgresql, &[], required),
        [
            "ALTER TABLE users ADD COLUMN \"order\" INTEGER;",
            "UPDATE users SET \"order\" = … WHERE \"order\" IS NULL;",
            "ALTER TABLE users ALTER COLUMN \"order\" SET NOT NULL;",
        ]
    );
    assert_eq!(
        sql("BJ203", Database::Mysql, &[], required),
        [
            "ALTER TABLE users ADD COLUMN `order` INTEGER;",
            "UPDATE users SET `order` = … WHERE `order` IS NULL;",
            "ALTER TABLE users MODIFY COLUMN `order` INTEGER NOT NULL;",
        ]
    );
}

/// A partial index keeps its condition, and does not become a constraint; a constraint is made from an index.
#[test]
fn what_becomes_unique() {
    let partial = |document: &mut Document| {
        let mut own = index("ux", &["email"]);
        own.unique = true;
        own.options.insert("postgresql_where".to_owned(), "id > 5".to_owned());
        users(document).indexes.push(own);
    };
    assert_eq!(
        sql("BJ201", Database::Postgresql, &[], partial),
        [
            "SELECT email, count(*) FROM users WHERE id > 5 GROUP BY email HAVING count(*) > 1;",
            "CREATE UNIQUE INDEX CONCURRENTLY ux ON users (email) WHERE id > 5;",
        ]
    );
    let constraint = |document: &mut Document| users(document).unique.push(unique("uq", &["email"]));
    assert_eq!(
        sql("BJ201", Database::Postgresql, &[], constraint),
        [
            "SELECT email, count(*) FROM users GROUP BY email HAVING count(*) > 1;",
            "CREATE UNIQUE INDEX CONCURRENTLY uq ON users (email);",
            "ALTER TABLE users ADD CONSTRAINT uq UNIQUE USING INDEX uq;",
        ]
    );
}

/// Inserts have to be able to omit a column before it is dropped; they already can if it is nullable.
#[test]
fn a_column_that_inserts_may_omit() {
    let steps = |nullable: bool| {
        let before = |document: &mut Document| {
            users(document).columns.push(Column { nullable, ..column("phone", "TEXT") });
        };
        let mut base = edited(same);
        before(&mut base);
        let report = belljar_rules::check(
            &compare(&base, &edited(same), &[]),
            &base,
            &edited(same),
            &config("BJ102"),
            &[],
        );
        let finding = findings_of(&report, "BJ102").into_iter().next().expect("a finding");
        finding.recipe.iter().map(|step| step.text.clone()).collect::<Vec<_>>()
    };
    let first = "Make `phone` nullable or give it a server default, so that inserts may omit it.";
    assert_eq!(steps(false).first().map(String::as_str), Some(first));
    assert!(!steps(true).is_empty() && steps(true).iter().all(|step| step != first));
}

/// The old key goes in the statement that adds the new one: a table has one.
#[test]
fn another_primary_key() {
    let other = |document: &mut Document| {
        users(document).primary_key.columns = vec!["email".to_owned()];
    };
    let statements = sql("BJ210", Database::Postgresql, &[], other);
    let expected = "ALTER TABLE users DROP CONSTRAINT users_pkey, ADD CONSTRAINT users_pkey_new PRIMARY KEY USING \
                    INDEX users_pkey_new;";
    assert_eq!(statements.last().map(String::as_str), Some(expected));
}

#[test]
fn a_table_is_renamed_behind_a_view() {
    let renamed = |document: &mut Document| {
        users(document).name = "User Accounts".to_owned();
        find(document, "User Accounts").schema = None;
    };
    assert_eq!(
        sql("BJ301", Database::Postgresql, &["users=User Accounts"], renamed),
        [
            "BEGIN;\nALTER TABLE users RENAME TO \"User Accounts\";\n\
             CREATE VIEW users AS SELECT * FROM \"User Accounts\";\nCOMMIT;",
            "DROP VIEW users;",
        ]
    );
}

#[test]
fn names_of_a_repository_stay_names() {
    let odd = |document: &mut Document| users(document).indexes.push(index("{table}\"; DROP", &["email"]));
    let expected = "CREATE INDEX CONCURRENTLY \"{table}\"\"; DROP\" ON users …;";
    assert_eq!(sql("BJ401", Database::Postgresql, &[], odd), [expected]);
}
