"""Alembic and real databases as the oracle of `belljar diff`.

    python compare.py target/release/belljar [--only NAME]

For every pair of `cases.py` and every database it is for:

* what `compare_metadata` finds between a database made from the base and the models of the head, `belljar diff` finds
* the script of `--format alembic` makes that database what the models of the head make; back, what the base's make
* so do, on servers, the statements of `--format sql`

A script that says that something is left out may fall short of that; it is counted. Differences with a reason are in
`KNOWN`. A pair that a database does not get says why, and is counted too; what a database is said to refuse is tried.
Ends with 1 where there is another difference, and with 2 where a database is not here and `--without` does not name it.
"""

import argparse
import sys
import tempfile
import types
from collections import Counter
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from cases import cases
from databases import Databases, compared, differences, fingerprint, metadata_of, shown
from documents import Program
from findings import missing
from known import KNOWN
from versions import ALL, Case

#: The dialect of `belljar` for each database; for MySQL and MariaDB it has one.
_DIALECTS = {"sqlite": "sqlite", "postgresql": "postgresql", "mariadb": "mysql"}


class Oracle:
    """Counts, and keeps what is wrong."""

    def __init__(self, program: Program, databases: Databases) -> None:
        """Take the program and the databases."""
        self.program = program
        self._databases = databases
        self.counts: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.explained: list[str] = []
        self._last: tuple[Any, list[dict[str, Any]]] = (None, [])

    def check(self, case: Case, database: str, base: Path, head: Path) -> None:
        """All of it for one pair and one database."""
        changes = self._changes(base, head)
        old, new = metadata_of(case.base), metadata_of(case.head)
        expected: dict[str, Any] = {}
        for name, metadata in (("base", old), ("head", new)):
            with self._databases.empty(database) as engine:
                metadata.create_all(engine)
                expected[name] = fingerprint(engine)
                expected[f"{name} noise"] = shown(compared(engine, metadata))
        with self._databases.empty(database) as engine:
            old.create_all(engine)
            found = [item for item in compared(engine, new) if shown([item])[0] not in expected["head noise"]]
            self.counts[f"{database}: pairs"] += 1
            self.counts[f"{database}: findings of Alembic"] += len(found)
            for text in missing(found, changes):
                self._differs(case, f"{database}: not found: {text}")
            text, gaps = self.program.rendered(base, head, "alembic", _DIALECTS[database])
            self._script(case, database, engine, (text, gaps), (old, new), expected)
        if database != "sqlite":
            self._statements(case, database, base, head, (old, new), expected)

    def passed_over(self, case: Case, database: str) -> bool:
        """Whether a pair is not for a database, or that refuses it; counted, and a refusal tried."""
        if database not in case.databases:
            self.counts[f"{database}: passed over: {case.reason}"] += 1
            return True
        refused = case.refused
        if refused is None or refused.database != database:
            return False
        try:
            for body in (case.base, case.head):
                with self._databases.empty(database) as engine:
                    metadata_of(body).create_all(engine)
        except sa.exc.DBAPIError as error:
            if refused.says in str(error.orig):
                self.counts[f"{database}: refused, as it should be: {refused.why}"] += 1
            else:
                self.wrong.append(f"{case.name}: {database}: refused for another reason: {error.orig}")
        else:
            self.wrong.append(f"{case.name}: {database}: NOT refused, and should be: {refused.why}")
        return True

    def _changes(self, base: Path, head: Path) -> list[dict[str, Any]]:
        """The changes of a pair, which are the same for every database."""
        if self._last[0] != (base, head):
            self._last = ((base, head), self.program.changes(base, head))
        return self._last[1]

    def _script(
        self,
        case: Case,
        database: str,
        engine: sa.Engine,
        rendered: tuple[str, bool],
        versions: tuple[sa.MetaData, sa.MetaData],
        expected: dict[str, Any],
    ) -> None:
        text, gaps = rendered
        module = types.ModuleType("version")
        exec(compile(text, "version.py", "exec"), vars(module))
        for direction, side, metadata in (
            ("upgrade", "head", versions[1]),
            ("downgrade", "base", versions[0]),
        ):
            what = f"{database}: {direction}"
            try:
                with engine.connect() as connection:
                    context = MigrationContext.configure(connection)
                    with context.begin_transaction(), Operations.context(context):
                        getattr(module, direction)()
                    connection.commit()
                left = [
                    item
                    for item in shown(compared(engine, metadata))
                    if item not in expected[f"{side} noise"]
                ]
                left += differences(fingerprint(engine), expected[side])
            except Exception as error:
                left = [f"{type(error).__name__}: {str(error).splitlines()[0]}"]
            if not left:
                self.counts[f"{what}: as it should be"] += 1
            elif gaps:
                self.counts[f"{what}: something is said to be left out"] += 1
            else:
                self._differs(case, f"{what}: {'; '.join(left)}")

    def _statements(
        self,
        case: Case,
        database: str,
        base: Path,
        head: Path,
        versions: tuple[sa.MetaData, sa.MetaData],
        expected: dict[str, Any],
    ) -> None:
        text, gaps = self.program.rendered(base, head, "sql", _DIALECTS[database])
        with self._databases.empty(database) as engine:
            versions[0].create_all(engine)
            try:
                driver: Any = engine.raw_connection()
                cursor = driver.cursor()
                if database == "postgresql":
                    driver.driver_connection.autocommit = True
                for statement in statements(text):
                    cursor.execute(statement)
                driver.close()
                left = differences(fingerprint(engine), expected["head"])
            except Exception as error:
                left = [f"{type(error).__name__}: {error}"]
                engine.dispose()
        if not left:
            self.counts[f"{database}: sql: as it should be"] += 1
        elif gaps:
            self.counts[f"{database}: sql: something is said to be left out"] += 1
        else:
            self._differs(case, f"{database}: sql: {'; '.join(left)}")

    def _differs(self, case: Case, text: str) -> None:
        reason = next((why for name, part, why in KNOWN if name == case.name and part in text), None)
        if reason is None:
            self.wrong.append(f"{case.name}: {text}")
        else:
            self.explained.append(f"{case.name}: {text}: {reason}")


def statements(text: str) -> list[str]:
    """Statements one by one; none of ours has a semicolon at the end of a line within."""
    lines = [line for line in text.splitlines() if not line.startswith("--")]
    found = "\n".join(lines).split(";\n")
    return [item.strip().removesuffix(";") for item in found if item.strip(" \n;")]


def main() -> int:
    """Check every pair and print what was counted."""
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=Path)
    parser.add_argument("--only", default="", help="pairs whose name has this in it")
    parser.add_argument("--part", default="0/1", help="of so many parts this one: 0/4, 1/4, …")
    parser.add_argument(
        "--without", default=[], action="append", choices=ALL, help="a database to do without"
    )
    arguments = parser.parse_args()
    part, parts = map(int, arguments.part.split("/"))
    chosen = [case for case in cases() if arguments.only in case.name][part::parts]
    databases = Databases(arguments.without)
    try:
        with tempfile.TemporaryDirectory() as folder:
            oracle = Oracle(Program(arguments.program.resolve(), Path(folder)), databases)
            compare(oracle, chosen, databases.absent)
        reported = ", ".join(databases.versions)
    finally:
        databases.close()
    print(f"{len(chosen)} pairs of versions, on {reported}")  # noqa: T201
    for name, count in sorted(oracle.counts.items()):
        print(f"{count:6} {name}")  # noqa: T201
    for title, items in (("differences with a reason", oracle.explained), ("WRONG", oracle.wrong)):
        print(f"{len(items)} {title}")  # noqa: T201
        for item in items:
            print(f"  {item}")  # noqa: T201
    for name, why in databases.absent.items():
        print(f"{name}: NOT compared with: {why}")  # noqa: T201
    if oracle.wrong or not any(name.endswith(": pairs") for name in oracle.counts):
        return 1
    return 2 if set(databases.absent) - set(arguments.without) else 0


def compare(oracle: Oracle, chosen: list[Case], absent: dict[str, str]) -> None:
    """Check pairs on every database that they are for and that is here."""
    documents = oracle.program.documents(chosen)
    for case in chosen:
        for database in ALL:
            if database in absent:
                oracle.counts[f"{database}: NOT run"] += database in case.databases
                continue
            try:
                if not oracle.passed_over(case, database):
                    oracle.check(case, database, *documents[case.name])
            except Exception as error:  # one pair never costs the others
                oracle.wrong.append(f"{case.name}: {database}: {type(error).__name__}: {error}")


if __name__ == "__main__":
    sys.exit(main())
