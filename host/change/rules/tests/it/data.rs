//! What a database is asked for each finding that depends on its rows.

use belljar_rules::{DataRequest, Database, QuestionKind, RulesConfig, check, data_questions};
use belljar_schema::{Column, Index, Table};

use crate::make::{
    Edit, check_of, column, compare, defaulted, edited, email, index, key, named, orders, required, same,
    ty_of, unique, users,
};

/// What is asked in PostgreSQL for a finding of this code: kind, table, columns, what is counted.
fn asked(code: &str, base: Edit, head: Edit, renames: &[&str]) -> Vec<String> {
    let (base, head) = (edited(base), edited(head));
    let diff = compare(&base, &head, renames);
    let config = RulesConfig { dialects: vec![Database::Postgresql], ..RulesConfig::default() };
    let report = check(&diff, &base, &head, &config, &[]);
    let found = report.findings.iter().filter(|one| one.code == code);
    let all = found.flat_map(|finding| data_questions(finding, &diff, Database::Postgresql));
    let shown = all.map(|asked| match asked {
        DataRequest::Nothing(reason) => format!("nothing: {reason}"),
        DataRequest::Question { question: it, counted, is_upper_bound } => {
            let target = format!("{}.{}", it.target_table, it.target_columns.join(","));
            let target =
                if it.kind == QuestionKind::Orphans { format!(" -> {target}") } else { String::new() };
            let bounds = match it.kind {
                QuestionKind::Longer => format!(" {}", it.limit),
                QuestionKind::Outside => format!(" {}..{} {:?}", it.low, it.high, it.scale),
                QuestionKind::Unreadable => format!(" {}", it.into),
                _ => String::new(),
            };
            let most = if is_upper_bound { "at most " } else { "" };
            format!("{:?} {}({}){target}{bounds}: {most}{counted}", it.kind, it.table, it.columns.join(","))
        }
    });
    shown.collect()
}

fn unique_index(name: &str, columns: &[&str], condition: Option<&str>) -> Index {
    let mut made = Index { unique: true, ..index(name, columns) };
    made.options.extend(condition.map(|text| ("postgresql_where".to_owned(), text.to_owned())));
    made
}

fn with_type(column: &mut Column, ty: &str) {
    column.ty = ty_of(ty);
}

fn with_total(table: &mut Table, ty: &str) {
    for column in table.columns.iter_mut().filter(|column| column.name == "total") {
        with_type(column, ty);
    }
}

#[test]
fn questions_of_rules() {
    let cases: Vec<(&str, Edit, Edit, Vec<&str>)> = vec![
        (
            "BJ201",
            same,
            |d| users(d).unique.push(unique("uq", &["email", "name"])),
            vec!["Duplicates users(email,name): duplicate values of `email`, `name`"],
        ),
        (
            "BJ201",
            same,
            |d| users(d).indexes.push(unique_index("ux", &["email"], Some("name IS NULL"))),
            vec!["Duplicates users(email): at most duplicate values of `email`"],
        ),
        (
            "BJ201",
            same,
            |d| {
                users(d).columns.push(defaulted("nick", "TEXT", "'none'"));
                users(d).unique.push(unique("uq", &["nick"]));
            },
            vec!["nothing: the database does not have the column yet"],
        ),
        (
            "BJ203",
            same,
            |d| users(d).columns.push(required("age", "INTEGER")),
            vec!["Rows users(): rows in `users`"],
        ),
        ("BJ204", same, |d| email(d).nullable = false, vec!["Nulls users(email): rows with NULL in `email`"]),
        (
            "BJ205",
            same,
            |d| with_type(email(d), "VARCHAR(20)"),
            vec!["Longer users(email) 20: values of `email` with more than 20 characters"],
        ),
        (
            "BJ205",
            same,
            |d| with_total(orders(d), "NUMERIC(5, 1)"),
            vec!["Outside orders(total) -9999.9..9999.9 Some(1): values of `total` beyond the new type"],
        ),
        (
            "BJ206",
            same,
            |d| with_type(email(d), "INTEGER"),
            vec!["Unreadable users(email) integer: values of `email` not readable as `integer`"],
        ),
        (
            "BJ206",
            same,
            |d| with_type(email(d), "evil'); DROP"),
            vec!["nothing: how its values convert can't be asked without converting them"],
        ),
        (
            "BJ207",
            same,
            |d| users(d).checks.push(check_of("c", "pg_sleep(9) IS NULL")),
            vec!["nothing: a condition of the models is code, and is not run on a database"],
        ),
        (
            "BJ208",
            same,
            |d| orders(d).foreign_keys.push(key("fk", &["user_id"], &["users.id"])),
            vec!["Orphans orders(user_id) -> users.id: rows whose `user_id` refers to nothing in `users`"],
        ),
        (
            "BJ210",
            same,
            |d| users(d).primary_key.columns = vec!["email".to_owned()],
            vec![
                "Nulls users(email): rows with NULL in `email`",
                "Duplicates users(email): duplicate values of `email`",
            ],
        ),
        (
            "BJ101",
            same,
            |d| d.tables.retain(|table| table.name != "users"),
            vec!["Rows users(): rows in `users`"],
        ),
        (
            "BJ102",
            same,
            |d| users(d).columns.retain(|column| column.name != "email"),
            vec!["Values users(email): rows with a value in `email`"],
        ),
        (
            "BJ401",
            same,
            |d| users(d).indexes.push(index("ix", &["email"])),
            vec!["Size users(): rows in `users`"],
        ),
    ];
    for (code, base, head, expected) in cases {
        assert_eq!(asked(code, base, head, &[]), expected, "{code}");
    }
}

/// A database has the names of the base.
#[test]
fn names_of_what_is_renamed() {
    let renamed: Edit = |d| {
        users(d).name = "people".to_owned();
        let people = d.tables.iter_mut().find(|table| table.name == "people").unwrap();
        people.columns.iter_mut().find(|column| column.name == "email").unwrap().name = "mail".to_owned();
        people.columns.iter_mut().find(|column| column.name == "mail").unwrap().nullable = false;
        people.unique.push(unique("uq", &["mail"]));
        let key = key("fk", &["user_id"], &["people.id"]);
        orders(d).foreign_keys.push(key);
    };
    let renames = ["users=people", "users.email=people.mail"];
    for (code, expected) in [
        ("BJ204", "Nulls users(email): rows with NULL in `email`"),
        ("BJ201", "Duplicates users(email): duplicate values of `email`"),
        ("BJ208", "Orphans orders(user_id) -> users.id: rows whose `user_id` refers to nothing in `people`"),
    ] {
        assert_eq!(asked(code, same, renamed, &renames), [expected], "{code}");
    }
}

/// Findings of other kinds ask nothing, and no expression is in a question.
#[test]
fn nothing_else_is_asked() {
    let new: Edit = |d| d.types.push(named("mood", &["a"]));
    assert_eq!(asked("BJ204", same, new, &[]), Vec::<String>::new());
    let expression: Edit = |d| {
        let mut made = unique_index("ux", &["lower(email)"], None);
        made.elements.iter_mut().for_each(|element| element.column = None);
        users(d).indexes.push(made);
    };
    assert_eq!(
        asked("BJ201", same, expression, &[]),
        ["nothing: an expression of the models is code, and is not run on a database"]
    );
    let nullable: Edit = |d| users(d).columns.push(column("nick", "TEXT"));
    assert_eq!(asked("BJ314", same, nullable, &[]), Vec::<String>::new());
}
