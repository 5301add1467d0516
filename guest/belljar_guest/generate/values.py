"""Options of tables, columns, constraints and indexes as code; the document has only their texts."""

import re
from typing import Any

from ..extract.options import option_text
from ..render.sql_texts import escape_colons
from ..stand_in.value import OPEN
from .code import Atom, Call, Code, Keyword, Pair, call, items
from .literals import NoLiteralError, is_identifier, literal, string
from .scope import Scope

#: Options whose text stands for a list, or for pairs.
_LISTS = ("postgresql_include", "mssql_include", "postgresql_inherits")
_PAIRS = ("postgresql_with", "postgresql_ops", "mysql_length", "mariadb_length", "mysql_prefix")

#: Options with an expression of SQL.
_EXPRESSIONS = ("_where",)


class NoOptionError(Exception):
    """An option can't be written."""


def text(sql: str) -> Code:
    """SQL as it is."""
    return call("sa.text", string(escape_colons(sql)))


def dialect_sql(sql: str, options: dict[str, str], place: str, scope: Scope) -> Code | None:
    """SQL that has its own text in some dialects; `None` if it has none there."""
    own = {name.partition(":")[2]: value for name, value in options.items() if name.startswith(f"{place}:")}
    if not own:
        return None
    if not all(is_of_dialect(name) for name in own) or any(OPEN in value for value in (sql, *own.values())):
        raise NoOptionError(f"`{sql}` is not known for all dialects")
    scope.needs_dialect_sql = True
    if "mysql" in own:  # MariaDB renders what MySQL does, unless it has a text of its own
        own.setdefault("mariadb", own["mysql"])
    texts = [Keyword(name, Atom(string(value))) for name, value in sorted(own.items())]
    return call("DialectSQL", string(sql), *texts)


def keywords(options: dict[str, str], of: tuple[str, ...] = ()) -> list[Keyword]:
    """The keyword arguments for options of dialects, and for other options that are in `of`."""
    return [
        Keyword(name, option(name, value))
        for name, value in sorted(options.items())
        if ":" not in name and (is_of_dialect(name) or name in of)
    ]


def is_of_dialect(name: str) -> bool:
    """Whether an option is named after a dialect."""
    return name.partition("_")[0] in ("postgresql", "mysql", "mariadb", "sqlite", "mssql", "oracle")


def option(name: str, value: str) -> Code:
    """The value of an option; raises `NoOptionError`."""
    if not is_identifier(name) or OPEN in value:
        raise NoOptionError(f"the option `{name}` is not known")
    if name.endswith(_EXPRESSIONS):
        return text(value)
    made = _value(name, value)
    if option_text(made) != value:
        raise NoOptionError(f"the option `{name}` is `{value}`")
    try:
        if isinstance(made, list):
            return items("[]", [Atom(literal(item)) for item in made])
        if isinstance(made, dict):
            return items("{}", [Pair(string(key), Atom(literal(item))) for key, item in made.items()])
        return Atom(literal(made))
    except NoLiteralError:
        raise NoOptionError(f"the option `{name}` is `{value}`") from None


def _value(name: str, value: str) -> Any:
    if name in _PAIRS and ": " in value:
        pairs = (part.partition(": ") for part in value.split(", "))
        return {key: _number(item) for key, _, item in pairs}
    if name in _LISTS:
        return value.split(", ")
    if value in ("True", "False"):
        return value == "True"
    return _number(value)


def _number(value: str) -> Any:
    return int(value) if re.fullmatch(r"-?(0|[1-9]\d{0,17})", value) else value


def deferred(item: dict[str, Any]) -> list[Keyword]:
    """When a constraint is checked; its document may have these as fields or as options."""
    options = item.get("options", {})
    found = []
    deferrable = item.get("deferrable", {"True": True, "False": False}.get(options.get("deferrable", "")))
    initially = item.get("initially", options.get("initially"))
    if deferrable is not None:
        found.append(Keyword("deferrable", Atom(repr(bool(deferrable)))))
    if initially is not None:
        found.append(Keyword("initially", Atom(string(initially))))
    return found


def named(item: dict[str, Any]) -> list[Keyword]:
    """The name of a constraint."""
    if item["name"] is None:
        return []
    name = string(item["name"])
    quote = item.get("options", {}).get("quote")
    if quote in ("True", "False"):
        return [Keyword("name", call("sa.sql.quoted_name", name, Atom(quote)))]
    if item.get("names"):  # a name that dialects shorten, as one of a naming convention
        return [Keyword("name", call("sa.schema.conv", name))]
    return [Keyword("name", Atom(name))]


def scoped(code: Code, item: dict[str, Any]) -> Code:
    """A constraint or an index that only some dialects create."""
    if item.get("dialects") is None or not isinstance(code, Call):
        return code
    names = [string(name) for name in item["dialects"]]
    given = Atom(names[0]) if len(names) == 1 else Atom(f"({', '.join(names)})")
    return Call(".ddl_if", [Keyword("dialect", given)], of=code)
