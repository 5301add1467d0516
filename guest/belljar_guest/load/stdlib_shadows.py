"""Modules of the repository with the name of a standard module.

An application usually starts in a folder that precedes the standard library on the path, so that `import profile`
imports its own package. Modules that Python and SQLAlchemy need themselves are different: an application that shadowed
`decimal` would not start, and a folder without `__init__.py` does not shadow anything. Modules of such a folder have
their names only while they are loaded; all others get the standard module.
"""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

#: Standard modules that neither Python nor SQLAlchemy needs to start.
_SHADOWED = frozenset(
    "antigravity argparse bdb cProfile chunk cmath cmd code codeop colorsys compileall crypt curses dbm difflib "
    "doctest ensurepip faulthandler filecmp fileinput ftplib getopt getpass glob graphlib grp html idlelib "
    "imaplib lib2to3 mailbox mailcap mimetypes mmap modulefinder netrc nis nntplib optparse pdb pickletools pipes "
    "plistlib poplib pprint profile pstats pty pwd py_compile pyclbr pydoc queue readline resource runpy sched "
    "secrets shelve smtplib sndhdr socketserver sqlite3 statistics sunau symtable syslog tabnanny tarfile "
    "telnetlib termios test this timeit tkinter tomllib trace tracemalloc tty turtle unittest venv wave "
    "webbrowser wsgiref xdrlib xmlrpc zipapp".split()
)


class Shadows(MetaPathFinder):
    """Finds modules of the repository that shadow standard ones."""

    def __init__(self) -> None:
        """Begin without shadowed names."""
        self._names: set[str] = set()
        self._apart: set[str] = set()
        #: Modules loaded under their own names, and those of them that hide a standard module.
        self._ours: set[str] = set()
        self._kept: dict[str, ModuleType] = {}

    def install(self, root: str, targets: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Find the shadowing names of an import root; yields each with a message about its treatment."""
        wanted = {target.partition(".")[0] for target in targets}
        for name in sorted(wanted | _SHADOWED.intersection(_names(root))):
            if name not in sys.stdlib_module_names or not _is_there(root, name):
                continue
            if name in _SHADOWED and _is_regular(root, name):
                self._names.add(name)
                for known in _with_parts(name):
                    del sys.modules[known]
                yield name, "replaces the standard module, as its folder comes first on the path"
            elif name in wanted:
                self._apart.add(name)
                yield (
                    name,
                    "is only visible to the modules of its folder; all others get the standard module",
                )
        if self._names or self._apart:
            sys.meta_path.insert(0, self)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: object = None
    ) -> ModuleSpec | None:
        """Find a module of the repository."""
        return PathFinder.find_spec(fullname, path) if fullname.partition(".")[0] in self._names else None

    @contextmanager
    def with_own_names(self, module: str) -> Iterator[None]:
        """Give a module and those in its folder their own names while it is loaded."""
        name = module.partition(".")[0]
        if name not in self._apart:
            yield
            return
        theirs = [known for known in _with_parts(name) if known not in self._ours or known in self._kept]
        own = {known: sys.modules.pop(known) for known in theirs}
        sys.modules.update(
            {known: kept for known, kept in self._kept.items() if known.partition(".")[0] == name}
        )
        self._names.add(name)
        try:
            yield
        finally:
            self._names.discard(name)
            self._ours.update(_with_parts(name))
            self._kept.update({known: sys.modules[known] for known in own if known in sys.modules})
            sys.modules.update(own)


def _with_parts(name: str) -> list[str]:
    return [known for known in sys.modules if known == name or known.startswith(f"{name}.")]


def _names(root: str) -> list[str]:
    try:
        return [entry.removesuffix(".py") for entry in os.listdir(root)]
    except OSError:
        return []


def _is_regular(root: str, name: str) -> bool:
    return os.path.isfile(f"{root}/{name}.py") or os.path.isfile(f"{root}/{name}/__init__.py")


def _is_there(root: str, name: str) -> bool:
    return _is_regular(root, name) or os.path.isdir(f"{root}/{name}")
