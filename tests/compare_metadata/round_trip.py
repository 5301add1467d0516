"""Schemas by chance, created with the SQL that the program writes for them, read back, and compared with the code.

    round_trip.py PROGRAM [--schemas 20] [--seed 1] [--database postgresql] [--aligned target/debug/examples/aligned]

Every difference is one of a text or a name that the database writes differently: what a comparison of code with a
database has to treat as equal. They are counted by kind, with an example of each. With `--aligned`, what is left once the
code has the spelling of the database: each is a false alarm.
"""

import argparse
import contextlib
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import inspected  # first, as it finds the guest
import sqlalchemy as sa
from databases import Databases
from document_of import document_of
from documents import _part
from generated.drawing import schema
from generated.source import body
from versions import PRELUDE

Json = dict[str, Any]


class RoundTrip:
    """The comparison on one database."""

    def __init__(self, program: Path, databases: Databases, database: str, aligner: Path | None) -> None:
        """Take the program and the database, and what gives code the spelling of a database."""
        self._program = program
        self._aligner = aligner
        self._databases = databases
        self._database = database
        #: The dialect of the SQL.
        self.dialect = database
        self.kinds: Counter[str] = Counter()
        self.examples: dict[str, str] = {}
        self.outcomes: Counter[str] = Counter()
        self.refused: dict[str, list[str]] = defaultdict(list)
        #: Every difference that counts, with the name of the schema.
        self.changes: list[Json] = []

    def run(self, name: str, source: str, folder: Path) -> None:
        """Compare a module."""
        own = folder / name
        own.mkdir()
        (own / f"{name}.py").write_text(PRELUDE + source)
        code = json.loads(self._call("extract", str(own), "--format", "json"))
        with contextlib.suppress(RuntimeError):
            code = _part(code, name, whole=True)
        dialect = self._database
        ddl = self._call("extract", str(own), "--format", "sql", "--dialect", dialect)
        self.compare(name, code, ddl, folder)

    def compare(self, name: str, code: Json, ddl: str, folder: Path) -> None:
        """Compare a document with the database that SQL makes."""
        self._code = code
        with self._databases.empty(self._database) as engine:
            why = self._create(engine, ddl)
            if why is not None:
                self.outcomes["the database refuses the SQL"] += 1
                self.refused[why.partition("\n")[0][:260]].append(name)
                return
            found = inspected.frames_of(self._databases, self._database, engine)
        self.outcomes["created and read back"] += 1
        self.outcomes["tables"] += len(code["tables"])
        read = document_of(found, code)
        paths = [folder / f"{name}.{side}.json" for side in ("code", "database")]
        for path, document in zip(paths, (code, read), strict=True):
            path.write_text(json.dumps(document))
        if self._aligner is not None:
            subprocess.run([str(self._aligner), *map(str, paths), self.dialect], check=True)
        changes = json.loads(self._call("diff", *map(str, paths), "--format", "json"))["changes"]
        for change in changes:
            self._count(name, change)

    def report(self, *, examples: bool, changes: Path | None) -> None:
        """Print what differs, and write all of it to a folder."""
        print(f"\n{self._database}: {dict(self.outcomes)}")
        if changes is not None:
            changes.mkdir(parents=True, exist_ok=True)
            (changes / f"{self._database}.json").write_text(json.dumps(self.changes, indent=1))
        for why, names in self.refused.items():
            print(f"  refused: {why} ({', '.join(names)})")
        for kind, count in self.kinds.most_common():
            print(f"  {count:5} {kind}")
            if examples:
                print(f"        {self.examples[kind][:700]}")

    def _create(self, engine: sa.Engine, ddl: str) -> str | None:
        """Create everything; returns the message of the database if it refuses."""
        if engine.dialect.name == "postgresql":
            self._clean(engine)
            names = sorted(
                {str(table["schema"]) for table in self._code["tables"] if table["schema"]} | {"extra"}
            )
            ddl = "".join(f'CREATE SCHEMA IF NOT EXISTS "{name}";\n' for name in names) + ddl
        statement = ""
        try:
            with engine.begin() as connection:
                for statement in statements(ddl):
                    text = statement.replace("%", "%%") if engine.dialect.name == "mysql" else statement
                    connection.exec_driver_sql(text)
        except sa.exc.DBAPIError as error:
            why = error.orig.args[0] if error.orig is not None else error
            message = why.get("M") if isinstance(why, dict) else str(error.orig)
            return f"{message}: {' '.join(statement.split())[:100]}"
        return None

    def _clean(self, engine: sa.Engine) -> None:
        schemas = "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname NOT IN"
        with engine.begin() as connection:
            found = connection.exec_driver_sql(f"{schemas} ('information_schema', 'public')").all()
            for (name,) in found:
                connection.exec_driver_sql(f'DROP SCHEMA "{name}" CASCADE')

    def _count(self, name: str, change: Json) -> None:
        aspects = ",".join(change.get("aspects") or ())
        dialects = change.get("dialects")
        if (
            dialects
            and self._database not in dialects
            and not (self._database == "mariadb" and "mysql" in dialects)
        ):
            self.outcomes["differences of other databases"] += 1
            return
        kind = f"{change['subject']} {change['action']} {aspects}".strip()
        if change["effect"] == "information":
            kind += " (information)"
        self.kinds[kind] += 1
        self.changes.append({"schema": name, "kind": kind, **change})
        self.examples.setdefault(
            kind,
            f"{change['path']['name']}.{change['path']['part']}: {_shown(change.get('before'), change.get('after'))}",
        )

    def _call(self, *arguments: str) -> str:
        done = subprocess.run(
            [str(self._program), *arguments, "--quiet"], capture_output=True, text=True, check=False
        )
        if done.returncode not in (0, 1):
            raise RuntimeError(f"{arguments}: {done.stderr}")
        return done.stdout


def _shown(before: Any, after: Any) -> str:
    """The parts of two values that differ."""
    if isinstance(before, dict) and isinstance(after, dict) and before.keys() & after.keys():
        names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
        return "; ".join(f"{name} {_shown(before.get(name), after.get(name))}" for name in names)
    return f"{json.dumps(before)} -> {json.dumps(after)}"


def statements(ddl: str) -> list[str]:
    """The statements of a script, which end with `;` at the end of a line."""
    lines = [line for line in ddl.splitlines() if not line.startswith("--")]
    text, found = "", []
    for line in lines:
        text += line + "\n"
        is_whole = line.rstrip().endswith(";") and text.count("$$") % 2 == 0
        if is_whole and not (text.lstrip().upper().startswith("CREATE TRIGGER") and not _ends(text)):
            found.append(text.strip().removesuffix(";"))
            text = ""
    return [*found, text] if text.strip() else found


def _ends(text: str) -> bool:
    """Whether a trigger's statement is whole: it has a block in SQLite."""
    return "BEGIN" not in text.upper() or text.rstrip().upper().endswith("END;")


def main() -> int:
    """Compare, and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=Path)
    parser.add_argument("--schemas", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", action="append", default=[])
    parser.add_argument(
        "--results", type=Path, help="documents and SQL of the corpus, instead of schemas by chance"
    )
    parser.add_argument("--aligned", type=Path, help="the example `aligned` of the crate `belljar-diff`")
    parser.add_argument("--examples", action="store_true")
    parser.add_argument("--changes", type=Path, help="write every difference to this folder")
    given = parser.parse_args()
    wanted = given.database or ["postgresql", "mariadb", "sqlite"]
    without = [name for name in ("postgresql", "mariadb", "sqlite") if name not in wanted]
    with contextlib.closing(Databases(without)) as databases, tempfile.TemporaryDirectory() as folder:
        print(", ".join(databases.versions))
        for database in wanted:
            if database in databases.absent:
                continue
            rng = random.Random(f"{given.seed} {database}")
            trip = RoundTrip(given.program, databases, database, given.aligned)
            if given.results is not None:
                trip.dialect = "mysql" if database == "mariadb" else database
                for path in sorted(given.results.glob("*.json")):
                    ddl = path.with_suffix(f".{trip.dialect}.sql")
                    if ddl.exists():
                        trip.compare(path.stem, json.loads(path.read_text()), ddl.read_text(), Path(folder))
            for number in range(given.schemas if given.results is None else 0):
                trip.run(f"{database}_{number}", body(schema(rng, database), database), Path(folder))
            trip.report(examples=given.examples, changes=given.changes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
