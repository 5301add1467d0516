"""Modules of older Pythons, of every Python, or that backport later ones.

They have the few names that models use. Every other name is a stand-in, as in any absent module.
"""

import asyncio
import base64
import collections.abc
import configparser
import errno
import fractions
import functools
import html
import importlib
import importlib.metadata
import importlib.util
import inspect
import math
import os
import pkgutil
import platform
import re
import shlex
import sys
import threading
import time  # noqa: TID251  # to put it back
import typing
from types import ModuleType
from typing import IO, Any, BinaryIO, NamedTuple, TextIO

from .value import StandIn


def provided_names(name: str) -> dict[str, Any]:
    """The real names of a module."""
    if name in _BACKPORTS:
        module = importlib.import_module(_BACKPORTS[name])
        return {key: value for key, value in vars(module).items() if not key.startswith("_")}
    return {key: value for key, value in _MODULES.get(name, {}).items() if not is_removed(name, key)}


def is_provided(name: str) -> bool:
    """Whether a module has real names."""
    return name in _BACKPORTS or name in _MODULES


def is_removed(module: str, name: str) -> bool:
    """Whether every Python that the project supports has lost a name."""
    return _REMOVED_SINCE.get(module, {}).get(name, _least + 1) <= _least


#: Modules of a framework that re-export a carried library under their own names.
_OFFERS = {
    "litestar.contrib.sqlalchemy": "advanced_alchemy",
    "litestar.contrib.sqlalchemy.base": "advanced_alchemy.base",
    "litestar.contrib.sqlalchemy.types": "advanced_alchemy.types",
    "litestar.plugins.sqlalchemy": "advanced_alchemy.extensions.litestar",
}


def find_reexport(module: str, name: str) -> Any:
    """The object of a carried library that an absent module re-exports; `None` if there is none."""
    try:
        return getattr(importlib.import_module(_OFFERS[module]), name, None) if module in _OFFERS else None
    except ImportError:  # this generation has no release of it
        return None


#: Packages that backport a standard module, or from which one was made.
_BACKPORTS = {
    "backports.zoneinfo": "zoneinfo",
    "importlib_metadata": "importlib.metadata",
    "importlib_resources": "importlib.resources",
    "mock": "unittest.mock",
    "simplejson": "json",
    "tomli": "tomllib",
    "xml.etree.cElementTree": "xml.etree.ElementTree",
}


def strtobool(value: str) -> int:
    """The boolean that a text stands for, as in `distutils.util`."""
    text = str(value).lower()
    if text in ("y", "yes", "t", "true", "on", "1"):
        return 1
    if text in ("n", "no", "f", "false", "off", "0"):
        return 0
    raise ValueError(f"invalid truth value {text!r}")


class LooseVersion:
    """A version that compares by its numbers and words, as in `distutils.version`."""

    _part = re.compile(r"(\d+|[a-z]+|\.)")

    def __init__(self, vstring: str | None = None) -> None:
        """Take the text."""
        self.vstring = vstring or ""
        parts = [part for part in self._part.split(self.vstring) if part and part != "."]
        self.version: list[Any] = [int(part) if part.isdigit() else part for part in parts]

    def __str__(self) -> str:
        return self.vstring

    def __repr__(self) -> str:
        return f"{type(self).__name__} ({self.vstring!r})"

    def _parts_of(self, other: Any) -> list[Any]:
        return (other if isinstance(other, LooseVersion) else LooseVersion(str(other))).version

    def __eq__(self, other: object) -> bool:
        return bool(self.version == self._parts_of(other))

    def __lt__(self, other: Any) -> bool:
        return bool(self.version < self._parts_of(other))

    def __le__(self, other: Any) -> bool:
        return bool(self.version <= self._parts_of(other))

    def __gt__(self, other: Any) -> bool:
        return not self <= other

    def __ge__(self, other: Any) -> bool:
        return not self < other

    __hash__ = None  # type: ignore[assignment]


class StrictVersion(LooseVersion):
    """The stricter class of `distutils.version`, with the same behaviour."""


def find_module(name: str, path: Any = None) -> tuple[None, str, tuple[str, str, int]]:
    """`imp.find_module`, for modules that exist."""
    spec = importlib.util.find_spec(name) if path is None else None
    if spec is None:
        raise ImportError(f"No module named {name!r}", name=name)
    return None, spec.origin or "", ("", "", 5 if spec.submodule_search_locations else 1)


def load_source(name: str, pathname: str, file: Any = None) -> ModuleType:
    """`imp.load_source`: load a module from a file."""
    spec = importlib.util.spec_from_file_location(name, pathname)
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot load {pathname!r}", name=name)
    module: ModuleType = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


class DistributionNotFound(Exception):  # noqa: N818  # its name
    """The exception of `pkg_resources`."""


class VersionConflict(Exception):  # noqa: N818  # its name
    """The exception of `pkg_resources`."""


def get_distribution(name: Any) -> Any:
    """The metadata of an installed package; a stand-in for any other."""
    text = re.split(r"[\s<>=!~\[;]", str(name))[0]
    try:
        return importlib.metadata.distribution(text)
    except (importlib.metadata.PackageNotFoundError, ValueError):
        return StandIn(f"{text}.distribution")


def parse_version(text: Any) -> Any:
    """A comparable version; a stand-in is returned as it is."""
    if isinstance(text, StandIn):
        return text
    try:
        parse = importlib.import_module("packaging.version").parse
    except ImportError:
        return LooseVersion(str(text))
    return parse(str(text))


def resource_filename(package: Any, name: str) -> str:
    """The path of a file in a package."""
    module = sys.modules.get(str(package)) or importlib.import_module(str(package))
    return os.path.join(os.path.dirname(str(module.__file__)), name)


def resource_string(package: Any, name: str) -> bytes:
    """The content of a file in a package."""
    with open(resource_filename(package, name), "rb") as file:
        return file.read()


def _ignore(*args: Any, **kwargs: Any) -> None:
    """Accept any arguments and do nothing."""


def _no_items(*args: Any, **kwargs: Any) -> Any:
    return iter(())


_MODULES: dict[str, dict[str, Any]] = {
    "cached_property": {"cached_property": functools.cached_property},
    "cgi": {"escape": html.escape},
    "dummy_threading": dict(vars(threading)),
    "distutils.util": {"strtobool": strtobool},
    "distutils.version": {"LooseVersion": LooseVersion, "StrictVersion": StrictVersion},
    "imp": {"reload": importlib.reload, "find_module": find_module, "load_source": load_source},
    "pipes": {"quote": shlex.quote},
    "pkg_resources": {
        "DistributionNotFound": DistributionNotFound,
        "VersionConflict": VersionConflict,
        "declare_namespace": _ignore,
        "get_distribution": get_distribution,
        "iter_entry_points": _no_items,
        "parse_version": parse_version,
        "require": _ignore,
        "resource_exists": lambda package, name: os.path.exists(resource_filename(package, name)),
        "resource_filename": resource_filename,
        "resource_string": resource_string,
    },
}


# Names that existing modules have lost

#: The lowest minor version of Python that the project supports; 0 if it does not say.
_least = 0

#: The minor versions that removed a name. Names without an entry are assumed to exist, as code that guards them
#: expects.
_REMOVED_SINCE: dict[str, dict[str, int]] = {
    "asyncio": {"coroutine": 11},
    "base64": {"encodestring": 9, "decodestring": 9},
    "cgi": {"escape": 8},
    "collections": dict.fromkeys(collections.abc.__all__, 10),
    "configparser": {"SafeConfigParser": 12},
    "fractions": {"gcd": 9},
    "importlib": {"find_loader": 12},
    "inspect": {"getargspec": 11},
    "os": {"errno": 7},
    "pkgutil": {"find_loader": 14, "get_loader": 14},
    "platform": {"dist": 8, "linux_distribution": 8},
    "time": {"clock": 8},
}


def withdraw(least: int) -> None:
    """Remove restored names that no Python since `least`, the first that the project supports, has."""
    global _least  # noqa: PLW0603  # set once, it holds for the run
    _least = least
    for module, values in _REMOVED_NAMES.items():
        for name in values:
            if (module, name) in _restored and is_removed(module.__name__, name) and hasattr(module, name):
                delattr(module, name)


_restored: set[tuple[Any, str]] = set()


def restore() -> None:
    """Restore names that older Pythons had in standard modules."""
    for module, values in _REMOVED_NAMES.items():
        for name, value in values.items():
            if not hasattr(module, name):
                setattr(module, name, value)
                _restored.add((module, name))
    for name, content in _OF_TYPING.items():
        module = sys.modules.setdefault(name, ModuleType(name))
        module.__dict__.update(content)
    asyncio.get_event_loop = asyncio.events.get_event_loop = _event_loop


#: Pseudo-modules in `typing`, which is not a package.
_OF_TYPING: dict[str, dict[str, Any]] = {
    "typing.io": {"IO": IO, "TextIO": TextIO, "BinaryIO": BinaryIO},
    "typing.re": {"Match": re.Match, "Pattern": re.Pattern},
}


def _event_loop() -> Any:
    """The current event loop, created if there is none: since Python 3.14 asking for it does not create one."""
    try:
        return asyncio.events.get_running_loop()
    except RuntimeError:
        if not _loops:
            _loops.append(asyncio.new_event_loop())
        return _loops[0]


_loops: list[Any] = []


class ArgSpec(NamedTuple):
    """The result of `inspect.getargspec`."""

    args: list[str]
    varargs: str | None
    keywords: str | None
    defaults: tuple[Any, ...] | None


def getargspec(function: Any) -> ArgSpec:
    """`inspect.getargspec`, which Python 3.11 removed."""
    spec = inspect.getfullargspec(function)
    return ArgSpec(spec.args, spec.varargs, spec.varkw, spec.defaults)


def find_loader(name: str, path: Any = None) -> Any:
    """`find_loader` of `importlib` and `pkgutil`."""
    spec = importlib.util.find_spec(name)
    return spec.loader if spec is not None else None


_REMOVED_NAMES: dict[Any, dict[str, Any]] = {
    asyncio: {"coroutine": lambda function: function},
    collections.abc: {"ByteString": collections.abc.Sequence},
    base64: {"encodestring": base64.encodebytes, "decodestring": base64.decodebytes},
    collections: {
        name: value for name, value in vars(collections.abc).items() if name in collections.abc.__all__
    },
    configparser: {"SafeConfigParser": configparser.ConfigParser},
    typing: {"ByteString": collections.abc.Sequence},
    fractions: {"gcd": math.gcd},
    importlib: {"find_loader": find_loader},
    inspect: {"getargspec": getargspec},
    os: {"errno": errno},
    pkgutil: {"find_loader": find_loader, "get_loader": find_loader},
    platform: {name: lambda *args, **kwargs: ("", "", "") for name in ("dist", "linux_distribution")},
    time: {"clock": time.perf_counter},
}
