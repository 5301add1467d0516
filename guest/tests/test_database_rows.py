"""Counting rows of an SQLite file; `tests/compare_metadata/counted.py` asks servers."""

import sqlite3
import tempfile
from pathlib import Path

from belljar_guest import frames
from case import Case
from native import native

SCHEMA = """
CREATE TABLE parent (id INTEGER PRIMARY KEY);
CREATE TABLE "odd ""table" ("a ""b" TEXT, n NUMERIC, parent_id INTEGER);
CREATE VIEW hostile AS SELECT load_extension('x') AS n;
INSERT INTO parent VALUES (1), (2);
INSERT INTO "odd ""table" VALUES (NULL, 5, 1), ('x', 5.25, 7), ('x', 100000, NULL), ('longer', NULL, 2);
"""

NAMES: dict[str, object] = {"table": 'odd "table', "columns": ['a "b']}


class TestRows(Case):
    """Each question, and what can't be answered."""

    def setUp(self) -> None:
        """Write a database."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name, "database")
        with sqlite3.connect(self.path) as database:
            database.executescript(SCHEMA)
        database.close()

    def ask(self, *questions: dict[str, object], path: Path | None = None) -> list[frames.Frame]:
        """Ask in a fresh fork of the newest generation."""
        numbered = [{"number": number, **question} for number, question in enumerate(questions)]
        job = {"dialect": "sqlite", "file": str(path or self.path), "questions": numbered}
        return native("2.1").run({"ask": job})

    def answers(self, *questions: dict[str, object]) -> list[tuple[int | None, str | None]]:
        """Their counts and errors."""
        found = [item for item in self.ask(*questions) if isinstance(item, frames.Answer)]
        self.assertEqual([item.question for item in found], list(range(len(questions))))
        return [(item.count, item.error) for item in found]

    def test_counts(self) -> None:
        parent: dict[str, object] = {
            "table": 'odd "table',
            "columns": ["parent_id"],
            "target_table": "parent",
            "target_columns": ["id"],
        }
        numbers: dict[str, object] = {
            "table": 'odd "table',
            "columns": ["n"],
            "low": "-999.9",
            "high": "999.9",
        }
        found = self.answers(
            {"kind": "rows", "table": "parent"},
            {"kind": "nulls", **NAMES},
            {"kind": "values", **NAMES},
            {"kind": "duplicates", **NAMES},
            {"kind": "orphans", **parent},
            {"kind": "longer", **NAMES, "limit": 1},
            {"kind": "outside", **numbers},
            {"kind": "outside", **numbers, "scale": 1},
            {"kind": "size", "table": "parent"},
        )
        self.assertEqual(found, [(count, None) for count in (2, 1, 3, 1, 1, 1, 1, 2, 2)])

    def test_nulls_are_equal_if_asked(self) -> None:
        question: dict[str, object] = {"table": "t", "columns": ["a"]}
        with sqlite3.connect(self.path) as database:
            database.executescript("CREATE TABLE t (a); INSERT INTO t VALUES (NULL), (NULL), (1)")
        found = self.answers(
            {"kind": "duplicates", **question}, {"kind": "duplicates-with-nulls", **question}
        )
        self.assertEqual(found, [(0, None), (1, None)])

    def test_what_cannot_be_answered_costs_no_other(self) -> None:
        found = self.answers(
            {"kind": "rows", "table": "none"},
            {"kind": "nulls", "table": "parent", "columns": ["none"]},
            {"kind": "unreadable", **NAMES, "into": "integer"},
            {"kind": "nulls", "table": "parent", "columns": []},
            {"kind": "no such kind", "table": "parent"},
            {"kind": "nulls", "table": "hostile", "columns": ["n"]},
            {"kind": "rows", "table": "parent"},
        )
        refused = "the database refuses the query"
        errors = [
            "the database has no such table",
            "the table has no such column",
            "this database can't try a conversion without doing it",
            "the question names no column",
            "this version does not know the question",
            refused,
            None,
        ]
        self.assertEqual([error for _, error in found], errors)
        self.assertEqual(found[-1][0], 2)

    def test_names_are_never_sql(self) -> None:
        hostile = 'x" OR 1=1 --'
        for kind in ("nulls", "values", "duplicates", "longer"):
            ((count, error),) = self.answers({"kind": kind, "table": "parent", "columns": [hostile]})
            self.assertEqual((count, error), (None, "the table has no such column"), kind)
        ((_, error),) = self.answers({"kind": "rows", "table": "parent; DROP TABLE parent"})
        self.assertEqual(error, "the database has no such table")
        for field in ("low", "high"):
            bad: dict[str, object] = {"low": "0", "high": "1", field: "0 OR 1=1"}
            ((count, error),) = self.answers({"kind": "outside", "table": "parent", "columns": ["id"], **bad})
            self.assertIsNone(count)
            self.assertNotIn("1=1", str(error))

    def test_values_are_in_no_message(self) -> None:
        with sqlite3.connect(self.path) as database:
            database.executescript("CREATE TABLE t (secret TEXT); INSERT INTO t VALUES ('hunter2')")
        found = self.ask(
            {"kind": "outside", "table": "t", "columns": ["secret"], "low": "0", "high": "1"},
            {"kind": "longer", "table": "t", "columns": ["secret"], "limit": 3},
        )
        self.assertNotIn("hunter2", repr(found))

    def test_a_file_with_a_log_and_no_file(self) -> None:
        with sqlite3.connect(self.path) as database:
            database.execute("PRAGMA journal_mode = WAL")
        database.close()
        self.assertEqual(self.answers({"kind": "rows", "table": "parent"}), [(2, None)])
        self.path.write_bytes(self.path.read_bytes()[:100] + b"\0" * 4000)
        (remark,) = (
            item for item in self.ask({"kind": "rows", "table": "a"}) if isinstance(item, frames.Remark)
        )
        self.assertEqual((remark.code, remark.message), ("cannot-inspect", "the file is damaged"))
