"""The part of a document and of its changes that applies to one dialect.

A constraint may exist in some dialects only, and may have another name in some: SQLAlchemy shortens names that are too
long for a database. PostgreSQL creates a single constraint for a primary key and a unique constraint over the same
columns of a new table. All other modules of this package see one dialect and one name.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy.sql.elements import quoted_name

from .changes import Change

Json = dict[str, Any]

#: Tables by schema and name.
_Tables = dict[tuple[str | None, str], Json]

_LISTS = ("unique", "foreign_keys", "checks", "excludes", "indexes")
_CONSTRAINTS = ("primary_key", "unique", "foreign_key", "check", "exclude", "index")


def scope_document(side: Json, dialect: str) -> Json:
    """A side with its tables as the dialect creates them."""
    tables = [_scope_table(table, dialect) for table in side["tables"]]
    return {**side, "tables": [_merged(table) for table in tables] if dialect == "postgresql" else tables}


def _merged(table: Json) -> Json:
    key = _key_of(table, table["primary_key"])
    unique = [item for item in table["unique"] if not is_merged(item, table)]
    return {**table, "primary_key": key, "unique": unique}


def scope_changes(found: list[Change], dialect: str, base: Json, head: Json) -> list[Change]:
    """The changes that the dialect sees."""
    seen = [seen for change in found if (seen := _scope_change(change, dialect)) is not None]
    if dialect != "postgresql":
        return seen
    start, end = ({(one["schema"], one["name"]): one for one in side["tables"]} for side in (base, head))
    has_key = {_table_key(change) for change in seen if change.subject == "primary_key"}
    kept = [one for change in seen if (one := _without_merged(change, start, end, has_key)) is not None]
    return [
        *kept,
        *(one for change in kept if change.subject == "primary_key" for one in _unmerged(change, start, end)),
    ]


def _table_key(change: Change) -> tuple[str | None, str]:
    return change.path["schema"], change.path["name"]


def _without_merged(change: Change, base: _Tables, head: _Tables, has_key: set[Any]) -> Change | None:
    """Drop the part of a change that concerns a unique constraint merged into the primary key.

    A merged constraint gives the key its name, so that a change of the one may be a change of the other.
    """
    if change.subject == "primary_key":
        keys = [
            _key_of(table, item)
            for table, item in zip(
                _both_sides(change, base, head), (change.before, change.after), strict=True
            )
        ]
        return replace(change, before=keys[0], after=keys[1])
    if change.subject != "unique":
        return change
    tables = _both_sides(change, base, head)
    items = (change.before, change.after)
    merged = [
        item is not None and table is not None and is_merged(item, table)
        for table, item in zip(tables, items, strict=True)
    ]
    if not any(merged):
        return change
    before, after = (None if is_absorbed else item for is_absorbed, item in zip(merged, items, strict=True))
    if before is not None or after is not None:
        return replace(change, action="drop" if after is None else "add", before=before, after=after)
    names = [_key_of(table, table["primary_key"])["name"] if table is not None else None for table in tables]
    if names[0] == names[1] or _table_key(change) in has_key or None in tables:
        return None
    keys = [_key_of(table, table["primary_key"]) for table in tables if table is not None]
    return replace(
        change, subject="primary_key", action="modify", aspects=["name"], before=keys[0], after=keys[1]
    )


def _unmerged(change: Change, base: _Tables, head: _Tables) -> Iterator[Change]:
    """Changes for unchanged unique constraints that are merged into the key on one side only."""
    start, end = _both_sides(change, base, head)
    if start is None or end is None:
        return
    for item in (item for item in start["unique"] if item in end["unique"]):
        sides = [is_merged(item, table) for table in (start, end)]
        if sides == [True, False]:
            yield replace(change, subject="unique", action="add", aspects=[], before=None, after=item)
        elif sides == [False, True]:
            yield replace(change, subject="unique", action="drop", aspects=[], before=item, after=None)


def _both_sides(change: Change, base: _Tables, head: _Tables) -> tuple[Json | None, Json | None]:
    return base.get(_table_key(change)), head.get(_table_key(change))


def is_merged(item: Json, table: Json) -> bool:
    """Whether PostgreSQL merges a unique constraint into the primary key."""
    same = item["columns"] == table["primary_key"]["columns"]
    key = table["primary_key"].get("options", {})
    return bool(
        same and not item["deferrable"] and item["initially"] is None and not item["options"] and not key
    )


def _key_of(table: Json | None, key: Json | None) -> Any:
    """A primary key with the name that it gets from a merged constraint."""
    if table is None or key is None or key["name"] is not None or not key["columns"]:
        return key
    own = [
        item
        for item in table["unique"]
        if is_merged(item, {**table, "primary_key": key}) and item["name"] is not None
    ]
    return {**key, "name": own[0]["name"]} if own else key


def _scope_change(change: Change, dialect: str) -> Change | None:
    if change.subject == "table" and change.action in ("add", "drop", "missing", "unseen"):
        before, after = (_scope_new_table(table, dialect) for table in (change.before, change.after))
        return replace(change, before=before, after=after)
    if change.subject not in _CONSTRAINTS:
        # A column that is added or dropped is complete.
        before, after = (_scope_column(value, dialect) for value in (change.before, change.after))
        return replace(change, before=before, after=after) if change.subject == "column" else change
    before, after = _scope_constraint(change.before, dialect), _scope_constraint(change.after, dialect)
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


def _scope_new_table(table: Json | None, dialect: str) -> Json | None:
    seen = _scope_table(table, dialect) if table else None
    return _merged(seen) if seen is not None and dialect == "postgresql" else seen


def _scope_table(table: Json, dialect: str) -> Json:
    options = table["options"]
    seen = {
        **table,
        "name": quoted(table["name"], options.get("quote"), dialect),
        "schema": quoted(table["schema"], options.get("quote_schema"), dialect),
        "primary_key": _scope_key(table["primary_key"], dialect),
        "columns": [_scope_column(column, dialect) for column in table["columns"]],
    }
    for kind in _LISTS:
        items = [_scope_constraint(item, dialect) for item in table[kind]]
        seen[kind] = [item for item in items if item is not None]
    return seen


def _scope_column(value: Any, dialect: str) -> Any:
    """A column with its name quoted; a part of a column, as changes have it, is returned as it is."""
    if not isinstance(value, dict) or "primary_key" not in value:
        return value
    return {**value, "name": quoted(value["name"], value.get("options", {}).get("quote"), dialect)}


def rename_paths(found: list[Change], sides: Iterable[Json]) -> list[Change]:
    """Changes whose paths have the names of tables and columns as the sides quote them."""
    tables: dict[Any, Any] = {}
    columns: dict[Any, Any] = {}
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
    """A name with its quoting, where that matters: PostgreSQL and Oracle fold the case of unquoted names."""
    is_small = name is not None and name.lower() == name
    folds = (dialect == "postgresql" and quote == "False" and not is_small) or (
        dialect == "oracle" and ((quote == "True" and is_small) or (quote == "False" and not is_small))
    )
    return quoted_name(name, quote == "True") if name is not None and folds else name


def _scope_key(key: Json, dialect: str) -> Json:
    return _scope_constraint(key, dialect) or {"name": None, "columns": []}


def _scope_constraint(item: Json | None, dialect: str) -> Json | None:
    """A constraint as a dialect creates it; `None` where it does not."""
    made = item.get("dialects") if item is not None else []
    if item is None or (made is not None and dialect not in made):
        return None
    seen = {key: value for key, value in item.items() if key not in ("names", "dialects")}
    name = item.get("names", {}).get(dialect)
    return {**seen, "name": name} if name is not None else seen
