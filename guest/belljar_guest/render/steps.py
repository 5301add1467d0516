"""From changes to steps, in an order that a database can carry out.

Renames come first, so that everything after them uses the names of the head. Then blocking objects (views, constraints,
indexes) are dropped, new tables and columns are created, and columns change. Constraints and indexes are created after
that, and what nothing needs any more is dropped last.
"""

from functools import partial

from . import (
    columns,
    constraints,
    database_objects,
    dependents,
    enums,
    postgresql_numbering,
    sqlite_batch,
    table_readers,
    table_steps,
)
from .builder import Builder, is_type_change
from .changes import Change, Phase, Step


def build_steps(builder: Builder) -> list[Step]:
    """The steps for all changes, in order."""
    altered: dict[tuple[str | None, str, str], list[Change]] = {}
    created: list[Change] = []
    dropped: list[Change] = []
    for change in builder.changes:
        if not change.is_determined:
            why = "; ".join(change.notes) or "a side is not known"
            builder.add_gap(change, f"{change.code} {change.name}: can't be determined: {why}")
        elif is_type_change(change):
            continue
        elif change.renames:
            builder.attempt(change, partial(database_objects.rename, builder, change))
        elif change.subject == "table" and change.action == "add":
            created.append(change)
        elif change.subject == "table" and change.action == "drop":
            dropped.append(change)
        elif change.subject == "column" and change.action == "modify":
            key = (change.path["schema"], change.path["name"], change.path["part"])
            altered.setdefault(key, []).append(change)
        else:
            builder.attempt(change, partial(_build_one, builder, change))
    for group in builder.types.values():
        builder.attempt(group[0], partial(enums.change, builder, group), group)
    for group in altered.values():
        builder.attempt(group[0], partial(columns.alter, builder, group), group)
    table_steps.create(builder, created)
    table_steps.drop(builder, dropped)
    postgresql_numbering.change(builder)
    dependents.recreate_dependents(builder)
    sqlite_batch.rebuild_tables(builder)
    table_readers.add_steps(builder)
    return [step for phase in Phase for step in sorted(builder.phases[phase], key=lambda step: step.rank)]


def _build_one(builder: Builder, change: Change) -> None:
    if change.subject == "column":
        columns.add_or_drop(builder, change)
    elif change.subject == "table":
        table_steps.modify(builder, change)
    elif change.subject in ("sequence", "view", "object"):
        database_objects.change(builder, change)
    else:
        constraints.change(builder, change)
