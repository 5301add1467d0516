"""Parts of a library for an absent framework.

Such a part needs the real classes of the framework, and fails; other parts of the library, such as declarative bases,
would be lost with it. So the module is kept in the state in which it failed, and its missing names are stand-ins.
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
    """Keep a failed module of a library that uses something absent; ImportError is left to the library."""
    if "." not in module.__name__ or isinstance(error, ImportError):
        return False
    if not any(_is_absent(value) for value in list(vars(module).values())):
        return False
    vars(module).setdefault("__getattr__", _rest_of(module.__name__))
    current, text = ledger.current(), f"{type(error).__name__}: {text_of(error)}".rstrip(": ")
    current.report_module(module.__name__, "failed")
    message = f"`{module.__name__}` could not be imported completely; stand-ins replace the rest: `{text}`"
    current.report_remark("library-part-failed", message)
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
