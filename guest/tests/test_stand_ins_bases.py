"""A class that derives from an absent one is still a class, with a doubt."""

import unittest

from case import Case


class Bases(Case):
    """A stand-in as a base class."""

    def test_alone(self) -> None:
        self.check(
            """\
            from sqlalchemy import *
            from absent import Model
            class A(Model):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
            """,
            """\
            a ?lost-base
              id INTEGER pk
            """,
            since="1.4",
        )

    def test_beside_a_declarative_base(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import Mixin
            class A(Mixin, Base):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
            class B(Base, Mixin):
                __tablename__ = "b"
                id = Column(Integer, primary_key=True)
            """,
            """\
            a ?lost-base
              id INTEGER pk
            b ?lost-base
              id INTEGER pk
            """,
        )

    def test_beside_another_metaclass(self) -> None:
        self.check(
            """\
            {prelude}
            from abc import ABC, ABCMeta, abstractmethod
            from absent import Mixin
            class Other(Mixin, ABC):
                @abstractmethod
                def f(self): ...
            class Meta(type(Base), ABCMeta): ...
            class A(Mixin, Base, metaclass=Meta):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
            """,
            """\
            a ?lost-base
              id INTEGER pk
            """,
        )

    def test_mixins_known_to_bring_no_columns(self) -> None:
        self.check(
            """\
            {prelude}
            from flask_login import UserMixin
            from flask_security import RoleMixin
            from sqlalchemy_serializer import SerializerMixin
            class A(UserMixin, Base):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
            class B(Base, RoleMixin, SerializerMixin):
                __tablename__ = "b"
                id = Column(Integer, primary_key=True)
            """,
            """\
            a
              id INTEGER pk
            b
              id INTEGER pk
            """,
        )

    def test_attributes_of_an_absent_exception(self) -> None:
        self.check(
            """\
            {prelude}
            from abc import ABC
            from absent import HTTPException, NotFound
            class Missing(NotFound, ABC):
                code = 404
            class Denied(HTTPException):
                def __init__(self, **kwargs):
                    super().__init__(status_code=403, **kwargs)
            try:
                raise Denied(detail="no")
            except HTTPException as error:
                size = error.status_code
            a = Table("a", metadata, Column("x", String(size)), comment=NotFound.description)
            """,
            """\
            a comment=⟪absent.NotFound.description⟫ ?stand-in-value
              x VARCHAR(403)
            """,
            show="statementskipped",
        )

    def test_subscripted(self) -> None:
        self.check(
            """\
            {prelude}
            from typing import Generic, TypeVar
            from absent import Mixin
            T = TypeVar("T")
            class Row(Mixin[T], Generic[T]): ...
            class A(Mixin[int], Base):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
            class B(Row[int], Base):
                __tablename__ = "b"
                id = Column(Integer, primary_key=True)
            """,
            """\
            a ?lost-base
              id INTEGER pk
            b ?lost-base
              id INTEGER pk
            """,
        )

    def test_twice(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import One, Two
            class A(One, Two, Base):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
            """,
            """\
            a ?lost-base
              id INTEGER pk
            """,
        )

    def test_as_the_metaclass(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import Meta
            class Plain(metaclass=Meta): ...
            t = Table("a", metadata, Column("id", Integer, primary_key=True))
            """,
            """\
            a
              id INTEGER pk
            """,
            show="statementskipped",
        )

    def test_unknown_attribute_of_a_subclass(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import Settings
            class Own(Settings):
                length = 3
            t = Table("a", metadata, Column("x", String(Own.length)), Column("y", String(Own.width)), Column("z", String(Own().height)))
            """,
            """\
            a
              x VARCHAR(3)
              y … ?stand-in-type ?stand-in-value
              z … ?stand-in-type ?stand-in-value
            """,
        )

    def test_record_with_keywords(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import BaseModel
            class Own(BaseModel):
                length: int
            t = Table("a", metadata, Column("x", String(Own(length=3).length)))
            """,
            """\
            a
              x VARCHAR(3)
            """,
        )

    def test_exception(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import BadError, errors
            try:
                {}["x"]
            except (BadError, KeyError):
                length = 3
            try:
                raise errors.NotFound("x")
            except errors.NotFound:
                pass
            class Own(BadError): ...
            t = Table("a", metadata, Column("x", String(length)))
            """,
            """\
            a
              x VARCHAR(3)
            """,
            show="statementskipped guess",
        )


class Made(Case):
    """Classes created by calls, and absent metaclasses."""

    def test_type_called_with_an_absent_base(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import Mixin
            A = type("A", (Mixin, Base), {"__tablename__": "a", "id": Column(Integer, primary_key=True)})
            Plain = type("Plain", (Mixin,), {"length": 3})
            B = type("B", (Base,), {"__tablename__": "b", "id": Column(Integer, primary_key=True)})
            C = type(Base)("C", (Mixin, Base), {"__tablename__": "c", "x": Column(String(Plain.length), primary_key=True)})
            """,
            """\
            a ?lost-base
              id INTEGER pk
            b
              id INTEGER pk
            c ?lost-base
              x VARCHAR(3) pk
            """,
            show="statementskipped",
        )

    def test_a_class_has_the_module_of_the_caller_of_its_metaclass(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import Meta, Mixin
            A = Meta("A", (), {})
            B = type("B", (Mixin,), {})
            C = Mixin("C", (), {"__module__": "elsewhere"})
            names = Table("-".join((A.__module__, B.__module__, C.__module__)), metadata, Column("id", Integer))
            """,
            """\
            models-models-elsewhere
              id INTEGER
            """,
            show="statementskipped",
        )

    def test_new_class_with_an_absent_base(self) -> None:
        self.check(
            """\
            {prelude}
            import types
            from absent import Mixin, Meta
            A = types.new_class("A", (Mixin, Base), {}, lambda ns: ns.update({"__tablename__": "a", "id": Column(Integer, primary_key=True)}))
            Plain = types.new_class("Plain", (Mixin,), {"metaclass": Meta}, lambda ns: ns.update({"length": 3}))
            b = Table("b", metadata, Column("x", String(Plain.length)))
            """,
            """\
            a ?lost-base
              id INTEGER pk
            b
              x VARCHAR(3)
            """,
            show="statementskipped",
        )

    def test_with_metaclass(self) -> None:
        self.check(
            """\
            {prelude}
            import six
            from absent import Mixin, Meta
            from absent.compat import with_metaclass
            class Own(type): ...
            class Plain(six.with_metaclass(Own, Mixin)):
                length = 3
            class A(six.with_metaclass(Meta, Base)):
                __tablename__ = "a"
                id = Column(String(Plain.length), primary_key=True)
            class B(with_metaclass(Meta, Base)):
                __tablename__ = "b"
                id = Column(Integer, primary_key=True)
            class C(with_metaclass(type(Base), Mixin, Base)):
                __tablename__ = "c"
                id = Column(Integer, primary_key=True)
            """,
            """\
            a ?lost-base
              id … pk ?stand-in-type ?stand-in-value
            b ?lost-base
              id INTEGER pk
            c ?lost-base
              id INTEGER pk
            skipped models.py:12 TypeError Plain
            """,
            show="statementskipped",
        )

    def test_helper_of_the_repository_that_makes_classes(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import Mixin, Meta
            def with_metaclass(meta, *bases):
                class metaclass(type):
                    def __new__(cls, name, these, namespace):
                        return meta(name, bases, namespace)
                return type.__new__(metaclass, "temporary", (), {})
            class A(with_metaclass(Meta, Base)):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
            class Plain(with_metaclass(type, Mixin)):
                length = 3
            b = Table("b", metadata, Column("x", String(Plain.length)))
            """,
            """\
            a ?lost-base
              id INTEGER pk
            b
              x VARCHAR(3)
            """,
            show="statementskipped",
        )

    def test_metaclass_that_stands_on_an_absent_one(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import Meta, ModelMeta
            class Own(Meta):
                def __new__(mcs, name, bases, namespace, **kwargs):
                    namespace["length"] = 3
                    return super().__new__(mcs, name, bases, namespace)
            class Plain(metaclass=Own): ...
            class First(Meta, type(Base)):
                def __init__(cls, name, bases, namespace, **kwargs):
                    super().__init__(name, bases, namespace)
            class A(Base, metaclass=First):
                __tablename__ = "a"
                id = Column(String(Plain.length), primary_key=True)
            class Alone(ModelMeta):
                width = 4
            class Second(metaclass=Alone): ...
            class B(Base, metaclass=Meta):
                __tablename__ = "b"
                id = Column(String(Second.width), primary_key=True)
            class C(Base):
                __tablename__ = "c"
                id = Column(Integer, primary_key=True)
            """,
            """\
            a ?lost-base
              id VARCHAR(3) pk
            b ?lost-base
              id VARCHAR(4) pk
            c
              id INTEGER pk
            """,
            show="statementskipped",
        )

    def test_declarative_base_of_absent_parts(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import ModelBase, Meta, shared
            One, Two, Three = declarative_base(cls=ModelBase), declarative_base(metaclass=Meta), declarative_base(metadata=shared)
            class A(One):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
            class B(Two):
                __tablename__ = "b"
                id = Column(Integer, primary_key=True)
            class C(Three):
                __tablename__ = "c"
                id = Column(Integer, primary_key=True)
            d = Table("d", shared, Column("x", Integer))
            """,
            """\
            a ?lost-base
              id INTEGER pk
            b ?lost-base
              id INTEGER pk
            c ?stand-in-schema
              id INTEGER pk
            d ?stand-in-schema
              x INTEGER
            """,
            show="statementskipped",
        )


class Library(Case):
    """Bases of the standard library besides an absent one."""

    def test_abstract_generic_and_protocol(self) -> None:
        self.check(
            """\
            {prelude}
            import abc
            from typing import Generic, NamedTuple, Protocol, TypedDict, TypeVar
            from absent import Thing, Mixin
            T = TypeVar("T", bound=Thing)
            class Shape(Protocol):
                x: Thing
            class Shaped(Thing, Protocol):
                def f(self): ...
            class Box(Mixin, Generic[T]): ...
            class Pair(NamedTuple):
                a: Thing
                b: int = 3
            class Keys(TypedDict, total=False):
                a: Thing
            class Abstract(Mixin, abc.ABC):
                @abc.abstractmethod
                def f(self): ...
            class Concrete(Abstract):
                def f(self): return 5
            t = Table("a", metadata, Column("x", String(Pair(a=1).b)), Column("y", String(Concrete().f())))
            """,
            """\
            a
              x VARCHAR(3)
              y VARCHAR(5)
            """,
            show="statementskipped",
        )

    def test_enumerations(self) -> None:
        self.check(
            """\
            {prelude}
            import enum
            from absent import TextChoices, StrEnum, IntegerChoices, Thing
            class Choice(TextChoices):
                A = "a", "Label A"
                B = "b", "Label B"
            class Name(StrEnum):
                A = "a"
                LONG = "long"
            class Mixed(str, Thing, enum.Enum):
                A = "a"
            class Number(IntegerChoices):
                ONE = 1, "One"
            class Members(enum.Enum):
                A = Thing.A
                B = Thing.B
            class Sound(str, enum.Enum):
                A = "a"
            t = Table(
                "a", metadata, Column("a", Enum(Choice)), Column("b", Enum(Name)), Column("c", Enum(Mixed)), Column("d", Enum(Members)),
                Column("e", Enum(Name, values_callable=lambda kind: [item.value for item in kind])), Column("f", Enum(Sound)),
                Column("g", String(max(len(item) for item in Name)), default=Choice.A.value), Column("h", Enum(*[item.value for item in Name], name="h")),
                Column("i", Integer, default=int(Number.ONE)),
            )
            u = Table("b", metadata, Column("x", Enum(*Choice.values, name="x")))
            """,
            """\
            a
              a … enum=choice:A,B ?stand-in-type
              b … enum=name:A,LONG ?stand-in-type
              c … enum=mixed:A ?stand-in-type
              d members enum=members:A,B
              e … enum=name:a,long ?stand-in-type
              f sound enum=sound:A
              g VARCHAR(4) default=scalar:'a'
              h h enum=h:a,long
              i INTEGER default=scalar:1
            b ?guess
              x x enum=x:
            """,
            show="statementskipped",
        )

    def test_records(self) -> None:
        self.check(
            """\
            {prelude}
            from dataclasses import dataclass, field
            from absent import Thing, define, records
            @dataclass
            class A(Thing):
                n: int = 3
            @dataclass
            class B:
                thing: Thing
                n: int = 4
            @define
            class C:
                n: int
                m: int = 5
            @records.record(frozen=True)
            class D:
                n: int = 6
            t = Table("a", metadata, Column("a", String(A().n)), Column("b", String(B(1).n)), Column("c", String(C(7).n)), Column("d", String(C(n=8).m)), Column("e", String(D().n)))
            """,
            """\
            a
              a VARCHAR(3)
              b VARCHAR(4)
              c VARCHAR(7)
              d VARCHAR(5)
              e VARCHAR(6)
            """,
            show="statementskipped",
        )

    def test_checks_of_instances_and_subclasses(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import Thing, Other
            class A(Thing): ...
            class B(A): ...
            certain = isinstance(A(), Thing), issubclass(B, Thing), issubclass(B, (Other, A))
            a = Table("a", metadata, Column("x", String(3 if certain[0] and certain[1] else 4)))
            guessed = isinstance(Base, Thing)
            b = Table("b", metadata, Column("x", String(3 if guessed else 4)))
            """,
            """\
            a ?guess
              x VARCHAR(3)
            b ?guess
              x VARCHAR(4)
            """,
            show="statementskipped",
        )

    def test_calls_of_what_an_absent_base_has(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import Thing
            class A(Thing):
                def __init__(self, *args, **kwargs):
                    super().__init__(*args, **kwargs)
                    self.length = 3
                def __setattr__(self, name, value): super().__setattr__(name, value)
                @classmethod
                def make(cls): return super().make()
            a = Table("a", metadata, Column("x", String(A(1, b=2).length)), Column("y", A.make()), Column("z", A().other()))
            """,
            """\
            a ?statement-skipped
              x VARCHAR(3)
              y models.A.make() ?stand-in-type
              z absent.Thing.other() ?stand-in-type
            skipped models.py:16 AttributeError
            """,
            show="statementskipped",
        )


if __name__ == "__main__":
    unittest.main()
