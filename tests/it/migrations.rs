//! `belljar migrations`: version files against models, without a database.

use serde_json::Value;

use crate::support::{Belljar, Project, Run, repository};

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

/// A version file with a body.
fn version(revision: &str, down: &str, body: &str) -> String {
    let down = if down.is_empty() { "None".to_owned() } else { format!("'{down}'") };
    format!(
        "\n'''{revision}'''\nfrom alembic import op\nimport sqlalchemy as sa\n\nrevision = '{revision}'\n\
         down_revision = {down}\n\ndef upgrade():\n    {body}\n"
    )
}

/// A project with these version files, besides the first.
pub(crate) fn with_versions(files: &[(&str, &str)]) -> Project {
    let mut all = vec![
        ("requirements.txt", "sqlalchemy>=2,<2.1\n"),
        ("app/__init__.py", ""),
        ("app/models.py", MODELS),
        ("alembic.ini", "[alembic]\nscript_location = db\n"),
        ("db/env.py", ENV),
        ("db/versions/a1_users.py", FIRST),
    ];
    all.extend(files);
    Project::new(&all)
}

/// A project whose migrations are followed by one with this body.
fn project(body: &str) -> Project {
    with_versions(&[("db/versions/b2_second.py", &version("b2", "a1", body))])
}

#[track_caller]
fn run(project: &Project, arguments: &[&str]) -> Run {
    Belljar::new(project.path()).arguments(["migrations"]).arguments(arguments).run()
}

/// The findings of the JSON form: kind, certainty, object and part.
#[track_caller]
fn findings(run: &Run) -> Vec<String> {
    let json: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run}"));
    let found = json["environments"][0]["findings"].as_array().unwrap();
    let text = |it: &Value| {
        let part = it["part"].as_str().map(|part| format!(".{part}")).unwrap_or_default();
        let [kind, certainty, object] = ["kind", "certainty", "name"].map(|name| it[name].as_str().unwrap());
        format!("{kind} {certainty} {object}{part}")
    };
    found.iter().map(text).collect()
}

#[test]
fn migrations_that_make_what_the_models_declare() {
    let run = run(&project("pass"), &["check"]).exits_with(0);
    assert!(run.stdout.contains("db: 2 versions, head b2, postgresql"), "{}", run.stdout);
    assert!(run.stdout.contains("no differences\n\npassed"), "{}", run.stdout);
}

/// The body of a version that makes what the models of [`with_versions`] do not have.
pub(crate) const DRIFT: &str = "op.add_column('users', sa.Column('age', sa.Integer()))\n    \
    op.alter_column('users', 'name', nullable=True)\n    \
    op.create_index('ix_users_name', 'users', ['name'])\n    \
    op.create_table('old', sa.Column('id', sa.Integer()))";

/// The project of docs/migrations.md.
pub(crate) fn example() -> Project {
    project(DRIFT)
}

#[test]
fn both_directions_with_both_places() {
    let project = project(DRIFT);
    let found = run(&project, &["check"]).exits_with(1);
    for expected in [
        "db/versions/b2_second.py:13: error: the table `old`: `(id)`",
        "db/versions/b2_second.py:10: error: the column `users.age`: `INTEGER null`",
        "app/models.py:11: error: the nullability of the column `users.name` differs: `NULL` in the migrations, `NOT NULL` in",
        "    migrations: db/versions/b2_second.py:11",
        "db/versions/b2_second.py:12: warning: the index `ix_users_name` of `users`: ",
        "3 errors, 1 warning",
        "failed: 3 findings at `error` or above",
    ] {
        assert!(found.stdout.contains(expected), "{expected}\n{}", found.stdout);
    }
    let json = run(&project, &["check", "--format", "json"]).exits_with(1);
    assert_eq!(
        findings(&json),
        [
            "not_declared certain old",
            "not_declared certain users.age",
            "not_declared certain users.ix_users_name",
            "differs certain users.name"
        ]
    );
    for (format, expected) in [
        ("markdown", "### Migrations and models"),
        ("sarif", "\"ruleId\": \"not-declared\""),
        ("github", "::error file=db/versions/b2_second.py,line=13,title=not-declared error::"),
    ] {
        let found = run(&project, &["check", "--format", format]).exits_with(1);
        assert!(found.stdout.contains(expected), "{format}: {}", found.stdout);
    }
    run(&project, &["check", "--fail-on", "never"]).exits_with(0);
}

#[test]
fn what_the_versions_say_of_themselves() {
    let files = [
        ("db/versions/b2.py", version("b2", "a1", "op.execute('UPDATE users SET name = lower(name)')")),
        ("db/versions/c3.py", version("c3", "a1", "pass")),
    ];
    let project = with_versions(&files.each_ref().map(|(path, text)| (*path, text.as_str())));
    let heads = run(&project, &["heads"]).exits_with(0);
    assert!(heads.stdout.contains("a1 -> b2 (head), b2  db/versions/b2.py:9"), "{heads}");
    assert!(heads.stderr.contains("`b2` and `c3` are both heads"), "{heads}");
    run(&project, &["check"]).exits_with(1);
    let branches = run(&project, &["branches"]).exits_with(0);
    assert!(branches.stdout.contains("<base> -> a1 (branchpoint), users"), "{branches}");
    let history = run(&project, &["history", "--range", ":b2"]).exits_with(0);
    assert!(history.stdout.contains("2 versions") && !history.stdout.contains("c3"), "{history}");
    let shown = run(&project, &["show", "b"]).exits_with(0);
    assert!(shown.stdout.contains("10: execute UPDATE users SET name = lower(name)"), "{shown}");
    let unknown = run(&project, &["show", "b9"]).exits_with(2);
    assert!(unknown.stderr.contains("no version has the revision `b9`"), "{unknown}");
    run(&project, &["history", "--range", "b2"]).exits_with(2);
}

/// A directory with models and migrations gives what the whole repository gives about it.
#[test]
fn a_directory_is_a_view_of_its_project() {
    let (second, other) = (version("b2", "a1", DRIFT), version("c3", "", "op.create_table('other')"));
    let project = repository(&[
        ("services/shop/requirements.txt", "sqlalchemy>=2,<2.1\n"),
        ("services/shop/app/__init__.py", ""),
        ("services/shop/app/models.py", MODELS),
        ("services/shop/alembic.ini", "[alembic]\nscript_location = db\n"),
        ("services/shop/db/env.py", ENV),
        ("services/shop/db/versions/a1_users.py", FIRST),
        ("services/shop/db/versions/b2_second.py", &second),
        ("services/cart/db/env.py", ENV),
        ("services/cart/db/versions/c3.py", &other),
    ]);
    let of_shop = ["check", "--environment", "services/shop/db", "--format", "json"];
    let whole = run(&project, &of_shop).exits_with(1);
    let folder = run(&project, &["check", "services/shop", "--format", "json"]).exits_with(1);
    assert_eq!(findings(&whole), findings(&folder), "{folder}");
    let revision = run(&project, &[&of_shop[..], &["--rev", "HEAD"]].concat()).exits_with(1);
    assert_eq!(findings(&whole), findings(&revision), "{revision}");
}

#[test]
fn a_source_without_migrations() {
    let project = Project::new(&[("app.py", MODELS)]);
    let found = run(&project, &["check"]).exits_with(2);
    assert!(found.stderr.contains("no Alembic environment was found"), "{}", found.stderr);
}
