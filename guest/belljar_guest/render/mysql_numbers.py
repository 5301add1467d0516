"""Columns of MySQL and MariaDB that number rows, where the key of their table becomes another.

Such a column is in a key all the time (https://dev.mysql.com/doc/refman/8.4/en/create-table.html): it ceases to number
before its key goes, and begins once its key is there. One that is new comes together with its key, as only then do the
rows that are there get numbers.
"""

from functools import partial
from typing import TYPE_CHECKING, Any

from alembic.operations import ops

from . import texts
from .changes import Change, Json, Phase
from .numbering import is_numbered
from .operations import Alter, Execute
from .recording import Recording

if TYPE_CHECKING:
    from .steps import Builder
    from .tables import Side


def key_changes(builder: "Builder", change: Change) -> Change | None:
    """What is done for the numbers beside the change of a key; the change that is left, if one is."""
    start, end = builder.start.find(change.path), builder.end.find(change.path)
    before, after = _numbered(start), _numbered(end)
    for name in sorted(before.keys() - after.keys()):
        builder.add(Phase.KEYS_GO, change, [_altered(builder.start, change, before[name], numbered=False)])
    new = next(
        (column for name, column in after.items() if name not in before and name not in _columns(start)), None
    )
    if new is not None:
        builder.add(Phase.CONSTRAINTS_COME, change, [_with_key(builder, change, new)])
        return None
    for name in sorted(after.keys() - before.keys()):
        builder.add(Phase.KEYS_COME, change, [_altered(builder.end, change, after[name], numbered=True)])
    return change


def comes_with_key(builder: "Builder", change: Change) -> bool:
    """Whether a new column comes together with the key of its table."""
    if builder.dialect != "mysql" or not is_numbered(change.after, builder.end.find(change.path), "mysql"):
        return False
    own = ("schema", "name")
    return any(
        other.subject == "primary_key"
        and other.is_told
        and all(other.path[part] == change.path[part] for part in own)
        for other in builder.changes
    )


def begins_later(builder: "Builder", path: Json) -> bool:
    """Whether a column numbers rows only once another key is there."""
    return path["part"] in _numbered(builder.end.find(path)) and path["part"] not in _numbered(
        builder.start.find(path)
    )


def _numbered(table: Json) -> dict[str, Json]:
    return {column["name"]: column for column in table["columns"] if is_numbered(column, table, "mysql")}


def _columns(table: Json) -> dict[str, Json]:
    return {column["name"]: column for column in table["columns"]}


def _altered(side: "Side", change: Change, column: Json, *, numbered: bool) -> Any:
    made: Any = partial(Alter, change.path["name"], column["name"], schema=change.path["schema"])
    existing: Json = {"existing_type": side.type(column["type"]), "existing_nullable": False}
    if column["comment"] is not None:
        existing["existing_comment"] = column["comment"]
    return made(**existing, autoincrement=numbered)


def _with_key(builder: "Builder", change: Change, column: Json) -> Execute:
    """The statement that brings a column and the key that it is in."""
    table = builder.end.find(change.path)
    recording = Recording("mysql")
    made = builder.end.column({**column, "primary_key": False, "autoincrement": "false"}, table)
    recording.operations.invoke(ops.AddColumnOp(table["name"], made, schema=table["schema"]))
    (text,) = recording.statements
    columns = builder.end.key_of(table)["columns"]
    key = ", ".join(texts.table_name("mysql", name, None) for name in columns)
    head, said, comment = text.partition(" COMMENT ")
    goes = "DROP PRIMARY KEY, " if change.before is not None and change.before["columns"] else ""
    effect = ("primary_key", (table["schema"], table["name"]), columns)
    return Execute(f"{head} AUTO_INCREMENT{said}{comment}, {goes}ADD PRIMARY KEY ({key})", effect)
