"""A stand-in as a base class.

`class Model(Absent)` asks the stand-in for the classes to use in its place. What it gives is a plain class
that remembers what it stands for, accepts every keyword and argument, and answers unknown attributes. A class
that looks like a table and has no base but absent ones is mapped all the same, on a registry that belongs to
the absent base: its columns are in the repository even where its base is not.
"""

import builtins
from collections.abc import Callable
from typing import Any

from . import ledger
from .value import _REFUSED, StandIn, child_of

#: Classes that take part in SQLAlchemy's mapping answer no unknown attribute: it would be taken for an option.
_MAPPED = ("__mapper__", "_sa_class_manager", "_sa_registry", "registry", "metadata")


class StandInMeta(type):
    """Answers unknown attributes of a class whose bases are all absent."""

    def __getattr__(cls, name: str) -> Any:
        origin = cls.__dict__.get("_belljar_origin") or _inherited(cls)
        if name.startswith("_") or _REFUSED.match(name) or any(_has(cls, key) for key in _MAPPED):
            raise AttributeError(name)
        return child_of(origin, name)

    def __iter__(cls) -> Any:
        ledger.current().guess(_inherited(cls), "iteration")
        return iter(())


class StandInBase(metaclass=StandInMeta):
    """Root of the classes that take the place of absent bases."""

    _belljar_origin = ""
    _sqla_type = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Accept every class keyword, let the bases behind see them, and map what looks like a table."""
        behind = cls.__mro__[cls.__mro__.index(StandInBase) + 1 : -1]
        asked = [base.__module__ for base in behind if "__init_subclass__" in base.__dict__]
        if asked:
            super().__init_subclass__(**({} if asked == ["typing"] else kwargs))  # `Generic` takes no keyword
        if "_belljar_lost" not in cls.__dict__:
            from .seams import adopt

            adopt(cls)

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """Accept every argument."""
        return object.__new__(cls)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Accept every argument; keywords become attributes, as records do it."""
        for name, value in kwargs.items():
            try:
                setattr(self, name, value)
            except Exception:  # a read-only property of the repository's own class
                continue

    def __class_getitem__(cls, item: object) -> type:
        """Take every subscript, as a generic base does."""
        return cls

    def __getattr__(self, name: str) -> Any:
        if name.startswith(("__", "_sa_")):
            raise AttributeError(name)
        return child_of(_inherited(type(self)), name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Take every call."""
        return StandIn(_inherited(type(self)) + "()")


def _has(cls: type, name: str) -> bool:
    return any(name in base.__dict__ for base in cls.__mro__)


def _inherited(cls: type) -> str:
    """The origin of the nearest lost base."""
    return next(
        (base.__dict__["_belljar_origin"] for base in cls.__mro__ if base.__dict__.get("_belljar_origin")),
        "?",
    )


def lost_base(origin: str, bases: tuple[object, ...]) -> tuple[type, ...]:
    """The classes that take the place of an absent base among `bases`."""
    others = [base for base in bases if isinstance(base, type)]
    name = origin.rpartition(".")[2].strip("()[]") or "Absent"
    body = {"_belljar_origin": origin, "_belljar_lost": origin, "__module__": "belljar_absent"}
    if any(issubclass(base, BaseException) for base in others):
        return (type(name, (), body),)
    return (StandInMeta(name, (StandInBase,), body),)


def lost_bases(cls: type) -> list[str]:
    """The origins of all absent bases of a class, its own first."""
    found = [base.__dict__["_belljar_lost"] for base in cls.__mro__ if "_belljar_lost" in base.__dict__]
    return list(dict.fromkeys(found))


def install_class_builder() -> None:
    """Make class statements survive a metaclass conflict with an absent base.

    `class A(Absent, Base)` has two metaclasses that know nothing of each other. Where one of them is ours, one
    that derives from both is made on the spot.
    """
    original = builtins.__build_class__
    if getattr(original, "_belljar", False):
        return

    def build_class(func: Callable[[], Any], name: str, /, *bases: Any, **kwargs: Any) -> Any:
        if any(isinstance(base, (StandInMeta, StandIn)) for base in bases):
            metaclass = kwargs.get("metaclass")
            if isinstance(metaclass, StandIn):
                del kwargs["metaclass"]
            kwargs.update(_combined(bases, kwargs))
        elif isinstance(kwargs.get("metaclass"), StandIn):
            del kwargs["metaclass"]
        return original(func, name, *bases, **kwargs)

    build_class._belljar = True  # type: ignore[attr-defined]
    builtins.__build_class__ = build_class


def _combined(bases: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """The `metaclass` keyword that settles a conflict, or nothing where there is none."""
    metas: list[type] = [StandInMeta]
    wanted = kwargs.get("metaclass")
    for meta in [
        *(type(base) for base in bases if isinstance(base, type)),
        *([wanted] if isinstance(wanted, type) else []),
    ]:
        if not any(issubclass(known, meta) for known in metas):
            metas = [known for known in metas if not issubclass(meta, known)] + [meta]
    if len(metas) == 1:
        return {"metaclass": metas[0]} if metas[0] is not StandInMeta else {}
    return {"metaclass": type("StandInAnd" + metas[-1].__name__, tuple(metas), {})}
