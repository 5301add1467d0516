//! Code and a database: what a database merely writes differently is no drift, and everything else is.
//!
//! `tests/compare_metadata/round_trip.py` compares what real servers write.

use belljar_dialect::Database;
use belljar_diff::{Options, aligned, diff};
use belljar_schema::{
    CheckConstraint, Column, ColumnType, Document, ForeignKeyConstraint, Generation, Index, IndexElement,
    PrimaryKey, Status, Table, UniqueConstraint,
};

fn column(name: &str, ddl: &str) -> Column {
    let text = || Some(ddl.to_owned());
    Column {
        name: name.to_owned(),
        key: None,
        attribute: None,
        status: Status::Exact,
        reasons: vec![],
        place: None,
        ty: ColumnType {
            class: "T".to_owned(),
            module: "sqlalchemy.types".to_owned(),
            repr: ddl.to_owned(),
            enum_values: None,
            enum_name: None,
            postgresql: text(),
            mysql: text(),
            mariadb: None,
            sqlite: text(),
            mssql: text(),
            oracle: text(),
        },
        nullable: name != "id",
        primary_key: name == "id",
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
        options: [].into(),
    }
}

fn index(name: &str, column: &str) -> Index {
    let element = IndexElement { column: Some(column.to_owned()), sql: column.to_owned() };
    Index {
        name: Some(name.to_owned()),
        columns: vec![column.to_owned()],
        elements: vec![element],
        ..Index::default()
    }
}

/// A table as code has it.
fn code() -> Table {
    let mut total = column("total", "NUMERIC(10, 2)");
    total.server_default = Some("0".to_owned());
    total.server_default_literal = true;
    Table {
        metadata: "models:metadata".to_owned(),
        schema: None,
        name: "orders".to_owned(),
        status: Status::Exact,
        reasons: vec![],
        place: None,
        class: None,
        columns: vec![column("id", "INTEGER"), column("shop", "INTEGER"), total],
        primary_key: PrimaryKey { columns: vec!["id".to_owned()], ..PrimaryKey::default() },
        unique: vec![UniqueConstraint { columns: vec!["shop".to_owned()], ..UniqueConstraint::default() }],
        foreign_keys: vec![ForeignKeyConstraint {
            columns: vec!["shop".to_owned()],
            targets: vec!["shops.id".to_owned()],
            use_alter: true,
            ..ForeignKeyConstraint::default()
        }],
        checks: vec![CheckConstraint {
            sql: "total BETWEEN 1 AND 9".to_owned(),
            ..CheckConstraint::default()
        }],
        indexes: vec![index("ix_orders_total", "total")],
        excludes: vec![],
        comment: None,
        prefixes: vec![],
        options: [].into(),
    }
}

/// The same table as PostgreSQL has it.
fn postgresql() -> Table {
    let mut table = code();
    table.metadata = "database".to_owned();
    table.primary_key.name = Some("orders_pkey".to_owned());
    table.unique[0].name = Some("orders_shop_key".to_owned());
    table.foreign_keys[0].name = Some("orders_shop_fkey".to_owned());
    table.foreign_keys[0].use_alter = false;
    table.checks[0].name = Some("orders_total_check".to_owned());
    table.checks[0].sql = "total >= 1::numeric AND total <= 9::numeric".to_owned();
    table.columns[2].server_default = Some("0.00".to_owned());
    table.columns[2].server_default_literal = false;
    table
}

/// The same table as MariaDB has it.
fn mariadb() -> Table {
    let mut table = postgresql();
    table.primary_key.name = None;
    table.unique.clear();
    table.indexes.push(Index { unique: true, ..index("shop", "shop") });
    table.foreign_keys[0].name = Some("orders_ibfk_1".to_owned());
    table.checks[0].name = Some("CONSTRAINT_1".to_owned());
    table.checks[0].sql = "`total` between 1 and 9".to_owned();
    table.options.insert("mysql_engine".to_owned(), "InnoDB".to_owned());
    table
}

fn document(table: Table) -> Document {
    let generation = Generation { version: "2.1".to_owned(), reason: String::new() };
    Document { tables: vec![table], ..Document::empty("0", generation) }
}

/// The codes of the changes between code and a database.
fn drift(code: Table, database: Table, dialect: Database) -> Vec<String> {
    let (code, database) = aligned(&document(code), &document(database), dialect, Some("public"));
    diff(&code, &database, &Options::default()).changes.into_iter().map(|change| change.code).collect()
}

#[test]
fn what_a_database_writes_out() {
    let none: Vec<String> = vec![];
    assert_eq!(drift(code(), postgresql(), Database::Postgresql), none);
    assert_eq!(drift(code(), mariadb(), Database::Mariadb), none);
    let mut own = code();
    own.schema = Some("public".to_owned());
    assert_eq!(drift(own, postgresql(), Database::Postgresql), none, "the default schema may be named");
    let mut made = mariadb();
    made.indexes.push(index("orders_ibfk_1", "shop"));
    assert_eq!(drift(code(), made, Database::Mariadb), none, "an index that serves a foreign key");
}

#[test]
fn what_differs() {
    type Edit = fn(&mut Table);
    let edits: [(&str, Edit); 15] = [
        ("a column less", |table| drop(table.columns.pop())),
        ("a column more", |table| table.columns.push(column("more", "TEXT"))),
        ("a type", |table| table.columns[1] = column("shop", "BIGINT")),
        ("a length", |table| table.columns[2].ty.postgresql = Some("NUMERIC(12, 2)".to_owned())),
        ("required", |table| table.columns[1].nullable = false),
        ("another default", |table| table.columns[2].server_default = Some("1.00".to_owned())),
        ("no default", |table| table.columns[2].server_default = None),
        ("the key", |table| table.primary_key.columns.push("shop".to_owned())),
        ("no unique constraint", |table| table.unique.clear()),
        ("no foreign key", |table| table.foreign_keys.clear()),
        ("another action", |table| table.foreign_keys[0].ondelete = Some("CASCADE".to_owned())),
        ("another check", |table| table.checks[0].sql = "total >= 1 AND total < 9".to_owned()),
        ("another index", |table| table.indexes[0] = index("ix_orders_total", "shop")),
        ("an index more", |table| table.indexes.push(index("ix_more", "total"))),
        ("a comment", |table| table.comment = Some("orders".to_owned())),
    ];
    for (what, edit) in edits {
        let mut database = postgresql();
        edit(&mut database);
        assert_ne!(drift(code(), database, Database::Postgresql), Vec::<String>::new(), "{what}");
    }
    let stated = |table: &mut Table, name: &str| table.unique[0].name = Some(name.to_owned());
    let mut own = code();
    stated(&mut own, "uq_shop");
    assert_ne!(
        drift(own, postgresql(), Database::Postgresql),
        Vec::<String>::new(),
        "a name that the code gives"
    );
    let mut own = code();
    own.options.insert("mysql_engine".to_owned(), "MyISAM".to_owned());
    assert_ne!(
        drift(own, mariadb(), Database::Mariadb),
        Vec::<String>::new(),
        "an option that the code gives"
    );
}

/// What is changed of the code and of the database.
type Edit = fn(&mut Table, &mut Table);

/// What one database writes differently, and what it does not: whether both are equal.
const EDITS: [(&str, Database, bool, Edit); 17] = [
    ("the key is not null anyway", Database::Postgresql, true, |code, _| code.columns[0].nullable = true),
    ("a second index of its name is not made", Database::Postgresql, true, |code, _| {
        code.indexes.push(code.indexes[0].clone());
    }),
    ("the order of keys of JSON", Database::Postgresql, true, |code, database| {
        code.columns[2] = column("total", "JSONB");
        code.columns[2].server_default = Some("{\"b\": 1, \"a\": 2}".to_owned());
        code.columns[2].server_default_literal = true;
        database.columns[2] = column("total", "JSONB");
        database.columns[2].server_default = Some("'{\"a\": 2, \"b\": 1}'::jsonb".to_owned());
    }),
    ("other values of JSON", Database::Postgresql, false, |code, database| {
        code.columns[2] = column("total", "JSONB");
        code.columns[2].server_default = Some("'{\"a\": 1}'".to_owned());
        database.columns[2] = column("total", "JSONB");
        database.columns[2].server_default = Some("'{\"a\": 2}'::jsonb".to_owned());
    }),
    ("the case of values", Database::Mariadb, false, |code, database| {
        code.columns[2] = column("total", "ENUM('a')");
        database.columns[2] = column("total", "ENUM('A')");
    }),
    ("a key that is deferrable", Database::Postgresql, false, |code, _| {
        code.primary_key.options.insert("deferrable".to_owned(), "True".to_owned());
    }),
    ("options of other databases", Database::Postgresql, true, |code, _| {
        code.primary_key.options.insert("mssql_clustered".to_owned(), "False".to_owned());
    }),
    ("what code states for MySQL", Database::Mariadb, true, |code, database| {
        code.columns[1].ty.mariadb = Some("TEXT".to_owned());
        code.columns[1].ty.mysql = Some("MEDIUMTEXT".to_owned());
        database.columns[1].ty.mysql = Some("MEDIUMTEXT".to_owned());
    }),
    ("bits of FLOAT", Database::Mysql, true, |code, database| {
        code.columns[1] = column("shop", "FLOAT(53)");
        database.columns[1] = column("shop", "DOUBLE");
    }),
    ("bytes of BLOB", Database::Mysql, true, |code, database| {
        code.columns[1] = column("shop", "BLOB(65536)");
        database.columns[1] = column("shop", "MEDIUMBLOB");
    }),
    ("bytes of BLOB that are fewer", Database::Mysql, false, |code, database| {
        code.columns[1] = column("shop", "BLOB(100)");
        database.columns[1] = column("shop", "MEDIUMBLOB");
    }),
    ("one length for all columns", Database::Mysql, true, |code, database| {
        code.indexes[0].options.insert("mysql_length".to_owned(), "20".to_owned());
        database.indexes[0].options.insert("mysql_length".to_owned(), "total: 20".to_owned());
    }),
    ("a length that is the whole", Database::Mysql, true, |code, database| {
        for table in [&mut *code, database] {
            table.columns[2] = column("total", "VARCHAR(20)");
        }
        code.indexes[0].options.insert("mysql_length".to_owned(), "20".to_owned());
    }),
    ("another length", Database::Mysql, false, |code, database| {
        for table in [&mut *code, database] {
            table.columns[2] = column("total", "VARCHAR(60)");
        }
        code.indexes[0].options.insert("mysql_length".to_owned(), "20".to_owned());
        database.indexes[0].options.insert("mysql_length".to_owned(), "total: 30".to_owned());
    }),
    ("an index beside that of a foreign key", Database::Mariadb, false, |_, database| {
        database.indexes.push(index("ix_more", "shop"));
    }),
    ("SQLite numbers every such key", Database::Sqlite, true, |code, _| {
        "false".clone_into(&mut code.columns[0].autoincrement);
    }),
    ("a case that a database does not tell apart", Database::Sqlite, true, |code, _| {
        "Orders".clone_into(&mut code.name);
    }),
];

#[test]
fn what_is_equal_in_one_database() {
    for (what, dialect, expected, edit) in EDITS {
        let made = if dialect.family() == Database::Mysql { mariadb() } else { postgresql() };
        let (mut own, mut made) = (code(), made);
        edit(&mut own, &mut made);
        let found = drift(own, made, dialect);
        assert_eq!(found.is_empty(), expected, "{what}: {found:?}");
    }
}
