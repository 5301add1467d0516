//! Views, functions, triggers, types: what the code declares besides tables; and what only a database knows.

use insta::assert_snapshot;

use crate::support::Project;

#[test]
fn views_functions_and_triggers() {
    let project = Project::new(&[(
        "models.py",
        "
from sqlalchemy import DDL, Column, Enum, Integer, Sequence, String, Table, event, func, select
from sqlalchemy.orm import declarative_base
from sqlalchemy_utils import create_materialized_view

Base = declarative_base()

class Item(Base):
    __tablename__ = 'items'
    id = Column(Integer, Sequence('item_ids'), primary_key=True)
    kind = Column(Enum('small', 'large', name='kinds'))

by_kind = create_materialized_view(
    'by_kind', select(Item.kind, func.count(Item.id).label('number')).group_by(Item.kind), Base.metadata
)

touch = DDL('''
    CREATE FUNCTION touch() RETURNS trigger AS $$ BEGIN NEW.id := 1; RETURN NEW; END; $$ LANGUAGE plpgsql
''')
event.listen(Base.metadata, 'before_create', touch.execute_if(dialect='postgresql'))
event.listen(Item.__table__, 'after_create', DDL('CREATE TRIGGER touched BEFORE UPDATE ON items FOR EACH ROW EXECUTE FUNCTION touch()'))
",
    )]);
    assert_snapshot!(project.extract(&["--format", "text", "--quiet", "--sqlalchemy", "2.0"]), @r"
    exit code: 0
    ----- stdout -----
    items  models:Item  models.py:8
      id    INTEGER  not null  primary key
      kind  kinds    null  one of small, large

    by_kind  materialized view  models.py:13
      kind    kinds
      number  INTEGER
      as SELECT items.kind, count(items.id) AS number FROM items GROUP BY items.kind
      reads items

    kinds  enum of small, large  models.py:11
    item_ids  sequence  models.py:10
    touch()  function  models.py:17
    touched  trigger on items  models.py:21

    tables: 1 exact, 0 partial, 0 unresolved; columns: 2 exact, 0 partial

    ----- stderr -----
    ");
}

#[test]
fn reflected_tables_need_a_database() {
    let project = Project::new(&[(
        "models.py",
        "
from sqlalchemy import Column, Integer, MetaData, Table, create_engine
from sqlalchemy.ext.automap import automap_base

engine = create_engine('postgresql://localhost/x')
metadata = MetaData()
kept = Table('kept', metadata, Column('id', Integer, primary_key=True))
legacy = Table('legacy', metadata, autoload_with=engine)
Base = automap_base()
Base.prepare(autoload_with=engine)
",
    )]);
    assert_snapshot!(project.extract(&["--format", "text", "--quiet"]), @r"
    exit code: 0
    ----- stdout -----
    kept  models.py:7
      id  INTEGER  not null  primary key

    legacy  models.py:8  partial
      partial: everything that the code does not declare is read from a database

    Base.prepare()  models.py:10  unresolved: its tables are read from a database

    tables: 1 exact, 1 partial, 1 unresolved; columns: 1 exact, 0 partial
      2 × everything that the code does not declare is read from a database; and similar
          hint: have its declaration written from a database, as `sqlacodegen` does

    ----- stderr -----
    ");
}
