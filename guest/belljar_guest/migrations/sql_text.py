"""SQL text of version files, interpreted as far as it is simple.

A statement that is understood completely changes the recorded schema. One that is not, and that may change tables,
puts the tables that it names in doubt.
"""

import re
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from . import routines, statements
from .alter_table import ACTION, alter
from .doubtful_sql import doubt
from .enumerations import enum_columns, set_enum
from .items import Item
from .sql_names import NAME, QUALIFIED, literals, names, table_named, unquoted
from .state import add_constraint


def apply_one(recording: Any, text: str) -> None:
    """Apply the text of one statement."""
    _apply_one(recording, " ".join(_collapse(text)))


def _collapse(statement: str) -> list[str]:
    """The parts of a statement between spaces; literals keep theirs."""
    parts = re.split(r"('(?:[^']|'')*'|\"(?:[^\"]|\"\")*\")", statement)
    joined = "".join(part if index % 2 else re.sub(r"\s+", " ", part) for index, part in enumerate(parts))
    return [joined.strip()]


def _apply_one(recording: Any, statement: str) -> None:
    words = statements.first_words(statement, 4)
    if not words or words[0] in statements.DATA | statements.SETTINGS | statements.QUERIES:
        if words and _may_change(recording, words, statement):
            doubt(recording, statement, routines.bodies(recording, statement))
        return
    for pattern, effect in _STATEMENTS:
        found = re.fullmatch(pattern, statement, re.IGNORECASE | re.DOTALL)
        if found:
            effect(recording, found)
            return
    altered = ACTION.fullmatch(statement)
    if altered:
        alter(recording, statement, altered)
        return
    if not _is_of_no_table(recording, words, statement):
        doubt(recording, statement, routines.bodies(recording, statement))


def _may_change(recording: Any, words: list[str], statement: str) -> bool:
    """Whether a statement that begins like one on data, a query or a setting may change the schema all the same."""
    if statements.changes_tables_within(statement) or routines.bodies(recording, statement):
        return True
    if words[0] in statements.QUERIES:
        return statements.creates_table_by_query(statement) or routines.is_given_table(recording, statement)
    path = re.fullmatch(r"SET (?:LOCAL |SESSION )?search_path ?(?:=|TO) ?(.+)", statement, re.IGNORECASE)
    return bool(path) and not re.match(r"['\"]?(?:public\b|\$user|['\"]?$)|DEFAULT\b", path[1], re.IGNORECASE)  # type: ignore[index]


def _is_of_no_table(recording: Any, words: list[str], statement: str) -> bool:
    """Whether a statement is on an object that is no part of a table."""
    rest = [
        word for word in words[1:] if word not in ("OR", "REPLACE", "IF", "NOT", "EXISTS", "RECURSIVE", "ON")
    ]
    if words[0] not in ("CREATE", "ALTER", "DROP", "COMMENT") or not rest:
        return False
    routines.note(recording, statement)
    takes_columns = (
        words[0] == "DROP" and rest[0] in ("EXTENSION", "DOMAIN") and "CASCADE" in statement.upper()
    )
    return rest[0] in statements.OTHER_OBJECTS and rest[0] not in ("TEMPORARY", "TEMP") and not takes_columns


def _drop_tables(recording: Any, found: "re.Match[str]") -> None:
    for part in re.findall(QUALIFIED, found["names"]):
        table = table_named(recording, part)
        schema_name, name = (table.schema, table.name) if table else (names(part)[0], names(part)[1])
        recording.drop_table(name, schema_name, if_exists=bool(found["if"]))


def _drop_indexes(recording: Any, found: "re.Match[str]") -> None:
    for part in re.findall(QUALIFIED, found["names"]):
        _, name = names(part)
        for table in recording.state.tables.values():
            item = table.find(name, ("index",))
            if item is not None:
                recording.touch(table).remove(item)
                break
        else:
            if not found["if"]:
                doubt(recording, found[0])


def _drop_index_on(recording: Any, found: "re.Match[str]") -> None:
    table = table_named(recording, found[2])
    if table is None:
        doubt(recording, found[0])
    else:
        recording.drop_item(recording.touch(table), names(found[1])[1], ("index", "unique"))


def _create_index(recording: Any, found: "re.Match[str]") -> None:
    table = table_named(recording, found["table"])
    columns = [part.strip() for part in found["columns"].split(",")]
    if table is None or not all(re.fullmatch(NAME, part) for part in columns):
        doubt(recording, found[0])
        return
    name = names(found["name"])[1]
    item = Item(
        "index", name, [unquoted(part) for part in columns], options={"unique": bool(found["unique"])}
    )
    if found["using"] and found["using"].lower() != "btree":
        item.options[f"{recording.dialect.name}_using"] = found["using"].lower()
    if found["where"]:
        item.options[f"{recording.dialect.name}_where"] = sa.text(found["where"])
    if not all(column in table.columns for column in item.columns()):
        doubt(recording, found[0])
    elif table.find(name, ("index",)) is None:
        add_constraint(recording.touch(table), item, recording.place())


def _rename_index(recording: Any, found: "re.Match[str]") -> None:
    _, old = names(found["old"])
    for table in recording.state.tables.values():
        kinds = ("index", "unique", "primary")
        item = table.find(old, kinds) or table.find_unnamed(old, ("unique", "primary"))
        if item is not None:
            item.name = unquoted(found["new"])
            recording.touch(table)
            return
    if not found["if"]:
        doubt(recording, found[0])


def _create_enum(recording: Any, found: "re.Match[str]") -> None:
    recording.state.enums[names(found[1])] = literals(found[2])


def _add_value(recording: Any, found: "re.Match[str]") -> None:
    name, value = names(found[1])[1], literals(found[2])[0]
    where, other = (found[3] or "").upper(), literals(found[4] or "")
    lists = [recording.state.enums[key] for key in recording.state.enums if key[1] == name]
    columns = enum_columns(recording, name)
    values = list(columns[0][2].enums) if columns else list(lists[0]) if lists else []
    if value not in values:
        at = values.index(other[0]) + (where == "AFTER") if other and other[0] in values else len(values)
        values.insert(at, value)
    for one in lists:
        one[:] = values
    set_enum(recording, name, values)


def _rename_value(recording: Any, found: "re.Match[str]") -> None:
    name, (old, new) = names(found[1])[1], (literals(found[2])[0], literals(found[3])[0])
    for columns in [enum_columns(recording, name)]:
        if columns:
            set_enum(recording, name, [new if value == old else value for value in columns[0][2].enums])
    for key, values in recording.state.enums.items():
        if key[1] == name:
            values[:] = [new if value == old else value for value in values]


def _rename_type(recording: Any, found: "re.Match[str]") -> None:
    _, old = names(found[1])
    new = unquoted(found[2])
    columns = enum_columns(recording, old)
    if columns:
        set_enum(recording, old, list(columns[0][2].enums), new)
    for key in [key for key in recording.state.enums if key[1] == old]:
        recording.state.enums[key[0], new] = recording.state.enums.pop(key)


def _drop_types(recording: Any, found: "re.Match[str]") -> None:
    for part in re.findall(QUALIFIED, found["names"]):
        _, name = names(part)
        for key in [key for key in recording.state.enums if key[1] == name]:
            del recording.state.enums[key]
        for table, column, _ in enum_columns(recording, name) if found["cascade"] else ():
            recording.touch(table).drop_column(str(column.name))


def _drop_schemas(recording: Any, found: "re.Match[str]") -> None:
    """Drop the tables of schemas: without `CASCADE` there are none."""
    dropped = {names(part)[1] for part in re.findall(NAME, found["names"])} if found["cascade"] else set()
    for table in [table for table in recording.state.tables.values() if table.schema in dropped]:
        recording.drop_table(table.name, table.schema)


def _rename_schema(recording: Any, found: "re.Match[str]") -> None:
    old, new = unquoted(found[1]), unquoted(found[2])
    for table in [table for table in recording.state.tables.values() if table.schema == old]:
        recording.state.rename(table, table.name, new)
        recording.touch(table)


def _comment(recording: Any, found: "re.Match[str]") -> None:
    parts = re.findall(NAME, found[2])
    is_literal = re.fullmatch(r"'(?:[^']|'')*'", found[3]) is not None
    text = literals(found[3])[0] if is_literal else None
    is_column = found[1].upper() == "COLUMN"
    table = table_named(recording, ".".join(parts[:-1] if is_column else parts))
    if table is None or not (is_literal or found[3].upper() == "NULL"):
        doubt(recording, found[0])
    elif not is_column:
        table.comment = text
    elif unquoted(parts[-1]) in table.columns:
        table.columns[unquoted(parts[-1])].comment = text
    else:
        doubt(recording, found[0])


_IF_EXISTS = r"(?P<if>IF EXISTS )?"
_NAMES = rf"(?P<names>{QUALIFIED}(?: ?, ?{QUALIFIED})*)"
_CASCADE = r"(?:(?P<cascade> CASCADE)| RESTRICT)?"

_STATEMENTS: list[tuple[str, Callable[[Any, "re.Match[str]"], None]]] = [
    (rf"DROP TABLE {_IF_EXISTS}{_NAMES}{_CASCADE}", _drop_tables),
    (rf"DROP INDEX (?:CONCURRENTLY )?{_IF_EXISTS}{_NAMES}{_CASCADE}", _drop_indexes),
    (rf"DROP INDEX (?:IF EXISTS )?({QUALIFIED}) ON ({QUALIFIED})", _drop_index_on),
    (
        (
            rf"CREATE (?P<unique>UNIQUE )?INDEX (?:CONCURRENTLY )?(?:IF NOT EXISTS )?(?P<name>{NAME}) ON (?:ONLY )?"
            rf"(?P<table>{QUALIFIED}) ?(?:USING (?P<using>\w+) ?)?\((?P<columns>[^()]*)\)(?: WHERE (?P<where>.+))?"
        ),
        _create_index,
    ),
    (rf"ALTER INDEX (?P<if>IF EXISTS )?(?P<old>{QUALIFIED}) RENAME TO (?P<new>{NAME})", _rename_index),
    (rf"CREATE TYPE ({QUALIFIED}) AS ENUM ?\((.*)\)", _create_enum),
    (
        (
            rf"ALTER TYPE ({QUALIFIED}) ADD VALUE (?:IF NOT EXISTS )?('(?:[^']|'')*')"
            r"(?: (BEFORE|AFTER) ('(?:[^']|'')*'))?"
        ),
        _add_value,
    ),
    (rf"ALTER TYPE ({QUALIFIED}) RENAME VALUE ('(?:[^']|'')*') TO ('(?:[^']|'')*')", _rename_value),
    (rf"ALTER TYPE ({QUALIFIED}) RENAME TO ({NAME})", _rename_type),
    (rf"DROP TYPE {_IF_EXISTS}{_NAMES}{_CASCADE}", _drop_types),
    (rf"DROP SCHEMA {_IF_EXISTS}{_NAMES}{_CASCADE}", _drop_schemas),
    (rf"ALTER SCHEMA ({NAME}) RENAME TO ({NAME})", _rename_schema),
    (rf"COMMENT ON (TABLE|COLUMN) ({NAME}(?:\.{NAME})*) IS (.+)", _comment),
]
