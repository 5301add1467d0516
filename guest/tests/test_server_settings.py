"""What settings of a database decide, so that the code alone does not determine it."""

import unittest

from belljar_guest import frames
from case import run
from render import tables

SOURCE = r"""{prelude}
a = Table("a", metadata, Column("x", String), CheckConstraint(column("x") != "\\", name="c"))
b = Table("b", metadata, Column("x", String), Index("ix_b", func.replace(column("x"), "\\", "")))
plain = Table("plain", metadata, Column("x", String), CheckConstraint(column("x") != "/", name="p"))
text_ = Table("text_", metadata, Column("x", String, server_default="\\"), CheckConstraint("x != '\\'", name="t"))
"""


class Backslashes(unittest.TestCase):
    """A setting of the server decides whether a backslash in a literal is doubled."""

    def test_in_what_expressions_are_written_to(self) -> None:
        for generation in ("1.3", "1.4", "2.0", "2.1"):
            found = {
                frame.name: [(reason.code, reason.origin) for reason in frame.reasons]
                for frame in run(generation, {"models.py": SOURCE})
                if isinstance(frame, frames.Table)
            }
            doubt = [("server-setting", None)]
            with self.subTest(generation=generation):
                self.assertEqual(found, {"a": doubt, "b": doubt, "plain": [], "text_": []})


#: Ways to ask for what only a connection knows, and the attribute that is asked for.
ASKED = (
    ("dialect.dbapi is not None", "dbapi"),
    ("getattr(dialect, 'dbapi', None)", "dbapi"),
    ("hasattr(dialect, 'loaded_dbapi')", "loaded_dbapi"),
    ("(dialect.server_version_info or (0,)) > (9, 4)", "server_version_info"),
    ("vars(dialect).get('server_version_info')", "server_version_info"),
    ("dialect.default_schema_name == 'public'", "default_schema_name"),
    ("dialect.driver == 'asyncpg'", "driver"),
    ("operator.attrgetter('driver')(dialect) == 'asyncpg'", "driver"),
    ("dialect.positional", "positional"),
    ("dialect.paramstyle == 'pyformat'", "paramstyle"),
    ("dialect.max_identifier_length > 30", "max_identifier_length"),
    ("helper(dialect)", "driver"),
    ("type(dialect).__name__ == 'PGDialect_psycopg2'", "PGDialect_psycopg2"),
)

#: What every dialect knows by itself.
ORDINARY = (
    "dialect.name == 'postgresql'",
    "getattr(dialect, 'name', None) == 'mysql'",
    "isinstance(dialect, PGDialect)",
    "dialect.supports_native_enum",
    "dialect.identifier_preparer.quote('x') == 'x'",
    "dialect.type_descriptor(String(3)).length == 3",
)

TYPES = """{prelude}
import operator
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FunctionElement
from sqlalchemy.types import TypeDecorator, UserDefinedType
def helper(dialect):
    return dialect.driver
def is_so(dialect):
    return @ASKS@
class Decorated(TypeDecorator):
    impl = String(40)
    cache_ok = True
    def load_dialect_impl(self, dialect):
        return dialect.type_descriptor(String(5 if @ASKS@ else 40))
class Compiled(UserDefinedType):
    cache_ok = True
@compiles(Compiled)
def compiled(element, compiler, **given):
    dialect = compiler.dialect
    return "x" if @ASKS@ else "y"
class now(FunctionElement):
    type = DateTime()
    inherit_cache = True
@compiles(now)
def of_now(element, compiler, **given):
    dialect = compiler.dialect
    return "x()" if @ASKS@ else "y()"
Table("a", metadata, Column("decorated", Decorated), Column("again", Decorated), Column("compiled", Compiled()),
      Column("list", ARRAY(Compiled())), Column("default", DateTime, server_default=now()), Column("plain", String(3)))
"""


class Connections(unittest.TestCase):
    """Attributes of a dialect that only a connection knows."""

    def _doubts(self, generation: str, asks: str) -> dict[str, list[str]]:
        (table,) = tables(run(generation, {"models.py": TYPES.replace("@ASKS@", asks)}))
        self.assertEqual([reason.message for reason in table.reasons], [])
        return {column.name: [reason.message for reason in column.reasons] for column in table.columns}

    def test_what_is_known_only_with_a_connection(self) -> None:
        for generation in ("1.3", "1.4", "2.0", "2.1"):
            for asks, name in ASKED:
                with self.subTest(asks, generation=generation):
                    doubt = f"asks the dialect for `{name}`, which is known only with a connection"
                    found = self._doubts(generation, asks)
                    self.assertEqual(found.pop("plain"), [])
                    self.assertEqual(found.pop("default"), [f"the code that writes it {doubt}"])
                    names = ("decorated", "again", "compiled", "list")
                    of_types = {name: [f"its type {doubt}"] for name in names}
                    self.assertEqual(found, of_types)

    def test_what_every_dialect_knows(self) -> None:
        for generation in ("1.3", "1.4", "2.0", "2.1"):
            for asks in ORDINARY:
                with self.subTest(asks, generation=generation):
                    self.assertEqual(
                        [item for found in self._doubts(generation, asks).values() for item in found], []
                    )

    def test_statements(self) -> None:
        """The statements of a table and of every column."""
        for cls, on_table, on_column in (
            ("CreateTable", 1, 0),
            ("CreateColumn", 0, 1),
            ("CreateIndex", 1, 0),
        ):
            source = f"""{{prelude}}
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateColumn, CreateIndex, CreateTable
@compiles({cls})
def compiled(element, compiler, **given):
    compiler.dialect.driver
    return getattr(compiler, "visit_" + type(element).__visit_name__)(element, **given)
Table("a", metadata, Column("x", Integer, index=True))
"""
            for generation in ("1.3", "1.4", "2.0", "2.1"):
                with self.subTest(cls, generation=generation):
                    (table,) = tables(run(generation, {"models.py": source}))
                    self.assertEqual(
                        (len(table.reasons), len(table.columns[0].reasons)), (on_table, on_column)
                    )


if __name__ == "__main__":
    unittest.main()
