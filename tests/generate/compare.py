"""Compares two documents element by element: every field of every table, except where it is declared."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

#: Fields that are about the code, not about the schema.
OF_CODE = ("metadata", "status", "reasons", "place", "class", "attribute")

#: The dialects whose DDL is compared, as that for SQL Server and Oracle differs between releases of SQLAlchemy.
DIALECTS = ("postgresql", "mysql", "mariadb", "sqlite")

#: A string literal or a quoted identifier, which contain no qualified names.
_PIECES = re.compile(r"('(?:[^']|'')*'|\"(?:[^\"]|\"\")*\")")


def compare(base: Json, head: Json) -> Iterator[tuple[str, str]]:
    """Yield the kind of each difference, and what differs."""
    before, after = ({table_key(table): table for table in side["tables"]} for side in (base, head))
    several = Counter((table["schema"], table["name"]) for table in base["tables"])
    for key in sorted(before.keys() | after.keys(), key=str):
        name = ".".join(str(part) for part in key if part is not None)
        if several[key] > 1:
            continue
        if key not in before or key not in after:
            yield "table", f"{name} {'is new' if key not in before else 'is gone'}"
        else:
            yield from _table(name, before[key], after[key])
    for kind in ("types", "sequences", "views", "objects"):
        yield from _others(kind, base[kind], head[kind])


def table_key(table: Json) -> tuple[Any, ...]:
    """The schema and the name."""
    return table["schema"], table["name"]


def _table(name: str, base: Json, head: Json) -> Iterator[tuple[str, str]]:
    for field in ("comment", "prefixes", "options"):
        if base[field] != head[field]:
            yield f"table {field}", f"{name}: {base[field]} -> {head[field]}"
    order = [[column["name"] for column in side["columns"]] for side in (base, head)]
    if order[0] != order[1]:
        yield "column order", f"{name}: {order[0]} -> {order[1]}"
    columns = {column["name"]: column for column in head["columns"]}
    for column in base["columns"]:
        if column["name"] in columns:
            sides = (_of_column(column, base), _of_column(columns[column["name"]], head))
            yield from _column(f"{name}.{column['name']}", *sides)
    for kind in ("unique", "foreign_keys", "checks", "indexes", "excludes"):
        one, other = (Counter(_text(_plain(item, side)) for item in side[kind]) for side in (base, head))
        for lost in (one - other).elements():
            yield kind, f"{name}: lost {lost}"
        for new in (other - one).elements():
            yield kind, f"{name}: new {new}"
    if _text(_plain(base["primary_key"], base)) != _text(_plain(head["primary_key"], head)):
        yield "primary_key", f"{name}: {base['primary_key']} -> {head['primary_key']}"


def _of_column(column: Json, table: Json) -> Json:
    """A column with its own table's name removed from its expression, and its foreign keys in one order."""
    keys = sorted(column["foreign_keys"], key=str)
    computed = column["computed"] and _plain(column["computed"], table)
    return {**column, "foreign_keys": keys, "computed": computed}


def _column(name: str, base: Json, head: Json) -> Iterator[tuple[str, str]]:
    for field in sorted(base.keys() | head.keys()):
        if field in OF_CODE or field == "type":
            continue
        one, other = base.get(field), head.get(field)
        if one != other:
            yield f"column {field}", f"{name}: {one} -> {other}"
    for dialect in DIALECTS:
        one, other = base["type"].get(dialect), head["type"].get(dialect)
        if one != other and one is not None:
            yield f"type {dialect}", f"{name}: {base['type']['repr']} {one} -> {other}"
    if base["type"]["enum_name"] is not None:
        for field in ("enum_name", "enum_values"):
            if base["type"][field] != head["type"][field]:
                yield f"type {field}", f"{name}: {base['type'][field]} -> {head['type'][field]}"


def _plain(item: Json, table: Json) -> Json:
    """An item of a table, with its own columns unqualified in all texts."""
    prefixes = [f"{table['schema']}.{table['name']}."] if table["schema"] else []
    prefixes.append(f"{table['name']}.")

    def walk(value: Any) -> Any:
        if isinstance(value, str):
            return _unqualified(value, prefixes)
        if isinstance(value, list):
            return [walk(item) for item in value]
        return {key: walk(item) for key, item in value.items()} if isinstance(value, dict) else value

    plain: Json = {key: value for key, value in item.items() if key != "targets"}
    # SQLAlchemy's label of an expression is about the code; its SQL is among the elements.
    if any(element["column"] is None for element in item.get("elements", ())):
        del plain["columns"]
    plain = walk(plain)
    return {**plain, **({"targets": item["targets"]} if "targets" in item else {})}


def _unqualified(text: str, prefixes: list[str]) -> str:
    pieces = _PIECES.split(text)
    for prefix in prefixes:
        pattern = re.compile(r"(?<![\w.\"$])" + re.escape(prefix))
        pieces = [piece if piece[:1] in ("'", '"') else pattern.sub("", piece) for piece in pieces]
    return "".join(pieces)


def _text(item: Json) -> str:
    return str(sorted((key, value) for key, value in item.items() if value not in (None, {}, [])))


def _others(kind: str, base: list[Json], head: list[Json]) -> Iterator[tuple[str, str]]:
    def facts(item: Json) -> str:
        return _text({key: value for key, value in item.items() if key not in OF_CODE})

    one, other = (Counter(map(facts, side)) for side in (base, head))
    for lost in (one - other).elements():
        yield kind, f"lost {lost}"
    for new in (other - one).elements():
        yield kind, f"new {new}"
