"""SQLite, which changes little of a table in place: Alembic makes it anew, and copies the rows.

The table that it copies from is written out, so that nothing is read from a database and nothing is lost that SQLite
does not tell, such as a check without a name. Constraints that go are not in it; those that come are given beside it.
Columns that are computed are not in it either, as SQLite takes no values for them: each is added to the new table.
"""

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from alembic.operations import ops

from .changes import Change, Json, Phase
from .identifiers import words
from .operations import Batch
from .sql_texts import UnknownError

if TYPE_CHECKING:
    from .steps import Builder


@dataclass
class _Pending:
    """What happens to one table."""

    changes: list[Change] = field(default_factory=list)
    gone: list[tuple[str, Json]] = field(default_factory=list)
    new: list[tuple[str, Json]] = field(default_factory=list)
    columns: list[Any] = field(default_factory=list)
    altered: bool = False


class Batches:
    """Gathers what happens to each table; does nothing for other dialects."""

    def __init__(self, builder: "Builder") -> None:
        """Take what is built."""
        self._builder = builder
        self._pending: dict[tuple[str | None, str], _Pending] = {}

    def column(self, change: Change, operation: Any) -> bool:
        """Take a column that comes or goes, if this is SQLite."""
        if self._builder.dialect != "sqlite":
            return False
        pending = self._of(change)
        pending.columns.append(operation)
        pending.altered |= change.action == "drop" or not _is_simple(change.after)
        return True

    def altered(self, group: list[Change], operations: list[Any]) -> bool:
        """Take columns that differ, if this is SQLite."""
        if self._builder.dialect != "sqlite":
            return False
        for change in group:
            pending = self._of(change)
        pending.columns += operations
        pending.altered = True
        return True

    def constraint(self, change: Change) -> bool:
        """Take a constraint, if this is SQLite."""
        if self._builder.dialect != "sqlite":
            return False
        if change.subject == "exclude":
            return True  # no other database than PostgreSQL has them
        pending = self._of(change)
        pending.altered = True
        if change.before is not None:
            pending.gone.append((change.subject, change.before))
        if change.after is not None:
            pending.new.append((change.subject, change.after))
        return True

    def _of(self, change: Change) -> _Pending:
        pending = self._pending.setdefault((change.path["schema"], change.path["name"]), _Pending())
        pending.changes.append(change)
        return pending

    def finish(self) -> None:
        """Add the steps."""
        for number, pending in enumerate(self._pending.values()):
            first = pending.changes[0]
            self._builder.attempt(first, partial(self._table, pending, number), pending.changes)

    def _table(self, pending: _Pending, number: int) -> None:
        builder, path = self._builder, pending.changes[0].path
        start, end = builder.start.find(path), builder.end.find(path)
        if not pending.altered:
            builder.add(Phase.COLUMNS_CHANGE, pending.changes, pending.columns)
            return
        kept = dict(start)
        for subject, name in (("unique", "unique"), ("check", "checks"), ("foreign_key", "foreign_keys")):
            gone = [item for kind, item in pending.gone if kind == subject]
            kept[name] = [item for item in start[name] if item not in gone]
        computed, operations = _computed(builder, pending, start, end)
        lost = {*computed, *(one.column_name for one in operations if isinstance(one, ops.DropColumnOp))}
        if all(column["name"] in lost for column in start["columns"]):
            self._replaced(pending, end)
            return
        late: list[tuple[str, Json]] = []
        _without(kept, computed, late)
        there = {column["name"] for column in kept["columns"]}
        notes = []
        for kind, item in pending.new:
            if kind == "foreign_key" and {*item["columns"], *_of_itself(builder.end, item, end)} <= there:
                kept["foreign_keys"] = [*kept["foreign_keys"], item]
            elif kind == "foreign_key":
                named = dict(item)
                if item["name"] is None:
                    named["name"] = "_".join(["fk", end["name"], *item["columns"]])
                    notes.append(
                        f"{end['name']}: Alembic's batch wants a name for a foreign key: {named['name']}"
                    )
                shell = builder.end.shell(end)
                key = builder.end.foreign_key(named, shell)
                shell.append_constraint(key)
                operations.append(ops.CreateForeignKeyOp.from_constraint(key))
            elif kind != "primary_key":
                late.append((kind, item))

        more, told = _key(builder, kept, end, operations)
        late += more
        notes += told
        _namesakes(kept, late)

        def new() -> list[Any]:
            return [self._constraint(kind, item, end) for kind, item in late]

        new()  # what is not known is found now
        table = builder.start.table(kept)
        batch = Batch(table, new, builder.end.shell(end), operations, f"before_{number + 1}")
        came = [change.after for change in builder.changes if change.subject == "index" and change.after]
        indexes = [
            ops.CreateIndexOp.from_index(builder.end.index(item, end))
            for item in end["indexes"]
            if item not in came
        ]
        builder.readers.rebuilt[path["schema"], path["name"]] = pending.changes
        builder.add(Phase.COLUMNS_CHANGE, pending.changes, [batch, *indexes], notes)

    def _replaced(self, pending: _Pending, end: Json) -> None:
        """A table of which no column is copied."""
        builder, path = self._builder, pending.changes[0].path
        came = [change.after for change in builder.changes if change.subject == "index" and change.after]
        indexes = [builder.end.index(item, end) for item in end["indexes"] if item not in came]
        operations = [
            ops.DropTableOp(end["name"], schema=end["schema"]),
            ops.CreateTableOp.from_table(builder.end.table(end)),
            *(ops.CreateIndexOp.from_index(index) for index in indexes),
        ]
        builder.readers.rebuilt[path["schema"], path["name"]] = pending.changes
        told = (
            f"{end['name']}: none of its columns stays, and its rows are lost: it is dropped and made again"
        )
        builder.add(Phase.COLUMNS_CHANGE, pending.changes, operations, [told])

    def _constraint(self, kind: str, item: Json, table: Json) -> Any:
        side = self._builder.end
        if kind == "unique":
            return side.unique(item)
        if kind == "check":
            return side.check(item, table)
        if kind == "primary_key":
            return side.primary_key(item)
        if kind == "foreign_key":
            return side.foreign_key(item, side.shell(table))
        raise UnknownError(f"{kind} is not rendered")


def _computed(builder: "Builder", pending: _Pending, start: Json, end: Json) -> tuple[set[str], list[Any]]:
    """The columns that are computed on the first side, and what is done with those that are so on the second."""
    before = {column["name"] for column in start["columns"] if column["computed"] is not None}
    added = {one.column.name for one in pending.columns if isinstance(one, ops.AddColumnOp)}
    # What is not in the table that is copied is neither dropped nor altered.
    left = [
        one
        for one in pending.columns
        if isinstance(one, ops.AddColumnOp) or getattr(one, "column_name", None) not in before
    ]
    for column in end["columns"]:
        if column["name"] in before - added and column["computed"] is not None:
            again = builder.end.column(column, end)
            left.append(ops.AddColumnOp(end["name"], again, schema=end["schema"]))
    return before, left


def _without(kept: Json, computed: set[str], late: list[tuple[str, Json]]) -> None:
    """Take columns out of a table; the constraints that are on them come with the new one."""
    kept["columns"] = [column for column in kept["columns"] if column["name"] not in computed]
    for kind, name in (("unique", "unique"), ("check", "checks"), ("foreign_key", "foreign_keys")):
        on = [
            item for item in kept[name] if computed & {*item.get("columns", ()), *words(item.get("sql", ""))}
        ]
        kept[name] = [item for item in kept[name] if item not in on]
        late += [(kind, item) for item in on]


def _of_itself(side: Any, key: Json, table: Json) -> list[str]:
    """The columns of its own table that a foreign key refers to."""
    targets = (side.target(text) for text in key["targets"])
    return [column for schema, name, column in targets if (schema, name) == (table["schema"], table["name"])]


def _key(
    builder: "Builder", kept: Json, end: Json, operations: list[Any]
) -> tuple[list[tuple[str, Json]], list[str]]:
    """Give the new key: to the table itself where it has the columns, else as an operation or beside it.

    What is beside the table is in the order of the columns, and an operation wants a name.
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
    told = f"{end['name']}: Alembic's batch wants a name for a primary key: {name}"
    return [], [] if key["name"] else [told]


def _namesakes(kept: Json, late: list[tuple[str, Json]]) -> None:
    """Give constraints of one name by themselves: Alembic has one place for each name."""
    names: list[Any] = [item["name"] for kind in ("unique", "checks", "foreign_keys") for item in kept[kind]]
    for kind, name in (("unique", "unique"), ("check", "checks")):
        twice = [item for item in kept[name] if item["name"] is not None and names.count(item["name"]) > 1]
        kept[name] = [item for item in kept[name] if item not in twice]
        late += [(kind, item) for item in twice]


def _is_simple(column: Json) -> bool:
    """Whether SQLite adds such a column in place."""
    default = column["server_default"]
    constant = default is None or column.get("server_default_literal") or default.strip("-").isdigit()
    constant = constant or (default[:1] == default[-1:] == "'")
    nullable = column["nullable"] or default is not None
    return bool(constant and nullable and column["computed"] is None and not column["primary_key"])
