"""Values that differ in every run are in doubt, and not reported; functions that produce them are."""

import unittest

from case import Case

HEAD = """\
{prelude}
import datetime as dt, os, platform, random, secrets, socket, time, uuid
from pathlib import Path
from datetime import date, datetime, timedelta
from time import time as now
"""


class Constants(Case):
    """Values that look similar but are the same in every run."""

    def test_they_are_reported(self) -> None:
        for text, value in (
            ("datetime(2020, 1, 1)", "datetime.datetime(2020, 1, 1, 0, 0)"),
            ("datetime.strptime('2020', '%Y')", "datetime.datetime(2020, 1, 1, 0, 0)"),
            ("date.fromtimestamp(0)", "datetime.date(1970, 1, 1)"),
            ("time.strftime('%Y', time.gmtime(0))", "'1970'"),
            ("uuid.UUID(int=5).hex", "'00000000000000000000000000000005'"),
            ("str(uuid.uuid5(uuid.NAMESPACE_DNS, 'x'))", "'05b16a01-46c6-56dd-bd6e-c6dfb4a1427a'"),
            ("random.Random(5).randint(1, 9)", "5"),
            ("os.sep", "'/'"),
            ("os.environ.get('UNSET', 'd')", "'d'"),
            ("os.path.expanduser('x')", "'x'"),
            ("str(Path('x').expanduser())", "'x'"),
        ):
            with self.subTest(text):
                self.check(
                    f"{HEAD}t = Table('t', metadata, Column('x', String, default={text}))\n",
                    f"t\n  x VARCHAR default=scalar:{value}",
                    since="2.1",
                )


class Moments(Case):
    """Values that are taken during the import."""

    def test_every_source(self) -> None:
        for text in (
            "datetime.now()",
            "datetime.utcnow()",
            "datetime.today()",
            "dt.datetime.now(dt.timezone.utc)",
            "date.today()",
            "dt.date.today().isoformat()",
            "datetime.now() + timedelta(days=3)",
            "str(datetime.now())",
            "f'{datetime.now():%Y}'",
            "int(time.time())",
            "int(now())",
            "time.time_ns()",
            "time.monotonic()",
            "time.strftime('%Y')",
            "time.localtime().tm_year",
            "time.ctime()",
            "random.random()",
            "random.randint(1, 9)",
            "random.choice('abc')",
            "random.Random().random()",
            "random.SystemRandom().random()",
            "secrets.token_hex(4)",
            "str(uuid.uuid4())",
            "uuid.uuid1().hex",
            "os.urandom(4)",
            "os.getpid()",
            "socket.gethostname()",
            "platform.node()",
            "platform.python_version()",
            "date.today().year",
            "datetime.now().replace(year=2000)",
            "secrets.token_urlsafe()",
            "os.path.expanduser('~/x')",
            "str(Path('~/x').expanduser())",
            "str(Path.home())",
            "str(Path.cwd() / 'x')",
            "os.environ['HOME']",
            "hash('x')",
        ):
            with self.subTest(text):
                self.check(
                    HEAD
                    + f"""\
class A(Base):
    __tablename__ = "a"
    id = Column(Integer, primary_key=True)
    x = Column(String, default={text})
    y = Column(String, default="plain")
""",
                    """\
                    a
                      id INTEGER pk
                      x VARCHAR default=scalar:(taken at import) ?taken-at-import
                      y VARCHAR default=scalar:'plain'
                    """,
                    since="2.1",
                )

    def test_a_home_that_another_file_asks_for(self) -> None:
        """Objects that contain the path are in doubt, but not every result of a function that asked for it."""
        config = """\
from pathlib import Path
def url():
    return f"sqlite:///{Path.home()}/app.db"
def schema():
    return None if url().startswith("sqlite") else "app"
def folder():
    return str(Path.home() / "data")
"""
        models = f"""\
{HEAD}
import config
class Own(Base):
    __abstract__ = True
    metadata = MetaData(schema=config.schema())
class A(Own):
    __tablename__ = "a"
    id = Column(Integer, primary_key=True)
    x = Column(String, default=config.folder())
    y = Column(String, default="plain")
"""
        self.check(
            {"config.py": config, "models.py": models},
            """\
            a
              id INTEGER pk
              x VARCHAR default=scalar:(taken at import) ?taken-at-import
              y VARCHAR default=scalar:'plain'
            """,
            since="2.1",
        )

    def test_what_is_not_taken(self) -> None:
        self.check(
            HEAD
            + """\
print(datetime.now(), uuid.uuid4())
started = time.time()
class A(Base):
    __tablename__ = "a"
    id = Column(Integer, primary_key=True)
    a = Column(DateTime, default=datetime.utcnow, onupdate=datetime.now)
    b = Column(Date, default=date.today)
    c = Column(String, default=lambda: str(uuid.uuid4()))
    d = Column(String, default=uuid.uuid4)
    e = Column(DateTime, server_default=func.now())
    f = Column(DateTime, default=datetime(2020, 1, 2))
    g = Column(Integer, default=random.Random(3).randint(4, 4))
    h = Column(String, default=time.strftime("%Y", (2020, 1, 2, 3, 4, 5, 6, 7, 0)))
    i = Column(DateTime, default=datetime.strptime("2020-01-02", "%Y-%m-%d"))
    j = Column(Float, default=time.time)
""",
            """\
            a
              id INTEGER pk
              a TIMESTAMP WITHOUT TIME ZONE default=callable:datetime.datetime.utcnow onupdate=callable:datetime.datetime.now
              b DATE default=callable:datetime.date.today
              c VARCHAR default=callable:models.A.<lambda>
              d VARCHAR default=callable:uuid.uuid4
              e TIMESTAMP WITHOUT TIME ZONE server_default=now()
              f TIMESTAMP WITHOUT TIME ZONE default=scalar:datetime.datetime(2020, 1, 2, 0, 0)
              g INTEGER default=scalar:4
              h VARCHAR default=scalar:'2020'
              i TIMESTAMP WITHOUT TIME ZONE default=scalar:datetime.datetime(2020, 1, 2, 0, 0)
              j FLOAT default=callable:time.time
            """,
        )

    def test_where_a_file_lies(self) -> None:
        self.check(
            HEAD
            + """\
class A(Base):
    __tablename__ = "a"
    id = Column(Integer, primary_key=True)
    x = Column(String, default=os.path.join(os.path.dirname(__file__), "x"))
    y = Column(String, default=os.path.basename(__file__))
    z = Column(String, default=os.getcwd())
""",
            """\
            a
              id INTEGER pk
              x VARCHAR default=scalar:(taken at import) ?taken-at-import
              y VARCHAR default=scalar:'models.py'
              z VARCHAR default=scalar:(taken at import) ?taken-at-import
            """,
        )

    def test_a_variable_of_the_machine(self) -> None:
        self.check(
            HEAD
            + """\
os.environ["USER"] = "someone"
os.environ["OTHER"] = "other"
class A(Base):
    __tablename__ = "a"
    id = Column(Integer, primary_key=True)
    x = Column(String, default=os.environ["USER"])
    y = Column(String, default=os.getenv("USER", "nobody"))
    z = Column(String, default=os.environ["OTHER"])
""",
            """\
            a
              id INTEGER pk
              x VARCHAR default=scalar:(taken at import) ?taken-at-import
              y VARCHAR default=scalar:(taken at import) ?taken-at-import
              z VARCHAR default=scalar:'other'
            """,
        )

    def test_an_address_is_one(self) -> None:
        self.check(
            HEAD + "number = id(Base)\nTable('a', metadata, Column('x', Integer, default=number))\n",
            """\
            a ?taken-at-import
              x INTEGER default=scalar:(taken at import)
            """,
        )

    def test_it_is_followed(self) -> None:
        self.check(
            {
                "settings.py": "import uuid\nfrom datetime import datetime\nNOW = datetime.now()\nBUILD = str(uuid.uuid4())[:8]\nNAME = 'x'\n",
                "models.py": """\
                {prelude}
                import settings
                def later(): return settings.NOW.replace(year=2000)
                class A(Base):
                    __tablename__ = "a"
                    id = Column(Integer, primary_key=True)
                    x = Column(DateTime, default=later())
                    y = Column(String, server_default=settings.NAME)
                Table(
                    "b", metadata,
                    Column("x", String, default="plain"),
                    Column("y", String, server_default="v" + settings.BUILD),
                )
                """,
            },
            """\
            a
              id INTEGER pk
              x TIMESTAMP WITHOUT TIME ZONE default=scalar:(taken at import) ?taken-at-import
              y VARCHAR server_default=x
            b ?taken-at-import
              x VARCHAR default=scalar:'plain'
              y VARCHAR server_default=(taken at import)
            """,
        )


if __name__ == "__main__":
    unittest.main()
