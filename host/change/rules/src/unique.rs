//! Guarantees that two rows of a table differ.

use belljar_diff::{Aspect, Change, Value};
use belljar_schema::{Index, Table, UniqueConstraint};

use crate::{
    Database,
    condition::implies,
    facts::{column_of, is_new, is_on},
    scope::makes,
};

/// A set of columns with unique values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Uniqueness {
    /// Columns, and the text of expressions, sorted.
    pub(crate) elements: Vec<String>,
    /// The rows that it covers; `None` for all of them.
    predicate: Option<String>,
    /// Whether it treats two NULLs as equal.
    nulls_count: bool,
}

impl Uniqueness {
    fn new(mut elements: Vec<String>, predicate: Option<String>, nulls_count: bool) -> Self {
        elements.sort();
        elements.dedup();
        Self { elements, predicate, nulls_count }
    }

    /// The uniqueness of a key of these columns.
    pub(crate) fn of_columns(columns: &[String]) -> Self {
        Self::new(columns.to_vec(), None, false)
    }

    pub(crate) fn of_constraint(unique: &UniqueConstraint) -> Self {
        let nulls_count = is_on(&unique.options, "postgresql_nulls_not_distinct");
        Self::new(unique.columns.clone(), None, nulls_count)
    }

    /// The uniqueness of an index; `None` if it is not unique, or covers only a prefix of a string.
    pub(crate) fn of_index(index: &Index) -> Option<Self> {
        let of_prefix = index.options.keys().any(|name| name.ends_with("_length"));
        let predicate = ["postgresql_where", "sqlite_where", "mssql_where"];
        let predicate = predicate.iter().find_map(|name| index.options.get(*name)).cloned();
        (index.unique && !of_prefix).then(|| Self::of_elements(index, predicate))
    }

    /// The uniqueness of an index in one database, which uses only its own options.
    fn of_index_in(index: &Index, dialect: Database) -> Option<Self> {
        let (predicate, lengths): (&[&str], &[&str]) = match dialect {
            Database::Postgresql => (&["postgresql_where"], &[]),
            Database::Sqlite => (&["sqlite_where"], &[]),
            Database::Mysql => (&[], &["mysql_length"]),
            Database::Mariadb => (&[], &["mysql_length", "mariadb_length"]),
            Database::Mssql => (&["mssql_where"], &[]),
            Database::Oracle => (&[], &[]),
        };
        let option = |names: &[&str]| names.iter().find_map(|name| index.options.get(*name)).cloned();
        let is_whole = index.unique && option(lengths).is_none();
        is_whole.then(|| Self::of_elements(index, option(predicate)))
    }

    fn of_elements(index: &Index, predicate: Option<String>) -> Self {
        let element = |one: &belljar_schema::IndexElement| {
            one.column.clone().unwrap_or_else(|| without_order(&one.sql).to_owned())
        };
        let nulls_count = is_on(&index.options, "postgresql_nulls_not_distinct");
        Self::new(index.elements.iter().map(element).collect(), predicate, nulls_count)
    }

    /// The uniqueness of a constraint or an index in a database; `None` if it gives none.
    pub(crate) fn of_value(value: &Value, dialect: Database) -> Option<Self> {
        match value {
            Value::Unique(unique) => {
                makes(unique.dialects.as_deref(), dialect).then(|| Self::of_constraint(unique))
            }
            Value::Index(index) if makes(index.dialects.as_deref(), dialect) => {
                Self::of_index_in(index, dialect)
            }
            _ => None,
        }
    }

    /// Whether it treats two NULLs as equal.
    pub(crate) const fn nulls_are_equal(&self) -> bool {
        self.nulls_count
    }

    /// The condition of the rows that it covers; `None` for all rows.
    pub(crate) fn predicate(&self) -> Option<&str> {
        self.predicate.as_deref()
    }

    /// Whether both cover only some rows, and these may be the same.
    pub(crate) fn is_partial_as(&self, other: &Self) -> bool {
        self.elements == other.elements && self.predicate.is_some() && other.predicate.is_some()
    }

    /// Whether it covers only some rows.
    pub(crate) const fn is_partial(&self) -> bool {
        self.predicate.is_some()
    }

    /// Whether this one, of a table before the change, proves that `new` holds for existing rows.
    fn implies(&self, new: &Self, table: &Table) -> bool {
        let among = self.elements.iter().all(|element| new.elements.contains(element));
        let rows = self
            .predicate
            .as_ref()
            .is_none_or(|own| new.predicate.as_ref().is_some_and(|new| implies(new, own)));
        let is_required = |name: &String| {
            column_of(table, name).is_some_and(|column| !column.nullable || column.primary_key)
        };
        let nulls = !new.nulls_count || self.nulls_count || self.elements.iter().all(is_required);
        among && rows && nulls
    }
}

/// The text of an element without its sort order, which does not affect uniqueness.
fn without_order(sql: &str) -> &str {
    let mut text = sql.trim();
    while let Some(rest) = [" NULLS FIRST", " NULLS LAST", " ASC", " DESC"].iter().find_map(|order| {
        let start = text.len().checked_sub(order.len())?;
        let (rest, end) = text.split_at_checked(start)?;
        end.eq_ignore_ascii_case(order).then_some(rest)
    }) {
        text = rest.trim_end();
    }
    let plain = text.strip_prefix(['"', '`']).and_then(|rest| rest.strip_suffix(['"', '`']));
    plain.filter(|plain| !plain.contains(['"', '`'])).unwrap_or(text)
}

/// All uniqueness of a table's items, filtered.
fn all(
    table: &Table,
    is_made: impl Fn(Option<&[String]>) -> bool,
    of_index: impl Fn(&Index) -> Option<Uniqueness>,
) -> Vec<Uniqueness> {
    let key = Some(&table.primary_key).filter(|key| !key.columns.is_empty());
    let key = key.filter(|key| is_made(key.dialects.as_deref()));
    let constraints = table.unique.iter().filter(|one| is_made(one.dialects.as_deref()));
    let indexes = table.indexes.iter().filter(|one| is_made(one.dialects.as_deref()));
    key.map(|key| Uniqueness::new(key.columns.clone(), None, false))
        .into_iter()
        .chain(constraints.map(Uniqueness::of_constraint))
        .chain(indexes.filter_map(of_index))
        .collect()
}

/// Whether rows of a table that was `base` can't violate `new`.
pub(crate) fn is_kept(base: Option<&Table>, head: &Table, new: &Uniqueness) -> bool {
    let Some(base) = base else { return false };
    // Equality may differ in another type or collation.
    let same_type = |name: &String| match (column_of(base, name), column_of(head, name)) {
        (Some(one), Some(other)) => one.ty == other.ty,
        (None, None) => true,
        _ => false,
    };
    let kept = all(base, |scope| scope.is_none(), Uniqueness::of_index);
    kept.iter().any(|one| one.implies(new, base) && one.elements.iter().all(same_type))
}

/// Whether a table has a key of exactly these columns, in any order, that a foreign key can refer to.
pub(crate) fn is_key(table: &Table, columns: &[String]) -> bool {
    let same = |own: &[String]| own.len() == columns.len() && own.iter().all(|one| columns.contains(one));
    let is_whole = |index: &&Index| {
        index.unique
            && !index.options.keys().any(|name| name.ends_with("_where"))
            && index.elements.len() == index.columns.len()
    };
    same(&table.primary_key.columns)
        || table.unique.iter().any(|unique| same(&unique.columns))
        || table.indexes.iter().filter(is_whole).any(|index| same(&index.columns))
}

/// Whether a table still guarantees in a database what `old` guaranteed there.
pub(crate) fn still_kept(head: &Table, old: &Uniqueness, dialect: Database) -> bool {
    let of_index = |index: &Index| Uniqueness::of_index_in(index, dialect);
    all(head, |scope| makes(scope, dialect), of_index).iter().any(|one| one.implies(old, head))
}

/// The uniqueness that a change newly requires, with the name of the item that requires it.
pub(crate) fn made(change: &Change) -> Option<(Uniqueness, Option<&String>)> {
    let differs = |aspects: &[Aspect]| {
        is_new(change)
            || (change.before.is_some() && aspects.iter().any(|aspect| change.aspects.contains(aspect)))
    };
    match (&change.before, &change.after) {
        (_, Some(Value::Unique(unique))) if differs(&[Aspect::Columns, Aspect::Options]) => {
            Some((Uniqueness::of_constraint(unique), unique.name.as_ref()))
        }
        // An index that becomes unique has its own rule.
        (Some(Value::Index(before)), _) if !before.unique => None,
        (_, Some(Value::Index(index)))
            if differs(&[Aspect::Elements, Aspect::OperatorClass, Aspect::Predicate, Aspect::Options]) =>
        {
            Some((Uniqueness::of_index(index)?, index.name.as_ref()))
        }
        _ => None,
    }
}
