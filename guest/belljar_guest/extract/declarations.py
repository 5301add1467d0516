"""Objects that the code declares besides tables, from all sources.

* tables that are views (`CreateView` of SQLAlchemy 2.1)
* DDL elements that listen for an event; see `ddl_listeners` for Python functions
* DDL elements that are kept, so that something will execute them
* entities of a library that compares them with a database to write migrations
"""

import gc
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import MetaData, Table, event
from sqlalchemy.schema import DDLElement

from .. import frames
from ..stand_in import declared_ddl
from ..stand_in.created_objects import objects_of
from ..stand_in.sqlalchemy_patches import NOTES, Notes
from ..stand_in.value import StandIn, origin_of
from .ddl_statements import MadeObject, parse_objects
from .sql import DIALECTS, safe_text, statement_text


@dataclass(eq=False)
class Declaration:
    """Statements of the code, and what they create, in the neutral dialect and in PostgreSQL.

    It has notes and columns like a table, so that doubts are found in the same way.
    """

    element: Any
    creation: frames.Creation
    metadata: Any
    notes: Notes
    made: list[MadeObject] = field(default_factory=list)
    postgresql: list[MadeObject] = field(default_factory=list)
    reasons: list[frames.Reason] = field(default_factory=list)
    span: tuple[str, int, int] | None = None
    target: Any = None
    columns: tuple[Any, ...] = ()

    def __post_init__(self) -> None:
        self.__dict__[NOTES] = self.notes

    def statement(self) -> Any:
        """The statement; an entity creates it on request."""
        make = getattr(self.element, "to_sql_statement_create", None)
        return make() if make is not None else self.element

    def is_rendered(self) -> bool:
        """Whether it has a text."""
        return any(made.text for made in self.made)

    def render(self) -> "Declaration":
        """Compile the element in the neutral dialect and PostgreSQL, or for the one dialect that it is limited to."""
        wanted = self.creation.dialects
        others = [name for name in wanted if name in DIALECTS]
        neutral = others[0] if others and "postgresql" not in wanted else None
        texts, errors = {}, []
        for name in (neutral,) if neutral else (None, "postgresql"):
            try:
                texts[name] = statement_text(self.statement(), name)
            except BaseException as error:
                errors.append(error)
        if texts:
            self.made = parse_objects(texts.get(neutral) or texts["postgresql"])
            other = parse_objects(texts["postgresql"]) if len(texts) > 1 else []
            self.postgresql = other if len(other) == len(self.made) else []
        elif isinstance(getattr(self.element, "statement", None), str):
            self.made = parse_objects(self.element.statement)  # it refers to a table that is not set yet
        else:
            self.made = [_unrendered(self.element)]
            message = f"it can't be rendered: `{error_text(errors[0])}`"
            self.reasons.append(frames.Reason("not-rendered", message, None))
        return self


class NamedMetaData(NamedTuple):
    """Every `MetaData` with a unique name, and by `id` the names of those that the code names."""

    every: list[tuple[str, Any]]
    names: dict[int, str]

    def find_name(self, metadata: Any) -> str | None:
        """The name of a `MetaData`, if the code names it."""
        return self.names.get(id(metadata))

    def tables(self) -> list[Any]:
        """The tables of every `MetaData`."""
        return [table for _, item in self.every for table in item.tables.values()]


def error_text(error: BaseException) -> str:
    """The first line of an exception's text, unless it contains a memory address."""
    text = f"{type(error).__name__}: {safe_text(error)}".partition("\n")[0]
    return type(error).__name__ if " at 0x" in text else text


def metadata_with_listeners() -> list[Any]:
    """Every `MetaData` with listeners."""
    return [item.target for item in declared_ddl.listeners() if issubclass(type(item.target), MetaData)]


def declarations(found: NamedMetaData) -> list[Declaration]:
    """All declarations whose statements are available without calling functions."""
    every = [*_of_tables(found), *_of_ddl_listeners(found), *_unattached(), *_entities()]
    return [item if item.made else item.render() for item in every]


def live_listeners() -> list[declared_ddl.Listener]:
    """The listeners for the creation of something that are still registered."""
    return [
        item
        for item in declared_ddl.listeners()
        if item.event in declared_ddl.CREATES and event.contains(item.target, item.event, item.function)
    ]


def listener_targets(listener: declared_ddl.Listener, found: NamedMetaData) -> list[Any]:
    """The objects that a listener applies to: all of them if it listens to a class."""
    if listener.target is Table:
        return found.tables()
    if listener.target is MetaData:
        return [item for _, item in found.every]
    return [] if isinstance(listener.target, type) else [listener.target]


def creation(
    listener: declared_ddl.Listener,
    target: Any,
    found: NamedMetaData,
    dialects: list[str],
    condition: str | None = None,
) -> frames.Creation:
    """When a listener creates something for a target."""
    if isinstance(target, MetaData):
        name = found.find_name(target)
    else:
        name = safe_text(getattr(target, "fullname", None) or getattr(target, "name", target))
    return frames.Creation("create_all", listener.event, name, dialects, condition)


def metadata_of(target: Any) -> Any:
    """The `MetaData` that a target is or belongs to."""
    return target if isinstance(target, MetaData) else getattr(target, "metadata", None)


def function_name(function: Any) -> str:
    """The dotted name of a function."""
    while hasattr(function, "func"):  # of `functools.partial`
        function = function.func
    if isinstance(function, StandIn):
        return str(function)
    owner = function if hasattr(function, "__qualname__") else type(function)
    return f"{safe_text(owner.__module__)}.{safe_text(owner.__qualname__)}"


def _of_tables(found: NamedMetaData) -> Iterator[Declaration]:
    for table in found.tables():
        if getattr(table, "is_view", False) is True:
            element = table._creator_ddl
            made_by = "create_all" if found.find_name(table.metadata) else "unknown"
            notes = element.__dict__.get(NOTES) or table.__dict__[NOTES]
            yield Declaration(element, frames.Creation(made_by, None, None, [], None), table.metadata, notes)


def _of_ddl_listeners(found: NamedMetaData) -> Iterator[Declaration]:
    for listener in live_listeners():
        function = listener.function
        if isinstance(function, StandIn):
            origin = origin_of(function) or ""
            message = f"`{origin}` is absent; what it creates is not known"
            reason = frames.Reason("stand-in-listener", message, origin)
            made = creation(listener, listener.target, found, [])
            name = MadeObject("listener", None, origin, "")
            yield Declaration(None, made, metadata_of(listener.target), listener.notes, [name], [], [reason])
        elif isinstance(function, DDLElement):
            notes = function.__dict__.get(NOTES) or listener.notes
            for target in listener_targets(listener, found):
                made = creation(listener, target, found, _dialects(function), _condition(function))
                element, metadata = function.against(target), metadata_of(target)
                yield Declaration(element, made, metadata, notes, target=target)


def _dialects(element: Any) -> list[str]:
    """The dialects that an element is limited to, sorted."""
    wanted = getattr(getattr(element, "_ddl_if", None) or element, "dialect", None)
    if wanted is None and _HAS_ON:
        wanted = element.on
    if isinstance(wanted, (str, StandIn)):
        return [str(wanted)]
    return sorted(safe_text(item) for item in wanted) if isinstance(wanted, (tuple, list, set)) else []


def _condition(element: Any) -> str | None:
    """The name of the function that decides whether an element is executed."""
    function = getattr(getattr(element, "_ddl_if", None) or element, "callable_", None)
    if function is None and _HAS_ON and callable(element.on):
        function = element.on
    return function_name(function) if callable(function) else None


#: Whether an element has the keyword `on`; since 1.4 there is only `execute_if`.
_HAS_ON = hasattr(DDLElement, "on")


def _unattached() -> Iterator[Declaration]:
    """DDL elements that are kept and listen to nothing. Copies of a listening element share its notes."""
    seen = {
        id(vars(item.function).get(NOTES)) for item in declared_ddl.listeners() if _is_element(item.function)
    }

    def kept() -> Iterator[Any]:
        for item in objects_of(DDLElement):
            if NOTES in vars(item) and id(vars(item)[NOTES]) not in seen and not _is_of_a_table(item):
                yield item

    if any(True for _ in kept()):
        gc.collect()  # what only cycles refer to is not kept
    for element in sorted(kept(), key=lambda item: _order(vars(item)[NOTES])):
        notes = vars(element)[NOTES]
        if id(notes) in seen:
            continue
        seen.add(id(notes))
        item = Declaration(element, frames.Creation("unknown", None, None, [], None), None, notes).render()
        item.made = [made for made in item.made if made.kind != "drop"]
        if item.made:
            yield item


def _is_element(item: Any) -> bool:
    return issubclass(type(item), DDLElement)


def _is_of_a_table(element: Any) -> bool:
    """Whether an element only creates or drops what is found elsewhere: a table, its view, an index."""
    is_own = type(element).__module__.startswith("sqlalchemy.")
    return is_own and (hasattr(element, "table") or hasattr(getattr(element, "element", None), "dispatch"))


def _order(notes: Notes) -> tuple[str, int]:
    return (notes.place.path, notes.place.line) if notes.place else ("", 0)


def _entities() -> Iterator[Declaration]:
    made = frames.Creation("migration", None, None, ["postgresql"], None)
    for entity in declared_ddl.entities():
        yield Declaration(entity, made, None, vars(entity)[NOTES])


def _unrendered(element: Any) -> MadeObject:
    """What is known of an element without its text."""
    of_class = type(element).__name__
    name = next(
        (getattr(element, key) for key in ("table_name", "signature", "name") if hasattr(element, key)),
        of_class,
    )
    kind = "ddl"
    if "view" in of_class.lower():
        kind = "materialized_view" if getattr(element, "materialized", "aterialized" in of_class) else "view"
    schema = getattr(element, "schema", None)
    return MadeObject(kind, None if schema is None else safe_text(schema), safe_text(name), "")
