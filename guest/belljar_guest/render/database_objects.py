"""Renames, and objects other than tables: sequences, views, functions, triggers and others."""

from typing import Any

import sqlalchemy as sa
from alembic.operations import ops
from sqlalchemy import schema

from ..extract.sql import plain_dialect
from . import mysql
from .builder import Builder
from .changes import Change, Json, Phase
from .operations import Alter, Execute
from .sql_texts import UnknownError, number_options, require_known, table_name
from .view_changes import is_same


def rename(builder: Builder, change: Change) -> None:
    """Rename an object, or move it to another schema."""
    was, path = change.was, change.path
    if was is None:
        raise UnknownError("its former name is not known")
    for name in (was["name"], path["name"], was["part"] or "", path["part"] or ""):
        require_known(name, "its name")
    if change.subject == "table":
        builder.add(Phase.RENAMES, change, _rename_table(builder.dialect, was, path))
    elif change.subject == "column":
        # The table is renamed in an earlier step.
        more = mysql.rename_index_of_column(builder, path, was["part"]) if builder.dialect == "mysql" else []
        builder.add(
            Phase.RENAMES, change, [_rename_column(builder.dialect, path, was["part"], path["part"]), *more]
        )
    elif change.subject in ("type", "sequence", "view"):
        if builder.dialect == "postgresql" or (change.subject == "view" and builder.dialect == "mysql"):
            builder.add(Phase.RENAMES, change, _rename_other(builder, change, was, path))
        elif change.subject == "view":
            _replace_view(builder, change)
        elif change.subject != "type":
            raise UnknownError(f"{builder.dialect} has no known statement to rename it")
    else:
        raise UnknownError("it can't be renamed")


def _rename_table(dialect: str, was: Json, path: Json) -> list[Any]:
    operations: list[Any] = []
    if was["name"] != path["name"]:
        operations.append(ops.RenameTableOp(was["name"], path["name"], schema=was["schema"]))
    if was["schema"] != path["schema"]:
        quoted = table_name(dialect, path["name"], was["schema"])
        if dialect != "postgresql":
            raise UnknownError(f"{dialect} has no known statement to move a table to another schema")
        target = table_name(dialect, path["schema"] or "public", None)
        operations.append(Execute(f"ALTER TABLE {quoted} SET SCHEMA {target}"))
    return operations


def _rename_column(dialect: str, table: Json, old: str, new: str) -> Any:
    if dialect != "mysql":
        return Alter(table["name"], old, schema=table["schema"], modify_name=new)
    # Alembic uses `CHANGE`, which restates the column and loses what it does not restate: AUTO_INCREMENT, a comment,
    # `ON UPDATE`, an expression. MySQL 8.0 and MariaDB 10.5 rename a column without restating it.
    own, other = (table_name(dialect, name, None) for name in (old, new))
    return Execute(f"ALTER TABLE {_quoted(dialect, table)} RENAME COLUMN {own} TO {other}")


def _rename_other(builder: Builder, change: Change, was: Json, path: Json) -> list[Any]:
    dialect, kind = builder.dialect, change.subject.upper()
    if change.subject == "view" and any(
        item["materialized"] for item in builder.start.views if is_same(item, path)
    ):
        kind = "MATERIALIZED VIEW"
    if dialect == "mysql":
        return [Execute(f"RENAME TABLE {_quoted(dialect, was)} TO {_quoted(dialect, path)}")]
    operations = []
    if was["name"] != path["name"]:
        new = table_name(dialect, path["name"], None)
        operations.append(Execute(f"ALTER {kind} {_quoted(dialect, was)} RENAME TO {new}"))
    if was["schema"] != path["schema"]:
        moved = table_name(dialect, path["name"], was["schema"])
        target = table_name(dialect, path["schema"] or "public", None)
        operations.append(Execute(f"ALTER {kind} {moved} SET SCHEMA {target}"))
    return operations


def _replace_view(builder: Builder, change: Change) -> None:
    """Drop a view under its old name, and create it under its new one."""
    path, was = change.path, change.was or change.path
    own = {"schema": was["schema"], "name": was["name"]}
    for before in builder.start.views:
        if is_same(before, path):
            drop = drop_view(builder.dialect, {**before, **own})
            builder.views.dropped.append((change, {**before, "was": was["name"]}, drop))
    for after in builder.end.views:
        if is_same(after, path):
            builder.views.created.append((change, after, create_view(builder, after)))


def _quoted(dialect: str, path: Json) -> str:
    return table_name(dialect, path["name"], path["schema"])


def change(builder: Builder, change: Change) -> None:
    """Create, drop or change an object other than a table."""
    if change.subject == "sequence":
        _sequence(builder, change)
        return
    gone, come = change.before, change.after
    if any(item is not None and not applies_to(item, builder.dialect) for item in (gone, come)):
        return
    if change.subject == "view":
        if gone is not None and builder.views.is_dropped(gone):
            return  # it is renamed as well
        if gone is not None:
            builder.views.dropped.append((change, gone, drop_view(builder.dialect, gone)))
        if come is not None:
            builder.views.created.append((change, come, create_view(builder, come)))
        return
    dropped = drop_object(builder.dialect, gone) if gone is not None else []
    created = _create_object(builder.dialect, come) if come is not None else []
    if gone is not None and come is not None and created[0].sqltext.upper().startswith("CREATE OR REPLACE"):
        dropped = []
    early = _is_early(come or gone)
    rank = rank_of((come or gone)["kind"])
    if dropped:
        builder.add(Phase.DROP_TYPES if early else Phase.DROP_OBJECTS, change, dropped).rank = -rank
    if created:
        builder.add(Phase.CREATE_TYPES if early else Phase.CREATE_OBJECTS, change, created).rank = rank


def _is_early(item: Json) -> bool:
    """Whether tables may need it: by its kind, or because the code creates it before them."""
    is_before = item["kind"] in ("function", "procedure") and item["creation"]["event"] == "before_create"
    return item["kind"] in _EARLY or is_before


def rank_of(kind: str) -> int:
    """The order relative to views: functions come before them, triggers after them."""
    return {"function": -1, "procedure": -1}.get(kind, 1)


def applies_to(item: Json, dialect: str) -> bool:
    """Whether an object is created in a dialect."""
    dialects = item["creation"]["dialects"]
    return not dialects or dialect in dialects


#: Kinds of objects that tables may need.
_EARLY = ("schema", "extension", "type", "domain", "sequence")


def _sequence(builder: Builder, change: Change) -> None:
    dialect = plain_dialect(builder.dialect)
    if not dialect.supports_sequences:
        return
    after = change.after
    if after is None:
        drop = schema.DropSequence(sa.Sequence(change.path["name"], schema=change.path["schema"]))
        builder.add(Phase.DROP_TYPES, change, [Execute(str(drop.compile(dialect=dialect)).strip())])
        return
    given = {
        name: after[own]
        for name, own in (
            ("start", "start"),
            ("increment", "increment"),
            ("minvalue", "min_value"),
            ("maxvalue", "max_value"),
            ("cycle", "cycle"),
            ("cache", "cache"),
        )
        if after[own] is not None
    }
    given |= {
        name: value for name, value in number_options(after.get("options", {})).items() if name != "optional"
    }
    sequence = sa.Sequence(require_known(after["name"], "its name"), schema=after["schema"], **given)
    create = str(schema.CreateSequence(sequence).compile(dialect=dialect)).strip()
    if after["data_type"] is not None and builder.dialect == "postgresql":
        head = f"CREATE SEQUENCE {table_name('postgresql', after['name'], after['schema'])}"
        create = f"{head} AS {require_known(after['data_type'], 'its type')}{create.removeprefix(head)}"
    if change.action == "add":
        builder.add(Phase.CREATE_TYPES, change, [Execute(create)])
        return
    if builder.dialect == "postgresql":
        builder.add(Phase.CREATE_TYPES, change, [Execute(_alter_sequence(change.before, after))])
        return
    if any(
        after[own] is None and change.before[own] is not None for own in ("start", "min_value", "max_value")
    ):
        raise UnknownError("the database's default for an option that is no longer given is not known")
    builder.add(Phase.CREATE_TYPES, change, [Execute(create.replace("CREATE", "ALTER", 1))])


def _alter_sequence(before: Json, after: Json) -> str:
    """The statement that alters a sequence of PostgreSQL; an option that is no longer given returns to its default."""
    step = after["increment"] or 1
    first = (after["min_value"] or 1) if step > 0 else (after["max_value"] or -1)
    kind = require_known(after["data_type"] or "BIGINT", "its type")
    limits = {
        name: f"{name} {after[own]}" if after[own] is not None else f"NO {name}"
        for name, own in (("MINVALUE", "min_value"), ("MAXVALUE", "max_value"))
    }
    parts = {
        "data_type": f"AS {kind}",
        "increment": f"INCREMENT BY {step}",
        "min_value": limits["MINVALUE"],
        "max_value": limits["MAXVALUE"],
        "start": f"START WITH {after['start'] if after['start'] is not None else first}",
        "cache": f"CACHE {after['cache'] or 1}",
        "cycle": "CYCLE" if after["cycle"] else "NO CYCLE",
    }
    moved = {"min_value", "max_value", "increment"}
    changed = {name for name in parts if before[name] != after[name]}
    if changed & moved and after["start"] is None:
        changed.add("start")
    name = table_name("postgresql", after["name"], after["schema"])
    return f"ALTER SEQUENCE {name} {' '.join(text for own, text in parts.items() if own in changed)}"


def create_view(builder: Builder, item: Json) -> list[Any]:
    """The operations that create a view with its indexes; raises `UnknownError`."""
    dialect = builder.dialect
    text = (item["postgresql"] if dialect == "postgresql" else None) or item["sql"]
    if text is None:
        raise UnknownError("the code does not give its query")
    kind = "MATERIALIZED VIEW" if item["materialized"] else "VIEW"
    name = table_name(dialect, require_known(item["name"], "its name"), item["schema"])
    made = Execute(f"CREATE {kind} {name} AS {require_known(text, 'its query').strip().rstrip(';')}")
    return [
        made,
        *(ops.CreateIndexOp.from_index(builder.end.index(index, item)) for index in item["indexes"]),
    ]


def drop_view(dialect: str, item: Json) -> list[Any]:
    """The operation that drops a view."""
    kind = "MATERIALIZED VIEW" if item["materialized"] else "VIEW"
    return [Execute(f"DROP {kind} {table_name(dialect, item['name'], item['schema'])}")]


def _create_object(dialect: str, item: Json) -> list[Any]:
    text = (item["postgresql"] if dialect == "postgresql" else None) or item["sql"]
    if text is None:
        raise UnknownError("its statement is not known")
    return [Execute(require_known(text, "its statement").strip().rstrip(";"))]


def drop_object(dialect: str, item: Json) -> list[Any]:
    """The operation that drops another object; raises `UnknownError`."""
    kind, name = item["kind"], item["name"]
    if kind == "index":
        return [Execute(_drop_index(dialect, item))]
    if kind in ("schema", "extension", "type", "domain", "sequence", "table"):
        return [Execute(f"DROP {kind.upper()} {table_name(dialect, name, item['schema'])}")]
    if kind in ("function", "procedure") and name.endswith(")"):
        prefix = f"{table_name(dialect, item['schema'], None)}." if item["schema"] else ""
        return [Execute(f"DROP {kind.upper()} {prefix}{name}")]
    if kind in ("trigger", "policy", "rule") and item["table"] is not None:
        if kind == "trigger" and dialect in ("sqlite", "mysql", "oracle", "mssql"):
            return [Execute(f"DROP TRIGGER {table_name(dialect, name, item['schema'])}")]
        table = ".".join(table_name(dialect, part, None) for part in item["table"].split("."))
        return [Execute(f"DROP {kind.upper()} {table_name(dialect, name, None)} ON {table}")]
    raise UnknownError(f"no statement is known that undoes one of kind `{kind}`")


def _drop_index(dialect: str, item: Json) -> str:
    """The statement that drops an index, which is in the schema of its table."""
    table = require_known(item["table"] or "", "its table").split(".")
    if dialect in ("mysql", "mssql"):
        if not item["table"]:
            raise UnknownError("the table of the index is not known")
        on = ".".join(table_name(dialect, part, None) for part in table)
        return f"DROP INDEX {table_name(dialect, item['name'], None)} ON {on}"
    schema = item["schema"] or (table[-2] if len(table) > 1 else None)
    return f"DROP INDEX {table_name(dialect, item['name'], schema)}"
