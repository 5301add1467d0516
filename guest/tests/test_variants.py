"""What the code declares for one dialect: the DDL is SQLAlchemy's own, and the document agrees or is in doubt."""

import json
import random
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import sites
from belljar_guest import frames
from case import GENERATIONS, Case, run

DIALECTS = ("postgresql", "mysql", "mariadb", "sqlite", "mssql", "oracle")

HEAD = """
from sqlalchemy import *
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateColumn, CreateTable
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

metadata = MetaData()

class utcnow(FunctionElement):
    type = DateTime()
    name = 'utcnow'
    inherit_cache = True

@compiles(utcnow)
def _(element, compiler, **given):
    return 'CURRENT_TIMESTAMP'

@compiles(utcnow, 'postgresql')
def _(element, compiler, **given):
    return "TIMEZONE('utc', CURRENT_TIMESTAMP)"

@compiles(utcnow, 'mssql')
def _(element, compiler, **given):
    return 'GETUTCDATE()'

class Own(TypeDecorator):
    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect):
        return dialect.type_descriptor(String(9) if dialect.name == 'oracle' else Text())
"""

OF_COMPILERS = """
@compiles(CreateColumn, 'mysql')
def _(element, compiler, **given):
    text = compiler.visit_create_column(element, **given)
    return text + ' INVISIBLE' if element.element.name == 'seen' else text

@compiles(CreateTable, 'sqlite')
def _(element, compiler, **given):
    text = compiler.visit_create_table(element, **given)
    return text.rstrip() + ' STRICT' if element.element.name == 'a' else text
"""

#: Columns and other parts of a table, with `{}` for a number.
PARTS = (
    "Column('c{}', String(20).with_variant(mysql.VARCHAR(30), 'mariadb'))",
    "Column('c{}', String(20).with_variant(mysql.VARCHAR(30), 'mysql'))",
    "Column('c{}', BigInteger().with_variant(Integer, 'sqlite'), index=True)",
    "Column('c{}', Own())",
    "Column('c{}', DateTime, server_default=utcnow())",
    "Column('c{}', DateTime, server_default=func.now(), nullable=False)",
    "Column('c{}', Boolean, server_default=true())",
    "Column('C{}', Integer, quote=True)",
    "Column('C{}', Integer, quote=False)",
    "Column('order{}', Integer, CheckConstraint('order{} > 0'))",
    "Column('c {}', String(9), comment=\"it's\")",
    "Column('e{}', Enum('a', 'b', name='kinds{}'))",
    "Column('d{}', Integer), UniqueConstraint(column('d{}'), name='uq{}_N')",
    "Column('F{}', Integer), CheckConstraint(column('F{}') > 5, name='ck{}_N')",
    "Column('g{}', String(9)), Index('ix{}_N', func.lower(text('g{}')))",
    "Column('h{}', Integer), Index('IX{}_N', 'h{}', mssql_include=['id'])",
    "Column('p{}', ForeignKey('first.id', name='fk{}_N'))",
)


def models(rng: random.Random) -> str:
    """Random models."""
    lines = [HEAD, "Table('first', metadata, Column('id', Integer, primary_key=True))"]
    for number in range(6):
        parts = [
            rng.choice(PARTS).replace("{}", str(place)).replace("_N", f"_{number}") for place in range(5)
        ]
        key = rng.choice(
            ["Integer", f"Integer, Sequence('s_{number}')", "BigInteger().with_variant(Integer, 'sqlite')"]
        )
        more = rng.choice(
            ["", ", comment='x'", ", mariadb_engine='Aria'", ", mysql_engine='InnoDB'", ", quote=True"]
        )
        lines.append(
            f"Table('t{number}', metadata, Column('id', {key}, primary_key=True), {', '.join(parts)}{more})"
        )
    return "\n".join(lines)


def own(generation: str, text: str, dialects: tuple[str, ...]) -> dict[str, list[str]]:
    """The statements that SQLAlchemy creates without the guest."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "models.py")
        path.write_text(textwrap.dedent(text))
        program = Path(__file__).with_name("own_ddl.py")
        command = [
            sys.executable,
            "-W",
            "ignore",
            str(program),
            str(sites.site(generation)),
            str(path),
            *dialects,
        ]
        found: dict[str, list[str]] = json.loads(
            subprocess.run(command, check=True, capture_output=True).stdout
        )
        return found


class Variants(Case):
    """The statements, compared with the document."""

    def test_the_statements_are_those_of_sqlalchemy(self) -> None:
        for generation in GENERATIONS:
            for seed in range(3):
                rng = random.Random(seed)
                text = models(rng) + (OF_COMPILERS if seed == 2 else "")
                wanted = own(generation, text, DIALECTS)
                for dialect in DIALECTS:
                    with self.subTest(generation=generation, dialect=dialect, seed=seed):
                        found = run(generation, {"models.py": text}, ddl=(dialect,))
                        (ddl,) = (frame for frame in found if isinstance(frame, frames.Ddl))
                        self.assertEqual(ddl.failures, [])
                        self.assertEqual(sorted(ddl.statements), sorted(wanted[dialect]))
                        names = {frame.name for frame in found if isinstance(frame, frames.Table)}
                        self.assertEqual(names, {"first", *(f"t{number}" for number in range(6))})

    def tables(self, generation: str, text: str) -> dict[str, frames.Table]:
        """The last frame of each table."""
        found = run(generation, {"models.py": HEAD + textwrap.dedent(text)})
        return {frame.name: frame for frame in found if isinstance(frame, frames.Table)}

    def test_different_texts_of_a_dialect_are_reported(self) -> None:
        text = """
        Table('a', metadata, Column('id', Integer, primary_key=True),
              Column('v', String(20).with_variant(mysql.VARCHAR(30), 'mariadb')),
              Column('d', DateTime, server_default=utcnow()),
              Column('n', DateTime, server_default=func.now()),
              Column('C', Integer), CheckConstraint(column('C') > 5, name='ck'),
              Column('K', Enum('a', name='k', native_enum=False, create_constraint=True)))
        """
        for generation in GENERATIONS:
            found = self.tables(generation, text)["a"]
            columns = {column.name: column for column in found.columns}
            types = {entry.name: entry.value for entry in columns["v"].ty.ddl}
            self.assertEqual(types.get("mariadb"), None if generation == "1.3" else "VARCHAR(30)")
            options = {entry.name: entry.value for entry in columns["d"].options}
            self.assertEqual(options["server_default:mssql"], "GETUTCDATE()")
            self.assertEqual(options["server_default:sqlite"], "CURRENT_TIMESTAMP")
            self.assertEqual(columns["n"].options, [])
            check, kind = found.checks
            self.assertIn(frames.Entry("sql:mysql", "`C` > 5"), check.options)
            self.assertIn(frames.Entry("sql:mysql", "`K` IN ('a')"), kind.options)

    def test_what_a_compiler_of_the_code_writes_is_a_doubt(self) -> None:
        text = f"""
{OF_COMPILERS}
Table('a', metadata, Column('id', Integer, primary_key=True), Column('seen', Integer))
Table('b', metadata, Column('id', Integer, primary_key=True))
"""
        for generation in GENERATIONS:
            found = self.tables(generation, text)
            message = "what the repository's compiler of `Create{}` writes into {} ({}) is not represented"
            self.assertEqual(
                [reason.message for reason in found["a"].reasons],
                [message.format("Table", "its statement", "sqlite")],
            )
            reported = {
                column.name: [reason.message for reason in column.reasons] for column in found["a"].columns
            }
            self.assertEqual(reported, {"id": [], "seen": [message.format("Column", "it", "mysql")]})
            self.assertEqual(found["b"].reasons, [])

    def test_a_condition_of_an_index_is_written_by_its_dialect(self) -> None:
        text = """
        t = Table('a', metadata, Column('id', Integer, primary_key=True), Column('F', Boolean))
        Index('ix', t.c.id, mssql_where=t.c.F == True, sqlite_where=t.c.F == True, postgresql_where=t.c.F == True)
        """
        for generation in GENERATIONS:
            (found,) = self.tables(generation, text)["a"].indexes
            texts = {entry.name: entry.value for entry in found.options}
            wanted = {"mssql_where": "[F] = 1", "sqlite_where": '"F" = 1', "postgresql_where": 'a."F" = true'}
            self.assertEqual(texts, wanted)

    def test_a_constraint_on_what_is_no_column(self) -> None:
        text = "Table('a', metadata, Column('x', Integer), UniqueConstraint(column('x'), name='u'))"
        for generation in GENERATIONS:
            (found,) = self.tables(generation, text)["a"].unique
            self.assertEqual(found.columns, ["x"])


class Whole(Case):
    """A file that a database runs as a whole."""

    def ddl(self, generation: str, dialect: str, text: str) -> frames.Ddl:
        """The statements of the DDL."""
        found = run(generation, {"models.py": HEAD + textwrap.dedent(text)}, ddl=(dialect,))
        return next(frame for frame in found if isinstance(frame, frames.Ddl))

    def test_a_foreign_key_to_a_table_that_is_left_out_goes_with_it(self) -> None:
        text = """
        class Odd(TypeDecorator):
            impl = Integer
            cache_ok = True
            def load_dialect_impl(self, dialect):
                raise RuntimeError('odd')
        Table('odd', metadata, Column('id', Odd(), primary_key=True))
        Table('a', metadata, Column('id', Integer, primary_key=True), Column('o', Integer, ForeignKey('odd.id')))
        """
        for generation in GENERATIONS:
            found = self.ddl(generation, "postgresql", text)
            self.assertNotIn("REFERENCES", "".join(found.statements))
            self.assertEqual([entry.name for entry in found.failures], ["odd", "a"])

    def test_what_something_absent_has_a_part_in(self) -> None:
        """It is reported and left out, and nothing else is."""
        for parts, left_out in (
            ("Column('x' + n.x, Integer)", ["a"]),
            ("Column(n.x(), Integer)", ["a"]),
            (f"Column('{'x' * 70}' + n.x, Integer)", ["a"]),
            ("Column('x', String(n.length))", ["a"]),
            ("Column('x', Integer, server_default=text('1 + ' + n.x))", ["a"]),
            ("Column('x', Integer), CheckConstraint('x > ' + n.x)", ["a"]),
            ("Column('x', Integer), UniqueConstraint('x', name='u' + n.x)", ["a"]),
            ("Column('x', Enum('a', 'b' + n.x, name='kinds'))", ["a", "kinds"]),
            ("Column('x', Integer, comment='c' + n.x)", ["x"]),
            ("Column('x', Integer), Index('ix_' + n.x, 'x')", ["ix_⟪acme.n.x⟫"]),
            ("Column('x', Integer), Index('ix', 'x', postgresql_where=text('x > ' + n.x))", ["ix"]),
            ("Column('x', Enum('a', 'b', name='kinds')), Index('ix', 'x'), comment='of c'", []),
        ):
            text = f"""
            from acme import n
            Table('a', metadata, Column('id', Integer, primary_key=True), {parts})
            Table('b', metadata, Column('id', Integer, primary_key=True))
            """
            for generation in GENERATIONS:
                with self.subTest(parts, generation=generation):
                    found = self.ddl(generation, "postgresql", text)
                    statements = "".join(found.statements)
                    self.assertNotIn("⟪", statements)
                    self.assertIn("CREATE TABLE b", statements)
                    self.assertEqual([entry.name for entry in found.failures], left_out)
                    self.assertEqual("CREATE TABLE a" in statements, left_out[:1] != ["a"])

    def test_tables_come_in_their_order_where_they_can_not_come_together(self) -> None:
        text = """
        class Special(MetaData):
            def create_all(self, *args, **given):
                raise RuntimeError('no')
        metadata = Special()
        Table('a', metadata, Column('id', Integer, primary_key=True), Column('z', Integer, ForeignKey('z.id')),
              Column('e', Enum('x', name='kinds')))
        Table('z', metadata, Column('id', Integer, primary_key=True), Column('e', Enum('x', name='kinds')))
        Table('c', metadata, Column('id', Integer, primary_key=True), Column('d', Integer, ForeignKey('d.id', name='cd')))
        Table('d', metadata, Column('id', Integer, primary_key=True), Column('c', Integer, ForeignKey('c.id', name='dc')))
        """
        for generation in GENERATIONS:
            found = self.ddl(generation, "postgresql", text).statements
            heads = [statement.partition(" (")[0].partition(" FOREIGN")[0] for statement in found]
            self.assertEqual(len(heads), len(set(heads)), heads)
            for before, after in (
                ("CREATE TABLE z", "CREATE TABLE a"),
                ("CREATE TYPE kinds AS ENUM", "CREATE TABLE z"),
            ):
                self.assertLess(heads.index(before), heads.index(after), heads)
            self.assertEqual(sum("ADD CONSTRAINT" in head for head in heads), 2, heads)
            self.assertNotIn("cd", "".join(text for text in found if text.startswith("CREATE TABLE")))

    def test_values_of_a_statement_are_in_it(self) -> None:
        text = """
        from sqlalchemy import event
        first = Table('first', metadata, Column('id', Integer, primary_key=True), Column('g', Integer))

        @event.listens_for(first, 'before_create')
        def before(table, bind, **given):
            table.c.g.type = BigInteger()

        @event.listens_for(first, 'after_create')
        def after(table, bind, **given):
            table.c.g.type = Integer()
            bind.execute(func.recover(table.name, 4326).select())
        """
        for generation in GENERATIONS:
            found = "\n".join(self.ddl(generation, "sqlite", text).statements)
            self.assertIn("g BIGINT", found)
            self.assertIn("recover('first', 4326)", found)

    def test_a_view_of_sqlalchemy(self) -> None:
        if "2.1" not in GENERATIONS:
            self.skipTest("only 2.1 has it")
        text = """
        from sqlalchemy.schema import CreateView
        t = Table('a', metadata, Column('id', Integer, primary_key=True))
        CreateView(select(t.c.id), 'v', metadata=metadata)
        """
        found = self.ddl("2.1", "sqlite", text)
        self.assertEqual(
            (found.failures, [text.partition(" SELECT")[0] for text in found.statements if "VIEW" in text]),
            ([], ["CREATE VIEW v AS"]),
        )
