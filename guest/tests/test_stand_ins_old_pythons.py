"""Modules that newer Pythons dropped, and `pkg_resources`: the few names that models use are real."""

import itertools
import sys
import tempfile
import unittest
import warnings
from pathlib import Path

from belljar_guest.load import older_python
from belljar_guest.stand_in import compat_modules
from case import Case, write

VERSIONS = ("0.9", "0.10", "1.3.24", "1.4", "1.4.0b2", "1.4.54", "2.0", "2.0.0", "10.1")

#: The minor versions that removed a name; names in a removed module are not listed.
_GONE = {
    "collections.Mapping": 10,
    "cgi.escape": 8,
    "inspect.getargspec": 11,
    "fractions.gcd": 9,
    "os.errno": 7,
    "platform.dist": 8,
    "base64.encodestring": 9,
    "configparser.SafeConfigParser": 12,
    "asyncio.coroutine": 11,
    "importlib.find_loader": 12,
    "pkgutil.find_loader": 14,
    "pipes.quote": 99,
    "distutils.util.strtobool": 99,
}


class Oracle(unittest.TestCase):
    """Compared with Python itself, while it still has these modules."""

    def setUp(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                import distutils.util
                import distutils.version
            except ImportError:
                self.skipTest("this Python has no distutils")
        self.strtobool = distutils.util.strtobool
        self.version = distutils.version.LooseVersion

    def test_truths(self) -> None:
        for text in ("y", "Yes", "t", "TRUE", "on", "1", "n", "No", "f", "false", "off", "0"):
            self.assertEqual(bool(compat_modules.strtobool(text)), bool(self.strtobool(text)))
        for text in ("", "maybe", "2"):
            self.assertRaises(ValueError, self.strtobool, text)
            self.assertRaises(ValueError, compat_modules.strtobool, text)

    def test_versions(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for one, other in itertools.product(VERSIONS, repeat=2):
                real, ours = (
                    (self.version(one), self.version(other)),
                    (compat_modules.LooseVersion(one), compat_modules.LooseVersion(other)),
                )
                self.assertEqual(ours[0] < ours[1], real[0] < real[1], (one, other))
                self.assertEqual(ours[0] >= ours[1], real[0] >= real[1], (one, other))
                self.assertEqual(ours[0] == other, real[0] == other, (one, other))


class Modules(Case):
    """Modules of older Pythons in models."""

    def test_package_resources(self) -> None:
        self.check(
            """\
            {prelude}
            import pkg_resources
            pkg_resources.declare_namespace(__name__)
            version = pkg_resources.get_distribution("models").version
            try:
                pkg_resources.get_distribution("models").version
            except pkg_resources.DistributionNotFound:
                version = "none"
            length = 3 if pkg_resources.parse_version("1.10") > pkg_resources.parse_version("1.9") else 4
            path = pkg_resources.resource_filename(__name__, "x.sql")
            for entry in pkg_resources.iter_entry_points("x"): pass
            a = Table("a", metadata, Column("x", String(length)), comment=version)
            b = Table("b", metadata, Column("x", Integer), comment=path.rpartition("/")[2])
            """,
            """\
            a comment=⟪models.distribution.version⟫ ?stand-in-value
              x VARCHAR(3)
            b comment=x.sql
              x INTEGER
            """,
            show="statementskipped",
        )

    def test_packages_that_bring_older_pythons_a_module(self) -> None:
        self.check(
            """\
            {prelude}
            import importlib_metadata, importlib_resources, simplejson, tomli
            from cached_property import cached_property
            from importlib_metadata import PackageNotFoundError
            try:
                importlib_metadata.version("shop")
            except PackageNotFoundError:
                size = len([name for name in importlib_metadata.distributions() if name is None])
            size += tomli.loads("a = 3")["a"] + simplejson.loads("4")
            a = Table("a", metadata, Column("x", String(size)))
            """,
            """\
            a
              x VARCHAR(7)
            """,
            show="statementskipped",
        )

    def test_modules_that_python_dropped(self) -> None:
        self.check(
            """\
            {prelude}
            import asyncore, cgi, imp, pipes, telnetlib
            import distutils.core
            from distutils.util import strtobool
            from distutils.version import LooseVersion
            class Dispatcher(asyncore.dispatcher): ...
            length = 3 if strtobool("yes") and LooseVersion("1.10") > LooseVersion("1.9") else 4
            a = Table("a", metadata, Column("x", String(length)), comment=pipes.quote("a b"))
            """,
            """\
            a comment='a b'
              x VARCHAR(3)
            """,
            show="statementskipped",
        )

    def test_dropped_module_of_a_python_2(self) -> None:
        self.check(
            """\
            {prelude}
            try:
                import cPickle as pickle
                length = 3
            except ImportError:
                import pickle
                length = 4
            try:
                from collections import Mapping
            except ImportError:
                from collections.abc import Mapping
            a = Table("a", metadata, Column("x", String(length)))
            """,
            """\
            a
              x VARCHAR(4)
            """,
            show="statementskipped standin",
        )

    def test_an_annotation_is_evaluated_where_it_stands(self) -> None:
        # Only test_wasm and docs/what-is-exact.md show what later Pythons would do.
        self.check(
            """\
            import datetime as dt
            from datetime import date, time
            from typing import Optional
            from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
            class Base(DeclarativeBase): pass
            class A(Base):
                __tablename__ = "a"
                id: Mapped[int] = mapped_column(primary_key=True)
                at: Mapped[Optional[time]] = mapped_column()
                time: Mapped[Optional[str]] = mapped_column()
                on: Mapped[date]
                date: Mapped[date]
                def other(self): ...
            """,
            """\
            a
              id INTEGER pk
              at TIME WITHOUT TIME ZONE
              time VARCHAR
              on DATE not-null
              date DATE not-null
            """,
            show="statementskipped",
            since="2.0",
        )

    def test_a_class_method_over_a_property(self) -> None:
        self.check(
            """\
            {prelude}
            class Named:
                @classmethod
                @property
                def __tablename__(cls):
                    return cls.__name__.lower()
                @classmethod
                def other(cls):
                    return cls.__tablename__ + "s"
            class A(Named, Base):
                id = Column(Integer, primary_key=True)
            Table(A.other(), metadata, Column("x", Integer))
            """,
            """\
            a
              id INTEGER pk
            as
              x INTEGER
            """,
        )

    def test_names_that_are_gone_in_the_python_of_a_project(self) -> None:
        """A guard takes the branch that it takes in the project's Python."""
        for asked, least in (("==3.11.*", 11), (">=3.7", 7), (">=3.10", 10), (">=3.14", 14)):
            for name, gone in _GONE.items():
                module, _, attribute = name.rpartition(".")
                answer = gone > least
                if sys.version_info[1] < (13 if module == "cgi" else min(gone, 14)):
                    continue  # it belongs to the Python that runs the tests
                with self.subTest(asked, name=name):
                    self.check(
                        {
                            "models.py": f"""\
                            {{prelude}}
                            import {module}
                            a = Table("a", metadata, Column("x", String(3 if hasattr({module}, "{attribute}") else 4)))
                            """,
                            "pyproject.toml": f"[project]\nrequires-python = '{asked}'\n",
                        },
                        f"a\n  x VARCHAR({3 if answer else 4})\n",
                        show="statementskipped standin",
                        since="2.1",
                    )

    def test_names_that_are_gone(self) -> None:
        self.check(
            """\
            import inspect
            from typing.io import TextIO
            from collections import Mapping
            import xml.etree.cElementTree as trees
            {prelude}
            from inspect import getargspec
            def f(a, b=7, *c, **d): ...
            spec = getargspec(f)
            Table("a", metadata, Column("_".join([*spec.args, spec.varargs, spec.keywords]), Integer, default=spec.defaults[0]))
            Table(trees.fromstring("<x/>").tag, metadata, Column("y", Integer))
            """,
            """\
            a
              a_b_c_d INTEGER default=scalar:7
            x
              y INTEGER
            """,
            show="statementskipped standin",
        )


#: The content of each kind of file, with `N` in place of the minor version.
SAYS = {
    "pyproject.toml": "[project]\nrequires-python = '>=3.N'\n",
    "setup.cfg": "[options]\npython_requires = >=3.N\n",
    "setup.py": "setup(classifiers=['Programming Language :: Python :: 3.N'])\n",
    ".python-version": "3.N.1\n",
    ".tool-versions": "nodejs 20.1\npython 3.N.1\n",
    "runtime.txt": "python-3.N.4\n",
    "Pipfile": "[requires]\npython_version = '3.N'\n",
    "environment.yml": "dependencies:\n  - python=3.N\n",
    "Dockerfile": "FROM --platform=linux/amd64 docker.io/library/python:3.N-slim AS base\n",
    "api.Dockerfile": "ARG PYTHON_VERSION=3.N\nFROM python:${PYTHON_VERSION}\n",
}

#: Up to 3.13 the annotation refers to the module's `time`, since 3.14 to the column.
SHADOWED = """\
from datetime import time
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy import String
class Base(DeclarativeBase): ...
class A(Base):
    __tablename__ = "a"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[time]
    time: Mapped[str] = mapped_column(String(3))
"""


class WhichPython(Case):
    """The Python version that a project supports."""

    def least(self, files: dict[str, str], root: str = "") -> int:
        """The minor version read from some files."""
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder), files)
            older_python.install(folder, root)
        return older_python._least

    def test_files_that_tell_it(self) -> None:
        for name, text in SAYS.items():
            for minor in (8, 12, 14):
                self.assertEqual(self.least({name: text.replace("3.N", f"3.{minor}")}), minor, name)
        self.assertEqual(self.least({"README": "python 3.9"}), 0)

    def test_the_nearest_counts_and_what_runs_it_before_what_admits_it(self) -> None:
        files = {"pyproject.toml": SAYS["pyproject.toml"].replace("3.N", "3.9")}
        self.assertEqual(self.least(files, "api/src"), 9)
        self.assertEqual(self.least({**files, "Dockerfile": SAYS["Dockerfile"].replace("3.N", "3.14")}), 14)
        nearer = {**files, "api/runtime.txt": SAYS["runtime.txt"].replace("3.N", "3.11")}
        self.assertEqual((self.least(nearer, "api/src"), self.least(nearer, "web")), (11, 9))

    def test_an_annotation_that_a_column_shadows(self) -> None:
        expected = "a\n  id INTEGER pk\n  at TIME WITHOUT TIME ZONE not-null\n  time VARCHAR(3) not-null"
        for name in ("Dockerfile", "runtime.txt", "pyproject.toml"):
            files = {name: SAYS[name].replace("3.N", "3.12"), "models.py": SHADOWED}
            self.check(files, expected, show="statementskipped", since="2.0")


if __name__ == "__main__":
    unittest.main()
