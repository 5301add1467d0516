"""GeoAlchemy2: indexes that older releases create along with tables, and arguments that they accept."""

import functools
from typing import Any

from sqlalchemy import Column, Index, event, func

from . import versions

#: The release since which a column decides about `nullable` of its type, and `management` is refused.
_NULLABLE = "0.14"


def _adapt(module: Any) -> None:
    if not hasattr(module, "admin"):
        _index_columns(module)


def _adapt_types(module: Any) -> None:
    if versions.before("geoalchemy2", _NULLABLE):
        _take_old_arguments(module._GISType)


def _index_columns(module: Any) -> None:
    """Add the index to each column that the release would create in the database after its table."""
    kinds: Any = (module.Geometry, module.Geography, module.Raster)

    def attach(column: Any, table: Any) -> None:
        kind = column.type
        if not isinstance(kind, kinds) or not kind.spatial_index:
            return
        options: dict[str, Any] = {}
        if getattr(kind, "use_N_D_index", False):
            options["postgresql_ops"] = {column.key: "gist_geometry_ops_nd"}
        part = func.ST_ConvexHull(column) if isinstance(kind, module.Raster) else column
        name = f"idx_{table.name}_{column.name}"
        made: Any = Index(name, part, postgresql_using="gist", _column_flag=True, **options)
        if made.table is None:
            table.append_constraint(made)
        kind.spatial_index = 1  # true, but not the `True` for which the release would create another index

    event.listen(Column, "after_parent_attach", attach)


def _take_old_arguments(cls: Any) -> None:
    original = cls.__init__

    @functools.wraps(original)
    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        kwargs.pop("management", None)
        kwargs.pop("nullable", None)
        original(self, *args, **kwargs)

    cls.__init__ = init


ADAPTERS = {"geoalchemy2": _adapt, "geoalchemy2.types": _adapt_types}
