use std::collections::BTreeMap;

use belljar_dialect::Database;
use belljar_schema::{CheckConstraint, ExcludeConstraint, ForeignKeyConstraint, Index, Table};

use super::loose;
use crate::normalise::statement;

/// Gives the constraints and indexes of a table of the code the spelling of the database, and takes indexes out of the
/// database that it makes by itself.
pub(super) fn align(code: &mut Table, database: &mut Table, dialect: Database) {
    let is_made = |dialects: &Option<Vec<String>>| dialects.as_ref().is_none_or(|own| holds(own, dialect));
    code.checks.retain(|item| is_made(&item.dialects));
    code.unique.retain(|item| is_made(&item.dialects));
    code.indexes.retain(|item| is_made(&item.dialects));
    code.foreign_keys.retain(|item| is_made(&item.dialects));
    own_names(code, dialect);
    let mut seen = Vec::new();
    code.indexes.retain(|index| {
        let is_new = index.name.is_none() || !seen.contains(index); // a second one of its name is not created
        seen.push(index.clone());
        is_new
    });
    primary_key(code, database, dialect);
    unique(code, database, dialect);
    for key in &mut code.foreign_keys {
        if let Some(other) = database.foreign_keys.iter().find(|other| same_key(key, other)) {
            foreign_key(key, other, dialect);
        }
    }
    checks(code, database, dialect);
    excludes(code, database, dialect);
    indexes(code, database, dialect);
}

/// Names that SQLAlchemy shortens for a database are those of the database.
fn own_names(code: &mut Table, dialect: Database) {
    let keys = code.foreign_keys.iter_mut().map(|item| (&mut item.name, &mut item.names));
    let unique = code.unique.iter_mut().map(|item| (&mut item.name, &mut item.names));
    let checks = code.checks.iter_mut().map(|item| (&mut item.name, &mut item.names));
    let indexes = code.indexes.iter_mut().map(|item| (&mut item.name, &mut item.names));
    let key = [(&mut code.primary_key.name, &mut code.primary_key.names)];
    for (name, names) in keys.chain(unique).chain(checks).chain(indexes).chain(key) {
        let own = names.remove(dialect.name()).or_else(|| names.remove(dialect.family().name()));
        if own.is_some() {
            *name = own;
        }
        names.clear();
    }
}

fn holds(dialects: &[String], dialect: Database) -> bool {
    dialects.iter().any(|name| name == dialect.name() || name == dialect.family().name())
}

/// Whether a database keeps the names of primary keys.
fn names_keys(dialect: Database) -> bool {
    !matches!(dialect, Database::Mysql | Database::Mariadb)
}

fn primary_key(code: &mut Table, database: &Table, dialect: Database) {
    let (own, other) = (&mut code.primary_key, &database.primary_key);
    if own.name.is_none() || !names_keys(dialect) || own.names.get(dialect.name()) == other.name.as_ref() {
        own.name.clone_from(&other.name);
    }
    own.dialects.clone_from(&other.dialects);
    own.names.clear();
    own.options.retain(|name, _| super::is_own_option(name, dialect));
}

/// In MySQL a unique constraint is an index.
fn unique(code: &mut Table, database: &Table, dialect: Database) {
    for item in &mut code.unique {
        item.names.clear();
        item.dialects = None;
        let other = database
            .unique
            .iter()
            .find(|other| other.columns == item.columns && (item.name.is_none() || item.name == other.name));
        if let Some(other) = other {
            item.name.clone_from(&other.name);
        }
        item.options.retain(|name, _| name.starts_with(dialect.name()));
    }
    // PostgreSQL has no second index for the columns of the key.
    let key = &database.primary_key.columns;
    let is_there = database.unique.iter().any(|other| other.columns == *key);
    if dialect == Database::Postgresql && !is_there {
        code.unique.retain(|item| item.columns != *key);
    }
    if matches!(dialect, Database::Mysql | Database::Mariadb) {
        let mut made: Vec<Index> = Vec::new();
        let own: Vec<Option<String>> = code.indexes.iter().map(|index| index.name.clone()).collect();
        code.unique.retain(|item| {
            let mut same = database.indexes.iter().filter(|index| {
                index.unique
                    && index.columns == item.columns
                    && (item.name.is_none() || item.name == index.name)
                    && !made.contains(index)
            });
            // One that the code declares as an index is that index.
            let is_free = |index: &&Index| item.name.is_some() || !own.contains(&index.name);
            let found = same.find(is_free).cloned();
            let is_missing = found.is_none();
            made.extend(found);
            is_missing
        });
        code.indexes.extend(made);
    }
}

/// Whether two foreign keys are one: the same columns, and the same name if the code gives one.
fn same_key(code: &ForeignKeyConstraint, database: &ForeignKeyConstraint) -> bool {
    code.columns == database.columns
        && code.targets == database.targets
        && (code.name.is_none() || code.name == database.name)
}

fn foreign_key(code: &mut ForeignKeyConstraint, database: &ForeignKeyConstraint, dialect: Database) {
    code.name.clone_from(&database.name);
    code.names.clear();
    code.dialects = None;
    code.use_alter = database.use_alter; // when it is created, not what it is
    let is_usual = |action: Option<&str>| match action.map(str::to_ascii_uppercase).as_deref() {
        None | Some("NO ACTION") => true,
        // InnoDB has no deferred checks, so that both are one.
        Some("RESTRICT") => matches!(dialect, Database::Mysql | Database::Mariadb),
        _ => false,
    };
    for (own, other) in [(&mut code.ondelete, &database.ondelete), (&mut code.onupdate, &database.onupdate)] {
        if is_usual(own.as_deref()) && is_usual(other.as_deref()) {
            own.clone_from(other);
        }
    }
    code.options.retain(|name, _| name.starts_with(dialect.name()));
}

/// The condition of a check for a dialect.
fn condition(check: &CheckConstraint, dialect: Database) -> &str {
    let names = [dialect.name(), dialect.family().name()];
    let own = names.iter().find_map(|name| check.options.get(&format!("sql:{name}")));
    own.unwrap_or(&check.sql)
}

fn checks(code: &mut Table, database: &Table, dialect: Database) {
    let mut left: Vec<&CheckConstraint> = database.checks.iter().collect();
    for item in &mut code.checks {
        let own = &condition(item, dialect).to_owned();
        let found = left.iter().position(|other| {
            (item.name.is_none() || item.name == other.name)
                && loose::is_made_of(own, condition(other, dialect), dialect)
        });
        if let Some(at) = found {
            *item = left.remove(at).clone();
        }
    }
}

fn excludes(code: &mut Table, database: &Table, dialect: Database) {
    if dialect != Database::Postgresql {
        code.excludes.clear();
    }
    for item in &mut code.excludes {
        let definition = |text: &str| {
            let at = text.find("EXCLUDE").unwrap_or_default();
            statement(text.get(at..).unwrap_or(text))
        };
        let same = |other: &&ExcludeConstraint| {
            (item.name.is_none() || item.name == other.name)
                && definition(&item.sql) == definition(&other.sql)
        };
        if let Some(other) = database.excludes.iter().find(same) {
            *item = other.clone();
        }
    }
}

/// The options of an index in a dialect, without those that say what is so anyway.
fn options(index: &Index, dialect: Database) -> BTreeMap<&str, &str> {
    let is_own = |name: &str| name.starts_with(dialect.name()) || name.starts_with(dialect.family().name());
    let own = index.options.iter().filter(|(name, _)| is_own(name));
    let all = own.map(|(name, text)| (name.as_str(), text.as_str()));
    all.filter(|(name, text)| !(*name == "postgresql_using" && text.eq_ignore_ascii_case("btree"))).collect()
}

fn same_options(code: &Index, database: &Index, table: &Table, dialect: Database) -> bool {
    let (mut own, mut other) = (options(code, dialect), options(database, dialect));
    let (lengths, found) = (own.remove(LENGTHS), other.remove(LENGTHS));
    prefixes(lengths, code, table) == prefixes(found, database, table)
        && own.len() == other.len()
        && own.into_iter().zip(other).all(|((name, text), (other, found))| {
            let is_predicate = name.ends_with("_where");
            let same = || text.eq_ignore_ascii_case(found);
            name == other && if is_predicate { loose::is_made_of(text, found, dialect) } else { same() }
        })
}

/// The option with the lengths of the beginnings that an index of MySQL has of columns.
const LENGTHS: &str = "mysql_length";

/// The lengths by column, of which one that holds for all is that of each; a beginning that is all of a column is none.
fn prefixes(text: Option<&str>, index: &Index, table: &Table) -> BTreeMap<String, u64> {
    let text = text.unwrap_or_default();
    let length_of = |name: &str| {
        let column = table.columns.iter().find(|column| column.name == name)?;
        let text = column.ty.ddl(Database::Mysql)?;
        text.split_once('(')?.1.split([',', ')']).next()?.trim().parse::<u64>().ok()
    };
    let of_all = text.trim().parse::<u64>().ok();
    let pairs = text.split(',').filter_map(|pair| pair.rsplit_once(':'));
    let stated: BTreeMap<&str, u64> =
        pairs.filter_map(|(name, length)| Some((name.trim(), length.trim().parse().ok()?))).collect();
    let of = |name: &String| {
        let length = of_all.or_else(|| stated.get(name.as_str()).copied())?;
        length_of(name).is_none_or(|whole| length < whole).then(|| (name.clone(), length))
    };
    index.elements.iter().filter_map(|item| item.column.as_ref()).filter_map(of).collect()
}

fn same_elements(code: &Index, database: &Index, dialect: Database) -> bool {
    code.elements.len() == database.elements.len()
        && code.elements.iter().zip(&database.elements).enumerate().all(|(number, (own, other))| {
            let names = [dialect.name(), dialect.family().name()];
            let of_dialect =
                names.iter().find_map(|name| code.options.get(&format!("element {number}:{name}")));
            match (&own.column, &other.column) {
                // Operator classes are PostgreSQL's.
                (Some(own), Some(other)) if dialect != Database::Postgresql => own == other,
                _ => loose::is_element_of(of_dialect.unwrap_or(&own.sql), &other.sql, dialect),
            }
        })
}

fn indexes(code: &mut Table, database: &mut Table, dialect: Database) {
    let table = code.clone();
    for item in &mut code.indexes {
        let same = |other: &&Index| {
            item.name == other.name
                && item.unique == other.unique
                && same_elements(item, other, dialect)
                && same_options(item, other, &table, dialect)
        };
        if let Some(other) = database.indexes.iter().find(same) {
            *item = other.clone();
        }
    }
    if matches!(dialect, Database::Mysql | Database::Mariadb) {
        // InnoDB makes one for each foreign key that no other index serves, by the name of the key or of its first column.
        let named = |index: &Index, table: &Table| table.indexes.iter().any(|other| other.name == index.name);
        let keys = database.foreign_keys.clone();
        database.indexes.retain(|index| {
            let serves = |key: &ForeignKeyConstraint| key.columns == index.columns && is_made_for(index, key);
            index.unique || !keys.iter().any(serves) || named(index, code)
        });
    }
}

/// Whether an index has the name that `InnoDB` gives to one for a foreign key: that of the key, or of its first column, with a number if
/// there is such an index already.
fn is_made_for(index: &Index, key: &ForeignKeyConstraint) -> bool {
    let Some(name) = &index.name else { return false };
    let first = key.columns.first().and_then(|column| name.strip_prefix(column.as_str()));
    let is_numbered = |rest: &str| {
        rest.strip_prefix('_').is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    key.name.as_ref() == Some(name) || first.is_some_and(|rest| rest.is_empty() || is_numbered(rest))
}
