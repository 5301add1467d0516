"""Tables of SQLite that must be rebuilt to be changed: Alembic creates a new one and copies the rows.

The old table is given to Alembic in full, so that nothing is read from a database, and nothing is lost that SQLite does
not report, such as an unnamed check. Dropped constraints are omitted from it; new ones are given separately. Computed
columns are omitted too, as SQLite accepts no values for them: each is added to the new table.
"""

from functools import partial
from typing import Any

from alembic.operations import ops

from .builder import Builder
from .changes import Json, Phase
from .identifiers import names_in
from .operations import Batch
from .pending_tables import PendingTable
from .sql_texts import UnknownError


def rebuild_tables(builder: Builder) -> None:
    """Add the steps for all tables with pending changes."""
    for number, pending in enumerate(builder.pending.tables()):
        first = pending.changes[0]
        builder.attempt(first, partial(_rebuild_table, builder, pending, number), pending.changes)


def _rebuild_table(builder: Builder, pending: PendingTable, number: int) -> None:
    path = pending.changes[0].path
    start, end = builder.start.find_table(path), builder.end.find_table(path)
    if not pending.is_rebuilt:
        builder.add(Phase.ALTER_COLUMNS, pending.changes, pending.columns)
        return
    kept = dict(start)
    for subject, name in (("unique", "unique"), ("check", "checks"), ("foreign_key", "foreign_keys")):
        dropped = [item for kind, item in pending.dropped if kind == subject]
        kept[name] = [item for item in start[name] if item not in dropped]
    computed, operations = _split_computed(builder, pending, start, end)
    lost = {*computed, *(one.column_name for one in operations if isinstance(one, ops.DropColumnOp))}
    if all(column["name"] in lost for column in start["columns"]):
        _replace_table(builder, pending, end)
        return
    separate: list[tuple[str, Json]] = []
    _remove_columns(kept, computed, separate)
    there = {column["name"] for column in kept["columns"]}
    notes = []
    for kind, item in pending.created:
        if kind == "foreign_key" and {*item["columns"], *_own_targets(builder.end, item, end)} <= there:
            kept["foreign_keys"] = [*kept["foreign_keys"], item]
        elif kind == "foreign_key":
            named = dict(item)
            if item["name"] is None:
                named["name"] = "_".join(["fk", end["name"], *item["columns"]])
                notes.append(
                    f"{end['name']}: Alembic's batch mode requires a name for a foreign key: {named['name']}"
                )
            shell = builder.end.shell(end)
            key = builder.end.foreign_key(named, shell)
            shell.append_constraint(key)
            operations.append(ops.CreateForeignKeyOp.from_constraint(key))
        elif kind != "primary_key":
            separate.append((kind, item))

    more, note = _set_primary_key(builder, kept, end, operations)
    separate += more
    notes += note
    _separate_same_names(kept, separate)

    def new() -> list[Any]:
        return [_constraint(builder, kind, item, end) for kind, item in separate]

    new()  # raises `UnknownError` now rather than while the step is rendered
    table = builder.start.table(kept)
    batch = Batch(table, new, builder.end.shell(end), operations, f"before_{number + 1}")
    came = [change.after for change in builder.changes if change.subject == "index" and change.after]
    indexes = [
        ops.CreateIndexOp.from_index(builder.end.index(item, end))
        for item in end["indexes"]
        if item not in came
    ]
    builder.views.rebuilt_tables[path["schema"], path["name"]] = pending.changes
    builder.add(Phase.ALTER_COLUMNS, pending.changes, [batch, *indexes], notes)


def _replace_table(builder: Builder, pending: PendingTable, end: Json) -> None:
    """Drop and recreate a table of which no column is copied."""
    path = pending.changes[0].path
    came = [change.after for change in builder.changes if change.subject == "index" and change.after]
    indexes = [builder.end.index(item, end) for item in end["indexes"] if item not in came]
    operations = [
        ops.DropTableOp(end["name"], schema=end["schema"]),
        ops.CreateTableOp.from_table(builder.end.table(end)),
        *(ops.CreateIndexOp.from_index(index) for index in indexes),
    ]
    builder.views.rebuilt_tables[path["schema"], path["name"]] = pending.changes
    note = f"{end['name']}: none of its columns stays: it is dropped and recreated, and its rows are lost"
    builder.add(Phase.ALTER_COLUMNS, pending.changes, operations, [note])


def _constraint(builder: Builder, kind: str, item: Json, table: Json) -> Any:
    side = builder.end
    if kind == "unique":
        return side.unique(item)
    if kind == "check":
        return side.check(item, table)
    if kind == "primary_key":
        return side.primary_key(item)
    if kind == "foreign_key":
        return side.foreign_key(item, side.shell(table))
    raise UnknownError(f"{kind} is not rendered")


def _split_computed(
    builder: Builder, pending: PendingTable, start: Json, end: Json
) -> tuple[set[str], list[Any]]:
    """The columns that are computed before, and the operations without those that concern them."""
    before = {column["name"] for column in start["columns"] if column["computed"] is not None}
    added = {one.column.name for one in pending.columns if isinstance(one, ops.AddColumnOp)}
    # The copied table has no such column that could be dropped or altered.
    left = [
        one
        for one in pending.columns
        if isinstance(one, ops.AddColumnOp) or getattr(one, "column_name", None) not in before
    ]
    for column in end["columns"]:
        if column["name"] in before - added and column["computed"] is not None:
            recreated = builder.end.column(column, end)
            left.append(ops.AddColumnOp(end["name"], recreated, schema=end["schema"]))
    return before, left


def _remove_columns(kept: Json, computed: set[str], separate: list[tuple[str, Json]]) -> None:
    """Remove columns from a table; the constraints that use them are created with the new table."""
    kept["columns"] = [column for column in kept["columns"] if column["name"] not in computed]
    for kind, name in (("unique", "unique"), ("check", "checks"), ("foreign_key", "foreign_keys")):
        on = [
            item
            for item in kept[name]
            if computed & {*item.get("columns", ()), *names_in(item.get("sql", ""))}
        ]
        kept[name] = [item for item in kept[name] if item not in on]
        separate += [(kind, item) for item in on]


def _own_targets(side: Any, key: Json, table: Json) -> list[str]:
    """The columns of its own table that a foreign key refers to."""
    targets = (side.split_target(text) for text in key["targets"])
    return [column for schema, name, column in targets if (schema, name) == (table["schema"], table["name"])]


def _set_primary_key(
    builder: Builder, kept: Json, end: Json, operations: list[Any]
) -> tuple[list[tuple[str, Json]], list[str]]:
    """Add the new primary key: to the table if it has all columns, else as an operation or a separate constraint.

    A separate constraint has its columns in the order of the table, and an operation needs a name.
    """
    key = end["primary_key"]
    dropped = {one.column_name for one in operations if isinstance(one, ops.DropColumnOp)}
    there = [column["name"] for column in kept["columns"] if column["name"] not in dropped]
    kept["primary_key"] = {"name": None, "columns": []}
    if set(key["columns"]) <= set(there):
        kept["primary_key"] = key
        return [], []
    added = [one.column.name for one in operations if isinstance(one, ops.AddColumnOp)]
    in_order = [name for name in (*there, *added) if name in key["columns"]]
    if key["name"] is None and in_order == key["columns"]:
        return [("primary_key", key)], []
    name = key["name"] or f"pk_{end['name']}"
    shell = builder.end.shell(end)
    made = builder.end.primary_key({**key, "name": name}, shell)
    shell.append_constraint(made)
    operations.append(ops.CreatePrimaryKeyOp.from_constraint(made))
    note = f"{end['name']}: Alembic's batch mode requires a name for a primary key: {name}"
    return [], [] if key["name"] else [note]


def _separate_same_names(kept: Json, separate: list[tuple[str, Json]]) -> None:
    """Separate constraints with the same name: Alembic keeps one for each name."""
    names: list[Any] = [item["name"] for kind in ("unique", "checks", "foreign_keys") for item in kept[kind]]
    for kind, name in (("unique", "unique"), ("check", "checks")):
        twice = [item for item in kept[name] if item["name"] is not None and names.count(item["name"]) > 1]
        kept[name] = [item for item in kept[name] if item not in twice]
        separate += [(kind, item) for item in twice]
