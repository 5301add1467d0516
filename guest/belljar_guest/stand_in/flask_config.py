"""The configuration of a Flask application: a dictionary, filled from the repository's own files.

Flask is absent, but the content of `app.config` is in the code: `from_object` takes upper-case names, `from_mapping`
and items take values directly. What external files or the environment would set is unknown. A value in the code then
holds, like the default of a variable; any other value is a stand-in.
"""

import importlib
import json
import os
import re
import sys
from collections.abc import Callable, Iterable
from importlib.machinery import PathFinder
from types import ModuleType
from typing import Any

from . import ledger
from .finder import StandInModule
from .value import StandIn, lost_bases

#: The origins of applications, and of the proxy for the current one.
_APPLICATION = re.compile(r"(flask|flask\.app|quart|quart\.app)\.(Flask|Quart)(\(\))?")
_CURRENT = re.compile(r"(flask|flask\.globals|quart|quart\.globals)\.current_app")

#: The defaults of Flask in every release.
_DEFAULTS: dict[str, Any] = {
    "DEBUG": False,
    "TESTING": False,
    "PROPAGATE_EXCEPTIONS": None,
    "SECRET_KEY": None,
    "USE_X_SENDFILE": False,
    "SERVER_NAME": None,
    "APPLICATION_ROOT": "/",
    "SESSION_COOKIE_NAME": "session",
    "MAX_CONTENT_LENGTH": None,
    "TRAP_HTTP_EXCEPTIONS": False,
    "EXPLAIN_TEMPLATE_LOADING": False,
    "PREFERRED_URL_SCHEME": "http",
}

_made: list["Config"] = []


def config_of(origin: str) -> Any:
    """The configuration of an application of this origin; `None` for anything else."""
    if _CURRENT.fullmatch(origin):
        return _made[0] if len(_made) == 1 else None
    return Config(f"{origin}.config") if _APPLICATION.fullmatch(origin) else None


class Config(dict[str, Any]):
    """Flask's class of this name, where files and variables may be absent."""

    def __init__(self, origin: str) -> None:
        """Take the origin of the configuration."""
        super().__init__(_DEFAULTS)
        self._origin = origin
        self._is_open = False
        _made.append(self)

    def __missing__(self, key: Any) -> Any:
        return StandIn(f"{self._origin}[{key!r}]")

    def get(self, key: str, default: Any = None) -> Any:
        """Return a value or the default; a missing value is a stand-in if it may be set elsewhere."""
        if key in self:
            return self[key]
        return self.__missing__(key) if self._is_open and default is None else default

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Take values; absent sources are ignored."""
        super().update(*(item for item in args if not self._is_absent(item)), **kwargs)

    def from_object(self, obj: Any) -> None:
        """Take the upper-case attributes of an object, which may be given by its name."""
        if isinstance(obj, str):
            obj = _imported(obj)
        if self._is_absent(obj):
            return
        for key in dir(obj):
            if key.isupper():
                self[key] = getattr(obj, key)

    def from_mapping(self, mapping: Any = None, **kwargs: Any) -> bool:
        """Take the upper-case keys of a mapping."""
        if not self._is_absent(mapping):
            kwargs = {**dict(mapping or {}), **kwargs}
        for key, value in kwargs.items():
            if key.isupper():
                self[key] = value
        return True

    def from_pyfile(self, filename: Any, silent: object = None) -> bool:
        """Take the upper-case names of a Python file, if it is in the repository."""
        path = self._found(filename)
        if path is None:
            return False
        made = ModuleType("config")
        made.__file__ = path
        with open(path, "rb") as file:
            exec(compile(file.read(), path, "exec", dont_inherit=True), made.__dict__)
        self.from_object(made)
        return True

    def from_file(
        self, filename: Any, load: Callable[[Any], Any], silent: object = None, text: object = 1
    ) -> bool:
        """Take the upper-case keys of a file, if it is in the repository."""
        path = self._found(filename)
        if path is None:
            return False
        with open(path, "r" if text else "rb") as file:
            return self.from_mapping(load(file))

    def from_json(self, filename: Any, silent: object = None) -> bool:
        """Take the upper-case keys of a JSON file."""
        return self.from_file(filename, json.load, silent)

    def from_envvar(self, variable_name: str, silent: object = None) -> bool:
        """Take nothing: the variable that names the file is not set."""
        self._is_open = True
        return False

    def from_prefixed_env(self, prefix: str = "FLASK", *, loads: Any = None) -> bool:
        """Take nothing: no variable is set."""
        self._is_open = True
        return True

    def get_namespace(
        self, namespace: str, lowercase: object = 1, trim_namespace: object = 1
    ) -> dict[str, Any]:
        """Return the values whose names have a prefix."""
        kept = {key: value for key, value in self.items() if key.startswith(namespace)}
        names = {key: key[len(namespace) :] if trim_namespace else key for key in kept}
        return {names[key].lower() if lowercase else names[key]: value for key, value in kept.items()}

    def _is_absent(self, value: Any) -> bool:
        """Whether the values come from something absent, at least by a base class; further values may then be set."""
        lost = lost_bases(value) if isinstance(value, type) else lost_bases(type(value))
        is_absent = isinstance(value, (StandIn, StandInModule))
        self._is_open |= is_absent or bool(lost)
        return is_absent

    def _found(self, filename: Any) -> str | None:
        """The path of a file, searched where the application or its starter would look."""
        name = os.fspath(filename)
        for folder in _folders():
            path = os.path.join(folder, name)
            if os.path.isfile(path):
                return path
        self._is_open = True
        ledger.current().report_remark(
            "absent-file", f"`{name}`, from which `{self._origin}` is read, does not exist"
        )
        return None


def _folders() -> Iterable[str]:
    """The folders of the running modules with their `instance` folders, then those on the path."""
    frame = sys._getframe(2)
    while frame is not None:
        path = frame.f_code.co_filename
        if ledger.current().places.relative(path) is not None:
            folder = os.path.dirname(path)
            yield from (folder, f"{folder}/instance", f"{os.path.dirname(folder)}/instance")
        frame = frame.f_back  # type: ignore[assignment]
    yield from (os.getcwd(), *sys.path)


def _imported(name: str) -> Any:
    """The result of `werkzeug.utils.import_string`: a module or an attribute of one."""
    dotted = name.replace(":", ".")
    parent, _, rest = dotted.rpartition(".")
    if not parent:
        return importlib.import_module(dotted)
    module = importlib.import_module(parent)
    folders = getattr(module, "__path__", None)
    if folders and PathFinder.find_spec(dotted, folders) is not None:
        return importlib.import_module(dotted)
    return getattr(module, rest)


def install() -> None:
    """Have stand-ins for applications return their configuration."""
    StandIn._config_of = staticmethod(config_of)  # type: ignore[method-assign]
