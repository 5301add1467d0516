"""Constraints and indexes of a table as code."""

from collections.abc import Callable, Iterator

from ..render.sql_texts import escape_colons, unqualify_columns
from ..stand_in.value import OPEN
from . import excludes
from .code import Atom, Call, Code, Keyword, call
from .columns import has_explicit_key
from .indexes import NoIndexError, index
from .keys import MORE, NoTargetError, foreign_key, is_inline, primary_key
from .literals import string
from .model import Entity, Model
from .scope import Json, Scope
from .values import NoOptionError, deferred, dialect_sql, keywords, named, scoped


def constraints(entity: Entity, model: Model, scope: Scope) -> Iterator[Code | str]:
    """The constraints and indexes; a text is a comment about one that is left out."""
    table = entity.table
    if has_explicit_key(table):
        yield from _tried(entity, scope, "primary_key", table["primary_key"], lambda _: primary_key(entity))
    for key in table["foreign_keys"]:
        if not is_inline(key):
            yield from _tried(entity, scope, "foreign_key", key, lambda key: foreign_key(key, entity, model))
    for item in table["unique"]:
        yield from _tried(entity, scope, "unique", item, lambda item: _unique(item, entity))
    for item in table["checks"]:
        yield from _tried(entity, scope, "check", item, lambda item: _check(item, entity, scope))
    for item in table["excludes"]:
        yield from _tried(entity, scope, "exclude", item, lambda item: excludes.exclude(item, entity, scope))
    for item in table["indexes"]:
        yield from _tried(entity, scope, "index", item, lambda item: index(item, entity, scope))


def _tried(
    entity: Entity, scope: Scope, kind: str, item: Json, make: Callable[[Json], Code]
) -> Iterator[Code | str]:
    what = item["name"] or item.get("sql") or ", ".join(item.get("columns", ()))
    try:
        if OPEN in what or OPEN in item.get("sql", ""):
            raise NoOptionError("it is not known")
        yield make(item)
    except (NoOptionError, NoTargetError, NoIndexError, excludes.NoExcludeError) as why:
        yield scope.gap(entity.table, item["name"], kind, f"{kind.replace('_', ' ')} `{what}`: {why}")


def _unique(item: Json, entity: Entity) -> Code:
    names: list[Code | Keyword] = [Atom(string(entity.of(name))) for name in item["columns"]]
    made = Call("sa.UniqueConstraint", [*names, *named(item), *deferred(item)])
    made.items += keywords(item.get("options", {}), MORE)
    return scoped(made, item)


def _check(item: Json, entity: Entity, scope: Scope) -> Code:
    options = item.get("options", {})
    table = entity.table
    sql = unqualify_columns(item["sql"], table["name"], table["schema"])
    condition = dialect_sql(sql, options, "sql", scope) or Atom(string(escape_colons(sql)))
    made = call("sa.CheckConstraint", condition, *named(item), *deferred(item))
    made.items += keywords(options, MORE)
    return scoped(made, item)
