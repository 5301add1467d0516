"""Columns as code."""

from collections.abc import Callable
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
    context = _Context(found, scope, entity, item)
    found.annotation = _type(context)
    for reason in item.get("reasons") or ():
        found.comments.append(scope.doubt(item["name"], reason["message"]))
    for key in entity.table["foreign_keys"]:
        inlined = inline_key(key, entity, model, item["name"])
        if inlined is not None:
            found.arguments.append(inlined)
    _generated(context)
    _flags(item, entity, found)
    _defaults(context)
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
            context.leave_out("options", str(why))
    return found


@dataclass
class _Context:
    """What the parts of a column are added to."""

    found: Written
    scope: Scope
    entity: Entity
    item: Json

    def leave_out(self, what: str, why: str) -> None:
        """Report an aspect of the column that is left out."""
        name = self.item["name"]
        line = self.scope.gap(self.entity.table, name, f"column.{what}", f"`{name}`: {why}")
        self.found.comments.append(line)


def _type(context: _Context) -> str:
    """Add the type; the annotation without nullability."""
    item, scope, found = context.item, context.scope, context.found
    try:
        made = types.typed(item["type"], scope)
    except UnknownTypeError as why:
        context.leave_out("type", str(why))
        found.arguments.append(Atom("sa.types.NullType"))
        return ""
    found.arguments.append(made.code)
    return made.annotation


def _generated(context: _Context) -> None:
    """Add what the database generates: sequences, identities and computed columns."""
    item, scope, found = context.item, context.scope, context.found
    if item["sequence"] is not None:
        try:
            found.arguments.append(sequence(item["sequence"]))
        except NoOptionError as why:
            context.leave_out("sequence", str(why))
    if item["identity"] is not None:
        try:
            found.arguments.append(_identity(item["identity"]))
        except NoOptionError as why:
            context.leave_out("identity", str(why))
    try:
        made = defaults.computed(item, context.entity.table, scope)
        if made is not None:
            found.arguments.append(made)
    except defaults.NoDefaultError as why:
        context.leave_out("computed", str(why))


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
    numbers = (name for name in ("start", "increment") if item[name] is not None)
    given += [Keyword(name, Atom(repr(int(item[name])))) for name in numbers]
    names = ("minvalue", "maxvalue", "nominvalue", "nomaxvalue", "cycle", "cache", "order", "on_null")
    return call("sa.Identity", *given, *keywords(item.get("options", {}), names))


def _flags(item: Json, entity: Entity, found: Written) -> None:
    """Add the flags of a column."""
    in_key = item["primary_key"] and not has_explicit_key(entity.table)
    if in_key:
        found.arguments.append(Keyword("primary_key", Atom("True")))
    is_annotated = entity.is_class and found.annotation not in ("", "Any")
    is_usual = item["nullable"] != bool(item["primary_key"])
    if not is_annotated and (not is_usual or (entity.is_class and not item["primary_key"])):
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


def _defaults(context: _Context) -> None:
    """Add the defaults."""
    item, scope = context.item, context.scope
    made: dict[str, Callable[[], Code | None]] = {
        "server_default": lambda: defaults.server_default(item, scope),
        "server_onupdate": lambda: defaults.server_onupdate(item),
        "default": lambda: defaults.python_default(item["default"], scope),
        "onupdate": lambda: defaults.python_default(item["onupdate"], scope),
    }
    for name, make in made.items():
        try:
            code = make()
        except defaults.NoDefaultError as why:
            text = str(why)
            if name == "onupdate":
                text = text.replace("Python default", "Python value on update")
            context.leave_out(name, text)
            continue
        if code is not None:
            context.found.arguments.append(Keyword(name, code))


def is_marked(item: Json) -> bool:
    """Whether the name of a column or a table is not known."""
    return OPEN in item["name"] or OPEN in (item.get("schema") or "")
