"""SQLAlchemy-Continuum: older releases create no composite indexes for version tables."""

from typing import Any

from . import versions

#: The release since which there are such indexes.
_INDEXES = "1.6.0"


def _adapt(module: Any) -> None:
    if versions.before("sqlalchemy-continuum", _INDEXES) and hasattr(
        module.TableBuilder, "_build_composite_indexes"
    ):
        module.TableBuilder._build_composite_indexes = lambda self, table: []


ADAPTERS = {"sqlalchemy_continuum.table_builder": _adapt}
