"""Modules of the repository that are called like one of Python's own.

A project is started from a folder that comes before Python's own on the path, so its package `profile` is what
`import profile` gives. What Python and SQLAlchemy themselves need is beyond that: a project whose `decimal` came first
would not start, and a folder without `__init__.py` never comes first. The modules of such a folder are given their
names while they are loaded, and all others have Python's own.
"""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

#: Modules of Python that neither it nor SQLAlchemy needs to begin with.
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
    """Finds what the repository has in the place of Python's own."""

    def __init__(self) -> None:
        """Nothing is shadowed."""
        self._names: set[str] = set()
        self._apart: set[str] = set()
        #: What was loaded in a name's own time, and of that what Python has under the same names.
        self._ours: set[str] = set()
        self._kept: dict[str, ModuleType] = {}

    def install(self, root: str, targets: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Look what an import root has, and give the names that are taken, each with what becomes of it."""
        wanted = {target.partition(".")[0] for target in targets}
        for name in sorted(wanted | _SHADOWED.intersection(_names(root))):
            if name not in sys.stdlib_module_names or not _is_there(root, name):
                continue
            if name in _SHADOWED and _is_regular(root, name):
                self._names.add(name)
                for known in _with_parts(name):
                    del sys.modules[known]
                yield name, "takes the place of Python's own, as its folder comes first"
            elif name in wanted:
                self._apart.add(name)
                yield (
                    name,
                    "is Python's own elsewhere; the modules of the folder have the name for themselves",
                )
        if self._names or self._apart:
            sys.meta_path.insert(0, self)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: object = None
    ) -> ModuleSpec | None:
        """Find a module of the repository."""
        return PathFinder.find_spec(fullname, path) if fullname.partition(".")[0] in self._names else None

    @contextmanager
    def around(self, module: str) -> Iterator[None]:
        """Let a module that is loaded, and those beside it, have their names."""
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
