"""What happens to each table of SQLite, collected until the table is rebuilt as a whole."""

from dataclasses import dataclass, field
from typing import Any

from .changes import Change, Json


@dataclass
class PendingTable:
    """What happens to one table."""

    changes: list[Change] = field(default_factory=list)
    dropped: list[tuple[str, Json]] = field(default_factory=list)
    created: list[tuple[str, Json]] = field(default_factory=list)
    columns: list[Any] = field(default_factory=list)
    is_rebuilt: bool = False


class PendingTables:
    """Collects what happens to each table; each method returns whether it took the change, as it does for SQLite."""

    def __init__(self, dialect: str) -> None:
        """Begin without changes."""
        self._is_sqlite = dialect == "sqlite"
        self._tables: dict[tuple[str | None, str], PendingTable] = {}

    def add_column(self, change: Change, operation: Any) -> bool:
        """Take a column that is added or dropped."""
        if not self._is_sqlite:
            return False
        pending = self._add_change(change)
        pending.columns.append(operation)
        pending.is_rebuilt |= change.action == "drop" or not _is_added_in_place(change.after)
        return True

    def alter_columns(self, group: list[Change], operations: list[Any]) -> bool:
        """Take columns that differ."""
        if not self._is_sqlite:
            return False
        for change in group:
            pending = self._add_change(change)
        pending.columns += operations
        pending.is_rebuilt = True
        return True

    def change_constraint(self, change: Change) -> bool:
        """Take a constraint."""
        if not self._is_sqlite:
            return False
        if change.subject == "exclude":
            return True  # only PostgreSQL has them
        pending = self._add_change(change)
        pending.is_rebuilt = True
        if change.before is not None:
            pending.dropped.append((change.subject, change.before))
        if change.after is not None:
            pending.created.append((change.subject, change.after))
        return True

    def tables(self) -> list[PendingTable]:
        """The tables with changes, in the order of their first ones."""
        return list(self._tables.values())

    def _add_change(self, change: Change) -> PendingTable:
        pending = self._tables.setdefault((change.path["schema"], change.path["name"]), PendingTable())
        pending.changes.append(change)
        return pending


def _is_added_in_place(column: Json) -> bool:
    """Whether SQLite's `ADD COLUMN` takes such a column: https://www.sqlite.org/lang_altertable.html."""
    default = column["server_default"]
    constant = default is None or column.get("server_default_literal") or default.strip("-").isdigit()
    constant = constant or (default[:1] == default[-1:] == "'")
    nullable = column["nullable"] or default is not None
    return bool(constant and nullable and column["computed"] is None and not column["primary_key"])
