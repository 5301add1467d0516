"""SQL text of version files, interpreted as far as it is simple.

A statement that is understood completely changes the recorded schema. One that is not, and that may change tables,
puts the tables that it names in doubt.
"""

import re
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from . import statements
from .alter_table import ACTION, alter
from .doubtful_sql import doubt
from .enumerations import enum_columns, set_enum
from .items import Item
from .sql_names import NAME, QUALIFIED, literals, names, table_named, unquoted
from .state import add_constraint


def apply(recording: Any, text: str) -> None:
    """Apply a text of one or more statements."""
    for statement in statements.split(text):
        _apply_one(recording, " ".join(_collapse(statement)))


def _collapse(statement: str) -> list[str]:
    """The parts of a statement between spaces; literals keep theirs."""
    parts = re.split(r"('(?:[^']|'')*'|\"(?:[^\"]|\"\")*\")", statement)
    joined = "".join(part if index % 2 else re.sub(r"\s+", " ", part) for index, part in enumerate(parts))
    return [joined.strip()]


def _apply_one(recording: Any, statement: str) -> None:
    words = statements.first_words(statement, 4)
    if not words or words[0] in statements.DATA | statements.SETTINGS:
        return
    if words[0] in statements.QUERIES and "INTO" not in statement.upper().split():
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
    rest = [word for word in words[1:] if word not in ("OR", "REPLACE", "IF", "NOT", "EXISTS", "RECURSIVE")]
    is_other = (
        words[0] in ("CREATE", "ALTER", "DROP", "COMMENT") and rest and rest[0] in statements.OTHER_OBJECTS
    )
    if is_other and rest[0] not in ("TEMPORARY", "TEMP"):
        return
    doubt(recording, statement)


def _drop_tables(recording: Any, found: "re.Match[str]") -> None:
    for part in re.findall(QUALIFIED, found[1]):
        table = table_named(recording, part)
        if table is not None:
            recording.drop_table(table.name, table.schema)


def _drop_indexes(recording: Any, found: "re.Match[str]") -> None:
    for part in re.findall(QUALIFIED, found[1]):
        _, name = names(part)
        for table in recording.state.tables.values():
            item = table.find(name, ("index",))
            if item is not None:
                recording.touch(table).remove(item)
                break


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
    _, old = names(found[1])
    for table in recording.state.tables.values():
        kinds = ("index", "unique", "primary")
        item = table.find(old, kinds) or table.find_unnamed(old, ("unique", "primary"))
        if item is not None:
            item.name = unquoted(found[2])
            recording.touch(table)
            return


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
    for part in re.findall(QUALIFIED, found[1]):
        _, name = names(part)
        for key in [key for key in recording.state.enums if key[1] == name]:
            del recording.state.enums[key]


def _comment(recording: Any, found: "re.Match[str]") -> None:
    parts = re.findall(NAME, found[2])
    text = literals(found[3])[0] if literals(found[3]) else None
    is_column = found[1].upper() == "COLUMN"
    table = table_named(recording, ".".join(parts[:-1] if is_column else parts))
    if table is None:
        return
    if not is_column:
        table.comment = text
    elif unquoted(parts[-1]) in table.columns:
        table.columns[unquoted(parts[-1])].comment = text


_STATEMENTS: list[tuple[str, Callable[[Any, "re.Match[str]"], None]]] = [
    (rf"DROP TABLE (?:IF EXISTS )?({QUALIFIED}(?: ?, ?{QUALIFIED})*)(?: CASCADE| RESTRICT)?", _drop_tables),
    (
        (
            rf"DROP INDEX (?:CONCURRENTLY )?(?:IF EXISTS )?({QUALIFIED}(?: ?, ?{QUALIFIED})*)(?: CASCADE| RESTRICT)?"
        ),
        _drop_indexes,
    ),
    (rf"DROP INDEX (?:IF EXISTS )?({QUALIFIED}) ON ({QUALIFIED})", _drop_index_on),
    (
        (
            rf"CREATE (?P<unique>UNIQUE )?INDEX (?:CONCURRENTLY )?(?:IF NOT EXISTS )?(?P<name>{NAME}) ON (?:ONLY )?"
            rf"(?P<table>{QUALIFIED}) ?(?:USING (?P<using>\w+) ?)?\((?P<columns>[^()]*)\)(?: WHERE (?P<where>.+))?"
        ),
        _create_index,
    ),
    (rf"ALTER INDEX (?:IF EXISTS )?({QUALIFIED}) RENAME TO ({NAME})", _rename_index),
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
    (rf"DROP TYPE (?:IF EXISTS )?({QUALIFIED}(?: ?, ?{QUALIFIED})*)(?: CASCADE| RESTRICT)?", _drop_types),
    (rf"COMMENT ON (TABLE|COLUMN) ({NAME}(?:\.{NAME})*) IS (.+)", _comment),
]
