"""Constraints and indexes of tables that stay."""

from typing import Any

from alembic.operations import ops

from . import constraint_comments, constraint_lookups, mysql, mysql_auto_increment, name_changes, sql_texts
from .autoincrement import is_numbered
from .builder import Builder
from .changes import Change, Json, Phase
from .operations import Execute
from .sql_texts import UnknownError

_KINDS = {"primary_key": "primary", "unique": "unique", "foreign_key": "foreignkey", "check": "check"}


def change(builder: Builder, change: Change) -> None:
    """Create, drop or exchange a constraint or an index."""
    if name_changes.rename(builder, change):
        return
    if change.subject == "index":
        _change_index(builder, change)
        return
    if constraint_comments.change_comment_only(builder, change) or builder.pending.change_constraint(change):
        return
    if change.subject == "primary_key" and _change_numbering(builder, change):
        return
    _exchange(builder, change)


def _change_numbering(builder: Builder, change: Change) -> bool:
    """Adapt the numbering of rows to a new primary key; returns whether that created the key too."""
    if builder.dialect == "mysql":
        return mysql_auto_increment.change_key(builder, change) is None
    _report_numbering(builder, change)
    return False


def _exchange(builder: Builder, change: Change) -> None:
    is_dropped, is_created = _exists(change.before), _exists(change.after)
    in_mysql = builder.dialect == "mysql"
    more: tuple[list[Any], list[str]] = ([], [])
    if in_mysql and is_dropped and change.subject in ("primary_key", "unique"):
        more = (mysql.replace_index(builder, change), [])
    if in_mysql and is_dropped and is_created and change.subject == "primary_key":
        table = builder.end.find_table(change.path)
        builder.add(
            Phase.CREATE_CONSTRAINTS, change, [mysql.exchange_primary_key(builder.end.key_of(table), table)]
        )
        return
    if is_dropped and not (_is_dropped_with_column(builder, change) and _has_unknown_name(builder, change)):
        phase = Phase.DROP_FOREIGN_KEYS if change.subject == "foreign_key" else Phase.DROP_CONSTRAINTS
        dropped = _drop_operations(builder, change)
        if in_mysql and change.subject == "foreign_key":
            more = mysql.drop_key_index(builder, change)
        lookup_notes = (
            [f"{change.name}: {constraint_lookups.LOOKUP_NOTE}"]
            if in_mysql and constraint_lookups.has_lookup(dropped)
            else []
        )
        builder.add(phase, change, [*dropped, *more[0]], [*lookup_notes, *more[1]])
    if is_created:
        phase = Phase.CREATE_FOREIGN_KEYS if change.subject == "foreign_key" else Phase.CREATE_CONSTRAINTS
        comments = constraint_comments.comments_of_constraint(
            builder, change.after, builder.end.find_table(change.path)
        )
        builder.add(phase, change, [_create_operation(builder, change), *comments])


def _report_numbering(builder: Builder, change: Change) -> None:
    """Report a change of the numbered column that is not rendered."""
    if builder.dialect == "postgresql":
        return  # `postgresql_numbering` changes it
    sides = (builder.start.find_table(change.path), builder.end.find_table(change.path))
    first, second = (
        {item["name"] for item in table["columns"] if is_numbered(item, table, builder.dialect)}
        for table in sides
    )
    for name in sorted(first ^ second):
        builder.add_gap(
            change, f"{change.path['name']}.{name}: automatic numbering of the rows is not changed"
        )


def _has_unknown_name(builder: Builder, change: Change) -> bool:
    """Whether the name of the constraint in the database is uncertain."""
    kind = _KINDS.get(change.subject)
    table = builder.start.find_table(change.path)
    return kind is None or builder.names.find(kind, change.before, table) is None


def _is_dropped_with_column(builder: Builder, change: Change) -> bool:
    """Whether PostgreSQL drops an unnamed constraint along with one of its columns."""
    if builder.dialect != "postgresql" or change.before["name"] is not None:
        return False
    table = (change.path["schema"], change.path["name"])
    return any((*table, column) in builder.dropped_columns for column in change.before.get("columns", ()))


def _drop_operations(builder: Builder, change: Change) -> list[Any]:
    table = builder.start.find_table(change.path)
    if change.subject == "exclude":
        name = builder.names.find("exclude", change.before, table)
        if name is None:
            raise UnknownError("it has no name, and its name in the database is not certain")
        quoted = sql_texts.table_name(builder.dialect, table["name"], table["schema"])
        name = sql_texts.table_name("postgresql", name, None)
        return [Execute(f"ALTER TABLE {quoted} DROP CONSTRAINT {name}")]
    kind = _KINDS[change.subject]
    if kind == "foreignkey":
        return constraint_lookups.drop_foreign_key(builder, change.before, table)
    if kind == "check" and builder.dialect == "mysql":
        return constraint_lookups.drop_check(builder, change.before, table)
    found = builder.names.find(kind, change.before, table)
    if found is None:
        raise UnknownError("it has no name, and its name in the database is not certain")
    return [ops.DropConstraintOp(found, table["name"], type_=kind, schema=table["schema"])]


def _create_operation(builder: Builder, change: Change) -> Any:
    side = builder.end
    table = side.find_table(change.path)
    if change.subject == "exclude":
        quoted = sql_texts.table_name(builder.dialect, table["name"], table["schema"])
        return Execute(f"ALTER TABLE {quoted} ADD {sql_texts.require_known(change.after['sql'], 'it')}")
    shell = side.shell(table)
    after = change.after
    if change.subject == "primary_key":
        item: Any = side.primary_key({**after, "columns": side.key_of(table)["columns"]}, shell)
        shell.append_constraint(item)
        return ops.CreatePrimaryKeyOp.from_constraint(item)
    if change.subject == "unique":
        item = side.unique(after)
        shell.append_constraint(item)
        return ops.CreateUniqueConstraintOp.from_constraint(item)
    if change.subject == "check":
        item = side.check(change.after, table)
        shell.append_constraint(item)
        return ops.CreateCheckConstraintOp.from_constraint(item)
    item = side.foreign_key(after, shell)
    shell.append_constraint(item)
    return ops.CreateForeignKeyOp.from_constraint(item)


def _change_index(builder: Builder, change: Change) -> None:
    if change.before is not None:
        afterwards = mysql.replace_index(builder, change) if builder.dialect == "mysql" else []
        index = builder.start.index(change.before, builder.start.find_table(change.path))
        operations = [ops.DropIndexOp.from_index(index), *afterwards]
        builder.add(Phase.DROP_CONSTRAINTS, change, operations)
    if change.after is not None:
        index = builder.end.index(change.after, builder.end.find_table(change.path))
        builder.add(Phase.CREATE_CONSTRAINTS, change, [ops.CreateIndexOp.from_index(index)])


def _exists(item: Json | None) -> bool:
    """Whether there is a constraint: a primary key without columns is none."""
    return item is not None and item.get("columns") != []
