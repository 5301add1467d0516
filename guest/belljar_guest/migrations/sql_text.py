"""SQL text of version files, interpreted as far as it is simple.

A statement that is understood completely changes the recorded schema. One that is not, and that may change tables,
puts the tables that it names in doubt.
"""

import re
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy import types
from sqlalchemy.dialects import postgresql

from . import statements
from .items import Item, set_nullable
from .state import TableState, add_constraint, reason

_NAME = r'(?:"(?:[^"]|"")+"|`[^`]+`|\[[^\]]+\]|[A-Za-z_][\w$]*)'
_QUALIFIED = rf"(?:{_NAME}\.)?{_NAME}"
_ACTION = re.compile(rf"ALTER TABLE (?:IF EXISTS )?(?:ONLY )?({_QUALIFIED}) (.+)", re.IGNORECASE | re.DOTALL)

Action = Callable[[Any, TableState, "re.Match[str]"], None]


def unquoted(name: str) -> str:
    """A name without quotes; one without them is in lower case."""
    if name[:1] in "\"`[":
        return name[1:-1].replace('""', '"')
    return name.lower() if name.isupper() or name.islower() else name


def names(text: str) -> tuple[str | None, str]:
    """The schema and the name of a qualified name."""
    parts = re.findall(_NAME, text)
    return (unquoted(parts[-2]) if len(parts) > 1 else None), unquoted(parts[-1])


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
    altered = _ACTION.fullmatch(statement)
    if altered:
        _alter(recording, statement, altered)
        return
    rest = [word for word in words[1:] if word not in ("OR", "REPLACE", "IF", "NOT", "EXISTS", "RECURSIVE")]
    is_other = words[0] in ("CREATE", "ALTER", "DROP", "COMMENT") and rest and rest[0] in statements.OTHER_OBJECTS
    if is_other and rest[0] not in ("TEMPORARY", "TEMP"):
        return
    _doubt(recording, statement)


def _doubt(recording: Any, statement: str) -> None:
    """Put the tables in doubt that a statement names; without any, the schema as a whole."""
    shown = statement if len(statement) <= 120 else statement[:119] + "…"
    text = f"{recording._where(recording.place())} executes a statement that is not interpreted: `{shown}`"
    why = reason("migration-sql", text)
    named = list(recording.state.named(statement))
    for table in named:
        recording.touch(table).doubt(why)
    created = re.match(rf"CREATE (?:UNLOGGED |FOREIGN )?TABLE (?:IF NOT EXISTS )?({_QUALIFIED})", statement, re.IGNORECASE)
    if created:
        schema_name, name = names(created[1])
        if recording.state.get(name, schema_name) is None:
            made = TableState(schema_name, name, recording.place())
            made.doubt(why)
            recording.state.put(recording.touch(made))
    elif not named:
        recording.state.doubt(why)


def _table(recording: Any, text: str) -> TableState | None:
    schema_name, name = names(text)
    found: TableState | None = recording.state.get(name, schema_name)
    if found is None and schema_name == "public":
        found = recording.state.get(name, None)
    return found


def _drop_tables(recording: Any, found: "re.Match[str]") -> None:
    for part in re.findall(_QUALIFIED, found[1]):
        table = _table(recording, part)
        if table is not None:
            recording.drop_table(table.name, table.schema)


def _drop_indexes(recording: Any, found: "re.Match[str]") -> None:
    for part in re.findall(_QUALIFIED, found[1]):
        _, name = names(part)
        for table in recording.state.tables.values():
            item = table.find(name, ("index",))
            if item is not None:
                recording.touch(table).remove(item)
                break


def _drop_index_on(recording: Any, found: "re.Match[str]") -> None:
    table = _table(recording, found[2])
    if table is None:
        _doubt(recording, found[0])
    else:
        recording.drop_item(recording.touch(table), names(found[1])[1], ("index", "unique"))


def _create_index(recording: Any, found: "re.Match[str]") -> None:
    table = _table(recording, found["table"])
    columns = [part.strip() for part in found["columns"].split(",")]
    if table is None or not all(re.fullmatch(_NAME, part) for part in columns):
        _doubt(recording, found[0])
        return
    name = names(found["name"])[1]
    item = Item("index", name, [unquoted(part) for part in columns], options={"unique": bool(found["unique"])})
    if found["using"] and found["using"].lower() != "btree":
        item.options[f"{recording.dialect.name}_using"] = found["using"].lower()
    if found["where"]:
        item.options[f"{recording.dialect.name}_where"] = sa.text(found["where"])
    if not all(column in table.columns for column in item.columns()):
        _doubt(recording, found[0])
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


def literals(text: str) -> list[str]:
    """The literals in a text."""
    return [part.replace("''", "'") for part in re.findall(r"'((?:[^']|'')*)'", text)]


def enum_columns(recording: Any, name: str) -> list[tuple[TableState, Any, Any]]:
    """The columns with an enumeration of a name: the table, the column, and the type."""
    found = []
    for table in recording.state.tables.values():
        for column in table.columns.values():
            inner = getattr(column.type, "item_type", column.type)
            if isinstance(inner, types.Enum) and str(inner.name) == name:
                found.append((table, column, inner))
    return found


def with_values(kind: Any, values: list[str], name: str | None = None) -> Any:
    """An enumeration with other values, or another name."""
    cls = sa.Enum if type(kind).__module__ == "sqlalchemy.sql.sqltypes" else type(kind)
    options = {"name": name or kind.name, "schema": kind.schema}
    if cls is sa.Enum:
        options["native_enum"] = kind.native_enum
        options["create_constraint"] = bool(getattr(kind, "create_constraint", False))
        if not kind.native_enum and (kind.length or 0) >= max(map(len, values), default=0):
            options["length"] = kind.length
    return cls(*values, **options)


def set_enum(recording: Any, name: str, values: list[str], new_name: str | None = None) -> None:
    """Give all columns of an enumeration other values, or the enumeration another name."""
    for table, column, kind in enum_columns(recording, name):
        made = with_values(kind, values, new_name)
        if getattr(column.type, "item_type", None) is kind:
            column.type = type(column.type)(made)
        else:
            column.type = made
        recording.mark(column)
        recording.touch(table)


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
    schema_name, old = names(found[1])
    new = unquoted(found[2])
    columns = enum_columns(recording, old)
    if columns:
        set_enum(recording, old, list(columns[0][2].enums), new)
    for key in [key for key in recording.state.enums if key[1] == old]:
        recording.state.enums[key[0], new] = recording.state.enums.pop(key)


def _drop_types(recording: Any, found: "re.Match[str]") -> None:
    for part in re.findall(_QUALIFIED, found[1]):
        _, name = names(part)
        for key in [key for key in recording.state.enums if key[1] == name]:
            del recording.state.enums[key]


def _comment(recording: Any, found: "re.Match[str]") -> None:
    parts = re.findall(_NAME, found[2])
    text = literals(found[3])[0] if literals(found[3]) else None
    is_column = found[1].upper() == "COLUMN"
    table = _table(recording, ".".join(parts[:-1] if is_column else parts))
    if table is None:
        return
    if not is_column:
        table.comment = text
    elif unquoted(parts[-1]) in table.columns:
        table.columns[unquoted(parts[-1])].comment = text


_STATEMENTS: list[tuple[str, Callable[[Any, "re.Match[str]"], None]]] = [
    (rf"DROP TABLE (?:IF EXISTS )?({_QUALIFIED}(?: ?, ?{_QUALIFIED})*)(?: CASCADE| RESTRICT)?", _drop_tables),
    (rf"DROP INDEX (?:CONCURRENTLY )?(?:IF EXISTS )?({_QUALIFIED}(?: ?, ?{_QUALIFIED})*)(?: CASCADE| RESTRICT)?", _drop_indexes),
    (rf"DROP INDEX (?:IF EXISTS )?({_QUALIFIED}) ON ({_QUALIFIED})", _drop_index_on),
    (
        rf"CREATE (?P<unique>UNIQUE )?INDEX (?:CONCURRENTLY )?(?:IF NOT EXISTS )?(?P<name>{_NAME}) ON (?:ONLY )?"
        rf"(?P<table>{_QUALIFIED}) ?(?:USING (?P<using>\w+) ?)?\((?P<columns>[^()]*)\)(?: WHERE (?P<where>.+))?",
        _create_index,
    ),
    (rf"ALTER INDEX (?:IF EXISTS )?({_QUALIFIED}) RENAME TO ({_NAME})", _rename_index),
    (rf"CREATE TYPE ({_QUALIFIED}) AS ENUM ?\((.*)\)", _create_enum),
    (
        rf"ALTER TYPE ({_QUALIFIED}) ADD VALUE (?:IF NOT EXISTS )?('(?:[^']|'')*')"
        r"(?: (BEFORE|AFTER) ('(?:[^']|'')*'))?",
        _add_value,
    ),
    (rf"ALTER TYPE ({_QUALIFIED}) RENAME VALUE ('(?:[^']|'')*') TO ('(?:[^']|'')*')", _rename_value),
    (rf"ALTER TYPE ({_QUALIFIED}) RENAME TO ({_NAME})", _rename_type),
    (rf"DROP TYPE (?:IF EXISTS )?({_QUALIFIED}(?: ?, ?{_QUALIFIED})*)(?: CASCADE| RESTRICT)?", _drop_types),
    (rf"COMMENT ON (TABLE|COLUMN) ({_NAME}(?:\.{_NAME})*) IS (.+)", _comment),
]


# The actions of ALTER TABLE


def _alter(recording: Any, statement: str, found: "re.Match[str]") -> None:
    """Apply the actions of `ALTER TABLE`, if all of them are understood."""
    table = _table(recording, found[1])
    actions = _split_actions(found[2])
    matched = [_match_action(action) for action in actions]
    if table is None or any(item is None for item in matched):
        _doubt(recording, statement)
        return
    recording.touch(table)
    for item in matched:
        if item is not None:
            effect, match = item
            try:
                effect(recording, table, match)
            except KeyError:  # a column that is not there
                _doubt(recording, statement)


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
    if found["if"] and recording.find_item(table, name, kinds) is None:
        return
    recording.drop_item(table, name, kinds)


def _drop_column(_recording: Any, table: TableState, found: "re.Match[str]") -> None:
    name = unquoted(found["name"])
    if name in table.columns:
        table.drop_column(name)
    elif not found["if"]:
        raise KeyError(name)


def _set_nullable(recording: Any, table: TableState, found: "re.Match[str]") -> None:
    set_nullable(recording.mark(table.columns[unquoted(found[1])]), found[2].upper() == "DROP")


def _set_default(recording: Any, table: TableState, found: "re.Match[str]") -> None:
    column = recording.mark(table.columns[unquoted(found[1])])
    text = found[2]
    value: Any = literals(text)[0] if re.fullmatch(r"'(?:[^']|'')*'", text) else sa.text(text)
    column.server_default = sa.Column("x", types.Integer(), server_default=value).server_default


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
    default = found["default"]
    value: Any = None
    if default is not None:
        value = literals(default)[0] if re.fullmatch(r"'(?:[^']|'')*'", default) else sa.text(default)
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


def _add_foreign_key(recording: Any, table: TableState, found: "re.Match[str]") -> None:
    columns = [unquoted(part.strip()) for part in found["columns"].split(",")]
    target = _table(recording, found["target"])
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
_TYPES: dict[str, Callable[[list[int]], Any]] = {
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
    "timestamp": lambda _: types.DateTime(),
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
        return _TYPES[name](given)
    plain = unquoted(found[1].strip())
    columns = enum_columns(recording, plain)
    if columns:
        return columns[0][2].copy()
    for (_, enum), values in recording.state.enums.items():
        if enum == plain:
            return sa.Enum(*values, name=plain)
    return None


_COLUMNS = rf"\((?P<columns> ?{_NAME}(?: ?, ?{_NAME})* ?)\)"
_CONSTRAINT = rf"ADD (?:CONSTRAINT (?P<name>{_NAME}) )?"
_REFERENTIAL = r"(?:NO ACTION|RESTRICT|CASCADE|SET NULL|SET DEFAULT)"

_ACTIONS: list[tuple[str, Action]] = [
    (rf"RENAME TO ({_QUALIFIED})", _rename_table),
    (rf"RENAME CONSTRAINT ({_NAME}) TO ({_NAME})", _rename_constraint),
    (rf"RENAME (?:COLUMN )?({_NAME}) TO ({_NAME})", _rename_column),
    (rf"DROP CONSTRAINT (?P<if>IF EXISTS )?(?P<name>{_NAME})(?: CASCADE| RESTRICT)?", _drop_constraint),
    (rf"DROP (?:COLUMN )?(?P<if>IF EXISTS )?(?P<name>{_NAME})(?: CASCADE| RESTRICT)?", _drop_column),
    (rf"ALTER (?:COLUMN )?({_NAME}) (SET|DROP) NOT NULL", _set_nullable),
    (rf"ALTER (?:COLUMN )?({_NAME}) SET DEFAULT (.+)", _set_default),
    (rf"ALTER (?:COLUMN )?({_NAME}) DROP DEFAULT", _drop_default),
    (rf"ALTER (?:COLUMN )?({_NAME}) (?:SET DATA )?TYPE ([\w\" ]+?(?: ?\([\d, ]+\))?)(?: USING .+)?", _set_type),
    (rf"{_CONSTRAINT}(?P<kind>UNIQUE|PRIMARY KEY) ?{_COLUMNS}", _add_columns_constraint),
    (
        rf"{_CONSTRAINT}FOREIGN KEY ?{_COLUMNS} REFERENCES (?P<target>{_QUALIFIED})"
        rf"(?: ?\((?P<references>[^()]*)\))?(?: ON DELETE (?P<ondelete>{_REFERENTIAL}))?"
        rf"(?: ON UPDATE (?P<onupdate>{_REFERENTIAL}))?(?: NOT VALID)?",
        _add_foreign_key,
    ),
    (rf"{_CONSTRAINT}CHECK ?\((?P<sql>.+)\)(?: NOT VALID)?", _add_check),
    (
        rf"ADD (?:COLUMN )?(?P<if>IF NOT EXISTS )?(?P<name>{_NAME}) (?P<type>[A-Za-z][\w ]*?(?: ?\([\d, ]+\))?)"
        r"(?: (?P<before>NOT NULL|NULL))?(?: DEFAULT (?P<default>'(?:[^']|'')*'|-?[\w.]+(?:\(\))?))?(?: (?P<null>NOT NULL|NULL))?",
        _add_column,
    ),
    (rf"VALIDATE CONSTRAINT {_NAME}", _nothing),
    (rf"(?:ENABLE|DISABLE) (?:TRIGGER|RULE|ROW LEVEL SECURITY).*", _nothing),
    (rf"(?:NO )?FORCE ROW LEVEL SECURITY", _nothing),
    (rf"OWNER TO {_NAME}", _nothing),
    (rf"(?:CLUSTER ON {_NAME}|SET WITHOUT CLUSTER|REPLICA IDENTITY .+|ALTER (?:COLUMN )?{_NAME} SET STATISTICS -?\d+)", _nothing),
    (r"SET \([^()]*\)|RESET \([^()]*\)", _nothing),
]
