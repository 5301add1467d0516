//! How mapped classes inherit, and which tables come of it.

use insta::assert_snapshot;

use crate::support::Project;

const MODELS: &[(&str, &str)] = &[(
    "zoo.py",
    "
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    pass

class Animal(Base):
    __tablename__ = 'animals'
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    __mapper_args__ = {'polymorphic_on': 'kind', 'polymorphic_identity': 'animal'}

class Cat(Animal):
    lives: Mapped[int | None]
    __mapper_args__ = {'polymorphic_identity': 'cat'}

class Dog(Animal):
    __tablename__ = 'dogs'
    id: Mapped[int] = mapped_column(ForeignKey('animals.id'), primary_key=True)
    breed: Mapped[str]
    __mapper_args__ = {'polymorphic_identity': 'dog'}

class Ghost(Animal):
    __tablename__ = 'ghosts'
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    __mapper_args__ = {'concrete': True}
",
)];

#[test]
fn single_joined_and_concrete_make_their_tables() {
    assert_snapshot!(Project::new(MODELS).text(), @r"
    exit code: 0
    ----- stdout -----
    animals  zoo:Animal  zoo.py:8
      id     INTEGER  not null  primary key
      kind   VARCHAR  not null
      lives  INTEGER  null

    dogs  zoo:Dog  zoo.py:18
      id     INTEGER  not null  primary key  -> animals.id
      breed  VARCHAR  not null

    ghosts  zoo:Ghost  zoo.py:24
      id    INTEGER  not null  primary key
      kind  VARCHAR  not null

    tables: 3 exact, 0 partial, 0 unresolved; columns: 7 exact, 0 partial

    ----- stderr -----
    read directory `.`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
    ");
}

#[test]
fn classes_state_their_inheritance() {
    let document = Project::new(MODELS).document();
    let classes: Vec<String> = document
        .classes
        .iter()
        .map(|class| {
            let inheritance = class.inheritance.as_ref().map(|inherits| {
                format!(
                    "{} of {}, {:?}",
                    inherits.kind,
                    inherits.base,
                    inherits.polymorphic_identity.as_deref()
                )
            });
            format!("{} on {:?}: {}", class.name, class.tables, inheritance.unwrap_or_default())
        })
        .collect();
    assert_snapshot!(classes.join("\n"), @r#"
    zoo:Animal on ["animals"]: 
    zoo:Cat on ["animals"]: single of zoo:Animal, Some("'cat'")
    zoo:Dog on ["dogs", "animals"]: joined of zoo:Animal, Some("'dog'")
    zoo:Ghost on ["ghosts"]: concrete of zoo:Animal, None
    "#);
}
