"""The source of a column's numbers in PostgreSQL: its own sequence (`SERIAL`), an identity, or none.

The old source is dropped before the column changes. The new one is created afterwards, and starts after the greatest
existing number.
"""

from dataclasses import replace
from typing import Any

from .autoincrement import is_numbered
from .builder import Builder
from .changes import Change, Json, Phase
from .default_names import object_name
from .operations import Alter, Execute
from .sql_texts import UnknownError, literal, number_options, table_name

_SERIAL, _IDENTITY, _NOTHING = "serial", "identity", "nothing"


def change(builder: Builder) -> None:
    """Change the numbering of every column whose source differs."""
    if builder.dialect != "postgresql":
        return
    for place, tables in builder.start.tables.items():
        for start, end in zip(tables, builder.end.tables.get(place, []), strict=False):
            before = {column["name"]: column for column in start["columns"]}
            for after in end["columns"]:
                if after["name"] in before:
                    _column(builder, (before[after["name"]], start), (after, end))


def _source(column: Json, table: Json) -> str:
    if column["identity"] is not None:
        return _IDENTITY
    return _SERIAL if is_numbered(column, table, "postgresql") else _NOTHING


def _column(builder: Builder, before: tuple[Json, Json], after: tuple[Json, Json]) -> None:
    old, new = _source(*before), _source(*after)
    # The notes are already in the steps of the changes themselves.
    group = [replace(one, notes=[]) for one in _changes(builder, before[0], before[1])]
    if not group:
        return
    if old != new:
        builder.attempt(group[0], lambda: _replace(builder, group, (old, new), before, after), group)
    elif old == _IDENTITY:
        builder.attempt(group[0], lambda: _alter(builder, group, before[0]["identity"], after), group)
    elif old == _SERIAL:
        kinds = [_integer_type(column) for column, _ in (before, after)]
        if kinds[0] != kinds[1]:
            name = _sequence(builder, *before)
            builder.add(Phase.SET_NUMBERING, group, [Execute(f"ALTER SEQUENCE {name} AS {kinds[1]}")])


def _changes(builder: Builder, column: Json, table: Json) -> list[Change]:
    """The changes that may be the reason."""
    place = (table["schema"], table["name"])
    own = [
        one
        for one in builder.changes
        if one.is_determined and (one.path["schema"], one.path["name"]) == place
    ]
    found = [
        one
        for one in own
        if one.subject == "column" and one.path["part"] == column["name"] and not one.renames
    ]
    return found or [one for one in own if one.subject in ("primary_key", "foreign_key")]


def _replace(
    builder: Builder,
    group: list[Change],
    ways: tuple[str, str],
    before: tuple[Json, Json],
    after: tuple[Json, Json],
) -> None:
    old, new = ways
    quoted = table_name("postgresql", after[1]["name"], after[1]["schema"])
    name = table_name("postgresql", after[0]["name"], None)
    alter = f"ALTER TABLE {quoted} ALTER COLUMN {name}"
    if old == _SERIAL:
        sequence = _sequence(builder, *before)
        drop = [Execute(f"{alter} DROP DEFAULT"), Execute(f"DROP SEQUENCE {sequence}")]
        builder.add(Phase.DROP_NUMBERING, group, drop)
    elif old == _IDENTITY:
        builder.add(Phase.DROP_NUMBERING, group, [Execute(f"{alter} DROP IDENTITY")])
    if new == _SERIAL:
        builder.add(Phase.SET_NUMBERING, group, _serial_statements(after, alter, quoted, name))
    elif new == _IDENTITY:
        builder.add(Phase.SET_NUMBERING, group, _identity(builder, after, quoted, name))


def _serial_statements(after: tuple[Json, Json], alter: str, quoted: str, name: str) -> list[Any]:
    """The statements that PostgreSQL runs itself for a serial column of a new table."""
    column, table = after
    own = object_name(table["name"], [column["name"]], "seq")
    sequence = table_name("postgresql", own, table["schema"])
    return [
        Execute(f"CREATE SEQUENCE {sequence} AS {_integer_type(column)}"),
        Execute(f"{alter} SET DEFAULT nextval({literal(sequence)}::regclass)"),
        Execute(f"ALTER SEQUENCE {sequence} OWNED BY {quoted}.{name}"),
        _set_next(f"{literal(sequence)}::regclass", f"coalesce(max({name}), 0) + 1", quoted),
    ]


def _set_next(sequence: str, value: str, table: str) -> Any:
    """The statement that sets the next value of a sequence."""
    return Execute(f"SELECT setval({sequence}, {value}, false) FROM {table}")  # noqa: S608 - all are quoted


def _identity(builder: Builder, after: tuple[Json, Json], quoted: str, name: str) -> list[Any]:
    column, table = after
    identity = builder.end.identity(column["identity"])
    made = Alter(
        table["name"],
        column["name"],
        schema=table["schema"],
        modify_server_default=identity,
        existing_type=builder.end.type(column["type"]),
        existing_nullable=column["nullable"],
    )
    start = column["identity"]["start"]
    given = number_options(column["identity"].get("options", {}))
    if (column["identity"]["increment"] or 1) < 0:
        return [made]
    least = start if start is not None else given.get("minvalue", 1)
    own = f"pg_get_serial_sequence({literal(quoted)}, {literal(column['name'])})"
    value = f"greatest(coalesce(max({name}), 0) + 1, {least})"
    return [made, _set_next(own, value, quoted)]


#: Options of an identity.
_OPTIONS = ("start", "increment", "minvalue", "maxvalue", "cache", "cycle")


def _alter(builder: Builder, group: list[Change], identity: Json, after: tuple[Json, Json]) -> None:
    """Alter an identity; an option that is no longer given returns to its default."""
    column, table = after
    before, given = _identity_options(identity), _identity_options(column["identity"])
    step = given["increment"] or 1
    first: Any = given["minvalue"] if step > 0 else given["maxvalue"]
    texts = {
        "always": f"SET GENERATED {'ALWAYS' if given['always'] else 'BY DEFAULT'}",
        "increment": f"SET INCREMENT BY {step}",
        "minvalue": f"SET MINVALUE {given['minvalue']}"
        if given["minvalue"] is not None
        else "SET NO MINVALUE",
        "maxvalue": f"SET MAXVALUE {given['maxvalue']}"
        if given["maxvalue"] is not None
        else "SET NO MAXVALUE",
        "start": f"SET START WITH {given['start'] or first or (1 if step > 0 else -1)}",
        "cache": f"SET CACHE {given['cache'] or 1}",
        "cycle": "SET CYCLE" if given["cycle"] else "SET NO CYCLE",
    }
    changed = {name for name in texts if before[name] != given[name]}
    if changed:
        quoted = table_name("postgresql", table["name"], table["schema"])
        alter = f"ALTER TABLE {quoted} ALTER COLUMN {table_name('postgresql', column['name'], None)}"
        clauses = " ".join(text for name, text in texts.items() if name in changed)
        builder.add(Phase.SET_NUMBERING, group, [Execute(f"{alter} {clauses}")])


def _identity_options(identity: Json) -> Json:
    """All options of an identity; `None` for those that are not given."""
    options = number_options(identity.get("options", {}))
    found = {name: options.get(name) for name in _OPTIONS}
    return {
        **found,
        "always": identity["always"],
        "start": identity["start"],
        "increment": identity["increment"],
    }


def _integer_type(column: Json) -> str:
    return str(column["type"]["postgresql"] or "").lower()


def _sequence(builder: Builder, column: Json, table: Json) -> str:
    """The sequence that PostgreSQL created for a column; raises `UnknownError`."""
    name, columns = builder.names.earlier_names(table)
    column_name = str(column["name"])
    own = object_name(name, [columns.get(column_name, column_name)], "seq")
    taken = {
        one["name"]
        for tables in builder.start.tables.values()
        for one in tables
        if one["schema"] == table["schema"]
    }
    if own in taken:
        raise UnknownError("the name of its sequence in the database is not certain")
    return str(table_name("postgresql", own, table["schema"]))
