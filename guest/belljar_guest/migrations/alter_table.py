"""The actions of `ALTER TABLE`, as far as they are understood."""

import re
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy import types
from sqlalchemy.dialects import postgresql

from .doubtful_sql import doubt
from .enumerations import enum_columns
from .items import Item, set_nullable
from .sql_names import NAME, QUALIFIED, literals, names, table_named, unquoted
from .state import TableState, add_constraint

ACTION = re.compile(rf"ALTER TABLE (?:IF EXISTS )?(?:ONLY )?({QUALIFIED}) (.+)", re.IGNORECASE | re.DOTALL)


Action = Callable[[Any, TableState, "re.Match[str]"], None]


def alter(recording: Any, statement: str, found: "re.Match[str]") -> None:
    """Apply the actions of `ALTER TABLE`, if all of them are understood."""
    table = table_named(recording, found[1])
    actions = _split_actions(found[2])
    matched = [_match_action(action) for action in actions]
    if table is None or any(item is None for item in matched):
        doubt(recording, statement)
        return
    recording.touch(table)
    for item in matched:
        if item is not None:
            effect, match = item
            try:
                effect(recording, table, match)
            except KeyError:  # a column that is not there
                doubt(recording, statement)


def _split_actions(text: str) -> list[str]:
    """The actions between commas that are in no parentheses and no literal."""
    parts, depth, start = [], 0, 0
    for found in re.finditer(r"'(?:[^']|'')*'|\"[^\"]*\"|[(),]", text):
        if found[0] == "(":
            depth += 1
        elif found[0] == ")":
            depth -= 1
        elif found[0] == "," and depth == 0:
            parts.append(text[start : found.start()].strip())
            start = found.end()
    return [*parts, text[start:].strip()]


def _match_action(action: str) -> "tuple[Action, re.Match[str]] | None":
    for pattern, effect in _ACTIONS:
        found = re.fullmatch(pattern, action, re.IGNORECASE | re.DOTALL)
        if found:
            return effect, found
    return None


def _nothing(_recording: Any, _table: TableState, _found: "re.Match[str]") -> None:
    pass


def _rename_table(recording: Any, table: TableState, found: "re.Match[str]") -> None:
    recording.touched.pop(table.key, None)
    recording.state.rename(table, names(found[1])[1], table.schema)
    recording.touch(table)


def _rename_column(recording: Any, table: TableState, found: "re.Match[str]") -> None:
    old, new = unquoted(found[1]), unquoted(found[2])
    recording.mark(table.columns[old])
    recording.state.rename_column(table, old, new)


def _rename_constraint(recording: Any, table: TableState, found: "re.Match[str]") -> None:
    kinds = ("unique", "foreignkey", "check", "primary", "exclude")
    item = recording.find_item(table, unquoted(found[1]), kinds)
    if item is None:
        raise KeyError(found[1])
    item.name = unquoted(found[2])


def _drop_constraint(recording: Any, table: TableState, found: "re.Match[str]") -> None:
    name, kinds = unquoted(found["name"]), ("unique", "foreignkey", "check", "primary", "exclude")
    item = recording.find_item(table, name, kinds)
    if found["if"] and item is None:
        return
    recording.drop_item(table, name, kinds)
    if found["cascade"] and item is not None and item.kind in ("primary", "unique"):
        recording.state.drop_references(table, set(item.columns()))


def _drop_column(recording: Any, table: TableState, found: "re.Match[str]") -> None:
    name = unquoted(found["name"])
    if name in table.columns:
        table.drop_column(name)
        if found["cascade"]:
            recording.state.drop_references(table, {name})
    elif not found["if"]:
        raise KeyError(name)


def _set_nullable(recording: Any, table: TableState, found: "re.Match[str]") -> None:
    set_nullable(recording.mark(table.columns[unquoted(found[1])]), value=found[2].upper() == "DROP")


def _set_default(recording: Any, table: TableState, found: "re.Match[str]") -> None:
    column = recording.mark(table.columns[unquoted(found[1])])
    value = _default_of(found[2])
    column.server_default = sa.Column("x", types.Integer(), server_default=value).server_default


def _default_of(text: str) -> Any:
    """A server default by its text; `NULL` is none."""
    if text.upper() == "NULL":
        return None
    return literals(text)[0] if re.fullmatch(r"'(?:[^']|'')*'", text) else sa.text(text)


def _drop_default(recording: Any, table: TableState, found: "re.Match[str]") -> None:
    recording.mark(table.columns[unquoted(found[1])]).server_default = None


def _set_type(recording: Any, table: TableState, found: "re.Match[str]") -> None:
    column = recording.mark(table.columns[unquoted(found[1])])
    made = type_of(recording, found[2])
    if made is None:
        raise KeyError(found[2])
    column.type = made


def _add_column(recording: Any, table: TableState, found: "re.Match[str]") -> None:
    name, made = unquoted(found["name"]), type_of(recording, found["type"])
    if name in table.columns and found["if"]:
        return
    if made is None:
        raise KeyError(found["type"])
    value = _default_of(found["default"] or "NULL")
    null = found["before"] or found["null"] or "NULL"
    column = sa.Column(name, made, nullable=null.upper() == "NULL", server_default=value)
    recording.add_column(table, column)


def _add_columns_constraint(recording: Any, table: TableState, found: "re.Match[str]") -> None:
    kind = {"UNIQUE": "unique", "PRIMARY KEY": "primary"}[found["kind"].upper()]
    columns = [unquoted(part.strip()) for part in found["columns"].split(",")]
    if any(column not in table.columns for column in columns):
        raise KeyError(found["columns"])
    name = unquoted(found["name"]) if found["name"] else None
    add_constraint(table, Item(kind, name, columns), recording.place())


def _take_index(recording: Any, table: TableState, found: "re.Match[str]") -> None:
    """Make a constraint of a unique index."""
    index = recording.find_item(table, unquoted(found["index"]), ("index",))
    if index is None or not index.options.get("unique") or len(index.columns()) != len(index.elements):
        raise KeyError(found["index"])
    table.remove(index)
    kind = {"UNIQUE": "unique", "PRIMARY KEY": "primary"}[found["kind"].upper()]
    name = unquoted(found["name"]) if found["name"] else index.name
    add_constraint(table, Item(kind, name, index.columns()), recording.place())


def _add_foreign_key(recording: Any, table: TableState, found: "re.Match[str]") -> None:
    columns = [unquoted(part.strip()) for part in found["columns"].split(",")]
    target = table_named(recording, found["target"])
    if any(column not in table.columns for column in columns) or target is None:
        raise KeyError(found["columns"])
    given = found["references"]
    key = target.primary_key.columns() if target.primary_key else []
    referenced = [unquoted(part.strip()) for part in given.split(",")] if given else key
    options = {
        name: re.sub(r"\s+", " ", found[name]).upper() for name in ("ondelete", "onupdate") if found[name]
    }
    name = unquoted(found["name"]) if found["name"] else None
    targets = [(target.schema, target.name, column) for column in referenced]
    add_constraint(table, Item("foreignkey", name, list(columns), targets, options), recording.place())


def _add_check(recording: Any, table: TableState, found: "re.Match[str]") -> None:
    name = unquoted(found["name"]) if found["name"] else None
    add_constraint(table, Item("check", name, [sa.text(found["sql"])]), recording.place())


#: Types by their names in SQL.
_TYPES: dict[str, Callable[[list[Any]], Any]] = {
    "integer": lambda _: types.Integer(),
    "int": lambda _: types.Integer(),
    "int4": lambda _: types.Integer(),
    "bigint": lambda _: types.BigInteger(),
    "int8": lambda _: types.BigInteger(),
    "smallint": lambda _: types.SmallInteger(),
    "text": lambda _: types.Text(),
    "boolean": lambda _: types.Boolean(),
    "bool": lambda _: types.Boolean(),
    "date": lambda _: types.Date(),
    "timestamp": lambda _: types.TIMESTAMP(),
    "timestamp without time zone": lambda _: types.DateTime(),
    "timestamp with time zone": lambda _: types.DateTime(timezone=True),
    "timestamptz": lambda _: types.DateTime(timezone=True),
    "varchar": lambda given: types.String(*given[:1]),
    "character varying": lambda given: types.String(*given[:1]),
    "numeric": lambda given: types.Numeric(*given[:2]),
    "double precision": lambda _: types.Float(53),
    "json": lambda _: types.JSON(),
    "jsonb": lambda _: _postgresql("JSONB"),
    "uuid": lambda _: _postgresql("UUID"),
    "bytea": lambda _: types.LargeBinary(),
}


#: Those that may have arguments; the width of a number in MySQL is none of its type.
_WITH_ARGUMENTS = frozenset(
    {"integer", "int", "bigint", "smallint", "varchar", "character varying", "numeric"}
)


def _postgresql(name: str) -> Any:
    return getattr(postgresql, name)()


def type_of(recording: Any, text: str) -> Any:
    """The type that a text names; `None` for one that is not known."""
    found = re.fullmatch(r"([\w\" ]+?) ?(?:\(([\d, ]+)\))?", text.strip())
    if not found:
        return None
    name = " ".join(found[1].lower().split())
    given = [int(part) for part in (found[2] or "").replace(" ", "").split(",") if part]
    if name in _TYPES:
        if given and name not in _WITH_ARGUMENTS:
            return None  # a precision, which the types here have not
        return _TYPES[name](given)
    plain = unquoted(found[1].strip())
    columns = enum_columns(recording, plain)
    if columns:
        return columns[0][2].copy()
    for (_, enum), values in recording.state.enums.items():
        if enum == plain:
            return sa.Enum(*values, name=plain)
    return None


_COLUMNS = rf"\((?P<columns> ?{NAME}(?: ?, ?{NAME})* ?)\)"
_CONSTRAINT = rf"ADD (?:CONSTRAINT (?P<name>{NAME}) )?"
_REFERENTIAL = r"(?:NO ACTION|RESTRICT|CASCADE|SET NULL|SET DEFAULT)"

_ACTIONS: list[tuple[str, Action]] = [
    (rf"RENAME TO ({QUALIFIED})", _rename_table),
    (rf"RENAME CONSTRAINT ({NAME}) TO ({NAME})", _rename_constraint),
    (rf"RENAME (?:COLUMN )?({NAME}) TO ({NAME})", _rename_column),
    (
        rf"DROP CONSTRAINT (?P<if>IF EXISTS )?(?P<name>{NAME})(?:(?P<cascade> CASCADE)| RESTRICT)?",
        _drop_constraint,
    ),
    (
        rf"DROP (?:COLUMN )?(?P<if>IF EXISTS )?(?P<name>{NAME})(?:(?P<cascade> CASCADE)| RESTRICT)?",
        _drop_column,
    ),
    (rf"ALTER (?:COLUMN )?({NAME}) (SET|DROP) NOT NULL", _set_nullable),
    (rf"ALTER (?:COLUMN )?({NAME}) SET DEFAULT (.+)", _set_default),
    (rf"ALTER (?:COLUMN )?({NAME}) DROP DEFAULT", _drop_default),
    (
        (rf"ALTER (?:COLUMN )?({NAME}) (?:SET DATA )?TYPE ([\w\" ]+?(?: ?\([\d, ]+\))?)(?: USING .+)?"),
        _set_type,
    ),
    (rf"{_CONSTRAINT}(?P<kind>UNIQUE|PRIMARY KEY) ?{_COLUMNS}", _add_columns_constraint),
    (rf"{_CONSTRAINT}(?P<kind>UNIQUE|PRIMARY KEY) USING INDEX (?P<index>{NAME})", _take_index),
    (
        (
            rf"{_CONSTRAINT}FOREIGN KEY ?{_COLUMNS} REFERENCES (?P<target>{QUALIFIED})"
            rf"(?: ?\((?P<references>[^()]*)\))?(?: ON DELETE (?P<ondelete>{_REFERENTIAL}))?"
            rf"(?: ON UPDATE (?P<onupdate>{_REFERENTIAL}))?(?: NOT VALID)?"
        ),
        _add_foreign_key,
    ),
    (rf"{_CONSTRAINT}CHECK ?\((?P<sql>.+)\)(?: NOT VALID)?", _add_check),
    (
        (
            rf"ADD (?:COLUMN )?(?P<if>IF NOT EXISTS )?(?P<name>{NAME}) (?P<type>[A-Za-z][\w ]*?(?: ?\([\d, ]+\))?)"
            r"(?: (?P<before>NOT NULL|NULL))?"
            r"(?: DEFAULT (?P<default>'(?:[^']|'')*'|-?[\w.]+(?:\(\))?))?"
            r"(?: (?P<null>NOT NULL|NULL))?"
        ),
        _add_column,
    ),
    (rf"VALIDATE CONSTRAINT {NAME}", _nothing),
    (r"(?:ENABLE|DISABLE) (?:TRIGGER|RULE|ROW LEVEL SECURITY).*", _nothing),
    (r"(?:NO )?FORCE ROW LEVEL SECURITY", _nothing),
    (rf"OWNER TO {NAME}", _nothing),
    (rf"CLUSTER ON {NAME}|SET WITHOUT CLUSTER|REPLICA IDENTITY .+", _nothing),
    (rf"ALTER (?:COLUMN )?{NAME} SET STATISTICS -?\d+", _nothing),
    (r"SET \([^()]*\)|RESET \([^()]*\)", _nothing),
]
