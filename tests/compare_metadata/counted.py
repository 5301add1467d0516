"""What `belljar check --database` says of rows on real servers: `python counted.py PROGRAM [--without mariadb]`."""

import json
import re
from typing import Any

import sqlalchemy as sa
from program_case import ProgramCase, main

BASE = """
from sqlalchemy import *
from sqlalchemy.orm import declarative_base

Base = declarative_base()

class Target(Base):
    __tablename__ = "targets"
    id = Column(Integer, primary_key=True)

class Empty(Base):
    __tablename__ = "nothing"
    id = Column(Integer, primary_key=True)
    mail = Column(String(320))

class Row(Base):
    __tablename__ = "order"
    id = Column(Integer, primary_key=True)
    mail = Column(String(320))
    name = Column("select", String(50))
    number = Column(BigInteger)
    amount = Column(Numeric(12, 4))
    ratio = Column(Float)
    code = Column(String(20))
    ref = Column(Integer)
    gone = Column(Integer)
"""

HEAD = (
    BASE.replace("mail = Column(String(320))", "mail = Column(String(320), nullable=False)")
    .replace('Column("select", String(50))', 'Column("select", String(4))')
    .replace("Column(BigInteger)", "Column(SmallInteger)")
    .replace("Column(Numeric(12, 4))", "Column(Numeric(5, 1))")
    .replace("code = Column(String(20))", "code = Column(Integer, unique=True)")
    .replace(
        "ref = Column(Integer)",
        'ref = Column(ForeignKey("targets.id"))\n    added = Column(Integer, nullable=False)',
    )
    .replace("    gone = Column(Integer)\n", "")
)

ROWS = [
    # mail, name, number, amount, ratio, code, ref, gone
    (None, "short", 1, "1", 1.5, "7", 1, None),
    ("a", "abcd", 40000, "1.25", 1.5, "7", 2, 1),
    ("secret@example.com", "abcdef", -5, "99999", 1.5, "x", None, 2),
    (None, None, None, None, None, None, 9, None),
]

#: What is said of each finding, by its code and column; SQLite has no findings about types.
EXPECTED = {
    "BJ204 order.mail": "verified: 2 rows with NULL in `mail`",
    "BJ204 nothing.mail": "verified: no row with NULL in `mail`",
    "BJ205 order.select": "verified: 2 values of `select` with more than 4 characters",
    "BJ205 order.number": "verified: 1 value of `number` that do not fit",
    "BJ205 order.amount": "verified: 2 values of `amount` that do not fit",
    "BJ208 order": "verified: 2 rows whose `ref` refers to nothing in `targets`",
    "BJ203 order.added": "verified: 4 rows in `order`",
    "BJ102 order.gone": "verified: 2 rows with a value in `gone`",
}


class TestCounts(ProgramCase):
    """A change, and a database with rows that it fails on."""

    def setUp(self) -> None:
        """Write both sides."""
        super().setUp()
        for name, models in (("base", BASE), ("head", HEAD)):
            (self.folder / name).mkdir()
            (self.folder / name / "models.py").write_text(models)
        names: dict[str, Any] = {"__name__": "models"}
        exec(BASE, names)
        self.metadata: sa.MetaData = names["Base"].metadata

    def fill(self, database: str, engine: sa.Engine) -> sa.Engine:
        """Create the base, with rows."""
        if database == "sqlite":
            engine = sa.create_engine(f"sqlite:///{self.folder}/app.db")
        self.metadata.create_all(engine)
        table = self.metadata.tables["order"]
        names = [column.name for column in table.columns if column.name != "id"]
        with engine.begin() as connection:
            connection.execute(self.metadata.tables["targets"].insert(), [{"id": 1}])
            connection.execute(table.insert(), [dict(zip(names, row, strict=True)) for row in ROWS])
        return engine

    def check(self, database: str, *more: str, user: str = "", code: int = 1) -> str:
        """Check the change, and return the output as JSON or text."""
        arguments = ("check", "base", "head", "--database", "env:THE_URL", "--no-config", *more)
        return self.run_program(*arguments, code=code, THE_URL=self.url(database, user))

    def said(self, database: str, *more: str, user: str = "") -> dict[str, str]:
        """What is said of the rows of each finding."""
        text = self.check(database, "--format=concise", *more, user=user)
        verdict = json.loads(self.check(database, "--format=json", *more, user=user))
        found = {}
        for item in verdict["findings"]:
            path = item["change"]["path"]
            name = f"{item['code']} {path['name']}" + (f".{path['part']}" if path["part"] else "")
            for row in item.get("rows", []):
                line = next(line for line in text.splitlines() if item["message"] in line)
                said = re.findall(r"; ((?:not )?verified: [^;]*|the database has about [^;]*)", line)
                found[name] = "; ".join(said)
                self.assertEqual(len(said), len(item["rows"]), (row, line))
        return found

    def test_counts(self) -> None:
        for database in self.each():
            with self.subTest(database=database), self.databases.empty(database) as engine:
                self.fill(database, engine)
                found = self.said(database)
                of_types = ("BJ205",) if database == "sqlite" else ()
                expected = {name: text for name, text in EXPECTED.items() if not name.startswith(of_types)}
                self.assertLessEqual(expected.items(), found.items(), found)
                conversion = {name: text for name, text in found.items() if name.startswith("BJ206")}
                if database == "postgresql":
                    self.assertEqual(conversion["BJ206 order.code"].count("verified: 1 value of `code`"), 1)

    def test_each_way_to_run_gives_the_same(self) -> None:
        for database in self.each():
            with self.subTest(database=database), self.databases.empty(database) as engine:
                self.fill(database, engine)
                for form in ("text", "json", "markdown"):
                    outputs = {
                        self.check(database, f"--format={form}", f"--isolate={isolate}", cache)
                        for isolate in ("always", "never")
                        for cache in ("--no-cache", "--quiet")
                    }
                    self.assertEqual(len(outputs), 1, outputs)
                    self.assertNotIn("secret@example.com", outputs.pop())

    def test_what_a_user_may_not_read(self) -> None:
        if "postgresql" in self.each():
            with self.databases.empty("postgresql") as engine:
                self.fill("postgresql", engine)
                with engine.begin() as connection:
                    connection.exec_driver_sql("CREATE ROLE some LOGIN")
                    connection.exec_driver_sql("GRANT SELECT ON nothing TO some")
                found = self.said("postgresql", user="some")
                self.assertEqual(found["BJ204 order.mail"], "not verified: the user may not read the table")
                self.assertEqual(found["BJ204 nothing.mail"], EXPECTED["BJ204 nothing.mail"])
                with engine.begin() as connection:
                    connection.exec_driver_sql("DROP OWNED BY some; DROP ROLE some")

    def test_a_database_that_lacks_the_tables(self) -> None:
        for database in self.each():
            with self.subTest(database=database), self.databases.empty(database):
                if database == "sqlite":
                    sa.create_engine(f"sqlite:///{self.folder}/app.db").connect().exec_driver_sql(
                        "CREATE TABLE a (b)"
                    )
                found = self.said(database)
                self.assertEqual(found["BJ204 order.mail"], "not verified: the database has no such table")

    def test_a_database_that_is_not_there(self) -> None:
        for url in ("postgresql://u:s3cr3t@localhost:1/d", "sqlite:///none.db"):
            for isolate in ("always", "never"):
                arguments = ("check", "base", "head", f"--isolate={isolate}", "--database", url)
                output = self.run_program(*arguments, code=2)
                self.assertNotIn("s3cr3t", output)
                self.assertNotIn("passed", output)


if __name__ == "__main__":
    main()
