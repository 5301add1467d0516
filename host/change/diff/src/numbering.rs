//! Whether a database numbers the rows of a table.

use belljar_dialect::Database;
use belljar_schema::{Column, Table};

use crate::normalise::TypeText;

/// Whether a column of the key is numbered by the database, as SQLAlchemy decides it: `SERIAL`, `AUTO_INCREMENT` or
/// `IDENTITY`. An explicit `Identity()` is not included.
pub fn is_numbered(table: &Table, column: &Column) -> bool {
    let key = &table.primary_key.columns;
    if !key.contains(&column.name) || !is_integer(column) {
        return false;
    }
    // With a value from elsewhere it is numbered only if the code asks for it.
    let own = column.server_default.is_none()
        && column.computed.is_none()
        && column.default.as_ref().is_none_or(|default| default.kind == "sequence");
    match column.autoincrement.as_str() {
        "true" => column.sequence.is_none() && column.server_default.is_none(),
        "auto" => key.len() == 1 && own && column.sequence.is_none() && column.foreign_keys.is_empty(),
        "ignore_fk" => key.len() == 1 && own && column.sequence.is_none(),
        _ => false,
    }
}

fn is_integer(column: &Column) -> bool {
    let ty = &column.ty;
    let databases = [Database::Postgresql, Database::Mysql, Database::Sqlite];
    let first = databases.into_iter().find_map(|database| Some(TypeText::parse(ty.ddl(database)?, database)));
    first.is_some_and(|ty| ty.is_whole_number())
}
