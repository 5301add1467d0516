//! A column in a database: the DDL of its type, and whether the database provides the column itself.

use belljar_dialect::Database;
use belljar_schema::{Column, ColumnType};

use crate::{Aspect, normalise::TypeText};

/// Whether the database provides the column itself: it is in no `CREATE TABLE`, and so it is never added or dropped.
pub(crate) fn is_system(column: &Column) -> bool {
    column.options.contains_key("system")
}

/// The DDL of a type in the first dialect that can render it.
pub(crate) fn rendered(ty: &ColumnType) -> Option<&str> {
    Database::ALL.into_iter().find_map(|database| ty.ddl(database))
}

/// Whether two columns have one type in every database.
pub(crate) fn same_type(base: &Column, head: &Column) -> bool {
    difference(&base.ty, &head.ty, base.primary_key || head.primary_key).is_none()
}

/// The aspects that differ between two types, and in which dialects; `key` is whether they are types of a primary key.
pub(crate) fn difference(
    base: &ColumnType,
    head: &ColumnType,
    key: bool,
) -> Option<(Vec<Aspect>, Vec<&'static str>)> {
    if base == head {
        return None;
    }
    let (mut dialects, mut aspects) = (Vec::new(), None);
    // Most dialects have one text, which is taken apart once.
    let mut known: Vec<(String, TypeText)> = Vec::new();
    let mut read = |text: &str| match known.iter().find(|(other, _)| other == text) {
        Some((_, ty)) => ty.clone(),
        None => {
            let ty = TypeText::plain(text);
            known.push((text.to_owned(), ty.clone()));
            ty
        }
    };
    let is_same_in_mariadb = base.mariadb.is_none() && head.mariadb.is_none();
    for database in Database::ALL {
        if database == Database::Mariadb && is_same_in_mariadb {
            continue;
        }
        let own = own_ddl(database, key, (base.ddl(database), head.ddl(database)), &mut read);
        if let Err(found) = own {
            dialects.push(database.name());
            aspects.get_or_insert(found);
        }
    }
    let values = base.enum_values != head.enum_values;
    if aspects.is_none() && rendered(base).is_none() && base.repr != head.repr {
        aspects = Some(vec![]);
    }
    if aspects.is_none() && (values || base.enum_name != head.enum_name) {
        aspects = Some(vec![]);
    }
    let mut aspects = aspects?;
    if values && !aspects.contains(&Aspect::Values) {
        aspects.push(Aspect::Values);
    }
    aspects.insert(0, Aspect::Type);
    Some((aspects, dialects))
}

/// Compares the DDL for one database; the error says what differs, where it is not all of it.
fn own_ddl(
    database: Database,
    key: bool,
    (before, after): (Option<&str>, Option<&str>),
    read: &mut impl FnMut(&str) -> TypeText,
) -> Result<(), Vec<Aspect>> {
    let (Some(before), Some(after)) = (before, after) else {
        return if before == after { Ok(()) } else { Err(vec![]) };
    };
    if before == after {
        return Ok(());
    }
    let (one, other) = (read(before).in_dialect(database), read(after).in_dialect(database));
    // In SQLite only a key that is literally an `INTEGER` is the number of the row.
    let row_number = |text: &str| text.eq_ignore_ascii_case("integer");
    if one != other || (database == Database::Sqlite && key && row_number(before) != row_number(after)) {
        return Err(one.difference(&other));
    }
    Ok(())
}
