"""The modules that a run keeps out of sight.

An application has none of them, so code that looks for them takes another branch here than it takes there. They stay
what they are; only their names are gone, and an import of one fails as it does anywhere else. Frames lead to them.
"""

import sys
from types import ModuleType

#: Of this guest, and of what calls it.
_OWN = ("belljar_", "componentize_py_", "wit_world")

_modules: dict[str, ModuleType] = {}


def hide() -> None:
    """Take the names away, for the rest of the run."""
    for name in [name for name in sys.modules if name.startswith(_OWN)]:
        _modules[name] = sys.modules.pop(name)


def disguise() -> None:
    """Have classes say nothing of where they are made: a subclass of `object` is found by anybody.

    To be done when the snapshot is made, once whatever asks a class for its module has done so.
    """
    waiting, seen = list(type.__subclasses__(object)), set[int]()
    while waiting:
        cls = waiting.pop()
        if id(cls) not in seen:
            seen.add(id(cls))
            waiting += type.__subclasses__(cls)
            if str(vars(cls).get("__module__")).startswith(_OWN):
                type.__setattr__(cls, "__module__", "builtins")


def find(name: str) -> ModuleType | None:
    """A module by its name, a hidden one too."""
    return sys.modules.get(name) or _modules.get(name)
