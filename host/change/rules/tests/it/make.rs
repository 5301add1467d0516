//! Small documents as the cases of rules have them: with keys of eight bytes, and all that a rule looks at.

use std::collections::BTreeMap;

use belljar_diff::Diff;
use belljar_rules::{Database, Finding, Level, Report, RuleConfig, RulesConfig, check};
use belljar_schema::{
    CheckConstraint, Column, ColumnType, DeclaredObject, DeclaredSequence, Document, ExcludeConstraint,
    ForeignKey, ForeignKeyConstraint, NamedType, ObjectKind, Reason, Status, Table, TypeKind,
    UniqueConstraint, View, ViewColumn,
};
use belljar_testing::make;

pub(crate) use belljar_testing::make::{column, index, place, ty_of};

/// `users(id, email, name)` and `orders(id, user_id, total)`, with a document's other parts empty.
pub(crate) fn document() -> Document {
    make::document(vec![
        table("orders", vec![id(), column("user_id", "BIGINT"), column("total", "NUMERIC(10, 2)")]),
        table("users", vec![id(), column("email", "VARCHAR(50)"), column("name", "VARCHAR(50)")]),
    ])
}

/// Its class has its name as it is.
pub(crate) fn table(name: &str, columns: Vec<Column>) -> Table {
    Table { class: Some(format!("app.models:{name}")), ..make::table(name, columns) }
}

/// One that takes no null.
pub(crate) fn required(name: &str, ty: &str) -> Column {
    Column { nullable: false, ..column(name, ty) }
}

/// One with a server default.
pub(crate) fn defaulted(name: &str, ty: &str, default: &str) -> Column {
    Column { server_default: Some(default.to_owned()), ..column(name, ty) }
}

/// A key that every dialect numbers.
pub(crate) fn id() -> Column {
    let mut id = Column { primary_key: true, nullable: false, ..column("id", "BIGINT") };
    id.ty.sqlite = Some("INTEGER".to_owned());
    id
}

/// An enumeration without a name in MySQL alone.
pub(crate) fn mysql_enum(values: &[&str]) -> ColumnType {
    let mut ty = ty_of("VARCHAR(20)");
    ty.mysql = Some(format!("ENUM('{}')", values.join("','")));
    ty
}

/// A set in MySQL alone.
pub(crate) fn mysql_set(values: &[&str]) -> ColumnType {
    ColumnType { mysql: Some(format!("SET('{}')", values.join("','"))), ..ty_of("VARCHAR(20)") }
}

/// An enumeration that every database keeps as text.
pub(crate) fn text_enum(values: &[&str]) -> ColumnType {
    ColumnType { enum_values: Some(owned(values)), repr: format!("Enum({values:?})"), ..ty_of("VARCHAR(20)") }
}

pub(crate) fn named(name: &str, values: &[&str]) -> NamedType {
    make::named(name, values, &[])
}

pub(crate) fn domain(name: &str, sql: &str) -> NamedType {
    NamedType { kind: TypeKind::Domain, values: vec![], sql: Some(sql.to_owned()), ..named(name, &[]) }
}

pub(crate) fn unique(name: &str, columns: &[&str]) -> UniqueConstraint {
    UniqueConstraint {
        columns: owned(columns),
        name: Some(name.to_owned()),
        deferrable: None,
        initially: None,
        options: BTreeMap::new(),
        ..UniqueConstraint::default()
    }
}

pub(crate) fn check_of(name: &str, sql: &str) -> CheckConstraint {
    CheckConstraint { name: Some(name.to_owned()), sql: sql.to_owned(), ..CheckConstraint::default() }
}

pub(crate) fn exclude(name: &str) -> ExcludeConstraint {
    ExcludeConstraint {
        name: Some(name.to_owned()),
        sql: "EXCLUDE USING gist (name WITH =)".to_owned(),
        ..ExcludeConstraint::default()
    }
}

pub(crate) fn key(name: &str, columns: &[&str], targets: &[&str]) -> ForeignKeyConstraint {
    ForeignKeyConstraint {
        columns: owned(columns),
        targets: owned(targets),
        name: Some(name.to_owned()),
        ondelete: None,
        onupdate: None,
        deferrable: None,
        initially: None,
        match_type: None,
        use_alter: false,
        ..ForeignKeyConstraint::default()
    }
}

/// What a column says of a foreign key.
pub(crate) fn refers(target: &str) -> ForeignKey {
    ForeignKey { target: target.to_owned(), ondelete: None, onupdate: None }
}

pub(crate) fn sequence(name: &str, start: i64) -> DeclaredSequence {
    make::declared(make::sequence(name, start))
}

pub(crate) fn view(name: &str, columns: &[&str]) -> View {
    let view_column = |name: &&str| ViewColumn {
        name: (*name).to_owned(),
        attribute: None,
        status: Status::Exact,
        reasons: vec![],
        place: None,
        ty: None,
        comment: None,
    };
    let query = format!("SELECT {} FROM users", columns.join(", "));
    View { columns: columns.iter().map(view_column).collect(), ..make::view(name, &query) }
}

pub(crate) fn object(kind: ObjectKind, name: &str, table: Option<&str>, sql: &str) -> DeclaredObject {
    DeclaredObject { table: table.map(str::to_owned), ..make::object(kind, name, sql) }
}

/// One that says nothing of what to do.
pub(crate) fn reason() -> Reason {
    Reason { hint: None, ..make::reason() }
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// An edit of a document, such as the removal of a column.
pub(crate) type Edit = fn(&mut Document);

pub(crate) fn same(_: &mut Document) {}

pub(crate) fn edited(edit: Edit) -> Document {
    let mut document = document();
    edit(&mut document);
    document
}

pub(crate) fn find<'a>(document: &'a mut Document, name: &str) -> &'a mut Table {
    document.tables.iter_mut().find(|table| table.name == name).expect("a table of the document")
}

pub(crate) fn users(document: &mut Document) -> &mut Table {
    find(document, "users")
}

pub(crate) fn orders(document: &mut Document) -> &mut Table {
    find(document, "orders")
}

pub(crate) fn email(document: &mut Document) -> &mut Column {
    users(document).columns.iter_mut().find(|column| column.name == "email").expect("a column of users")
}

/// All dialects, so that nothing is guessed, and this rule even where it is off by itself.
pub(crate) fn config(code: &str) -> RulesConfig {
    let dialects = vec![Database::Postgresql, Database::Mysql, Database::Mariadb, Database::Sqlite];
    let mut config = RulesConfig { dialects, ..RulesConfig::default() };
    config.rules.insert(code.to_owned(), RuleConfig { level: Some(Level::On), ..RuleConfig::default() });
    config
}

pub(crate) fn compare(base: &Document, head: &Document, renames: &[&str]) -> Diff {
    make::compare_with(base, head, renames)
}

pub(crate) fn report(base: &Document, head: &Document, config: &RulesConfig) -> Report {
    check(&compare(base, head, &[]), base, head, config, &[])
}

/// The findings of one rule.
pub(crate) fn findings_of<'a>(report: &'a Report, code: &str) -> Vec<&'a Finding> {
    report.findings.iter().filter(|finding| finding.code == code).collect()
}
