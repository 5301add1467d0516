"""Postpones what SQLAlchemy prepares for instances and queries, while the mappers are configured at the end of a run.

Configuring a mapper resolves its relationships, which the schema needs. For each attribute it also creates the object
that loads it and the one that handles its values, with listeners for cascades and back references; no run needs those
unless code of the repository creates an instance or a query after all. Then SQLAlchemy first asks whether the mapper is
configured, and everything is made up for. Installed once, when the snapshot is made; SQLAlchemy 1.3 has no such place.
"""

import contextlib
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from sqlalchemy.orm import ColumnProperty, Mapper, RelationshipProperty, instrumentation
from sqlalchemy.orm.interfaces import StrategizedProperty

#: The loaders that can be postponed, without the underscore that their names have since 2.1: nothing in their
#: constructors can fail for properties as `_is_plain` describes them.
_LOADERS = frozenset(("ColumnLoader", "JoinedLoader", "LazyLoader", "SelectInLoader"))

#: The key of the loader that every relationship has besides its own.
_LAZY = (("lazy", "select"),)

#: Events whose listeners may need what is postponed, while the mappers are configured or at the end.
_OF_CONFIGURATION = ("before_configured", "after_configured")
_OF_MAPPERS = ("before_mapper_configured", "mapper_configured")

#: The loader of a property for which it is postponed.
_POSTPONED: Any = object()


#: The listeners of SQLAlchemy itself.
_own: list[Any] = []


class _State:
    """Whether properties are postponed now, those that were, and whether what asks for a mapper only reads it."""

    active = False
    reading = False
    waiting: ClassVar[list[tuple[Any, Any]]] = []


def install() -> None:
    """Install all patches; listeners that SQLAlchemy has by then are its own, and need nothing of an attribute."""
    if hasattr(Mapper, "_check_configure"):
        every: Any = Mapper
        _own[:] = _listeners(every.dispatch._for_class(Mapper), (*_OF_CONFIGURATION, *_OF_MAPPERS))
        _wrap_strategies()
        _wrap_relationships()
        _wrap_check()


@contextlib.contextmanager
def postponed(mappers: list[Any]) -> Iterator[None]:
    """Postpone what can be, unless a listener may need it."""
    _State.active = not _has_listeners(mappers)
    try:
        yield
    finally:
        _State.active = False


@contextlib.contextmanager
def reading() -> Iterator[None]:
    """Let the guest ask for mappers without needing what was postponed."""
    _State.reading = True
    try:
        yield
    finally:
        _State.reading = False


def _make_up() -> None:
    """Do what was postponed, in the same order."""
    waiting, _State.waiting = _State.waiting, []
    for prop, mapper in waiting:
        prop.post_instrument_class(mapper)


def _has_listeners(mappers: list[Any]) -> bool:
    every: Any = Mapper
    factory = instrumentation._instrumentation_factory
    owners = {id(mapper.registry): mapper.registry for mapper in mappers if hasattr(mapper, "registry")}
    found = [_listeners(every.dispatch._for_class(Mapper), _OF_CONFIGURATION)]
    found += [_listeners(mapper.dispatch, _OF_MAPPERS) for mapper in mappers]
    found.append(_listeners(factory.dispatch, ("attribute_instrument",)))
    known = set(map(id, _own))
    return any(id(item) not in known for items in found for item in items) or any(
        map(_has_own_hooks, owners.values())
    )


def _listeners(dispatch: Any, events: Iterable[str]) -> list[Any]:
    return [item for event in events for item in getattr(dispatch, event)]


def _has_own_hooks(registry: Any) -> bool:
    """Whether a registry has listeners besides the two that it registers itself, or classes for those."""
    if not hasattr(registry, "dispatch"):  # before 2.1
        return False
    counts = [len(_listeners(registry.dispatch, (event,))) for event in _OF_CONFIGURATION]
    return max(counts) > 1 or bool(registry._declare_first_classes or registry._declare_last_classes)


def _is_plain(prop: Any) -> bool:
    """Whether nothing that can be postponed for a property can fail."""
    if prop.key in prop.parent.validators:
        return False
    if not type(prop).__module__.startswith("sqlalchemy."):
        return False
    if issubclass(type(prop), ColumnProperty):
        return True
    is_relationship = issubclass(type(prop), RelationshipProperty)
    return is_relationship and not (prop.order_by or prop.single_parent or prop.collection_class)


def _is_postponed(prop: Any, key: Any) -> bool:
    """Whether the loader of a property is postponed now; raises an error if there is no such loader."""
    if not _State.active or not _is_plain(prop):
        return False
    return prop._strategy_lookup(prop, *key).__name__.lstrip("_") in _LOADERS


def _wrap_strategies() -> None:
    """Postpone the loader of a property and its instrumentation; the loader is made when something asks for it."""
    cls: Any = StrategizedProperty
    slot, init, instrument = cls.__dict__["strategy"], cls.do_init, cls.post_instrument_class

    def strategy(self: Any) -> Any:
        found = slot.__get__(self, type(self))
        if found is _POSTPONED:
            found = self._get_strategy(self.strategy_key)
            slot.__set__(self, found)
        return found

    def do_init(self: Any) -> None:
        if not _is_postponed(self, self.strategy_key):
            init(self)
            return
        self._strategies = {}
        self.strategy = _POSTPONED

    def post_instrument_class(self: Any, mapper: Any) -> None:
        if _State.active and slot.__get__(self, type(self)) is _POSTPONED:
            _State.waiting.append((self, mapper))
        else:
            instrument(self, mapper)

    cls.strategy = property(strategy, slot.__set__)
    cls.do_init, cls.post_instrument_class = do_init, post_instrument_class


class _LazyStrategy:
    """Makes the second loader of a relationship when something asks for it."""

    def __get__(self, prop: Any, owner: Any) -> Any:
        if prop is None:
            return self
        found = vars(prop)["_lazy_strategy"] = prop._get_strategy(_LAZY)
        return found


def _wrap_relationships() -> None:
    """Postpone the second loader of a relationship."""
    cls: Any = RelationshipProperty
    init, make = cls.do_init, cls._get_strategy
    cls._lazy_strategy = _LazyStrategy()

    def do_init(self: Any) -> None:
        if not _State.active:
            init(self)
            return

        def get_strategy(key: Any) -> Any:
            return _POSTPONED if key == _LAZY and _is_plain(self) else make(self, key)

        vars(self)["_get_strategy"] = get_strategy
        try:
            init(self)
        finally:
            del vars(self)["_get_strategy"]
            if vars(self).get("_lazy_strategy") is _POSTPONED:
                del vars(self)["_lazy_strategy"]

    cls.do_init = do_init


def _wrap_check() -> None:
    """Make up for everything as soon as something needs a mapper that is configured."""
    cls: Any = Mapper
    original = cls._check_configure

    def check_configure(self: Any) -> None:
        if _State.waiting and not _State.active and not _State.reading:
            _make_up()
        original(self)

    cls._check_configure = check_configure
