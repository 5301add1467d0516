"""What MySQL and MariaDB want around a change where foreign keys stand.

InnoDB has an index for every foreign key. Where no other begins with its columns it makes one, called like the key, or
like the first column where the key has no name
(https://dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html). That one stays when the key goes.
"""

from typing import TYPE_CHECKING, Any

from alembic.operations import ops

from .changes import Change, Json

if TYPE_CHECKING:
    from .steps import Builder


def key_goes(builder: "Builder", change: Change) -> tuple[list[Any], list[str]]:
    """What goes with a foreign key: the index that was made for it, where that is certain."""
    table, key, after = builder.start.find(change.path), change.before, change.after
    columns = key["columns"]
    if any(_begins(item, columns) for item in _indexes(table)):
        return [], []
    if after is not None and (after["name"], after["columns"]) == (key["name"], columns):
        return [], []
    if any(item != key and _begins(item, columns) for item in table["foreign_keys"]):
        return [], [f"{change.name}: InnoDB may keep an index for it, which another key has use for"]
    return [ops.DropIndexOp(key["name"], table["name"], schema=table["schema"])], []


def _indexes(table: Json) -> list[Json]:
    """Everything that is an index."""
    return [table["primary_key"], *table["unique"], *table["indexes"]]


def _begins(item: Json, columns: list[str]) -> bool:
    """Whether an index, or what has one, begins with these columns, each as a whole."""
    if "elements" not in item:
        return bool(item["columns"][: len(columns)] == columns)
    if any(name in item["options"] for name in ("mysql_length", "mysql_prefix")):
        return False
    return [element["column"] for element in item["elements"]][: len(columns)] == columns
