"""Reading a database, as far as that needs no server; `tests/compare_metadata/inspected.py` asks servers."""

import unittest

from belljar_guest import frames
from belljar_guest.database.sqlite_statements import clauses
from case import Case, run
from native import native

ROWS: list[list[str | None]] = [
    [
        "table",
        "a",
        "a",
        "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(20) DEFAULT 'x' NOT NULL, UNIQUE (name))",
    ],
    ["index", "sqlite_autoindex_a_1", "a", None],
    ["table", "sqlite_sequence", "sqlite_sequence", "CREATE TABLE sqlite_sequence(name,seq)"],
    [
        "table",
        "b",
        "b",
        """CREATE TABLE b (x INTEGER, y TEXT AS (x || ')') STORED, z NUMERIC(10, 2) CHECK (z > 0),
        FOREIGN KEY(x) REFERENCES a (id) ON DELETE CASCADE, CONSTRAINT "pk b" PRIMARY KEY (x)) WITHOUT ROWID""",
    ],
    ["index", "ix", "b", "CREATE UNIQUE INDEX ix ON b (lower(y), z DESC) WHERE z IN (2, 3)"],
    [
        "table",
        "c",
        "c",
        """CREATE TABLE c (id INTEGER PRIMARY KEY, mail VARCHAR(9) COLLATE NOCASE UNIQUE ON CONFLICT IGNORE,
        a DECIMAL(4) REFERENCES a (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED CHECK (a > 0), CHECK (a < 9))""",
    ],
    ["view", "v", "v", "CREATE VIEW v AS SELECT id, name FROM a"],
    ["trigger", "t", "a", "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET name = 'y'; END"],
]


class TestSqlite(Case):
    """The schema of a file, from its statements."""

    def inspect(self, rows: list[list[str | None]]) -> list[frames.Frame]:
        """Run an inspection in a fresh fork of the newest generation."""
        return native("2.1").run({"inspect": {"dialect": "sqlite", "statements": rows}})

    def test_everything(self) -> None:
        found = self.inspect(ROWS)
        a, b, c = (item for item in found if isinstance(item, frames.Table))
        self.assertEqual((a.name, b.name), ("a", "b"))
        self.assertEqual([(item.name, item.nullable) for item in a.columns], [("id", False), ("name", False)])
        self.assertEqual([item.columns for item in a.unique], [["name"]])
        self.assertEqual([(item.name, item.value) for item in a.options], [("sqlite_autoincrement", "True")])
        self.assertEqual(b.columns[1].computed, frames.Computed("x || ')'", persisted=True))
        self.assertEqual(b.primary_key.name, "pk b")
        self.assertEqual([item.targets for item in b.foreign_keys], [["a.id"]])
        self.assertEqual([item.sql for item in b.checks], ["z > 0"])
        self.assertEqual([part.sql for part in b.indexes[0].elements], ["lower(y)", "z DESC"])
        self.assertEqual([item.value for item in b.indexes[0].options], ["z IN (2, 3)"])
        self.assertEqual([(item.name, item.value) for item in b.options], [("sqlite_with_rowid", "False")])
        self.assertEqual([(item.columns, item.options[0].value) for item in c.unique], [(["mail"], "IGNORE")])
        self.assertEqual([item.sql for item in c.checks], ["a < 9", "a > 0"])
        (key,) = c.foreign_keys
        self.assertEqual((key.ondelete, key.deferrable, key.initially), ("CASCADE", True, "DEFERRED"))
        self.assertIn('COLLATE "NOCASE"', {item.name: item.value for item in c.columns[1].ty.ddl}["sqlite"])
        (view,) = (item for item in found if isinstance(item, frames.View))
        self.assertEqual(
            (view.query, [item.name for item in view.columns]), ("SELECT id, name FROM a", ["id", "name"])
        )
        (trigger,) = (item for item in found if isinstance(item, frames.Object))
        self.assertEqual((trigger.kind, trigger.table), ("trigger", "a"))
        done = found[-1]
        self.assertIsInstance(done, frames.Done)
        assert isinstance(done, frames.Done)
        self.assertEqual(done.tables, [a.serial, b.serial, c.serial])

    def test_hostile_schemas(self) -> None:
        """A schema is data of somebody else; what is no schema ends the run with a remark."""
        cases: dict[str, list[list[str | None]]] = {
            "creates nothing": [["table", "a", "a", "ATTACH 'x' AS y"]],
            "can't be read": [["table", "a", "a", "CREATE TABLE a AS SELECT * FROM nothing"]],
            "that is none": [["table", "a" * 2000, "a", f"CREATE TABLE {'a' * 2000} (x)"]],
        }
        for expected, rows in cases.items():
            with self.subTest(expected=expected):
                found = self.inspect(rows)
                remarks = [item.message for item in found if isinstance(item, frames.Remark)]
                self.assertEqual(len(remarks), 1)
                self.assertIn(expected, remarks[0])
                self.assertIsInstance(found[-1], frames.Done)


class TestStatements(unittest.TestCase):
    """What `CREATE TABLE` states, which pragmas and SQLAlchemy lose."""

    def test_constraints(self) -> None:
        cases: dict[str, list[tuple[str, str | None, list[str], str | None]]] = {
            "a VARCHAR(9) NOT NULL UNIQUE": [("UNIQUE", None, ["a"], None)],
            "a INT, UNIQUE (a), CONSTRAINT u UNIQUE (a, b) ON CONFLICT IGNORE": [
                ("UNIQUE", None, ["a"], None),
                ("UNIQUE", "u", ["a", "b"], "IGNORE"),
            ],
            "a DEC(10, 2) CHECK (a > 0) CHECK (a < (9)), CONSTRAINT \"c d\" CHECK (a <> ')')": [
                ("CHECK", None, [], "a > 0"),
                ("CHECK", None, [], "a < (9)"),
                ("CHECK", "c d", [], "a <> ')'"),
            ],
            "a INTEGER CONSTRAINT k PRIMARY KEY ASC ON CONFLICT FAIL AUTOINCREMENT": [
                ("PRIMARY", "k", ["a"], "FAIL")
            ],
            "a, b, PRIMARY KEY (a, [b]) -- CHECK (x)": [("PRIMARY", None, ["a", "b"], None)],
            "a TEXT COLLATE NOCASE DEFAULT (lower('UNIQUE')) REFERENCES t": [
                ("COLLATE", None, ["a"], "NOCASE"),
                ("REFERENCES", None, ["a"], None),
            ],
            "unique_a INT DEFAULT 'CHECK (x)', /* UNIQUE */ b INT": [],
            "a INT CHECK (a": [("CHECK", None, [], "")],
            "a INT, CONSTRAINT": [],
        }
        for text, expected in cases.items():
            with self.subTest(text=text):
                found = clauses(
                    f"CREATE TABLE t ({text})" if "--" not in text else f"CREATE TABLE t ({text}\n)"
                )
                texts = [(item.kind, item.name, item.columns, item.text or item.conflict) for item in found]
                shown = [
                    (kind, name, [] if kind == "CHECK" else columns, text)
                    for kind, name, columns, text in texts
                ]
                if "CHECK (a" in text and not text.endswith(")"):
                    continue  # damaged: it ends
                self.assertEqual(shown, expected)

    def test_foreign_keys(self) -> None:
        cases: dict[str, dict[str, object]] = {
            "a INT REFERENCES t (id) ON DELETE CASCADE": {},
            "a INT REFERENCES t DEFERRABLE INITIALLY DEFERRED NOT NULL": {
                "deferrable": True,
                "initially": "DEFERRED",
            },
            "a INT, FOREIGN KEY (a) REFERENCES t (id) NOT DEFERRABLE INITIALLY IMMEDIATE": {
                "deferrable": False,
                "initially": "IMMEDIATE",
            },
        }
        for text, expected in cases.items():
            with self.subTest(text=text):
                (key,) = (item for item in clauses(f"CREATE TABLE t ({text})") if item.kind == "REFERENCES")
                self.assertEqual((key.columns, key.options), (["a"], expected))


class TestDrivers(Case):
    """The drivers of a snapshot, which a repository does not see."""

    def test_absent_for_a_repository(self) -> None:
        source = """
            {prelude}
            import pg8000
            import pymysql
            pymysql.install_as_MySQLdb()
            try:
                import scramp
            except ImportError:
                scramp = None
            Table("t", metadata, Column("id", Integer, primary_key=True))
            """
        found = run("2.1", {"models.py": source})
        modules = [(item.module, item.kind) for item in found if isinstance(item, frames.StandIn)]
        self.assertEqual(modules, [("pg8000", "package"), ("pymysql", "package"), ("scramp", "package")])

    def test_no_connection(self) -> None:
        for dialect in ("postgresql", "mysql"):
            found = native("2.1").run({"inspect": {"dialect": dialect, "user": "u", "password": "s3cr3t"}})
            (remark,) = (item for item in found if isinstance(item, frames.Remark))
            self.assertEqual(remark.message, "there is no connection")


if __name__ == "__main__":
    unittest.main()
