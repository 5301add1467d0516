"""Foreign keys and their indexes, which MySQL and MariaDB tie together.

InnoDB requires an index for every foreign key. If no other index begins with its columns, InnoDB creates one, named
after the key, or after the first column if the key has no name
(https://dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html). That index remains when the key is dropped, no
index can be dropped while a key needs it, and a column of a key can't change its type.
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
    """Drop the index that InnoDB created for a foreign key, where that is certain; with notes."""
    table, key, after = builder.start.find_table(change.path), change.before, change.after
    columns = key["columns"]
    if any(_starts_with(item, columns) for item in _indexes(table)):
        return [], []
    if after is not None and (after["name"], after["columns"]) == (key["name"], columns):
        return [], []
    others = [item for item in table["foreign_keys"] if item != key]
    if any(_starts_with(item, columns) or _starts_with(key, item["columns"]) for item in others):
        return [], [f"{change.name}: InnoDB may keep its index, which another key can use"]
    return [ops.DropIndexOp(_index_of(key), table["name"], schema=table["schema"])], []


def _index_of(key: Json) -> str:
    """The name of the index that InnoDB creates for a foreign key."""
    return str(key["name"] or key["columns"][0])


def rename_index_of_column(builder: Builder, path: Json, old: str) -> list[Any]:
    """Rename the index that is named after the first column of an unnamed key along with that column."""
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


def replace_index(builder: Builder, change: Change) -> list[Any]:
    """Create an index for each foreign key whose last index is dropped; returns what is to be done after the drop."""
    start, end = builder.start.find_table(change.path), builder.end.find_table(change.path)
    stays = [item for item in _indexes(start) if item != change.before and item in _indexes(end)]
    if change.subject == "primary_key" and change.after is not None:
        stays.append(change.after)  # one statement exchanges the two
    afterwards: list[Any] = []
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
            afterwards.append(_index_renamed(start, name, later))
    return afterwards


def _free_names(name: str, dropped_index: Json, start: Json, end: Json) -> tuple[str, str]:
    """A name for an index while the dropped one still exists, and its name afterwards."""
    others = [item for table in (start, end) for item in _indexes(table) if item != dropped_index]
    taken = {_name_of_index(item) for item in others}
    later = _next_free_name(taken, name)
    return _next_free_name({*taken, _name_of_index(dropped_index)}, later), later


def _next_free_name(taken: set[str | None], name: str) -> str:
    """The name that the database would choose next if the first one were taken."""
    lower = {one.lower() for one in taken if one is not None}
    names = (name if number == 1 else f"{name}_{number}" for number in range(1, len(lower) + 2))
    return next(one for one in names if one.lower() not in lower)


def _name_of_index(item: Json) -> str | None:
    """The name of an index, or that of an unnamed unique key."""
    return item["name"] or next(iter(item.get("columns", ())), None)


def _index_renamed(table: Json, old: str, new: str) -> Execute:
    quoted = table_name("mysql", table["name"], table["schema"])
    names = (table_name("mysql", name, None) for name in (old, new))
    return Execute(f"ALTER TABLE {quoted} RENAME INDEX {' TO '.join(names)}")


def exchange_primary_key(key: Json, table: Json) -> Any:
    """Exchange the primary key in one statement: a column that numbers rows must always be in a key."""
    columns = ", ".join(table_name("mysql", name, None) for name in key["columns"])
    quoted = table_name("mysql", table["name"], table["schema"])
    return Execute(f"ALTER TABLE {quoted} DROP PRIMARY KEY, ADD PRIMARY KEY ({columns})")


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


def _indexes(table: Json) -> list[Json]:
    """The indexes of a table, also those of its keys."""
    return [table["primary_key"], *table["unique"], *table["indexes"]]


def _starts_with(item: Json, columns: list[str]) -> bool:
    """Whether an index, or the index of a key, begins with these columns in full length."""
    if "elements" not in item:
        return bool(item["columns"][: len(columns)] == columns)
    if any(name in item["options"] for name in ("mysql_length", "mysql_prefix")):
        return False
    return [element["column"] for element in item["elements"]][: len(columns)] == columns
