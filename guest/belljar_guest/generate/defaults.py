"""Defaults of columns as code: those of the database exactly, those of Python as far as their text tells."""

import ast
from typing import Any

import sqlalchemy as sa

from ..extract.options import by_dialect
from ..extract.sql import expression
from ..render.sql_texts import escape_colons, unqualify_columns
from ..stand_in.value import OPEN
from .code import Atom, Code, call
from .literals import NoLiteralError, literal, string
from .scope import Json, Scope
from .values import NoOptionError, dialect_sql, text

#: Expressions that dialects render in their own way.
_FUNCTIONS: dict[str, tuple[Any, Code]] = {
    "now()": (sa.func.now(), call("sa.func.now")),
    "CURRENT_TIMESTAMP": (sa.func.current_timestamp(), call("sa.func.current_timestamp")),
    "CURRENT_DATE": (sa.func.current_date(), call("sa.func.current_date")),
    "CURRENT_TIME": (sa.func.current_time(), call("sa.func.current_time")),
    "true": (sa.true(), call("sa.true")),
    "false": (sa.false(), call("sa.false")),
}

#: Functions of Python that make values, by the name that a document has for them.
_CALLABLES = {
    "uuid.uuid4": ("uuid", "uuid4", "uuid4"),
    "uuid.uuid1": ("uuid", "uuid1", "uuid1"),
    "builtins.dict": ("", "", "dict"),
    "builtins.list": ("", "", "list"),
    "datetime.datetime.utcnow": ("datetime", "", "dt.datetime.utcnow"),
    "datetime.datetime.now": ("datetime", "", "dt.datetime.now"),
    "datetime.date.today": ("datetime", "", "dt.date.today"),
}


class NoDefaultError(Exception):
    """A default can't be written."""


def server_default(column: Json, scope: Scope) -> Code | None:
    """The default of the database; raises `NoDefaultError`."""
    options = column.get("options", {})
    if options.get("server_default") == "FetchedValue":
        return call("sa.FetchedValue")
    given = column["server_default"]
    if given is None:
        return None
    if OPEN in given:
        raise NoDefaultError(f"the server default `{given}` is not known")
    if column.get("server_default_literal"):
        return Atom(string(given))
    return _expression(given, options, "server_default", scope)


def _expression(sql: str, options: dict[str, str], place: str, scope: Scope) -> Code:
    """An expression that may have its own text in some dialects; raises `NoDefaultError`."""
    own = {name.partition(":")[2]: value for name, value in options.items() if name.startswith(f"{place}:")}
    candidates: list[tuple[Any, Code]] = [_FUNCTIONS[sql]] if sql in _FUNCTIONS else []
    candidates.append((sa.text(escape_colons(sql)), text(sql)))
    for value, code in candidates:
        texts = {entry.name.partition(":")[2]: entry.value for entry in by_dialect("", value)}
        if expression(value) == sql and texts == own:
            return code
    try:
        found = dialect_sql(sql, options, place, scope)
    except NoOptionError as why:
        raise NoDefaultError(str(why)) from None
    if found is None:
        raise NoDefaultError(f"`{sql}` is not the same in all dialects")
    return found


def computed(column: Json, table: Json, scope: Scope) -> Code | None:
    """The expression of a computed column; raises `NoDefaultError`."""
    given = column["computed"]
    if given is None:
        return None
    if OPEN in given["sql"]:
        raise NoDefaultError(f"the expression `{given['sql']}` is not known")
    persisted = given["persisted"]
    plain = unqualify_columns(given["sql"], table["name"], table["schema"])
    try:
        sql = dialect_sql(plain, column.get("options", {}), "computed", scope)
    except NoOptionError as why:
        raise NoDefaultError(str(why)) from None
    sql = sql or Atom(string(escape_colons(plain)))
    return call("sa.Computed", sql, persisted=None if persisted is None else repr(bool(persisted)))


def server_onupdate(column: Json) -> Code | None:
    """What the database sets on update."""
    options = column.get("options", {})
    if options.get("server_onupdate") == "FetchedValue":
        return call("sa.FetchedValue")
    given = column["server_onupdate"]
    return None if given is None else text(given)


def python_default(default: Json | None, scope: Scope) -> Code | None:
    """A default that SQLAlchemy applies; raises `NoDefaultError`."""
    if default is None or default["kind"] == "sequence":
        return None
    kind, given = default["kind"], default["text"]
    if OPEN in given:
        raise NoDefaultError(f"the Python default `{given}` is not known")
    if kind == "clause":
        return _FUNCTIONS[given][1] if given in _FUNCTIONS else text(given)
    if kind == "callable" and given in _CALLABLES:
        module, name, code = _CALLABLES[given]
        if module:
            scope.need(module, name)
        return Atom(code)
    if kind == "scalar":
        found = _scalar(given)
        if found is not None:
            return found
    raise NoDefaultError(f"the Python default {given}")


def _scalar(given: str) -> Code | None:
    """The literal with this `repr`."""
    try:
        value = ast.literal_eval(given)
        return Atom(literal(value)) if repr(value) == given else None
    except (ValueError, SyntaxError, MemoryError, RecursionError, NoLiteralError):
        return None
