use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
};

use belljar_dialect::Database;
use belljar_engine::Ddl;
use belljar_migrate::{About, Origin, about, written};

use super::safe;

/// The DDL that SQLAlchemy compiled, with comments for what could not be rendered: a file for a database.
///
/// The statements come from a run of the repository's own code, so each is parsed like any statement of the code.
pub(crate) fn sql(out: &mut dyn Write, ddl: &[Ddl], dialect: Database) -> io::Result<()> {
    for part in parts(ddl, dialect) {
        writeln!(out, "-- {} ({})\n", safe(part.metadata), dialect.name())?;
        for line in part.lines {
            match line {
                Line::Statement(text) => writeln!(out, "{text}\n")?,
                Line::Gap(text) => writeln!(out, "-- {}\n", safe(&text))?,
            }
        }
    }
    Ok(())
}

/// What is left out, with the reasons: the comments of the file.
pub(crate) fn gaps(ddl: &[Ddl], dialect: Database) -> Vec<String> {
    let lines = parts(ddl, dialect).into_iter().flat_map(|part| part.lines);
    let gap = |line| match line {
        Line::Gap(text) => Some(text),
        Line::Statement(_) => None,
    };
    lines.filter_map(gap).collect()
}

/// The part for one `MetaData`.
struct Part<'a> {
    metadata: &'a str,
    lines: Vec<Line>,
}

enum Line {
    /// A statement with its terminator.
    Statement(String),
    /// An object that is left out, and the reason.
    Gap(String),
}

/// The additions of each `MetaData` to those before it: several may have one table, and packages import each other.
fn parts(ddl: &[Ddl], dialect: Database) -> Vec<Part<'_>> {
    let mut seen = Seen::default();
    let own: Vec<&Ddl> = ddl.iter().filter(|part| part.dialect == dialect.name()).collect();
    let parts = ordered(&own, dialect);
    let lines =
        parts.into_iter().map(|part| Part { metadata: &part.metadata, lines: seen.lines(part, dialect) });
    lines.filter(|part| !part.lines.is_empty()).collect()
}

/// The objects that were written before.
#[derive(Default)]
struct Seen<'a> {
    statements: BTreeSet<&'a str>,
    made: BTreeSet<(&'static str, String)>,
    failures: BTreeSet<(&'a str, &'a str)>,
}

impl<'a> Seen<'a> {
    fn lines(&mut self, part: &'a Ddl, dialect: Database) -> Vec<Line> {
        // Tables that another `MetaData` declares differently.
        let mut others: BTreeSet<String> = BTreeSet::new();
        let mut lines = Vec::new();
        for text in &part.statements {
            if !self.statements.insert(text) {
                continue;
            }
            let subject = about(text, dialect);
            if subject.of.as_ref().is_some_and(|of| others.contains(of)) {
                continue;
            }
            if let Some(made) = key(&subject, dialect)
                && !self.made.insert(made)
            {
                let (kind, name) = subject.makes.unwrap_or_default();
                lines.push(Line::Gap(format!(
                    "left out: another {kind} `{name}`, which is not the one above"
                )));
                others.insert(name);
                continue;
            }
            lines.push(match written(text, dialect, Origin::Copied) {
                Ok(text) => Line::Statement(text),
                Err(why) => Line::Gap(format!("left out: a statement cannot be written: {why}")),
            });
        }
        for failure in &part.failures {
            if self.failures.insert((&failure.table, &failure.message)) {
                let text = format!("left out: `{}`: {}", failure.table, failure.message);
                lines.push(Line::Gap(text));
            }
        }
        lines
    }
}

/// The key by which a database distinguishes objects: indexes of MySQL and SQL Server are unique in their table.
fn key(subject: &About, dialect: Database) -> Option<(&'static str, String)> {
    let (kind, name) = subject.makes.clone()?;
    let in_its_table = matches!(dialect, Database::Mysql | Database::Mariadb | Database::Mssql);
    match (&subject.of, kind) {
        (Some(of), "index") if in_its_table => Some((kind, format!("{of} {name}"))),
        // A view takes the place of a table.
        (_, "view") => Some(("table", name)),
        _ => Some((kind, name)),
    }
}

/// Each `MetaData` after those whose tables its own refer to, otherwise in their order.
fn ordered<'a>(parts: &[&'a Ddl], dialect: Database) -> Vec<&'a Ddl> {
    let subjects: Vec<Vec<About>> =
        parts.iter().map(|part| part.statements.iter().map(|text| about(text, dialect)).collect()).collect();
    let mut makers: BTreeMap<&str, usize> = BTreeMap::new();
    for (place, part) in subjects.iter().enumerate() {
        for (_, name) in part.iter().filter_map(|one| one.makes.as_ref()) {
            makers.entry(name).or_insert(place);
        }
    }
    let needs: Vec<BTreeSet<usize>> = subjects
        .iter()
        .map(|part| {
            part.iter()
                .flat_map(|one| &one.refers)
                .filter_map(|name| makers.get(name.as_str()))
                .copied()
                .collect()
        })
        .collect();
    let mut left: BTreeSet<usize> = (0..parts.len()).collect();
    let mut found = Vec::new();
    while !left.is_empty() {
        let is_ready = |place: &&usize| {
            needs
                .get(**place)
                .is_none_or(|needs| needs.iter().all(|need| need == *place || !left.contains(need)))
        };
        // In a cycle, any can be the first.
        let Some(next) = left.iter().find(is_ready).or(left.first()).copied() else { break };
        left.remove(&next);
        found.extend(parts.get(next));
    }
    found
}

#[cfg(test)]
mod tests {
    use belljar_engine::DdlFailure;

    use super::*;

    fn part(metadata: &str, statements: &[&str]) -> Ddl {
        let dialect = Database::Postgresql.name().to_owned();
        let statements = statements.iter().map(|text| (*text).to_owned()).collect();
        Ddl { metadata: metadata.to_owned(), dialect, statements, failures: Vec::new() }
    }

    fn lines(ddl: &[Ddl]) -> Vec<String> {
        let mut out = Vec::new();
        sql(&mut out, ddl, Database::Postgresql).unwrap();
        String::from_utf8(out).unwrap().lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }

    #[test]
    fn each_statement_is_one_and_no_client_obeys_it() {
        let good = "CREATE TABLE t (\n\ta INTEGER DEFAULT '; -- \\!'\n)";
        let bad = ["DROP TABLE a; DROP TABLE b", "SELECT 1 \\! id", "SELECT 'a", "SELECT '\u{202e}'"];
        let statements: Vec<&str> = [good].into_iter().chain(bad).collect();
        let part = part("m\nDROP TABLE x", &statements);
        let found: Vec<String> =
            lines(std::slice::from_ref(&part)).into_iter().filter(|line| !line.starts_with("--")).collect();
        assert_eq!(found, ["CREATE TABLE t (", "    a INTEGER DEFAULT '; -- \\!'", ");"]);
        assert_eq!(gaps(&[part], Database::Postgresql).len(), bad.len());
    }

    #[test]
    fn a_table_of_several_is_made_once_and_behind_what_it_refers_to() {
        let user = "CREATE TABLE users (id INTEGER)";
        let mut ddl = [
            part("plugin", &["CREATE TABLE notes (id INTEGER REFERENCES users (id))"]),
            part("one", &[user, "CREATE INDEX a ON users (id)"]),
            part("two", &[user, "CREATE INDEX a ON users (id)"]),
            part(
                "three",
                &[
                    "CREATE TABLE users (id BIGINT)",
                    "CREATE INDEX b ON users (id)",
                    "CREATE TABLE c (id INTEGER)",
                ],
            ),
        ];
        let failure = DdlFailure { table: "x".to_owned(), message: "no words".to_owned() };
        for part in &mut ddl {
            part.failures = vec![failure.clone()];
        }
        let expected = [
            "-- one (postgresql)",
            "CREATE TABLE users (id INTEGER);",
            "CREATE INDEX a ON users (id);",
            "-- left out: `x`: no words",
            "-- plugin (postgresql)",
            "CREATE TABLE notes (id INTEGER REFERENCES users (id));",
            "-- three (postgresql)",
            "-- left out: another table `users`, which is not the one above",
            "CREATE TABLE c (id INTEGER);",
        ];
        assert_eq!(lines(&ddl), expected);
        assert_eq!(
            gaps(&ddl, Database::Postgresql),
            ["left out: `x`: no words", "left out: another table `users`, which is not the one above"]
        );
    }
}
