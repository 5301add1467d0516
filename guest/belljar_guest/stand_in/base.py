"""A stand-in as a base class.

`class Model(Absent)` asks the stand-in, through `__mro_entries__`, for the classes to use instead. It returns a plain
class that remembers its origin, accepts every keyword and argument, and answers unknown attributes. A class that looks
like a table but has only absent bases is still mapped, on a registry of the absent base: its columns are in the
repository even though its base is not.
"""

import builtins
import enum
import re
import sys
import types
import typing
from collections.abc import Callable
from typing import Any

from . import ledger
from .decorators import is_decorated, result_of_decorator
from .value import REFUSED_NAMES, StandIn, StandInErrorMeta, child_of, origin_of

#: Names of absent classes that are assumed to be enumerations or metaclasses.
_ENUMERATION = re.compile(r"(Enum|Choices|Flag)$")
_METACLASS = re.compile(r"\wMeta([cC]lass)?$")

#: Mapped classes answer no unknown attribute: SQLAlchemy would take the answer for an option.
_MAPPED = ("__mapper__", "_sa_class_manager", "_sa_registry", "registry", "metadata")


class StandInMeta(type):
    """Answers unknown attributes of a class whose bases are all absent."""

    def __getattr__(cls, name: str) -> Any:
        origin = cls.__dict__.get("_belljar_origin") or _inherited(cls)
        if name.startswith("_") or REFUSED_NAMES.match(name) or any(_has(cls, key) for key in _MAPPED):
            raise AttributeError(name)
        return child_of(origin, name)

    def __iter__(cls) -> Any:
        ledger.current().note_guess(_inherited(cls), "iteration")
        return iter(())


class StandInBase(metaclass=StandInMeta):
    """Root of the classes that replace absent bases."""

    _belljar_origin = ""
    _sqla_type = True

    @staticmethod
    def _belljar_map(made: type) -> None:
        """Replaced by `sqlalchemy_patches`, which needs SQLAlchemy."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Accept every class keyword, let the bases after this one see them, and map what looks like a table."""
        following = cls.__mro__[cls.__mro__.index(StandInBase) + 1 : -1]
        hooking = [base.__module__ for base in following if "__init_subclass__" in base.__dict__]
        if hooking:
            super().__init_subclass__(
                **({} if hooking == ["typing"] else kwargs)
            )  # `Generic` takes no keyword
        if "_belljar_lost" not in cls.__dict__:
            StandInBase._belljar_map(cls)

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """Accept every argument. If a metaclass is absent, calling it makes a class."""
        if is_class_call(args):
            return make_class(None, *args, **kwargs, lost=_inherited(cls))
        return object.__new__(cls)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Accept every argument; keywords become attributes, as in a record class."""
        for name, value in kwargs.items():
            try:
                setattr(self, name, value)
            except Exception:  # a read-only property of the repository's own class
                continue

    def __class_getitem__(cls, item: object) -> type:
        """Accept every subscript, as a generic base does."""
        return cls

    def __getattr__(self, name: str) -> Any:
        if name.startswith(("__", "_sa_")):
            raise AttributeError(name)
        if name == "config" and (found := StandIn._config_of(_inherited(type(self)))) is not None:
            self.__dict__[name] = found
            return found
        return child_of(_inherited(type(self)), name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Accept every call, and return the decorated object if there is one."""
        if len(args) == 1 and not kwargs and is_decorated(args[0], 1):
            StandIn._note_decorated(_inherited(type(self)), args[0])
            return result_of_decorator(args[0])
        return StandIn(_inherited(type(self)) + "()")


def _has(cls: type, name: str) -> bool:
    return any(name in base.__dict__ for base in cls.__mro__)


def _inherited(cls: type) -> str:
    """The origin of the nearest absent base."""
    return next(
        (base.__dict__["_belljar_origin"] for base in cls.__mro__ if base.__dict__.get("_belljar_origin")),
        "?",
    )


def replace_base(origin: str, bases: tuple[object, ...]) -> tuple[type, ...]:
    """The classes that replace an absent base among `bases`."""
    others = [base for base in bases if isinstance(base, type)]
    name = origin.rpartition(".")[2].strip("()[]") or "Absent"
    body = {"_belljar_origin": origin, "_belljar_lost": origin, "__module__": "builtins"}
    if typing.Protocol in bases:
        return (types.new_class(name, (typing.Protocol,), {}, lambda own: own.update(body)),)
    if any(issubclass(base, (BaseException, type, enum.Enum)) for base in others):
        return (type(name, (), body),)
    if _ENUMERATION.search(name) and all(base in (str, int, object) for base in others):
        return (_enumeration(name, body, mixed=bool(others)),)
    if _METACLASS.search(name) and len(bases) == 1:
        return (type(name, (type,), body),)
    return (StandInMeta(name, (StandInBase,), body),)


class _EnumMeta(enum.EnumMeta):
    """Answers what an absent enumeration adds to its classes, such as `choices`."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return child_of(_inherited(cls), name)


def _enumeration(name: str, body: dict[str, Any], *, mixed: bool) -> type:
    """An enumeration without members: those of its subclasses keep their values.

    In an enumeration of choices, a member is a pair of a value and its label.
    """
    kind = str if name.startswith(("Str", "Text")) else int if name.startswith("Int") else object
    bases = (enum.Enum,) if mixed or kind is object else (kind, enum.Enum)
    labelled = name.endswith("Choices")

    def new(cls: Any, *given: Any) -> Any:
        value: Any = given[0] if labelled or len(given) == 1 else given
        data: Any = next((base for base in (str, int) if issubclass(cls, base)), None)
        made = data.__new__(cls, value) if data else object.__new__(cls)
        made._value_ = value
        return made

    def next_value(name: str, start: int, count: int, last: list[Any]) -> Any:
        return name.lower() if kind is str else count + 1

    made = _EnumMeta(
        name, bases, _members(name, bases, {"__new__": new, "_generate_next_value_": next_value})
    )
    for key, value in body.items():
        setattr(made, key, value)
    return made


def _members(name: str, bases: tuple[type, ...], body: dict[str, Any]) -> Any:
    namespace = _EnumMeta.__prepare__(name, bases)
    for key, value in body.items():
        namespace[key] = value
    return namespace


def is_class_call(args: tuple[Any, ...]) -> bool:
    """Whether a metaclass is called with these arguments."""
    match args:
        case (str(), tuple(), dict()):
            return True
    return False


def make_class(
    meta: Any, name: str, bases: tuple[Any, ...], namespace: dict[str, Any], *, lost: str = "", **kwargs: Any
) -> Any:
    """The class that `meta(name, bases, namespace)` makes, even if bases or the metaclass, `lost`, are absent."""
    resolved = types.resolve_bases(bases)
    if isinstance(meta, type) and meta is not type:
        kwargs["metaclass"] = meta
    kwargs.update(combine_metaclasses(resolved, kwargs))
    module = sys._getframe(2).f_globals.get("__name__", "?")

    def body(own: dict[str, Any]) -> None:
        own["__module__"] = module
        own.update(namespace)

    return _without_metaclass(types.new_class(name, resolved, kwargs, body), lost)


def _without_metaclass(made: Any, lost: str) -> Any:
    """Record on a class that its metaclass is absent."""
    if lost and isinstance(made, type):
        type.__setattr__(made, "_belljar_lost", lost)
    return made


def class_maker(called: Any) -> Any:
    """A callable that makes a class from a name, bases and a namespace, and replaces absent bases."""
    if not (isinstance(called, type) and issubclass(called, type)):
        return called

    def make(*args: Any, **kwargs: Any) -> Any:
        if is_class_call(args) and any(isinstance(base, (StandIn, StandInMeta)) for base in args[1]):
            return make_class(called, *args, **kwargs)
        if (
            is_class_call(args) and "__module__" not in args[2]
        ):  # `type` uses the module of its caller, which is this one
            module = sys._getframe(1).f_globals.get("__name__", "?")
            args = (*args[:2], {"__module__": module, **args[2]})
        return called(*args, **kwargs)

    return make


def with_metaclass(meta: Any, *bases: Any) -> type:
    """The result of any library's helper of this name: a base to be replaced by others and a metaclass."""

    class Temporary(type):
        def __new__(cls, name: str, this: Any, namespace: dict[str, Any]) -> Any:
            if isinstance(meta, StandIn):
                return meta(name, bases, namespace)
            return make_class(meta, name, bases, namespace)

    return type.__new__(Temporary, "temporary_class", (), {})


def _make_called_class(origin: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The class that a call of a stand-in makes, if it stands for a metaclass or a helper around one."""
    if is_class_call(args):
        name, bases, namespace = args
        # A class has the module of whoever calls its metaclass: two frames up, above `StandIn.__call__`.
        module = sys._getframe(2).f_globals.get("__name__", "?")
        return make_class(None, name, bases, {"__module__": module, **namespace}, **kwargs, lost=origin)
    if origin.endswith(".with_metaclass") and args:
        return with_metaclass(*args)
    return None


def install() -> None:
    """Let stand-ins serve as bases and metaclasses."""
    StandIn._make_class = staticmethod(_make_called_class)  # type: ignore[method-assign]
    StandIn._replace_base = staticmethod(replace_base)  # type: ignore[method-assign]


def install_class_builder() -> None:
    """Make class statements survive a metaclass conflict with an absent base.

    `class A(Absent, Base)` has two unrelated metaclasses. If one of them is ours, a metaclass derived from both is
    created.
    """
    original = builtins.__build_class__
    if getattr(original, "_belljar", False):
        return

    def build_class(func: Callable[[], Any], name: str, /, *bases: Any, **kwargs: Any) -> Any:
        lost = _absent_metaclass(kwargs)
        if any(isinstance(base, (StandInMeta, StandInErrorMeta, StandIn)) for base in bases):
            bases = _with_sqlmodel(bases) if kwargs.get("table") is True else bases
            kwargs.update(combine_metaclasses(bases, kwargs))
        return _without_metaclass(original(func, name, *bases, **kwargs), lost)

    build_class._belljar = True  # type: ignore[attr-defined]
    builtins.__build_class__ = build_class
    make = types.new_class

    def new_class(name: str, bases: Any = (), kwds: Any = None, exec_body: Any = None) -> Any:
        given = dict(kwds or {})
        lost = _absent_metaclass(given)
        resolved = types.resolve_bases(bases)
        if any(isinstance(base, (StandInMeta, StandInErrorMeta)) for base in resolved):
            given.update(combine_metaclasses(resolved, given))
        return _without_metaclass(make(name, resolved, given, exec_body), lost)

    types.new_class = new_class


def _with_sqlmodel(bases: tuple[Any, ...]) -> tuple[Any, ...]:
    """The bases of `class A(Absent, table=True)`, which derives from SQLModel: only that has such a keyword."""
    from importlib import import_module

    try:
        model = import_module("sqlmodel").SQLModel
    except Exception:  # this generation has no release of it
        return bases
    known = not isinstance(model, type) or any(isinstance(base, type(model)) for base in bases)
    return bases if known else (*bases, model)


def _absent_metaclass(kwargs: dict[str, Any]) -> str:
    """Remove an absent metaclass from the keywords of a class; returns its origin."""
    if not isinstance(kwargs.get("metaclass"), StandIn):
        return ""
    return str(origin_of(kwargs.pop("metaclass")))


def combine_metaclasses(bases: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """The `metaclass` keyword that resolves a conflict; empty if there is none."""
    # Python accepts a class if its metaclass derives from those of all bases. Only the most derived ones are needed as
    # bases of a new metaclass; listing one of their bases before them would contradict the order of resolution.
    metas: list[type] = (
        [StandInMeta] if any(isinstance(base, (StandIn, StandInMeta)) for base in bases) else []
    )
    wanted = kwargs.get("metaclass")
    for meta in [
        *(type(base) for base in bases if isinstance(base, type)),
        *([wanted] if isinstance(wanted, type) else []),
    ]:
        if not any(issubclass(known, meta) for known in metas):
            metas = [known for known in metas if not issubclass(meta, known)] + [meta]
    if len(metas) <= 1:
        return {"metaclass": metas[0]} if metas and metas[0] is not StandInMeta else {}
    return {"metaclass": type("StandInAnd" + metas[-1].__name__, tuple(metas), {})}
