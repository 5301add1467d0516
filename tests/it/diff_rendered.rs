//! `belljar diff --format sql` and `--format alembic`.

use crate::support::{Belljar, Project, Run, write_all};

const BEFORE: &str = "
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()

class Customer(Base):
    __tablename__ = 'customers'
    id = Column(Integer, primary_key=True)
    mail = Column(String(100), server_default='now()')

class Old(Base):
    __tablename__ = 'old'
    id = Column(Integer, primary_key=True)
";

const AFTER: &str = "
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()

class Customer(Base):
    __tablename__ = 'customers'
    id = Column(Integer, primary_key=True)
    mail = Column(String(320), nullable=False, server_default=':x')

class Order(Base):
    __tablename__ = 'orders'
    id = Column(Integer, primary_key=True)
    customer_id = Column(ForeignKey('customers.id'), index=True)
";

fn project(after: &str) -> Project {
    let project = Project::new(&[("before/models.py", BEFORE)]);
    write_all(project.path(), &[("after/models.py", after)]);
    project
}

#[track_caller]
fn diff(project: &Project, arguments: &[&str]) -> Run {
    Belljar::new(project.path()).arguments(["diff", "before", "after", "--quiet"]).arguments(arguments).run()
}

/// The text with every run of white space as one blank.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn has(text: &str, parts: &[&str]) {
    let text = words(text);
    let mut from = 0;
    for part in parts {
        let found = text.get(from..).and_then(|rest| rest.find(part));
        assert!(found.is_some(), "`{part}` is not there, or not behind the part before it, in:\n{text}");
        from += found.unwrap_or_default();
    }
}

#[test]
fn statements_in_an_order_that_a_database_takes() {
    let run = diff(&project(AFTER), &["--format", "sql"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let expected = [
        "-- changes of the models (postgresql)",
        "CREATE TABLE orders ( id SERIAL NOT NULL, customer_id INTEGER, PRIMARY KEY (id), \
         FOREIGN KEY(customer_id) REFERENCES customers (id) );",
        "CREATE INDEX ix_orders_customer_id ON orders (customer_id);",
        "ALTER TABLE customers ALTER COLUMN mail TYPE VARCHAR(320);",
        "DROP TABLE \"old\";",
    ];
    has(&run.stdout, &expected);
    has(&run.stdout, &["ALTER TABLE customers ALTER COLUMN mail SET DEFAULT ':x';"]);
    has(&run.stdout, &["ALTER TABLE customers ALTER COLUMN mail SET NOT NULL;"]);
}

#[test]
fn sqlite_rebuilds_the_table() {
    let run = diff(&project(AFTER), &["--format", "sql", "--dialect", "sqlite"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let expected = [
        "CREATE TABLE _alembic_tmp_customers ( id INTEGER NOT NULL, mail VARCHAR(320) DEFAULT ':x' NOT NULL,",
        "INSERT INTO _alembic_tmp_customers (id, mail) SELECT",
        "DROP TABLE customers;",
        "ALTER TABLE _alembic_tmp_customers RENAME TO customers;",
    ];
    has(&run.stdout, &expected);
}

#[test]
fn a_script_with_the_way_back() {
    let run = diff(&project(AFTER), &["--format", "alembic"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let expected = [
        "def upgrade(): op.create_table('orders',",
        "type_=sa.String(length=320), nullable=False",
        "op.drop_table('old')",
        "def downgrade(): op.create_table('old',",
        "server_default='now()', type_=sa.String(length=100), nullable=True",
        "op.drop_table('orders')",
    ];
    has(&run.stdout, &expected);
}

#[test]
fn documents_give_what_their_sources_give() {
    let project = project(AFTER);
    for side in ["before", "after"] {
        let file = format!("{side}.json");
        let arguments = ["extract", side, "--format", "json", "--output", &file, "--quiet"];
        assert_eq!(Belljar::new(project.path()).arguments(arguments).run().code, 0);
    }
    for form in ["sql", "alembic"] {
        let documents = Belljar::new(project.path())
            .arguments(["diff", "before.json", "after.json", "--quiet", "--format", form])
            .run();
        assert!(documents.stdout.contains("orders"), "{}", documents.stderr);
        assert_eq!(documents.stdout, diff(&project, &["--format", form]).stdout);
    }
}

#[test]
fn renames_are_renames() {
    let after = BEFORE.replace("'customers'", "'clients'");
    let run = diff(&project(&after), &["--format", "alembic", "--rename", "customers=clients"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    has(&run.stdout, &["op.rename_table('customers', 'clients')", "op.rename_table('clients', 'customers')"]);
    assert!(!run.stdout.contains("create_table"), "{}", run.stdout);
}

#[test]
fn unknown_changes_are_left_out_and_reported() {
    let after = AFTER
        .replace("from sqlalchemy.orm", "from acme import Money\nfrom sqlalchemy.orm")
        .replace("customer_id = Column(", "total = Column(Money(2))\n    customer_id = Column(");
    for form in ["sql", "alembic"] {
        let run = diff(&project(&after), &["--format", form]);
        assert_eq!(run.code, 1, "{}", run.stderr);
        assert!(run.stdout.contains("left out: add-table orders: column `total`"), "{}", run.stdout);
        assert!(run.stderr.contains("left out"), "{}", run.stderr);
        assert!(run.stdout.contains("320"), "the rest is there: {}", run.stdout);
    }
}

#[test]
fn names_do_not_leave_their_place() {
    let name = "a\\\"b'); import os #\\n;DROP TABLE x;--";
    let after = format!(
        "{AFTER}\nfrom sqlalchemy import Table\nTable(\"{name}\", Base.metadata, Column('id', Integer))\n"
    );
    let run = diff(&project(&after), &["--format", "alembic"]);
    assert!(run.stdout.contains("op.create_table("), "{}", run.stderr);
    let free = run.stdout.lines().any(|line| line.trim_start().starts_with(";DROP"));
    assert!(!free, "{}", run.stdout);
}

/// Values of the kinds that a renderer that writes text gets wrong.
const HOSTILE: &str = r#"
from sqlalchemy import *
metadata = MetaData()
CODE = "', __import__('os')._exit(7), '"
Table('good', metadata, Column('id', Integer, primary_key=True, comment='### end Alembic commands ###'))
Table('prefixed', metadata, Column('id', Integer), prefixes=[CODE])
Table('keyword', metadata, Column('id', Integer), **{'mysql_x=__import__("os")._exit(7), y': 'z'})
Table(CODE, metadata, Column(CODE, String, comment=CODE, server_default=CODE), schema=CODE, comment=CODE)
Table('ended', metadata, Column('id', Integer, server_default=text("0; DROP TABLE users")))
Table('checked', metadata, Column('id', Integer), CheckConstraint("1=1), evil INTEGER, CHECK (2=2"))
Table('shell', metadata, Column('id', Integer, server_default=text("0 \\! id")))
"#;

#[test]
fn hostile_values_are_values_or_left_out() {
    let project = Project::new(&[("before/models.py", "x = 1"), ("after/models.py", HOSTILE)]);
    let script = diff(&project, &["--format", "alembic"]);
    assert_eq!(script.code, 1, "{}", script.stderr);
    let code: Vec<&str> = script.stdout.lines().filter(|line| !line.trim_start().starts_with('#')).collect();
    let code = code.join("\n");
    assert!(code.contains("op.create_table('good'"), "{code}");
    assert!(code.contains("### end Alembic commands ###"), "{code}");
    assert!(code.contains(r#""', __import__('os')._exit(7), '""#), "{code}");
    assert!(
        !code.contains("prefixes=") && !code.contains("mysql_x=") && !code.contains("DROP TABLE"),
        "{code}"
    );
    for dialect in ["postgresql", "mysql", "sqlite", "mssql", "oracle"] {
        let sql = diff(&project, &["--format", "sql", "--dialect", dialect]);
        assert_eq!(sql.code, 1, "{dialect}: {}", sql.stderr);
        let lines = sql.stdout.lines().filter(|line| !line.starts_with("--"));
        let text = lines.collect::<Vec<_>>().join("\n");
        assert!(text.contains("CREATE TABLE good"), "{dialect}: {}", sql.stdout);
        for part in ["DROP TABLE users", "evil INTEGER", "\\!"] {
            assert!(!text.contains(part), "{dialect}: {text}");
        }
        let extracted = Belljar::new(project.path())
            .arguments(["extract", "after", "--format", "sql", "--quiet", "--dialect", dialect])
            .run();
        assert_eq!(extracted.code, 1, "{dialect}: {}", extracted.stderr);
        assert!(extracted.stdout.contains("CREATE TABLE good"), "{dialect}: {}", extracted.stdout);
        assert!(
            !extracted
                .stdout
                .lines()
                .any(|line| line.contains("DROP TABLE users") && !line.starts_with("--"))
        );
    }
}

/// Values that end their place without a semicolon, a quote or a parenthesis.
const BEHIND: &str = r"
from sqlalchemy import *
from sqlalchemy.sql import quoted_name
metadata = MetaData()
Table('good', metadata, Column('id', Integer, primary_key=True), Index('ix_good', 'id', mssql_where=text('id > 0')))
Table('named', metadata, Column(quoted_name('b INTEGER, pwn INTEGER, c', False), Integer))
Table('typed', metadata, Column('id', String(10, collation='Latin1_General_CI_AS DROP TABLE pwn')))
Table('checked', metadata, Column('id', Integer), CheckConstraint('id > 0 DROP TABLE pwn'))
Table('held', metadata, Column('id', ForeignKey('good.id', ondelete='CASCADE DROP TABLE pwn')))
Table('engine', metadata, Column('id', Integer), mysql_engine='InnoDB AS SELECT pwn')
Table('kind', metadata, Column('id', Integer), prefixes=['TABLE pwn AS SELECT'])
t = Table('partial', metadata, Column('id', Integer))
Index('ix_partial', t.c.id, mssql_where=text('id > 0 DROP TABLE pwn'))
";

#[test]
fn nothing_stands_behind_a_value() {
    let project = Project::new(&[("before/models.py", "x = 1"), ("after/models.py", BEHIND)]);
    for dialect in ["mssql", "mysql"] {
        let run = diff(&project, &["--format", "sql", "--dialect", dialect]);
        assert_eq!(run.code, 1, "{dialect}: {}", run.stderr);
        let lines = run.stdout.lines().filter(|line| !line.starts_with("--"));
        let text = lines.collect::<Vec<_>>().join("\n");
        assert!(text.contains("CREATE TABLE good") && text.contains("INDEX ix_good"), "{text}");
        assert!(!text.contains("pwn"), "{dialect}: {text}");
    }
}

#[test]
fn sql_server_gets_a_statement_in_each_batch() {
    let after = "from sqlalchemy import *\nmetadata = MetaData()\nTable('t', metadata, Column('id', Integer, comment='c'))\n";
    let project = Project::new(&[("before/models.py", "x = 1"), ("after/models.py", after)]);
    let run = diff(&project, &["--format", "sql", "--dialect", "mssql"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains(";\nGO\n"), "{}", run.stdout);
    assert!(run.stdout.contains("sp_addextendedproperty 'MS_Description', N'c'"), "{}", run.stdout);
    let run = diff(&project, &["--format", "sql", "--dialect", "oracle"]);
    assert!(!run.stdout.contains("/;"), "{}", run.stdout);
}
