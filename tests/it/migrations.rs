//! `belljar migrations`: version files against models, without a database.

use serde_json::Value;

use crate::support::{Belljar, Project, Run};

const MODELS: &str = "
from sqlalchemy import Integer, String
from sqlalchemy.orm import DeclarativeBase, mapped_column

class Base(DeclarativeBase):
    pass

class User(Base):
    __tablename__ = 'users'
    id = mapped_column(Integer, primary_key=True)
    name = mapped_column(String(30), nullable=False)
";

const ENV: &str = "
from alembic import context
from app.models import Base

def offline():
    context.configure(url='postgresql://localhost/shop', target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()

if context.is_offline_mode():
    offline()
else:
    raise RuntimeError
";

const FIRST: &str = "
'''users'''
from alembic import op
import sqlalchemy as sa

revision = 'a1'
down_revision = None

def upgrade():
    op.create_table(
        'users',
        sa.Column('id', sa.Integer(), primary_key=True),
        sa.Column('name', sa.String(30), nullable=False),
    )

def downgrade():
    op.drop_table('users')
";

/// A project whose migrations are followed by one with this body.
fn project(body: &str) -> Project {
    let second = format!(
        "\n'''second'''\nfrom alembic import op\nimport sqlalchemy as sa\n\nrevision = 'b2'\ndown_revision = 'a1'\n\n\
         def upgrade():\n    {body}\n"
    );
    Project::new(&[
        ("requirements.txt", "sqlalchemy>=2,<2.1\n"),
        ("app/__init__.py", ""),
        ("app/models.py", MODELS),
        ("alembic.ini", "[alembic]\nscript_location = db\n"),
        ("db/env.py", ENV),
        ("db/versions/a1_users.py", FIRST),
        ("db/versions/b2_second.py", &second),
    ])
}

#[track_caller]
fn run(project: &Project, arguments: &[&str]) -> Run {
    Belljar::new(project.path()).arguments(["migrations"]).arguments(arguments).run()
}

#[test]
fn migrations_that_make_what_the_models_declare() {
    let run = run(&project("pass"), &["check"]).exits_with(0);
    assert!(run.stdout.contains("db: 2 versions, head b2, postgresql"), "{}", run.stdout);
    assert!(run.stdout.contains("no differences"), "{}", run.stdout);
}

#[test]
fn both_directions_with_both_places() {
    let body = "op.add_column('users', sa.Column('age', sa.Integer()))\n    \
                op.alter_column('users', 'name', nullable=True)\n    op.create_table('old', sa.Column('id', sa.Integer()))";
    let project = project(body);
    let found = run(&project, &["check"]).exits_with(1);
    for expected in [
        "the migrations create the table `old`, and no model declares it",
        "the migrations create the column `users.age`, and no model declares it",
        "the nullable of the column `users.name` differs",
        "models: app/models.py:11",
        "migrations: db/versions/b2_second.py:11",
    ] {
        assert!(found.stdout.contains(expected), "{expected}\n{}", found.stdout);
    }
    let json = run(&project, &["check", "--format", "json"]).exits_with(1);
    let json: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(json["environments"][0]["findings"].as_array().unwrap().len(), 3);
    let markdown = run(&project, &["check", "--format", "markdown"]).exits_with(1);
    assert!(markdown.stdout.starts_with("### Migrations and models"), "{}", markdown.stdout);
}

#[test]
fn a_version_that_never_ends_is_left_out() {
    let found = run(&project("while True:\n        pass"), &["check", "--fuel", "40000000000"]);
    assert!(found.stdout.contains("is left out"), "{}\n{}", found.stdout, found.stderr);
}

#[test]
fn heads_and_history() {
    let project = project("pass");
    let heads = run(&project, &["heads"]).exits_with(0);
    assert!(heads.stdout.contains("b2 (head) <- a1: second"), "{}", heads.stdout);
    let history = run(&project, &["history"]).exits_with(0);
    assert!(history.stdout.contains("a1 <- base: users"), "{}", history.stdout);
}

#[test]
fn a_source_without_migrations() {
    let project = Project::new(&[("app.py", MODELS)]);
    let found = run(&project, &["check"]).exits_with(2);
    assert!(found.stderr.contains("no Alembic environment was found"), "{}", found.stderr);
}
