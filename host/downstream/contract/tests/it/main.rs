//! Promises, and what breaks them.
#![expect(clippy::indexing_slicing, reason = "the lints do not take the helpers of tests for tests")]

use belljar_contract::{Breach, Contracts, of_tables, read_odcs, to_odcs, to_toml};
use belljar_diff::{Certainty, Options, Rename, diff};
use belljar_schema::{Document, Status, UniqueConstraint};
use belljar_testing::make::{column, document, enum_of, id, table, ty_of};
use proptest::prelude::*;

const CONFIG: &str = r#"
[contracts.reports]
owners = ["data@acme.example"]
[contracts.reports.tables]
users = ["id", "email"]
orders = { total = { type = "NUMERIC(10, 2)", required = true }, state = { values = ["new", "paid"] }, code = { unique = true } }
"#;

fn shop() -> Document {
    let mut orders = table(
        "orders",
        vec![id(), column("total", "NUMERIC(10, 2)"), column("state", "TEXT"), column("code", "VARCHAR(9)")],
    );
    orders.columns[1].nullable = false;
    orders.columns[2].ty = enum_of("state", &["new", "paid"]);
    let unique = UniqueConstraint {
        columns: vec!["code".into()],
        name: None,
        deferrable: None,
        initially: None,
        options: std::collections::BTreeMap::default(),
        ..UniqueConstraint::default()
    };
    orders.unique.push(unique);
    document(vec![orders, table("users", vec![id(), column("email", "VARCHAR(320)")])])
}

#[track_caller]
fn contracts(text: &str) -> Contracts {
    let (contracts, problems) = Contracts::parse(text);
    assert_eq!(problems, []);
    contracts
}

fn breaches(change: impl FnOnce(&mut Document), renames: &[&str]) -> Vec<Breach> {
    let (base, mut head) = (shop(), shop());
    change(&mut head);
    let renames = renames.iter().filter_map(|text| Rename::parse(text)).collect();
    let diff = diff(&base, &head, &Options { renames, ..Options::default() });
    contracts(CONFIG).check(&base, &head, &diff)
}

#[track_caller]
fn one(change: impl FnOnce(&mut Document), renames: &[&str], code: &str, message: &str) -> Breach {
    let mut found = breaches(change, renames);
    assert_eq!(found.len(), 1, "{found:?}");
    let breach = found.remove(0);
    assert_eq!((breach.code.as_str(), breach.message.as_str()), (code, message));
    assert!(breach.by_change);
    assert_eq!((breach.contract.as_str(), breach.owners.len()), ("reports", 1));
    breach
}

#[test]
fn nothing_breaks_nothing() {
    assert_eq!(breaches(|_| {}, &[]), []);
    // A longer text, a further column, a column that nobody promised.
    assert_eq!(breaches(|head| head.tables[1].columns[1].ty = ty_of("VARCHAR(400)"), &[]), []);
    assert_eq!(breaches(|head| head.tables[1].columns.push(column("x", "TEXT")), &[]), []);
    assert_eq!(breaches(|head| drop(head.tables[0].columns.remove(0)), &[]), []);
}

#[test]
fn what_breaks() {
    let gone = one(
        |head| drop(head.tables[1].columns.remove(1)),
        &[],
        "contract-column-gone",
        "`users.email` is not there",
    );
    assert_eq!((gone.changes.len(), gone.certainty), (1, Certainty::Certain));
    assert_eq!(gone.promised.map(|place| place.line), Some(5));
    let renamed = one(
        |head| head.tables[1].columns[1].name = "mail".into(),
        &["users.email=users.mail"],
        "contract-column-gone",
        "`users.email` was renamed to `users.mail`",
    );
    assert_eq!(renamed.certainty, Certainty::Certain);
    let doubtful = one(
        |head| {
            head.tables[1].status = Status::Partial;
            head.tables[1].columns.remove(1);
        },
        &[],
        "contract-column-gone",
        "`users.email` is not there",
    );
    assert_eq!(doubtful.certainty, Certainty::CannotTell);
    one(|head| drop(head.tables.remove(1)), &[], "contract-table-gone", "`users` is not there");
    one(
        |head| head.tables[0].columns[1].ty = ty_of("NUMERIC(8, 2)"),
        &[],
        "contract-type",
        "`orders.total` has the type `NUMERIC(8, 2)`, but `NUMERIC(10, 2)` is promised",
    );
    one(
        |head| head.tables[1].columns[1].ty = ty_of("INTEGER"),
        &[],
        "contract-type",
        "`users.email` has the type `INTEGER`, but string is promised",
    );
    one(
        |head| head.tables[0].columns[1].nullable = true,
        &[],
        "contract-nullable",
        "`orders.total` is nullable, but promised as NOT NULL",
    );
    one(
        |head| head.tables[0].unique.clear(),
        &[],
        "contract-unique",
        "`orders.code` is not unique, but promised to be",
    );
    one(
        |head| head.tables[0].columns[2].ty = enum_of("state", &["new", "paid", "void"]),
        &[],
        "contract-values",
        "`orders.state` may be `void`, which is not among the promised values",
    );
}

#[test]
fn what_was_broken_before_is_not_the_changes_fault() {
    let contracts = contracts("[contracts.c.tables]\nusers = ['emial']\ngone = '*'\n");
    let (base, head) = (shop(), shop());
    let found = contracts.check(&base, &head, &diff(&base, &head, &Options::default()));
    let reported: Vec<(&str, bool, Option<&str>)> =
        found.iter().map(|one| (one.code.as_str(), one.by_change, one.hint.as_deref())).collect();
    assert_eq!(
        reported,
        [
            ("contract-table-gone", false, None),
            ("contract-column-gone", false, Some("did you mean `email`?"))
        ]
    );
}

#[test]
fn a_table_that_is_promised_whole() {
    let contracts = contracts("[contracts.c.tables]\nusers = '*'\n");
    let (base, mut head) = (shop(), shop());
    head.tables[1].columns.remove(0);
    let found = contracts.check(&base, &head, &diff(&base, &head, &Options::default()));
    assert_eq!(found.iter().map(|one| one.column.as_deref()).collect::<Vec<_>>(), [Some("id")]);
}

#[test]
fn a_configuration_that_is_wrong() {
    let text =
        "[contracts.a]\nowner = ['x']\n[contracts.a.tables]\nusers = 3\norders = { total = { typ = 'x' } }\n";
    let reported: Vec<(usize, String)> =
        Contracts::parse(text).1.into_iter().map(|one| (one.line, one.message)).collect();
    assert_eq!(
        reported,
        [
            (2, "unknown key `owner` in `contracts.a`".to_owned()),
            (4, "`contracts.a.tables.users` has to be `\"*\"`, a list of columns, or a table of them, and is an integer".to_owned()),
            (5, "unknown key `typ` in `contracts.a.tables.orders.total`".to_owned()),
        ]
    );
}

const ODCS: &str = "\
kind: DataContract
apiVersion: v3.1.0
id: 53581432
name: shop
version: 1.1.0
status: active
description: { purpose: reports }
team:
  members:
    - { username: ann@acme.example, role: Owner }
    - { username: bob, role: Owner, dateOut: 2024-01-01 }
    - { username: eve, role: engineer }
schema:
  - name: customers
    physicalName: users
    properties:
      - name: mail
        physicalName: email
        logicalType: string
        physicalType: varchar(320)
        required: true
        enum: [a, 1, { value: b, label: B }]
";

#[test]
fn a_contract_of_the_open_standard() {
    let (contract, reported) = read_odcs(ODCS.as_bytes(), "c.yaml");
    assert_eq!(reported, []);
    let contract = contract.expect("a contract");
    assert_eq!((contract.name.as_str(), contract.description.as_deref()), ("shop", Some("reports")));
    assert_eq!(contract.owners, ["ann@acme.example"]);
    let table = &contract.tables[0];
    assert_eq!((table.name.as_str(), table.place.as_ref().map(|place| place.line)), ("users", Some(14)));
    let column = &table.columns[0];
    assert_eq!((column.name.as_str(), column.required), ("email", true));
    assert_eq!(column.values.as_deref(), Some(&["a".to_owned(), "1".to_owned(), "b".to_owned()][..]));
    let (base, mut head) = (shop(), shop());
    head.tables[1].columns[1].ty = ty_of("VARCHAR(100)");
    let contracts = Contracts { all: vec![contract] };
    let found = contracts.check(&base, &head, &diff(&base, &head, &Options::default()));
    let reported: Vec<(&str, bool)> = found.iter().map(|one| (one.code.as_str(), one.by_change)).collect();
    assert_eq!(reported, [("contract-type", true), ("contract-nullable", false)]);
}

#[test]
fn what_is_no_contract() {
    for (text, code) in [
        ("a: [", "contract-not-odcs"),
        ("[]", "contract-not-odcs"),
        ("kind: Other\napiVersion: v3.0.0\n", "contract-not-odcs"),
        ("apiVersion: v2.2.2\n", "contract-version"),
        ("schema: 3\n", "contract-not-odcs"),
    ] {
        let (contract, reported) = read_odcs(text.as_bytes(), "c.yaml");
        assert_eq!((contract, reported[0].code.as_str()), (None, code), "{text}");
    }
    assert_eq!(read_odcs(b"schema: []\n", "c.yaml").1[0].code, "contract-version");
    assert_eq!(read_odcs(b"\xff", "c.yaml").1[0].code, "contract-not-utf8");
}

/// Aliases of aliases, and blocks in each other without end.
#[test]
fn hostile_yaml_is_refused() {
    let mut text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(",");
        text.extend(["a", &level.to_string(), ": &a", &level.to_string(), " [", &aliases, "]\n"]);
    }
    text.push_str("schema: *a11\n");
    let start = std::time::Instant::now();
    assert_eq!(read_odcs(text.as_bytes(), "c").1[0].code, "contract-not-odcs");
    assert_eq!(read_odcs("[".repeat(100_000).as_bytes(), "c").1[0].code, "contract-not-odcs");
    assert_eq!(read_odcs("a:\n ".repeat(5_000).as_bytes(), "c").1[0].code, "contract-not-odcs");
    println!("hostile YAML: {:?}", start.elapsed());
}

/// What is written says the same when it is read.
#[test]
fn what_is_written_is_read() {
    let document = shop();
    let (mut contract, absent) =
        of_tables("shop", &document, &["users".into(), "orders".into(), "gone".into()]);
    assert_eq!(absent, ["gone"]);
    contract.owners = vec!["data".into()];
    contract.description = Some("what: \"it\" is #for".into());
    let toml = to_toml(&contract).expect("it can be written");
    let (read, problems) = Contracts::parse(&toml);
    assert_eq!(problems, [], "{toml}");
    let nothing = diff(&document, &document, &Options::default());
    assert_eq!(read.check(&document, &document, &nothing), []);
    assert_eq!(read.all[0].tables.iter().map(|table| table.columns.len()).sum::<usize>(), 6);
    let yaml = to_odcs(&contract).expect("it can be written");
    let (read, reported) = read_odcs(yaml.as_bytes(), "c");
    assert_eq!(reported, [], "{yaml}");
    let read = read.expect("it is one");
    assert_eq!((read.description.as_ref(), &read.owners), (contract.description.as_ref(), &contract.owners));
    assert_eq!(read.tables.iter().map(|table| table.columns.len()).sum::<usize>(), 6);
    assert_eq!(Contracts { all: vec![read] }.check(&document, &document, &nothing), []);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(7), ..ProptestConfig::default() })]

    /// Whatever stands there: what is no contract is reported, with a line that the text has.
    #[test]
    fn any_text(text in "\\PC{0,80}", yaml in "([a-zA-Z]{1,8}: ?[\\[{&*!'\\-a-z0-9]{0,6}\n? ?){0,8}") {
        let lines = |text: &str| text.split(['\n', '\u{85}', '\u{2028}', '\u{2029}']).count();
        let (contracts, problems) = Contracts::parse(&text);
        prop_assert!(contracts.all.is_empty() || text.contains("contracts"));
        prop_assert!(problems.iter().all(|problem| problem.line <= lines(&text)), "{:?}", problems);
        for text in [text, format!("apiVersion: v3.1.0\n{yaml}")] {
            let (contract, diagnostics) = read_odcs(text.as_bytes(), "c");
            prop_assert!(contract.is_some() || !diagnostics.is_empty());
            for place in diagnostics.iter().filter_map(|one| one.place.as_ref()) {
                prop_assert!(place.path == "c" && place.line as usize <= lines(&text), "{:?} {:?}", text, place);
            }
        }
    }
}
