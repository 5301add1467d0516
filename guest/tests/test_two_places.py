"""Packages in two places of a tree, and packages installed into it."""

import tempfile
import unittest
from pathlib import Path

from belljar_guest import frames
from case import write
from native import native
from render import render

VERSIONS = """\
from sqlalchemy import Column, Integer, Table
class Versioned:
    version = Column(Integer)
def track(metadata):
    return Table("tracked", metadata, Column("id", Integer, primary_key=True))
"""

MODELS = """\
{prelude}
from versions import Versioned, track
from versions.inner import SIZE
import versions.inner
class A(Versioned, Base):
    __tablename__ = "a"
    id = Column(Integer, primary_key=True)
class B(Base):
    __tablename__ = "b"
    id = Column(Integer, primary_key=True)
c = Table("c", metadata, Column("x", String(SIZE)), Column("y", String(versions.inner.SIZE)))
d = Table("d", metadata, Column("x", String(3)))
tracked = track(metadata)
"""


def run(doubtful: dict[str, list[str]], models: str = MODELS) -> list[frames.Frame]:
    """Run a service beside two libraries that contain the same package; the first is taken."""
    with tempfile.TemporaryDirectory() as folder:
        files = {"service/models.py": models}
        for library in ("one", "two"):
            files[f"{library}/versions/__init__.py"] = VERSIONS
            files[f"{library}/versions/inner.py"] = "SIZE = 3\n"
        write(Path(folder), files)
        return native("2.0").run(
            {
                "base": folder,
                "roots": ["service", "one", "two"],
                "targets": [{"name": "models", "path": "service/models.py"}],
                "ddl": [],
                "doubtful": doubtful,
            }
        )


def doubts(found: list[frames.Frame]) -> dict[str, set[str]]:
    """The codes of all doubts about each table and its columns."""
    tables = [frame for frame in found if isinstance(frame, frames.Table)]
    return {
        table.name: {
            reason.code
            for reasons in [table.reasons, *(column.reasons for column in table.columns)]
            for reason in reasons
        }
        for table in tables
    }


class TwoPlaces(unittest.TestCase):
    """Objects of a package that may be another one."""

    def test_what_comes_through_it_is_in_doubt(self) -> None:
        found = run({"versions": ["one/versions", "two/versions"]})
        doubtful = {"two-places"}
        self.assertEqual(
            doubts(found), {"a": doubtful, "b": set(), "c": doubtful, "d": set(), "tracked": doubtful}
        )
        remarks = [frame for frame in found if isinstance(frame, frames.Remark)]
        self.assertEqual([remark.code for remark in remarks], ["two-places"])
        self.assertIn("`one/versions` and in `two/versions`", remarks[0].message)

    def test_none_where_it_is_settled(self) -> None:
        self.assertEqual({name for name, codes in doubts(run({})).items() if codes}, set())

    def test_a_part_of_a_package(self) -> None:
        found = doubts(run({"versions.inner": ["one/versions/inner", "two/versions/inner"]}))
        self.assertEqual({name for name, codes in found.items() if codes}, {"c"})

    def test_what_the_code_puts_on_the_path_is_meant(self) -> None:
        path = 'import sys\nsys.path.insert(0, __file__.rpartition("/service/")[0] + "/two")\n'
        found = run({"versions": ["one/versions", "two/versions"]}, path + MODELS)
        self.assertEqual({name for name, codes in doubts(found).items() if codes}, set())


class Installed(unittest.TestCase):
    """Packages in the tree as pip installs them."""

    def test_they_are_packages(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            write(
                Path(folder),
                {
                    "app/models.py": "{prelude}\nfrom sizes import SIZE\n"
                    't = Table("t", metadata, Column("x", String(SIZE)))\n',
                    "libs/sizes.py": "SIZE = 3\n",
                    "libs/sqlalchemy/__init__.py": "raise SystemExit\n",
                },
            )
            found = native("2.0").run(
                {
                    "base": folder,
                    "roots": ["app"],
                    "targets": [{"name": "models", "path": "app/models.py"}],
                    "ddl": [],
                    "wheelhouse": [f"{folder}/libs"],
                }
            )
        self.assertEqual(render(found, "statementskipped"), "t\n  x VARCHAR(3)")
        started = [frame.path for frame in found if isinstance(frame, frames.ModuleStarted)]
        self.assertEqual(started, ["app/models.py", "wheelhouse:sizes.py"])


if __name__ == "__main__":
    unittest.main()
