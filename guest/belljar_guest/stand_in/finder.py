"""The finder that provides absent modules."""

import sys
from collections.abc import Callable, Sequence
from dis import _parse_exception_table, opname  # type: ignore[attr-defined]
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import FrameType, ModuleType
from typing import Any

from . import compat_modules, known_answers, ledger
from .value import OPEN, REFUSED_NAMES, child_of

#: Modules that Python 3 on Linux never has: code that tries them expects an ImportError, and has another branch.
NEVER_PRESENT = frozenset(
    "BaseHTTPServer ConfigParser Cookie HTMLParser Queue SocketServer StringIO UserDict __builtin__ __pypy__ _winreg "
    "cPickle cStringIO commands cookielib copy_reg dummy_thread exceptions httplib java msvcrt nt "
    "robotparser sets thread tkMessageBox Tkinter urllib2 urlparse winreg _winapi xmlrpclib".split()
)


class StandInModule(ModuleType):
    """An absent module."""

    def __getattr__(self, name: str) -> Any:
        if (
            name == "__all__"
        ):  # `from absent import *` binds nothing; the names are resolved where they are used
            return []
        if REFUSED_NAMES.match(name) and name not in ("__version__", "__author__"):
            raise AttributeError(name)
        if compat_modules.is_removed(self.__name__, name):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        if name == "__version__" and not _is_repository(sys._getframe(1)):
            return known_answers.NEWEST
        value = compat_modules.find_reexport(self.__name__, name)
        if value is None:
            value = child_of(self.__name__, name)
        self.__dict__[name] = value
        return value


def replace_module(module: ModuleType) -> None:
    """Replace a module that failed by a stand-in. Its submodules can still be imported, and may be real."""
    name = module.__name__
    stand_in = StandInModule(name, module.__doc__)
    for key in ("__spec__", "__loader__", "__package__", "__path__"):
        if key in module.__dict__:
            stand_in.__dict__[key] = module.__dict__[key]
    for child, value in list(sys.modules.items()):
        if child.rpartition(".")[0] == name:
            stand_in.__dict__[child.rpartition(".")[2]] = value
    sys.modules[name] = stand_in


class StandInFinder(MetaPathFinder, Loader):
    """The last finder: it stands in for every module that no other finder has."""

    def __init__(self, own: Sequence[str], refuses: Callable[[str], bool] = lambda name: False) -> None:
        """Take the top-level names of the snapshot's own packages, which are never stood in for.

        `refuses` decides for every other name whether the import fails instead.
        """
        self._own = frozenset(own)
        self._refuses = refuses

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """Return a spec for every name, except those that must fail."""
        top, _, rest = fullname.partition(".")
        if top in NEVER_PRESENT or top in self._own or top.startswith("_belljar"):
            return None
        if top in sys.stdlib_module_names and rest:
            parent = sys.modules.get(fullname.rpartition(".")[0])
            if not isinstance(parent, StandInModule):
                return None  # a real package without such a submodule
        if _guarded_by_library(fullname) or self._refuses(fullname):
            return None
        return ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Create the module."""
        module = StandInModule(spec.name)
        module.__dict__.update(
            known_answers.known_attributes(spec.name), **compat_modules.provided_names(spec.name)
        )
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Report the module; there is nothing to run."""
        current, name = ledger.current(), module.__name__
        if OPEN in name or compat_modules.is_provided(name):
            return  # its name contains a stand-in, or it has real names
        current.report_module(name, _kind_of(name, current))


def _guarded_by_library(fullname: str) -> bool:
    """Whether a library of the snapshot guards the import, and so works without the module.

    The module may be a part of the library, such as a compiled one; then the module that imports it may itself be
    guarded. An unguarded import is stood in for.
    """
    top = fullname.partition(".")[0]
    frame = _importer(sys._getframe(2))
    while frame is not None and not _is_repository(frame):
        if _is_guarded(frame):
            return True
        if str(frame.f_globals.get("__name__")).partition(".")[0] != top:
            return False
        frame = _importer(frame.f_back)
    return False


def _importer(frame: FrameType | None) -> FrameType | None:
    """The frame that imports something, at or above a frame."""
    while frame is not None and str(frame.f_globals.get("__name__")).partition(".")[0] in _MACHINERY:
        frame = frame.f_back
    return frame


#: Modules whose frames lie between an import and the module that it runs.
_MACHINERY = ("importlib", "_frozen_importlib", "_frozen_importlib_external", "belljar_snapshot")


def _is_repository(frame: FrameType) -> bool:
    places, path = ledger.current().places, frame.f_code.co_filename
    return places.relative(path) is not None or places.library(path) is not None


def _is_guarded(frame: FrameType) -> bool:
    """Whether an exception would be caught at the current instruction of a frame."""
    code = frame.f_code
    around = [item for item in _parse_exception_table(code) if item.start <= frame.f_lasti < item.end]
    # Other entries only clean up after the body of an `except`.
    return any(opname[code.co_code[item.target]] == "PUSH_EXC_INFO" for item in around)


def _kind_of(name: str, current: ledger.Ledger) -> str:
    """The kind of absence: whether installing a package would end it."""
    top, _, rest = name.partition(".")
    if top in sys.stdlib_module_names:
        return "standard_library"
    package = sys.modules.get(top)
    there = not isinstance(package, StandInModule) and getattr(package, "__file__", None) is not None
    return "part" if rest and (there or current.absence_of(top) in ("failed", "extension")) else "package"
