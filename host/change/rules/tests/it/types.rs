//! What is reported for a column that gets another type, in each database.

use belljar_rules::{Database, Finding, RulesConfig, check};
use belljar_schema::ColumnType;

use crate::make::{compare, document, domain, email, ty_of};

/// The codes about conversions that one database has for a change of type.
fn codes(dialect: Database, from: &ColumnType, into: &ColumnType) -> Vec<String> {
    let (mut base, mut head) = (document(), document());
    let sql = "CREATE DOMAIN mail AS VARCHAR(50) CHECK (VALUE LIKE '%@%')";
    base.types.push(domain("mail", sql));
    head.types.push(domain("mail", sql));
    email(&mut base).ty = from.clone();
    email(&mut head).ty = into.clone();
    let config = RulesConfig { dialects: vec![dialect], ..RulesConfig::default() };
    let report = check(&compare(&base, &head, &[]), &base, &head, &config, &[]);
    let of_type = |finding: &&Finding| ["BJ205", "BJ206", "BJ212", "BJ404"].contains(&&*finding.code);
    report.findings.iter().filter(of_type).map(|finding| finding.code.clone()).collect()
}

#[test]
fn conversions() {
    use Database::{Mysql, Postgresql};
    let none: &[&str] = &[];
    let cases = [
        (Postgresql, "CIDR", "INET", none),
        (Postgresql, "INET", "CIDR", &["BJ205", "BJ404"]),
        (Postgresql, "INTEGER[]", "BIGINT[]", &["BJ404"]),
        (Postgresql, "BIGINT[]", "INTEGER[]", &["BJ205", "BJ404"]),
        (Postgresql, "VARCHAR(10)[]", "VARCHAR[]", none),
        (Postgresql, "NUMERIC(12, 0)", "BIGINT", &["BJ404"]),
        (Postgresql, "NUMERIC(12, 0)", "INTEGER", &["BJ205", "BJ404"]),
        (Postgresql, "NUMERIC(12, 1)", "BIGINT", &["BJ205", "BJ404"]),
        (Postgresql, "TEXT", "CITEXT", none),
        (Postgresql, "CITEXT", "VARCHAR(10)", &["BJ205", "BJ404"]),
        (Postgresql, "TEXT", "TEXT COLLATE \"C\"", &["BJ212"]),
        (Postgresql, "VARCHAR(50)", "VARCHAR(50) COLLATE \"de_DE\"", &["BJ212"]),
        (Postgresql, "TIME WITHOUT TIME ZONE", "INTERVAL", &["BJ404"]),
        (Postgresql, "INTEGER", "OID", none),
        (Postgresql, "INTEGER", "BOOLEAN", &["BJ206", "BJ404"]),
        (Postgresql, "TEXT", "UUID", &["BJ206", "BJ404"]),
        (Postgresql, "UUID", "TEXT", &["BJ404"]),
        (Postgresql, "hstore", "JSONB", &["BJ206", "BJ404"]),
        // A domain is what it is made of.
        (Postgresql, "VARCHAR(50)", "mail", &["BJ404"]),
        (Postgresql, "mail", "VARCHAR(50)", none),
        (Postgresql, "TEXT", "mail", &["BJ205", "BJ404"]),
        (Postgresql, "INTEGER[]", "mail", &["BJ205", "BJ404"]),
        (Postgresql, "mail", "INTEGER", &["BJ206", "BJ404"]),
        (Mysql, "NUMERIC(12, 0)", "BIGINT", &["BJ404"]),
        (Mysql, "NUMERIC(12, 0)", "INTEGER", &["BJ205", "BJ404"]),
    ];
    for (dialect, from, into, expected) in cases {
        assert_eq!(codes(dialect, &ty_of(from), &ty_of(into)), expected, "{from} -> {into} in {dialect}");
    }
}

/// An enumeration takes as many letters as its longest value.
#[test]
fn an_enumeration_becomes_a_text() {
    let values = Some(vec!["new".to_owned(), "cancelled".to_owned()]);
    let own = ColumnType { enum_values: values, enum_name: Some("state".to_owned()), ..ty_of("state") };
    for (length, expected) in [(9, &["BJ404"][..]), (8, &["BJ205", "BJ404"])] {
        let text = ty_of(&format!("VARCHAR({length})"));
        assert_eq!(codes(Database::Postgresql, &own, &text), expected, "{length}");
    }
}
