"""Columns added, dropped and changed."""

from functools import partial
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from alembic.operations import ops

from . import mysql, texts
from .changes import Change, Json, Phase
from .operations import Alter
from .texts import UnknownError

if TYPE_CHECKING:
    from .steps import Builder


def add_or_drop(builder: "Builder", change: Change) -> None:
    """A column that comes or goes."""
    path = change.path
    if change.action == "add":
        table = builder.end.find(path)
        column = builder.end.column(change.after, table)
        operation = ops.AddColumnOp(path["name"], column, schema=path["schema"])
        if not builder.batches.column(change, operation):
            builder.add(Phase.COLUMNS_COME, change, [operation])
        return
    options: Json = {}
    if builder.dialect == "mssql":  # what it has of its own must go first
        options = {"mssql_drop_check": True, "mssql_drop_default": True, "mssql_drop_foreign_key": True}
    name = sa.Column(path["part"], sa.types.NullType())
    dropped = ops.DropColumnOp(path["name"], path["part"], schema=path["schema"], **options)
    dropped._reverse = ops.AddColumnOp(path["name"], name, schema=path["schema"])
    if not builder.batches.column(change, dropped):
        builder.add(Phase.COLUMNS_GO, change, [dropped])


def alter(builder: "Builder", group: list[Change]) -> None:
    """Everything that differs in a column that stays."""
    path = group[0].path
    start, end = builder.start.find(path), builder.end.find(path)
    before, after = _column(start, path["part"]), _column(end, path["part"])
    aspects = {change.aspects[0] for change in group}
    if "options" in aspects:
        aspects |= _told_by_options(builder, group, before, after)
    if "computed" in aspects:
        _anew(builder, group, (before, start), (after, end))
        return
    arguments, using = _arguments(builder, aspects, (before, start), (after, end))
    if "server_default" in aspects and builder.dialect == "mysql" and _keeps_default(after):
        arguments.setdefault("modify_type", builder.end.type(after["type"]))
    _gaps(builder, group, aspects, before, after)
    if not arguments:
        return
    if builder.dialect == "mysql" and before["type"]["mysql"] != after["type"]["mysql"]:
        mysql.type_changes(builder, group)
    existing = _existing(builder, before, start, arguments)
    altered: Any = partial(Alter, path["name"], path["part"], schema=path["schema"])
    operations: list[Any] = []
    if using is not None:
        # A default is of the old type, and is not cast along.
        kept = arguments.pop("modify_server_default", texts.default(after, builder.dialect))
        without = _without_default(existing)
        if before["server_default"] is not None:
            operations.append(altered(modify_server_default=None, **without))
        operations.append(altered(**arguments, **without, postgresql_using=using))
        if after["server_default"] is not None:
            without["existing_type"] = builder.end.type(after["type"])
            operations.append(altered(modify_server_default=kept, **without))
        notes = [
            f"{path['name']}.{path['part']}: fails where a row has a value that can't be cast (`{using}`)"
        ]
    else:
        notes = []
        operations.append(altered(**arguments, **existing))
    if not builder.batches.altered(group, operations):
        builder.add(Phase.COLUMNS_CHANGE, group, operations, notes)


def _told_by_options(builder: "Builder", group: list[Change], before: Json, after: Json) -> set[str]:
    """What of a column differs in this dialect alone; what else it is given does not change in place."""
    old, new = before.get("options", {}), after.get("options", {})
    found = set()
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) == new.get(name):
            continue
        place, _, of = name.partition(":")
        if of == builder.dialect:
            found.add(place)
        elif not of and name.partition("_")[0] == builder.dialect:
            builder.gap(group, f"{group[0].name}: `{name}` of a column that is there is not changed")
    return found


def _column(table: Json, name: str) -> Json:
    for column in table["columns"]:
        if column["name"] == name:
            found: Json = column
            return found
    raise UnknownError(f"there is no column `{name}`")


def _arguments(
    builder: "Builder", aspects: set[str], before: tuple[Json, Json], after: tuple[Json, Json]
) -> tuple[Json, str | None]:
    """What `alter_column` is told, and how PostgreSQL casts, where it does not by itself."""
    (old, _), (new, table) = before, after
    dialect = builder.dialect
    found: Json = {}
    using = None
    if "type" in aspects and old["type"][dialect] != new["type"][dialect]:
        found["modify_type"] = builder.end.type(new["type"])
        if dialect == "postgresql":
            using = _using(builder, old, new)
    if "nullable" in aspects:
        found["modify_nullable"] = new["nullable"]
    if "server_default" in aspects:
        found["modify_server_default"] = texts.default(new, dialect)
    if "identity" in aspects and dialect in ("postgresql", "mssql", "oracle"):
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
    if found and dialect == "mysql" and is_numbered(new, table):
        found["autoincrement"] = True
    elif "autoincrement" in aspects and dialect == "mysql":
        found["autoincrement"] = is_numbered(new, table)
    return found, using


def _keeps_default(column: Json) -> bool:
    """Whether `DROP DEFAULT` may do nothing, as for `CURRENT_TIMESTAMP` on MariaDB: the column must be restated."""
    kind = column["type"]["mysql"] or ""
    return column["server_default"] is None and kind.startswith(("DATETIME", "TIMESTAMP"))


def _existing(builder: "Builder", column: Json, table: Json, arguments: Json) -> Json:
    """What is there, which some databases must be told again."""
    found: Json = {"existing_type": builder.start.type(column["type"])}
    if "modify_nullable" not in arguments:
        found["existing_nullable"] = column["nullable"]
    if column["identity"] is not None and builder.dialect != "mysql":
        found["existing_server_default"] = builder.start.identity(column["identity"])
    elif column["computed"] is not None:
        found["existing_server_default"] = builder.start.computed(column, table)
    elif column["server_default"] is not None:
        found["existing_server_default"] = sa.DefaultClause(texts.default(column, builder.dialect))
    if builder.dialect == "mysql" and column["comment"] is not None and "modify_comment" not in arguments:
        found["existing_comment"] = column["comment"]
    return found


def _without_default(existing: Json) -> Json:
    return {name: value for name, value in existing.items() if name != "existing_server_default"}


def is_numbered(column: Json, table: Json) -> bool:
    """Whether a database numbers the rows by this column."""
    alone = table["primary_key"]["columns"] == [column["name"]]
    own = not is_by_code(column, "mysql") and column["server_default"] is None
    refers = any(column["name"] in key["columns"] for key in table["foreign_keys"])
    is_integer = (column["type"]["mysql"] or "").upper().replace("(", " ").partition(" ")[0] in _INTEGERS
    given = column["autoincrement"]
    wanted = given == "true" or (alone and (given == "ignore_fk" or (given == "auto" and not refers)))
    return bool(column["primary_key"] and own and is_integer and wanted)


def is_by_code(column: Json, dialect: str) -> bool:
    """Whether the code numbers the rows. A sequence does where the database has sequences, unless it is optional."""
    if column["sequence"] is None:
        return column["default"] is not None
    is_optional = column["sequence"].get("options", {}).get("optional") == "True"
    return dialect not in ("mysql", "sqlite") and not (is_optional and dialect == "postgresql")


#: With a width or without, signed or not.
_INTEGERS = ("TINYINT", "SMALLINT", "MEDIUMINT", "INTEGER", "INT", "BIGINT")

#: Types among which PostgreSQL casts a stored value without being told how.
_FAMILIES = (
    ("VARCHAR", "CHAR", "TEXT", "CHARACTER"),
    ("SMALLINT", "INTEGER", "BIGINT", "NUMERIC", "DECIMAL", "FLOAT", "REAL", "DOUBLE"),
    ("DATE", "TIMESTAMP"),
    ("JSON", "JSONB"),
)


def _using(builder: "Builder", old: Json, new: Json) -> str | None:
    """The expression that makes a new value of an old one, where one must be given."""
    before, after = (texts.known(column["type"]["postgresql"] or "", "its type") for column in (old, new))
    words = [text.replace("(", " ").partition(" ")[0].upper() for text in (before, after)]
    if "[]" not in before + after:
        if words[1] in _FAMILIES[0]:
            return None  # everything can become a text
        if words[0] == words[1] or any(set(words) <= set(family) for family in _FAMILIES):
            return None
    name = texts.table_name("postgresql", new["name"], None)
    is_enum = new["type"]["enum_name"] is not None
    return f"{name}::text{'[]' if before.endswith('[]') else ''}::{after}" if is_enum else f"{name}::{after}"


def _gaps(builder: "Builder", group: list[Change], aspects: set[str], before: Json, after: Json) -> None:
    """What of a column this does not change."""
    name = group[0].name
    if "autoincrement" in aspects and builder.dialect not in ("mysql", "sqlite"):
        builder.gap(group, f"{name}: whether the database numbers the rows is not changed")
    if "sequence" in aspects and after["sequence"] is None and builder.dialect == "postgresql":
        return
    if "server_onupdate" in aspects:
        builder.gap(group, f"{name}: what the database sets on update is not changed")
    changed = before["type"]["enum_values"] != after["type"]["enum_values"]
    if "type" in aspects and changed and "create_constraint=True" in after["type"]["repr"]:
        builder.gap(group, f"{name}: the check that comes with its type is not changed")


def _anew(
    builder: "Builder", group: list[Change], before: tuple[Json, Json], after: tuple[Json, Json]
) -> None:
    """A column whose expression changes is made anew: no database changes it in place."""
    path = group[0].path
    column = builder.end.column(*after)
    dropped = ops.DropColumnOp(path["name"], path["part"], schema=path["schema"])
    dropped._reverse = ops.AddColumnOp(path["name"], builder.start.column(*before), schema=path["schema"])
    operations = [dropped, ops.AddColumnOp(path["name"], column, schema=path["schema"])]
    notes = []
    if before[0]["computed"] is None:
        notes.append(
            f"{group[0].name}: the values that it has are lost: it is made anew, as a computed column"
        )
    elif after[0]["computed"] is None:
        notes.append(f"{group[0].name}: the values that were computed are lost: the column is made anew")
    if not builder.batches.altered(group, operations):
        builder.add(Phase.COLUMNS_CHANGE, group, operations, notes)
