"""Modules of the guest that a run hides.

An application has none of them, so code that looks for them would take another branch here than there. Only their names
are removed from `sys.modules`, so that importing one fails as elsewhere. The objects still exist, and frames lead to
them.
"""

import sys
from types import ModuleType

#: Name prefixes of the guest and of its embedding.
_OWN = ("belljar_", "componentize_py_", "wit_world")

_modules: dict[str, ModuleType] = {}


def hide_modules() -> None:
    """Remove the names for the rest of the run."""
    for name in [name for name in sys.modules if name.startswith(_OWN)]:
        _modules[name] = sys.modules.pop(name)


def hide_class_modules() -> None:
    """Hide the modules of classes: every subclass of `object` can be found.

    To be called when the snapshot is made, after everything that uses the module of a class.
    """
    waiting, seen = list(type.__subclasses__(object)), set[int]()
    while waiting:
        cls = waiting.pop()
        if id(cls) not in seen:
            seen.add(id(cls))
            waiting += type.__subclasses__(cls)
            if str(vars(cls).get("__module__")).startswith(_OWN):
                type.__setattr__(cls, "__module__", "builtins")


def find_module(name: str) -> ModuleType | None:
    """A module by its name, even a hidden one."""
    return sys.modules.get(name) or _modules.get(name)
