"""Tables created, dropped and changed as a whole."""

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
    """New tables, each after those that it refers to; what closes a circle comes when all are there."""
    for change, late in _sorted(builder, builder.end, changes):
        builder.attempt(change, partial(_create, builder, change, late))


def _create(builder: Builder, change: Change, late: list[Json]) -> None:
    side, table = builder.end, change.after
    made = side.table(table, left_out=tuple(late))
    indexes = [ops.CreateIndexOp.from_index(side.index(item, table)) for item in table["indexes"]]
    quoted = sql_texts.table_name(builder.dialect, table["name"], table["schema"])
    excludes = [
        Execute(f"ALTER TABLE {quoted} ADD {sql_texts.require_known(item['sql'], 'an exclusion')}")
        for item in table["excludes"]
        if builder.dialect == "postgresql"
    ]
    keys: list[Any] = []
    for item in late:
        shell = side.shell(table)
        key = side.foreign_key(item, shell)
        shell.append_constraint(key)
        keys += [
            ops.CreateForeignKeyOp.from_constraint(key),
            *constraint_comments.comments_of_constraint(builder, item, table),
        ]
    said = constraint_comments.comments_of_table(builder, table, late)
    builder.add(Phase.CREATE_TABLES, change, [ops.CreateTableOp.from_table(made), *excludes, *indexes, *said])
    if keys:
        builder.add(Phase.CREATE_FOREIGN_KEYS, change, keys)


def drop(builder: Builder, changes: list[Change]) -> None:
    """Tables that go, each before those that it refers to."""
    ordered = list(_sorted(builder, builder.start, changes))
    first = _dropped_first(builder, [change for change, _ in ordered])
    for change, late in reversed(ordered):
        table = change.before
        if builder.dialect == "mysql" and mysql.is_referenced_unnamed(builder, table):
            told = "a foreign key refers to it, and what the database calls that is not certain"
            builder.add_gap(change, f"{change.code} {change.name}: {told}")
            continue
        keys: list[Any] = []
        for item in late:
            if not constraint_lookups.can_drop(builder, item, table):
                builder.add_gap(
                    change, f"{change.name}: a foreign key that is in the way has no certain name"
                )
                continue
            keys += constraint_lookups.drop_foreign_key(builder, item, table)
        if keys:
            asked = (
                [f"{change.name}: {constraint_lookups.LOOKUP_NOTE}"]
                if constraint_lookups.has_lookup(keys)
                else []
            )
            builder.add(Phase.DROP_FOREIGN_KEYS, change, keys, asked)
        dropped = ops.DropTableOp(table["name"], schema=table["schema"])
        phase = Phase.DROP_TABLES_FIRST if _key(table) in first else Phase.DROP_TABLES
        builder.add(phase, change, [dropped])


def _dropped_first(builder: Builder, changes: list[Change]) -> set[_Key]:
    """The tables that go before others come, as a name in them comes; what refers to one goes with it."""
    new = _new_names(builder)
    found: set[_Key] = set()
    for change in changes:  # each behind those that it refers to
        table = change.before
        refers = {
            builder.start.split_target(text)[:2] for key in table["foreign_keys"] for text in key["targets"]
        }
        if _own_names(table, builder.dialect) & new or refers & found:
            found.add(_key(table))
    return found


#: What has a name that a database has once. InnoDB has an index in its table, and other constraints once.
_NAMED = ("index", "unique", "primary_key", "exclude")
_NAMED_IN_MYSQL = ("foreign_key", "check")


def _new_names(builder: Builder) -> set[str]:
    """The names of indexes and keys that come: in most databases each is there once."""
    found: set[Any] = set()
    subjects = _NAMED_IN_MYSQL if builder.dialect == "mysql" else _NAMED
    for change in builder.changes:
        if change.subject in subjects and change.after is not None:
            found.add(change.after["name"])
        elif change.subject == "table" and change.action == "add" and change.after is not None:
            found |= _own_names(change.after, builder.dialect)
    return found - {None}


def _own_names(table: Json, dialect: str) -> set[Any]:
    """The names of everything in a table that a database has once."""
    if dialect == "mysql":
        return {item["name"] for kind in ("foreign_keys", "checks") for item in table[kind]}
    keys = [
        table["primary_key"],
        *(item for kind in ("indexes", "unique", "excludes") for item in table[kind]),
    ]
    return {item["name"] for item in keys}


def _sorted(builder: Builder, side: Side, changes: list[Change]) -> Iterator[tuple[Change, list[Json]]]:
    """Tables after those that they refer to, and the foreign keys that are apart from them.

    Those close a circle, or refer to what comes, goes or changes in a table that stays.
    """
    left: dict[_Key, Change] = {}
    refers: dict[_Key, set[_Key]] = {}
    for change in changes:
        table = change.after if change.action == "add" else change.before
        left[_key(table)] = change
        refers[_key(table)] = {
            side.split_target(text)[:2] for key in table["foreign_keys"] for text in key["targets"]
        }
    while left:
        ready = [key for key in left if not (refers[key] & left.keys()) - {key}]
        key = ready[0] if ready else next(iter(left))
        change = left.pop(key)
        table = change.after if change.action == "add" else change.before
        late = [
            item
            for item in table["foreign_keys"]
            if any(side.split_target(text)[:2] in left for text in item["targets"])
            or has_changing_target(builder, side, item)
        ]
        yield change, late if builder.dialect != "sqlite" else []  # it asks for a table when rows come


def _key(table: Json) -> _Key:
    return table["schema"], table["name"]


def modify(builder: Builder, change: Change) -> None:
    """The comment and the options of a table."""
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
    builder.add_gap(change, f"{change.code} {change.name}: a table that is there does not change so")
