"""What the program says of real servers: `python drift_of_servers.py PROGRAM [--without mariadb]`.

A database that SQLAlchemy creates from models has no drift; each change to it is found, and nothing else; what a user may
not see is not taken for missing; no password is shown.
"""

import json
from typing import Any

import sqlalchemy as sa
from program_case import ProgramCase, main

MODELS = """
import enum
from sqlalchemy import *
from sqlalchemy.orm import declarative_base

Base = declarative_base()

class Kind(enum.Enum):
    one = "one"
    two = "two"

class Customer(Base):
    __tablename__ = "customers"
    __table_args__ = (
        CheckConstraint("length(mail) BETWEEN 3 AND 320", name="ck_mail"),
        Index("ix_paid", "paid", postgresql_where=text("paid > 0")),
    )
    id = Column(Integer, primary_key=True)
    mail = Column(String(320), nullable=False, unique=True, comment="the mail")
    kind = Column(Enum(Kind), server_default="one")
    active = Column(Boolean, server_default=true())
    data = Column(JSON)
    made = Column(DateTime, server_default=func.now())
    paid = Column(Numeric(10, 2), server_default="0")
    ratio = Column(Float)

class Order(Base):
    __tablename__ = "orders"
    id = Column(BigInteger, primary_key=True)
    customer = Column(ForeignKey("customers.id", ondelete="CASCADE"), nullable=False, index=True)
    number = Column(Integer)
    twice = Column(Integer, Computed("number * 2"))
    note = Column(Text)
"""

#: Statements that change a database, and what is found of them.
CHANGES = [
    ("ALTER TABLE orders DROP COLUMN note", "not_in_database add-column orders.note"),
    ("ALTER TABLE orders ADD COLUMN more INTEGER", "not_in_code drop-column orders.more"),
    ("CREATE TABLE extra (id INTEGER)", "not_in_code drop-table extra"),
    ("CREATE INDEX ix_more ON customers (made)", "not_in_code drop-index customers.ix_more"),
    ("CREATE VIEW v AS SELECT id FROM orders", "not_in_code drop-view v"),
]

#: Those of servers, which SQLite does not know.
OF_SERVERS = [
    ("ALTER TABLE customers DROP CONSTRAINT ck_mail", "not_in_database add-check customers.ck_mail"),
    (
        {
            "postgresql": "ALTER TABLE customers ALTER paid TYPE NUMERIC(12, 2)",
            "mariadb": "ALTER TABLE customers MODIFY paid NUMERIC(12, 2) DEFAULT 0",
        },
        "differs modify-column-type customers.paid",
    ),
    (
        {
            "postgresql": "ALTER TABLE customers ALTER active DROP DEFAULT",
            "mariadb": "ALTER TABLE customers ALTER active DROP DEFAULT",
        },
        "differs modify-column-server-default customers.active",
    ),
    (
        {
            "postgresql": "COMMENT ON COLUMN customers.mail IS 'other'",
            "mariadb": "ALTER TABLE customers MODIFY mail VARCHAR(320) NOT NULL COMMENT 'other'",
        },
        "differs modify-column-comment customers.mail",
    ),
]


class TestServers(ProgramCase):
    """The program against servers that hold what the models declare."""

    def setUp(self) -> None:
        """Write the models."""
        super().setUp()
        (self.folder / "models.py").write_text(MODELS)
        names: dict[str, Any] = {"__name__": "models"}
        exec(MODELS, names)
        self.metadata: sa.MetaData = names["Base"].metadata

    def found(self, database: str, user: str = "") -> list[str]:
        """What drift finds, without what is not certain."""
        arguments = ("drift", "env:THE_URL", "--format", "json", "--fail-on", "never", "--quiet")
        drift = json.loads(self.run_program(*arguments, THE_URL=self.url(database, user)))
        self.not_compared = [item["message"] for item in drift["not_compared"]]
        self.certainties = {finding["certainty"] for finding in drift["findings"]}
        return sorted(
            f"{finding['kind']} {finding['code']} {finding['name']}"
            + (f".{finding['part']}" if finding["part"] else "")
            for finding in drift["findings"]
        )

    def create(self, database: str, engine: sa.Engine) -> sa.Engine:
        """Create what the models declare; SQLite gets a file."""
        if database == "sqlite":
            engine = sa.create_engine(f"sqlite:///{self.folder}/app.db")
        self.metadata.create_all(engine)
        return engine

    def test_what_sqlalchemy_creates_has_no_drift(self) -> None:
        for database in self.each():
            with self.subTest(database=database), self.databases.empty(database) as engine:
                self.create(database, engine)
                self.run_program("drift", self.url(database), "--strict")
                self.run_program("drift", "env:THE_URL", "--isolate=always", THE_URL=self.url(database))
                self.run_program("inspect", self.url(database), "-o", "database.json")
                self.run_program("drift", "database.json", "--strict")

    def test_changes_are_found(self) -> None:
        for database in self.each():
            changes: list[tuple[Any, str]] = [*CHANGES, *(OF_SERVERS if database != "sqlite" else [])]
            with self.subTest(database=database), self.databases.empty(database) as engine:
                own = self.create(database, engine)
                for statement, _ in changes:
                    with own.begin() as connection:
                        text = statement if isinstance(statement, str) else statement[database]
                        connection.exec_driver_sql(text)
                self.assertEqual(self.found(database), sorted(expected for _, expected in changes))

    def test_users_that_see_less(self) -> None:
        if "mariadb" in self.each():
            with self.databases.empty("mariadb") as engine:
                self.create("mariadb", engine)
                with engine.begin() as connection:
                    connection.exec_driver_sql("CREATE OR REPLACE USER some@localhost IDENTIFIED BY 's3cr3t'")
                    connection.exec_driver_sql("GRANT SELECT ON tests.orders TO some@localhost")
                found = self.found("mariadb", "some:s3cr3t")
                self.assertEqual(self.certainties, {"cannot_tell"}, found)
                self.assertIn("sees no others", self.not_compared[0])
                with engine.begin() as connection:
                    connection.exec_driver_sql("DROP USER some@localhost")

    def test_no_password_is_shown(self) -> None:
        for database in self.each():
            if database != "sqlite":
                url = self.url(database, "nobody:s3cr3t")
                for arguments in (("inspect", url), ("drift", url), ("diff", url, "./")):
                    with self.subTest(arguments=arguments):
                        self.assertNotIn("s3cr3t", self.run_program(*arguments, code=2))


if __name__ == "__main__":
    main()
