"""Parts of a library that are for a framework which is absent.

Such a part does what only the framework's own classes stand, and fails; with it would go what the library offers beside
it, such as declarative bases. So it is kept as far as it came: what it imported is there, and the rest is stood in for.
"""

import importlib
from types import ModuleType
from typing import Any

from ..load.recovery import text_of
from ..stand_in import ledger
from ..stand_in.base import StandInBase
from ..stand_in.finder import StandInModule
from ..stand_in.value import StandIn, child_of

_ABSENT = (StandIn, StandInModule)


def forgives(module: ModuleType, error: Exception) -> bool:
    """Keep a module of a library that has something absent, and failed; a library guards imports itself."""
    if "." not in module.__name__ or isinstance(error, ImportError):
        return False
    if not any(_is_absent(value) for value in list(vars(module).values())):
        return False
    vars(module).setdefault("__getattr__", _rest_of(module.__name__))
    current, text = ledger.current(), f"{type(error).__name__}: {text_of(error)}".rstrip(": ")
    current.module(module.__name__, "failed")
    message = f"`{module.__name__}` could not be imported whole, and the rest is stood in for: `{text}`"
    current.remark("library-part-failed", message)
    return True


def _is_absent(value: Any) -> bool:
    kind = type(value)
    return issubclass(kind, _ABSENT) or (issubclass(kind, type) and issubclass(value, StandInBase))


def _rest_of(name: str) -> Any:
    def rest(attribute: str) -> Any:
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        try:
            return importlib.import_module(f"{name}.{attribute}")
        except ImportError:
            return child_of(name, attribute)

    return rest
