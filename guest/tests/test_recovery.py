"""A failing part of a module is skipped and reported, without affecting others."""

import unittest

from case import Case

#: Statements after several failures; `FIRST` is the first of them.
AFTER_FAILURES = """\
"Of the module."
{prelude}
FIRST
counted = []
one = 1 / 0
"no docstring"
class A(Base):
    __tablename__ = "a"
    id = Column(Integer, primary_key=True)
    x = Column(String(len(__doc__)))
two = 1 / 0; size = 7
def twice(cls):
    counted.append(cls)
    return cls
@twice
class B(Base):
    "of the class"
    __tablename__ = "b"
    id = Column(Integer, primary_key=True)
    x = Column(String(size))
three = 1 / 0
text = '''
four = 1 / 0
'''
class C(Base):
    __tablename__ = "c"
    id = Column(Integer, primary_key=True)
    x = Column(String(len(text)))
    y = Column(String(len(counted)))
"""


class Statements(Case):
    """Statements that fail."""

    def test_at_the_top(self) -> None:
        self.check(
            """\
            {prelude}
            a = Table("a", metadata, Column("x", Integer))
            limit = 1 / 0
            b = Table("b", metadata, Column("x", String(limit)))
            c = Table("c", metadata, Column("x", Integer))
            """,
            """\
            a
              x INTEGER
            b
              x … ?stand-in-type ?stand-in-value
            c
              x INTEGER
            skipped models.py:9 ZeroDivisionError limit
            loaded models
            """,
            show="statementskipped moduleloaded",
        )

    def test_what_follows_failures_is_as_it_was(self) -> None:
        """After a failure the rest is compiled in parts: texts are no docstrings, and lines are not lost or run twice.

        Parts are compiled from the text, or from the tree if something in it was changed, as a call of a metaclass is.
        """
        for first in ("made = 0", 'made = type("Made", (), {})'):
            with self.subTest(first=first):
                self.check(
                    AFTER_FAILURES.replace("FIRST", first),
                    """\
                    a
                      id INTEGER pk
                      x VARCHAR(14)
                    b
                      id INTEGER pk
                      x VARCHAR(7)
                    c
                      id INTEGER pk
                      x VARCHAR(14)
                      y VARCHAR(1)
                    """,
                )

    def test_import_of_a_missing_name_from_a_module_that_is_there(self) -> None:
        self.check(
            {
                "local.py": "there = 3\n",
                "models.py": """\
                {prelude}
                from local import missing, there
                a = Table("a", metadata, Column("x", String(there)), Column("y", String(missing)))
                """,
            },
            """\
            a
              x VARCHAR(3)
              y … ?stand-in-type ?stand-in-value
            skipped models.py:8 ImportError missing
            """,
            show="statementskipped",
        )

    def test_in_a_class_body(self) -> None:
        self.check(
            """\
            {prelude}
            class A(Base):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
                x = Column(String(1 / 0 or 3))
                y = Column(Integer)
                __private = Column("private", Integer)
            class B(Base):
                __tablename__ = "b"
                id = Column(Integer, primary_key=True)
            """,
            """\
            a ?guess ?statement-skipped
              id INTEGER pk
              x … ?stand-in-type ?stand-in-value ?statement-skipped
              y INTEGER
              private INTEGER
            b
              id INTEGER pk
            skipped models.py:11 ZeroDivisionError
            class A a
              _A__private = private
            class B b
            """,
            show="statementskipped class",
        )

    def test_hundreds_of_failures_in_a_class_body(self) -> None:
        body = "".join(
            f"    class C{number}(Missing): ...\n    n{number} = Other.a\n" for number in range(400)
        )
        self.check(
            "{prelude}\nclass Parser:\n" + body + "class A(Base):\n    __tablename__ = 'a'\n"
            "    id = Column(Integer, primary_key=True)\n    name = Column(String(Other.length))\n",
            """\
            a
              id INTEGER pk
              name … ?stand-in-type ?stand-in-value
            skipped models.py:9 NameError
            skipped models.py:10 NameError
            skipped models.py:11 NameError
            skipped models.py:12 NameError
            skipped models.py:13 NameError
            skipped models.py:14 NameError
            skipped models.py:15 NameError
            skipped models.py:16 NameError
            skipped models.py:17 NameError Missing
            skipped models.py:18 NameError Other
            """,
            show="statementskipped",
        )

    def test_class_statement(self) -> None:
        self.check(
            """\
            {prelude}
            class Meta(type):
                def __new__(cls, *args):
                    raise RuntimeError("no")
            class Plain(metaclass=Meta): ...
            class A(Base):
                __tablename__ = "a"
                x = Column(Integer)
            class B(Base):
                __tablename__ = "b"
                id = Column(Integer, primary_key=True)
            """,
            """\
            a ?statement-skipped
              x INTEGER
            b
              id INTEGER pk
            skipped models.py:11 RuntimeError Plain
            skipped models.py:12 ArgumentError A
            """,
            show="statementskipped",
        )

    def test_inside_blocks(self) -> None:
        self.check(
            """\
            {prelude}
            from contextlib import suppress
            if True:
                a = Table("a", metadata, Column("x", Integer))
                boom()
                b = Table("b", metadata, Column("x", Integer))
            try:
                c = Table("c", metadata, Column("x", Integer))
                {}["x"]
                d = Table("d", metadata, Column("x", Integer))
            finally:
                e = Table("e", metadata, Column("x", Integer))
            with suppress(ValueError):
                boom()
                f = Table("f", metadata, Column("x", Integer))
            g = Table("g", metadata, Column("x", Integer))
            """,
            """\
            a
              x INTEGER
            b
              x INTEGER
            c
              x INTEGER
            d
              x INTEGER
            e
              x INTEGER
            f
              x INTEGER
            g
              x INTEGER
            skipped models.py:11 NameError
            skipped models.py:15 KeyError
            skipped models.py:20 NameError
            """,
            show="statementskipped",
        )

    def test_inside_a_loop(self) -> None:
        self.check(
            """\
            {prelude}
            for name in ("a", "b", "c"):
                made = Table(name, metadata, Column("x", Integer))
                if name == "b":
                    boom()
                last = name
            z = Table("z", metadata, Column("x", Integer))
            """,
            """\
            a ?statement-skipped
              x INTEGER
            b ?statement-skipped
              x INTEGER
            c ?statement-skipped
              x INTEGER
            z
              x INTEGER
            skipped models.py:11 NameError
            """,
            show="statementskipped",
        )

    def test_what_it_works_on_is_in_doubt(self) -> None:
        self.check(
            """\
            {prelude}
            a = Table("a", metadata, Column("x", Integer))
            a.append_column(Column("y", boom))
            b = Table("b", metadata, Column("x", Integer))
            Index("ix", b.c.x, unique=boom)
            c = Table("c", metadata, Column("x", Integer))
            length = 3
            length = boom
            d = Table("d", metadata, Column("x", String(length)))
            columns = [Column("x", Integer)]
            columns.append(boom)
            e = Table("e", metadata, *columns)
            """,
            """\
            a ?statement-skipped
              x INTEGER
              y models.boom ?stand-in-type ?statement-skipped
            b ?statement-skipped
              x INTEGER
              unique index [ix] x
            c
              x INTEGER
            d ?statement-skipped
              x VARCHAR(3)
            e ?stand-in-item ?statement-skipped
              x INTEGER ?statement-skipped
            skipped models.py:9 NameError
            skipped models.py:11 NameError
            skipped models.py:14 NameError
            skipped models.py:17 NameError
            """,
            show="statementskipped",
        )

    def test_future_is_respected_after_a_failure(self) -> None:
        self.check(
            """\
            from __future__ import annotations
            boom()
            from typing import Optional
            from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
            class Base(DeclarativeBase): ...
            class A(Base):
                __tablename__ = "a"
                id: Mapped[int] = mapped_column(primary_key=True)
                later: Mapped[Optional[int]] = mapped_column(default=lambda: Later)
                def f(self, other: Later) -> Later: ...
            """,
            """\
            a
              id INTEGER pk
              later INTEGER default=callable:models.A.<lambda>
            skipped models.py:2 NameError
            """,
            show="statementskipped",
            since="2.0",
        )


class Expressions(Case):
    """Expressions that fail within a statement: a stand-in replaces the expression, and the statement runs."""

    def test_in_a_column(self) -> None:
        self.check(
            """\
            {prelude}
            import datetime
            from absent import conf
            class A(Base):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
                x = Column(DateTime, default=datetime.timedelta(days=conf.days), nullable=False)
                y = Column(
                    String(3),
                    server_default=", ".join([conf.one, "two"]),
                )
            b = Table("b", metadata, Column("x", Integer))
            """,
            """\
            a ?statement-skipped
              id INTEGER pk
              x TIMESTAMP WITHOUT TIME ZONE not-null ?stand-in-option ?statement-skipped
              y VARCHAR(3) ?stand-in-option ?statement-skipped
            b
              x INTEGER
            skipped models.py:13 TypeError
            skipped models.py:16 TypeError
            """,
            show="statementskipped",
        )

    def test_in_a_header(self) -> None:
        self.check(
            """\
            {prelude}
            @nothere.register(3)
            class A(Mixin, Base):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
            if flag:
                b = Table("b", metadata, Column("x", Integer))
            for name in names:
                Table(name, metadata, Column("x", Integer))
            with context:
                c = Table("c", metadata, Column("x", Integer))
            def f(x=nothere): return 3
            d = Table("d", metadata, Column("x", String(f())))
            """,
            """\
            a ?lost-base ?statement-skipped
              id INTEGER pk
            b ?guess
              x INTEGER
            c
              x INTEGER
            d
              x VARCHAR(3)
            skipped models.py:8 NameError
            skipped models.py:9 NameError
            skipped models.py:12 NameError
            skipped models.py:14 NameError
            skipped models.py:16 NameError
            skipped models.py:18 NameError
            """,
            show="statementskipped",
        )

    def test_decorator_that_fails_on_a_class(self) -> None:
        self.check(
            """\
            {prelude}
            def refuse(cls): raise RuntimeError("no")
            @refuse
            class A(Base):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
            b = Table("b", metadata, Column("x", ForeignKey(A.id)))
            """,
            """\
            a ?statement-skipped
              id INTEGER pk
            b ?statement-skipped
              x INTEGER -> a.id
            skipped models.py:10 RuntimeError
            """,
            show="statementskipped",
        )


class Loops(Case):
    """Loops with a failing iteration: the other iterations run."""

    def test_rounds_behind_the_failed_one(self) -> None:
        self.check(
            """\
            {prelude}
            kinds = {"a": Integer, "b": None, "c": String}
            for name, kind in kinds.items():
                if kind is None:
                    raise ValueError(name)
                Table(name, metadata, Column("x", kind))
            else:
                d = Table("d", metadata, Column("x", Integer))
            """,
            """\
            a ?statement-skipped
              x INTEGER
            b ?statement-skipped
              x NullType()
            c ?statement-skipped
              x VARCHAR
            d ?statement-skipped
              x INTEGER
            skipped models.py:11 ValueError
            """,
            show="statementskipped",
        )

    def test_break_and_continue_behind_the_failure(self) -> None:
        self.check(
            """\
            {prelude}
            for name in ("a", "b", "c", "d"):
                boom()
                if name == "a":
                    continue
                Table(name, metadata, Column("x", Integer))
                if name == "c":
                    break
            """,
            """\
            b ?statement-skipped
              x INTEGER
            c ?statement-skipped
              x INTEGER
            skipped models.py:9 NameError
            """,
            show="statementskipped",
        )

    def test_iterator_goes_on_where_it_stopped(self) -> None:
        self.check(
            """\
            {prelude}
            names = iter(["a", "b", "c"])
            for name in names:
                Table(name, metadata, Column("x", Integer))
                boom()
            """,
            """\
            a ?statement-skipped
              x INTEGER
            b ?statement-skipped
              x INTEGER
            c ?statement-skipped
              x INTEGER
            skipped models.py:11 NameError
            """,
            show="statementskipped",
        )

    def test_while_that_always_fails_ends(self) -> None:
        self.check(
            """\
            {prelude}
            while True:
                boom()
            count = 0
            while count < 2:
                count += 1
                boom()
                Table(f"a{count}", metadata, Column("x", Integer))
            """,
            """\
            a1 ?statement-skipped
              x INTEGER
            a2 ?statement-skipped
              x INTEGER
            skipped models.py:9 NameError
            skipped models.py:13 NameError
            """,
            show="statementskipped",
        )

    def test_items_that_can_not_be_made_again(self) -> None:
        self.check(
            """\
            {prelude}
            def items():
                global made
                made = Table("a", metadata, Column("x", Integer))
                return ["b", "c"]
            for name in items():
                boom()
                Table(name, metadata, Column("x", Integer))
            """,
            """\
            a ?statement-skipped
              x INTEGER
            b ?statement-skipped
              x INTEGER
            skipped models.py:13 NameError
            """,
            show="statementskipped",
        )


class Modules(Case):
    """Effects of modules during their import."""

    def test_exit(self) -> None:
        self.check(
            """\
            {prelude}
            import sys
            a = Table("a", metadata, Column("x", Integer))
            if not sys.argv[1:]:
                sys.exit("usage: models")
            b = Table("b", metadata, Column("x", Integer))
            """,
            """\
            a
              x INTEGER
            b
              x INTEGER
            skipped models.py:11 SystemExit
            """,
            show="statementskipped",
        )

    def test_environment_and_files(self) -> None:
        self.check(
            """\
            {prelude}
            import os
            ADDRESS = os.environ["DATABASE_URL"]
            with open("settings.txt") as file:
                SETTINGS = file.read()
            a = Table("a", metadata, Column("x", Integer))
            b = Table(SETTINGS, metadata, Column("x", Integer))
            c = Table("c", metadata, Column("x", Integer), schema=ADDRESS.upper())
            """,
            """\
            a
              x INTEGER
            c ?stand-in-schema
              x INTEGER
            ⟪models.open().read()⟫ ?stand-in-value ?statement-skipped
              x INTEGER
            skipped models.py:9 KeyError ADDRESS
            skipped models.py:10 FileNotFoundError
            """,
            show="statementskipped",
        )

    def test_syntax_error_in_one_function(self) -> None:
        self.check(
            """\
            {prelude}
            a = Table("a", metadata, Column("x", Integer))
            def f():
                return 3 +
            b = Table("b", metadata, Column("x", Integer))
            """,
            """\
            a
              x INTEGER
            b
              x INTEGER
            skipped models.py:9 SyntaxError
            """,
            show="statementskipped modulefailed",
        )

    def test_module_that_is_no_python(self) -> None:
        self.check(
            {
                "bad.py": "{% for x in y %}\nthis is a template\n{% endfor %}\n",
                "models.py": '{prelude}\nfrom bad import x\na = Table("a", metadata, Column("x", x))\n',
            },
            """\
            a
              x bad.x ?stand-in-type
            """,
            show="modulefailed",
        )

    def test_circular_import(self) -> None:
        self.check(
            {
                "app/__init__.py": "",
                "app/one.py": """\
                {prelude}
                from app.two import Two
                class One(Base):
                    __tablename__ = "one"
                    id = Column(Integer, primary_key=True)
                """,
                "app/two.py": """\
                from app.one import Base, Column, ForeignKey, Integer, One
                class Two(Base):
                    __tablename__ = "two"
                    id = Column(Integer, ForeignKey(One.id), primary_key=True)
                """,
            },
            """\
            one
              id INTEGER pk
            two
              id INTEGER pk -> ⟪app.one.One.id⟫ ?stand-in-value
            skipped app/two.py:1 ImportError One
            """,
            show="statementskipped modulefailed",
        )

    def test_tables_leave_before_a_later_module_ends_the_run(self) -> None:
        self.check(
            {
                "first.py": '{prelude}\na = Table("a", metadata, Column("x", Integer))\n',
                "second.py": "import posix\nposix._exit(0)\n",
            },
            """\
            a
              x INTEGER
            """,
            show="done",
        )

    def test_table_that_is_dropped_again(self) -> None:
        self.check(
            """\
            {prelude}
            a = Table("a", metadata, Column("x", Integer))
            b = Table("b", metadata, Column("x", Integer))
            metadata.remove(a)
            """,
            """\
            b
              x INTEGER
            """,
        )


if __name__ == "__main__":
    unittest.main()
