//! Small documents.

use std::collections::BTreeMap;

use belljar_diff::{Diff, Options, Rename, diff};
use belljar_rules::{Dialect, Finding, Level, Report, RuleSettings, Settings, check};
use belljar_schema::{
    CheckConstraint, Column, ColumnType, Creation, DeclaredObject, DeclaredSequence, Document,
    ExcludeConstraint, ForeignKey, ForeignKeyConstraint, Generation, Index, IndexElement, Maker, NamedType,
    ObjectKind, Place, PrimaryKey, Reason, Sequence, Status, Table, TypeKind, UniqueConstraint, View,
    ViewColumn,
};

/// `users(id, email, name)` and `orders(id, user_id, total)`, with a document's other parts empty.
pub(crate) fn document() -> Document {
    let sqlalchemy = Generation { version: "2.0.44".to_owned(), reason: String::new() };
    let mut document = Document::empty("0", sqlalchemy);
    document.tables = vec![
        table("orders", vec![id(), column("user_id", "BIGINT"), column("total", "NUMERIC(10, 2)")]),
        table("users", vec![id(), column("email", "VARCHAR(50)"), column("name", "VARCHAR(50)")]),
    ];
    document
}

pub(crate) fn table(name: &str, columns: Vec<Column>) -> Table {
    let key = columns.iter().filter(|column| column.primary_key).map(|column| column.name.clone()).collect();
    Table {
        metadata: "app.models:Base.metadata".to_owned(),
        schema: None,
        name: name.to_owned(),
        status: Status::Exact,
        reasons: vec![],
        place: place("app/models.py", 10),
        class: Some(format!("app.models:{name}")),
        columns,
        primary_key: PrimaryKey { name: None, columns: key, ..PrimaryKey::default() },
        unique: vec![],
        foreign_keys: vec![],
        checks: vec![],
        indexes: vec![],
        excludes: vec![],
        comment: None,
        prefixes: vec![],
        options: BTreeMap::new(),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "everything that has a place may have none")]
pub(crate) fn place(path: &str, line: u32) -> Option<Place> {
    Some(Place { path: path.to_owned(), line })
}

pub(crate) fn column(name: &str, ty: &str) -> Column {
    Column {
        name: name.to_owned(),
        key: None,
        attribute: Some(name.to_owned()),
        status: Status::Exact,
        reasons: vec![],
        place: place("app/models.py", 11),
        ty: ty_of(ty),
        nullable: true,
        primary_key: false,
        autoincrement: "auto".to_owned(),
        server_default: None,
        server_default_literal: false,
        server_onupdate: None,
        default: None,
        onupdate: None,
        computed: None,
        identity: None,
        sequence: None,
        comment: None,
        foreign_keys: vec![],
        options: BTreeMap::new(),
    }
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

/// A type that every dialect calls the same.
pub(crate) fn ty_of(text: &str) -> ColumnType {
    let ddl = Some(text.to_owned());
    ColumnType {
        class: text.split('(').next().unwrap_or_default().to_owned(),
        module: "sqlalchemy.sql.sqltypes".to_owned(),
        repr: text.to_owned(),
        enum_values: None,
        enum_name: None,
        postgresql: ddl.clone(),
        mysql: ddl.clone(),
        mariadb: None,
        sqlite: ddl.clone(),
        mssql: ddl.clone(),
        oracle: ddl,
    }
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
    NamedType {
        kind: TypeKind::Enum,
        metadata: None,
        schema: None,
        name: name.to_owned(),
        status: Status::Exact,
        reasons: vec![],
        place: place("app/models.py", 11),
        values: values.iter().map(|value| (*value).to_owned()).collect(),
        sql: Some(format!("CREATE TYPE {name} AS ENUM ('{}')", values.join("', '"))),
        created: true,
        columns: vec![],
    }
}

pub(crate) fn domain(name: &str, sql: &str) -> NamedType {
    NamedType { kind: TypeKind::Domain, values: vec![], sql: Some(sql.to_owned()), ..named(name, &[]) }
}

pub(crate) fn index(name: &str, columns: &[&str]) -> Index {
    let element =
        |column: &&str| IndexElement { column: Some((*column).to_owned()), sql: (*column).to_owned() };
    Index {
        name: Some(name.to_owned()),
        columns: owned(columns),
        elements: columns.iter().map(element).collect(),
        unique: false,
        options: BTreeMap::new(),
        ..Index::default()
    }
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
    let sequence = Sequence {
        schema: None,
        name: name.to_owned(),
        start: Some(start),
        increment: None,
        min_value: None,
        max_value: None,
        cycle: None,
        cache: None,
        data_type: None,
        ..Sequence::default()
    };
    DeclaredSequence { sequence, metadata: None, status: Status::Exact, reasons: vec![], place: None }
}

fn creation() -> Creation {
    Creation { made_by: Maker::CreateAll, event: None, target: None, dialects: vec![], condition: None }
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
    View {
        metadata: None,
        schema: None,
        name: name.to_owned(),
        materialized: false,
        status: Status::Exact,
        reasons: vec![],
        place: place("app/views.py", 3),
        class: None,
        columns: columns.iter().map(view_column).collect(),
        indexes: vec![],
        sql: Some(format!("SELECT {} FROM users", columns.join(", "))),
        postgresql: None,
        reads: None,
        options: BTreeMap::new(),
        creation: creation(),
    }
}

pub(crate) fn object(kind: ObjectKind, name: &str, table: Option<&str>, sql: &str) -> DeclaredObject {
    DeclaredObject {
        kind,
        metadata: None,
        schema: None,
        name: name.to_owned(),
        table: table.map(str::to_owned),
        status: Status::Exact,
        reasons: vec![],
        place: place("app/ddl.py", 5),
        sql: Some(sql.to_owned()),
        postgresql: None,
        creation: creation(),
    }
}

pub(crate) fn reason() -> Reason {
    Reason {
        code: "stand-in-type".to_owned(),
        message: "`absent.Type` is absent".to_owned(),
        hint: None,
        package: Some("absent".to_owned()),
    }
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// Changes a document.
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
pub(crate) fn settings(code: &str) -> Settings {
    let dialects = vec![Dialect::Postgresql, Dialect::Mysql, Dialect::Mariadb, Dialect::Sqlite];
    let mut settings = Settings { dialects, ..Settings::default() };
    settings
        .rules
        .insert(code.to_owned(), RuleSettings { level: Some(Level::On), ..RuleSettings::default() });
    settings
}

pub(crate) fn compare(base: &Document, head: &Document, renames: &[&str]) -> Diff {
    let renames = renames.iter().map(|text| Rename::parse(text).expect("old=new")).collect();
    diff(base, head, &Options { renames, ..Options::default() })
}

pub(crate) fn report(base: &Document, head: &Document, settings: &Settings) -> Report {
    check(&compare(base, head, &[]), base, head, settings, &[])
}

/// The findings of one rule.
pub(crate) fn of<'a>(report: &'a Report, code: &str) -> Vec<&'a Finding> {
    report.findings.iter().filter(|finding| finding.code == code).collect()
}
