"""Code that runs after the imports and changes tables."""

import textwrap
import unittest

from case import Case

_BASE = "from sqlalchemy import *\nmetadata = MetaData()\n"
_MODELS = "from base import *\na = Table('a', metadata, Column('x', Integer))\nb = Table('b', metadata, Column('x', Integer))\n"

#: Bodies of functions with any arguments that change a table.
CHANGES = (
    "a.c.x.nullable = False",
    "setattr(a.c.x, 'nullable', False)",
    "vars(a.c.x)['nullable'] = False",
    "a.c.x.type = String()",
    "metadata.remove(a)",
    "a.metadata.remove(a)",
    "metadata._remove_table('a', None)",
    "dict.pop(metadata.tables, 'a')",
    "a.append_column(Column('y', Integer))",
    "for table in metadata.sorted_tables:\n    table.schema = 'other'",
    "helper()",
    "Index('ix', a.c.x)",
    "def inner():\n    a.c.x.server_default = None\ninner()",
)

#: What most listeners of engines, import hooks and similar functions do.
ORDINARY = (
    "args[0].execute('PRAGMA foreign_keys=ON')",
    "cursor = args[0].cursor()\ncursor.execute('SET search_path TO app')\ncursor.close()",
    "counts.append(args[2])",
    "args[0].info.setdefault('start', []).append(1)\nargs[0].info['start'].pop(-1)",
    "args[4]._query_start_time = 1",
    "args[0].name = 'connection'",
    "metadata.create_all(args[0])",
    "for table in metadata.sorted_tables:\n    print(table.name)",
    "args[0].isolation_level = None",
    "counts.remove(1)",
    "return args[1], a.c.x.nullable",
    "other()",
)

#: Ways in which a function comes to run later.
RUNS = (
    "event.listen(Engine, 'connect', late)",
    "event.listen(Engine, 'engine_connect', late)",
    "event.listen(Engine, 'before_cursor_execute', late)",
    "event.listen(Pool, 'first_connect', late)",
    "event.listen(create_engine('sqlite://'), 'connect', late)",
    "event.listen(create_engine(absent.url), 'connect', late)",
    "event.listen(Engine, 'connect', functools.partial(late, 3))",
    "DefaultDialect.initialize = late",
    "Inspector.get_table_names = late",
    "class Finder:\n    find_spec = staticmethod(late)\nsys.meta_path.append(Finder)",
    "class Finder:\n    def find_spec(self, *args):\n        return late(*args)\nsys.meta_path.append(Finder())",
    "sys.path_hooks.append(late)",
)


def _module(body: str, runs: str) -> str:
    return (
        "import functools, sys\nimport absent\nfrom sqlalchemy import event\nfrom sqlalchemy.engine import Engine\n"
        "from sqlalchemy.engine.default import DefaultDialect\nfrom sqlalchemy.engine.reflection import Inspector\n"
        "from sqlalchemy.pool import Pool\nfrom models import *\ncounts = []\n"
        "def helper():\n    a.c.x.primary_key = True\ndef other():\n    counts.append(3)\n"
        f"def late(*args, **given):\n{textwrap.indent(body, '    ')}\n{runs}\n"
    )


class LaterTest(Case):
    """The tables that are in doubt."""

    def _doubts(self, body: str, runs: str, a: str, b: str) -> None:
        with self.subTest(body=body, runs=runs):
            files = {"base.py": _BASE, "models.py": _MODELS, "late.py": _module(body, runs)}
            self.check(files, f"a{a}\n  x INTEGER\nb{b}\n  x INTEGER\n")

    def test_every_change(self) -> None:
        for body in CHANGES:
            every = " ?changed-later" if "metadata" in body else ""
            self._doubts(body, RUNS[0], " ?changed-later", every)

    def test_every_way_to_run(self) -> None:
        for runs in RUNS:
            self._doubts(CHANGES[0], runs, " ?changed-later", "")

    def test_what_is_ordinary(self) -> None:
        for body in ORDINARY:
            self._doubts(body, RUNS[2], "", "")
        for runs in RUNS:
            self._doubts(ORDINARY[2], runs, "", "")

    def test_a_listener_that_was_taken_away_again(self) -> None:
        self._doubts(CHANGES[0], f"{RUNS[0]}\nevent.remove(Engine, 'connect', late)", "", "")

    def test_sessions(self) -> None:
        """Listeners of sessions, which concern rows."""
        runs = "from sqlalchemy.orm import Session\nevent.listen(Session, 'before_flush', late)"
        self._doubts("args[0].__table__.c.x.name = args", runs, "", "")

    def test_what_a_class_of_metadata_decides(self) -> None:
        for name, body, doubt in (
            (
                "sorted_tables",
                "@property\n    def sorted_tables(self):\n        return []",
                " ?changed-later",
            ),
            ("create_all", "def create_all(self, *args, **given):\n        pass", " ?changed-later"),
            (
                "_add_table",
                "def _add_table(self, *args):\n        super()._add_table(*args)",
                " ?changed-later",
            ),
            ("other", "def other(self):\n        return []", ""),
        ):
            with self.subTest(name):
                base = f"from sqlalchemy import *\nclass Own(MetaData):\n    {body}\nmetadata = Own()\n"
                files = {"base.py": base, "models.py": _MODELS}
                self.check(files, f"a{doubt}\n  x INTEGER\nb{doubt}\n  x INTEGER\n")

    def test_alembic(self) -> None:
        for runs in (
            "from alembic.autogenerate import comparators\ncomparators.dispatch_for('schema')(late)",
            "from alembic.runtime.environment import EnvironmentContext\nEnvironmentContext.configure = late",
        ):
            for body, doubt in ((CHANGES[0], " ?changed-later"), (ORDINARY[7], "")):
                self._doubts(body, runs, doubt, "")


if __name__ == "__main__":
    unittest.main()
