"""SQLModel: a field with an absent type keeps its column with a reason; older releases keep their types.

The type of such a field can often be inferred from its default, the column that it refers to, or another field of the
same type. The column then has that type, and a reason that says so.
"""

import uuid  # noqa: TID251  # its class, which draws nothing
from collections.abc import Callable
from copy import copy
from types import NoneType, SimpleNamespace
from typing import Any, get_args

from sqlalchemy import Column
from sqlalchemy.sql.type_api import to_instance
from sqlalchemy.types import NullType

from .. import frames
from ..stand_in import known_answers
from ..stand_in.base import StandInBase
from ..stand_in.sqlalchemy_patches import StandInType, notes_of
from ..stand_in.value import StandIn, lost_bases, origin_of
from . import pydantic_v1, sqlmodel_releases
from .sqlmodel_releases import (
    annotated,
    as_released,
    digits_count,
    has_index,
    item_type,
    lengths_count,
    may_be_null,
)

#: Types inferred for absent ones, by origin; and the attribute that marks an inferred type.
_types_by_origin: dict[str, type] = {}
_LIKELY = "_belljar_likely"

_SIZES = ("max_length", "max_digits", "decimal_places")


def _text(value: Any) -> Any:
    """A stand-in as a text with its mark; anything else as it is."""
    return str(value) if isinstance(value, StandIn) else value


def _absent_origin(annotation: Any) -> str | None:
    """The origin of the first absent class in an annotation."""
    if isinstance(annotation, StandIn):
        return origin_of(annotation)
    if isinstance(annotation, type):
        return next(iter(lost_bases(annotation)), None)
    return next((origin for part in get_args(annotation) if (origin := _absent_origin(part))), None)


def _type_of(original: Callable[..., Any]) -> Callable[..., Any]:
    def get_sqlalchemy_type(field: Any) -> Any:
        try:
            found = original(field)
        except (TypeError, ValueError):
            former = pydantic_v1.text_type(field.annotation) or item_type(field)
            if former is not None:
                return get_sqlalchemy_type(annotated(field, former))
            origin = _absent_origin(field.annotation)
            if origin is None:
                raise
            found = _likely_type(field, origin, original)
            if found is None:
                return StandInType(origin)
            made = to_instance(as_released(field, found, original))
            setattr(made, _LIKELY, origin)
            return made
        return as_released(field, found, original)

    return get_sqlalchemy_type


def _likely_type(field: Any, origin: str, original: Callable[..., Any]) -> Any:
    """The inferred type of a field with an absent one; `None` if there is no evidence."""
    found = _type_of_default(field)
    if found is not None:
        _types_by_origin[origin] = found
    elif isinstance(getattr(field, "foreign_key", None), str):
        return NullType()  # SQLAlchemy assigns the type of the column that it refers to
    if origin not in _types_by_origin:
        return None
    try:
        return original(annotated(field, _types_by_origin[origin]))
    except (TypeError, ValueError):
        return None


def _type_of_default(field: Any) -> type | None:
    """The class of a field's default, if it has one."""
    value, factory = field.default, field.default_factory
    if factory in (uuid.uuid1, uuid.uuid4):  # another factory is not called: it may have effects
        return uuid.UUID
    if factory is not None or field.is_required() or isinstance(value, (StandIn, StandInBase, NoneType)):
        return None
    return type(value)


def _value_of(original: Callable[..., Any]) -> Callable[..., Any]:
    """Convert stand-ins for names to text, as others are refused; apply the defaults of old releases."""

    def get_field_value(field: Any, attribute: str, *default: Any) -> Any:
        value = original(field, attribute, *default)
        if attribute == "index":
            return has_index(value, *default)
        if attribute == "nullable":
            return may_be_null(field, value, *default)
        return _text(value) if attribute in ("foreign_key", "ondelete") else value

    return get_field_value


def _sizes_of(original: Callable[..., Any]) -> Callable[..., Any]:
    """Convert stand-ins for sizes to text, since testing a stand-in would be a guess."""

    def get_field_metadata(field: Any) -> Any:
        found = original(field)
        sizes = {name: _text(getattr(found, name, None)) for name in _SIZES}
        if not lengths_count():
            sizes["max_length"] = None
        if not digits_count():
            sizes["max_digits"] = sizes["decimal_places"] = None
        return SimpleNamespace(**sizes)

    return get_field_metadata


def _column_of(original: Callable[..., Any]) -> Callable[..., Any]:
    def get_column_from_field(field: Any) -> Any:
        if isinstance(field.default_factory, StandIn):
            field = copy(
                field
            )  # as a default, which is omitted; the boolean value of a factory would be tested
            named = known_answers.value_factory(str(origin_of(field.default_factory)))
            field.default, field.default_factory = named or field.default_factory, None
        column = original(field)
        given = [getattr(item, "sa_column", None) for item in (field, *field.metadata)]
        origin = next((origin_of(item) for item in given if isinstance(item, StandIn)), None)
        if origin and isinstance(column, Column):
            reason = frames.Reason("stand-in-option", f"`sa_column` is taken from `{origin}`", origin)
            notes_of(column).reasons.append(reason)
        origin = getattr(column.type, _LIKELY, None)
        if origin:
            message = f"its type is `{origin}`, which is absent; this one is inferred from other declarations"
            notes_of(column).reasons.append(frames.Reason("stand-in-type", message, origin))
        return column

    return get_column_from_field


def _is_table(original: Callable[..., Any]) -> Callable[..., Any]:
    """Skip absent bases, which have no configuration."""

    def is_table_model_class(cls: Any) -> bool:
        return any("model_config" in vars(base) for base in cls.__mro__) and bool(original(cls))

    return is_table_model_class


def _noneable(original: Callable[..., Any]) -> Callable[..., Any]:
    """Apply the rule of the pydantic version that the project uses."""

    def is_field_noneable(field: Any) -> bool:
        return pydantic_v1.may_be_none(field) if pydantic_v1.is_in_use() else bool(original(field))

    return is_field_noneable


_WRAPPERS = {
    "is_field_noneable": _noneable,
    "get_sqlalchemy_type": _type_of,
    "_get_sqlmodel_field_value": _value_of,
    "get_field_metadata": _sizes_of,
    "get_column_from_field": _column_of,
    "is_table_model_class": _is_table,
}


def _adapt(module: Any) -> None:
    for name, wrapper in _WRAPPERS.items():
        setattr(module, name, wrapper(getattr(module, name)))
    sqlmodel_releases.adapt_fields(module.FieldInfo, module.Undefined)


ADAPTERS: dict[str, Callable[[Any], None]] = {
    "sqlmodel.main": _adapt,
    "sqlmodel.sql.sqltypes": sqlmodel_releases.adapt,
}
