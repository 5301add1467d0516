"""The finder of stored modules, under native CPython."""

import importlib
import importlib.metadata
import marshal
import sys
import traceback
import unittest
from collections.abc import Iterator
from contextlib import contextmanager

from belljar_snapshot.stored import StoredDistribution, StoredFinder, StoredModule, install


def stored(path: str, source: str, *, is_package: bool = False) -> StoredModule:
    """Compile a module that has no file."""
    return StoredModule(path, is_package, marshal.dumps(compile(source, path, "exec")))


MODULES = {
    "jar": stored("/0/jar/__init__.py", "from jar import lid\n", is_package=True),
    "jar.lid": stored("/0/jar/lid.py", "shape = 'round'\n"),
    "jar.crack": stored("/0/jar/crack.py", "1 / 0\n"),
}


@contextmanager
def installed(*distributions: StoredDistribution) -> Iterator[StoredFinder]:
    """Install the finder, and remove it with its modules afterwards."""
    finder = install(dict(MODULES), distributions)
    try:
        yield finder
    finally:
        sys.meta_path.remove(finder)
        for name in MODULES:
            sys.modules.pop(name, None)


class Stored(unittest.TestCase):
    """A stored module as the rest of Python sees it."""

    def test_a_package_and_its_module_are_imported(self) -> None:
        with installed():
            jar = importlib.import_module("jar")
            self.assertEqual(jar.lid.shape, "round")
            self.assertEqual((jar.__file__, jar.__path__), ("/0/jar/__init__.py", ["/0/jar"]))
            self.assertEqual(jar.lid.__spec__.parent, "jar")

    def test_what_is_not_stored_is_not_found(self) -> None:
        with installed() as finder, self.assertRaises(ModuleNotFoundError):
            self.assertIsNone(finder.find_spec("jar.bottom"))
            importlib.import_module("jar.bottom")

    def test_an_error_names_the_line_and_leaves_no_module(self) -> None:
        with installed():
            try:
                importlib.import_module("jar.crack")
            except ZeroDivisionError as error:
                last = traceback.extract_tb(error.__traceback__)[-1]
            self.assertEqual((last.filename, last.lineno), ("/0/jar/crack.py", 1))
            self.assertNotIn("jar.crack", sys.modules)

    def test_code_that_was_not_kept_is_an_import_error(self) -> None:
        with installed() as finder:
            for question in (finder.get_code, finder.is_package, finder.get_filename):
                self.assertRaises(ImportError, question, "json")

    def test_the_file_system_is_asked_last(self) -> None:
        with installed() as finder:
            names = [getattr(entry, "__name__", "") for entry in sys.meta_path]
            self.assertLess(sys.meta_path.index(finder), names.index("PathFinder"))

    def test_versions_of_distributions_are_known(self) -> None:
        with installed(StoredDistribution({"METADATA": "Name: Bell-Jar\nVersion: 1.2\n"})):
            self.assertEqual(importlib.metadata.version("bell_jar"), "1.2")
            self.assertRaises(
                importlib.metadata.PackageNotFoundError, importlib.metadata.version, "no-such-jar"
            )


if __name__ == "__main__":
    unittest.main()
