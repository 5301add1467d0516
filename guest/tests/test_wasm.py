"""Native and wasm agree: the same tree and plan give the same frames, one by one.

Needs the snapshots (`make snapshots`) and the example `frames` of host/extract/sandbox, whose path is in `BELLJAR_FRAMES`.
"""

import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import unittest
from pathlib import Path

import case
import sites
from belljar_guest import frames
from decode import decode_all
from native import native, plan_for
from test_libraries import MODULES

MOUNT = "/repo"
SNAPSHOTS = sites.BUILD / "snapshots"
#: The snapshot that the others are patches of.
BASE = "2.0"
PROGRAM = os.environ.get("BELLJAR_FRAMES", "")

#: Differences between CPython 3.11 on Linux and 3.14 on WASI, each with its reason.
WORDING = [
    (re.compile(r"Hello\(.*\)"), "Hello"),  # the version of Python itself
    (
        re.compile(r"\[Errno (2|44)\] No such file"),
        "[Errno] No such file",
    ),  # WASI numbers errors in its own way
]

#: A made-up repository that uses most of the guest; nothing in it depends on the version of Python.
REPOSITORY = {
    "shop/__init__.py": "",
    "shop/settings.py": """\
        import os
        from absent.config import conf
        MAX = int(conf.max)
        SCHEMA = conf.get("schema", fallback=None)
        URL = os.environ["DATABASE_URL"]
        """,
    "shop/base.py": """\
        from sqlalchemy import *
        from sqlalchemy.orm import declarative_base, declared_attr, relationship
        from .settings import SCHEMA
        metadata = MetaData(naming_convention={"ix": "ix_%(column_0_label)s", "uq": "uq_%(table_name)s_%(column_0_name)s"})
        Base = declarative_base(metadata=metadata)
        """,
    "shop/mixins.py": """\
        from .base import *
        from absent.mixins import Audited
        class Stamped:
            created = Column(DateTime, server_default=func.now())
            @declared_attr
            def owner(cls): return Column(ForeignKey("user.id", ondelete="CASCADE"))
        """,
    "shop/user.py": """\
        import enum
        from .mixins import *
        from .settings import MAX
        class Kind(enum.Enum):
            small = 1
            large = 2
        class User(Base):
            __tablename__ = "user"
            id = Column(Integer, Identity(), primary_key=True)
            name = Column(String(MAX), nullable=False, comment="said")
            kind = Column(Enum(Kind), index=True)
            orders = relationship("Order", back_populates="user")
        """,
    "shop/order.py": """\
        from .mixins import *
        from absent.types import Money
        class Order(Stamped, Audited, Base):
            __tablename__ = "order"
            __table_args__ = (UniqueConstraint("number"), CheckConstraint("total > 0", name="positive"))
            id = Column(Integer, primary_key=True)
            number = Column(Numeric(10, 2))
            total = Column(Money, default=lambda: 0)
            double = Column(Integer, Computed("number * 2"))
            user_id = Column(ForeignKey("user.id"))
            user = relationship("User", back_populates="orders")
            bad = Column(nowhere)
        """,
    "shop/core.py": """\
        from sqlalchemy.dialects.postgresql import ARRAY, JSONB
        from .base import *
        items = Table("item", metadata, Column("id", Integer, primary_key=True), Column("tags", ARRAY(String)), Column("data", JSONB))
        Index("ix_lower", func.lower(items.c.tags), postgresql_where=items.c.id > 3)
        for name in sorted({"p", "q", "r"}):
            Table(name, metadata, Column("x", Enum(*sorted({"u", "v"}), name="letters_" + name)))
        raise SystemExit("used as a script")
        """,
    "shop/inherited.py": """\
        from .user import *
        from absent import register
        @register("staff", order=3)
        class Staff(User):
            __tablename__ = "staff"
            id = Column(ForeignKey("user.id"), primary_key=True)
        @register
        def f(): ...
        """,
    "shop/plugins.py": """\
        from absent import plugins, BadError
        from .base import *
        try:
            found = [plugin for plugin in plugins]
            raise BadError
        except BadError:
            extra = Table("extra", MetaData(), Column("x", Integer), schema=plugins.schema)
        with open("missing.toml") as file:
            text = file.read()
        """,
    "shop/broken.py": "from .base import *\ndef f(:\n    pass\nlast = Table('last', metadata, Column('x', Integer))\n",
}


def comparable(found: list[frames.Frame]) -> list[str]:
    """The frames as text, without the known differences."""
    lines = [str(frame) for frame in found]
    for pattern, replacement in WORDING:
        lines = [pattern.sub(replacement, line) for line in lines]
    return lines


@unittest.skipUnless(PROGRAM, "BELLJAR_FRAMES does not say where the example is")
class NativeAndWasm(unittest.TestCase):
    """One tree in two interpreters."""

    maxDiff = None

    def check(self, generation: str, folder: Path, modules: list[str], roots: tuple[str, ...]) -> None:
        here = native(generation).run(plan_for(str(folder), modules, roots, ("postgresql",)))
        there = self.in_wasm(generation, folder, plan_for(MOUNT, modules, roots, ("postgresql",)))
        self.assertTrue(any(isinstance(frame, frames.Table) for frame in here), "nothing is compared")
        self.assertEqual(comparable(here), comparable(there))

    def in_wasm(self, generation: str, folder: Path, plan: dict[str, object]) -> list[frames.Frame]:
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(plan, file)
            file.flush()
            snapshot, base = (SNAPSHOTS / f"{name}.cwasm.zst" for name in (generation, BASE))
            cache = sites.BUILD / "unpacked"
            command = [PROGRAM, snapshot, base, folder, file.name, cache]
            done = subprocess.run([str(part) for part in command], capture_output=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return decode_all(done.stdout)

    def test_made_up_repository(self) -> None:
        for generation in ("1.4", "2.0"):
            with self.subTest(generation=generation), tempfile.TemporaryDirectory() as folder:
                case.write(Path(folder), REPOSITORY)
                self.check(generation, Path(folder), sorted(REPOSITORY), ("",))

    def test_every_library(self) -> None:
        for generation in case.GENERATIONS:
            carried = [module for module, generations in MODULES.items() if generation in generations]
            files = {f"m{index}.py": f"import {module}\n" for index, module in enumerate(carried)}
            with self.subTest(generation=generation), tempfile.TemporaryDirectory() as folder:
                case.write(Path(folder), files)
                plan = plan_for(MOUNT, sorted(files), ("",), ())
                found = self.in_wasm(generation, Path(folder), plan)
                skipped = [frame for frame in found if isinstance(frame, frames.StatementSkipped)]
                failed = [frame for frame in found if isinstance(frame, frames.ModuleFailed)]
                self.assertEqual((skipped, failed), ([], []))
                loaded = {frame.path for frame in found if isinstance(frame, frames.ModuleLoaded)}
                self.assertEqual(loaded, set(files))

    def test_published_package(self) -> None:
        command = [sys.executable, str(sites.ROOT / "tests" / "corpus" / "fetch.py")]
        command += [str(sites.BUILD / "corpus" / "artefacts"), "optuna"]
        artefact = subprocess.run(command, capture_output=True, check=True, text=True).stdout.strip()
        with tempfile.TemporaryDirectory() as folder:
            with tarfile.open(artefact) as archive:
                archive.extractall(folder, filter="data")
            (root,) = (path.name for path in Path(folder).iterdir())
            below = Path(folder, root)
            modules = sorted(str(path.relative_to(below)) for path in below.glob("optuna/storages/_rdb/*.py"))
            for generation in ("1.4", "2.0"):
                with self.subTest(generation=generation):
                    self.check(generation, Path(folder), modules, (root,))


if __name__ == "__main__":
    unittest.main()
