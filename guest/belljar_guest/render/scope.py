"""What one dialect sees of a document and of its changes.

A constraint may be made by some dialects only, and be called otherwise in some: SQLAlchemy shortens names that are
longer than a database takes. All else of this package knows one dialect, and one name.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy.sql.elements import quoted_name

from .changes import Change

Json = dict[str, Any]

_LISTS = ("unique", "foreign_keys", "checks", "excludes", "indexes")
_CONSTRAINTS = ("primary_key", "unique", "foreign_key", "check", "exclude", "index")


def document(side: Json, dialect: str) -> Json:
    """A side with its tables as the dialect makes them."""
    return {**side, "tables": [_table(table, dialect) for table in side["tables"]]}


def changes(found: list[Change], dialect: str) -> list[Change]:
    """The changes that the dialect sees, each with what it makes of both sides."""
    return [seen for change in found if (seen := _change(change, dialect)) is not None]


def _change(change: Change, dialect: str) -> Change | None:
    if change.subject == "table" and change.action in ("add", "drop", "missing", "unseen"):
        before = _table(change.before, dialect) if change.before else None
        return replace(change, before=before, after=_table(change.after, dialect) if change.after else None)
    if change.subject == "column":
        before, after = (_column(value, dialect) for value in (change.before, change.after))
        return replace(change, before=before, after=after)
    if change.subject not in _CONSTRAINTS:
        return change
    before, after = _constraint(change.before, dialect), _constraint(change.after, dialect)
    if before == after or (before is None and after is None):
        return None
    if before is None:
        return replace(
            change, action="add" if change.action == "modify" else change.action, before=None, after=after
        )
    if after is None:
        return replace(
            change, action="drop" if change.action == "modify" else change.action, before=before, after=None
        )
    return replace(change, before=before, after=after)


def _table(table: Json, dialect: str) -> Json:
    options = table["options"]
    seen = {
        **table,
        "name": quoted(table["name"], options.get("quote"), dialect),
        "schema": quoted(table["schema"], options.get("quote_schema"), dialect),
        "primary_key": _key(table["primary_key"], dialect),
        "columns": [_column(column, dialect) for column in table["columns"]],
    }
    for kind in _LISTS:
        items = [_constraint(item, dialect) for item in table[kind]]
        seen[kind] = [item for item in items if item is not None]
    return seen


def _column(value: Any, dialect: str) -> Any:
    """A column; a part of one, as a change has it, is what it is."""
    if not isinstance(value, dict) or "primary_key" not in value:
        return value
    return {**value, "name": quoted(value["name"], value.get("options", {}).get("quote"), dialect)}


def named(found: list[Change], sides: Iterable[Json]) -> list[Change]:
    """Changes with the names of tables and columns as the sides have them, with quotes or without."""
    tables: Json = {}
    columns: Json = {}
    for side in sides:
        for table in side["tables"]:
            own = (table["schema"], table["name"])
            tables[own] = own
            columns |= {(*own, column["name"]): column["name"] for column in table["columns"]}

    def path(given: Json | None) -> Json | None:
        if given is None:
            return None
        schema, name = tables.get((given["schema"], given["name"]), (given["schema"], given["name"]))
        part = columns.get((given["schema"], given["name"], given["part"]), given["part"])
        return {**given, "schema": schema, "name": name, "part": part}

    return [replace(change, path=path(change.path) or change.path, was=path(change.was)) for change in found]


def quoted(name: Any, quote: str | None, dialect: str) -> Any:
    """A name as the database has it, where quotes or none make it another: PostgreSQL and Oracle fold names without."""
    is_small = name is not None and name.lower() == name
    folds = (dialect == "postgresql" and quote == "False" and not is_small) or (
        dialect == "oracle" and ((quote == "True" and is_small) or (quote == "False" and not is_small))
    )
    return quoted_name(name, quote == "True") if name is not None and folds else name


def _key(key: Json, dialect: str) -> Json:
    return _constraint(key, dialect) or {"name": None, "columns": []}


def _constraint(item: Json | None, dialect: str) -> Json | None:
    """A constraint as a dialect makes it; `None` where it does not."""
    made = item.get("dialects") if item is not None else []
    if item is None or (made is not None and dialect not in made):
        return None
    seen = {key: value for key, value in item.items() if key not in ("names", "dialects")}
    name = item.get("names", {}).get(dialect)
    return {**seen, "name": name} if name is not None else seen
