"""Packages of the wheelhouse: real where possible, and never in place of what precedes them."""

import unittest

from belljar_guest import frames
from case import GENERATIONS, Case, run
from render import tables

MODELS = """\
    {prelude}
    from shop_types import Money
    class Order(Base):
        __tablename__ = "order"
        id = Column(Integer, primary_key=True)
        total = Column(Money(12))
    """

#: A type as libraries define them.
MONEY = """\
    from sqlalchemy import types
    class Money(types.TypeDecorator):
        impl, cache_ok = types.Numeric, True
        def __init__(self, digits=10):
            super().__init__(digits, 2)
    """


class Real(Case):
    """What is real."""

    def test_a_type_of_a_package_is_exact(self) -> None:
        without = "order\n  id INTEGER pk\n  total shop_types.Money() ?stand-in-type"
        self.check(MODELS, without)
        self.check(
            MODELS, "order\n  id INTEGER pk\n  total NUMERIC(12, 2)", wheelhouse={"shop_types.py": MONEY}
        )

    def test_tables_of_a_package(self) -> None:
        package = {
            "library/__init__.py": "",
            "library/models.py": """\
                {prelude}
                class Account(Base):
                    __tablename__ = "account"
                    id = Column(Integer, primary_key=True)
                """,
        }
        expected = ["account at wheelhouse:library/models.py:8 in library.models:Base.metadata"]
        self.assertEqual(self.places({"models.py": "from library.models import Account"}, package), expected)

    def test_a_table_that_a_package_makes_for_the_repository(self) -> None:
        models = """\
            from sqlalchemy import MetaData
            from library import make
            metadata = MetaData()

            made = make(metadata)
            """
        package = {
            "library.py": """\
                from sqlalchemy import Column, Integer, Table
                def make(metadata):
                    return Table("made", metadata, Column("id", Integer))
                """
        }
        self.assertEqual(
            self.places({"models.py": models}, package), ["made at models.py:5 in models:metadata"]
        )

    def places(self, files: dict[str, str], package: dict[str, str]) -> list[str]:
        """The places of the tables, which are the same with every generation."""
        found = {
            tuple(
                f"{table.name} at {table.place.path}:{table.place.line} in {table.metadata}"
                for table in tables(run(generation, files, wheelhouse=package))
                if table.place
            )
            for generation in GENERATIONS
        }
        self.assertEqual(len(found), 1)
        return list(found.pop())

    def test_metadata_of_packages(self) -> None:
        models = """\
            from importlib.metadata import PackageNotFoundError, entry_points, version
            {prelude}
            try:
                version("nothing")
            except PackageNotFoundError:
                nothing = "nothing"
            made = Table(version("Shop.Types"), metadata, Column(entry_points(group="shop")["x"].value, Integer),
                         Column(nothing, Integer))
            """
        package = {
            "shop_types-1.2.dist-info/METADATA": "Metadata-Version: 2.1\nName: shop-types\nVersion: 1.2\n",
            "shop_types-1.2.dist-info/entry_points.txt": "[shop]\nx = shop_types:Money\n",
        }
        self.check(models, "1.2\n  shop_types:Money INTEGER\n  nothing INTEGER", wheelhouse=package)

    def test_data_of_a_package(self) -> None:
        package = {
            "shop_types/__init__.py": """\
                import json
                from importlib.resources import files
                from sqlalchemy import String
                class Money(String):
                    def __init__(self, digits):
                        super().__init__(json.loads((files("shop_types") / "sizes.json").read_text())["money"])
                """,
            "shop_types/sizes.json": '{"money": 7}',
        }
        self.check(MODELS, "order\n  id INTEGER pk\n  total VARCHAR(7)", wheelhouse=package)


class Order(Case):
    """The order of precedence."""

    def test_the_repository(self) -> None:
        files = {"shop_types.py": MONEY, "models.py": MODELS}
        self.check(
            files,
            "order\n  id INTEGER pk\n  total NUMERIC(12, 2)",
            wheelhouse={"shop_types.py": "Money = 1 / 0"},
        )

    def test_a_package_of_the_repository_without_an_init(self) -> None:
        files = {"app/types.py": MONEY, "app/models.py": MODELS.replace("shop_types", "app.types")}
        self.check(
            files,
            "order\n  id INTEGER pk\n  total NUMERIC(12, 2)",
            wheelhouse={"app/__init__.py": "", "app/types.py": "Money = 1 / 0"},
        )

    def test_a_folder_that_is_no_package_hides_none(self) -> None:
        files = {"shop_types/README": "", "models.py": MODELS}
        self.check(
            files, "order\n  id INTEGER pk\n  total NUMERIC(12, 2)", wheelhouse={"shop_types.py": MONEY}
        )

    def test_a_namespace_that_both_have_parts_of(self) -> None:
        files = {"space/own.py": MONEY, "models.py": "from space.own import Money as Own\n" + MODELS_OF_SPACE}
        self.check(
            files,
            "order\n  id NUMERIC(3, 2) pk\n  total NUMERIC(12, 2)",
            wheelhouse={"space/theirs.py": MONEY},
        )

    def test_the_snapshot(self) -> None:
        evil = 'raise SystemExit("taken over")'
        names = [
            "sqlalchemy",
            "typing_extensions",
            "belljar_guest",
            "json",
            "ssl",
            "_ctypes",
            "sitecustomize",
        ]
        package = {f"{name}/__init__.py": evil for name in names} | {
            "colorsys.py": evil,
            "shop_types.py": MONEY,
        }
        models = "import json, colorsys, ssl, typing_extensions, belljar_guest.frames\n" + MODELS_PLAIN
        self.check(
            models,
            "order\n  id INTEGER pk\n  total NUMERIC(12, 2)\nabsent standard_library ssl",
            wheelhouse=package,
            show="standin",
        )

    def test_another_version_of_what_the_snapshot_has_is_named(self) -> None:
        package = {
            "sqlalchemy/__init__.py": "raise SystemExit",
            "SQLAlchemy-0.9.1.dist-info/METADATA": "Name: SQLAlchemy\nVersion: 0.9.1\n",
        }
        for generation in GENERATIONS:
            found = run(generation, {"models.py": "import sqlalchemy"}, wheelhouse=package)
            (remark,) = [frame for frame in found if isinstance(frame, frames.Remark)]
            hello = next(frame for frame in found if isinstance(frame, frames.Hello))
            text = "`SQLAlchemy` 0.9.1 of the wheelhouse is not used: this run has its own "
            self.assertEqual((remark.code, remark.message), ("snapshot-package", text + hello.sqlalchemy))
            same = {"sqlalchemy-" + hello.sqlalchemy + ".dist-info/METADATA": ""}
            found = run(generation, {"models.py": ""}, wheelhouse=same)
            self.assertFalse([frame for frame in found if isinstance(frame, frames.Remark)])


class Absence(Case):
    """Absent modules that a package imports."""

    def test_compiled_code_is_stood_in_for(self) -> None:
        package = {"shop_types/__init__.py": "from ._fast import Money", "shop_types/_fast.so": ""}
        self.check(
            MODELS,
            """\
            order
              id INTEGER pk
              total shop_types._fast.Money() ?stand-in-type
            absent extension shop_types._fast
            remark compiled-extension `shop_types._fast` is a compiled extension; a stand-in replaces it
            """,
            wheelhouse=package,
            show="standin remark",
        )

    def test_a_package_with_code_of_its_own_does_without_compiled_code(self) -> None:
        package = {
            "shop_types/__init__.py": """\
                try:
                    from ._fast import Money
                except ImportError:
                    from ._slow import Money
                """,
            "shop_types/_fast.so": "",
            "shop_types/_slow.py": MONEY,
        }
        self.check(
            MODELS,
            """\
            order
              id INTEGER pk
              total NUMERIC(12, 2)
            remark optional-import `wheelhouse:shop_types/__init__.py` works without `shop_types._fast`, which is a compiled extension
            """,
            wheelhouse=package,
            show="standin remark",
        )

    def test_source_comes_before_compiled_code(self) -> None:
        package = {"shop_types.py": MONEY, "shop_types.so": ""}
        self.check(
            MODELS,
            "order\n  id INTEGER pk\n  total NUMERIC(12, 2)",
            wheelhouse=package,
            show="standin remark",
        )

    def test_guarded_imports_fail_as_they_expect(self) -> None:
        for guard in (
            "try:\n    import absent\n    Size = None\nexcept ImportError:\n    Size = 12",
            "try:\n    import absent.part\n    Size = None\nexcept (KeyError, ModuleNotFoundError):\n    Size = 12",
            "from contextlib import suppress\nSize = 12\nwith suppress(ImportError):\n    import absent\n    Size = None",
            "from importlib.util import find_spec\nSize = 12 if find_spec('absent') is None else None",
            "import importlib\ntry:\n    importlib.import_module('absent')\n    Size = None\nexcept Exception:\n    Size = 12",
        ):
            with self.subTest(guard):
                package = {"library.py": guard}
                self.check(SIZED, "order\n  name VARCHAR(12)", wheelhouse=package, show="standin")

    def test_unguarded_imports_are_stood_in_for(self) -> None:
        package = {"library.py": "import absent\nSize = absent.SIZE"}
        self.check(
            SIZED,
            "order\n  name … ?stand-in-type ?stand-in-value\nabsent absent",
            wheelhouse=package,
            show="standin",
        )

    def test_guards_of_the_repository_do_not_count(self) -> None:
        package = {"library.py": "Size = 12"}
        models = "try:\n    import absent\nexcept ImportError:\n    absent = None\n" + SIZED_PLAIN
        self.check(models, "order\n  name VARCHAR(12)\nabsent absent", wheelhouse=package, show="standin")

    def test_a_package_that_fails_is_stood_in_for(self) -> None:
        package = {"library.py": "Size = 12\nLimits = {}['x']"}
        self.check(
            SIZED,
            """\
            order
              name … ?stand-in-type ?stand-in-value
            absent failed library
            remark wheelhouse-failed `library` of the wheelhouse could not be imported; a stand-in replaces it: `KeyError: 'x'`
            """,
            wheelhouse=package,
            show="standin remark skipped",
        )

    def test_a_part_that_fails_is_stood_in_for_alone(self) -> None:
        package = {
            "library/__init__.py": "from .broken import Nothing\nfrom .whole import Size",
            "library/broken.py": "import sys\nsys.exit(3)",
            "library/whole.py": "Size = 12",
        }
        self.check(
            SIZED,
            "order\n  name VARCHAR(12)\nabsent failed library.broken",
            wheelhouse=package,
            show="standin",
        )

    def test_parts_of_a_package_that_fails_are_real(self) -> None:
        package = {"library/__init__.py": "1 / 0", "library/sizes.py": "Size = 12"}
        models = SIZED.replace("from library", "from library.sizes")
        self.check(
            models, "order\n  name VARCHAR(12)\nabsent failed library", wheelhouse=package, show="standin"
        )

    def test_a_part_that_is_not_there(self) -> None:
        package = {"library/__init__.py": ""}
        models = SIZED.replace("from library", "from library.generated")
        self.check(
            models,
            "order\n  name … ?stand-in-type ?stand-in-value\nabsent part library.generated",
            wheelhouse=package,
            show="standin",
        )

    def test_a_guarded_part_that_fails(self) -> None:
        package = {
            "library/__init__.py": "try:\n    from .fast import Size\nexcept ImportError:\n    Size = 12",
            "library/fast.py": "raise RuntimeError('no such processor')",
        }
        self.check(SIZED, "order\n  name VARCHAR(12)", wheelhouse=package, show="standin remark")

    def test_a_guess_in_a_package_reaches_the_repository(self) -> None:
        """However the name gets there: the second import runs nothing of the package."""
        package = {
            "library/__init__.py": "",
            "library/sizes.py": "import absent\nSize = 12\nif absent.small:\n    Size = 3\nOther = 5",
        }
        files = {
            "first.py": "import library.sizes",
            "models.py": "{prelude}\nfrom library.sizes import Other, Size\n"
            "Table('order', metadata, Column('name', String(Size)))\n"
            "Table('other', metadata, Column('name', String(Other)))\n",
        }
        self.check(files, "order ?guess\n  name VARCHAR(3)\nother\n  name VARCHAR(5)", wheelhouse=package)

    def test_an_encoding_error_is_one_of_the_package(self) -> None:
        package = {"library.py": "Size = = 12"}
        self.check(
            SIZED,
            "order\n  name … ?stand-in-type ?stand-in-value\nabsent failed library",
            wheelhouse=package,
            show="standin",
        )


SIZED = """\
    {prelude}
    from library import Size
    Table("order", metadata, Column("name", String(Size)))
    """
SIZED_PLAIN = "{prelude}\nfrom library import Size\nTable('order', metadata, Column('name', String(Size)))\n"
MODELS_PLAIN = """\
{prelude}
from shop_types import Money
Table("order", metadata, Column("id", Integer, primary_key=True), Column("total", Money(12)))
"""
MODELS_OF_SPACE = """\
{prelude}
from space.theirs import Money
Table("order", metadata, Column("id", Own(3), primary_key=True), Column("total", Money(12)))
"""

if __name__ == "__main__":
    unittest.main()
