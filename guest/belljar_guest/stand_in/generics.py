"""`Generic[T]` where `T` is absent: a type variable replaces it, so that the class stays subscriptable."""

import typing
from typing import Any

from .value import StandIn


def install() -> None:
    """Let `Generic` and `Protocol` accept stand-ins as parameters."""
    shared = getattr(typing, "_generic_class_getitem", None)
    if shared is not None:  # since 3.12 the class is implemented in C, and calls this function

        def getitem(cls: Any, args: Any, *more: Any, **kwargs: Any) -> Any:
            return shared(cls, _parameters(cls, args), *more, **kwargs)

        typing._generic_class_getitem = getitem  # type: ignore[attr-defined]
        return
    original = typing.Generic.__class_getitem__.__func__  # type: ignore[attr-defined]

    def class_getitem(cls: Any, params: Any) -> Any:
        return original(cls, _parameters(cls, params))

    typing.Generic.__class_getitem__ = classmethod(class_getitem)  # type: ignore[method-assign, assignment]


def _parameters(cls: Any, params: Any) -> Any:
    """The parameters of `Generic` and `Protocol`, with a new type variable for each stand-in."""
    if cls not in (typing.Generic, typing.Protocol):
        return params
    given = params if isinstance(params, tuple) else (params,)
    names = iter(range(len(given)))
    return tuple(
        typing.TypeVar(f"Absent{next(names)}") if isinstance(item, StandIn) else item for item in given
    )
