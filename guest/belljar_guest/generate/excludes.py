"""Exclusion constraints as code: the document has only their DDL."""

import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.schema import AddConstraint

from ..extract.sql import plain_dialect
from ..render.sql_texts import escape_colons
from .code import Atom, Call, Code, Keyword, items
from .literals import string
from .model import Entity
from .scope import Json, Scope
from .values import deferred, keywords, named, scoped, text

_DDL = re.compile(r"(?:CONSTRAINT .*? )?EXCLUDE USING (\w+) \((.*?)\)(?: WHERE \((.*?)\))?", re.DOTALL)


class NoExcludeError(Exception):
    """An exclusion constraint can't be written."""


def exclude(item: Json, entity: Entity, scope: Scope) -> Code:
    """An exclusion constraint; raises `NoExcludeError`."""
    tail = re.compile(r"(?: NOT DEFERRABLE| DEFERRABLE)?(?: INITIALLY \w+)?$")
    ddl = tail.sub("", item["sql"])
    found = _DDL.fullmatch(ddl)
    if found is None:
        raise NoExcludeError(f"its statement `{item['sql']}`")
    using, parts, where = found.groups()
    pairs = [part.rpartition(" WITH ") for part in parts.split(", ")]
    if not all(head and operator for head, _, operator in pairs):
        raise NoExcludeError(f"its statement `{item['sql']}`")
    _check(item, ddl, [(head, operator) for head, _, operator in pairs], using, where)
    scope.need("sqlalchemy.dialects", "postgresql")
    given: list[Code | Keyword] = [
        items("()", [text(head), Atom(string(operator))]) for head, _, operator in pairs
    ]
    given += named(item)
    given.append(Keyword("using", Atom(string(using))))
    if where is not None:
        given.append(Keyword("where", text(where)))
    given += _timing(item["sql"])
    return scoped(
        Call("postgresql.ExcludeConstraint", [*given, *keywords(item.get("options", {}), ("comment",))]), item
    )


def _timing(sql: str) -> list[Keyword]:
    """When it is checked."""
    found = re.search(r"( NOT)?( DEFERRABLE)?(?: INITIALLY (\w+))?$", sql)
    deferrable = None if found is None or not found.group(2) else not found.group(1)
    initially = found.group(3) if found is not None else None
    return deferred({"deferrable": deferrable, "initially": initially})


def _check(item: Json, ddl: str, pairs: list[tuple[str, str]], using: str, where: str | None) -> None:
    """Make sure that the pieces give the same statement again."""
    elements: list[Any] = [(sa.text(escape_colons(head)), operator) for head, operator in pairs]
    condition = None if where is None else sa.text(escape_colons(where))
    made = ExcludeConstraint(*elements, name=item["name"], using=using, where=condition)
    sa.Table("t", sa.MetaData(), made)
    text = str(AddConstraint(made).compile(dialect=plain_dialect("postgresql"))).partition(" ADD ")[2].strip()
    if text != ddl:
        raise NoExcludeError(f"its statement `{item['sql']}`")
