"""A stand-in as a decorator: the decorated object survives.

The call alone does not distinguish `@absent.register` above a class from `Column(absent.kind(Integer))`. What happens
to the result does: the result of a decorator is bound to the name of the definition, or to the name that it had, or
returned. So the bytecode after the call decides.
"""

import contextlib
import sys
from dis import opname
from types import FrameType, FunctionType
from typing import Any

_CALLS = ("CALL", "PRECALL", "CACHE", "CALL_FUNCTION", "EXTENDED_ARG")


def is_decorated(value: Any, depth: int) -> bool:
    """Whether the call that is running in a frame above decorates a value."""
    name = _definition_name(value)
    if name is None:
        return False
    frame = sys._getframe(depth + 1)
    operation, argument = _next_operation(frame)
    if operation == "RETURN_VALUE":
        return True
    target = _target_name(frame, operation, argument)
    return target is not None and (
        target == name or frame.f_locals.get(target, frame.f_globals.get(target)) is value
    )


_CONSTRUCTORS = ("__init__", "__new__")


def result_of_decorator(value: Any) -> Any:
    """The result of an absent decorator: the decorated object.

    A class without a constructor gets one that accepts arguments, since the decorator may be one like `dataclass`.
    """
    if type(value) is type and all(getattr(value, name) is getattr(object, name) for name in _CONSTRUCTORS):
        setattr(value, "__init__", _init_from_annotations)  # noqa: B010  # of a class that is not known
    return value


def _init_from_annotations(self: Any, *args: Any, **kwargs: Any) -> None:
    names: list[str] = []
    with contextlib.suppress(Exception):  # an annotation that names something undefined
        names = list(type(self).__annotations__)
    for name, value in [*zip(names, args, strict=False), *kwargs.items()]:
        with contextlib.suppress(Exception):  # a read-only property of the repository's own class
            setattr(self, name, value)


def _definition_name(value: Any) -> str | None:
    """The name of a class or a Python function; `None` for anything else."""
    if isinstance(value, (staticmethod, classmethod)):
        value = value.__func__
    elif isinstance(value, property):
        value = value.fget
    if isinstance(value, type):
        return value.__name__ if value.__module__ != "builtins" else None
    return getattr(value, "__name__", None) if _is_function(value) else None


def _is_function(value: Any) -> bool:
    """Whether a value has code; that of a function is not read, as it may not be compiled yet."""
    return type(value) is FunctionType or hasattr(value, "__code__")


def following_operations(frame: FrameType, count: int) -> list[str]:
    """The names of the bytecode operations after the running call; empty strings after the last one."""
    code, at = frame.f_code.co_code, frame.f_lasti + 2
    found: list[str] = []
    while at < len(code) and len(found) < count:
        name = opname[code[at]]
        if found or name not in _CALLS:
            found += [] if name == "CACHE" else [name]
        at += 2
    return found + [""] * (count - len(found))


def _next_operation(frame: FrameType) -> tuple[str, int]:
    """The operation that uses the result of the running call, after the calls of further decorators."""
    code, at = frame.f_code.co_code, frame.f_lasti + 2
    while at < len(code) and opname[code[at]] in _CALLS:
        at += 2
    return (opname[code[at]], code[at + 1]) if at < len(code) else ("", 0)


def is_result_unused(depth: int) -> bool:
    """Whether the result of the call that runs in a frame above is discarded."""
    frame = sys._getframe(depth + 1)
    code, at = frame.f_code.co_code, frame.f_lasti + 2
    while at < len(code) and opname[code[at]] == "CACHE":
        at += 2
    return at < len(code) and opname[code[at]] == "POP_TOP"


def _target_name(frame: FrameType, operation: str, argument: int) -> str | None:
    code = frame.f_code
    if operation in ("STORE_NAME", "STORE_GLOBAL"):
        return code.co_names[argument]
    if operation == "STORE_DEREF":
        names = code.co_varnames + tuple(name for name in code.co_cellvars if name not in code.co_varnames)
        return (names + code.co_freevars)[argument]
    if operation.startswith("STORE_FAST"):
        return code.co_varnames[argument if operation == "STORE_FAST" else argument >> 4]
    return None
