"""Objects that stay as they are, and yet block a change of a column: dropped before it, and recreated after it."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from . import constraints, name_changes
from .builder import Builder
from .changes import Change, Json, Phase
from .columns import recreate
from .tables import Side
from .touched_columns import Table, Touched

_LISTS = {"unique": "unique", "check": "checks", "exclude": "excludes", "index": "indexes"}


def recreate_dependents(builder: Builder) -> None:
    """Drop what blocks a change of a column, and create it again."""
    for table, touched in builder.touched.tables.items():
        for change in touched.changes[:1]:
            builder.attempt(change, partial(_recreate_of_table, builder, table, touched), touched.changes)
    if builder.dialect == "postgresql":
        _recreate_foreign_keys(builder)


def _recreate_of_table(builder: Builder, table: Table, touched: Touched) -> None:
    cause = touched.changes[0]
    for kind, name in _LISTS.items():
        for item in _unchanged(builder, table, name):
            if builder.touched.must_recreate(table, kind, item):
                _recreate_constraint(builder, cause, table, kind, item)
    for column, later in builder.touched.kept_columns(table):
        if column["name"] in touched.recreated:
            _recreate_computed(builder, touched.recreated[column["name"]], table, column, later)


def _unchanged(builder: Builder, table: Table, kind: str) -> Iterator[Json]:
    """What a table has on both sides without a difference."""
    for start in builder.start.tables.get(table, []):
        for end in builder.end.tables.get(table, []):
            yield from (item for item in start[kind] if item in end[kind])


def _recreate_constraint(builder: Builder, cause: Change, table: Table, kind: str, item: Json) -> None:
    path = {**cause.path, "schema": table[0], "name": table[1], "part": item.get("name")}
    again = replace(
        cause,
        action="modify",
        subject=kind,
        aspects=["again"],
        path=path,
        was=None,
        before=item,
        after=item,
        notes=[],
    )
    constraints.change(builder, again)


def _recreate_computed(
    builder: Builder, group: list[Change], table: Table, column: Json, later: Json
) -> None:
    path = {**group[0].path, "schema": table[0], "name": table[1], "part": column["name"]}
    start, end = builder.start.find_table(path), builder.end.find_table(path)
    drop, create, notes = recreate(builder, path, (column, start), (later, end))
    builder.add(Phase.DROP_COMPUTED, group, [drop], notes)
    builder.add(Phase.ADD_COMPUTED, group, [create])


def _recreate_foreign_keys(builder: Builder) -> None:
    """Foreign keys, where either end gets another type or is recreated."""
    for table in list(builder.start.tables):
        for key in _unchanged(builder, table, "foreign_keys"):
            ends = [(table, column) for column in key["columns"]]
            for text in key["targets"]:
                schema, name, column = builder.start.split_target(text)
                ends.append(((schema, name), column))
            cause = next((found for end in ends if (found := builder.touched.find_reason(*end))), None)
            cause = cause or _change_of_target(builder, ends[len(key["columns"]) :])
            if cause is not None:
                build = partial(_recreate_constraint, builder, cause, table, "foreign_key", key)
                builder.attempt(cause, build)


def _change_of_target(builder: Builder, targets: list[tuple[Table, str]]) -> Change | None:
    """The change that drops the key that a foreign key refers to, though its columns stay."""
    for change in builder.changes:
        table = (change.path["schema"], change.path["name"])
        if change.subject not in ("primary_key", "unique") or change.before is None or not targets:
            continue
        own = {(table, column) for column in change.before["columns"]}
        if own == set(targets) and change.is_determined and not name_changes.is_only_name(builder, change):
            return change
    return None


def has_changing_target(builder: Builder, side: Side, key: Json) -> bool:
    """Whether a foreign key refers to what is added, dropped or changed in a table that stays."""
    targets = [side.split_target(text) for text in key["targets"]]
    tables = {(schema, name) for schema, name, _ in targets}
    columns = [column for _, _, column in targets]
    if not all(table in builder.start.tables and table in builder.end.tables for table in tables):
        return False
    for change in builder.changes:
        if (change.path["schema"], change.path["name"]) not in tables or change.renames:
            continue
        if change.subject == "column" and change.path["part"] in columns:
            return change.action != "modify" or change.aspects[0] in ("type", "computed")
        sides = (change.before, change.after)
        is_key = change.subject in ("primary_key", "unique")
        if is_key and any(item is not None and sorted(item["columns"]) == sorted(columns) for item in sides):
            return True
    return False
