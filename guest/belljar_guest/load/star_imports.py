"""`from absent import *`: the names that it would have bound.

They are not known. In a module with a star import from something absent, directly or through another module of the
repository, every name that nothing else defines is assumed to be one of them. Python looks up builtins last, so such a
module gets builtins of its own that answer these names.
"""

import builtins
import re
import sys
from types import ModuleType
from typing import Any

from ..stand_in import ledger
from ..stand_in.finder import StandInModule
from ..stand_in.value import child_of

_STAR = re.compile(r"^[ \t]*from[ \t]+([.\w]+)[ \t]+import[ \t]*\(?[ \t]*\*", re.MULTILINE)

#: Names that code uses to find out which Python or shell it runs under.
_ASKED_FOR = frozenset(
    "apply basestring buffer cmp coerce execfile file get_ipython intern long raw_input reduce reload unichr unicode "
    "xrange".split()
)


class StarImportBuiltins(dict[str, Any]):
    """The builtins of a module, extended by all names of the absent modules in its star imports."""

    def __init__(self, module: ModuleType, sources: list[str]) -> None:
        """Take the module, and the absolute names of its star imports."""
        super().__init__(vars(builtins))
        self._module = module
        self._sources = sources

    def __missing__(self, name: str) -> Any:
        origin = None if name.startswith("_") or name in _ASKED_FOR else self.find_absent_source(set())
        if origin is None:
            raise KeyError(name)
        ledger.current().note_guess(f"{origin}.{name}", "name")
        value = self[name] = child_of(origin, name)
        return value

    def find_absent_source(self, seen: set[str]) -> str | None:
        """The last absent module that was star-imported so far."""
        for source in reversed(self._sources):
            module = sys.modules.get(source)
            if source in seen or module is None:
                continue
            seen.add(source)
            if isinstance(module, StandInModule):
                return source
            namespace = vars(module).get("__builtins__")
            found = namespace.find_absent_source(seen) if isinstance(namespace, StarImportBuiltins) else None
            if found is not None:
                return found
        return None


def prepare_module(source: str, module: ModuleType) -> None:
    """Give a module with star imports builtins of its own."""
    found = [match.group(1) for match in _STAR.finditer(source)] if "*" in source else []
    if not found:
        return
    names = StarImportBuiltins(module, [absolute_name(name, module) for name in found])
    module.__dict__["__builtins__"] = names

    def attribute(name: str) -> Any:
        try:
            return names[name] if name not in vars(builtins) else _missing(module, name)
        except KeyError:
            return _missing(module, name)

    module.__dict__["__getattr__"] = attribute


def _missing(module: ModuleType, name: str) -> Any:
    raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}", name=name, obj=module)


def absolute_name(package: str, module: ModuleType) -> str:
    """The absolute name of an import, which is relative if it begins with dots."""
    level = len(package) - len(package.lstrip("."))
    if not level:
        return package
    own = module.__dict__.get("__package__") or module.__name__
    parts = str(own).split(".")
    return ".".join([*parts[: len(parts) - level + 1], package[level:]]).strip(".")
