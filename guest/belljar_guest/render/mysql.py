"""What MySQL and MariaDB want around a change where foreign keys stand.

No column under a foreign key changes its type, or goes. `innodb_steps` gives each key its index.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from alembic.operations import ops

from . import lookups
from .changes import Change, Json, Phase
from .operations import Execute
from .recording import Recording
from .texts import UnknownError, table_name
from .words import words

if TYPE_CHECKING:
    from .steps import Builder


def leaves_key(builder: "Builder", path: Json, after: Json) -> bool:
    """Whether a column may be NULL only once it is no part of the primary key any more."""
    sides = (builder.start.find(path), builder.end.find(path))
    start, end = (path["part"] in side["primary_key"]["columns"] for side in sides)
    return start and not end and bool(after["nullable"])


def column_goes(builder: "Builder", path: Json) -> None:
    """Refuse a column of a foreign key that can't be dropped; raises `UnknownError`."""
    table = builder.start.find(path)
    for key in table["foreign_keys"]:
        if path["part"] in key["columns"] and not lookups.is_known(builder, key, table):
            raise UnknownError("it is in a foreign key, and what the database calls that is not certain")


def is_held(builder: "Builder", table: Json) -> bool:
    """Whether a table that stays has a foreign key to a table that can't be dropped, as its name is not certain."""
    own = (table["schema"], table["name"])
    return any(
        not lookups.is_known(builder, key, other)
        and own in [builder.start.target(text)[:2] for text in key["targets"]]
        for place, others in builder.start.tables.items()
        if place in builder.end.tables and place != own
        for other in others
        for key in other["foreign_keys"]
    )


def is_restated(before: Json, after: Json) -> bool:
    """Whether a column is computed on both sides, and kept or not alike: then its definition changes in place."""
    old, new = before["computed"], after["computed"]
    return old is not None and new is not None and bool(old["persisted"]) == bool(new["persisted"])


def restated(builder: "Builder", table: Json, column: Json) -> Any:
    """The whole definition of a column that is there."""
    recording = Recording("mysql")
    added = ops.AddColumnOp(table["name"], builder.end.column(column, table), schema=table["schema"])
    recording.operations.invoke(added)
    (text,) = recording.statements
    return Execute(text.replace(" ADD COLUMN ", " MODIFY COLUMN ", 1))


def around_anew(builder: "Builder", group: list[Change]) -> None:
    """Take away what is on a column while it is dropped and made again, and stays as it is; raises `UnknownError`."""
    path = group[0].path
    start, end = builder.start.find(path), builder.end.find(path)
    for item in start["indexes"]:
        if item in end["indexes"] and path["part"] in [element["column"] for element in item["elements"]]:
            gone = ops.DropIndexOp.from_index(builder.start.index(item, start))
            come = ops.CreateIndexOp.from_index(builder.end.index(item, end))
            builder.add(Phase.CONSTRAINTS_GO, group, [gone])
            builder.add(Phase.CONSTRAINTS_COME, group, [come])
    keys = [start["primary_key"], *start["unique"], *start["foreign_keys"]]
    if any(path["part"] in key["columns"] for key in keys):
        raise UnknownError("it is made anew, and is in a key")
    if any(item in end["checks"] and path["part"] in words(item["sql"]) for item in start["checks"]):
        raise UnknownError("it is made anew, and a check reads it")


def primary_key(key: Json, table: Json) -> Any:
    """One primary key in the place of another: a column that numbers rows is in one all the time."""
    columns = ", ".join(table_name("mysql", name, None) for name in key["columns"])
    quoted = table_name("mysql", table["name"], table["schema"])
    effect = ("primary_key", (table["schema"], table["name"]), key["columns"])
    return Execute(f"ALTER TABLE {quoted} DROP PRIMARY KEY, ADD PRIMARY KEY ({columns})", effect)


def type_changes(builder: "Builder", group: list[Change]) -> None:
    """Take the foreign keys away while a column under them changes; raises `UnknownError` where one is not known."""
    keys = list(_of_column(builder, group[0].path))
    if not all(lookups.is_known(builder, key, table) for key, table in keys):
        raise UnknownError("it is under a foreign key, and what the database calls that is not certain")
    for key, table in keys:
        own = (table["schema"], table["name"], key["name"], *key["columns"], *key["targets"])
        if own in builder.lifted:
            continue
        builder.lifted.add(own)
        shell = builder.end.shell(table)
        made = builder.end.foreign_key(key, shell)
        shell.append_constraint(made)
        dropped = lookups.key_goes(builder, key, table)
        asked = f"{table['name']}.({', '.join(key['columns'])}): {lookups.TOLD}"
        builder.add(Phase.KEYS_GO, group, dropped, [asked] if lookups.looks_up(dropped) else [])
        builder.add(Phase.KEYS_COME, group, [ops.CreateForeignKeyOp.from_constraint(made)])


def _of_column(builder: "Builder", path: Json) -> Iterator[tuple[Json, Json]]:
    """The foreign keys on both sides that have a column or refer to it, each with its table."""
    own = (path["schema"], path["name"])
    for place, tables in builder.start.tables.items():
        for table in tables:
            later = builder.end.tables.get(place, [])
            for key in table["foreign_keys"]:
                targets = [builder.start.target(text) for text in key["targets"]]
                has = place == own and path["part"] in key["columns"]
                stays = any(_same(key, other) for one in later for other in one["foreign_keys"])
                if stays and (has or (*own, path["part"]) in targets):
                    yield key, table


def _same(key: Json, other: Json) -> bool:
    """Whether two foreign keys are one to the database, whenever they are made."""
    return {**key, "use_alter": False} == {**other, "use_alter": False}
