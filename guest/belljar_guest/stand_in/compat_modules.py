"""Modules that older Pythons had, that came with every one, or that bring them what later ones have.

They hold the little of them that models use. What else is asked of them is a stand-in, as of any absent module.
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


def known(name: str) -> dict[str, Any]:
    """What a module holds that is real."""
    if name in _BACKPORTS:
        module = importlib.import_module(_BACKPORTS[name])
        return {key: value for key, value in vars(module).items() if not key.startswith("_")}
    return {key: value for key, value in _MODULES.get(name, {}).items() if not is_gone(name, key)}


def is_known(name: str) -> bool:
    """Whether a module is real as far as it goes."""
    return name in _BACKPORTS or name in _MODULES


def is_gone(module: str, name: str) -> bool:
    """Whether no Python that the project is for has a name any more."""
    return _GONE.get(module, {}).get(name, _least + 1) <= _least


#: Modules of a framework that offer what a carried library has, under their own names.
_OFFERS = {
    "litestar.contrib.sqlalchemy": "advanced_alchemy",
    "litestar.contrib.sqlalchemy.base": "advanced_alchemy.base",
    "litestar.contrib.sqlalchemy.types": "advanced_alchemy.types",
    "litestar.plugins.sqlalchemy": "advanced_alchemy.extensions.litestar",
}


def offered(module: str, name: str) -> Any:
    """What an absent module has from a library that is carried; `None` where it has it from nowhere."""
    try:
        return getattr(importlib.import_module(_OFFERS[module]), name, None) if module in _OFFERS else None
    except ImportError:  # no release of it goes with this generation
        return None


#: Packages that bring a module of a later Python, or are what one of its modules was made of.
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
    """The truth that a text says, as `distutils.util` has it."""
    text = str(value).lower()
    if text in ("y", "yes", "t", "true", "on", "1"):
        return 1
    if text in ("n", "no", "f", "false", "off", "0"):
        return 0
    raise ValueError(f"invalid truth value {text!r}")


class LooseVersion:
    """A version that compares by its numbers and words, as `distutils.version` has it."""

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

    def _of(self, other: Any) -> list[Any]:
        return (other if isinstance(other, LooseVersion) else LooseVersion(str(other))).version

    def __eq__(self, other: object) -> bool:
        return bool(self.version == self._of(other))

    def __lt__(self, other: Any) -> bool:
        return bool(self.version < self._of(other))

    def __le__(self, other: Any) -> bool:
        return bool(self.version <= self._of(other))

    def __gt__(self, other: Any) -> bool:
        return not self <= other

    def __ge__(self, other: Any) -> bool:
        return not self < other

    __hash__ = None  # type: ignore[assignment]


class StrictVersion(LooseVersion):
    """The same with the stricter name."""


def find_module(name: str, path: Any = None) -> tuple[None, str, tuple[str, str, int]]:
    """As `imp` has it, for what can be found."""
    spec = importlib.util.find_spec(name) if path is None else None
    if spec is None:
        raise ImportError(f"No module named {name!r}", name=name)
    return None, spec.origin or "", ("", "", 5 if spec.submodule_search_locations else 1)


def load_source(name: str, pathname: str, file: Any = None) -> ModuleType:
    """As `imp` has it: a module from a file."""
    spec = importlib.util.spec_from_file_location(name, pathname)
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot load {pathname!r}", name=name)
    module: ModuleType = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


class DistributionNotFound(Exception):  # noqa: N818  # its name
    """As `pkg_resources` has it."""


class VersionConflict(Exception):  # noqa: N818  # its name
    """As `pkg_resources` has it."""


def get_distribution(name: Any) -> Any:
    """What is known of an installed package; of any other a stand-in."""
    text = re.split(r"[\s<>=!~\[;]", str(name))[0]
    try:
        return importlib.metadata.distribution(text)
    except (importlib.metadata.PackageNotFoundError, ValueError):
        return StandIn(f"{text}.distribution")


def parse_version(text: Any) -> Any:
    """A version that compares; that of something absent does as a stand-in."""
    if isinstance(text, StandIn):
        return text
    try:
        parse = importlib.import_module("packaging.version").parse
    except ImportError:
        return LooseVersion(str(text))
    return parse(str(text))


def resource_filename(package: Any, name: str) -> str:
    """The path of a file that lies in a package."""
    module = sys.modules.get(str(package)) or importlib.import_module(str(package))
    return os.path.join(os.path.dirname(str(module.__file__)), name)


def resource_string(package: Any, name: str) -> bytes:
    """The bytes of a file that lies in a package."""
    with open(resource_filename(package, name), "rb") as file:
        return file.read()


def _nothing(*args: Any, **kwargs: Any) -> None:
    """Take any arguments."""


def _none(*args: Any, **kwargs: Any) -> Any:
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
        "declare_namespace": _nothing,
        "get_distribution": get_distribution,
        "iter_entry_points": _none,
        "parse_version": parse_version,
        "require": _nothing,
        "resource_exists": lambda package, name: os.path.exists(resource_filename(package, name)),
        "resource_filename": resource_filename,
        "resource_string": resource_string,
    },
}


# What modules that are still there have lost

#: The first minor version that the project is for; 0 where it does not say.
_least = 0

#: The minor versions that came without a name; other names are taken to be there, as guards know them to be.
_GONE: dict[str, dict[str, int]] = {
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
    """Take away again what is gone in every Python that a project is for, whose first this is."""
    global _least  # noqa: PLW0603  # said once, it holds for the run
    _least = least
    for module, values in _LOST.items():
        for name in values:
            if (module, name) in _restored and is_gone(module.__name__, name) and hasattr(module, name):
                delattr(module, name)


_restored: set[tuple[Any, str]] = set()


def restore() -> None:
    """Give modules of the standard library back what older Pythons had in them."""
    for module, values in _LOST.items():
        for name, value in values.items():
            if not hasattr(module, name):
                setattr(module, name, value)
                _restored.add((module, name))
    for name, content in _OF_TYPING.items():
        module = sys.modules.setdefault(name, ModuleType(name))
        module.__dict__.update(content)
    asyncio.get_event_loop = asyncio.events.get_event_loop = _event_loop


#: Modules in `typing`, which is none that could have any.
_OF_TYPING: dict[str, dict[str, Any]] = {
    "typing.io": {"IO": IO, "TextIO": TextIO, "BinaryIO": BinaryIO},
    "typing.re": {"Match": re.Match, "Pattern": re.Pattern},
}


def _event_loop() -> Any:
    """The current event loop; since Python 3.14 nobody makes one by asking for it."""
    try:
        return asyncio.events.get_running_loop()
    except RuntimeError:
        if not _loops:
            _loops.append(asyncio.new_event_loop())
        return _loops[0]


_loops: list[Any] = []


class ArgSpec(NamedTuple):
    """What `inspect.getargspec` gave."""

    args: list[str]
    varargs: str | None
    keywords: str | None
    defaults: tuple[Any, ...] | None


def getargspec(function: Any) -> ArgSpec:
    """As `inspect` had it."""
    spec = inspect.getfullargspec(function)
    return ArgSpec(spec.args, spec.varargs, spec.varkw, spec.defaults)


def find_loader(name: str, path: Any = None) -> Any:
    """As `importlib` and `pkgutil` had it."""
    spec = importlib.util.find_spec(name)
    return spec.loader if spec is not None else None


_LOST: dict[Any, dict[str, Any]] = {
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
