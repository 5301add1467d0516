"""What MySQL and MariaDB want around a change where foreign keys stand.

InnoDB has an index for every foreign key. Where no other begins with its columns it makes one, called like the key, or
like the first column where the key has no name
(https://dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html). That one stays when the key goes; no other one
goes as long as a key needs it; and no column under a key changes its type.
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


def drop_key_index(builder: Builder, change: Change) -> tuple[list[Any], list[str]]:
    """What goes with a foreign key: the index that was made for it, where that is certain."""
    table, key, after = builder.start.find_table(change.path), change.before, change.after
    columns = key["columns"]
    if any(_starts_with(item, columns) for item in _indexes(table)):
        return [], []
    if after is not None and (after["name"], after["columns"]) == (key["name"], columns):
        return [], []
    others = [item for item in table["foreign_keys"] if item != key]
    if any(_starts_with(item, columns) or _starts_with(key, item["columns"]) for item in others):
        return [], [f"{change.name}: InnoDB may keep an index for it, which another key has use for"]
    return [ops.DropIndexOp(_index_of(key), table["name"], schema=table["schema"])], []


def _index_of(key: Json) -> str:
    """What InnoDB calls the index that it makes for a foreign key."""
    return str(key["name"] or key["columns"][0])


def rename_index_of_column(builder: Builder, path: Json, old: str) -> list[Any]:
    """What is renamed with a column: the index of a key without a name, called like its first column."""
    new = path["part"]
    table = next(iter(builder.start.tables.get((path["schema"], path["name"]), ())), None)
    if table is None:
        return []
    has_own = [item for item in table["unique"] if item["name"] is None and item["columns"][0] == new]
    for key in table["foreign_keys"]:
        if key["name"] is None and key["columns"][0] == new:
            has_own += [] if any(_starts_with(item, key["columns"]) for item in _indexes(table)) else [key]
    if not has_own:
        return []
    return [_index_renamed(table, old, new)]


def leaves_primary_key(builder: Builder, path: Json, after: Json) -> bool:
    """Whether a column may be NULL only once it is no part of the primary key any more."""
    sides = (builder.start.find_table(path), builder.end.find_table(path))
    start, end = (path["part"] in side["primary_key"]["columns"] for side in sides)
    return start and not end and bool(after["nullable"])


def refuse_unnamed_key(builder: Builder, path: Json) -> None:
    """Refuse a column of a foreign key that can't be dropped; raises `UnknownError`."""
    table = builder.start.find_table(path)
    for key in table["foreign_keys"]:
        if path["part"] in key["columns"] and not constraint_lookups.can_drop(builder, key, table):
            raise UnknownError("it is in a foreign key, and what the database calls that is not certain")


def is_referenced_unnamed(builder: Builder, table: Json) -> bool:
    """Whether a table that stays has a foreign key to a table that can't be dropped, as its name is not certain."""
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
    """Whether a column is computed on both sides, and kept or not alike: then its definition changes in place."""
    old, new = before["computed"], after["computed"]
    return old is not None and new is not None and bool(old["persisted"]) == bool(new["persisted"])


def modify_column(builder: Builder, table: Json, column: Json) -> Any:
    """The whole definition of a column that is there."""
    recording = Recording("mysql")
    added = ops.AddColumnOp(table["name"], builder.end.column(column, table), schema=table["schema"])
    recording.operations.invoke(added)
    (text,) = recording.statements
    return Execute(text.replace(" ADD COLUMN ", " MODIFY COLUMN ", 1))


def recreate_indexes(builder: Builder, group: list[Change]) -> None:
    """Take away what is on a column while it is dropped and made again, and stays as it is; raises `UnknownError`."""
    path = group[0].path
    start, end = builder.start.find_table(path), builder.end.find_table(path)
    for item in start["indexes"]:
        if item in end["indexes"] and path["part"] in [element["column"] for element in item["elements"]]:
            gone = ops.DropIndexOp.from_index(builder.start.index(item, start))
            come = ops.CreateIndexOp.from_index(builder.end.index(item, end))
            builder.add(Phase.DROP_CONSTRAINTS, group, [gone])
            builder.add(Phase.CREATE_CONSTRAINTS, group, [come])
    keys = [start["primary_key"], *start["unique"], *start["foreign_keys"]]
    if any(path["part"] in key["columns"] for key in keys):
        raise UnknownError("it is made anew, and is in a key")
    if any(item in end["checks"] and path["part"] in names_in(item["sql"]) for item in start["checks"]):
        raise UnknownError("it is made anew, and a check reads it")


def replace_index(builder: Builder, change: Change) -> list[Any]:
    """Give each foreign key that stays an index, where its last one goes; what is done behind that."""
    start, end = builder.start.find_table(change.path), builder.end.find_table(change.path)
    stays = [item for item in _indexes(start) if item != change.before and item in _indexes(end)]
    if change.subject == "primary_key" and change.after is not None:
        stays.append(change.after)  # the two are exchanged by one statement
    behind: list[Any] = []
    for key in start["foreign_keys"]:
        columns = key["columns"]
        if key not in end["foreign_keys"] or not _starts_with(change.before, columns):
            continue
        own = (start["schema"], start["name"], *columns)
        if own in builder.indexed or any(_starts_with(item, columns) for item in stays):
            continue
        builder.indexed.add(own)
        name, later = _free_names(_index_of(key), change.before, start, end)
        given = {"schema": start["schema"]}
        builder.add(
            Phase.DROP_FOREIGN_KEYS, change, [ops.CreateIndexOp(name, start["name"], columns, **given)]
        )
        if any(_starts_with(item, columns) for item in _indexes(end)):
            builder.add(Phase.CREATE_FOREIGN_KEYS, change, [ops.DropIndexOp(name, start["name"], **given)])
        elif name != later:
            behind.append(_index_renamed(start, name, later))
    return behind


def _free_names(name: str, goes: Json, start: Json, end: Json) -> tuple[str, str]:
    """A name for an index as long as another one that goes is there, and the name behind that."""
    others = [item for table in (start, end) for item in _indexes(table) if item != goes]
    taken = {_name_of_index(item) for item in others}
    later = _not_in(taken, name)
    return _not_in({*taken, _name_of_index(goes)}, later), later


def _not_in(taken: set[str | None], name: str) -> str:
    """A name as the database would choose it, were the first one taken."""
    lower = {one.lower() for one in taken if one is not None}
    names = (name if number == 1 else f"{name}_{number}" for number in range(1, len(lower) + 2))
    return next(one for one in names if one.lower() not in lower)


def _name_of_index(item: Json) -> str | None:
    """What an index is called, or that of a unique key without a name."""
    return item["name"] or next(iter(item.get("columns", ())), None)


def _index_renamed(table: Json, old: str, new: str) -> Execute:
    quoted = table_name("mysql", table["name"], table["schema"])
    names = (table_name("mysql", name, None) for name in (old, new))
    return Execute(f"ALTER TABLE {quoted} RENAME INDEX {' TO '.join(names)}")


def exchange_primary_key(key: Json, table: Json) -> Any:
    """One primary key in the place of another: a column that numbers rows is in one all the time."""
    columns = ", ".join(table_name("mysql", name, None) for name in key["columns"])
    quoted = table_name("mysql", table["name"], table["schema"])
    return Execute(f"ALTER TABLE {quoted} DROP PRIMARY KEY, ADD PRIMARY KEY ({columns})")


def suspend_foreign_keys(builder: Builder, group: list[Change]) -> None:
    """Take the foreign keys away while a column under them changes; raises `UnknownError` where one is not known."""
    keys = list(_of_column(builder, group[0].path))
    if not all(constraint_lookups.can_drop(builder, key, table) for key, table in keys):
        raise UnknownError("it is under a foreign key, and what the database calls that is not certain")
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
    """The foreign keys on both sides that have a column or refer to it, each with its table."""
    own = (path["schema"], path["name"])
    for place, tables in builder.start.tables.items():
        for table in tables:
            later = builder.end.tables.get(place, [])
            for key in table["foreign_keys"]:
                targets = [builder.start.split_target(text) for text in key["targets"]]
                has = place == own and path["part"] in key["columns"]
                stays = any(_same(key, other) for one in later for other in one["foreign_keys"])
                if stays and (has or (*own, path["part"]) in targets):
                    yield key, table


def _same(key: Json, other: Json) -> bool:
    """Whether two foreign keys are one to the database, whenever they are made."""
    return {**key, "use_alter": False} == {**other, "use_alter": False}


def _indexes(table: Json) -> list[Json]:
    """Everything that is an index."""
    return [table["primary_key"], *table["unique"], *table["indexes"]]


def _starts_with(item: Json, columns: list[str]) -> bool:
    """Whether an index, or what has one, begins with these columns, each as a whole."""
    if "elements" not in item:
        return bool(item["columns"][: len(columns)] == columns)
    if any(name in item["options"] for name in ("mysql_length", "mysql_prefix")):
        return False
    return [element["column"] for element in item["elements"]][: len(columns)] == columns
