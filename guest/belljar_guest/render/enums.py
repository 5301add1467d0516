"""Named types, which only PostgreSQL has.

A value can be added and renamed in place (https://www.postgresql.org/docs/current/sql-altertype.html). To drop or
reorder values, the type is recreated and its columns are cast.
"""

from typing import Any

from . import sql_texts
from .builder import Builder
from .changes import Change, Json, Phase
from .enum_values import find_type
from .operations import Execute, ExecuteAlone
from .sql_texts import UnknownError, literal, table_name
from .tables import Side


def change(builder: Builder, group: list[Change]) -> None:
    """Change one type."""
    if builder.dialect != "postgresql":
        return
    first = group[0]
    whole = next((one for one in group if one.subject == "type"), None)
    if whole is not None and whole.action == "add":
        builder.add(Phase.CREATE_TYPES, group, [Execute(_statement(whole.after))])
    elif whole is not None and whole.action == "drop":
        if whole.before["created"]:
            kind = "DOMAIN" if whole.before["kind"] == "domain" else "TYPE"
            builder.add(Phase.DROP_TYPES, group, [Execute(f"DROP {kind} {_name(whole.before)}")])
    elif whole is not None and whole.aspects != ["order"]:
        raise UnknownError("a type whose kind or statement differs is not changed")
    else:
        if any(
            other.subject == "enum_value" and not other.is_determined and _is_same_type(other, first)
            for other in builder.changes
        ):
            raise UnknownError("not all of its values are known")
        _change_values(builder, group)


def _is_same_type(one: Change, other: Change) -> bool:
    return all(one.path[name] == other.path[name] for name in ("schema", "name"))


def _statement(item: Json) -> str:
    if not item["created"]:
        raise UnknownError("the code declares that it already exists")
    if item["sql"] is None:
        raise UnknownError("the statement that creates it is not known")
    return sql_texts.require_known(item["sql"], "the statement that creates it").strip()


def _name(item: Json) -> str:
    return table_name("postgresql", item["name"], item["schema"])


def _change_values(builder: Builder, group: list[Change]) -> None:
    path = group[0].path
    start, end = find_type(builder.start, path), find_type(builder.end, path)
    name = _name(end)
    operations: list[Any] = []
    values = list(start["values"])
    for one in group:
        if one.renames and one.before in values:
            operations.append(
                Execute(f"ALTER TYPE {name} RENAME VALUE {literal(one.before)} TO {literal(one.after)}")
            )
            values[values.index(one.before)] = one.after
    wanted = end["values"]
    if [value for value in wanted if value in values] == values:
        builder.add(Phase.CREATE_TYPES, group, [*operations, *_add_values(name, values, wanted)])
        return
    lost = [value for value in values if value not in wanted]
    notes = []
    if lost:
        notes.append(f"{end['name']}: fails if a row has {', '.join(literal(value) for value in lost)}")
    old = _old_name(builder, end)
    builder.add(Phase.CREATE_TYPES, group, [*operations, *_recreate(builder, start, end, old)], notes)
    # Dropped columns and tables use the old type until then.
    builder.add(
        Phase.DROP_TYPES, group, [Execute(f"DROP TYPE {table_name('postgresql', old, end['schema'])}")]
    )


def _old_name(builder: Builder, item: Json) -> str:
    """An unused name for the old type while both exist."""
    taken = {one["name"] for side in (builder.start, builder.end) for one in side.types}
    name = f"{item['name']}_old"
    while name in taken:
        name += "_"
    return name


def _add_values(name: str, values: list[str], wanted: list[str]) -> list[Any]:
    """Add each new value after the one that it follows."""
    found = []
    for position, value in enumerate(wanted):
        if value in values:
            continue
        place = f"AFTER {literal(wanted[position - 1])}" if position else _first_position(values, wanted)
        if position and value == wanted[-1] and wanted[position - 1 : position] == wanted[-2:-1]:
            place = "" if _is_last(values, wanted, position) else place
        found.append(ExecuteAlone(f"ALTER TYPE {name} ADD VALUE {literal(value)} {place}".rstrip()))
    return found


def _first_position(values: list[str], wanted: list[str]) -> str:
    """The position of a first value: before the next existing one, as the values in between do not exist yet."""
    there = next((value for value in wanted if value in values), None)
    return f"BEFORE {literal(there)}" if there is not None else ""


def _is_last(values: list[str], wanted: list[str], position: int) -> bool:
    """Whether no existing value would follow it."""
    return all(value in wanted[:position] for value in values)


def _recreate(builder: Builder, start: Json, end: Json, old: str) -> list[Any]:
    """Recreate the type, and cast every column that has it."""
    name = _name(end)
    operations = [Execute(f"ALTER TYPE {name} RENAME TO {table_name('postgresql', old, None)}")]
    operations.append(Execute(_statement(end)))
    for text in end["columns"]:
        if text not in start["columns"]:
            continue
        schema, table, column = builder.end.split_target(text)
        before = _column(builder.start, (schema, table), column)
        after = _column(builder.end, (schema, table), column)
        quoted = table_name("postgresql", table, schema)
        own = table_name("postgresql", column, None)
        alter = f"ALTER TABLE {quoted} ALTER COLUMN {own}"
        ddl = sql_texts.require_known(after["type"]["postgresql"], "its type")
        # A change to or from an array is a change of its own, rendered later.
        many = "[]" if (before["type"]["postgresql"] or "").endswith("[]") else ""
        ddl = ddl.removesuffix("[]") + many
        if before["server_default"] is not None:
            operations.append(Execute(f"{alter} DROP DEFAULT"))
        operations.append(Execute(f"{alter} TYPE {ddl} USING {own}::text{many}::{ddl}"))
        given = ("server_default", "server_default_literal")
        if after["server_default"] is not None and all(before.get(one) == after.get(one) for one in given):
            default = sql_texts.require_known(after["server_default"], "its server default")
            default = literal(default) if after.get("server_default_literal") else default
            operations.append(Execute(f"{alter} SET DEFAULT {default}"))
    return operations


def _column(side: Side, table: tuple[str | None, str], name: str) -> Json:
    for one in side.tables.get(table, []):
        for column in one["columns"]:
            if column["name"] == name:
                found: Json = column
                return found
    raise UnknownError(f"there is no column `{table[1]}.{name}`")
