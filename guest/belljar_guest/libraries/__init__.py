"""Schema libraries that are real inside the glass, and what has to be adapted of them.

A library meets absent things that it was never written for: an application that is a stand-in, an annotation that
is one. Each file here adapts one library, once, when it has been imported in a run; a run that does not use it pays
nothing. The libraries themselves are pinned, each with its reason, where the snapshots are made.
"""

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from . import (
    advanced_alchemy,
    alembic,
    alembic_utils,
    flask_sqlalchemy,
    framework_extensions,
    geoalchemy2,
    packaging,
    pydantic,
    pyyaml,
    sqlalchemy_continuum,
    sqlalchemy_searchable,
    sqlalchemy_utils,
    sqlmodel,
)

ADAPTERS: dict[str, Callable[[ModuleType], None]] = {
    "alembic_utils.replaceable_entity": alembic_utils.adapt,
    "flask_sqlalchemy": flask_sqlalchemy.adapt,
    "yaml": pyyaml.adapt,
    **advanced_alchemy.ADAPTERS,
    **alembic.ADAPTERS,
    "packaging.version": packaging.adapt,
    **geoalchemy2.ADAPTERS,
    **pydantic.ADAPTERS,
    **sqlalchemy_continuum.ADAPTERS,
    **sqlalchemy_searchable.ADAPTERS,
    **sqlalchemy_utils.ADAPTERS,
    **sqlmodel.ADAPTERS,
}


def adapt(module: ModuleType) -> None:
    """Adapt a library's module that has just been executed."""
    adapter = ADAPTERS.get(module.__name__)
    if adapter is not None:
        adapter(module)


def install() -> None:
    """Have the finders of stored modules tell when a library is there, or a part of it can't be."""
    for finder in sys.meta_path:
        if hasattr(finder, "adapt"):
            stored: Any = finder
            stored.adapt, stored.forgives = adapt, framework_extensions.forgives
