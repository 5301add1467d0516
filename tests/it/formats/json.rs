//! For programs.

use serde_json::Value;

use crate::support::{Belljar, Project};

/// Something of everything the format can hold.
const RICH: (&str, &str) = (
    "models.py",
    "
import enum
from sqlalchemy import (
    CheckConstraint, Column, Computed, DateTime, Enum, ForeignKey, ForeignKeyConstraint, Identity, Index, Integer,
    Sequence, String, Table, UniqueConstraint, func,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint, INT4RANGE
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import DeclarativeBase, relationship, synonym
from absent import Money

class Base(DeclarativeBase):
    pass

class Kind(enum.Enum):
    A = 1
    B = 2

tags = Table('tags', Base.metadata, Column('node_id', ForeignKey('s.nodes.id'), primary_key=True), Column('tag', String, primary_key=True))

class Node(Base):
    __tablename__ = 'nodes'
    __table_args__ = (
        UniqueConstraint('name', 'kind', deferrable=True, initially='DEFERRED'),
        CheckConstraint('id > 0', name='positive'),
        ExcludeConstraint(('span', '&&')),
        Index('ix_lower', func.lower('name'), postgresql_using='btree'),
        {'schema': 's', 'comment': 'nodes', 'mysql_engine': 'InnoDB'},
    )
    id = Column(Integer, Identity(start=5), primary_key=True)
    name = Column('label', String(50), key='name', comment='what it is called', default='x', onupdate='y')
    kind = Column(Enum(Kind), server_default='A')
    twice = Column(Integer, Computed('id * 2', persisted=True))
    number = Column(Integer, Sequence('numbers', start=3))
    seen = Column(DateTime(timezone=True), server_default=func.now(), onupdate=func.now())
    span = Column(INT4RANGE)
    above_id = Column(ForeignKey('s.nodes.id', ondelete='CASCADE', onupdate='RESTRICT'), index=True)
    price = Column(Money)
    above = relationship('Node', remote_side=[id], back_populates='below')
    below = relationship('Node', back_populates='above')
    title = synonym('name')

    @hybrid_property
    def loud(self):
        return self.name + '!'

class Leaf(Node):
    __tablename__ = 'leaves'
    __table_args__ = {'schema': 's'}
    id = Column(ForeignKey('s.nodes.id'), primary_key=True)

def late(metadata):
    return Table('late', metadata)

Table('broken', Base.metadata, 'this is no column')
",
);

fn value(project: &Project) -> Value {
    let run = project.extract(&["--format", "json"]).exits_with(0);
    serde_json::from_str(&run.stdout).unwrap()
}

/// The schema that the program publishes.
fn published() -> jsonschema::Validator {
    let run = Belljar::new(std::path::Path::new(".")).arguments(["json-schema"]).run().exits_with(0);
    jsonschema::validator_for(&serde_json::from_str(&run.stdout).unwrap()).unwrap()
}

#[test]
fn what_is_printed_is_what_is_published() {
    let schema = published();
    let document = value(&Project::new(&[RICH]));
    for list in ["tables", "sequences", "classes", "unresolved", "stand_ins", "diagnostics"] {
        assert_ne!(
            document[list].as_array().map(Vec::len),
            Some(0),
            "nothing in `{list}`, so nothing was tried"
        );
    }
    let errors: Vec<_> =
        schema.iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn what_is_published_refuses_what_is_not_printed() {
    let schema = published();
    let document = value(&Project::new(&[RICH]));
    for (pointer, other) in [
        ("/tables/0/name", Value::from(1)),
        ("/tables/0/status", Value::from("perhaps")),
        ("/tables/0/columns/0/type", Value::from("INTEGER")),
        ("/unresolved/0/place", Value::Null),
    ] {
        let mut document = document.clone();
        *document.pointer_mut(pointer).unwrap() = other;
        assert!(!schema.is_valid(&document), "`{pointer}` may be anything");
    }
}

/// The keys that the scorer of the corpus reads, by the kind of value they have.
#[test]
fn keys_that_the_corpus_scorer_reads() {
    let document = value(&Project::new(&[RICH]));
    let table = document["tables"].as_array().unwrap().iter().find(|table| table["name"] == "nodes").unwrap();
    let column = |name: &str| {
        table["columns"].as_array().unwrap().iter().find(|column| column["name"] == name).unwrap()
    };
    assert_eq!(table["schema"], "s");
    assert_eq!(table["status"], "exact", "only its column is in doubt");
    assert!(table["reasons"].is_array());
    let id = column("id");
    assert_eq!(
        (&id["status"], &id["nullable"], &id["primary_key"]),
        (&"exact".into(), &false.into(), &true.into())
    );
    assert_eq!(id["type"]["postgresql"], "INTEGER");
    assert_eq!(id["server_default"], Value::Null);
    let price = column("price");
    assert_eq!(price["status"], "partial");
    assert!(price["reasons"][0]["message"].is_string(), "{price:#}");
    assert_eq!(column("seen")["server_default"], "now()");
    let key = &column("above_id")["foreign_keys"][0];
    assert_eq!(
        (&key["target"], &key["ondelete"], &key["onupdate"]),
        (&"s.nodes.id".into(), &"CASCADE".into(), &"RESTRICT".into())
    );
    assert_eq!(table["unique"][0]["columns"], serde_json::json!(["label", "kind"]));
    let lower =
        table["indexes"].as_array().unwrap().iter().find(|index| index["name"] == "ix_lower").unwrap();
    assert!(lower["columns"][0].is_string(), "{lower:#}");
    assert_eq!(lower["elements"][0]["sql"], "lower('name')");
    assert_eq!(lower["unique"], false);
    assert_eq!(table["checks"][0]["sql"], "id > 0");
    let unresolved: Vec<_> =
        document["unresolved"].as_array().unwrap().iter().map(|item| &item["name"]).collect();
    assert_eq!(unresolved, ["broken", "late"]);
}

#[test]
fn facts_that_a_database_forgets() {
    let document = Project::new(&[RICH]).document();
    let table = document.tables.iter().find(|table| table.name == "nodes").unwrap();
    let column = |name: &str| table.columns.iter().find(|column| column.name == name).unwrap();
    assert_eq!(column("label").key.as_deref(), Some("name"));
    assert_eq!(column("label").default.as_ref().map(|default| default.kind.as_str()), Some("scalar"));
    assert_eq!(column("kind").ty.enum_values.as_deref(), Some(&["A".to_owned(), "B".to_owned()][..]));
    assert_eq!(column("twice").computed.as_ref().and_then(|computed| computed.persisted), Some(true));
    assert_eq!(column("id").identity.as_ref().and_then(|identity| identity.start), Some(5));
    assert_eq!(column("number").sequence.as_ref().and_then(|sequence| sequence.start), Some(3));
    assert_eq!(table.excludes.len(), 1);
    assert_eq!((table.comment.as_deref(), table.options["mysql_engine"].as_str()), (Some("nodes"), "InnoDB"));
    let class = document.classes.iter().find(|class| class.name == "models:Node").unwrap();
    let relationships: Vec<_> =
        class.relationships.iter().map(|found| (found.name.as_str(), found.direction.as_deref())).collect();
    assert_eq!(relationships, [("above", Some("many_to_one")), ("below", Some("one_to_many"))]);
    let properties: Vec<_> = class.properties.iter().map(|found| found.name.as_str()).collect();
    assert_eq!(properties, ["loud", "title"]);
}

#[test]
fn json_is_the_default_without_a_terminal() {
    let run = Project::new(&[RICH]).extract(&[]).exits_with(0);
    assert!(!run.document().tables.is_empty());
}
