"""Modules stored as compiled code, if they were not imported when the snapshot was made.

The folders of the build do not exist at run time. A module imported during the build is still in ``sys.modules``; any
other is found here. Nothing in this file depends on WebAssembly: it runs under any CPython.
"""

import errno
import marshal
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.abc import Loader
from importlib.machinery import ModuleSpec, PathFinder
from importlib.metadata import Distribution
from pathlib import PurePosixPath
from types import CodeType, ModuleType
from typing import Any, NamedTuple

__all__ = ["StoredDistribution", "StoredFinder", "StoredModule", "install"]


#: The drivers of databases, by their top-level names. They are absent for a repository, as any other driver is: only a
#: run that reads a database, and runs no code of a repository, releases them.
DRIVERS = frozenset(("pg8000", "pymysql", "scramp"))


class StoredModule(NamedTuple):
    """A module: its file when it was stored, whether it is a package, and its marshalled code."""

    filename: str
    is_package: bool
    code: bytes


class StoredDistribution(Distribution):
    """The metadata of an installed package, for ``importlib.metadata``."""

    def __init__(self, files: dict[str, str]) -> None:
        """Keep the text files of a ``.dist-info`` folder by name."""
        self._texts = files

    def read_text(self, filename: str) -> str | None:
        """Return one metadata file."""
        return self._texts.get(filename)

    def locate_file(self, path: Any) -> Any:
        """Return a path, which does not exist."""
        return PurePosixPath("/stored") / path


class StoredFinder(Loader):
    """Finds and loads stored modules: a finder for ``sys.meta_path`` and the loader of what it finds."""

    #: Called with a library's module after it has been executed; the guest installs its adapters here.
    adapt: Callable[[ModuleType], None] | None = None
    #: Top-level names that are not found.
    withheld: frozenset[str] = DRIVERS
    #: Called with a library's module that failed; returns whether it is kept in its state.
    forgives: Callable[[ModuleType, Exception], bool] | None = None

    def __init__(
        self,
        modules: dict[str, StoredModule],
        distributions: Sequence[StoredDistribution] = (),
        libraries: Iterable[str] = (),
        data: Mapping[str, bytes] | None = None,
    ) -> None:
        """Serve modules by their full names, and the metadata of distributions.

        `libraries` are the top-level names of packages that a repository's own replace; `data` has the files besides
        their modules that their code may open, by path.
        """
        self.modules = modules
        self.distributions = tuple(distributions)
        self.libraries = frozenset(libraries)
        self.data = dict(data or {})

    def find_spec(self, name: str, path: Any = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Find a stored module; the file system is searched only for replacements of a library."""
        stored = self.modules.get(name)
        if stored is None or name.partition(".")[0] in self.withheld:
            return None
        if name.partition(".")[0] in self.libraries:
            parent, _, _ = name.rpartition(".")
            if parent and not isinstance(getattr(sys.modules.get(parent), "__loader__", None), StoredFinder):
                return None  # a part of a package of the repository that has a library's name
            other = None if parent else PathFinder.find_spec(name)
            if other is not None and other.loader is not None:
                return other
        spec = ModuleSpec(name, self, origin=stored.filename, is_package=stored.is_package)
        spec.has_location = True
        if stored.is_package:
            spec.submodule_search_locations = [stored.filename.rpartition("/")[0]]
        return spec

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Let the import system create the module."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Run the stored code in the module."""
        try:
            exec(self.get_code(module.__name__), module.__dict__)
        except Exception as error:
            if self.forgives is None or not self.forgives(module, error):
                raise
        if self.adapt is not None:
            self.adapt(module)

    def get_code(self, name: str) -> CodeType:
        """Return a module's code."""
        code: CodeType = marshal.loads(self._stored(name).code)
        return code

    def get_data(self, path: str) -> bytes:
        """Return the content of a file besides a library's modules; raises OSError if it was not stored."""
        try:
            return self.data[path]
        except KeyError:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path) from None

    def get_source(self, name: str) -> None:
        """Return nothing: the source is not stored."""

    def is_package(self, name: str) -> bool:
        """Whether a stored module is a package."""
        return self._stored(name).is_package

    def get_filename(self, name: str) -> str:
        """Return the path of a module when it was stored."""
        return self._stored(name).filename

    def find_distributions(self, context: Any = None) -> Iterator[StoredDistribution]:
        """Serve ``importlib.metadata``: all distributions, or those of one name."""
        wanted = getattr(context, "name", None)
        for distribution in self.distributions:
            if _normalise(distribution.metadata["Name"]) in self.withheld:
                continue
            if wanted is None or _normalise(distribution.metadata["Name"]) == _normalise(wanted):
                yield distribution

    def _stored(self, name: str) -> StoredModule:
        try:
            return self.modules[name]
        except KeyError:
            msg = f"the code of {name!r} was not kept"
            raise ImportError(msg, name=name) from None


def install(
    modules: dict[str, StoredModule],
    distributions: Iterable[StoredDistribution] = (),
    libraries: Iterable[str] = (),
    data: Mapping[str, bytes] | None = None,
) -> StoredFinder:
    """Install a finder for these modules in front of the one for the file system, and return it."""
    finder = StoredFinder(modules, tuple(distributions), libraries, data)
    place = sys.meta_path.index(PathFinder) if PathFinder in sys.meta_path else len(sys.meta_path)
    sys.meta_path.insert(place, finder)
    return finder


def _normalise(name: str) -> str:
    return name.lower().replace("-", "_").replace(".", "_")
