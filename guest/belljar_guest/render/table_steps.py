"""Tables that are created, dropped and changed as a whole."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from alembic.operations import ops

from . import constraint_comments, constraint_lookups, mysql, sql_texts
from .builder import Builder
from .changes import Change, Json, Phase
from .dependents import has_changing_target
from .operations import Execute
from .tables import Side

_Key = tuple[str | None, str]


def create(builder: Builder, changes: list[Change]) -> None:
    """Create tables, each after those that it refers to; foreign keys that close a cycle are added at the end."""
    for change, deferred in _in_dependency_order(builder, builder.end, changes):
        builder.attempt(change, partial(_create, builder, change, deferred))


def _create(builder: Builder, change: Change, deferred: list[Json]) -> None:
    side, table = builder.end, change.after
    made = side.table(table, left_out=tuple(deferred))
    indexes = [ops.CreateIndexOp.from_index(side.index(item, table)) for item in table["indexes"]]
    quoted = sql_texts.table_name(builder.dialect, table["name"], table["schema"])
    excludes = [
        Execute(f"ALTER TABLE {quoted} ADD {sql_texts.require_known(item['sql'], 'an exclusion')}")
        for item in table["excludes"]
        if builder.dialect == "postgresql"
    ]
    keys: list[Any] = []
    for item in deferred:
        shell = side.shell(table)
        key = side.foreign_key(item, shell)
        shell.append_constraint(key)
        keys += [
            ops.CreateForeignKeyOp.from_constraint(key),
            *constraint_comments.comments_of_constraint(builder, item, table),
        ]
    comments = constraint_comments.comments_of_table(builder, table, deferred)
    builder.add(
        Phase.CREATE_TABLES, change, [ops.CreateTableOp.from_table(made), *excludes, *indexes, *comments]
    )
    if keys:
        builder.add(Phase.CREATE_FOREIGN_KEYS, change, keys)


def drop(builder: Builder, changes: list[Change]) -> None:
    """Drop tables, each before those that it refers to."""
    ordered = list(_in_dependency_order(builder, builder.start, changes))
    first = _dropped_first(builder, [change for change, _ in ordered])
    for change, deferred in reversed(ordered):
        table = change.before
        if builder.dialect == "mysql" and mysql.is_referenced_unnamed(builder, table):
            why = "a foreign key refers to it whose name in the database is not certain"
            builder.add_gap(change, f"{change.code} {change.name}: {why}")
            continue
        keys: list[Any] = []
        for item in deferred:
            if not constraint_lookups.can_drop(builder, item, table):
                builder.add_gap(
                    change, f"{change.name}: a foreign key that must be dropped first has no certain name"
                )
                continue
            keys += constraint_lookups.drop_foreign_key(builder, item, table)
        if keys:
            lookup_notes = (
                [f"{change.name}: {constraint_lookups.LOOKUP_NOTE}"]
                if constraint_lookups.has_lookup(keys)
                else []
            )
            builder.add(Phase.DROP_FOREIGN_KEYS, change, keys, lookup_notes)
        dropped = ops.DropTableOp(table["name"], schema=table["schema"])
        phase = Phase.DROP_TABLES_FIRST if _table_key(table) in first else Phase.DROP_TABLES
        builder.add(phase, change, [dropped])


def _dropped_first(builder: Builder, changes: list[Change]) -> set[_Key]:
    """The tables to drop before others are created, as a new object reuses a name; also those that refer to them."""
    new = _new_names(builder)
    found: set[_Key] = set()
    for change in changes:  # each follows those that it refers to
        table = change.before
        refers = {
            builder.start.split_target(text)[:2] for key in table["foreign_keys"] for text in key["targets"]
        }
        if _own_names(table, builder.dialect) & new or refers & found:
            found.add(_table_key(table))
    return found


#: Objects whose names must be unique in a database. In InnoDB, index names are unique per table, other constraints per
#: database.
_NAMED = ("index", "unique", "primary_key", "exclude")
_NAMED_IN_MYSQL = ("foreign_key", "check")


def _new_names(builder: Builder) -> set[str]:
    """The names of new indexes and keys, which most databases require to be unique."""
    found: set[Any] = set()
    subjects = _NAMED_IN_MYSQL if builder.dialect == "mysql" else _NAMED
    for change in builder.changes:
        if change.subject in subjects and change.after is not None:
            found.add(change.after["name"])
        elif change.subject == "table" and change.action == "add" and change.after is not None:
            found |= _own_names(change.after, builder.dialect)
    return found - {None}


def _own_names(table: Json, dialect: str) -> set[Any]:
    """The names in a table that must be unique in a database."""
    if dialect == "mysql":
        return {item["name"] for kind in ("foreign_keys", "checks") for item in table[kind]}
    keys = [
        table["primary_key"],
        *(item for kind in ("indexes", "unique", "excludes") for item in table[kind]),
    ]
    return {item["name"] for item in keys}


def _in_dependency_order(
    builder: Builder, side: Side, changes: list[Change]
) -> Iterator[tuple[Change, list[Json]]]:
    """Tables after those that they refer to, with the foreign keys that must be created separately.

    Those close a cycle, or refer to something that is added, dropped or changed in a table that stays.
    """
    left: dict[_Key, Change] = {}
    refers: dict[_Key, set[_Key]] = {}
    for change in changes:
        table = change.after if change.action == "add" else change.before
        left[_table_key(table)] = change
        refers[_table_key(table)] = {
            side.split_target(text)[:2] for key in table["foreign_keys"] for text in key["targets"]
        }
    while left:
        # In a cycle no table is ready. Any of them may come first: its keys to the remaining tables are created
        # separately.
        ready = [key for key in left if not (refers[key] & left.keys()) - {key}]
        key = ready[0] if ready else next(iter(left))
        change = left.pop(key)
        table = change.after if change.action == "add" else change.before
        deferred = [
            item
            for item in table["foreign_keys"]
            if any(side.split_target(text)[:2] in left for text in item["targets"])
            or has_changing_target(builder, side, item)
        ]
        yield (
            change,
            deferred if builder.dialect != "sqlite" else [],
        )  # SQLite checks the target only when rows are inserted


def _table_key(table: Json) -> _Key:
    return table["schema"], table["name"]


def modify(builder: Builder, change: Change) -> None:
    """Change the comment or an option of a table."""
    aspect = change.aspects[0]
    path = change.path
    if aspect == "comment":
        if builder.dialect == "sqlite":
            return
        operation: Any = ops.CreateTableCommentOp(
            path["name"], change.after, schema=path["schema"], existing_comment=change.before
        )
        if change.after is None:
            operation = ops.DropTableCommentOp(
                path["name"], schema=path["schema"], existing_comment=change.before
            )
        builder.add(Phase.ALTER_COLUMNS, change, [operation])
        return
    own = (path["part"] or "").partition("_")[0]
    if aspect == "option" and own != builder.dialect:
        return
    builder.add_gap(change, f"{change.code} {change.name}: this can't be changed in an existing table")
