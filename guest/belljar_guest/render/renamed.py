"""Constraints and indexes of which only the name differs.

PostgreSQL renames them all, MySQL and MariaDB indexes and unique keys; nothing is built anew, and no row is looked at.
What has no name in the code has the one that the database gave it, as far as that is certain. Where a database can't
rename, or a name is not certain, it is dropped and made again as any other change.
"""

from typing import TYPE_CHECKING

from . import texts
from .changes import Change, Json, Phase
from .names import default_name
from .operations import Execute

if TYPE_CHECKING:
    from .steps import Builder

_KINDS = {
    "primary_key": "primary",
    "unique": "unique",
    "foreign_key": "foreignkey",
    "check": "check",
    "exclude": "exclude",
    "index": "index",
}

#: What MySQL has a statement for; a primary key is called `PRIMARY` there, whatever the code says.
_IN_MYSQL = ("unique", "index")


def renames(builder: "Builder", change: Change) -> bool:
    """Add the step that renames, where nothing else differs; whether that was done."""
    if not is_only_name(builder, change):
        return False
    if change.before.get("columns") == [] and change.after.get("columns") == []:
        return True  # a key without columns is none
    if builder.dialect == "mysql" and change.subject == "primary_key":
        builder.add(Phase.NAMES_CHANGE, change, [], ["a primary key has no name of its own here"])
        return True
    table = builder.end.find(change.path)
    names = _names(builder, change, table)
    is_lifted = builder.dependents.is_lifted((table["schema"], table["name"]), change.subject, change.before)
    if names is None or is_lifted or (builder.dialect == "mysql" and change.subject not in _IN_MYSQL):
        return False
    told = [f"{change.name}: the database has called it so all along"] if names[0] == names[1] else []
    effect = ("rename_index", (table["schema"], table["name"]), *names)
    operations = [] if told else [Execute(_statement(builder.dialect, change, table, names), effect)]
    builder.add(Phase.NAMES_CHANGE, change, operations, told)
    return True


def is_only_name(builder: "Builder", change: Change) -> bool:
    """Whether nothing but the name of something differs, and the database may rename it."""
    only_name = set(change.aspects) - {"use_alter"} == {"name"}
    return change.action == "modify" and only_name and builder.dialect in ("postgresql", "mysql")


def _names(builder: "Builder", change: Change, table: Json) -> tuple[str, str] | None:
    """Its name in the database before and after; nothing where one is not certain."""
    kind = _KINDS[change.subject]
    if kind == "index":
        old, new = change.before["name"], change.after["name"]
    else:
        old = builder.constraints.name_of(kind, change.before, builder.start.find(change.path))
        new = change.after["name"]
        if new is None:
            new = default_name(builder.dialect, kind, change.after, table, (table["name"], {}))
    if old is None or new is None:
        return None
    return str(texts.known(old, "its name")), str(texts.known(new, "its name"))


def _statement(dialect: str, change: Change, table: Json, names: tuple[str, str]) -> str:
    old, new = (texts.table_name(dialect, name, None) for name in names)
    of_table = texts.table_name(dialect, table["name"], table["schema"])
    if dialect == "mysql":
        return f"ALTER TABLE {of_table} RENAME INDEX {old} TO {new}"
    if change.subject == "index":
        return f"ALTER INDEX {texts.table_name(dialect, names[0], table['schema'])} RENAME TO {new}"
    return f"ALTER TABLE {of_table} RENAME CONSTRAINT {old} TO {new}"
