use std::io::{self, Write};

use belljar_engine::Ddl;

use super::safe;
use crate::cli::Dialect;

/// The DDL that SQLAlchemy compiled, `MetaData` by `MetaData`, with what could not be rendered as comments.
pub(crate) fn sql(out: &mut dyn Write, ddl: &[Ddl], dialect: Dialect) -> io::Result<()> {
    for part in ddl.iter().filter(|part| part.dialect == dialect.name()) {
        writeln!(out, "-- {} ({})\n", safe(&part.metadata), part.dialect)?;
        for statement in &part.statements {
            writeln!(out, "{};\n", lines(statement))?;
        }
        for failure in &part.failures {
            writeln!(out, "-- `{}` can't be rendered: {}\n", safe(&failure.table), safe(&failure.message))?;
        }
    }
    Ok(())
}

/// A statement line by line, each made safe.
fn lines(statement: &str) -> String {
    // SQLAlchemy indents with tabs and leaves blanks at the ends of lines.
    let safe_lines: Vec<String> =
        statement.lines().map(|line| safe(&line.replace('\t', "    ")).trim_end().to_owned()).collect();
    safe_lines.join("\n")
}
