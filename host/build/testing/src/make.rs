//! Small documents, and helpers to compare them.

use std::collections::BTreeMap;

use belljar_diff::{Change, Diff, Options, Rename, diff};
use belljar_schema::{
    Column, ColumnType, Creation, DeclaredObject, DeclaredSequence, Diagnostic, Document, FORMAT_VERSION,
    ForeignKey, ForeignKeyConstraint, Generation, Index, IndexElement, Maker, MappedClass, NamedType,
    ObjectKind, Place, PrimaryKey, Reason, Sequence, Severity, Status, Table, Tally, TypeKind, Unresolved,
    View,
};

/// A document of these tables.
pub fn document(tables: Vec<Table>) -> Document {
    Document {
        format: FORMAT_VERSION.to_owned(),
        belljar: "0".to_owned(),
        sqlalchemy: Generation { version: "2.0.44".to_owned(), reason: String::new() },
        database: None,
        projects: vec![],
        summary: Tally::default(),
        tables,
        views: vec![],
        sequences: vec![],
        types: vec![],
        objects: vec![],
        classes: vec![],
        unresolved: vec![],
        needs: vec![],
        stand_ins: vec![],
        diagnostics: vec![],
    }
}

/// A place, for fields that may have none.
pub fn place(path: &str, line: u32) -> Option<Place> {
    Some(Place { path: path.to_owned(), line })
}

/// `users` has the class `Users`, in `app/models.py`.
pub fn table(name: &str, columns: Vec<Column>) -> Table {
    let mut letters = name.chars();
    let class: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    let key = columns.iter().filter(|column| column.primary_key).map(|column| column.name.clone()).collect();
    Table {
        metadata: "app.models:Base.metadata".to_owned(),
        schema: None,
        name: name.to_owned(),
        status: Status::Exact,
        reasons: vec![],
        place: place("app/models.py", 10),
        class: Some(format!("app.models:{class}")),
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

/// A nullable column without a key.
pub fn column(name: &str, ty: &str) -> Column {
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

/// An integer primary key.
pub fn id() -> Column {
    Column { primary_key: true, nullable: false, ..column("id", "INTEGER") }
}

/// A type with the same name in every dialect.
pub fn ty_of(text: &str) -> ColumnType {
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

/// An enumeration, as each database writes it.
pub fn enum_of(name: &str, values: &[&str]) -> ColumnType {
    let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
    let mysql = format!("ENUM('{}')", values.join("','"));
    ColumnType {
        class: "Enum".to_owned(),
        repr: format!("Enum({values:?}, name='{name}')"),
        enum_values: Some(values),
        enum_name: Some(name.to_owned()),
        postgresql: Some(name.to_owned()),
        mysql: Some(mysql),
        ..ty_of("VARCHAR(9)")
    }
}

/// A named enumeration, and the columns of its type.
pub fn named(name: &str, values: &[&str], columns: &[&str]) -> NamedType {
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    NamedType {
        kind: TypeKind::Enum,
        metadata: None,
        schema: None,
        name: name.to_owned(),
        status: Status::Exact,
        reasons: vec![],
        place: place("app/models.py", 11),
        values: owned(values),
        sql: Some(format!("CREATE TYPE {name} AS ENUM ('{}')", values.join("', '"))),
        created: true,
        columns: owned(columns),
    }
}

/// A foreign key on one column, with what the column says of it.
pub fn refer(table: &mut Table, column: &str, target: &str, ondelete: Option<&str>) {
    let ondelete = ondelete.map(str::to_owned);
    table.foreign_keys.push(ForeignKeyConstraint {
        columns: vec![column.to_owned()],
        targets: vec![target.to_owned()],
        name: None,
        ondelete: ondelete.clone(),
        onupdate: None,
        deferrable: None,
        initially: None,
        match_type: None,
        use_alter: false,
        ..ForeignKeyConstraint::default()
    });
    let key = ForeignKey { target: target.to_owned(), ondelete, onupdate: None };
    for one in table.columns.iter_mut().filter(|one| one.name == column) {
        one.foreign_keys.push(key.clone());
    }
}

/// An index over columns.
pub fn index(name: &str, columns: &[&str]) -> Index {
    Index {
        name: Some(name.to_owned()),
        columns: columns.iter().map(|column| (*column).to_owned()).collect(),
        elements: columns
            .iter()
            .map(|column| IndexElement { column: Some((*column).to_owned()), sql: (*column).to_owned() })
            .collect(),
        unique: false,
        options: BTreeMap::new(),
        ..Index::default()
    }
}

/// A sequence, and its start value.
pub fn sequence(name: &str, start: i64) -> Sequence {
    Sequence {
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
    }
}

/// A sequence that the code declares on its own.
pub fn declared(sequence: Sequence) -> DeclaredSequence {
    DeclaredSequence { sequence, metadata: None, status: Status::Exact, reasons: vec![], place: None }
}

/// By `create_all`, in every database.
pub fn creation() -> Creation {
    Creation { made_by: Maker::CreateAll, event: None, target: None, dialects: vec![], condition: None }
}

/// A view and its query.
pub fn view(name: &str, query: &str) -> View {
    View {
        metadata: None,
        schema: None,
        name: name.to_owned(),
        materialized: false,
        status: Status::Exact,
        reasons: vec![],
        place: place("app/views.py", 3),
        class: None,
        columns: vec![],
        indexes: vec![],
        sql: Some(query.to_owned()),
        postgresql: None,
        reads: None,
        options: BTreeMap::new(),
        creation: creation(),
    }
}

/// An object that DDL makes.
pub fn object(kind: ObjectKind, name: &str, sql: &str) -> DeclaredObject {
    DeclaredObject {
        kind,
        metadata: None,
        schema: None,
        name: name.to_owned(),
        table: None,
        status: Status::Exact,
        reasons: vec![],
        place: place("app/ddl.py", 5),
        sql: Some(sql.to_owned()),
        postgresql: None,
        creation: creation(),
    }
}

/// A mapped class, and its tables.
pub fn class(name: &str, tables: &[&str]) -> MappedClass {
    MappedClass {
        name: format!("app.models:{name}"),
        place: place("app/models.py", 10),
        tables: tables.iter().map(|table| (*table).to_owned()).collect(),
        inheritance: None,
        relationships: vec![],
        properties: vec![],
    }
}

/// The reason of a doubt.
pub fn reason() -> Reason {
    Reason {
        code: "stand-in-type".to_owned(),
        message: "`absent.Type` is absent".to_owned(),
        hint: Some("give it".to_owned()),
        package: Some("absent".to_owned()),
    }
}

/// A table that could not be created.
pub fn unresolved(name: &str, class: Option<&str>, path: &str) -> Unresolved {
    Unresolved {
        name: name.to_owned(),
        class: class.map(str::to_owned),
        place: Place { path: path.to_owned(), line: 10 },
        reason: Reason {
            code: "module-failed".to_owned(),
            message: "it failed".to_owned(),
            hint: None,
            package: None,
        },
    }
}

/// A warning with this code.
pub fn diagnostic(code: &str, path: Option<&str>) -> Diagnostic {
    let diagnostic = Diagnostic::new(Severity::Warning, code, "it happened");
    match path {
        Some(path) => diagnostic.at(path, 1),
        None => diagnostic,
    }
}

/// A copy with a change.
pub fn with<T: Clone>(item: &T, change: impl FnOnce(&mut T)) -> T {
    let mut item = item.clone();
    change(&mut item);
    item
}

/// The diff of two documents without renames.
pub fn compare(base: &Document, head: &Document) -> Diff {
    diff(base, head, &Options::default())
}

/// The diff with renames given as `old=new`.
pub fn compare_with(base: &Document, head: &Document, renames: &[&str]) -> Diff {
    let renames = renames.iter().map(|text| Rename::parse(text).expect("old=new")).collect();
    diff(base, head, &Options { renames, ..Options::default() })
}

/// Code and path of every change.
pub fn codes(diff: &Diff) -> Vec<String> {
    diff.changes.iter().map(|change| format!("{} {}", change.code, change.path)).collect()
}

/// The one change with this code.
pub fn only<'a>(diff: &'a Diff, code: &str) -> &'a Change {
    let mut found = diff.changes.iter().filter(|change| change.code == code);
    let first = found.next().unwrap_or_else(|| panic!("no {code} in {:?}", codes(diff)));
    assert!(found.next().is_none(), "several {code} in {:?}", codes(diff));
    first
}
