"""What the guest reads of a live database, compared with SQLAlchemy's `MetaData.reflect` of the same database.

    inspected.py [--tables N] [--without postgresql] [--without mariadb]

Both become frames, which are compared field by field. Every difference must be one of `KNOWN`, where the guest says
more, or the same in the way in which code says it. With `--tables`, the seconds and queries for as many tables.
"""

import argparse
import contextlib
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import streams
from belljar_guest import frames
from belljar_guest.extract.tables import table_frame
from databases import Databases
from decode import decode

#: By database: where the guest and SQLAlchemy differ, and why.
KNOWN = {
    "": {
        ".serial": "numbers of the frames",
        ".columns[].autoincrement": "as code says it: `auto` unless a key is not numbered",
        ".reasons#": "what a document has no place for is named",
        ".indexes[].elements[].text": "without the name of the table",
        ".indexes[].elements[].sql": "without the name of the table",
        ".indexes[].elements[].column": "an element with a direction is an expression",
    },
    "postgresql": {
        ".columns[].server_default": "`SERIAL` of a primary key is its numbering",
        ".columns[].identity.start": "what every identity has is left out",
        ".columns[].identity.increment": "what every identity has is left out",
        ".columns[].identity.options#": "what every identity has is left out",
        ".unique[].deferrable": "SQLAlchemy loses it",
        ".unique[].initially": "SQLAlchemy loses it",
        ".unique[].options#": "what every constraint has is left out",
        ".options#": "SQLAlchemy loses the partition key",
        ".indexes[].options#": "without the texts for other databases",
        ".excludes#": "SQLAlchemy makes it an index",
        ".indexes#": "SQLAlchemy makes an exclusion constraint an index",
        ".prefixes#": "SQLAlchemy loses UNLOGGED",
    },
    "mysql": {
        ".columns[].ty.class_name": "a check makes it JSON",
        ".columns[].ty.module": "a check makes it JSON",
        ".columns[].ty.repr": "without usual widths, and without the table's character set",
        ".columns[].ty.ddl[].value": "without usual widths, and without the table's character set",
        ".columns[].ty.ddl#": "a check makes it JSON",
        ".columns[].computed.sql": "without outer parentheses",
        ".checks#": "SQLAlchemy loses checks of columns",
        ".columns[].server_default": "SQLAlchemy loses defaults of bits",
        ".columns[].options#": "SQLAlchemy loses INVISIBLE",
        ".options#": "as code names them; the comment is a field",
        ".options[].name": "as code names them",
        ".options[].value": "as code names them",
    },
    "sqlite": {
        ".columns[].ty.ddl[].value": "SQLAlchemy replaces types by their affinity",
        ".columns[].ty.ddl#": "SQLAlchemy replaces types by their affinity",
        ".columns[].nullable": "the number of the row is never null",
        ".columns[].computed.sql": "SQLAlchemy reads on to the last parenthesis of the line",
        ".columns[].computed.persisted": "SQLAlchemy reads on to the last parenthesis of the line",
        ".options#": "SQLAlchemy loses AUTOINCREMENT",
        ".unique[].options#": "SQLAlchemy loses ON CONFLICT",
        ".indexes#": "SQLAlchemy leaves out indexes of expressions",
    },
}

_FIXTURES = Path(__file__).resolve().parent / "inspected"


class NoDoubts:
    """Doubts of a table that no code declares."""

    def __getattr__(self, name: str) -> Any:
        return list if name == "distinct" else lambda *_args, **_kwargs: []


def reflected(engine: sa.Engine, schemas: tuple[str | None, ...]) -> dict[str, frames.Table]:
    """The frames of what SQLAlchemy reflects."""
    metadata = sa.MetaData()
    for schema in schemas:
        metadata.reflect(engine, schema=schema)
    doubts: Any = NoDoubts()
    return {
        table.fullname: table_frame("database", table, None, doubts) for table in metadata.tables.values()
    }


def differences(one: Any, other: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """The fields that differ."""
    if isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            yield f"{path}#", one, other
            return
        for left, right in zip(one, other, strict=True):
            yield from differences(left, right, f"{path}[]")
    elif hasattr(one, "__dataclass_fields__") and type(one).__mro__[-2] is type(other).__mro__[-2]:
        for name in (field.name for field in fields(other)):
            yield from differences(getattr(one, name), getattr(other, name), f"{path}.{name}")
    elif one != other:
        yield path, one, other


def statements(name: str) -> list[str]:
    """The statements of a file, each ended by `;;`."""
    return [text.strip() for text in (_FIXTURES / name).read_text().split(";;") if text.strip()]


def stream_of(databases: Databases, name: str) -> tuple[dict[str, Any], Any]:
    """The job and the stream for a database."""
    if name == "postgresql":
        path = str(databases.postgresql_socket)
        return {"dialect": "postgresql", "user": "postgres", "database": "postgres"}, streams.SocketStream(
            path
        )
    path = str(databases.mariadb_socket)
    return {"dialect": "mysql", "user": "root", "database": "tests"}, streams.SocketStream(path)


def frames_of(databases: Databases, name: str, engine: sa.Engine) -> list[frames.Frame]:
    """What the guest reads."""
    if name == "sqlite":
        with engine.connect() as connection:
            rows = connection.exec_driver_sql("SELECT type, name, tbl_name, sql FROM sqlite_schema").all()
        return streams.inspected({"dialect": "sqlite", "statements": [list(row) for row in rows]}, None)
    return streams.inspected(*stream_of(databases, name))


def compared(databases: Databases, name: str) -> list[str]:
    """What is wrong with a database of every kind of object."""
    wrong = []
    with databases.empty(name) as engine:
        with engine.begin() as connection:
            if name == "postgresql":
                connection.exec_driver_sql("DROP SCHEMA IF EXISTS other CASCADE")
            for text in statements(f"{name}.sql"):
                connection.exec_driver_sql(text.replace("%", "%%") if name != "sqlite" else text)
        schemas = (None, "other") if name == "postgresql" else (None,)
        theirs = reflected(engine, schemas)
        found = frames_of(databases, name, engine)
        known = {**KNOWN[""], **KNOWN[engine.dialect.name]}
    partitions = {"big_2020"}  # their parents stand for them
    ours = {
        item.name if item.schema is None else f"{item.schema}.{item.name}": item
        for item in found
        if isinstance(item, frames.Table)
    }
    if set(theirs) - partitions != set(ours):
        wrong.append(f"{name}: tables {sorted(set(theirs) ^ set(ours))}")
    count = Counter[str]()
    for table in sorted(set(ours) & set(theirs)):
        for path, left, right in differences(theirs[table], ours[table]):
            count[path] += 1
            if path not in known:
                wrong.append(f"{name}: {table}{path}: {left!r} / {right!r}")
    kinds = Counter(type(item).__name__ for item in found)
    print(f"{name}: {dict(kinds)}, {sum(count.values())} differences, all known" if not wrong else name)
    for path, number in sorted(count.items()):
        print(f"  {number:4} {path}: {known.get(path, 'UNKNOWN')}")
    kept = _FIXTURES / f"{name}.txt"
    lines = [
        f"{type(item).__name__} {summary(item)}"
        for item in found
        if not isinstance(item, frames.Table | frames.Database)
    ]
    text = "\n".join(lines) + "\n"
    if "--write" in sys.argv:
        kept.write_text(text)
    elif kept.read_text() != text:
        wrong.append(f"{name}: other objects than in {kept.name}:\n{text}")
    return wrong


def summary(item: Any) -> str:
    """A line for an object besides tables."""
    if isinstance(item, frames.Remark):
        return item.message
    if isinstance(item, frames.DeclaredSequence):
        return repr(item.sequence)
    text = getattr(item, "definition", None) or getattr(item, "query", None) or ""
    more = [
        str(getattr(item, name)) for name in ("kind", "schema", "table", "reads") if getattr(item, name, None)
    ]
    return " ".join([item.name, *more, " ".join(text.split())])


def timed(databases: Databases, name: str, tables: int) -> None:
    """Print the seconds and the queries for many tables."""
    with databases.empty(name) as engine:
        _make_many(engine, tables)
        start, used = time.perf_counter(), time.process_time()
        metadata = sa.MetaData()
        queries = [0]
        sa.event.listen(engine, "before_cursor_execute", lambda *_: queries.__setitem__(0, queries[0] + 1))
        metadata.reflect(engine)
        theirs = f"{time.perf_counter() - start:.2f} s ({time.process_time() - used:.2f} s here)"
        job, stream = stream_of(databases, name)
        start, used = time.perf_counter(), time.process_time()
        found = streams.sent(job, stream)
        ours = f"{time.perf_counter() - start:.2f} s ({time.process_time() - used:.2f} s here)"
    count = sum(isinstance(item, frames.Table) for item in map(decode, found))
    print(
        f"{name}: {count} tables in {ours} with {stream.written} writes, {stream.read_bytes / 1e6:.1f} MB;"
        f" MetaData.reflect: {len(metadata.tables)} in {theirs} with {queries[0]} queries"
    )


def _make_many(engine: sa.Engine, tables: int) -> None:
    metadata = sa.MetaData()
    for number in range(tables):
        columns: list[Any] = [sa.Column("id", sa.Integer, primary_key=True)]
        columns += [sa.Column(f"text_{one}", sa.String(40 + one), nullable=False) for one in range(4)]
        columns += [sa.Column("amount", sa.Numeric(10, 2), server_default="0")]
        columns += [
            sa.Column("made", sa.DateTime, server_default=sa.func.now()),
            sa.Column("flag", sa.Boolean),
        ]
        if number:
            columns.append(sa.Column("parent", sa.ForeignKey(f"table_{number // 2}.id"), index=True))
        columns.append(sa.UniqueConstraint("text_0", name=f"uq_{number}"))
        sa.Table(f"table_{number}", metadata, *columns)
    whole = metadata.sorted_tables
    for first in range(0, tables, 200):  # a server has so many locks for one transaction
        with engine.begin() as connection:
            metadata.create_all(connection, whole[first : first + 200], checkfirst=False)


def main() -> int:
    """Compare, or measure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--tables", type=int, default=0)
    parser.add_argument("--without", action="append", default=[])
    parser.add_argument("--write", action="store_true", help="write the expected objects")
    given = parser.parse_args()
    with contextlib.closing(Databases(given.without)) as databases:
        print(", ".join(databases.versions))
        names = [name for name in ("postgresql", "mariadb", "sqlite") if name not in databases.absent]
        if given.tables:
            for name in names[:2]:
                timed(databases, name, given.tables)
            return 0
        wrong = [text for name in names for text in compared(databases, name)]
    for text in wrong:
        print("WRONG", text)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
