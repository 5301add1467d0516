"""All that SQLite tells of a database: what its pragmas say, and the texts of what they leave out."""

import re
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

_BLANKS = re.compile(r"\s+")


def catalogue(connection: Any, names: Iterable[str]) -> dict[str, Any]:
    """What there is, line by line; `names` are those that the code gives."""
    found: dict[str, Any] = {}
    master = connection.exec_driver_sql("SELECT type, name, tbl_name, sql FROM sqlite_master").all()
    texts = {(kind, name): text for kind, name, _, text in master}
    inspector = sa.inspect(connection)
    for kind, name, _table, text in master:
        if kind == "table" and not name.startswith("sqlite_"):
            found[f"table {name}"] = _table_of(connection, inspector, name, text, texts, set(names))
        elif kind in ("view", "trigger"):
            found[f"{kind} {name}"] = _plain(text)
    return found


def _table_of(
    connection: Any, inspector: Any, name: str, text: str, texts: dict[Any, str], given: set[str]
) -> dict[str, Any]:
    quoted = name.replace('"', '""')

    def rows(pragma: str, of: str = quoted) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in connection.exec_driver_sql(f'PRAGMA {pragma}("{of}")')]

    columns = {row[1]: (row[2], row[3], _default(row[4]), row[5], row[6]) for row in rows("table_xinfo")}
    keys: dict[int, list[Any]] = {}
    for number, _, table, *rest in rows("foreign_key_list"):
        keys.setdefault(number, [table]).append(tuple(rest))
    indexes = []
    for _, index, unique, origin, partial in rows("index_list"):
        parts = [row[2:5] for row in rows("index_xinfo", index.replace('"', '""')) if row[5]]
        own = texts.get(("index", index))
        shown = index if origin == "c" else "<made>"
        indexes.append((shown, unique, origin, partial, parts, _plain(own) if own else None))
    return {
        "columns": columns,
        "keys": sorted(map(repr, keys.values())),
        "foreign names": sorted(
            str(item["name"] if item["name"] in given else None) for item in inspector.get_foreign_keys(name)
        ),
        "deferred": sorted(
            repr(sorted(item["options"].items())) for item in inspector.get_foreign_keys(name)
        ),
        "key": repr(_key(inspector.get_pk_constraint(name), given)),
        "unique": sorted(
            repr((item["name"], item["column_names"])) for item in inspector.get_unique_constraints(name)
        ),
        "indexes": sorted(map(repr, indexes)),
        "checks": sorted(
            repr((item["name"], _plain(item["sqltext"]))) for item in inspector.get_check_constraints(name)
        ),
        "computed": sorted(
            (column, _expression(text, column))
            for column, reported in columns.items()
            if reported[-1] in (2, 3)
        ),
        "autoincrement": "AUTOINCREMENT" in text.upper(),
        "strict": text.upper().rpartition(")")[2].strip(),
    }


def _key(found: Any, given: set[str]) -> tuple[Any, Any]:
    return found["constrained_columns"], found["name"] if found["name"] in given else None


def _expression(text: str, column: str) -> str:
    """What a column is computed from: the text in the parentheses behind `GENERATED ALWAYS AS`."""
    name = rf'(?:\b{re.escape(column)}|"{re.escape(column)}")'
    found = re.search(rf"[\n,(]\s*{name}\s[^\n]*?GENERATED ALWAYS AS \(", text)
    if found is None:
        return text
    depth, start = 1, found.end()
    for position in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[position], 0)
        if depth == 0:
            return _plain(text[start:position])
    return text


def _plain(text: str) -> str:
    """A text whatever its blanks, and whatever stands in quotes that it does not need."""
    return (
        _BLANKS.sub(" ", re.sub(r'"([a-z_][a-z0-9_]*)"', r"\1", text))
        .replace("( ", "(")
        .replace(" )", ")")
        .strip()
    )


def _default(text: str | None) -> str | None:
    """A default with parentheses or without."""
    while text and text.startswith("(") and text.endswith(")"):
        text = text[1:-1]
    return text
