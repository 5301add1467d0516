"""Absent modules."""

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from . import ledger
from .value import _REFUSED, child_of

#: Modules that a Python 3 on Linux does not have: code that asks for them expects an ImportError, and takes its
#: other branch.
ELSEWHERE = frozenset(
    "BaseHTTPServer ConfigParser Cookie HTMLParser Queue SocketServer StringIO UserDict __builtin__ __pypy__ _winreg "
    "cPickle cStringIO commands cookielib copy_reg dummy_thread exceptions httplib java msvcrt nt "
    "robotparser sets thread tkMessageBox Tkinter urllib2 urlparse winreg _winapi xmlrpclib".split()
)


class StandInModule(ModuleType):
    """A module that is not there."""

    def __getattr__(self, name: str) -> Any:
        if (
            name == "__all__"
        ):  # `from absent import *` binds nothing, and the names are caught where they are used
            return []
        if _REFUSED.match(name) and name not in ("__version__", "__author__"):
            raise AttributeError(name)
        value = child_of(self.__name__, name)
        self.__dict__[name] = value
        return value


class StandInFinder(MetaPathFinder, Loader):
    """Last in line: stands in for every module that nobody else has."""

    def __init__(self, own: Sequence[str]) -> None:
        """Take the top-level names that are never stood in for: the snapshot's own packages."""
        self._own = frozenset(own)

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """Give a spec for every name but those that must fail as they do everywhere."""
        top, _, rest = fullname.partition(".")
        if top in ELSEWHERE or top in self._own or top.startswith("_belljar"):
            return None
        if top in sys.stdlib_module_names and rest:
            parent = sys.modules.get(fullname.rpartition(".")[0])
            if not isinstance(parent, StandInModule):
                return None  # a real package without such a submodule
        return ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Make the module."""
        return StandInModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Report it; there is nothing to run."""
        ledger.current().module(module.__name__)
