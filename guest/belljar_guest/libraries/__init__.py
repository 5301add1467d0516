"""Schema libraries that are real inside the glass, and what has to be adapted of them.

A library meets absent things that it was never written for: an application that is a stand-in, an annotation that
is one. Each file here adapts one library, once, when it has been imported in a run; a run that does not use it pays
nothing. The libraries themselves are pinned, each with its reason, where the snapshots are made.
"""

import sys
from collections.abc import Callable
from types import ModuleType

from ..load.recovery import text_of
from ..stand_in import ledger
from ..stand_in.finder import StandInModule, is_expected_to_fail, take_place
from ..stand_in.value import StandIn
from . import (
    alembic,
    alembic_utils,
    flask_sqlalchemy,
    packaging,
    pydantic,
    pyyaml,
    sqlalchemy_utils,
    sqlmodel,
)

ADAPTERS: dict[str, Callable[[ModuleType], None]] = {
    "alembic_utils.replaceable_entity": alembic_utils.adapt,
    "flask_sqlalchemy": flask_sqlalchemy.adapt,
    "yaml": pyyaml.adapt,
    **alembic.ADAPTERS,
    "packaging.version": packaging.adapt,
    **pydantic.ADAPTERS,
    **sqlalchemy_utils.ADAPTERS,
    **sqlmodel.ADAPTERS,
}


def adapt(module: ModuleType) -> None:
    """Adapt a library's module that has just been executed."""
    adapter = ADAPTERS.get(module.__name__)
    if adapter is not None:
        adapter(module)


def replaces(module: ModuleType, error: Exception) -> bool:
    """Stand in for a part of a library that can't do with what is absent, such as its commands for a web framework.

    What fails by an `ImportError`, or where the failure would be caught, has another reason or is expected.
    """
    name = module.__name__
    if "." not in name or isinstance(error, ImportError) or is_expected_to_fail():
        return False
    if not any(isinstance(value, (StandIn, StandInModule)) for value in list(module.__dict__.values())):
        return False
    take_place(module)
    current, text = ledger.current(), f"{type(error).__name__}: {text_of(error)}".rstrip(": ")
    current.module(name, "failed")
    current.remark("library-part-failed", f"`{name}` could not be imported, and is stood in for: `{text}`")
    return True


def install() -> None:
    """Have the finders of stored modules tell when a library is there, or a part of one fails."""
    for finder in sys.meta_path:
        if hasattr(finder, "adapt") and hasattr(finder, "replaces"):
            finder.adapt = adapt
            finder.replaces = replaces
