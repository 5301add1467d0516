"""A schema as data: everything has an id that stays when its name changes.

A schema is a dictionary of `tables`, `enums`, `domains`, `sequences`, `views` and `triggers`, each by its id. A table has `columns`, `unique`,
`checks`, `keys`, `indexes` and `excludes` by id as well. Texts of SQL name columns by id, `{c3}`, or in a view with their
table, `{t1.c3}`.
"""

import re
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

#: The parts of a table that have ids, beside its columns.
PARTS = ("unique", "checks", "keys", "indexes", "excludes")

_NAMED = re.compile(r"\{([\w.]+)\}")

#: What is a name without quotes in all three databases.
_PLAIN = re.compile(r"^[a-z_][a-z0-9_]*$")

_RESERVED = frozenset({"order", "group", "select", "user", "check", "default", "index", "table", "to"})


def named(text: str) -> list[str]:
    """The ids that a text names."""
    return _NAMED.findall(text)


def quoted(name: str, database: str) -> str:
    """A name as a text of SQL has it."""
    if _PLAIN.match(name) and name not in _RESERVED:
        return name
    return f"`{name}`" if database == "mariadb" else f'"{name}"'


def filled(text: str, schema: Json, table: str | None, database: str) -> str:
    """A text with the names that columns and tables have."""

    def name(match: re.Match[str]) -> str:
        first, _, second = match.group(1).partition(".")
        if second:
            return quoted(schema["tables"][first]["columns"][second]["name"], database)
        if table is not None and first in schema["tables"][table]["columns"]:
            return quoted(schema["tables"][table]["columns"][first]["name"], database)
        kind = "tables" if first in schema["tables"] else "views"
        item = schema[kind][first]
        own = quoted(item["name"], database)
        return f"{quoted(item['schema'], database)}.{own}" if item.get("schema") else own

    return _NAMED.sub(name, text)


def columns_of(part: str, item: Json) -> set[str]:
    """The columns of its own table that a part of a table needs."""
    found: set[str] = set()
    if part in ("unique", "keys"):
        found.update(item["columns"])
    elif part in ("checks", "excludes"):
        found.update(named(item["sql"]))
    else:
        for element in item["elements"]:
            found.update(named(element))
        found.update(named(item["where"] or ""))
        found.update(item["include"])
    return found


def new_id(schema: Json, kind: str) -> str:
    """An id that nothing had before, also in what is gone."""
    schema["last"] += 1
    return f"{kind}{schema['last']}"


def free_name(schema: Json, wanted: str, rng: Any) -> str:
    """A name that nothing has: databases have one place for tables, views, indexes and sequences."""
    taken = set(all_names(schema))
    name = wanted
    while name in taken:
        name = f"{wanted}_{rng.randrange(100)}"
    return name


def all_names(schema: Json) -> Iterator[str]:
    """The names of everything that a schema of a database holds."""
    for kind in ("tables", "enums", "domains", "sequences", "views", "triggers"):
        yield from (item["name"] for item in schema[kind].values())
    for view in schema["views"].values():
        yield from (index["name"] for index in view["indexes"])
    for table in schema["tables"].values():
        for part in PARTS:
            yield from (item["name"] for item in table[part].values() if item["name"])


def without_column(schema: Json, table_id: str, column: str) -> None:
    """Take a column away, with all that needs it."""
    table = schema["tables"][table_id]
    del table["columns"][column]
    if column in table["key"]["columns"]:
        table["key"]["columns"].remove(column)
    for part in PARTS:
        for own in [own for own, item in table[part].items() if column in columns_of(part, item)]:
            del table[part][own]
    for own in [own for own, item in table["columns"].items() if column in named(item["computed"] or "")]:
        without_column(schema, table_id, own)
    _without_keys_to(schema, table_id, column)
    without_views(schema, f"{table_id}.{column}")
    _without_triggers(schema, table_id, column)


def without_table(schema: Json, table_id: str) -> None:
    """Take a table away, with all that needs it."""
    del schema["tables"][table_id]
    _without_keys_to(schema, table_id, None)
    without_views(schema, table_id)
    _without_triggers(schema, table_id, None)


def _without_keys_to(schema: Json, table_id: str, column: str | None) -> None:
    for table in schema["tables"].values():
        for own in [
            own
            for own, key in table["keys"].items()
            if key["table"] == table_id and (column is None or column in key["targets"])
        ]:
            del table["keys"][own]


def _without_triggers(schema: Json, table_id: str, column: str | None) -> None:
    for own, trigger in list(schema["triggers"].items()):
        if trigger["table"] == table_id and column in (None, trigger["column"]):
            del schema["triggers"][own]


def without_views(schema: Json, needed: str) -> None:
    """Take the views away that name something, and those that read them."""
    for own in [own for own, view in schema["views"].items() if needed in named(view["sql"])]:
        if own in schema["views"]:
            del schema["views"][own]
            without_views(schema, own)
