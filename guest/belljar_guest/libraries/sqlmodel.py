"""SQLModel: a field whose type is absent keeps its column, and says so; older releases keep their types."""

from collections.abc import Callable
from copy import copy
from types import SimpleNamespace
from typing import Any, get_args

from sqlalchemy import Column

from .. import frames
from ..stand_in.base import lost_bases
from ..stand_in.seams import StandInType, notes_of
from ..stand_in.value import StandIn, origin_of

_SIZES = ("max_length", "max_digits", "decimal_places")


def _text(value: Any) -> Any:
    """A stand-in as text, which carries its mark; anything else as it is."""
    return str(value) if isinstance(value, StandIn) else value


def _absent(annotation: Any) -> str | None:
    """The origin of the first absent class in an annotation."""
    if isinstance(annotation, StandIn):
        return origin_of(annotation)
    if isinstance(annotation, type):
        return next(iter(lost_bases(annotation)), None)
    return next((origin for part in get_args(annotation) if (origin := _absent(part))), None)


def _type_of(original: Callable[..., Any]) -> Callable[..., Any]:
    def get_sqlalchemy_type(field: Any) -> Any:
        try:
            return original(field)
        except (TypeError, ValueError):
            origin = _absent(field.annotation)
            if origin is None:
                raise
            return StandInType(origin)

    return get_sqlalchemy_type


def _value_of(original: Callable[..., Any]) -> Callable[..., Any]:
    """Names that are stand-ins become text: what is no text is refused."""

    def get_field_value(field: Any, attribute: str, *default: Any) -> Any:
        value = original(field, attribute, *default)
        return _text(value) if attribute in ("foreign_key", "ondelete") else value

    return get_field_value


def _sizes_of(original: Callable[..., Any]) -> Callable[..., Any]:
    """Sizes that are stand-ins become text: what is asked whether it is true would be guessed."""

    def get_field_metadata(field: Any) -> Any:
        found = original(field)
        if not any(isinstance(getattr(found, name, None), StandIn) for name in _SIZES):
            return found
        return SimpleNamespace(**{name: _text(getattr(found, name, None)) for name in _SIZES})

    return get_field_metadata


def _column_of(original: Callable[..., Any]) -> Callable[..., Any]:
    def get_column_from_field(field: Any) -> Any:
        if isinstance(field.default_factory, StandIn):
            field = copy(
                field
            )  # as a default, which is left out; a factory would be asked whether it is true
            field.default, field.default_factory = field.default_factory, None
        column = original(field)
        given = [getattr(item, "sa_column", None) for item in (field, *field.metadata)]
        origin = next((origin_of(item) for item in given if isinstance(item, StandIn)), None)
        if origin and isinstance(column, Column):
            reason = frames.Reason("stand-in-option", f"`sa_column` is taken from `{origin}`", origin)
            notes_of(column).reasons.append(reason)
        return column

    return get_column_from_field


def _is_table(original: Callable[..., Any]) -> Callable[..., Any]:
    """An absent base has no configuration that could be asked."""

    def is_table_model_class(cls: Any) -> bool:
        return any("model_config" in vars(base) for base in cls.__mro__) and bool(original(cls))

    return is_table_model_class


_WRAPPERS = {
    "get_sqlalchemy_type": _type_of,
    "_get_sqlmodel_field_value": _value_of,
    "get_field_metadata": _sizes_of,
    "get_column_from_field": _column_of,
    "is_table_model_class": _is_table,
}


def _adapt(module: Any) -> None:
    for name, wrapper in _WRAPPERS.items():
        setattr(module, name, wrapper(getattr(module, name)))


ADAPTERS: dict[str, Callable[[Any], None]] = {"sqlmodel.main": _adapt}
