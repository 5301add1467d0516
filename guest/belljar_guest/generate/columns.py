"""Columns as code."""

from dataclasses import dataclass, field

from ..extract.sql import type_ddl
from ..render.types import by_text
from ..stand_in.value import OPEN
from . import defaults, types
from .code import Atom, Code, Keyword, call
from .keys import inline_key
from .literals import string
from .model import Entity, Model
from .scope import Json, Scope
from .types import UnknownTypeError
from .values import NoOptionError, is_of_dialect, keywords, option

#: Other options of a column that are arguments.
_ARGUMENTS = ("system", "quote")


@dataclass
class Written:
    """A column as code."""

    #: Its arguments after the name.
    arguments: list[Code | Keyword] = field(default_factory=list)
    #: The annotation of its values; empty if their type is not known.
    annotation: str = ""
    comments: list[str] = field(default_factory=list)


def column(item: Json, entity: Entity, model: Model, scope: Scope) -> Written:
    """A column with its comments about what is left out."""
    found = Written()
    found.annotation = _type(item, entity, scope, found)
    for reason in item.get("reasons") or ():
        found.comments.append(scope.doubt(item["name"], reason["message"]))
    for key in entity.table["foreign_keys"]:
        inlined = inline_key(key, entity, model, item["name"])
        if inlined is not None:
            found.arguments.append(inlined)
    _generated(item, entity, scope, found)
    _flags(item, entity, found)
    _defaults(item, entity, scope, found)
    if item["comment"] is not None:
        found.arguments.append(Keyword("comment", Atom(string(item["comment"]))))
    if item.get("key") is not None:
        found.arguments.append(Keyword("key", Atom(string(item["key"]))))
    for name, value in sorted(item.get("options", {}).items()):
        if ":" in name or not (is_of_dialect(name) or name in _ARGUMENTS):
            continue
        try:
            found.arguments.append(Keyword(name, option(name, value)))
        except NoOptionError as why:
            _left_out(found, scope, entity, item, "column.options", str(why))
    return found


def _left_out(found: Written, scope: Scope, entity: Entity, item: Json, what: str, why: str) -> None:
    found.comments.append(scope.gap(entity.table, item["name"], what, f"`{item['name']}`: {why}"))


def _type(item: Json, entity: Entity, scope: Scope, found: Written) -> str:
    """Add the type; the annotation without nullability."""
    try:
        made = types.typed(item["type"], scope)
    except UnknownTypeError as why:
        _left_out(found, scope, entity, item, "column.type", str(why))
        found.arguments.append(Atom("sa.types.NullType"))
        return ""
    found.arguments.append(made.code)
    return made.annotation


def _generated(item: Json, entity: Entity, scope: Scope, found: Written) -> None:
    """Add what the database generates: sequences, identities and computed columns."""
    if item["sequence"] is not None:
        try:
            found.arguments.append(sequence(item["sequence"]))
        except NoOptionError as why:
            _left_out(found, scope, entity, item, "column.sequence", str(why))
    if item["identity"] is not None:
        try:
            found.arguments.append(_identity(item["identity"]))
        except NoOptionError as why:
            _left_out(found, scope, entity, item, "column.identity", str(why))
    try:
        made = defaults.computed(item, entity.table, scope)
        if made is not None:
            found.arguments.append(made)
    except defaults.NoDefaultError as why:
        _left_out(found, scope, entity, item, "column.computed", str(why))


def sequence(item: Json, *more: Keyword) -> Code:
    """A sequence; raises `NoOptionError`."""
    names = {"minvalue": "min_value", "maxvalue": "max_value"}
    given: list[Code | Keyword] = [Atom(string(item["name"]))]
    for name in ("start", "increment", "minvalue", "maxvalue"):
        value = item[names.get(name, name)]
        if value is not None:
            given.append(Keyword(name, Atom(repr(int(value)))))
    if item["cycle"] is not None:
        given.append(Keyword("cycle", Atom(repr(bool(item["cycle"])))))
    if item["cache"] is not None:
        given.append(Keyword("cache", Atom(repr(int(item["cache"])))))
    if item["schema"] is not None:
        given.append(Keyword("schema", Atom(string(item["schema"]))))
    if item["data_type"] is not None:
        given.append(Keyword("data_type", _type_of_sequence(item["data_type"])))
    options = item.get("options", {})
    given += keywords(options, ("nominvalue", "nomaxvalue", "order", "optional"))
    return call("sa.Sequence", *given, *more)


def _type_of_sequence(text: str) -> Code:
    for candidate in by_text({"postgresql": text}):
        name = type(candidate).__name__
        if type_ddl(candidate, "postgresql") == text and name in ("Integer", "BigInteger", "SmallInteger"):
            return Atom(f"sa.{name}")
    raise NoOptionError(f"the type of the sequence, `{text}`")


def _identity(item: Json) -> Code:
    given = [Keyword("always", Atom("True"))] if item["always"] else []
    for name in ("start", "increment"):
        if item[name] is not None:
            given.append(Keyword(name, Atom(repr(int(item[name])))))
    names = ("minvalue", "maxvalue", "nominvalue", "nomaxvalue", "cycle", "cache", "order", "on_null")
    return call("sa.Identity", *given, *keywords(item.get("options", {}), names))


def _flags(item: Json, entity: Entity, found: Written) -> None:
    """Add the flags of a column."""
    in_key = item["primary_key"] and not has_explicit_key(entity.table)
    if in_key:
        found.arguments.append(Keyword("primary_key", Atom("True")))
    is_annotated = entity.is_class and found.annotation not in ("", "Any")
    if not is_annotated and item["nullable"] == bool(item["primary_key"]):
        found.arguments.append(Keyword("nullable", Atom(repr(bool(item["nullable"])))))
    elif entity.is_class and not is_annotated and not item["primary_key"]:
        found.arguments.append(Keyword("nullable", Atom(repr(bool(item["nullable"])))))
    given = item["autoincrement"]
    if given != "auto":
        code = {"true": "True", "false": "False"}.get(given, '"ignore_fk"')
        found.arguments.append(Keyword("autoincrement", Atom(code)))


def has_explicit_key(table: Json) -> bool:
    """Whether the primary key is a constraint of its own: it has a name, options, or another order."""
    key = table["primary_key"]
    flagged = [item["name"] for item in table["columns"] if item["primary_key"]]
    more = key["name"] is not None or key.get("options") or key.get("dialects") is not None
    return bool(more) or flagged != key["columns"]


def _defaults(item: Json, entity: Entity, scope: Scope, found: Written) -> None:
    """Add the defaults."""
    for name, make in (
        ("server_default", lambda: defaults.server_default(item, scope)),
        ("server_onupdate", lambda: defaults.server_onupdate(item)),
        ("default", lambda: defaults.python_default(item["default"], scope)),
        ("onupdate", lambda: defaults.python_default(item["onupdate"], scope)),
    ):
        try:
            made = make()
        except defaults.NoDefaultError as why:
            text = str(why).replace("Python default", "Python value on update") if name == "onupdate" else str(why)
            _left_out(found, scope, entity, item, f"column.{name}", text)
            continue
        if made is not None:
            found.arguments.append(Keyword(name, made))


def is_marked(item: Json) -> bool:
    """Whether the name of a column or a table is not known."""
    return OPEN in item["name"] or OPEN in (item.get("schema") or "")
