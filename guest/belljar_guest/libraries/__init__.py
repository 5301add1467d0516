"""Carried schema libraries, and the adapters that let them work with stand-ins.

A library meets absent objects that it was not written for: an application or an annotation that is a stand-in. Each
module here adapts one library when a run imports it; a run that does not use it pays nothing. The libraries are pinned,
each with its reason, in `python-wasm/pins.toml`.
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
    """Have the finders of stored modules call the adapters."""
    for finder in sys.meta_path:
        if hasattr(finder, "adapt"):
            stored: Any = finder
            stored.adapt, stored.forgives = adapt, framework_extensions.forgives
