"""Indexes as code."""

from ..extract.sql import plain_dialect
from ..render.sql_texts import unqualify_columns
from ..stand_in.value import OPEN
from .code import Atom, Call, Code, Keyword
from .literals import string
from .model import Entity
from .scope import Json, Scope
from .values import dialect_sql, keywords, named, option, scoped, text


class NoIndexError(Exception):
    """An index can't be written."""


def index(item: Json, entity: Entity, scope: Scope) -> Code:
    """An index; raises `NoIndexError` or `NoOptionError`."""
    options = {name: value for name, value in item.get("options", {}).items() if ":" not in name}
    given: list[Code | Keyword] = [keyword.value for keyword in named(item)] or [Atom("None")]
    for number, element in enumerate(item["elements"]):
        given.append(_element(number, element, item, entity, scope))
    if item["unique"]:
        given.append(Keyword("unique", Atom("True")))
    table = entity.table
    for name, value in sorted(options.items()):
        if name.endswith("_where"):
            given.append(
                Keyword(name, option(name, unqualify_columns(value, table["name"], table["schema"])))
            )
            del options[name]
    return scoped(Call("sa.Index", [*given, *keywords(options)]), item)


def _element(number: int, element: Json, item: Json, entity: Entity, scope: Scope) -> Code:
    """An element: a column, or the text of an expression."""
    if OPEN in element["sql"]:
        raise NoIndexError("it is not known")
    column = element["column"]
    quote = plain_dialect("postgresql").identifier_preparer.quote
    if column is not None:
        is_plain = element["sql"] == quote(column) or element["sql"].startswith(f"{quote(column)} ")
        if not is_plain:
            raise NoIndexError(f"its element `{element['sql']}`")
        return Atom(string(entity.of(column)))
    table = entity.table
    sql = unqualify_columns(element["sql"], table["name"], table["schema"])
    return dialect_sql(sql, item.get("options", {}), f"element {number}", scope) or text(sql)
