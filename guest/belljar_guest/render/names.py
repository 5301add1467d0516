"""What a database calls a constraint that the code gives no name.

Only where that is certain; `None` else. PostgreSQL: `ChooseConstraintName` and `makeObjectName` of its source, for
names that need not be cut. MySQL: a unique key is called after its first column, a primary key has no name of its own.
"""

from typing import Any

Json = dict[str, Any]

#: Bytes that a name of PostgreSQL may have.
_LONGEST = 63


def default_name(
    dialect: str, kind: str, item: Json, table: Json, old: tuple[str, dict[str, str]]
) -> str | None:
    """The name of an unnamed constraint.

    `old` is what the table was called when the constraint was made, and its columns that had other names.
    """
    name, columns = old
    own = [columns.get(column, column) for column in item.get("columns", [])]
    if dialect == "postgresql":
        return None if _siblings(kind, item, table) else _of_postgresql(kind, name, own)
    if dialect == "mysql" and kind == "primary":
        return "PRIMARY"
    if dialect == "mysql" and kind == "unique":
        taken = {index["name"] for index in table["indexes"]}
        taken |= {other["name"] or other["columns"][0] for other in table["unique"] if other != item}
        return own[0] if own and own[0] not in taken else None
    return None


def _siblings(kind: str, item: Json, table: Json) -> bool:
    """Whether another constraint would have the same name."""
    lists = {"unique": table["unique"], "foreignkey": table["foreign_keys"]}
    same = [other for other in lists.get(kind, []) if other["columns"] == item["columns"]]
    return len(same) > 1


def _of_postgresql(kind: str, table: str, columns: list[str]) -> str | None:
    endings = {"primary": "pkey", "unique": "key", "foreignkey": "fkey"}
    if kind not in endings:
        return None  # of a check it depends on the columns in its condition
    parts = [table, *([] if kind == "primary" else columns), endings[kind]]
    name = "_".join(parts)
    return name if len(name.encode()) <= _LONGEST else None
