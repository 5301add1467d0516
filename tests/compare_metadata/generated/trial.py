"""One pair on one database, there and back, by statements and by a script."""

import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from compare import statements
from databases import Databases, metadata_of
from documents import Program
from mariadb_server import fingerprint as of_mariadb

from . import catalogue_postgresql, catalogue_sqlite
from .kinds import Json
from .schema import all_names
from .source import body

#: The dialect of `belljar` for each database.
DIALECTS = {"sqlite": "sqlite", "postgresql": "postgresql", "mariadb": "mysql"}

#: How a way can end.
RIGHT, SAID, WRONG, REFUSED = "right", "left out, and said", "WRONG", "REFUSED"


class NoPairError(Exception):
    """A database does not take a side of the pair as SQLAlchemy makes it."""


@dataclass
class Pair:
    """Two schemas, and what the program makes of them."""

    name: str
    base: Json
    head: Json
    #: Why the program can't read a side exactly.
    inexact: str | None = None
    documents: tuple[Path, Path] | None = None


@dataclass
class Outcome:
    """How each way ended, and what is wrong with it."""

    ways: dict[str, str] = field(default_factory=dict)
    reported: dict[str, str] = field(default_factory=dict)
    #: The statements of each way, for people.
    texts: dict[str, str] = field(default_factory=dict)

    def is_bad(self) -> bool:
        """Whether a way is wrong or refused."""
        return any(way in (WRONG, REFUSED) for way in self.ways.values())


class Trial:
    """Tries pairs on one database."""

    def __init__(self, program: Program, databases: Databases, database: str) -> None:
        """Take the program and the databases."""
        self._program = program
        self._databases = databases
        self._database = database

    def run_pair(self, pair: Pair) -> Outcome:
        """All ways of a pair; raises `NoPairError`."""
        if pair.documents is None:
            raise NoPairError(pair.inexact or "no documents")
        base, head = pair.documents
        schemas = {"base": pair.base, "head": pair.head}
        try:
            sides = {name: metadata_of(body(schema, self._database)) for name, schema in schemas.items()}
        except sa.exc.SQLAlchemyError as error:
            raise NoPairError(_first_line(error)) from error
        names = {name: {*all_names(schema), *_names(sides[name])} for name, schema in schemas.items()}
        outcome = Outcome()
        wanted = {name: self._wanted(metadata, names) for name, metadata in sides.items()}
        for way, start, end, old, new in (
            ("sql there", "base", "head", base, head),
            ("sql back", "head", "base", head, base),
        ):
            text, gaps = self._program.rendered(old, new, "sql", DIALECTS[self._database])
            outcome.texts[way] = text
            with self._prepared(sides[start]) as engine:
                self._end(
                    outcome,
                    way,
                    gaps,
                    partial(self._statements, engine, text),
                    engine,
                    wanted[end],
                    names[end],
                )
        self._script(outcome, (base, head), sides, wanted, names)
        return outcome

    def _script(
        self, outcome: Outcome, documents: tuple[Path, Path], sides: Any, wanted: Any, names: Any
    ) -> None:
        text, gaps = self._program.rendered(*documents, "alembic", DIALECTS[self._database])
        outcome.texts["script"] = text
        module = types.ModuleType("version")
        exec(compile(text, "version.py", "exec"), vars(module))
        with self._prepared(sides["base"]) as engine:
            for way, end in (("upgrade", "head"), ("downgrade", "base")):
                self._end(
                    outcome,
                    f"script {way}",
                    gaps,
                    partial(_run, engine, getattr(module, way)),
                    engine,
                    wanted[end],
                    names[end],
                )
                if outcome.ways[f"script {way}"] != RIGHT:
                    return

    def _prepared(self, metadata: sa.MetaData) -> Any:
        return _Made(self._databases, self._database, metadata)

    def _wanted(self, metadata: sa.MetaData, names: dict[str, set[str]]) -> Callable[[set[str]], Json]:
        try:
            with self._prepared(metadata) as engine:
                found = {side: self._catalogue(engine, own) for side, own in names.items()}
        except Exception as error:
            raise NoPairError(_first_line(error)) from error
        return lambda own: next(found[side] for side, known in names.items() if known == own)

    def _catalogue(self, engine: sa.Engine, names: set[str]) -> Json:
        if self._database == "mariadb":
            return of_mariadb(engine)
        asked = (catalogue_postgresql if self._database == "postgresql" else catalogue_sqlite).catalogue
        with engine.connect() as connection:
            found: Json = asked(connection, names)
        return found

    def _end(
        self,
        outcome: Outcome,
        way: str,
        gaps: bool,
        apply: Callable[[], None],
        engine: sa.Engine,
        wanted: Any,
        names: set[str],
    ) -> None:
        try:
            apply()
        except Exception as error:
            outcome.ways[way], outcome.reported[way] = REFUSED, _first_line(error)
            engine.dispose()
            return
        left = list(differences(self._catalogue(engine, names), wanted(names)))
        outcome.ways[way] = (SAID if gaps else WRONG) if left else (SAID if gaps else RIGHT)
        if left:
            outcome.reported[way] = "; ".join(left)

    def _statements(self, engine: sa.Engine, text: str) -> None:
        driver: Any = engine.raw_connection()
        try:
            if self._database == "postgresql":
                driver.driver_connection.autocommit = True
            cursor = driver.cursor()
            for statement in statements(text):
                cursor.execute(statement)
            driver.commit()
        finally:
            # What a failing statement left behind would be the next one's; SQLite's is the database itself.
            _ = driver.close() if self._database == "sqlite" else driver.invalidate()


class _Made:
    """A database that holds one side."""

    def __init__(self, databases: Databases, database: str, metadata: sa.MetaData) -> None:
        self._empty = databases.empty(database)
        self._metadata = metadata
        self._database = database

    def __enter__(self) -> sa.Engine:
        engine = self._empty.__enter__()
        try:
            if self._database == "postgresql":
                with engine.begin() as connection:
                    connection.exec_driver_sql("DROP SCHEMA IF EXISTS extra CASCADE")
                    connection.exec_driver_sql("CREATE SCHEMA extra")
            self._metadata.create_all(engine)
        except BaseException:
            self._empty.__exit__(None, None, None)
            raise
        return engine

    def __exit__(self, *error: object) -> None:
        self._empty.__exit__(None, None, None)


def _names(metadata: sa.MetaData) -> Iterator[str]:
    """The names that constraints have, some by a convention."""
    for table in metadata.tables.values():
        for constraint in table.constraints:
            if isinstance(constraint.name, str):
                yield str(constraint.name)


def _run(engine: sa.Engine, change: Callable[[], None]) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        with context.begin_transaction(), Operations.context(context):
            change()
        connection.commit()


def _first_line(error: Exception) -> str:
    reported: Any = getattr(error, "orig", None) or error
    arguments = getattr(reported, "args", ())
    if arguments and isinstance(arguments[0], dict):  # as pg8000 tells it
        return f"{type(reported).__name__}: {arguments[0].get('M')}"
    return f"{type(reported).__name__}: {(str(reported).splitlines() or [''])[0]}"


def differences(found: Json, wanted: Json) -> Iterator[str]:
    """What differs between two catalogues."""
    for name in sorted({*found, *wanted}):
        one, other = found.get(name), wanted.get(name)
        if isinstance(one, dict) and isinstance(other, dict):
            yield from (f"{name}.{key}: {one[key]} / {other[key]}" for key in one if one[key] != other[key])
        elif one != other:
            yield f"{name}: {one} / {other}"
