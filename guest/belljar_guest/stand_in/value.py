"""The stand-in object.

It is an ordinary instance, so that it can never cause a metaclass conflict; as a base class it is replaced through
`__mro_entries__` (see `base`). Its text is its origin between `⟪` and `⟫`: this mark survives formatting, joining and
lower-casing, and shows in the extracted schema where a stand-in was involved. Wherever it is used as a number, a
boolean or an iterable, the ledger records a guess.
"""

import re
import sys
import types
import typing
from collections.abc import Iterator
from dis import opmap, opname
from typing import Any, Self

from . import known_answers
from .decorators import is_decorated, result_of_decorator
from .ledger import LONGEST_ORIGIN, MOST_CALLS, current, is_running

OPEN, CLOSE = "\u27ea", "\u27eb"

#: A mark in a text, also as JSON or a URL escapes it.
MARK = re.compile(
    rf"(?:{OPEN}|\\u27ea|%e2%9f%aa)((?:(?!\\u27e[ab]|%e2%9f%a[ab])[^{OPEN}{CLOSE}])*)"
    rf"(?:{CLOSE}|\\u27eb|%e2%9f%ab)?",
    re.IGNORECASE,
)

#: Names of absent objects that are assumed to be exception classes, because `except` accepts nothing else.
_EXCEPTION = re.compile(
    r"(Error|Exception|Warning|NotFound|Timeout|Failure|Interrupt|Denied|Abort|DoesNotExist)s?$"
)

#: Protocols that a stand-in must not have: SQLAlchemy and the standard library use them to find out what an object is.
REFUSED_NAMES = re.compile(r"^(__.*__|_sa_.*|_ipython_.*|_repr_.*|_mock_.*)$")

#: Special names that models use on a class that may be absent.
_ASKED = ("__table__", "__tablename__")

#: Modules whose comparisons look for duplicates or sentinels: the repository decides nothing by them.
_QUIET = (
    *("typing", "sqlalchemy", "enum", "belljar_guest"),
    *("pydantic", "pydantic_core", "pydantic_settings", "sqlmodel", "typing_extensions", "typing_inspection"),
)

_UNPACK = {opmap["UNPACK_SEQUENCE"], opmap["UNPACK_EX"]}


def origin_of(value: object) -> str | None:
    """The dotted origin of a stand-in, of a class made from one, or of a text with its mark."""
    if isinstance(value, str):
        found = MARK.search(value)
        return found.group(1) if found else None
    origin = value.__dict__.get("_belljar_origin") if isinstance(value, (StandIn, type)) else None
    return origin if isinstance(origin, str) else None


def lost_bases(cls: type) -> list[str]:
    """The origins of all absent bases of a class, its own first, and after them those of its metaclass."""
    lineage: list[type] = [*cls.__mro__, *type.mro(type(cls))]
    found = [base.__dict__["_belljar_lost"] for base in lineage if "_belljar_lost" in base.__dict__]
    return list(dict.fromkeys(found))


def _unpacking_count(depth: int) -> tuple[int, bool]:
    """The number of names that the running instruction unpacks into, or 0; whether one has a star."""
    # `a, b = absent` fails unless there are exactly two items, and an iterator is not told how many are wanted. Only
    # the bytecode of the caller knows: the operand of its unpacking instruction.
    frame = sys._getframe(depth + 1)
    code, at = frame.f_code.co_code, frame.f_lasti
    if code[at] not in _UNPACK:
        return 0, False
    if code[at] == opmap["UNPACK_SEQUENCE"]:
        return code[at + 1], False
    behind_star = code[at - 1] if at > 1 and code[at - 2] == opmap["EXTENDED_ARG"] else 0
    return code[at + 1] + behind_star, True


class EndlessError(BaseException):
    """Ends a loop that only a stand-in keeps alive; not an `Exception`, so that code does not catch it."""

    def __init__(self, origin: str) -> None:
        """Take the origin of the stand-in."""
        super().__init__(f"a loop waits for `{origin}`, which is absent")


def note_wait(what: str, most: int) -> None:
    """Note a wait for something that does not come; ends a loop that has waited too often."""
    if is_running() and not current().count_wait(what, most):
        raise EndlessError(what)


class StandIn:
    """An absent object."""

    _belljar_origin: str

    def __init__(self, origin: str) -> None:
        """Take the dotted origin: the module, then the operations applied to it."""
        own = self.__dict__
        own["_belljar_origin"] = (
            origin if len(origin) <= LONGEST_ORIGIN else origin[: LONGEST_ORIGIN - 1] + "…"
        )
        own["_belljar_serial"] = current().next_serial()

    def _child(self, suffix: str) -> "StandIn":
        return StandIn(self._belljar_origin + suffix)

    # Attributes, items, calls

    def __getattr__(self, name: str) -> Any:
        if name == "_sqla_type":  # how SQLAlchemy recognizes a type among the arguments of a column
            return True
        if name == "__prepare__":  # requested of a metaclass
            return lambda *args, **kwargs: {}
        if REFUSED_NAMES.match(name) and name not in _ASKED:
            raise AttributeError(name)
        if name == "config" and (found := StandIn._config_of(self._belljar_origin)) is not None:
            self.__dict__[name] = found
            return found
        child = child_of(self._belljar_origin, name)
        # `hasattr(absent, "x")` is a decision and so a guess, while `absent.x` is not. A result of `hasattr` is not
        # kept, so that a loop such as `while hasattr(node, "parent")` asks again and ends.
        frame = sys._getframe(1)
        self._step(frame)
        if "hasattr" in frame.f_code.co_names and _operation(frame).startswith("CALL"):
            if not current().note_guess(self._belljar_origin, "attributes"):
                raise AttributeError(name)  # a loop that ends only when there are no more attributes
        else:
            self.__dict__[name] = child
        return child

    def _step(self, frame: types.FrameType) -> None:
        """Count a step to an attribute or item; ends a loop that takes too many of them."""
        if not current().count_call(frame.f_code, -frame.f_lineno):
            raise EndlessError(self._belljar_origin)

    def __getitem__(self, key: object) -> "StandIn":
        self._step(sys._getframe(1))
        return self._child("[]")

    def __setitem__(self, key: object, value: object) -> None:
        """Accept and ignore."""

    def __delitem__(self, key: object) -> None:
        """Accept and ignore."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return the default of a look-up, or a decorated object; otherwise a stand-in for the result."""
        caller = sys._getframe(1)
        if not current().count_call(caller.f_code, caller.f_lineno):
            raise EndlessError(self._belljar_origin)
        if known_answers.is_reader(self._belljar_origin) and ("default" in kwargs or len(args) > 1):
            return known_answers.setting_default(kwargs.get("default", args[-1]), kwargs.get("cast"))
        fallback = _fallback(self._belljar_origin.rpartition(".")[2], args, kwargs)
        if fallback is not _NONE:
            current().note_guess(self._belljar_origin, "default")
            return fallback
        if len(args) == 1 and not kwargs and is_decorated(args[0], 1):
            StandIn._note_decorated(self._belljar_origin, args[0])
            return result_of_decorator(args[0])
        made = StandIn._make_class(self._belljar_origin, args, kwargs)
        if made is not None:
            return made
        StandIn._note_arguments(self._belljar_origin, [*args, *kwargs.values()], 1)
        return self._child("()")

    @staticmethod
    def _note_arguments(origin: str, given: list[Any], depth: int) -> None:
        """Replaced by `escaped_objects`, which needs SQLAlchemy."""

    @staticmethod
    def _note_decorated(origin: str, value: Any) -> None:
        """Replaced by `escaped_objects`."""

    @staticmethod
    def _config_of(origin: str) -> Any:
        """Replaced by `flask_config`."""

    @staticmethod
    def _make_class(origin: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Replaced by `base`, which imports this module."""

    @staticmethod
    def _replace_base(origin: str, bases: tuple[object, ...]) -> tuple[type, ...]:
        """Replaced by `base`."""
        return ()

    # Bases, annotations, checks

    def __mro_entries__(self, bases: tuple[object, ...]) -> tuple[type, ...]:
        return StandIn._replace_base(self._belljar_origin, bases)

    def __instancecheck__(self, instance: object) -> bool:
        return self.__subclasscheck__(type(instance))

    def __subclasscheck__(self, subclass: type) -> bool:
        if self._belljar_origin in lost_bases(subclass):
            return True
        current().note_guess(self._belljar_origin, "comparison")
        return False

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        """Also used by `isinstance(absent, str)`, whose result is a guess."""
        # `isinstance` is implemented in C, so the frame above is that of its caller. Attribute access to `__class__` is
        # another instruction, and decides nothing by itself.
        frame = sys._getframe(1)
        if _operation(frame).startswith("CALL") and current().places.relative(frame.f_code.co_filename):
            current().note_guess(self._belljar_origin, "comparison")
        return StandIn

    def __or__(self, other: object) -> Any:
        """A union if the other operand is an annotation; otherwise the stand-in."""
        return typing.Union[self, other] if _is_annotation(other) else self  # noqa: UP007

    def __ror__(self, other: object) -> Any:
        return typing.Union[other, self] if _is_annotation(other) else self  # noqa: UP007

    # Text and paths

    def __str__(self) -> str:
        return f"{OPEN}{self._belljar_origin}{CLOSE}"

    __repr__ = __str__
    __fspath__ = __str__

    def __format__(self, spec: str) -> str:
        return str(self)

    # Guesses: here the stand-in is used as an ordinary value

    def __bool__(self) -> bool:
        return current().note_guess(self._belljar_origin, "truth")

    def __len__(self) -> int:
        self._note_number("iteration")
        return 0

    def _note_number(self, kind: str) -> None:
        """Note a use as a number; ends a loop that waits for another number."""
        if not current().note_guess(self._belljar_origin, kind):
            raise EndlessError(self._belljar_origin)

    def __iter__(self) -> Iterator[Any]:
        count, starred = _unpacking_count(1)
        if starred:
            current().note_guess(self._belljar_origin, "iteration")
        if count:
            return iter([self._child("[]") for _ in range(count)])
        current().note_guess(self._belljar_origin, "iteration")
        return iter(())

    def __contains__(self, item: object) -> bool:
        return not self._note_comparison()

    def __int__(self) -> int:
        self._note_number("number")
        return 1

    __index__ = __int__

    def __float__(self) -> float:
        return float(int(self))

    def __complex__(self) -> complex:
        return complex(int(self))

    def __eq__(self, other: object) -> bool:
        return self is other or not (_is_quiet(sys._getframe(1)) or self._note_comparison())

    def __ne__(self, other: object) -> bool:
        return self is not other and (_is_quiet(sys._getframe(1)) or self._note_comparison())

    def __hash__(self) -> int:
        if _is_looked_up(sys._getframe(1)):
            current().note_guess(self._belljar_origin, "comparison")
        return int(self.__dict__["_belljar_serial"])

    def _note_comparison(self) -> bool:
        """Note a comparison; false if a loop has waited too often for another result."""
        return current().note_guess(self._belljar_origin, "comparison", patience=MOST_CALLS)

    def _newer(self, other: object) -> bool:
        return self._note_comparison()

    def _older(self, other: object) -> bool:
        return not self._note_comparison()

    __gt__ = __ge__ = _newer  # an absent version counts as the newest
    __lt__ = __le__ = _older

    # The result of arithmetic is a stand-in

    def _arithmetic(self, *others: object) -> Any:
        return self

    def __add__(self, other: object) -> Any:
        return f"{self}{other}" if isinstance(other, str) else self

    def __radd__(self, other: object) -> Any:
        return f"{other}{self}" if isinstance(other, str) else self

    __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _arithmetic
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __pow__ = __rpow__ = __matmul__ = __rmatmul__ = (
        _arithmetic
    )
    __and__ = __rand__ = __xor__ = __rxor__ = __lshift__ = __rlshift__ = __rshift__ = __rrshift__ = (
        _arithmetic
    )
    __neg__ = __pos__ = __abs__ = __invert__ = __round__ = __floor__ = __ceil__ = __trunc__ = _arithmetic
    __copy__ = __deepcopy__ = _arithmetic

    # Contexts and coroutines

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        """Let the exception through."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Let the exception through."""

    def __await__(self) -> Iterator[Any]:
        return iter(())

    def __aiter__(self) -> "StandIn":
        return self

    async def __anext__(self) -> Any:
        raise StopAsyncIteration


_NONE = object()


def _fallback(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The fallback of a look-up in absent settings; `_NONE` if there is none.

    Two texts are not a key with its default, but a section with its key, as in `configparser`.
    """
    for key in ("fallback", "default"):
        if key in kwargs:
            return kwargs[key]
    if name not in ("get", "pop", "getenv", "config", "env"):
        return _NONE
    match args:
        case (str(), str()) if name in ("get", "pop"):
            return _NONE
        case (_, default):
            return default
    return _NONE


class StandInErrorMeta(type):
    """Answers unknown attributes of an absent exception class, such as `NotFound.description`."""

    def __getattr__(cls, name: str) -> Any:
        origin = cls.__dict__.get("_belljar_origin")
        if origin is None or name.startswith("_"):  # a class of the repository's own
            raise AttributeError(name)
        return StandIn(f"{origin}.{name}")


class StandInError(Exception, metaclass=StandInErrorMeta):
    """Root of the exception classes that replace absent ones."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Accept every argument; keywords become attributes."""
        super().__init__(*args)
        self.__dict__.update(kwargs)


def child_of(origin: str, name: str) -> Any:
    """The stand-in for an attribute of something absent: an exception class if the name suggests one."""
    path = f"{origin}.{name}"
    if _EXCEPTION.search(name) and name[:1].isupper():
        return StandInErrorMeta(name, (StandInError,), {"_belljar_origin": path, "__module__": origin})
    return StandIn(path)


def _operation(frame: types.FrameType) -> str:
    return opname[frame.f_code.co_code[frame.f_lasti]] if frame.f_lasti >= 0 else ""


def _is_quiet(frame: types.FrameType) -> bool:
    """Whether a comparison is internal to a library, so that the repository decides nothing by it."""
    return str(frame.f_globals.get("__name__")).partition(".")[0] in _QUIET


def _is_looked_up(frame: types.FrameType) -> bool:
    """Whether a hash is computed to look something up, by `in` or `get`, rather than to store it."""
    operation, code = _operation(frame), frame.f_code
    return (
        operation == "CONTAINS_OP" or (operation.startswith("CALL") and "get" in code.co_names)
    ) and current().places.relative(code.co_filename) is not None


def _is_annotation(value: object) -> bool:
    return value is None or isinstance(value, (type, types.GenericAlias, types.UnionType, *_GENERIC))


_GENERIC = (type(typing.Optional[int]), type(typing.List[int]), typing.TypeVar)  # noqa: UP006, UP045
