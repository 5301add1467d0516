"""The steps of a migration while they are collected, and what every module that adds some needs to know."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from .changes import Change, Json, Phase, Step
from .constraint_names import ConstraintNames
from .enum_values import is_recreated
from .pending_tables import PendingTables
from .sql_texts import UnknownError
from .tables import Side
from .touched_columns import TouchedColumns
from .view_changes import ViewChanges


class Builder:
    """Collects the steps of one direction for one dialect, by phase.

    Modules that build steps import this one, and this one imports none of them.
    """

    def __init__(self, dialect: str, start: Side, end: Side, changes: list[Change]) -> None:
        """Take both sides in the names of the head, and the changes that lead from `start` to `end`."""
        self.dialect = dialect
        self.start = start
        self.end = end
        self.changes = changes
        self.phases: dict[Phase, list[Step]] = defaultdict(list)
        #: Foreign keys of MySQL: those that were given an index, by columns, and those that are dropped and recreated.
        self.indexed: set[tuple[str | None, ...]] = set()
        self.suspended_keys: set[tuple[str | None, ...]] = set()
        #: Changes of named types, by schema and name.
        self.types: dict[tuple[str | None, str], list[Change]] = {}
        #: Columns that are dropped, with their tables.
        self.dropped_columns: set[tuple[str | None, str, str]] = set()
        for change in changes:
            path = change.path
            if change.is_determined and is_type_change(change):
                self.types.setdefault((path["schema"], path["name"]), []).append(change)
            if change.is_determined and change.subject == "column" and change.action == "drop":
                self.dropped_columns.add((path["schema"], path["name"], path["part"]))
        recreated_types = [group for group in self.types.values() if is_recreated(dialect, start, end, group)]
        self.names = ConstraintNames(dialect, changes)
        self.touched = TouchedColumns(dialect, start, end, changes, recreated_types)
        self.pending = PendingTables(dialect)
        self.views = ViewChanges()

    def add(
        self,
        phase: Phase,
        change: Change | list[Change],
        operations: list[Any],
        notes: list[str] | None = None,
    ) -> Step:
        """Add a step."""
        group = change if isinstance(change, list) else [change]
        likely = [
            f"{one.code} {one.name}: {'likely: ' if one.is_likely else ''}{'; '.join(one.notes)}"
            for one in group
            if one.notes
        ]
        step = Step([one.number for one in group], operations, [*likely, *(notes or [])])
        self.phases[phase].append(step)
        return step

    def add_gap(self, change: Change | list[Change], message: str) -> None:
        """Report that something is left out."""
        group = change if isinstance(change, list) else [change]
        self.phases[Phase.GAPS].append(Step([one.number for one in group], gaps=[message]))

    def attempt(self, change: Change, build: Callable[[], None], group: list[Change] | None = None) -> None:
        """Build the steps of a change; where that fails, report the change as left out."""
        try:
            for one in group or [change]:
                check_names(one, self.dialect)
            build()
        except UnknownError as why:
            self.add_gap(group or change, f"{change.code} {change.name}: {why}")
        except Exception as error:  # what SQLAlchemy and Alembic refuse
            self.add_gap(group or change, f"{change.code} {change.name}: {type(error).__name__}: {error}")

    def is_new(self, path: Json) -> bool:
        """Whether a table does not exist before the changes."""
        return (path["schema"], path["name"]) not in self.start.tables


def is_type_change(change: Change) -> bool:
    """Whether a change of a named type is anything but a new name for it."""
    return change.subject == "enum_value" or (change.subject == "type" and not change.renames)


def check_names(change: Change, dialect: str) -> None:
    """Refuse names that no renderer writes as names; raises `UnknownError`."""
    for path in (change.path, change.was or {}):
        for part in ("schema", "name", *(["part"] if change.subject == "column" else [])):
            name = path.get(part)
            # Alembic inserts them into the text of procedures unescaped.
            if dialect == "mssql" and name is not None and "'" in name:
                raise UnknownError("a name that contains a quote is not rendered for SQL Server")
