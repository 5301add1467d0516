"""Renames, and everything that is no table: sequences, views, functions, triggers and the like."""

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from alembic.operations import ops
from sqlalchemy import schema

from ..extract.sql import plain_dialect
from .changes import Change, Json, Phase
from .operations import Alter, Execute
from .texts import UnknownError, known, numbers, table_name

if TYPE_CHECKING:
    from .steps import Builder


def rename(builder: "Builder", change: Change) -> None:
    """Something that gets another name, or another schema."""
    was, path = change.was, change.path
    if was is None:
        raise UnknownError("what it was called is not known")
    for name in (was["name"], path["name"], was["part"] or "", path["part"] or ""):
        known(name, "its name")
    if change.subject == "table":
        builder.add(Phase.RENAMES, change, _table(builder.dialect, was, path))
    elif change.subject == "column":
        # Its table has its new name by then.
        builder.add(Phase.RENAMES, change, [_column(builder.dialect, path, was["part"], path["part"])])
    elif change.subject in ("type", "sequence", "view"):
        if builder.dialect == "postgresql" or (change.subject == "view" and builder.dialect == "mysql"):
            builder.add(Phase.RENAMES, change, _other(builder, change, was, path))
        elif change.subject == "view":
            builder.readers.replace(change)
        elif change.subject != "type":
            raise UnknownError(f"{builder.dialect} is not known to rename it")
    else:
        raise UnknownError("it is not renamed")


def _table(dialect: str, was: Json, path: Json) -> list[Any]:
    operations: list[Any] = []
    if was["name"] != path["name"]:
        operations.append(ops.RenameTableOp(was["name"], path["name"], schema=was["schema"]))
    if was["schema"] != path["schema"]:
        quoted = table_name(dialect, path["name"], was["schema"])
        if dialect != "postgresql":
            raise UnknownError(f"{dialect} is not known to move a table to another schema")
        target = table_name(dialect, path["schema"] or "public", None)
        operations.append(Execute(f"ALTER TABLE {quoted} SET SCHEMA {target}"))
    return operations


def _column(dialect: str, table: Json, old: str, new: str) -> Any:
    if dialect != "mysql":
        return Alter(table["name"], old, schema=table["schema"], modify_name=new)
    # `CHANGE`, which Alembic writes, restates the column; what is not restated, or can't be, is lost: AUTO_INCREMENT, a
    # comment, what is set on update, an expression. MySQL 8.0 and MariaDB 10.5 rename it as it is.
    own, other = (table_name(dialect, name, None) for name in (old, new))
    effect = ("rename_column", (table["schema"], table["name"]), old, new)
    return Execute(f"ALTER TABLE {_quoted(dialect, table)} RENAME COLUMN {own} TO {other}", effect)


def _other(builder: "Builder", change: Change, was: Json, path: Json) -> list[Any]:
    dialect, kind = builder.dialect, change.subject.upper()
    if change.subject == "view" and any(
        item["materialized"] for item in builder.start.views if _is_at(item, path)
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


def _is_at(item: Json, path: Json) -> bool:
    return (item["schema"], item["name"]) == (path["schema"], path["name"])


def _quoted(dialect: str, path: Json) -> str:
    return table_name(dialect, path["name"], path["schema"])


def change(builder: "Builder", change: Change) -> None:
    """Something that is no table and comes, goes or differs."""
    if change.subject == "sequence":
        _sequence(builder, change)
        return
    gone, come = change.before, change.after
    if any(item is not None and not is_for(item, builder.dialect) for item in (gone, come)):
        return
    if change.subject == "view":
        if gone is not None and builder.readers.has(gone):
            return  # it has another name as well
        if gone is not None:
            builder.readers.goes(change, gone, view_goes(builder.dialect, gone))
        if come is not None:
            builder.readers.comes(change, come, view_comes(builder, come))
        return
    dropped = goes(builder.dialect, gone) if gone is not None else []
    created = _comes(builder.dialect, come) if come is not None else []
    if gone is not None and come is not None and created[0].sqltext.upper().startswith("CREATE OR REPLACE"):
        dropped = []
    early = _is_early(come or gone)
    rank = rank_of((come or gone)["kind"])
    if dropped:
        builder.add(Phase.TYPES_GO if early else Phase.OBJECTS_GO, change, dropped).rank = -rank
    if created:
        builder.add(Phase.TYPES_COME if early else Phase.OBJECTS_COME, change, created).rank = rank


def _is_early(item: Json) -> bool:
    """Whether tables may need it: by its kind, or as the code makes it before them."""
    is_before = item["kind"] in ("function", "procedure") and item["creation"]["event"] == "before_create"
    return item["kind"] in _EARLY or is_before


def rank_of(kind: str) -> int:
    """What comes before views and what behind them: a trigger has a function, and may be one of a view."""
    return {"function": -1, "procedure": -1}.get(kind, 1)


def is_for(item: Json, dialect: str) -> bool:
    """Whether a view or the like is made in a dialect."""
    dialects = item["creation"]["dialects"]
    return not dialects or dialect in dialects


#: What tables may need.
_EARLY = ("schema", "extension", "type", "domain", "sequence")


def _sequence(builder: "Builder", change: Change) -> None:
    dialect = plain_dialect(builder.dialect)
    if not dialect.supports_sequences:
        return
    after = change.after
    if after is None:
        drop = schema.DropSequence(sa.Sequence(change.path["name"], schema=change.path["schema"]))
        builder.add(Phase.TYPES_GO, change, [Execute(str(drop.compile(dialect=dialect)).strip())])
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
    given |= {name: value for name, value in numbers(after.get("options", {})).items() if name != "optional"}
    sequence = sa.Sequence(known(after["name"], "its name"), schema=after["schema"], **given)
    create = str(schema.CreateSequence(sequence).compile(dialect=dialect)).strip()
    if after["data_type"] is not None and builder.dialect == "postgresql":
        head = f"CREATE SEQUENCE {table_name('postgresql', after['name'], after['schema'])}"
        create = f"{head} AS {known(after['data_type'], 'its type')}{create.removeprefix(head)}"
    if change.action == "add":
        builder.add(Phase.TYPES_COME, change, [Execute(create)])
        return
    if builder.dialect == "postgresql":
        builder.add(Phase.TYPES_COME, change, [Execute(_altered(change.before, after))])
        return
    if any(
        after[own] is None and change.before[own] is not None for own in ("start", "min_value", "max_value")
    ):
        raise UnknownError("what the database takes for a value that is no longer given is not known")
    builder.add(Phase.TYPES_COME, change, [Execute(create.replace("CREATE", "ALTER", 1))])


def _altered(before: Json, after: Json) -> str:
    """What makes a sequence of PostgreSQL another; what is not given is what it takes by itself."""
    step = after["increment"] or 1
    first = (after["min_value"] or 1) if step > 0 else (after["max_value"] or -1)
    kind = known(after["data_type"] or "BIGINT", "its type")
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


def view_comes(builder: "Builder", item: Json) -> list[Any]:
    """What makes a view, with its indexes; raises `UnknownError`."""
    dialect = builder.dialect
    text = (item["postgresql"] if dialect == "postgresql" else None) or item["sql"]
    if text is None:
        raise UnknownError("the code does not say what it selects")
    kind = "MATERIALIZED VIEW" if item["materialized"] else "VIEW"
    name = table_name(dialect, known(item["name"], "its name"), item["schema"])
    made = Execute(f"CREATE {kind} {name} AS {known(text, 'its query').strip().rstrip(';')}")
    return [
        made,
        *(ops.CreateIndexOp.from_index(builder.end.index(index, item)) for index in item["indexes"]),
    ]


def view_goes(dialect: str, item: Json) -> list[Any]:
    """What drops a view."""
    kind = "MATERIALIZED VIEW" if item["materialized"] else "VIEW"
    return [Execute(f"DROP {kind} {table_name(dialect, item['name'], item['schema'])}")]


def _comes(dialect: str, item: Json) -> list[Any]:
    text = (item["postgresql"] if dialect == "postgresql" else None) or item["sql"]
    if text is None:
        raise UnknownError("its statement is not known")
    return [Execute(known(text, "its statement").strip().rstrip(";"))]


def goes(dialect: str, item: Json) -> list[Any]:
    """What drops something else; raises `UnknownError`."""
    kind, name = item["kind"], item["name"]
    if kind == "index":
        return [Execute(_index_goes(dialect, item))]
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
    raise UnknownError(f"how to undo a statement of this kind (`{kind}`) is not known")


def _index_goes(dialect: str, item: Json) -> str:
    """An index has the schema of its table, whose statement names it without one."""
    table = known(item["table"] or "", "its table").split(".")
    if dialect in ("mysql", "mssql"):
        if not item["table"]:
            raise UnknownError("the table of the index is not known")
        on = ".".join(table_name(dialect, part, None) for part in table)
        return f"DROP INDEX {table_name(dialect, item['name'], None)} ON {on}"
    schema = item["schema"] or (table[-2] if len(table) > 1 else None)
    return f"DROP INDEX {table_name(dialect, item['name'], schema)}"
