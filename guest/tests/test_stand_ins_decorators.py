"""A decorated object survives an absent decorator; an argument of an absent function is not one."""

import unittest

from case import Case


class Decorators(Case):
    """A stand-in as a decorator: the decorated object survives."""

    def test_of_a_class(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import register, registry
            @register
            class A(Base):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
            @registry.add("b", order=1)
            class B(Base):
                __tablename__ = "b"
                id = Column(Integer, ForeignKey(A.id), primary_key=True)
            """,
            """\
            a
              id INTEGER pk
            b
              id INTEGER pk -> a.id
            """,
        )

    def test_of_a_function(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import cached, task
            @cached
            def length(): return 3
            @task(retries=3)
            def width(): return 4
            class Own:
                @cached
                @staticmethod
                def height(): return 5
            t = Table("a", metadata, Column("x", String(length())), Column("y", String(width())), Column("z", String(Own.height())))
            """,
            """\
            a
              x VARCHAR(3)
              y VARCHAR(4)
              z VARCHAR(5)
            """,
        )

    def test_factory_given_a_class(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import field
            class A(Base):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
            @field(A)
            def length(): return 3
            t = Table("b", metadata, Column("x", String(length())))
            """,
            """\
            a
              id INTEGER pk
            b
              x VARCHAR(3)
            """,
        )


class Calls(Case):
    """Calling something absent with a class or a function is no decoration."""

    def test_column_of_an_absent_function(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import orm
            def default(): return 3
            class A(Base):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
                x = orm.Column(Integer)
            class B(Base):
                __tablename__ = "b"
                id = Column(Integer, primary_key=True)
                x = orm.column(default)
            class C(Base):
                __tablename__ = "c"
                id = Column(Integer, primary_key=True)
            d = Table("d", metadata, Column("x", orm.wrapped(Integer)))
            """,
            """\
            a ?stand-in-attribute
              id INTEGER pk
            b ?stand-in-attribute
              id INTEGER pk
            c
              id INTEGER pk
            d
              x absent.orm.wrapped() ?stand-in-type
            """,
            show="statementskipped",
        )

    def test_decorators_above_each_other(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import one, two
            @one
            @two(3)
            @one.more
            class A(Base):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
            class B(Base):
                __tablename__ = "b"
                id = Column(ForeignKey(A.id), primary_key=True)
            class Own:
                @one
                @classmethod
                def f(cls): return 3
                @two()
                @property
                def g(self): return 4
            t = Table("c", metadata, Column("x", String(Own.f())), Column("y", String(Own().g)))
            """,
            """\
            a ?handed-over
              id INTEGER pk
            b
              id INTEGER pk -> a.id
            c
              x VARCHAR(3)
              y VARCHAR(4)
            """,
            show="statementskipped",
        )

    def test_put_on_by_a_call(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import register
            class A(Base):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
            A = register(A)
            def length(): return 3
            length = register(length)
            def own(cls):
                cls = register(cls)
                return register(cls)
            @own
            class B(Base):
                __tablename__ = "b"
                id = Column(ForeignKey(A.id), primary_key=True)
            c = Table("c", metadata, Column("x", ForeignKey(B.id)), Column("y", String(length())))
            """,
            """\
            a
              id INTEGER pk
            b
              id INTEGER pk -> a.id
            c
              x INTEGER -> b.id
              y VARCHAR(3)
            """,
            show="statementskipped",
        )

    def test_factory_that_stands_on_an_absent_class(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import Registry
            class Own(Registry): ...
            register = Own()
            @register
            class A(Base):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
            @Own(A)
            class B(Base):
                __tablename__ = "b"
                id = Column(ForeignKey(A.id), primary_key=True)
            @register.add(A)
            def length(): return 3
            c = Table("c", metadata, Column("x", ForeignKey(B.id)), Column("y", String(length())))
            """,
            """\
            a ?handed-over
              id INTEGER pk
            b ?handed-over
              id INTEGER pk -> a.id
            c
              x INTEGER -> b.id
              y VARCHAR(3)
            """,
            show="statementskipped",
        )


if __name__ == "__main__":
    unittest.main()
