"""Constraints and indexes that differ only in their names.

PostgreSQL renames all of them, MySQL and MariaDB indexes and unique keys, without rebuilding an index or reading rows.
An unnamed constraint has the name that the database generated, where that is certain. Where a database can't rename, or
a name is not certain, the constraint is dropped and recreated like any other change.
"""

from . import sql_texts
from .builder import Builder
from .changes import Change, Json, Phase
from .default_names import default_name
from .operations import Execute

_KINDS = {
    "primary_key": "primary",
    "unique": "unique",
    "foreign_key": "foreignkey",
    "check": "check",
    "exclude": "exclude",
    "index": "index",
}

#: What MySQL can rename. A primary key is always named `PRIMARY`.
_IN_MYSQL = ("unique", "index")


def rename(builder: Builder, change: Change) -> bool:
    """Rename a constraint or an index if nothing else of it differs; returns whether that is so."""
    if not is_only_name(builder, change):
        return False
    if change.before.get("columns") == [] and change.after.get("columns") == []:
        return True  # a key without columns is none
    if builder.dialect == "mysql" and change.subject == "primary_key":
        builder.add(
            Phase.RENAME_CONSTRAINTS,
            change,
            [],
            ["a primary key has no name of its own in MySQL and MariaDB"],
        )
        return True
    table = builder.end.find_table(change.path)
    names = _names(builder, change, table)
    is_lifted = builder.touched.must_recreate((table["schema"], table["name"]), change.subject, change.before)
    if names is None or is_lifted or (builder.dialect == "mysql" and change.subject not in _IN_MYSQL):
        return False
    notes = [f"{change.name}: it already has this name in the database"] if names[0] == names[1] else []
    operations = [] if notes else [Execute(_statement(builder.dialect, change, table, names))]
    builder.add(Phase.RENAME_CONSTRAINTS, change, operations, notes)
    return True


def is_only_name(builder: Builder, change: Change) -> bool:
    """Whether only the name differs, and the database has a statement that renames."""
    only_name = set(change.aspects) - {"use_alter"} == {"name"}
    return change.action == "modify" and only_name and builder.dialect in ("postgresql", "mysql")


def _names(builder: Builder, change: Change, table: Json) -> tuple[str, str] | None:
    """The names in the database before and after; `None` where one of them is not certain."""
    kind = _KINDS[change.subject]
    if kind == "index":
        old, new = change.before["name"], change.after["name"]
    else:
        old = builder.names.find(kind, change.before, builder.start.find_table(change.path))
        new = change.after["name"]
        if new is None:
            new = default_name(builder.dialect, kind, change.after, table, (table["name"], {}))
    if old is None or new is None:
        return None
    return str(sql_texts.require_known(old, "its name")), str(sql_texts.require_known(new, "its name"))


def _statement(dialect: str, change: Change, table: Json, names: tuple[str, str]) -> str:
    old, new = (sql_texts.table_name(dialect, name, None) for name in names)
    of_table = sql_texts.table_name(dialect, table["name"], table["schema"])
    if dialect == "mysql":
        return f"ALTER TABLE {of_table} RENAME INDEX {old} TO {new}"
    if change.subject == "index":
        return f"ALTER INDEX {sql_texts.table_name(dialect, names[0], table['schema'])} RENAME TO {new}"
    return f"ALTER TABLE {of_table} RENAME CONSTRAINT {old} TO {new}"
