//! For people.

use insta::assert_snapshot;

use crate::support::Project;

/// Something of everything that the text form shows.
const ALL: (&str, &str) = (
    "models.py",
    "
from sqlalchemy import (
    CheckConstraint, Column, Computed, Enum, ForeignKey, Identity, Index, Integer, MetaData, String, Table, func, text
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint, INT4RANGE
from money import Money

metadata = MetaData()
Table(
    'all',
    metadata,
    Column('id', Integer, Identity(), primary_key=True),
    Column('kind', Enum('new', 'old', name='kinds'), nullable=False, server_default='new'),
    Column('twice', Integer, Computed('id * 2')),
    Column('above', ForeignKey('all.id', ondelete='SET NULL'), index=True),
    Column('price', Money),
    Column('span', INT4RANGE),
    Column('code', String(8), unique=True),
    CheckConstraint('id > 0', name='positive'),
    ExcludeConstraint(('span', '&&'), name='no_overlap'),
    Index('ix_lower', func.lower(text('code')), unique=True),
)
Table('empty', metadata, schema='odd')

def late(metadata):
    Table('late', metadata)
",
);

#[test]
fn whole() {
    assert_snapshot!(Project::new(&[ALL]).text(), @r"
    exit code: 0
    ----- stdout -----
    all  models.py:9  partial
      id     INTEGER      not null  primary key  identity
      kind   kinds        not null  one of new, old  default new
      twice  INTEGER      null  computed id * 2
      above  INTEGER      null  -> all.id on delete set null
      price  money.Money  null
        partial: its type is `money.Money`, which is absent
      span   INT4RANGE    null
      code   VARCHAR(8)   null
      unique (code)
      index (above) ix_all_above
      unique index (lower(code)) ix_lower
      check (id > 0) positive
      CONSTRAINT no_overlap EXCLUDE USING gist (span WITH &&)

    odd.empty  models.py:23

    kinds  enum of new, old  models.py:13

    late  models.py:26  unresolved: it is made in a function that nothing calls at import

    tables: 1 exact, 1 partial, 1 unresolved; columns: 6 exact, 1 partial
      1 × it is made in a function that nothing calls at import
          hint: call the function where the module is imported
      1 × its type is `money.Money`, which is absent
          hint: give the package that provides `money` with `--wheelhouse`

    To make 1 partial table exact, provide these packages with --wheelhouse:
      the package that provides `money`  1 table

    ----- stderr -----
    read directory `.`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
    ");
}

#[test]
fn summary() {
    assert_snapshot!(Project::new(&[ALL]).extract(&["--format", "text", "--summary"]), @r"
    exit code: 0
    ----- stdout -----
    all  7 columns  models.py:9  partial
    odd.empty  0 columns  models.py:23
    late  models.py:26  unresolved: it is made in a function that nothing calls at import

    tables: 1 exact, 1 partial, 1 unresolved; columns: 6 exact, 1 partial
      1 × it is made in a function that nothing calls at import
          hint: call the function where the module is imported
      1 × its type is `money.Money`, which is absent
          hint: give the package that provides `money` with `--wheelhouse`

    To make 1 partial table exact, provide these packages with --wheelhouse:
      the package that provides `money`  1 table

    ----- stderr -----
    read directory `.`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
    ");
}

#[test]
fn types_of_another_database() {
    let run = Project::new(&[ALL]).extract(&["--format", "text", "--dialect", "mysql"]).exits_with(0);
    assert!(run.stdout.contains("ENUM('new','old')"), "{run}");
    assert!(
        run.stdout.contains("INT4RANGE()"),
        "what MySQL has no word for is shown as the code has it\n{run}"
    );
}

#[test]
fn the_commonest_reasons_come_first_and_few() {
    let columns = (0..7)
        .map(|n| format!("from absent{n} import Type{n}\nTable('t{n}', m, Column('a', Type{n}))\n"))
        .collect::<Vec<_>>()
        .concat();
    let model = format!(
        "
from sqlalchemy import Column, MetaData, Table
m = MetaData()
{columns}Table('more', m, Column('a', Type3), Column('b', Type3))
"
    );
    let project = Project::new(&[("models.py", &model)]);
    assert_snapshot!(project.extract(&["--format", "text", "--summary", "--quiet"]), @r"
    exit code: 0
    ----- stdout -----
    more  2 columns  models.py:18  partial
    t0  1 column  models.py:5  partial
    t1  1 column  models.py:7  partial
    t2  1 column  models.py:9  partial
    t3  1 column  models.py:11  partial
    t4  1 column  models.py:13  partial
    t5  1 column  models.py:15  partial
    t6  1 column  models.py:17  partial

    tables: 0 exact, 8 partial, 0 unresolved; columns: 0 exact, 9 partial
      3 × its type is `absent3.Type3`, which is absent
          hint: give the package that provides `absent3` with `--wheelhouse`
      1 × its type is `absent0.Type0`, which is absent
          hint: give the package that provides `absent0` with `--wheelhouse`
      1 × its type is `absent1.Type1`, which is absent
          hint: give the package that provides `absent1` with `--wheelhouse`
      1 × its type is `absent2.Type2`, which is absent
          hint: give the package that provides `absent2` with `--wheelhouse`
      1 × its type is `absent4.Type4`, which is absent
          hint: give the package that provides `absent4` with `--wheelhouse`
      … and 2 more; `--format json` has all reasons

    To make 8 partial tables exact, provide these packages with --wheelhouse:
      the package that provides `absent3`  2 tables
      the package that provides `absent0`  1 table
      the package that provides `absent1`  1 table
      the package that provides `absent2`  1 table
      the package that provides `absent4`  1 table
      the package that provides `absent5`  1 table
      the package that provides `absent6`  1 table

    ----- stderr -----
    ");
}
