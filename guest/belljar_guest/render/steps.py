"""From changes to steps, in an order that a database can carry out.

Renames come first, so that all else is in the names of the head. Then what is in the way goes (views, constraints,
indexes), what is new comes, columns change, constraints and indexes come, and last goes what nothing needs any more.
"""

from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import Any

from . import columns, enums, numbers, objects, tables_steps
from .batch import Batches
from .changes import Change, Json, Phase, Step
from .constraints import Constraints
from .dependents import Dependents
from .innodb_steps import Indexes, Made
from .readers import Readers
from .tables import Side
from .texts import UnknownError


class Builder:
    """Makes the steps of one way for one dialect."""

    def __init__(self, dialect: str, start: Side, end: Side, changes: list[Change]) -> None:
        """Take both sides in the names of the head, and the changes that lead from `start` to `end`."""
        self.dialect = dialect
        self.start = start
        self.end = end
        self.changes = changes
        self.phases: dict[Phase, list[Step]] = defaultdict(list)
        #: Foreign keys of MySQL that are away for a while.
        self.lifted: set[tuple[str | None, ...]] = set()
        #: Indexes for foreign keys of MySQL that the way there made; afterwards those that this way has made.
        self.made: Made = set()
        #: What happens to types with a name of their own, by that.
        self.types: dict[tuple[str | None, str], list[Change]] = {}
        for change in changes:
            if change.is_told and _is_of_type(change):
                self.types.setdefault((change.path["schema"], change.path["name"]), []).append(change)
        self.batches = Batches(self)
        self.constraints = Constraints(self)
        self.dependents = Dependents(self)
        self.readers = Readers(self)

    def steps(self) -> list[Step]:
        """Everything in order."""
        altered: dict[tuple[str | None, str, str], list[Change]] = {}
        created: list[Change] = []
        dropped: list[Change] = []
        for change in self.changes:
            if not change.is_told:
                why = "; ".join(change.notes) or "a side is not known"
                self.gap(change, f"{change.code} {change.name}: can't be told: {why}")
            elif _is_of_type(change):
                continue
            elif change.renames:
                self._rename(change)
            elif change.subject == "table" and change.action == "add":
                created.append(change)
            elif change.subject == "table" and change.action == "drop":
                dropped.append(change)
            elif change.subject == "column" and change.action == "modify":
                key = (change.path["schema"], change.path["name"], change.path["part"])
                altered.setdefault(key, []).append(change)
            else:
                self.attempt(change, partial(self._one, change))
        for group in self.types.values():
            self.attempt(group[0], partial(enums.change, self, group), group)
        for group in altered.values():
            self.attempt(group[0], partial(columns.alter, self, group), group)
        tables_steps.create(self, created)
        tables_steps.drop(self, dropped)
        numbers.change(self)
        self.dependents.lift()
        self.batches.finish()
        self.readers.finish()
        steps = [step for phase in Phase for step in sorted(self.phases[phase], key=lambda step: step.rank)]
        return self._with_indexes(steps) if self.dialect == "mysql" else steps

    def _with_indexes(self, steps: list[Step]) -> list[Step]:
        """The steps with the indexes that foreign keys of MySQL need."""
        indexes = Indexes(self, self.made)
        indexes.follow(steps)
        self.made = indexes.made
        return steps

    def types_anew(self) -> list[list[Change]]:
        """Types that are made once more, by their changes."""
        return [group for group in self.types.values() if enums.is_anew(self, group)]

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

    def gap(self, change: Change | list[Change], message: str) -> None:
        """Say what is left out."""
        group = change if isinstance(change, list) else [change]
        self.phases[Phase.GAPS].append(Step([one.number for one in group], gaps=[message]))

    def attempt(self, change: Change, build: Callable[[], None], group: list[Change] | None = None) -> None:
        """Build the steps of a change; where that fails it is left out, and said so."""
        try:
            for one in group or [change]:
                check_names(one, self.dialect)
            build()
        except UnknownError as why:
            self.gap(group or change, f"{change.code} {change.name}: {why}")
        except Exception as error:  # what SQLAlchemy and Alembic refuse
            self.gap(group or change, f"{change.code} {change.name}: {type(error).__name__}: {error}")

    def is_new(self, path: Json) -> bool:
        """Whether a table is not there before the changes."""
        return (path["schema"], path["name"]) not in self.start.tables

    def _rename(self, change: Change) -> None:
        self.attempt(change, partial(objects.rename, self, change))

    def _one(self, change: Change) -> None:
        if change.subject == "column":
            columns.add_or_drop(self, change)
        elif change.subject == "table":
            tables_steps.modify(self, change)
        elif change.subject in ("sequence", "view", "object"):
            objects.change(self, change)
        else:
            self.constraints.change(change)


def _is_of_type(change: Change) -> bool:
    return change.subject == "enum_value" or (change.subject == "type" and not change.renames)


def check_names(change: Change, dialect: str) -> None:
    """Refuse names that no renderer writes as names; raises `UnknownError`."""
    for path in (change.path, change.was or {}):
        for part in ("schema", "name", *(["part"] if change.subject == "column" else [])):
            name = path.get(part)
            # Alembic puts them into the texts of procedures as they are.
            if dialect == "mssql" and name is not None and "'" in name:
                raise UnknownError("SQL Server: a name with a quote in it is not written")


def comment_of(step: Step) -> list[str]:
    """What a step says before it."""
    return [*step.notes, *(f"left out: {gap}" for gap in step.gaps)]


__all__ = ["Builder", "Phase", "comment_of"]
