"""Modules that are absent."""

import unittest

from case import Case


class Modules(Case):
    """Absent modules."""

    def test_star(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import *
            t = Table("a", metadata, Column("x", Integer))
            u = Table("b", metadata, Column("x", Thing))
            v = Table("c", metadata, Column("x", Integer))
            """,
            """\
            a
              x INTEGER
            b ?guess
              x absent.Thing ?stand-in-type
            c
              x INTEGER
            guess name of absent.Thing at models.py:10
            """,
            show="statementskipped guess",
        )

    def test_submodule(self) -> None:
        self.check(
            """\
            {prelude}
            import absent.sub.deep
            import absent.other as other
            from absent.sub import Thing
            t = Table("a", metadata, Column("x", Thing), Column("y", absent.sub.deep.Kind), Column("z", other.Kind))
            """,
            """\
            a
              x absent.sub.Thing ?stand-in-type
              y absent.sub.deep.Kind ?stand-in-type
              z absent.other.Kind ?stand-in-type
            absent absent
            absent absent.sub
            absent absent.sub.deep
            absent absent.other
            """,
            show="standin",
        )

    def test_absent_submodule_of_a_real_package_raises(self) -> None:
        self.check(
            """\
            {prelude}
            try:
                import sqlalchemy.no_such_thing
                length = 3
            except ImportError:
                length = 4
            try:
                from json.nothing import x
            except ImportError:
                width = 5
            try:
                from collections import Nothing
            except ImportError:
                height = 6
            try:
                import cPickle
            except ImportError:
                depth = 7
            t = Table("a", metadata, Column("x", String(length)), Column("y", String(width)), Column("z", String(height)), Column("w", String(depth)))
            """,
            """\
            a
              x VARCHAR(4)
              y VARCHAR(5)
              z VARCHAR(6)
              w VARCHAR(7)
            """,
            show="statementskipped standin",
        )

    def test_absent_submodule_of_the_repository_is_stood_in_for(self) -> None:
        self.check(
            {
                "pkg/__init__.py": "",
                "pkg/models.py": """\
                {prelude}
                try:
                    from pkg.generated import length
                except ImportError:
                    length = 4
                t = Table("a", metadata, Column("x", String(length)))
                """,
            },
            """\
            a ?guess
              x … ?stand-in-type ?stand-in-value
            absent part pkg.generated
            """,
            show="statementskipped standin",
        )


class Stars(Case):
    """Names that a star import from something absent would have bound."""

    def test_names_that_nothing_defines(self) -> None:
        self.check(
            """\
            {prelude}
            from absent import *
            try:
                unicode
                length = 3
            except NameError:
                length = 4
            class A(Mixin, Base):
                __tablename__ = "a"
                id = Column(Integer, primary_key=True)
                x = Column(Thing)
                y = Column(String(length))
            def late(): return Other
            b = Table("b", metadata, Column("x", late()))
            c = Table("c", metadata, Column("x", Integer))
            """,
            """\
            a ?guess ?lost-base
              id INTEGER pk
              x absent.Thing ?guess ?stand-in-type
              y VARCHAR(4)
            b ?guess
              x absent.Other ?stand-in-type
            c
              x INTEGER
            guess name of absent.Mixin at models.py:14
            guess name of absent.Thing at models.py:17
            guess name of absent.Other at models.py:19
            """,
            show="statementskipped guess",
        )

    def test_through_a_module_of_the_repository(self) -> None:
        self.check(
            {
                "app/__init__.py": "",
                "app/base.py": """\
                from absent import *
                there = 3
                """,
                "app/models.py": """\
                {prelude}
                from app.base import *
                from app import base
                try:
                    from app.base import Kind
                except ImportError:
                    Kind = Integer
                a = Table("a", metadata, Column("x", Thing), Column("y", String(there)), Column("z", base.Other), Column("w", Kind))
                b = Table("b", metadata, Column("x", String(there)))
                """,
            },
            """\
            a ?guess
              x absent.Thing ?stand-in-type
              y VARCHAR(3)
              z absent.Other ?stand-in-type
              w absent.Kind ?stand-in-type
            b
              x VARCHAR(3)
            """,
            show="statementskipped",
        )

    def test_no_name_is_made_up_without_an_absent_star(self) -> None:
        self.check(
            {
                "models.py": """\
                {prelude}
                from local import *
                from absent import one
                try:
                    Thing
                    length = 4
                except NameError:
                    length = there
                a = Table("a", metadata, Column("x", String(length)), Column("y", Integer))
                """,
                "local.py": """\
                there = 3
                """,
            },
            """\
            a
              x VARCHAR(3)
              y INTEGER
            """,
            show="statementskipped",
        )


class Dynamic(Case):
    """Modules that code searches for and loads itself."""

    def test_import_module_with_an_absent_name(self) -> None:
        self.check(
            """\
            {prelude}
            import importlib
            from absent import conf
            m = importlib.import_module(f"{conf.package}.models")
            n = __import__("absent.sub")
            a = Table("a", metadata, Column("x", m.Thing), Column("y", n.sub.Thing))
            """,
            """\
            a
              x … ?stand-in-type
              y absent.sub.Thing ?stand-in-type
            absent absent
            absent absent.sub
            """,
            show="statementskipped standin",
        )

    def test_modules_of_a_package_found_and_loaded(self) -> None:
        self.check(
            {
                "app/__init__.py": """\
                {prelude}
                """,
                "app/models/__init__.py": """\
                import importlib, os, pkgutil, sys
                from importlib import resources
                import app
                for found in pkgutil.iter_modules(__path__):
                    importlib.import_module(f"{__name__}.{found.name}")
                for found in pkgutil.walk_packages(__path__, __name__ + "."):
                    importlib.import_module(found.name)
                sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
                import helper
                text = resources.files("app").joinpath("data.txt").read_text()
                c = app.Table("c", app.metadata, app.Column("x", app.String(helper.length)), app.Column("y", app.String(len(text))))
                """,
                "app/models/one.py": """\
                from app import *
                class One(Base):
                    __tablename__ = "one"
                    id = Column(Integer, primary_key=True)
                """,
                "app/models/sub/__init__.py": "",
                "app/models/sub/two.py": """\
                from app import *
                class Two(Base):
                    __tablename__ = "two"
                    id = Column(Integer, primary_key=True)
                """,
                "app/lib/helper.py": """\
                length = 3
                """,
                "app/data.txt": """\
                abcd
                """,
            },
            """\
            c
              x VARCHAR(3)
              y VARCHAR(5)
            one
              id INTEGER pk
            two
              id INTEGER pk
            """,
            show="statementskipped",
        )

    def test_generated_modules(self) -> None:
        self.check(
            {
                "app/__init__.py": """\
                from ._version import version as __version__
                from .thing_pb2 import Kind
                """,
                "app/models.py": """\
                {prelude}
                from app import Kind, __version__
                from app import ttypes
                a = Table("a", metadata, Column("x", Integer, default=Kind.A), comment=f"of {__version__}")
                b = Table("b", metadata, Column("x", Integer), Column("y", ttypes.Kind))
                c = Table("c", metadata, Column("x", Integer))
                """,
            },
            """\
            a comment=of ⟪app._version.version⟫ ?stand-in-value
              x INTEGER ?stand-in-option
            b
              x INTEGER
              y app.ttypes.Kind ?stand-in-type
            c
              x INTEGER
            absent part app._version
            absent part app.thing_pb2
            absent part app.ttypes
            """,
            show="statementskipped standin",
        )

    def test_main_and_type_checking(self) -> None:
        self.check(
            """\
            {prelude}
            from typing import TYPE_CHECKING
            if TYPE_CHECKING:
                from absent import Thing
            if __name__ == "__main__":
                boom()
            def f(x: "Thing") -> "Thing": ...
            a = Table("a", metadata, Column("x", Integer))
            """,
            """\
            a
              x INTEGER
            """,
            show="statementskipped",
        )


class Libraries(Case):
    """Libraries of the snapshot that are partly absent."""

    def test_absent_submodule_of_a_library_that_is_there(self) -> None:
        self.check(
            """\
            {prelude}
            from alembic.nothere import Thing
            try:
                from sqlalchemy.dialects.postgresql import NOTHERE
                length = 3
            except ImportError:
                length = 4
            a = Table("a", metadata, Column("x", Thing), Column("y", String(length)))
            """,
            """\
            a
              x alembic.nothere.Thing ?stand-in-type
              y VARCHAR(4)
            """,
            show="statementskipped",
        )

    def test_library_does_without_what_it_guards(self) -> None:
        self.check(
            """\
            {prelude}
            import markupsafe
            a = Table("a", metadata, Column("x", Integer), comment=str(markupsafe.escape("<")))
            """,
            """\
            a comment=&lt;
              x INTEGER
            """,
            show="statementskipped",
        )


if __name__ == "__main__":
    unittest.main()
