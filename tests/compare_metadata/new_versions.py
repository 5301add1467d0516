"""What `belljar migrations new` writes, run by Alembic: `new_versions.py target/debug/belljar --pairs 50 --seed 1`.

For each pair of schemas by chance, a project without versions gets one for the base, and then one for the head. Neither
may be broken by the rules of `migrations lint` on histories and statements, `migrations check` has to find nothing, and
Alembic has to make of both what SQLAlchemy makes of the head, and back what it makes of the base.
"""

import argparse
import contextlib
import copy
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from databases import Databases, metadata_of
from generated import catalogue_postgresql, catalogue_sqlite
from generated.__main__ import drawn, kept
from generated.kinds import Json
from generated.schema import all_names
from generated.source import body
from generated.trial import Pair, differences
from versions import PRELUDE

_INI = """\
[alembic]
script_location = %(here)s/db
sqlalchemy.url = {url}
"""

_ENV = """\
from alembic import context
from models import metadata

connection = context.config.attributes.get("connection")
if context.is_offline_mode() or connection is None:
    context.configure(url=context.config.get_main_option("sqlalchemy.url"), target_metadata=metadata)
else:
    context.configure(connection=connection, target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
"""

_TEMPLATE = '''\
"""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
Create Date: ${create_date}

"""
from alembic import op
import sqlalchemy as sa
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
'''

#: Exit codes of `migrations new`.
_WHOLE, _IN_PART, _NOTHING = 0, 1, 3


class WrongError(Exception):
    """Something is not as it has to be."""


class NoPairError(Exception):
    """A pair that does not count."""


class Project:
    """A project whose models change."""

    def __init__(self, binary: Path, folder: Path, database: str) -> None:
        """Make one without models."""
        self._binary, self._folder, self._database = binary, folder, database
        (folder / "db" / "versions").mkdir(parents=True)
        (folder / "alembic.ini").write_text(_INI.format(url=f"{database}://"))
        (folder / "db" / "env.py").write_text(_ENV)
        (folder / "db" / "script.py.mako").write_text(_TEMPLATE)

    def declare(self, schema: Json) -> None:
        """Write the models."""
        (self._folder / "models.py").write_text(PRELUDE + body(schema, self._database))

    def new(self, message: str) -> int:
        """Write a version; the exit code."""
        return self._run((_WHOLE, _IN_PART, _NOTHING), "new", "-m", message)[0]

    def check(self, *, is_whole: bool) -> None:
        """Lint the versions, and compare them with the models."""
        self._run((0,), "lint", "--select", "BJ02,BJ03", "--format", "concise")
        status, text = self._run((0, 1), "check", "--format", "json", "--fail-on", "note")
        if status and is_whole:
            (environment,) = json.loads(text)["environments"]
            lines = [finding["message"] for finding in environment["findings"]]
            raise WrongError(f"check finds: {'; '.join(lines)}")

    def _run(self, allowed: tuple[int, ...], action: str, *arguments: str) -> tuple[int, str]:
        done = subprocess.run(
            [str(self._binary), "migrations", action, str(self._folder), "--quiet", *arguments],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode not in allowed:
            raise WrongError(f"{action}: {done.returncode}: {done.stdout[-1500:]}{done.stderr[-1500:]}")
        return done.returncode, done.stdout

    def migrate(self, connection: sa.Connection, *, back: bool = False) -> None:
        """Have Alembic run the versions; the last one back."""
        for name in [name for name in sys.modules if name == "models"]:
            del sys.modules[name]
        sys.path.insert(0, str(self._folder))
        config = Config(str(self._folder / "alembic.ini"))
        config.attributes["connection"] = connection
        try:
            if back:
                command.downgrade(config, "-1")
            else:
                command.upgrade(config, "head")
        except Exception as error:
            way = "downgrade" if back else "upgrade"
            raise WrongError(f"{way}: {type(error).__name__}: {str(error).splitlines()[0]}") from error
        finally:
            sys.path.remove(str(self._folder))


class Trial:
    """Tries pairs on one database."""

    def __init__(self, binary: Path, databases: Databases, database: str) -> None:
        """Take the program and the databases."""
        self._binary, self._databases, self._database = binary, databases, database
        self.counts: Counter[str] = Counter()
        self.wrong: list[str] = []

    def check(self, pair: Pair, *, show: bool) -> None:
        """Try a pair."""
        with tempfile.TemporaryDirectory() as folder:
            project = Project(self._binary, Path(folder), self._database)
            try:
                self.counts[self._check(project, _tables_alone(pair))] += 1
            except NoPairError as why:
                self.counts["no pair"] += 1
                print(f"{pair.name}: no pair: {why}", file=sys.stderr)
            except WrongError as why:
                self.counts["WRONG"] += 1
                self.wrong.append(f"{pair.name}: {why}")
                print(self.wrong[-1], file=sys.stderr, flush=True)
                if show:
                    for path in sorted(Path(folder).rglob("*.py")):
                        print(f"--- {path.name}\n{path.read_text()}")

    def _check(self, project: Project, pair: Pair) -> str:
        wanted = {name: self._wanted(getattr(pair, name)) for name in ("base", "head")}
        project.declare(pair.base)
        codes = [project.new("the base")]
        project.check(is_whole=codes[0] != _IN_PART)
        project.declare(pair.head)
        codes.append(project.new("the head"))
        is_whole = _IN_PART not in codes
        project.check(is_whole=is_whole)
        if not is_whole:
            return "left out, and said"
        with self._empty() as engine, engine.connect() as connection:
            project.migrate(connection)
            self._compare("upgrade", connection, pair.head, wanted["head"])
            if codes[1] != _NOTHING:
                project.migrate(connection, back=True)
                self._compare("downgrade", connection, pair.base, wanted["base"])
        return "nothing to do" if codes[1] == _NOTHING else "right"

    def _wanted(self, schema: Json) -> Json:
        try:
            metadata = metadata_of(body(schema, self._database))
            with self._empty() as engine, engine.connect() as connection:
                metadata.create_all(connection)
                return self._catalogue(connection, schema)
        except Exception as error:
            raise NoPairError(str(error).splitlines()[0]) from error

    @contextlib.contextmanager
    def _empty(self) -> Iterator[sa.Engine]:
        with self._databases.empty(self._database) as engine:
            if self._database == "postgresql":
                with engine.begin() as connection:
                    connection.exec_driver_sql("DROP SCHEMA IF EXISTS extra CASCADE")
                    connection.exec_driver_sql("CREATE SCHEMA extra")
            yield engine

    def _catalogue(self, connection: sa.Connection, schema: Json) -> Json:
        names = {*all_names(schema), *_constraints(metadata_of(body(schema, self._database)))}
        asked = catalogue_postgresql if self._database == "postgresql" else catalogue_sqlite
        found: Json = asked.catalogue(connection, names)
        return found

    def _compare(self, way: str, connection: sa.Connection, schema: Json, wanted: Json) -> None:
        found = self._catalogue(connection, schema)
        found = {name: item for name, item in found.items() if "alembic_version" not in name}
        left = list(differences(found, wanted))
        if left:
            raise WrongError(f"{way}: {'; '.join(left)}")


def _tables_alone(pair: Pair) -> Pair:
    """A pair without what versions are not compared by: views, triggers, sequences."""
    sides = [copy.deepcopy(side) for side in (pair.base, pair.head)]
    for side in sides:
        side["views"], side["triggers"], side["sequences"] = {}, {}, {}
        for table in side["tables"].values():
            for column in table["columns"].values():
                column["sequence"] = None
    _name_alike(*sides)
    _without_keys_twice(*sides)
    return Pair(pair.name, sides[0], sides[1])


def _name_alike(base: Json, head: Json) -> None:
    """Leave no constraint that only gets or loses a name: that is no difference of the migrations."""
    head["convention"] = base["convention"]
    for own, table in head["tables"].items():
        before = base["tables"].get(own)
        if before is None:
            continue
        kinds = ("unique", "checks", "excludes", "keys")
        pairs = [(before["key"], table["key"])]
        pairs += [
            (before[kind][name], item)
            for kind in kinds
            for name, item in table[kind].items()
            if name in before[kind]
        ]
        for old, new in pairs:
            if (old["name"] is None) != (new["name"] is None):
                new["name"] = old["name"]


def _without_keys_twice(base: Json, head: Json) -> None:
    """Leave no unique constraint on the columns of a primary key: that is no difference either."""
    for own in {*base["tables"], *head["tables"]}:
        tables = [side["tables"][own] for side in (base, head) if own in side["tables"]]
        keys = [table["key"]["columns"] for table in tables]
        for table in tables:
            kept = {name: item for name, item in table["unique"].items() if item["columns"] not in keys}
            table["unique"] = kept


def _constraints(metadata: sa.MetaData) -> Iterator[str]:
    for table in metadata.tables.values():
        for constraint in table.constraints:
            if isinstance(constraint.name, str):
                yield str(constraint.name)


def main() -> int:
    """Try pairs, and print what was counted."""
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=Path)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--pairs", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="pairs whose name has this in it")
    parser.add_argument("--kept", action="store_true", help="also those that once failed as SQL")
    parser.add_argument("--show", action="store_true", help="show the files of what fails")
    given = parser.parse_args()
    databases = Databases([name for name in ("postgresql", "mariadb") if name != given.database])
    trial = Trial(given.program.resolve(), databases, given.database)
    pairs = drawn(given.seed, given.pairs, given.database)
    pairs = [*(kept(given.database) if given.kept else ()), *pairs]
    try:
        for pair in pairs:
            if given.only in pair.name:
                trial.check(pair, show=given.show)
    finally:
        databases.close()
    for name, count in sorted(trial.counts.items()):
        print(f"{count:6} {name}")
    print("\n".join(trial.wrong))
    return int(bool(trial.wrong) or not trial.counts["right"])


if __name__ == "__main__":
    sys.exit(main())
