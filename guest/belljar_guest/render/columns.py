"""Columns added, dropped and changed."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import sqlalchemy as sa
from alembic.operations import ops
from sqlalchemy.sql.elements import quoted_name

from . import casts, mysql, mysql_auto_increment, sql_texts
from .autoincrement import is_numbered, serial
from .builder import Builder
from .changes import Change, Json, Phase
from .operations import Alter
from .sql_texts import UnknownError
from .types import Verbatim


def add_or_drop(builder: Builder, change: Change) -> None:
    """A column that comes or goes."""
    path = change.path
    if change.action == "add":
        if mysql_auto_increment.is_added_with_key(builder, change):
            return
        table = builder.end.find_table(path)
        column = builder.end.column(change.after, table)
        if builder.dialect == "postgresql" and is_numbered(change.after, table, builder.dialect):
            # Only then do the rows that are there get numbers.
            column.type = Verbatim(postgresql=serial(change.after))
        operation = ops.AddColumnOp(path["name"], column, schema=path["schema"])
        if not builder.pending.add_column(change, operation):
            is_computed = change.after["computed"] is not None
            builder.add(Phase.ADD_COMPUTED if is_computed else Phase.ADD_COLUMNS, change, [operation])
        return
    options: Json = {}
    if builder.dialect == "mysql":
        mysql.refuse_unnamed_key(builder, path)
    if builder.dialect == "mssql":  # what it has of its own must go first
        options = {"mssql_drop_check": True, "mssql_drop_default": True, "mssql_drop_foreign_key": True}
    name = sa.Column(path["part"], sa.types.NullType())
    dropped = ops.DropColumnOp(path["name"], path["part"], schema=path["schema"], **options)
    dropped._reverse = ops.AddColumnOp(path["name"], name, schema=path["schema"])
    if not builder.pending.add_column(change, dropped):
        is_computed = change.before["computed"] is not None
        builder.add(Phase.DROP_COMPUTED if is_computed else Phase.DROP_COLUMNS, change, [dropped])


def alter(builder: Builder, group: list[Change]) -> None:
    """Everything that differs in a column that stays."""
    path = group[0].path
    start, end = builder.start.find_table(path), builder.end.find_table(path)
    before, after = _column(start, path["part"]), _column(end, path["part"])
    aspects = {change.aspects[0] for change in group}
    if "options" in aspects:
        aspects |= _aspects_of_options(builder, group, before, after)
    if builder.touched.is_recreated(path):
        return
    if builder.dialect == "mysql" and mysql.changes_in_place(before, after):
        builder.add(Phase.ADD_COMPUTED, group, [mysql.modify_column(builder, end, after)])
    elif "computed" in aspects:
        if builder.dialect == "mysql":
            mysql.recreate_indexes(builder, group)
        _recreate(builder, group, (before, start), (after, end))
    else:
        _in_place(builder, group, aspects, (before, start), (after, end))


def _in_place(
    builder: Builder,
    group: list[Change],
    aspects: set[str],
    before_of: tuple[Json, Json],
    after_of: tuple[Json, Json],
) -> None:
    """A column that changes as it stands."""
    (before, start), (after, end) = before_of, after_of
    path = group[0].path
    arguments, using = _arguments(builder, aspects, (before, start), (after, end))
    if "server_default" in aspects and builder.dialect == "mysql" and _keeps_default(after):
        arguments.setdefault("modify_type", builder.end.type(after["type"]))
    _add_gaps(builder, group, aspects)
    if not arguments:
        return
    if builder.dialect == "mysql" and before["type"]["mysql"] != after["type"]["mysql"]:
        mysql.suspend_foreign_keys(builder, group)
    existing = _existing(builder, before, start, arguments)
    altered: Any = partial(Alter, path["name"], path["part"], schema=path["schema"])
    notes = []
    if using is not None:
        sources = f"fails where a row has a value that can't be cast (`{using}`)"
        notes.append(f"{path['name']}.{path['part']}: {sources}")
    if using is not None or _casts_default(builder, before, after):
        operations = list(_recast(builder, altered, using, (before, after), (arguments, existing)))
    else:
        operations = [altered(**arguments, **existing)]
    if not builder.pending.alter_columns(group, operations):
        builder.add(Phase.ALTER_COLUMNS, group, operations, notes)
        if builder.dialect == "mysql" and mysql.leaves_primary_key(builder, path, after):
            builder.add(Phase.CREATE_FOREIGN_KEYS, group, operations)


def _aspects_of_options(builder: Builder, group: list[Change], before: Json, after: Json) -> set[str]:
    """What of a column differs in this dialect alone; what else it is given does not change in place."""
    old, new = before.get("options", {}), after.get("options", {})
    found = set()
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) == new.get(name):
            continue
        place, _, of = name.partition(":")
        if of == builder.dialect:
            found.add(place)
        elif not of and (
            name.partition("_")[0] == builder.dialect or _folds(name, before["name"], after["name"])
        ):
            builder.add_gap(group, f"{group[0].name}: `{name}` of a column that is there is not changed")
    return found


def _recast(
    builder: Builder, altered: Any, using: str | None, sides: tuple[Json, Json], sources: tuple[Json, Json]
) -> Iterator[Any]:
    """A column of another type, without its default meanwhile, which would not be cast, or stay with a cast."""
    before, after = sides
    arguments, existing = sources
    kept = arguments.pop("modify_server_default", sql_texts.default(after, builder.dialect))
    without = _without_default(existing)
    if before["server_default"] is not None:
        yield altered(modify_server_default=None, **without)
    more = {"postgresql_using": using} if using is not None else {}
    yield altered(**arguments, **without, **more)
    if after["server_default"] is not None:
        without["existing_type"] = builder.end.type(after["type"])
        yield altered(modify_server_default=kept, **without)


def _casts_default(builder: Builder, before: Json, after: Json) -> bool:
    """Whether a server default would stay with a cast to the type that the column had."""
    if builder.dialect != "postgresql" or before["server_default"] is None:
        return False
    old, new = (casts.base_type(column["type"]["postgresql"] or "") for column in (before, after))
    return old != new


def _folds(option: str, before: str, after: str) -> bool:
    """Whether a name is another to the database with its quotes, or without."""
    return option == "quote" and isinstance(before, quoted_name) != isinstance(after, quoted_name)


def _column(table: Json, name: str) -> Json:
    for column in table["columns"]:
        if column["name"] == name:
            found: Json = column
            return found
    raise UnknownError(f"there is no column `{name}`")


def _arguments(
    builder: Builder, aspects: set[str], before: tuple[Json, Json], after: tuple[Json, Json]
) -> tuple[Json, str | None]:
    """What `alter_column` is sources, and how PostgreSQL casts, where it does not by itself."""
    (old, _), (new, _) = before, after
    dialect = builder.dialect
    found: Json = {}
    using = None
    if "type" in aspects and old["type"][dialect] != new["type"][dialect]:
        found["modify_type"] = builder.end.type(new["type"])
        if dialect == "postgresql":
            using = _using(old, new)
    if "nullable" in aspects:
        found["modify_nullable"] = new["nullable"]
    if "server_default" in aspects:
        found["modify_server_default"] = sql_texts.default(new, dialect)
    # PostgreSQL's numbers change by themselves.
    if "identity" in aspects and dialect in ("mssql", "oracle"):
        identity = new["identity"]
        if identity is not None and old["identity"] is not None:
            # What is no longer given goes back to what databases begin with.
            ones = {
                name: identity[name] if identity[name] is not None else 1 for name in ("start", "increment")
            }
            changed = {name: value for name, value in ones.items() if old["identity"][name] != identity[name]}
            identity = {**identity, **changed}
        found["modify_server_default"] = builder.end.identity(identity) if identity is not None else None
    if "comment" in aspects and dialect != "sqlite":
        found["modify_comment"] = new["comment"]
    if dialect == "mysql":
        found |= _autoincrement(aspects, found, before, after)
    return found, using


def _autoincrement(
    aspects: set[str], found: Json, before: tuple[Json, Json], after: tuple[Json, Json]
) -> Json:
    """Whether MySQL numbers the rows by a column that it is sources again."""
    is_now = is_numbered(*after, "mysql")
    if "autoincrement" in aspects:
        return {"autoincrement": is_now}
    # One that begins to with another key is sources so once that is there.
    return {"autoincrement": True} if found and is_now and is_numbered(*before, "mysql") else {}


def _keeps_default(column: Json) -> bool:
    """Whether `DROP DEFAULT` may do nothing, as for `CURRENT_TIMESTAMP` on MariaDB: the column must be restated."""
    kind = column["type"]["mysql"] or ""
    return column["server_default"] is None and kind.startswith(("DATETIME", "TIMESTAMP"))


def _existing(builder: Builder, column: Json, table: Json, arguments: Json) -> Json:
    """What is there, which some databases must be sources again."""
    found: Json = {"existing_type": builder.start.type(column["type"])}
    if "modify_nullable" not in arguments:
        found["existing_nullable"] = column["nullable"]
    if column["identity"] is not None and builder.dialect not in ("mysql", "postgresql"):
        found["existing_server_default"] = builder.start.identity(column["identity"])
    elif column["computed"] is not None:
        found["existing_server_default"] = builder.start.computed(column, table)
    elif column["server_default"] is not None:
        found["existing_server_default"] = sa.DefaultClause(sql_texts.default(column, builder.dialect))
    if builder.dialect == "mysql" and column["comment"] is not None and "modify_comment" not in arguments:
        found["existing_comment"] = column["comment"]
    return found


def _without_default(existing: Json) -> Json:
    return {name: value for name, value in existing.items() if name != "existing_server_default"}


def _using(old: Json, new: Json) -> str | None:
    """The expression that makes a new value of an old one, where one must be given."""
    before, after = (
        sql_texts.require_known(column["type"]["postgresql"] or "", "its type") for column in (old, new)
    )
    if casts.is_implicit(before, after):
        return None
    name = sql_texts.table_name("postgresql", new["name"], None)
    if new["type"]["enum_name"] is not None and before.endswith("[]") and after.endswith("[]"):
        return f"{name}::text[]::{after}"
    return f"{name}::{after}" if casts.is_direct(before, after) else f"{name}::text::{after}"


def _add_gaps(builder: Builder, group: list[Change], aspects: set[str]) -> None:
    """What of a column this does not change."""
    name = group[0].name
    if "autoincrement" in aspects and builder.dialect not in ("mysql", "sqlite", "postgresql"):
        builder.add_gap(group, f"{name}: whether the database numbers the rows is not changed")
    if "server_onupdate" in aspects:
        builder.add_gap(group, f"{name}: what the database sets on update is not changed")


def _recreate(
    builder: Builder, group: list[Change], before: tuple[Json, Json], after: tuple[Json, Json]
) -> None:
    """A column whose expression changes is made anew: no database changes it in place."""
    gone, come, notes = recreate(builder, group[0].path, before, after)
    if not builder.pending.alter_columns(group, [gone, come]):
        builder.add(Phase.ALTER_COLUMNS, group, [gone, come], notes)


def recreate(
    builder: Builder, path: Json, before: tuple[Json, Json], after: tuple[Json, Json]
) -> tuple[Any, Any, list[str]]:
    """What drops a column and what makes it again, and what is lost with it."""
    name = f"{path['name']}.{path['part']}"
    dropped = ops.DropColumnOp(path["name"], path["part"], schema=path["schema"])
    dropped._reverse = ops.AddColumnOp(path["name"], builder.start.column(*before), schema=path["schema"])
    come = ops.AddColumnOp(path["name"], builder.end.column(*after), schema=path["schema"])
    notes = []
    if before[0]["computed"] is None:
        notes.append(f"{name}: the values that it has are lost: it is made anew, as a computed column")
    elif after[0]["computed"] is None:
        notes.append(f"{name}: the values that were computed are lost: the column is made anew")
    return dropped, come, notes
