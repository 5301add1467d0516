"""SQLAlchemy-Searchable: arguments of older releases.

Options used to be a dictionary with other names, and the first releases took no `MetaData`.
"""

import functools
from typing import Any

from sqlalchemy import MetaData

from . import versions

#: The release since which the index of a vector is optional.
_NO_INDEX = "1.4"

#: Renamed options.
_RENAMED = {"catalog": "regconfig"}


def _adapt(module: Any) -> None:
    manager, make = module.SearchManager, module.make_searchable
    manager.inspect_columns = _inspecting(manager.inspect_columns, module)

    @functools.wraps(make)
    def make_searchable(*args: Any, **kwargs: Any) -> None:
        if "options" in kwargs and isinstance(kwargs["options"], dict):
            kwargs["options"] = _options(kwargs["options"], module)
        if isinstance(kwargs.get("metadata", args[0] if args else None), MetaData):
            make(*args, **kwargs)
            return
        make(
            MetaData(), *args, **kwargs
        )  # those releases created no functions in the database without a `MetaData`

    module.make_searchable = make_searchable


def _options(given: dict[str, Any], module: Any) -> Any:
    """The options in the form that the manager takes."""
    known = _known(given, module)
    return module.SearchOptions(**known) if hasattr(module, "SearchOptions") else known


def _known(given: dict[str, Any], module: Any) -> dict[str, Any]:
    renamed = {_RENAMED.get(name, name): value for name, value in given.items()}
    names = getattr(getattr(module, "SearchOptions", None), "__dataclass_fields__", renamed)
    return {name: value for name, value in renamed.items() if name in names}


def _inspecting(original: Any, module: Any) -> Any:
    @functools.wraps(original)
    def inspect_columns(self: Any, table: Any) -> Any:
        found = original(self, table)
        for column in found:
            column.type.options = _known(column.type.options, module)
            if versions.before("sqlalchemy-searchable", _NO_INDEX):
                column.type.options["auto_index"] = True
        return found

    return inspect_columns


ADAPTERS = {"sqlalchemy_searchable": _adapt}
