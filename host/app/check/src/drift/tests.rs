use belljar_schema::{Certainty, Document, LiveDatabase, ObjectKind, Severity, Status};
use belljar_testing::make::{
    column, creation, diagnostic, document, id, index, object, reason, table, unresolved, view, with,
};

use super::{Drift, Finding, Input, Kind, Unseen, compare, render};
use crate::{
    CheckConfig, FailOn,
    config::{Ignore, ObjectKind as Ignored},
};

/// A document of a database, from one of code.
fn live(document: &Document, dialect: &str) -> Document {
    let schema = (dialect == "postgresql").then(|| "public".to_owned());
    let mut made = document.clone();
    let version = "16.2".to_owned();
    made.database = Some(LiveDatabase { dialect: dialect.to_owned(), version, schema, unread: Vec::new() });
    for table in &mut made.tables {
        "database".clone_into(&mut table.metadata);
        (table.place, table.class) = (None, None);
        for column in &mut table.columns {
            column.place = None;
        }
    }
    made
}

fn drift_with(code: &Document, database: &Document, ignore: &Ignore, strict: bool) -> Drift {
    let input = Input {
        database,
        database_name: "postgresql://app@db/shop",
        code,
        code_name: "`shop`",
        ignore,
        fail_on: FailOn::Warning,
        strict,
    };
    compare(&input).unwrap()
}

fn drift(code: &Document, database: &Document) -> Drift {
    drift_with(code, database, &Ignore::default(), false)
}

fn name(finding: &Finding) -> String {
    match &finding.part {
        Some(part) => format!("{}.{part}", finding.name),
        None => finding.name.clone(),
    }
}

/// Kind, code, object and certainty of each finding.
fn facts(drift: &Drift) -> Vec<(Kind, &str, String, Certainty)> {
    drift.findings.iter().map(|it| (it.kind, it.code.as_str(), name(it), it.certainty)).collect()
}

fn shop() -> Document {
    document(vec![
        table("users", vec![id(), column("name", "VARCHAR"), column("age", "INTEGER")]),
        table("orders", vec![id(), column("total", "NUMERIC(10, 2)")]),
    ])
}

#[test]
fn both_directions() {
    let database = live(
        &document(vec![
            table(
                "users",
                vec![
                    id(),
                    with(&column("name", "VARCHAR"), |it| it.nullable = !it.nullable),
                    column("old", "DATE"),
                ],
            ),
            table("tmp", vec![id()]),
        ]),
        "postgresql",
    );
    let found = drift(&shop(), &database);
    let certain = Certainty::Certain;
    assert_eq!(
        facts(&found),
        [
            (Kind::NotInDatabase, "add-table", "orders".to_owned(), certain),
            (Kind::NotInDatabase, "add-column", "users.age".to_owned(), certain),
            (Kind::NotInCode, "drop-table", "tmp".to_owned(), certain),
            (Kind::NotInCode, "drop-column", "users.old".to_owned(), certain),
            (Kind::Differs, "modify-column-nullable", "users.name".to_owned(), certain),
        ]
    );
    assert!(!found.passed && found.count(Severity::Error) == 5);
    // What the code does not know is shown at its table.
    assert_eq!(found.findings[3].place, shop().tables[0].place);
    let text = render::text(&found);
    for expected in [
        "postgresql://app@db/shop (postgresql 16.2) and `shop`\n",
        "The database lacks:\n",
        "error: the table `orders`: `(id, total)`\n",
        "The code does not know:\n  error: the table `tmp`",
        "error: the nullability of the column `users.name` differs: `NOT NULL` in the database, `NULL` in the code\n",
        "2 tables of the database compared with 2 tables of the code: 5 errors\nfailed: 5 findings at `warning` or above\n",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
    let page = render::markdown(&found);
    assert!(page.contains("**The database lacks**") && page.contains("<sub>failed: 5 findings"), "{page}");
    let log: serde_json::Value = serde_json::from_str(&render::sarif(&found).unwrap()).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let rules: Vec<&str> = results.iter().filter_map(|it| it["ruleId"].as_str()).collect();
    assert_eq!(
        rules,
        ["not-in-database", "not-in-database", "not-in-code", "not-in-code", "differs"],
        "{log}"
    );
    assert!(results.iter().all(|it| it["locations"][0]["physicalLocation"]["region"]["startLine"].is_u64()));
    assert_eq!(render::github(&found).lines().count(), 5);
}

#[test]
fn no_differences() {
    for dialect in ["postgresql", "mariadb", "mysql", "sqlite"] {
        let found = drift_with(&shop(), &live(&shop(), dialect), &Ignore::default(), true);
        assert_eq!((facts(&found), found.not_compared.len()), (vec![], 0), "{dialect}");
        assert!(found.passed);
        assert!(render::text(&found).ends_with("no differences\npassed\n"), "{}", render::text(&found));
    }
}

/// What is in doubt on one side may be equal, or not: it is listed, and `--strict` fails.
#[test]
fn what_is_not_compared() {
    type Edit = fn(&mut Document, &mut Document);
    let cases: [(&str, Unseen, Edit); 9] = [
        ("not read", Unseen::Database, |_, database| {
            database.diagnostics.push(diagnostic("not-read", None));
        }),
        ("partial table", Unseen::Database, |_, database| {
            (database.tables[0].status, database.tables[0].reasons) = (Status::Partial, vec![reason()]);
        }),
        ("partial table of the code", Unseen::Code, |code, _| {
            (code.tables[0].status, code.tables[0].reasons) = (Status::Partial, vec![reason()]);
        }),
        ("partial column", Unseen::Code, |code, _| {
            let column = &mut code.tables[0].columns[1];
            (column.status, column.reasons) = (Status::Partial, vec![reason()]);
        }),
        ("unresolved", Unseen::Code, |code, _| code.unresolved.push(unresolved("more", None, "a.py"))),
        ("declared twice", Unseen::Code, |code, _| {
            let mut other = code.tables[0].clone();
            "other".clone_into(&mut other.metadata);
            other.columns.pop();
            code.tables.push(other);
        }),
        ("another schema", Unseen::Database, |code, database| {
            let mut other = code.tables[0].clone();
            other.schema = Some("audit".to_owned());
            code.tables.push(other);
            database.database.as_mut().unwrap().unread.push("audit".to_owned());
        }),
        ("a statement", Unseen::Code, |code, _| {
            code.objects.push(object(
                ObjectKind::Ddl,
                "ALTER",
                "ALTER TABLE users ENABLE ROW LEVEL SECURITY",
            ));
        }),
        ("a file that was not read", Unseen::Code, |code, _| {
            code.diagnostics.push(diagnostic("syntax-error", Some("broken.py")));
        }),
    ];
    for (what, side, edit) in cases {
        let (mut code, mut database) = (shop(), live(&shop(), "postgresql"));
        edit(&mut code, &mut database);
        let found = drift_with(&code, &database, &Ignore::default(), false);
        assert_eq!(facts(&found), [], "{what}");
        assert!(found.passed, "{what}");
        assert_eq!(found.not_compared.iter().map(|it| it.side).collect::<Vec<_>>(), [side], "{what}");
        let strict = drift_with(&code, &database, &Ignore::default(), true);
        assert!(!strict.passed && render::text(&strict).contains("which `--strict` demands"), "{what}");
    }
}

/// A difference that something unseen could explain is undetermined.
#[test]
fn what_is_undetermined() {
    let mut code = shop();
    code.tables.remove(1);
    code.unresolved.push(unresolved("orders", None, "a.py"));
    let found = drift(&code, &live(&shop(), "postgresql"));
    assert_eq!(
        facts(&found),
        [(Kind::NotInCode, "missing-table", "orders".to_owned(), Certainty::CannotTell)]
    );
    assert_eq!((found.findings[0].severity, found.passed), (Severity::Note, true));
    // A database writes statements in its own form.
    let (mut code, mut database) = (shop(), live(&shop(), "postgresql"));
    code.objects.push(object(ObjectKind::Function, "f()", "CREATE FUNCTION f() ..."));
    database.objects.push(object(
        ObjectKind::Function,
        "f()",
        "CREATE OR REPLACE FUNCTION public.f() RETURNS integer",
    ));
    let certainty: Vec<Certainty> = drift(&code, &database).findings.iter().map(|it| it.certainty).collect();
    assert_eq!(certainty, [Certainty::CannotTell]);
    // Whether there is one is not.
    database.objects.clear();
    let found = drift(&code, &database);
    assert_eq!(facts(&found), [(Kind::NotInDatabase, "add-object", "f()".to_owned(), Certainty::Certain)]);
}

/// A table that could not be read, or that the user may not see, may be there.
#[test]
fn what_a_database_does_not_show() {
    let named = diagnostic("not-read", None);
    let named = with(&named, |it| "the table `orders` can't be read".clone_into(&mut it.message));
    for (diagnostic, expected) in [
        (named, Certainty::CannotTell),
        (diagnostic("unseen-tables", None), Certainty::CannotTell),
        (diagnostic("not-read", None), Certainty::Certain),
    ] {
        let mut database = live(&shop(), "mysql");
        database.tables.remove(1);
        let code = diagnostic.code.clone();
        database.diagnostics.push(diagnostic);
        let found = drift(&shop(), &database);
        let certainty: Vec<Certainty> = found.findings.iter().map(|it| it.certainty).collect();
        assert_eq!((certainty, found.not_compared.len()), (vec![expected], 1), "{code}");
    }
}

#[test]
fn objects_of_other_databases() {
    let (mut code, database) = (shop(), live(&shop(), "postgresql"));
    let mut other = view("v", "SELECT 1");
    other.creation.dialects = vec!["mysql".to_owned()];
    code.views.push(other);
    assert_eq!(facts(&drift(&code, &database)), []);
    code.views[0].creation = creation();
    assert_eq!(drift(&code, &database).findings.len(), 1);
}

/// What a statement of the code creates is there by its name.
#[test]
fn statements_that_create_something() {
    let (mut code, mut database) = (shop(), live(&shop(), "postgresql"));
    database.tables.push(with(&database.tables[0], |it| "part".clone_into(&mut it.name)));
    database.tables[0].indexes.push(index("ix_users_name", &["name"]));
    assert_eq!(drift(&code, &database).findings.len(), 2);
    code.objects.push(object(ObjectKind::Table, "part", "CREATE TABLE part PARTITION OF users ..."));
    code.objects.push(object(
        ObjectKind::Index,
        "ix_users_name",
        "CREATE INDEX ix_users_name ON users (name)",
    ));
    let found = drift(&code, &database);
    assert_eq!((facts(&found), found.not_compared.len()), (vec![], 2));
    code.objects.push(object(ObjectKind::Index, "ix_gone", "CREATE INDEX ix_gone ON users (name)"));
    assert_eq!(drift(&code, &database).findings.len(), 1);
}

#[test]
fn what_is_left_out() {
    let mut database = live(&shop(), "postgresql");
    let copy = |name: &str| with(&database.tables[0], |it| name.clone_into(&mut it.name));
    let more = [copy("alembic_version"), copy("tmp_a"), copy("kept")];
    database.tables.extend(more);
    database.tables[0].columns.push(column("legacy_a", "TEXT"));
    database.tables[0].indexes.push(index("ix_tmp", &["name"]));
    database.tables[1].comment = Some("orders".to_owned());
    let config = "[drift.ignore]\ntables = ['tmp_*']\ncolumns = ['users.legacy_*']\nindexes = ['*.ix_tmp']\n\
                  comments = ['orders']\n";
    let config = CheckConfig::parse(config).unwrap();
    let found = drift_with(&shop(), &database, &config.drift, false);
    assert_eq!(facts(&found), [(Kind::NotInCode, "drop-table", "kept".to_owned(), Certainty::Certain)]);
    let left: Vec<(&str, &str)> = found.ignored.iter().map(|it| (it.name.as_str(), it.by.as_str())).collect();
    assert_eq!(
        left,
        [
            ("alembic_version", "Alembic"),
            ("orders", "drift.ignore.comments"),
            ("tmp_a", "drift.ignore.tables"),
            ("users.ix_tmp", "drift.ignore.indexes"),
            ("users.legacy_a", "drift.ignore.columns"),
        ]
    );
    assert!(render::text(&found).contains("Left out:\n  `alembic_version` (Alembic)\n"));
    // Nor is a doubt about a table of a tool one about the code, unless the code declares the table.
    let of_tool = database.tables.iter_mut().find(|table| table.name == "alembic_version").unwrap();
    of_tool.columns[0].reasons.push(reason());
    assert_eq!(drift_with(&shop(), &database, &config.drift, true).not_compared, []);
    let mut code = shop();
    code.tables.push(with(&code.tables[0], |it| "alembic_version".clone_into(&mut it.name)));
    assert_eq!(drift_with(&code, &database, &config.drift, true).not_compared.len(), 1);
    // What is partial counts unless its own table is ignored, and not a schema of that name.
    let mut log = with(&shop().tables[0], |it| "log".clone_into(&mut it.name));
    (log.schema, log.columns[0].reasons) = (Some("audit".to_owned()), vec![reason()]);
    let (mut code, mut with_log) = (shop(), live(&shop(), "postgresql"));
    code.tables.push(log.clone());
    with_log.tables.push(log);
    for (pattern, count) in [("audit", 2), ("audit.log", 0), ("audit.*", 0), ("log", 2)] {
        let mut one = Ignore::default();
        one.add(Ignored::Table, pattern);
        assert_eq!(drift_with(&code, &with_log, &one, true).not_compared.len(), count, "{pattern}");
    }
    // A table with everything in it, on either side.
    let mut all = Ignore::default();
    all.add(Ignored::Table, "*");
    assert_eq!(facts(&drift_with(&document(vec![]), &database, &all, true)), []);
}

#[test]
fn ignored_kinds_of_a_configuration() {
    for kind in Ignored::ALL {
        let text = format!("[drift.ignore]\n{} = ['a*']\n", kind.key());
        assert!(CheckConfig::parse(text.as_str()).is_ok(), "{text}");
    }
    for (text, message) in [
        ("[drift]\nignor = 1", "unknown key `ignor` in `drift`"),
        ("[drift.ignore]\ntable = ['a']", "unknown key `table` in `drift.ignore`"),
        ("[drift.ignore]\ntables = ['[']", "`drift.ignore.tables` has `[`, which is not a glob pattern"),
    ] {
        let error = CheckConfig::parse(text).unwrap_err();
        assert!(error.problems[0].message.starts_with(message), "{error:?}");
    }
}

/// The schema of the connection may be named, or not.
#[test]
fn the_schema_of_the_connection() {
    let mut code = shop();
    for table in &mut code.tables {
        table.schema = Some("public".to_owned());
    }
    assert_eq!(facts(&drift(&code, &live(&shop(), "postgresql"))), []);
    code.tables[0].schema = Some("other".to_owned());
    assert!(!facts(&drift(&code, &live(&shop(), "postgresql"))).is_empty());
}

#[test]
fn a_document_of_code() {
    let code = shop();
    let input = Input {
        database: &code,
        database_name: "",
        code: &code,
        code_name: "",
        ignore: &Ignore::default(),
        fail_on: FailOn::Error,
        strict: false,
    };
    assert!(compare(&input).is_none());
}
