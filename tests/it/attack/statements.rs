//! Statements that the code gives as a whole, in `extract --format sql`: a second one behind the first, and commands to the
//! client that carries the file out.

use crate::support::{Project, Run};

const MODELS: &str = "
from sqlalchemy import Column, DDL, Index, Integer, MetaData, Table, event, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateColumn, CreateIndex, CreateTable

metadata = MetaData()
good = Table('good', metadata, Column('id', Integer, primary_key=True))
bad = Table('bad', metadata, Column('id', Integer, primary_key=True), Column('n', Integer, index=True))
";

fn sql(more: &str, dialect: &str) -> Run {
    let text = format!("{MODELS}{more}");
    Project::new(&[("models.py", &text)]).extract(&["--format", "sql", "--dialect", dialect, "--quiet"])
}

/// What is no comment.
fn statements(run: &Run) -> String {
    run.stdout.lines().filter(|line| !line.starts_with("--")).collect::<Vec<_>>().join("\n")
}

/// The table beside it is written, nothing of the other is, and something is left out.
#[track_caller]
fn is_left_out(more: &str, dialect: &str) {
    let run = sql(more, dialect).exits_with(1);
    let text = statements(&run);
    assert!(text.contains("CREATE TABLE good"), "{more}\n{run}");
    assert!(!text.to_lowercase().contains("pwn"), "{more}\n{run}");
}

#[test]
fn a_second_statement_of_sql_server() {
    sql("", "mssql").exits_with(0);
    let compilers = [("CreateTable", "visit_create_table"), ("CreateIndex", "visit_create_index")];
    for tail in
        [" DROP TABLE pwn", "\\nEXEC pwn", " (SELECT * FROM pwn)", " IF EXISTS (SELECT 1) DROP TABLE pwn"]
    {
        for (class, visit) in compilers {
            is_left_out(
                &format!(
                    "
@compiles({class})
def _(element, compiler, **given):
    text = compiler.{visit}(element, **given).rstrip()
    return text + '{tail}' if 'bad' in text else text
"
                ),
                "mssql",
            );
        }
        is_left_out(
            &format!("event.listen(bad, 'after_create', DDL('CREATE SYNONYM a FOR b{tail}'))"),
            "mssql",
        );
    }
    is_left_out(
        "Table('other', metadata, Column('id', Integer, server_default=text('0) DROP TABLE pwn --')))",
        "mssql",
    );
    is_left_out(
        "Table('other', metadata, Column('id', Integer, primary_key=True), prefixes=['TABLE pwn (a INT) CREATE'])",
        "mssql",
    );
    is_left_out("Index('ix', bad.c.n, mssql_where=text('n > 0 DROP TABLE pwn'))", "mssql");
}

#[test]
fn a_command_of_a_client() {
    for (dialect, text) in [
        ("mysql", "system touch pwn"),
        ("mariadb", "source pwn"),
        ("mysql", "CREATE VIEW v AS SELECT 1 AS delimiter pwn"),
        ("sqlite", ".shell touch pwn"),
        ("sqlite", "CREATE VIEW v AS SELECT 1 AS\\ngo\\nDROP TABLE pwn"),
        ("postgresql", "COPY pwn FROM STDIN"),
        ("oracle", "HOST touch pwn"),
        ("mssql", "pwn"),
    ] {
        is_left_out(&format!("event.listen(metadata, 'before_create', DDL('{text}'))"), dialect);
    }
}

#[test]
fn a_name_that_looks_like_a_block() {
    for (dialect, text) in [
        ("mysql", "CREATE VIEW v AS SELECT event, 1 AS begin; DROP TABLE pwn; SELECT 1 AS end"),
        (
            "sqlite",
            "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1 AS begin; END; DROP TABLE pwn; SELECT 1 AS end",
        ),
        (
            "postgresql",
            "CREATE FUNCTION begin() RETURNS int LANGUAGE sql RETURN 1; DROP TABLE pwn; SELECT 1 AS end",
        ),
    ] {
        is_left_out(&format!("event.listen(metadata, 'before_create', DDL('{text}'))"), dialect);
    }
}
