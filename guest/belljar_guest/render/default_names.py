"""The names that databases generate for unnamed constraints, or `None` where a name is not certain.

PostgreSQL: as `ChooseConstraintName` and `makeObjectName` of its source. MySQL: a unique key is named after its first
column, and a primary key has no name of its own.
"""

import re
from typing import Any

from .identifiers import names_in

Json = dict[str, Any]

#: The maximum length of a name in PostgreSQL, in bytes.
_LONGEST = 63

_LISTS = {"unique": "unique", "foreignkey": "foreign_keys", "check": "checks", "exclude": "excludes"}

_ENDINGS = {"primary": "pkey", "unique": "key", "foreignkey": "fkey", "check": "check", "exclude": "excl"}

#: The elements of an exclusion constraint, if they are plain columns.
_COMPARED = re.compile(r"^EXCLUDE USING \w+ \((.*)\)", re.IGNORECASE)
_COLUMN = re.compile(r'^\s*("(?:[^"]|"")*"|\w+) WITH \S+\s*$')


def default_name(
    dialect: str, kind: str, item: Json, table: Json, old: tuple[str, dict[str, str]]
) -> str | None:
    """The name of an unnamed constraint.

    `old` has the name of the table when the constraint was created, and the former names of its columns.
    """
    if dialect == "postgresql":
        own = _of_postgresql(kind, item, table, old)
        others = [
            other for other in table.get(_LISTS.get(kind, ""), []) if other is not item and other != item
        ]
        return None if own in {_of_postgresql(kind, other, table, old) for other in others} else own
    if dialect == "mysql" and kind == "primary":
        return "PRIMARY"
    if dialect == "mysql" and kind == "unique":
        own_columns = [old[1].get(column, column) for column in item.get("columns", [])]
        taken = {index["name"] for index in table["indexes"]}
        taken |= {other["name"] or other["columns"][0] for other in table["unique"] if other != item}
        return own_columns[0] if own_columns and own_columns[0] not in taken else None
    if dialect == "mysql" and kind == "foreignkey":
        # InnoDB numbers the foreign keys that it names, and renames them along with their table.
        without = [other for other in table["foreign_keys"] if other["name"] is None]
        return f"{table['name']}_ibfk_1" if without == [item] else None
    return None


def _of_postgresql(kind: str, item: Json, table: Json, old: tuple[str, dict[str, str]]) -> str | None:
    """The name that PostgreSQL chooses if nothing else has it."""
    if item.get("name") is not None:
        return str(item["name"])
    name, renamed = old
    columns = _columns(kind, item, table)
    if columns is None or kind not in _ENDINGS:
        return None
    return object_name(name, [renamed.get(column, column) for column in columns], _ENDINGS[kind])


def _columns(kind: str, item: Json, table: Json) -> list[str] | None:
    """The columns that a generated name contains."""
    if kind == "primary":
        return []
    if kind == "check":  # a condition on one column is named after that column
        found = names_in(item["sql"])
        there = [column["name"] for column in table["columns"] if column["name"] in found]
        return there if len(there) == 1 else []
    if kind == "exclude":
        compared = _COMPARED.match(item["sql"])
        parts = [_COLUMN.match(part) for part in compared.group(1).split(",")] if compared else [None]
        return [part.group(1).strip('"') for part in parts if part] if all(parts) else None
    columns: list[str] = item["columns"]
    return columns


def object_name(table: str, columns: list[str], ending: str) -> str:
    """A name as PostgreSQL builds it, with the longer of its parts truncated."""
    first, second = table.encode(), "_".join(columns).encode()[:_LONGEST]
    left = _LONGEST - len(ending) - 1 - (1 if second else 0)
    while len(first) + len(second) > left:
        if len(first) > len(second):
            first = first[:-1]
        else:
            second = second[:-1]
    parts = [part.decode(errors="ignore") for part in (first, second) if part]
    return "_".join([*parts, ending])
