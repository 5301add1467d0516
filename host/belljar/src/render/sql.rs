use std::io::{self, Write};

use belljar_engine::Ddl;
use belljar_render::{Origin, written};

use super::safe;
use crate::cli::Dialect;

/// The DDL that SQLAlchemy compiled, `MetaData` by `MetaData`, with what could not be rendered as comments.
///
/// The statements come from a run of the repository's own code, so each is read as any statement of the code is.
pub(crate) fn sql(out: &mut dyn Write, ddl: &[Ddl], dialect: Dialect) -> io::Result<()> {
    for part in of_dialect(ddl, dialect) {
        writeln!(out, "-- {} ({})\n", safe(&part.metadata), part.dialect)?;
        for statement in &part.statements {
            match written(statement, dialect.name(), Origin::Copied) {
                Ok(text) => writeln!(out, "{text}\n")?,
                Err(why) => writeln!(out, "-- left out: a statement can't be written: {}\n", safe(&why))?,
            }
        }
        for failure in &part.failures {
            writeln!(out, "-- `{}` can't be rendered: {}\n", safe(&failure.table), safe(&failure.message))?;
        }
    }
    Ok(())
}

/// How many things are left out.
pub(crate) fn gaps(ddl: &[Ddl], dialect: Dialect) -> usize {
    let of = |part: &Ddl| {
        let refused = |text: &&String| written(text, dialect.name(), Origin::Copied).is_err();
        part.failures.len() + part.statements.iter().filter(refused).count()
    };
    of_dialect(ddl, dialect).map(of).sum()
}

fn of_dialect(ddl: &[Ddl], dialect: Dialect) -> impl Iterator<Item = &Ddl> {
    ddl.iter().filter(move |part| part.dialect == dialect.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_statement_is_one_and_no_client_obeys_it() {
        let good = "CREATE TABLE t (\n\ta INTEGER DEFAULT '; -- \\!'\n)";
        let bad = ["DROP TABLE a; DROP TABLE b", "SELECT 1 \\! id", "SELECT 'a", "SELECT '\u{202e}'"];
        let statements = [good].iter().chain(&bad).map(|text| (*text).to_owned()).collect();
        let dialect = Dialect::Postgresql.name().to_owned();
        let part = Ddl { metadata: "m\nDROP TABLE x".to_owned(), dialect, statements, failures: Vec::new() };
        let mut out = Vec::new();
        sql(&mut out, std::slice::from_ref(&part), Dialect::Postgresql).unwrap();
        let text = String::from_utf8(out).unwrap();
        let lines: Vec<&str> =
            text.lines().filter(|line| !line.is_empty() && !line.starts_with("--")).collect();
        assert_eq!(lines, ["CREATE TABLE t (", "    a INTEGER DEFAULT '; -- \\!'", ");"]);
        assert_eq!(gaps(&[part], Dialect::Postgresql), bad.len());
    }
}
