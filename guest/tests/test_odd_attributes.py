"""Code may set any attribute of a table to anything; at most its own table is lost."""

import unittest

from belljar_guest import frames
from case import GENERATIONS, Case, run

VALUES = ("'text'", "5", "['a']", "None", "Odd()", "{1: 2}", "b'x'")

#: By the object they are set on. A declaration does not set `columns` or `constraints`, but code may.
ATTRIBUTES = {
    "bad": "info comment name schema key dialect_options kwargs columns constraints indexes _prefixes doc fullname",
    "bad.c.id": "info comment name key doc default onupdate server_default autoincrement nullable type foreign_keys",
    "bad.c.id.type": "name length info schema",
    "bad.primary_key": "name info comment dialect_options",
    "metadata": "info naming_convention",
    "index": "name info dialect_options unique expressions",
    "check": "name info sqltext",
}

MODELS = """
from sqlalchemy import *

class Odd(object):
    def __str__(self):
        raise RuntimeError('odd')
    __repr__ = __eq__ = __hash__ = __bool__ = __getattr__ = __iter__ = __len__ = __str__

metadata = MetaData()
good = Table('good', metadata, Column('id', Integer, primary_key=True))
bad = Table('bad', metadata, Column('id', Integer, primary_key=True))
index = Index('ix', bad.c.id)
check = CheckConstraint('id > 0', name='ck')
bad.append_constraint(check)
try:
    SETTING
except Exception:
    pass
last = Table('last', metadata, Column('id', Integer, primary_key=True))
"""

OTHER = """
from sqlalchemy import *
other = Table('other', MetaData(), Column('id', Integer))
"""


class OddAttributes(Case):
    """Only the newest generations with a different way to read attributes, as there are many variants."""

    def assert_others_are_there(self, setting: str, generation: str) -> None:
        """The other tables exist once, with their statements."""
        files = {"models.py": MODELS.replace("SETTING", setting), "second.py": OTHER}
        found = run(generation, files, ddl=("postgresql",))
        done = found[-1]
        self.assertIsInstance(done, frames.Done, setting)
        tables = {frame.serial: frame for frame in found if isinstance(frame, frames.Table)}
        names = sorted(tables[serial].name for serial in getattr(done, "tables", ()) if serial in tables)
        statements = [text for frame in found if isinstance(frame, frames.Ddl) for text in frame.statements]
        for name in ("good", "last", "other"):
            self.assertEqual(names.count(name), 1, f"{setting}: {names}")
            made = [text for text in statements if text.startswith(f"CREATE TABLE {name} ")]
            self.assertEqual(len(made), 1, f"{setting}: {statements}")

    def test_every_attribute_and_value(self) -> None:
        generation = GENERATIONS[-1]
        settings = [
            f"{of}.{name} = {value}"
            for of, names in ATTRIBUTES.items()
            for name in names.split()
            for value in VALUES
        ]
        for setting in settings[::3]:
            self.assert_others_are_there(setting, generation)

    def test_info_that_is_a_text(self) -> None:
        for generation in GENERATIONS:
            for value in VALUES:
                self.assert_others_are_there(f"bad.info = {value}", generation)

    def test_a_table_that_can_not_be_read_is_named(self) -> None:
        for generation in GENERATIONS:
            found = run(generation, {"models.py": MODELS.replace("SETTING", "bad.schema = ['a']")})
            messages = [frame.message for frame in found if isinstance(frame, frames.Remark)]
            self.assertTrue(any(text.startswith("bad: its `schema`") for text in messages), messages)


class Statements(Case):
    """The effect of one element on another."""

    MODELS = """
    from sqlalchemy import *
    from sqlalchemy.dialects.postgresql import ExcludeConstraint
    metadata = MetaData()
    Table('a', metadata, Column('id', Integer, primary_key=True, comment='x'), comment='c')
    t = Table('b', metadata, Column('id', Integer, primary_key=True),
              ExcludeConstraint(('id', '='), name='e', using='gist'))
    """

    def ddl(self, generation: str, dialect: str, models: str = MODELS) -> frames.Ddl:
        """The statements of the DDL."""
        (found,) = (
            frame
            for frame in run(generation, {"models.py": models}, ddl=(dialect,))
            if isinstance(frame, frames.Ddl)
        )
        return found

    def test_an_exclusion_is_in_its_table(self) -> None:
        for generation in GENERATIONS:
            self.assertIn("CONSTRAINT e EXCLUDE", "".join(self.ddl(generation, "postgresql").statements))
            found = self.ddl(generation, "mysql")
            self.assertIn("CREATE TABLE b", "".join(found.statements))
            self.assertIn(
                "its exclusion constraint, as mysql has none", [entry.value for entry in found.failures]
            )

    def test_comments_of_sql_server(self) -> None:
        for generation in GENERATIONS:
            found = self.ddl(generation, "mssql")
            self.assertIn("CREATE TABLE a", "".join(found.statements))
            self.assertEqual([entry.name for entry in found.failures], ["b"])

    def test_an_index_that_can_not_be_rendered_costs_no_table(self) -> None:
        models = """
        from sqlalchemy import *
        from sqlalchemy.sql.expression import ColumnElement
        class Odd(ColumnElement):
            __visit_name__ = 'odd'
            inherit_cache = False
            type = Integer()
        metadata = MetaData()
        a = Table('a', metadata, Column('id', Integer, primary_key=True))
        b = Table('b', metadata, Column('id', Integer, primary_key=True))
        Index('ix', a.c.id + Odd())
        """
        for generation in GENERATIONS:
            found = self.ddl(generation, "postgresql", models)
            text = "".join(found.statements)
            self.assertIn("CREATE TABLE a", text)
            self.assertIn("CREATE TABLE b", text)
            self.assertEqual([entry.name for entry in found.failures], ["ix"])


if __name__ == "__main__":
    unittest.main()
