"""A failed statement that names no table: what it would have called decides whether tables are in doubt."""

import textwrap
import unittest

from case import Case

_SKIPPED = "a ?statement-skipped\n  x INTEGER\n"


class Unfinished(Case):
    """The called code may change tables."""

    def _is_in_doubt(self, models: str, **others: str) -> None:
        files = {f"{name}.py": text for name, text in others.items()}
        begin = """\
            {prelude}
            a = Table("a", metadata, Column("x", Integer))
"""
        self.check({**files, "models.py": begin + models}, _SKIPPED)

    def test_a_function_that_came_half_way(self) -> None:
        self._is_in_doubt("""\
            def finish():
                int("no number")
                a.append_column(Column("y", Integer))
            finish()
        """)

    def test_a_table_that_another_file_declares_too(self) -> None:
        base = "from sqlalchemy import *\nmetadata = MetaData()\n"
        first = 'from base import *\na = Table("a", metadata, Column("x", Integer), Column("y", Integer))\n'
        second = 'from base import *\nTable("a", metadata, Column("x", Integer))\nTable("b", metadata, Column("x", Integer))\n'
        self.check(
            {"base.py": base, "first.py": first, "second.py": second},
            """\
            a ?declared-twice
              x INTEGER
              y INTEGER
            b
              x INTEGER
            """,
        )

    def test_a_file_that_two_names_lead_to_declares_once(self) -> None:
        base = "from sqlalchemy import *\nmetadata = MetaData()\n"
        models = 'from pack.base import *\nTable("a", metadata, Column("x", Integer))\n'
        files = {"pack/__init__.py": "", "pack/base.py": base, "pack/models.py": models}
        self.check(
            {**files, "app.py": "import pack.models\nimport sys\ndel sys.modules['pack.models']\n"},
            "a\n  x INTEGER\n",
        )

    def test_a_function_of_another_module_that_is_imported_where_it_is_used(self) -> None:
        self._is_in_doubt(
            """\
            def finish(limit):
                from finishing import Finisher
                Finisher().everything(metadata, limit)
            finish()
            """,
            finishing="""\
            from sqlalchemy import Column, Integer
            class Finisher:
                def everything(self, metadata, limit):
                    self._each(list(metadata.tables.values()))
                def _each(self, tables):
                    for table in tables:
                        table.append_column(Column("y", Integer))
            """,
        )

    def test_a_function_of_a_module_that_is_not_imported(self) -> None:
        self._is_in_doubt(
            """\
            import sys
            del sys.modules["finishing"]
            def finish(limit):
                from finishing import everything
                everything(limit)
            finish()
            """,
            finishing="def everything(tables):\n    for table in tables:\n        table.append_column(None)\n",
        )

    def test_the_wrong_arguments_of_a_decorated_function(self) -> None:
        self._is_in_doubt("""\
            import functools
            def logged(function):
                @functools.wraps(function)
                def inner(*args):
                    return function(*args)
                return inner
            @logged
            def finish(limit):
                a.append_constraint(UniqueConstraint("x"))
            finish()
        """)

    def test_a_decorator_that_hides_what_it_is_put_on(self) -> None:
        self._is_in_doubt("""\
            def logged(function):
                def inner(*args):
                    return function(*args)
                return inner
            @logged
            def finish():
                int("no number")
                a.append_column(Column("y", Integer))
            finish()
        """)

    def test_functions_that_are_kept_in_something(self) -> None:
        for kept, call in (
            ("functools.partial(finish, 3)", "kept()"),
            ("{'finish': finish}", "kept['finish']()"),
            ("[finish]", "[hook() for hook in kept]"),
        ):
            with self.subTest(kept):
                self._is_in_doubt(f"""\
            import functools
            def finish(*limits):
                int("no number")
                a.append_column(Column("y", Integer))
            kept = {kept}
            {call}
        """)

    def test_functions_of_the_same_text_in_two_modules(self) -> None:
        same = """\
            from {}_work import work
            def setup(times=0):
                work(times)
            """
        self._is_in_doubt(
            """\
            import first, second
            def finish():
                first.setup(3)
                second.setup(3)
                int("no number")
            finish("too many")
            """,
            first=same.format("first"),
            second=same.format("second"),
            first_work="def work(times):\n    pass\n",
            second_work="""\
            from sqlalchemy import Column, Integer
            def work(times):
                import models
                models.a.append_column(Column("y", Integer))
            """,
        )

    def test_what_runs_when_a_class_is_made(self) -> None:
        """The class is mapped by then, and the statements after the failure are not executed."""
        for name, before, statement in (
            (
                "__init_subclass__ of a mixin",
                """\
            class Late:
                def __init_subclass__(cls, **given):
                    super().__init_subclass__(**given)
                    cls.nope.x()
                    cls.__table__.append_column(Column("y", Integer))
                """,
                "class A(Late, Base):",
            ),
            (
                "__init_subclass__ of a base",
                """\
            class Late(Base):
                __abstract__ = True
                def __init_subclass__(cls, **given):
                    super().__init_subclass__(**given)
                    cls.nope.x()
                """,
                "class A(Late):",
            ),
            (
                "a metaclass",
                """\
            class Late(type(Base)):
                def __init__(cls, name, bases, body, **given):
                    super().__init__(name, bases, body, **given)
                    if name == "A":
                        cls.nope.x()
                class_of = None
            class Middle(Base, metaclass=Late):
                __abstract__ = True
                """,
                "class A(Middle):",
            ),
            ("a decorator", "def late(cls):\n    cls.nope.x()\n", "@late\nclass A(Base):"),
        ):
            with self.subTest(name):
                self.check(
                    "from sqlalchemy import *\nfrom sqlalchemy.orm import DeclarativeBase\n"
                    "class Base(DeclarativeBase):\n    pass\n"
                    + textwrap.dedent(before)
                    + statement
                    + "\n    __tablename__ = 'a'\n"
                    "    x = Column(Integer, primary_key=True)\n"
                    "class B(Base):\n    __tablename__ = 'b'\n    x = Column(ForeignKey('a.x'), primary_key=True)\n",
                    "a ?statement-skipped\n  x INTEGER pk\nb\n  x INTEGER pk -> a.x\n",
                    since="2.0",
                )

    def test_a_listener_that_is_refused(self) -> None:
        self._is_in_doubt("""\
            from sqlalchemy import event
            @event.listens_for(metadata, "no_such_event")
            def add(target, connection):
                pass
        """)
        self._is_in_doubt("""\
            from sqlalchemy import event
            event.listen(Table, "no_such_event", print)
        """)

    def test_a_comprehension(self) -> None:
        self._is_in_doubt("""\
            [table.append_column(3) for table in metadata.tables.values()]
        """)

    def test_part_of_a_statement(self) -> None:
        """The statement is repaired; its failed part is not executed."""
        self._is_in_doubt("""\
            def finish():
                int("no number")
                a.append_column(Column("y", Integer))
            print([finish()])
        """)

    def test_a_function_of_a_library(self) -> None:
        self._is_in_doubt("""\
            from sqlalchemy_searchable import make_searchable
            make_searchable(metadata, {}, None, regconfig="pg_catalog.simple")
        """)

    def test_what_is_in_the_way_of_a_look(self) -> None:
        self._is_in_doubt("""\
            class Key(str):
                def __hash__(self):
                    return hash("finish")
                def __eq__(self, other):
                    raise RuntimeError
            def finish():
                finish.__wrapped__ = finish
                int("no number")
            finish()
            globals()[Key("other")] = 1
        """)

    def test_tables_of_other_modules_and_tables_that_are_made_later(self) -> None:
        self.check(
            {
                "models.py": """\
                {prelude}
                def finish():
                    for table in metadata.tables.values():
                        table.append_column(Column("y", Integer))
                finish(1)
                a = Table("a", metadata, Column("x", Integer))
                """,
                "others.py": """\
                {prelude}
                b = Table("b", metadata, Column("x", Integer))
                """,
            },
            "a ?statement-skipped\n  x INTEGER\nb ?statement-skipped\n  x INTEGER\n",
        )


class Harmless(Case):
    """The called code does not change existing tables."""

    def _is_exact(self, models: str) -> None:
        begin = """\
            {prelude}
            a = Table("a", metadata, Column("x", Integer))
"""
        self.check({"models.py": begin + models}, "a\n  x INTEGER\n")

    def test_a_function_that_works_on_other_things(self) -> None:
        self._is_exact("""\
            import json
            class Settings:
                def read(self):
                    return json.loads("no JSON")
            def configure():
                return Settings().read()
            configure()
        """)

    def test_a_listener_to_an_engine(self) -> None:
        self._is_exact("""\
            from sqlalchemy import event
            from absent import engine
            @event.listens_for(engine.sync_engine, "connect")
            def remember(connection, record):
                pass
        """)

    def test_words_of_a_module_that_was_not_imported(self) -> None:
        self.check(
            {
                "models.py": """\
                {prelude}
                a = Table("a", metadata, Column("x", Integer))
                def create_app(name):
                    from views import click
                create_app()
                """,
                "views.py": "def click(event):\n    return event\n",
            },
            "a\n  x INTEGER\n",
        )

    def test_what_a_function_makes_for_one_column(self) -> None:
        self.check(
            """\
            {prelude}
            a = Table("a", metadata, Column("x", Integer))
            def money():
                int("no number")
                return Column(Numeric)
            price = money()
            class B(Base):
                __tablename__ = "b"
                x = Column(Integer, primary_key=True)
                y = money()
            """,
            """\
            a
              x INTEGER
            b ?statement-skipped
              x INTEGER pk
            """,
        )

    def test_what_a_function_makes_for_one_table(self) -> None:
        self.check(
            """\
            {prelude}
            a = Table("a", metadata, Column("x", Integer))
            def limits():
                int("no number")
                return (UniqueConstraint("x"),)
            class B(Base):
                __tablename__ = "b"
                x = Column(Integer, primary_key=True)
                __table_args__ = limits()
            """,
            "a\n  x INTEGER\n",
        )

    def test_an_engine(self) -> None:
        self._is_exact("""\
            from sqlalchemy import create_engine
            create_engine(3)
        """)

    def test_a_class_of_its_own(self) -> None:
        self._is_exact("""\
            class B(Base):
                x = Column(Integer)
        """)


if __name__ == "__main__":
    unittest.main()
