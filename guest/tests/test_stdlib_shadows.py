"""Folders of a repository with the name of a standard module."""

import sys
import unittest

from case import Case

MODEL = """\
from sqlalchemy import Integer, Column
from {base} import Base
class A(Base):
    __tablename__ = "a"
    id = Column(Integer, primary_key=True)
"""

#: Modules that Python and SQLAlchemy need, and others, as far as this Python has them.
NEEDED = ("asyncio", "decimal", "types", "json", "logging", "re")
SPARE = tuple(
    name for name in ("profile", "queue", "statistics", "resource") if name in sys.stdlib_module_names
)


class Shadows(Case):
    """The positions of such folders in the import root."""

    def test_packages(self) -> None:
        for name in (*NEEDED, *SPARE):
            with self.subTest(name=name):
                files = {
                    f"{name}/__init__.py": "",
                    f"{name}/base.py": "{prelude}\n",
                    f"{name}/models.py": MODEL.replace("{base}", ".base"),
                    f"{name}/more.py": "from .base import Base\nfrom .models import A\n"
                    "from sqlalchemy import Integer, Column\nclass B(Base):\n    __tablename__ = 'b'\n"
                    "    id = Column(Integer, primary_key=True)\n",
                }
                self.check(
                    files, "a\n  id INTEGER pk\nb\n  id INTEGER pk", show="statementskipped modulefailed"
                )

    def test_folders_without_a_marker(self) -> None:
        for name in (*NEEDED, *SPARE):
            with self.subTest(name=name):
                files = {
                    f"{name}/base.py": "{prelude}\n",
                    f"{name}/models.py": MODEL.replace("{base}", f"{name}.base"),
                }
                self.check(files, "a\n  id INTEGER pk", show="statementskipped modulefailed")

    def test_others_have_pythons_own(self) -> None:
        files = {
            "decimal/__init__.py": "",
            "decimal/models.py": "{prelude}\nfrom decimal import Decimal\n",
            "app.py": "{prelude}\nfrom decimal import Decimal\n"
            "t = Table('t', metadata, Column('x', String(int(Decimal(3)))))\n",
        }
        self.check(files, "t\n  x VARCHAR(3)", show="modulefailed")

    def test_what_needs_no_python_of_its_own_comes_first(self) -> None:
        files = {
            "statistics/__init__.py": "SIZE = 3\n",
            "app.py": "{prelude}\nimport statistics\n"
            "t = Table('t', metadata, Column('x', String(statistics.SIZE)))\n",
        }
        self.check(files, "t\n  x VARCHAR(3)", show="statementskipped modulefailed")


if __name__ == "__main__":
    unittest.main()
