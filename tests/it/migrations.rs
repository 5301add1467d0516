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

pub(crate) const ENV: &str = "
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
pub(crate) fn version(revision: &str, down: &str, body: &str) -> String {
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

/// The findings of a verdict: line, code and severity of each, with the codes that are merged into it.
fn judged(run: &Run) -> Vec<String> {
    let verdict: Value = serde_json::from_str(&run.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let one = |finding: &Value| {
        let also = finding["also"].as_array().cloned().unwrap_or_default();
        let also: String = also.iter().flat_map(|also| ["+".to_owned(), text(&also["code"])]).collect();
        let line = &finding["spot"]["place"]["line"];
        format!("{line} {}{also} {}", text(&finding["code"]), text(&finding["severity"]))
    };
    let mut found: Vec<String> = verdict["findings"].as_array().unwrap().iter().map(one).collect();
    found.sort();
    found
}

#[test]
fn dangers_in_version_files() {
    let project = project(DRIFT);
    let json = ["lint", "--format", "json", "--ignore", "naming,design,BJ026,BJ310"];
    assert_eq!(judged(&run(&project, &json).exits_with(0)), ["12 BJ401+BJ031 warning"]);
    let text = run(&project, &["lint"]).exits_with(0);
    for part in ["warning[BJ401 index-blocks-writes]", "db/versions/b2_second.py:12", "2 versions, "] {
        assert!(text.stdout.contains(part), "{part}\n{text}");
    }
    for (format, part) in [
        ("concise", "db/versions/b2_second.py:12: warning BJ401: index `users.ix_users_name` is built"),
        ("markdown", "### Migrations: "),
        ("sarif", "\"ruleId\": \"BJ401\""),
        ("github", "::warning file=db/versions/b2_second.py,line=12"),
    ] {
        let found = run(&project, &["lint", "--format", format]).exits_with(0);
        assert!(found.stdout.contains(part), "{format}: {}", found.stdout);
    }
    run(&project, &["lint", "--fail-on", "warning"]).exits_with(1);
    let ignored = run(&project, &["lint", "--format", "json", "--select", "BJ401", "--dialect", "sqlite"]);
    assert_eq!(judged(&ignored.exits_with(0)), [""; 0], "SQLite has no such lock");
}

/// What the way in which a statement is carried out avoids, and what is in its text.
#[test]
fn the_way_of_statements() {
    let judge = |body: &str| {
        let given =
            ["lint", "--format", "json", "--ignore", "naming,design,BJ026,BJ310,BJ402", "--fail-on", "never"];
        judged(&run(&project(body), &given).exits_with(0))
    };
    let none = [""; 0];
    let concurrent = "op.create_index('ix', 'users', ['name'], postgresql_concurrently=True)";
    assert_eq!(judge(&format!("with op.get_context().autocommit_block():\n        {concurrent}")), none);
    assert_eq!(judge(concurrent), ["10 BJ030 error"]);
    assert_eq!(
        judge("op.execute('ALTER TABLE users ADD COLUMN x INT; DROP TABLE users CASCADE')"),
        ["10 BJ037 warning", "10 BJ101 error"]
    );
    let table = "op.create_table('posts', sa.Column('id', sa.Integer(), primary_key=True))\n    \
                 op.create_index('ix', 'posts', ['id'])\n    op.execute('UPDATE posts SET id = 1')";
    assert_eq!(judge(table), none, "a new table has no rows");
    let key = "op.create_foreign_key('fk', 'users', 'users', ['id'], ['id'], postgresql_not_valid=True)\n    \
               op.execute('ALTER TABLE users VALIDATE CONSTRAINT fk')";
    assert_eq!(judge(key), ["11 BJ033 warning"]);
    let convert = "op.alter_column('users', 'name', type_=sa.Integer(), postgresql_using='name::integer')";
    assert_eq!(judge(convert), ["10 BJ404 warning"]);
    let column = "op.add_column('users', sa.Column('x', sa.Integer(), nullable=False))";
    assert_eq!(judge(column), ["10 BJ203 error"]);
    let steps = "op.add_column('users', sa.Column('x', sa.Integer()))\n    \
                 op.execute('UPDATE users SET x = 1 WHERE id BETWEEN 1 AND 1000')\n    \
                 op.alter_column('users', 'x', nullable=False)";
    assert_eq!(judge(steps), ["12 BJ406 warning"]);
    let of_rows = "op.add_column('users', sa.Column('x', sa.Integer()))\n    \
                   for row in op.get_bind().execute(sa.text('SELECT id FROM users')):\n        pass\n    \
                   op.alter_column('users', 'x', nullable=False)";
    assert_eq!(judge(of_rows), ["13 BJ406+BJ204 warning"], "which may have filled it in");
    assert_eq!(judge("op.drop_column('users', 'name')"), ["10 BJ102 error"]);
    assert_eq!(judge("op.drop_column('users', 'name')  # belljar: ignore[BJ102] it was never used"), none);
}

/// Against a revision, only new versions are judged, and old ones that are edited or gone are found.
#[test]
fn versions_since_a_revision() {
    let project = repository(&[
        ("app/__init__.py", ""),
        ("app/models.py", MODELS),
        ("alembic.ini", "[alembic]\nscript_location = db\n"),
        ("db/env.py", ENV),
        ("db/versions/a1_users.py", FIRST),
        ("db/versions/b2.py", &version("b2", "a1", "op.drop_table('users')")),
    ]);
    let since = ["lint", "--base", "HEAD", "--format", "json", "--fail-on", "never", "--ignore", "BJ026"];
    assert_eq!(judged(&run(&project, &since).exits_with(0)), [""; 0], "which is not new");
    let write = |path: &str, text: &str| std::fs::write(project.path().join(path), text).unwrap();
    write("db/versions/c3.py", &version("c3", "b2", "op.execute('TRUNCATE users')"));
    assert_eq!(judged(&run(&project, &since).exits_with(0)), ["10 BJ035 warning"]);
    write("db/versions/b2.py", &version("b2", "a1", "# op.drop_table('users')\n    pass"));
    assert_eq!(judged(&run(&project, &since).exits_with(0)), ["1 BJ024 warning", "10 BJ035 warning"]);
    write("db/versions/b2.py", &version("b2", "a1", "# a comment\n    op.drop_table(  'users')"));
    assert_eq!(judged(&run(&project, &since).exits_with(0)), ["10 BJ035 warning"], "it does the same");
    std::fs::remove_file(project.path().join("db/versions/b2.py")).unwrap();
    let gone = judged(&run(&project, &since).exits_with(0));
    assert_eq!(gone, ["10 BJ035 warning", "9 BJ020 error", "null BJ025 warning"]);
    let unknown = run(&project, &["lint", "--base", "nothing"]).exits_with(2);
    assert!(unknown.stderr.contains("nothing"), "{unknown}");
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

const WITH_AGE: &str = "
class User(Base):
    __tablename__ = 'users'
    id = mapped_column(Integer, primary_key=True)
    name = mapped_column(String(30), nullable=False, index=True)
    age = mapped_column(Integer, nullable=False)
";

/// The models with a required column and an index.
pub(crate) fn with_age() -> String {
    let (head, _) = MODELS.split_once("class User").unwrap();
    format!("{head}{}", WITH_AGE.trim_start())
}

/// A repository whose working tree has [`with_age`], and a version with a body.
fn with_change(body: &str) -> Project {
    let project = repository(&[
        ("requirements.txt", "sqlalchemy>=2,<2.1\npsycopg2-binary\n"),
        ("app/__init__.py", ""),
        ("app/models.py", MODELS),
        ("alembic.ini", "[alembic]\nscript_location = db\n"),
        ("db/env.py", ENV),
        ("db/versions/a1_users.py", FIRST),
    ]);
    std::fs::write(project.path().join("app/models.py"), with_age()).unwrap();
    if !body.is_empty() {
        std::fs::write(project.path().join("db/versions/b2.py"), version("b2", "a1", body)).unwrap();
    }
    project
}

const TEXTBOOK: &str = "op.add_column('users', sa.Column('age', sa.Integer(), nullable=True))
    op.execute('UPDATE users SET age = 1 WHERE id BETWEEN 1 AND 1000')
    op.execute('ALTER TABLE users ADD CONSTRAINT age_set CHECK (age IS NOT NULL) NOT VALID')
    with op.get_context().autocommit_block():
        op.execute('ALTER TABLE users VALIDATE CONSTRAINT age_set')
        op.create_index('ix_users_name', 'users', ['name'], postgresql_concurrently=True)
    op.alter_column('users', 'age', nullable=False)
    op.drop_constraint('age_set', 'users')";

/// The findings of a check of the working tree, and the rules of those that are settled.
fn checked(project: &Project, more: &[&str]) -> (Vec<String>, Vec<String>) {
    let ignored = "naming,design,BJ026,BJ105";
    let given = ["check", "HEAD", "--format", "json", "--fail-on", "never", "--ignore", ignored];
    let run = Belljar::new(project.path()).arguments(given).arguments(more).run().exits_with(0);
    let verdict: Value = serde_json::from_str(&run.stdout).unwrap();
    let settled = verdict["migrations"]["settled"].as_array().cloned().unwrap_or_default();
    let one = |one: &Value| format!("{} by {}", one["item"]["code"].as_str().unwrap(), one["by"]["line"]);
    let mut settled: Vec<String> = settled.iter().map(one).collect();
    settled.sort();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let finding = |finding: &Value| {
        let place = &finding["spot"]["place"];
        let file = text(&place["path"]);
        let file = file.rsplit('/').next().unwrap_or_default().to_owned();
        format!("{file}:{} {} {}", place["line"], text(&finding["code"]), text(&finding["severity"]))
    };
    let mut found: Vec<String> = verdict["findings"].as_array().unwrap().iter().map(finding).collect();
    found.sort();
    (found, settled)
}

/// What a migration of the change avoids is settled, and what it makes worse is found at its line.
#[test]
fn a_change_with_its_migration() {
    let none = [""; 0];
    let textbook = with_change(TEXTBOOK);
    let (found, settled) = checked(&textbook, &[]);
    assert_eq!(settled, ["BJ203 by 10", "BJ401 by 15"]);
    assert_eq!(found, none);
    let text =
        Belljar::new(textbook.path()).arguments(["check", "HEAD", "--format", "concise"]).run().exits_with(0);
    assert!(text.stdout.contains("settled by migrations:\n  db/versions/b2.py:10: BJ203: "), "{text}");
    let (found, settled) = checked(&textbook, &["--migrations", "judge"]);
    assert_eq!(settled, none);
    assert_eq!(found, ["models.py:11 BJ401 warning", "models.py:12 BJ203 error"]);
    let off = checked(&textbook, &["--migrations", "off"]);
    assert_eq!(off, (found, settled));

    let careless = "op.add_column('users', sa.Column('age', sa.Integer(), nullable=False))\n    \
                    op.create_index('ix_users_name', 'users', ['name'])\n    op.execute('VACUUM FULL users')";
    let (found, settled) = checked(&with_change(careless), &[]);
    assert_eq!(settled, none);
    assert_eq!(
        found,
        [
            "b2.py:11 BJ031 warning",
            "b2.py:12 BJ036 warning",
            "models.py:11 BJ401 warning",
            "models.py:12 BJ203 error"
        ]
    );

    let part = "op.add_column('users', sa.Column('age', sa.Integer(), nullable=True))\n    \
                op.execute('UPDATE users SET age = 1 WHERE id < 1000')\n    \
                op.alter_column('users', 'age', nullable=False)\n    \
                op.add_column('users', sa.Column('other', sa.Integer()))";
    let forgotten = checked(&with_change(""), &["--ignore", "locks"]);
    assert_eq!(forgotten.0, ["models.py:12 BJ045 warning", "models.py:12 BJ203 error"]);
    let (found, _) = checked(&with_change(part), &["--ignore", "locks"]);
    assert_eq!(found, ["b2.py:13 BJ046 warning", "models.py:11 BJ045 warning"]);
}

/// A batched backfill fills in a column if the loop goes on until no row is left.
#[test]
fn a_backfill_in_batches() {
    let with = |backfill: &str| {
        let body = format!(
            "op.add_column('users', sa.Column('age', sa.Integer(), nullable=True))\n    {backfill}\n    \
             op.alter_column('users', 'age', nullable=False)"
        );
        checked(&with_change(&body), &["--select", "BJ203,BJ204"])
    };
    let update = "op.get_bind().execute(sa.text('UPDATE users SET age = 1 WHERE id IN \
                  (SELECT id FROM users WHERE age IS NULL LIMIT 1000)'))";
    let (found, settled) = with(&format!(
        "while True:\n        done = {update}\n        if done.rowcount == 0:\n            break"
    ));
    assert_eq!((found, settled), (vec![], vec!["BJ203 by 10".to_owned()]));
    for (name, backfill) in [
        ("one batch", update.to_owned()),
        ("ten batches", format!("for _ in range(10):\n        {update}")),
        (
            "until there is a row",
            format!("while True:\n        done = {update}\n        if done.rowcount > 0:\n            break"),
        ),
        (
            "until the time is up",
            format!(
                "n = 0\n    while n < 9:\n        n += 1\n        if {update}.rowcount == 0:\n            break"
            ),
        ),
        (
            "of the other rows",
            format!(
                "while {}.rowcount:\n        pass",
                "op.get_bind().execute(sa.text('UPDATE users SET age = 1 WHERE age > 0 LIMIT 10'))"
            ),
        ),
    ] {
        let (_, settled) = with(&backfill);
        assert_eq!(settled, [""; 0], "{name}");
    }
}

/// A stranger's version settles nothing by what it does to the recorder, nor where it is not known exactly.
#[test]
fn what_settles_nothing() {
    let models = ["models.py:11 BJ401 warning", "models.py:12 BJ203 error"];
    for (name, body) in [
        ("a version that fails", format!("{TEXTBOOK}\n    op.unknown()")),
        (
            "a version that asks",
            format!(
                "if op.get_bind().execute(sa.text('SELECT 1')).scalar():\n        op.drop_table('users')\n    {TEXTBOOK}"
            ),
        ),
        (
            "an option that is not there",
            "concurrently = {'postgresql_' + 'con' + 'currently': True}\n    \
          op.add_column('users', sa.Column('age', sa.Integer(), nullable=False))\n    \
          op.create_index('ix_users_name', 'users', ['name'])"
                .to_owned(),
        ),
    ] {
        let (found, settled) = checked(&with_change(&body), &["--select", "BJ203,BJ401"]);
        assert_eq!(settled, [""; 0], "{name}");
        assert_eq!(found, models, "{name}");
    }
    let hidden = with_change(&TEXTBOOK.replace("'ix_users_name'", "'ix_' 'users_name'"));
    let (found, settled) = checked(&hidden, &["--select", "BJ203,BJ401"]);
    assert_eq!(
        (found, settled),
        (vec![models[0].to_owned()], vec!["BJ203 by 10".to_owned()]),
        "a hidden name"
    );
}
