//! One statement, one finding: the most severe leads, and each code is still its own.

use belljar_rules::{Database, Finding, Level, RuleConfig, RulesConfig, Severity, check, fold, merge, rules};
use belljar_schema::{Column, Default, Document, NamedType, Place};

use crate::make::{
    Edit, column, compare, defaulted, document, edited, email, id, named, required, same, table, text_enum,
    ty_of, unique, users,
};

/// What is reported after merging, each with what it names too.
fn finding_codes(base: Edit, head: Edit, set: &[(&str, Level)]) -> Vec<String> {
    let (base, head) = (edited(base), edited(head));
    let found = findings(&base, &head, set);
    let lead = |one: &Finding| {
        let also: Vec<&str> = one.also.iter().map(|other| &*other.code).collect();
        format!("{} {}", one.code, also.join(" ")).trim_end().to_owned()
    };
    merge(found, |one| one).iter().map(lead).collect()
}

fn findings(base: &Document, head: &Document, set: &[(&str, Level)]) -> Vec<Finding> {
    let dialects = vec![Database::Postgresql, Database::Mysql, Database::Mariadb, Database::Sqlite];
    let mut config = RulesConfig { dialects, ..RulesConfig::default() };
    for (code, level) in set {
        let own = RuleConfig { level: Some(*level), ..RuleConfig::default() };
        config.rules.insert((*code).to_owned(), own);
    }
    check(&compare(base, head, &[]), base, head, &config, &[]).findings
}

const ADDED: Edit = |d| users(d).columns.push(required("age", "INTEGER"));
const REQUIRED: Edit = |d| email(d).nullable = false;

#[test]
fn a_required_column_is_reported_once() {
    assert_eq!(finding_codes(same, ADDED, &[]), ["BJ203 BJ702"]);
    assert_eq!(finding_codes(same, REQUIRED, &[]), ["BJ204 BJ406 BJ701"]);
    assert_eq!(finding_codes(same, |d| email(d).ty = ty_of("INTEGER"), &[]), ["BJ206 BJ404", "BJ701"]);
    assert_eq!(finding_codes(same, |d| email(d).ty = ty_of("VARCHAR(20)"), &[]), ["BJ205 BJ404"]);
    assert_eq!(
        finding_codes(same, |d| users(d).unique.push(unique("uq", &["email"])), &[]),
        ["BJ201 BJ403 BJ701"]
    );
    // Two changes are two causes.
    let two: Edit = |d| {
        REQUIRED(d);
        ADDED(d);
    };
    assert_eq!(finding_codes(same, two, &[]), ["BJ204 BJ406 BJ701", "BJ203 BJ702"]);
    let other: Edit = |d| users(d).columns.push(column("age", "INTEGER"));
    assert_eq!(finding_codes(same, other, &[]), Vec::<String>::new());
}

#[test]
fn each_code_is_switched_and_graded_by_itself() {
    type Case = (&'static [(&'static str, Level)], &'static [&'static str]);
    let cases: [Case; 7] = [
        (&[("BJ406", Level::Off)], &["BJ204 BJ701"]),
        (&[("BJ204", Level::Off)], &["BJ406", "BJ701"]),
        (&[("locks", Level::Off), ("BJ701", Level::Off)], &["BJ204"]),
        (&[("BJ204", Level::Note)], &["BJ406 BJ204 BJ701"]),
        (&[("BJ204", Level::Warning)], &["BJ204 BJ406 BJ701"]),
        (&[("BJ204", Level::Note), ("BJ701", Level::Error)], &["BJ701 BJ204 BJ406"]),
        (&[("BJ204", Level::Note), ("BJ406", Level::Note), ("BJ701", Level::Note)], &["BJ204 BJ406 BJ701"]),
    ];
    for (set, expected) in cases {
        assert_eq!(finding_codes(same, REQUIRED, set), expected, "{set:?}");
    }
}

/// What is silenced is taken away before, so that the rest is reported as if it had been found alone.
#[test]
fn what_is_silenced_takes_nothing_along() {
    let found = findings(&document(), &edited(REQUIRED), &[]);
    for (silenced, expected) in [("BJ204", "BJ406|BJ701"), ("BJ406", "BJ204"), ("BJ701", "BJ204")] {
        let left = found.iter().filter(|one| one.code != silenced).cloned().collect();
        let codes: Vec<String> = merge(left, |one| one).into_iter().map(|one| one.code).collect();
        assert_eq!(codes.join("|"), expected, "without {silenced}");
    }
}

#[test]
fn advice_of_all_of_them_stays() {
    let found = findings(&document(), &edited(REQUIRED), &[]);
    let steps: Vec<(&str, Vec<Database>)> =
        found.iter().flat_map(|one| &one.recipe).map(|step| (&*step.text, step.dialects.clone())).collect();
    let merged = merge(found.clone(), |one| one);
    assert_eq!(merged.len(), 1);
    for (text, dialects) in steps {
        let own = merged[0].recipe.iter().find(|step| step.text == text).expect("a step of each");
        // What was for the databases of its finding says so.
        assert!(own.dialects == dialects || dialects.is_empty(), "{text}");
    }
    let only_sqlite = merged[0].recipe.iter().filter(|step| step.dialects == [Database::Sqlite]).count();
    assert!(only_sqlite >= 2, "{:#?}", merged[0].recipe);
    let also = &merged[0].also;
    assert_eq!(also[0].severity, Severity::Warning);
    assert!(found.iter().any(|one| one.message == also[0].message && one.code == also[0].code));
    // Once more changes nothing.
    assert_eq!(merge(merged.clone(), |one| one), merged);
}

/// A part is part of rules that there are, and none is a part of itself.
#[test]
fn parts_of_rules() {
    for rule in rules() {
        for code in rule.part_of {
            let whole = belljar_rules::find(code).expect("a rule");
            assert!(whole.code != rule.code && !whole.part_of.contains(&rule.code), "{}", rule.code);
        }
    }
}

/// The values of a column are one declaration, whatever each database makes of them.
#[test]
fn dropped_values_of_a_column_are_reported_once() {
    let place = Some(Place { path: "models.py".to_owned(), line: 9 });
    let values = |d: &mut Document, values: &[&str]| {
        let mut own = text_enum(values);
        own.mysql = Some(format!("ENUM('{}')", values.join("','")));
        let column = email(d);
        (column.ty, column.place) = (own, place.clone());
        d.types = vec![NamedType { place: place.clone(), ..named("status", values) }];
    };
    let (mut base, mut head) = (document(), document());
    values(&mut base, &["a", "b", "c"]);
    values(&mut head, &["a", "b"]);
    let found = merge(findings(&base, &head, &[]), |one| one);
    let shown: Vec<String> = found
        .iter()
        .map(|one| {
            format!("{} {}", one.code, one.also.iter().map(|also| &*also.code).collect::<Vec<_>>().join(" "))
        })
        .collect();
    assert_eq!(shown, ["BJ104 BJ205 BJ504 BJ601"]);
    // Of another declaration it is another cause.
    head.types[0].place = Some(Place { path: "models.py".to_owned(), line: 3 });
    let found = merge(findings(&base, &head, &[]), |one| one);
    assert_eq!(found.iter().map(|one| &*one.code).collect::<Vec<_>>(), ["BJ104", "BJ601"]);
}

/// Two columns on one line have values of their own, and neither is hidden by what the other loses.
#[test]
fn dropped_values_of_two_columns_on_a_line_are_both_reported() {
    let place = Some(Place { path: "models.py".to_owned(), line: 9 });
    let values = |d: &mut Document, values: &[&str]| {
        d.types = vec![NamedType { place: place.clone(), ..named("status", values) }];
        let own = || Column { ty: text_enum(values), place: place.clone(), ..column("a", "TEXT") };
        let other = Column { name: "b".to_owned(), ..own() };
        d.tables.push(table("t", vec![id(), own(), other]));
    };
    let (mut base, mut head) = (document(), document());
    values(&mut base, &["a", "b", "c"]);
    values(&mut head, &["a", "b"]);
    let of = |found: &[Finding]| found.iter().filter(|one| one.code == "BJ504").count();
    let found = findings(&base, &head, &[]);
    assert_eq!(of(&found), 2);
    assert_eq!(of(&merge(found, |one| one)), 2);
}

/// Notes about the design of a column of a mixin are one; what happens to the rows of each table is not.
#[test]
fn a_declaration_of_several_tables_is_reported_once() {
    let declared = |name: &str, ty: &str, line: u32| Column {
        place: Some(Place { path: "mixins.py".to_owned(), line }),
        ..column(name, ty)
    };
    let base = document();
    let mut head = document();
    for (number, name) in ["a", "b", "c", "d", "e", "f", "g"].into_iter().enumerate() {
        let own = u32::try_from(number).unwrap() + 20;
        let columns =
            vec![id(), declared("created", "TIMESTAMP WITHOUT TIME ZONE", 5), declared("data", "JSON", own)];
        head.tables.push(table(name, columns));
    }
    let (on, off) = (Level::On, Level::Off);
    let set = [("BJ909", on), ("BJ910", on), ("BJ906", off), ("naming", off)];
    let found = fold(findings(&base, &head, &set), |one| one);
    let of = |code: &str| found.iter().filter(|one| one.code == code).collect::<Vec<_>>();
    assert_eq!((of("BJ909").len(), of("BJ910").len()), (1, 7));
    let folded = of("BJ909")[0];
    assert!(
        folded.message.ends_with("; the same in `b`, `c`, `d`, `e`, `f` and 1 more"),
        "{}",
        folded.message
    );
    assert_eq!(folded.others.iter().map(|path| path.name.as_str()).collect::<String>(), "bcdefg");
    // Two of one table stay two, and a loss is one of each table.
    let dropped = fold(findings(&head, &base, &[]), |one| one);
    assert_eq!(dropped.iter().filter(|one| one.code == "BJ101").count(), 7);
}

#[test]
fn a_default_of_the_model_counts_if_both_releases_have_it() {
    let own = || Some(Default { kind: "scalar".to_owned(), text: "''".to_owned() });
    for (before, after, severity, words) in [
        (false, false, Severity::Error, "inserts that omit it fail"),
        (false, true, Severity::Error, "the model's own default exists only in the new code"),
        (true, false, Severity::Error, "inserts that omit it fail"),
        (true, true, Severity::Warning, "those of SQLAlchemy have the model's own default"),
    ] {
        let (mut base, mut head) = (document(), document());
        *email(&mut base) = Column { nullable: false, ..defaulted("email", "VARCHAR(50)", "''") };
        email(&mut head).nullable = false;
        email(&mut base).default = own().filter(|_| before);
        email(&mut head).default = own().filter(|_| after);
        let found = findings(&base, &head, &[]);
        let found = found.iter().find(|one| one.code == "BJ306").expect("the default is lost");
        assert_eq!(found.severity, severity, "{before} {after}");
        assert!(found.message.contains(words), "{before} {after}: {}", found.message);
    }
}
