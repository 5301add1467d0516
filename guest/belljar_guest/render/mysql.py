"""Changes of columns that foreign keys of MySQL and MariaDB block.

A column of a foreign key can neither change its type nor be dropped. `innodb_steps` gives each key its index.
"""

from collections.abc import Iterator
from typing import Any

from alembic.operations import ops

from . import constraint_lookups
from .builder import Builder
from .changes import Change, Json, Phase
from .identifiers import names_in
from .operations import Execute
from .recording import Recording
from .sql_texts import UnknownError, table_name


def leaves_primary_key(builder: Builder, path: Json, after: Json) -> bool:
    """Whether a column can become nullable only after it leaves the primary key."""
    sides = (builder.start.find_table(path), builder.end.find_table(path))
    start, end = (path["part"] in side["primary_key"]["columns"] for side in sides)
    return start and not end and bool(after["nullable"])


def refuse_unnamed_key(builder: Builder, path: Json) -> None:
    """Refuse to drop a column whose foreign key can't be dropped; raises `UnknownError`."""
    table = builder.start.find_table(path)
    for key in table["foreign_keys"]:
        if path["part"] in key["columns"] and not constraint_lookups.can_drop(builder, key, table):
            raise UnknownError("it is in a foreign key whose name in the database is not certain")


def is_referenced_unnamed(builder: Builder, table: Json) -> bool:
    """Whether a table that stays refers to this one by a foreign key whose name is not certain."""
    own = (table["schema"], table["name"])
    return any(
        not constraint_lookups.can_drop(builder, key, other)
        and own in [builder.start.split_target(text)[:2] for text in key["targets"]]
        for place, others in builder.start.tables.items()
        if place in builder.end.tables and place != own
        for other in others
        for key in other["foreign_keys"]
    )


def changes_in_place(before: Json, after: Json) -> bool:
    """Whether a computed column stays computed with the same storage, so that its definition can change in place."""
    old, new = before["computed"], after["computed"]
    return old is not None and new is not None and bool(old["persisted"]) == bool(new["persisted"])


def modify_column(builder: Builder, table: Json, column: Json) -> Any:
    """The statement that restates the definition of a column."""
    recording = Recording("mysql")
    added = ops.AddColumnOp(table["name"], builder.end.column(column, table), schema=table["schema"])
    recording.operations.invoke(added)
    (text,) = recording.statements
    return Execute(text.replace(" ADD COLUMN ", " MODIFY COLUMN ", 1))


def recreate_indexes(builder: Builder, group: list[Change]) -> None:
    """Drop and recreate the unchanged indexes of a recreated column; raises `UnknownError` for keys and checks."""
    path = group[0].path
    start, end = builder.start.find_table(path), builder.end.find_table(path)
    for item in start["indexes"]:
        if item in end["indexes"] and path["part"] in [element["column"] for element in item["elements"]]:
            drop = ops.DropIndexOp.from_index(builder.start.index(item, start))
            create = ops.CreateIndexOp.from_index(builder.end.index(item, end))
            builder.add(Phase.DROP_CONSTRAINTS, group, [drop])
            builder.add(Phase.CREATE_CONSTRAINTS, group, [create])
    keys = [start["primary_key"], *start["unique"], *start["foreign_keys"]]
    if any(path["part"] in key["columns"] for key in keys):
        raise UnknownError("it must be recreated, and is in a key")
    if any(item in end["checks"] and path["part"] in names_in(item["sql"]) for item in start["checks"]):
        raise UnknownError("it must be recreated, and a check reads it")


def exchange_primary_key(key: Json, table: Json) -> Any:
    """Exchange the primary key in one statement: a column that numbers rows must always be in a key."""
    columns = ", ".join(table_name("mysql", name, None) for name in key["columns"])
    quoted = table_name("mysql", table["name"], table["schema"])
    effect = ("primary_key", (table["schema"], table["name"]), key["columns"])
    return Execute(f"ALTER TABLE {quoted} DROP PRIMARY KEY, ADD PRIMARY KEY ({columns})", effect)


def suspend_foreign_keys(builder: Builder, group: list[Change]) -> None:
    """Drop the foreign keys of a column while it changes, and recreate them; raises `UnknownError`."""
    keys = list(_of_column(builder, group[0].path))
    if not all(constraint_lookups.can_drop(builder, key, table) for key, table in keys):
        raise UnknownError("it is in a foreign key whose name in the database is not certain")
    for key, table in keys:
        own = (table["schema"], table["name"], key["name"], *key["columns"], *key["targets"])
        if own in builder.suspended_keys:
            continue
        builder.suspended_keys.add(own)
        shell = builder.end.shell(table)
        made = builder.end.foreign_key(key, shell)
        shell.append_constraint(made)
        dropped = constraint_lookups.drop_foreign_key(builder, key, table)
        asked = f"{table['name']}.({', '.join(key['columns'])}): {constraint_lookups.LOOKUP_NOTE}"
        builder.add(
            Phase.DROP_FOREIGN_KEYS, group, dropped, [asked] if constraint_lookups.has_lookup(dropped) else []
        )
        builder.add(Phase.CREATE_FOREIGN_KEYS, group, [ops.CreateForeignKeyOp.from_constraint(made)])


def _of_column(builder: Builder, path: Json) -> Iterator[tuple[Json, Json]]:
    """The foreign keys that exist on both sides and contain a column or refer to it, each with its table."""
    own = (path["schema"], path["name"])
    for place, tables in builder.start.tables.items():
        for table in tables:
            later = builder.end.tables.get(place, [])
            for key in table["foreign_keys"]:
                targets = [builder.start.split_target(text) for text in key["targets"]]
                has = place == own and path["part"] in key["columns"]
                stays = any(_is_same_key(key, other) for one in later for other in one["foreign_keys"])
                if stays and (has or (*own, path["part"]) in targets):
                    yield key, table


def _is_same_key(key: Json, other: Json) -> bool:
    """Whether two foreign keys are the same to the database, apart from when they are created."""
    return {**key, "use_alter": False} == {**other, "use_alter": False}
