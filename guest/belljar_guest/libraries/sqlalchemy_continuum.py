"""SQLAlchemy-Continuum: older releases gave the tables of versions no indexes over several columns."""

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
