"""Modules that older Pythons had, or that came with every Python, with the little of them that models use.

What else is asked of them is a stand-in, as of any absent module.
"""

import html
import importlib
import importlib.metadata
import importlib.util
import os
import re
import shlex
import sys
from types import ModuleType
from typing import Any


def known(name: str) -> dict[str, Any]:
    """What a module holds that is real."""
    return dict(_MODULES.get(name, {}))


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
    from .value import StandIn

    text = re.split(r"[\s<>=!~\[;]", str(name))[0]
    try:
        return importlib.metadata.distribution(text)
    except (importlib.metadata.PackageNotFoundError, ValueError):
        return StandIn(f"{text}.distribution")


def parse_version(text: Any) -> Any:
    """A version that compares; that of something absent does as a stand-in."""
    from .value import StandIn

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
    "cgi": {"escape": html.escape},
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
