"""SQLite, which changes little of a table in place: Alembic makes it anew, and copies the rows.

The table that it copies from is written out, so that nothing is read from a database and nothing is lost that SQLite
does not tell, such as a check without a name. Constraints that go are not in it; those that come are given beside it.
"""

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from alembic.operations import ops

from .changes import Change, Json, Phase
from .operations import Batch
from .texts import UnknownError

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
        if any(kind == "primary_key" for kind, _ in pending.gone):
            kept["primary_key"] = {"name": None, "columns": []}
        there = {column["name"] for column in start["columns"]}
        operations = list(pending.columns)
        late: list[tuple[str, Json]] = []
        notes = []
        for kind, item in pending.new:
            if kind == "foreign_key" and set(item["columns"]) <= there:
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
            elif item.get("columns") != []:
                late.append((kind, item))

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
        builder.add(Phase.COLUMNS_CHANGE, pending.changes, [batch, *indexes], notes)

    def _constraint(self, kind: str, item: Json, table: Json) -> Any:
        side = self._builder.end
        if kind == "unique":
            return side.unique(item)
        if kind == "check":
            return side.check(item, table)
        if kind == "primary_key":
            return side.primary_key(item)
        raise UnknownError(f"{kind} is not rendered")


def _is_simple(column: Json) -> bool:
    """Whether SQLite adds such a column in place."""
    default = column["server_default"]
    constant = default is None or column.get("server_default_literal") or default.strip("-").isdigit()
    constant = constant or (default[:1] == default[-1:] == "'")
    nullable = column["nullable"] or default is not None
    return bool(constant and nullable and column["computed"] is None and not column["primary_key"])
