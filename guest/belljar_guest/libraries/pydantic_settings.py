"""pydantic's settings: an empty environment, and settings files in other folders or as examples."""

import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

from ..stand_in import ledger

#: Variables of a run's environment that are no configuration.
MACHINE = frozenset("HOME LANG PATH TZ USER".split())

#: Names of the example of a settings file.
_EXAMPLES = tuple("{}.example {}.sample {}.template {}.dist {}-example {}.default".split())


def is_settings(owner: type | None) -> bool:
    """Whether a class holds settings, in either version."""
    return owner is not None and any(base.__name__ == "BaseSettings" for base in owner.__mro__)


def _adapt_environment(module: Any) -> None:
    """Hide the variables of the machine."""
    source = module.EnvSettingsSource
    load = source._load_env_vars

    def load_env_vars(self: Any) -> dict[str, Any]:
        return {name: value for name, value in load(self).items() if name.upper() not in MACHINE}

    source._load_env_vars = load_env_vars


def _adapt_files(module: Any) -> None:
    """Read a settings file below another import root, or its example."""
    source = module.DotEnvSettingsSource
    read = source._read_env_files

    def read_env_files(self: Any) -> Mapping[str, Any]:
        found: Mapping[str, Any] = read(self)
        given = self.env_file
        names = [given] if isinstance(given, (str, os.PathLike)) else list(given or ())
        if found or not names:
            return found
        paths = [path for path in (_other_file(os.fspath(name)) for name in names) if path is not None]
        made: dict[str, Any] = {}
        for path in paths:
            ledger.current().note_guess(path, "contents")
            made.update(self._read_env_file(module.Path(path)))
        return made

    source._read_env_files = read_env_files


def _other_file(path: str) -> str | None:
    """The path of a file below an import root, or of its example."""
    if os.path.isabs(path):
        folders, name = [os.path.dirname(path)], os.path.basename(path)
    else:
        folders, name = list(dict.fromkeys([os.getcwd(), *sys.path])), path
    for form in ("{}", *_EXAMPLES):
        for folder in folders:
            found = os.path.join(folder, form.format(name))
            if os.path.isfile(found):
                return found
    return None


ADAPTERS: dict[str, Callable[[Any], None]] = {
    "pydantic_settings.sources.providers.dotenv": _adapt_files,
    "pydantic_settings.sources.providers.env": _adapt_environment,
}
