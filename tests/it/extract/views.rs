//! Classes that map views: who creates the view decides what it is, wherever that stands.

use crate::support::{Belljar, Project, commit, git};

/// A table, and a class of which the rest of a repository says what it maps.
const MODELS: &str = "
from sqlalchemy import Column, Integer
from sqlalchemy.orm import declarative_base

Base = declarative_base()

class Order(Base):
    __tablename__ = 'orders'
    id = Column(Integer, primary_key=True)

class OrderView(Base):
    __tablename__ = 'v_orders'
    id = Column(Integer, primary_key=True)
    total = Column(Integer, nullable=False)
";

const ENV: &str = "from alembic import context\n";

/// The names of tables and of views, with `=` if the query is known and `?` if something is partial.
fn shown(project: &Project) -> String {
    let document = project.document();
    let tables = document.tables.iter().map(|table| {
        let doubt = if table.reasons.is_empty() { "" } else { "?" };
        format!("{}{doubt}", table.name)
    });
    let views = document.views.iter().map(|view| {
        let query = if view.sql.is_some() { "=" } else { "" };
        let kind = if view.materialized { "materialized " } else { "" };
        format!("{kind}view {}{query}", view.name)
    });
    tables.chain(views).collect::<Vec<_>>().join(", ")
}

#[test]
fn a_text_that_creates_the_view() {
    let migration =
        |body: &str| format!("from alembic import op\nrevision = '1'\ndown_revision = None\n\n{body}\n");
    let plain =
        migration("def upgrade():\n    op.execute('CREATE VIEW v_orders AS SELECT 1 AS id, 2 AS total')");
    let built = migration(
        "from app.models import OrderView\n\
         def upgrade():\n    op.execute(f'CREATE OR REPLACE VIEW {OrderView.__tablename__} AS {QUERY}')",
    );
    let entity = "from alembic_utils.pg_view import PGView\n\
                  def view():\n    return PGView(schema='public', signature='v_orders', definition='SELECT 1 AS id, 2 AS total')\n";
    let start = "from sqlalchemy import text\n\
                 def create(engine):\n    with engine.begin() as c:\n        \
                 c.execute(text('CREATE MATERIALIZED VIEW v_orders AS SELECT 1 AS id, 2 AS total'))\n";
    let helper = "from sqlalchemy_utils import create_view\nfrom sqlalchemy import select\n\
                  def views(metadata, t):\n    create_view('v_orders', select(t.c.id), metadata)\n";
    for (path, text, expected) in [
        ("alembic/versions/1.py", plain.as_str(), "orders, view v_orders="),
        ("alembic/versions/1.py", built.as_str(), "orders, view v_orders"),
        ("app/entities.py", entity, "orders, view v_orders="),
        ("app/start.py", start, "orders, materialized view v_orders="),
        ("app/helpers.py", helper, "orders, view v_orders"),
        (
            "sql/views/v_orders.sql",
            "CREATE VIEW v_orders AS\nSELECT 1 AS id, 2 AS total;\n",
            "orders, view v_orders=",
        ),
        ("tests/test_views.py", start, "orders, v_orders"),
        ("app/other.py", "x = 'CREATE VIEW v_other AS SELECT 1'\n", "orders, v_orders"),
    ] {
        let project = Project::new(&[
            ("app/__init__.py", ""),
            ("app/models.py", MODELS),
            ("alembic/env.py", ENV),
            (path, text),
        ]);
        assert_eq!(shown(&project), expected, "{path}\n{text}");
    }
}

#[test]
fn code_that_creates_or_marks_the_view() {
    for (more, expected) in [
        ("", "orders, v_orders"),
        ("OrderView.__table__.info['is_view'] = True\n", "orders, view v_orders"),
        (
            "from sqlalchemy import DDL\nmade = DDL('CREATE VIEW v_orders AS SELECT 1 AS id')\n",
            "orders, view v_orders=",
        ),
        (
            "from sqlalchemy import DDL, event\n\
             event.listen(Base.metadata, 'after_create', DDL('CREATE VIEW v_orders AS SELECT 1 AS id'))\n",
            "orders, view v_orders=",
        ),
        (
            "from sqlalchemy import event, text\n@event.listens_for(Order.__table__, 'after_create')\n\
             def make(target, connection, **_):\n    \
             connection.execute(text('CREATE VIEW v_orders AS SELECT 1 AS id'))\n",
            "orders, view v_orders=",
        ),
    ] {
        let project = Project::new(&[("models.py", &format!("{MODELS}\n{more}"))]);
        assert_eq!(shown(&project), expected, "{more}");
    }
}

/// What a repository makes a table somewhere, and a view elsewhere, is not certain.
#[test]
fn a_name_of_both_is_in_doubt() {
    let made = "from alembic import op\nrevision = '1'\ndown_revision = None\n\
                def upgrade():\n    op.create_table('v_orders')\n";
    let view = "from alembic import op\nrevision = '2'\ndown_revision = '1'\n\
                def upgrade():\n    op.execute('CREATE VIEW v_orders AS SELECT 1')\n";
    let files = [("models.py", MODELS), ("alembic/env.py", ENV), ("alembic/versions/1.py", made)];
    assert_eq!(shown(&Project::new(&files)), "orders, v_orders");
    let both = Project::new(&[&files[..], &[("alembic/versions/2.py", view)]].concat());
    assert_eq!(shown(&both), "orders, v_orders?");
    let document = both.document();
    let reason = &document.tables[1].reasons[0];
    assert_eq!(
        reason.message,
        "`alembic/versions/2.py:5` creates a view of this name, and `alembic/versions/1.py:5` a table"
    );
}

#[test]
fn the_sql_creates_it_once() {
    let view = ("views.sql", "CREATE VIEW v_orders AS SELECT id, 2 AS total FROM orders;\n");
    let run = Project::new(&[("models.py", MODELS), view]).extract(&["--format", "sql", "--quiet"]);
    let statements = run.stdout.matches("CREATE").count();
    assert_eq!((run.code, statements), (0, 2), "{run}");
    assert!(
        run.stdout.trim_end().ends_with("CREATE VIEW v_orders AS SELECT id, 2 AS total FROM orders;"),
        "{run}"
    );
    assert_eq!(run.stderr, "", "{run}");
    // Without the query it is left out, which is stated.
    let view = ("start.py", "def f(c, q):\n    c.execute('CREATE VIEW v_orders AS ' + q)\n");
    let run = Project::new(&[("models.py", MODELS), view]).extract(&["--format", "sql"]);
    assert_eq!((run.code, run.stdout.matches("CREATE").count()), (1, 1), "{run}");
    for words in [
        "warning: 1 statement is left out of the SQL",
        "`v_orders`: it is a view, and the code does not give its query",
    ] {
        assert!(run.stderr.contains(words), "{run}");
    }
}

/// Rules about tables do not concern it: it has no rows of its own.
#[test]
fn a_new_column_of_a_view_is_no_column_of_a_table() {
    let view = "def f(c, q):\n    c.execute('CREATE VIEW v_orders AS ' + q)\n";
    for (files, code) in
        [(vec![("models.py", MODELS), ("start.py", view)], 0), (vec![("models.py", MODELS)], 1)]
    {
        let project = Project::new(&files);
        git(project.path(), &["init", "-q"]);
        commit(project.path(), "base");
        let more = format!("{MODELS}    state = Column(Integer, nullable=False)\n");
        std::fs::write(project.path().join("models.py"), more).unwrap();
        let run = Belljar::new(project.path()).arguments(["check", "HEAD"]).run();
        assert_eq!(run.code, code, "{run}");
        assert_eq!(run.stdout.contains("BJ203"), code == 1, "{run}");
    }
}
