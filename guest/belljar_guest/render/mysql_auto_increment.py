"""Columns of MySQL and MariaDB that number rows, when the primary key of their table changes.

Such a column must be in a key at all times (https://dev.mysql.com/doc/refman/8.4/en/create-table.html): it loses
`AUTO_INCREMENT` before its key is dropped, and gets it once the new key exists. A new column is added together with its
key, since only then do existing rows get numbers.
"""

from functools import partial
from typing import Any

from alembic.operations import ops

from . import sql_texts
from .autoincrement import is_numbered
from .builder import Builder
from .changes import Change, Json, Phase
from .operations import Alter, Execute
from .recording import Recording
from .tables import Side


def change_key(builder: Builder, change: Change) -> Change | None:
    """Adapt `AUTO_INCREMENT` to a change of the key; returns the change if the key itself remains to be changed."""
    start, end = builder.start.find_table(change.path), builder.end.find_table(change.path)
    before, after = _numbered(start), _numbered(end)
    for name in sorted(before.keys() - after.keys()):
        builder.add(
            Phase.DROP_FOREIGN_KEYS, change, [_altered(builder.start, change, before[name], numbered=False)]
        )
    new = next(
        (column for name, column in after.items() if name not in before and name not in _columns(start)), None
    )
    if new is not None:
        builder.add(Phase.CREATE_CONSTRAINTS, change, [_with_key(builder, change, new)])
        return None
    for name in sorted(after.keys() - before.keys()):
        builder.add(
            Phase.CREATE_FOREIGN_KEYS, change, [_altered(builder.end, change, after[name], numbered=True)]
        )
    return change


def is_added_with_key(builder: Builder, change: Change) -> bool:
    """Whether a new column is added together with the key of its table."""
    if builder.dialect != "mysql" or not is_numbered(
        change.after, builder.end.find_table(change.path), "mysql"
    ):
        return False
    own = ("schema", "name")
    return any(
        other.subject == "primary_key"
        and other.is_determined
        and all(other.path[part] == change.path[part] for part in own)
        for other in builder.changes
    )


def starts_numbering_later(builder: Builder, path: Json) -> bool:
    """Whether a column gets `AUTO_INCREMENT` only once another key exists."""
    return path["part"] in _numbered(builder.end.find_table(path)) and path["part"] not in _numbered(
        builder.start.find_table(path)
    )


def _numbered(table: Json) -> dict[str, Json]:
    return {column["name"]: column for column in table["columns"] if is_numbered(column, table, "mysql")}


def _columns(table: Json) -> dict[str, Json]:
    return {column["name"]: column for column in table["columns"]}


def _altered(side: Side, change: Change, column: Json, *, numbered: bool) -> Any:
    made: Any = partial(Alter, change.path["name"], column["name"], schema=change.path["schema"])
    existing: Json = {"existing_type": side.type(column["type"]), "existing_nullable": False}
    if column["comment"] is not None:
        existing["existing_comment"] = column["comment"]
    return made(**existing, autoincrement=numbered)


def _with_key(builder: Builder, change: Change, column: Json) -> Execute:
    """The statement that adds a column and the key that contains it."""
    table = builder.end.find_table(change.path)
    recording = Recording("mysql")
    made = builder.end.column({**column, "primary_key": False, "autoincrement": "false"}, table)
    recording.operations.invoke(ops.AddColumnOp(table["name"], made, schema=table["schema"]))
    (text,) = recording.statements
    key = ", ".join(
        sql_texts.table_name("mysql", name, None) for name in builder.end.key_of(table)["columns"]
    )
    head, keyword, comment = text.partition(" COMMENT ")
    drop_clause = "DROP PRIMARY KEY, " if change.before is not None and change.before["columns"] else ""
    return Execute(f"{head} AUTO_INCREMENT{keyword}{comment}, {drop_clause}ADD PRIMARY KEY ({key})")
