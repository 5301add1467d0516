"""Columns that are added, dropped and altered."""

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
    """Add or drop a column."""
    path = change.path
    if change.action == "add":
        if mysql_auto_increment.is_added_with_key(builder, change):
            return
        table = builder.end.find_table(path)
        column = builder.end.column(change.after, table)
        if builder.dialect == "postgresql" and is_numbered(change.after, table, builder.dialect):
            # Existing rows get numbers only when the column is added as a serial one.
            column.type = Verbatim(postgresql=serial(change.after))
        operation = ops.AddColumnOp(path["name"], column, schema=path["schema"])
        if not builder.pending.add_column(change, operation):
            is_computed = change.after["computed"] is not None
            builder.add(Phase.ADD_COMPUTED if is_computed else Phase.ADD_COLUMNS, change, [operation])
        return
    options: Json = {}
    if builder.dialect == "mysql":
        mysql.refuse_unnamed_key(builder, path)
    if builder.dialect == "mssql":  # its defaults, checks and foreign keys must be dropped first
        options = {"mssql_drop_check": True, "mssql_drop_default": True, "mssql_drop_foreign_key": True}
    name = sa.Column(path["part"], sa.types.NullType())
    dropped = ops.DropColumnOp(path["name"], path["part"], schema=path["schema"], **options)
    dropped._reverse = ops.AddColumnOp(path["name"], name, schema=path["schema"])
    if not builder.pending.add_column(change, dropped):
        is_computed = change.before["computed"] is not None
        builder.add(Phase.DROP_COMPUTED if is_computed else Phase.DROP_COLUMNS, change, [dropped])


def alter(builder: Builder, group: list[Change]) -> None:
    """Alter a column that stays."""
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
        _alter_in_place(builder, group, aspects, (before, start), (after, end))


def _alter_in_place(
    builder: Builder,
    group: list[Change],
    aspects: set[str],
    before_of: tuple[Json, Json],
    after_of: tuple[Json, Json],
) -> None:
    """Alter a column without recreating it."""
    (before, start), (after, end) = before_of, after_of
    path = group[0].path
    arguments, using = _alter_arguments(builder, aspects, (before, start), (after, end))
    if "server_default" in aspects and builder.dialect == "mysql" and _keeps_default(after):
        arguments.setdefault("modify_type", builder.end.type(after["type"]))
    _add_gaps(builder, group, aspects)
    if not arguments:
        return
    if builder.dialect == "mysql" and before["type"]["mysql"] != after["type"]["mysql"]:
        mysql.suspend_foreign_keys(builder, group)
    existing = _existing_arguments(builder, before, start, arguments)
    altered: Any = partial(Alter, path["name"], path["part"], schema=path["schema"])
    notes = []
    if using is not None:
        failure = f"fails if a row has a value that can't be cast (`{using}`)"
        notes.append(f"{path['name']}.{path['part']}: {failure}")
    if using is not None or _casts_default(builder, before, after):
        operations = list(_recast(builder, altered, using, (before, after), (arguments, existing)))
    else:
        operations = [altered(**arguments, **existing)]
    if not builder.pending.alter_columns(group, operations):
        builder.add(Phase.ALTER_COLUMNS, group, operations, notes)
        if builder.dialect == "mysql" and mysql.leaves_primary_key(builder, path, after):
            builder.add(Phase.CREATE_FOREIGN_KEYS, group, operations)


def _aspects_of_options(builder: Builder, group: list[Change], before: Json, after: Json) -> set[str]:
    """The aspects that differ in this dialect alone; reports options that can't change in place."""
    old, new = before.get("options", {}), after.get("options", {})
    found = set()
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) == new.get(name):
            continue
        place, _, of = name.partition(":")
        if of == builder.dialect:
            found.add(place)
        elif not of and (
            name.partition("_")[0] == builder.dialect
            or _changes_case_folding(name, before["name"], after["name"])
        ):
            builder.add_gap(group, f"{group[0].name}: `{name}` of an existing column is not changed")
    return found


def _recast(
    builder: Builder, altered: Any, using: str | None, sides: tuple[Json, Json], given: tuple[Json, Json]
) -> Iterator[Any]:
    """Change the type with the default dropped meanwhile: it would not be cast, or would keep a cast."""
    before, after = sides
    arguments, existing = given
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
    """Whether a server default would keep a cast to the old type of its column."""
    if builder.dialect != "postgresql" or before["server_default"] is None:
        return False
    old, new = (casts.base_type(column["type"]["postgresql"] or "") for column in (before, after))
    return old != new


def _changes_case_folding(option: str, before: str, after: str) -> bool:
    """Whether quoting gives the database another name."""
    return option == "quote" and isinstance(before, quoted_name) != isinstance(after, quoted_name)


def _column(table: Json, name: str) -> Json:
    for column in table["columns"]:
        if column["name"] == name:
            found: Json = column
            return found
    raise UnknownError(f"there is no column `{name}`")


def _alter_arguments(
    builder: Builder, aspects: set[str], before: tuple[Json, Json], after: tuple[Json, Json]
) -> tuple[Json, str | None]:
    """The arguments of `alter_column`, and the `USING` expression where PostgreSQL needs one."""
    (old, _), (new, _) = before, after
    dialect = builder.dialect
    found: Json = {}
    using = None
    if "type" in aspects and old["type"][dialect] != new["type"][dialect]:
        found["modify_type"] = builder.end.type(new["type"])
        if dialect == "postgresql":
            using = _using_expression(old, new)
    if "nullable" in aspects:
        found["modify_nullable"] = new["nullable"]
    if "server_default" in aspects:
        found["modify_server_default"] = sql_texts.default(new, dialect)
    # PostgreSQL's numbering is changed by `postgresql_numbering`.
    if "identity" in aspects and dialect in ("mssql", "oracle"):
        identity = new["identity"]
        if identity is not None and old["identity"] is not None:
            # An option that is no longer given returns to the database's default.
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
    """Whether `AUTO_INCREMENT` must be restated for MySQL."""
    is_now = is_numbered(*after, "mysql")
    if "autoincrement" in aspects:
        return {"autoincrement": is_now}
    # MySQL ignores the sequence of a column, and numbers the rows; a change of the key has its own steps.
    keys = [table["primary_key"]["columns"] for _, table in (before, after)]
    if "sequence" in aspects and keys[0] == keys[1] and is_now != is_numbered(*before, "mysql"):
        return {"autoincrement": is_now}
    # A column that begins to number rows under a new key gets `AUTO_INCREMENT` once the key exists.
    return {"autoincrement": True} if found and is_now and is_numbered(*before, "mysql") else {}


def _keeps_default(column: Json) -> bool:
    """Whether `DROP DEFAULT` may have no effect, as for `CURRENT_TIMESTAMP` on MariaDB; the column is then restated."""
    kind = column["type"]["mysql"] or ""
    return column["server_default"] is None and kind.startswith(("DATETIME", "TIMESTAMP"))


def _existing_arguments(builder: Builder, column: Json, table: Json, arguments: Json) -> Json:
    """The existing definition, which some databases need to be restated."""
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


def _using_expression(old: Json, new: Json) -> str | None:
    """The expression that converts an old value, where PostgreSQL needs one."""
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
    """Report the aspects of a column that are not changed."""
    name = group[0].name
    if "autoincrement" in aspects and builder.dialect not in ("mysql", "sqlite", "postgresql"):
        builder.add_gap(group, f"{name}: automatic numbering of the rows is not changed")
    if "server_onupdate" in aspects:
        builder.add_gap(group, f"{name}: the value that the database sets on update is not changed")


def _recreate(
    builder: Builder, group: list[Change], before: tuple[Json, Json], after: tuple[Json, Json]
) -> None:
    """Recreate a column whose expression changes: no database changes it in place."""
    drop, create, notes = recreate(builder, group[0].path, before, after)
    if not builder.pending.alter_columns(group, [drop, create]):
        builder.add(Phase.ALTER_COLUMNS, group, [drop, create], notes)


def recreate(
    builder: Builder, path: Json, before: tuple[Json, Json], after: tuple[Json, Json]
) -> tuple[Any, Any, list[str]]:
    """The operations that drop and recreate a column, with notes about lost values."""
    name = f"{path['name']}.{path['part']}"
    dropped = ops.DropColumnOp(path["name"], path["part"], schema=path["schema"])
    dropped._reverse = ops.AddColumnOp(path["name"], builder.start.column(*before), schema=path["schema"])
    create = ops.AddColumnOp(path["name"], builder.end.column(*after), schema=path["schema"])
    notes = []
    if before[0]["computed"] is None:
        notes.append(f"{name}: its values are lost: it is recreated as a computed column")
    elif after[0]["computed"] is None:
        notes.append(f"{name}: its computed values are lost: it is recreated as an ordinary column")
    return dropped, create, notes
