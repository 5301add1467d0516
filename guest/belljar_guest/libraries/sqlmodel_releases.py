"""What older releases of SQLModel gave where the pinned one gives something else."""

from collections.abc import Callable
from copy import copy
from functools import wraps
from typing import Any, get_args, get_origin

from sqlalchemy import CHAR, DateTime, types
from sqlalchemy.dialects.postgresql import UUID

from . import pydantic_v1, versions

#: The releases since which enumerations of text or numbers have a type of their own, lengths count with pydantic's
#: second version, UUIDs have SQLAlchemy's type, and datetimes have time zones.
_ENUMERATIONS, _LENGTHS, _UUIDS, _ZONES = "0.0.9", "0.0.19", "0.0.20", "0.0.45"

#: The releases since which decimals have their digits, not every column has an index, what is optional tells what may
#: be null, a field is asked for that, and other keywords beside `sa_column` are refused.
_DIGITS, _INDEXES, _OPTIONAL, _NULLABLE, _BESIDE = "0.0.5", "0.0.6", "0.0.7", "0.0.8", "0.0.11"

#: Keywords that once had no effect beside `sa_column`.
_REFUSED_BESIDE = ("primary_key", "nullable", "foreign_key", "unique", "index")


class GUID(types.TypeDecorator):  # type: ignore[type-arg]
    """UUIDs as they were: PostgreSQL's, else text."""

    impl = CHAR
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> Any:
        """Give the type of a dialect."""
        return dialect.type_descriptor(UUID() if dialect.name == "postgresql" else CHAR(32))


GUID.__module__ = "sqlmodel.sql.sqltypes"


def as_released(field: Any, found: Any, original: Callable[..., Any]) -> Any:
    """Give the type that the release asked for gives; one that the field names is as it is."""
    if any(getattr(item, "sa_type", None) is found for item in (field, *field.metadata)):
        return found
    name = getattr(found, "__name__", type(found).__name__)
    if name == "UTCDateTime" and versions.before("sqlmodel", _ZONES):
        return DateTime()
    if name == "Uuid" and versions.before("sqlmodel", _UUIDS):
        return GUID()
    data = _data_of(getattr(found, "enum_class", None))
    if data is not None and versions.before("sqlmodel", _ENUMERATIONS):
        return original(annotated(field, data))
    return found


def item_type(field: Any) -> Any:
    """Give what a list or dictionary holds: the first releases made its column of that; `None` for anything else."""
    if not versions.before("sqlmodel", _ENUMERATIONS):
        return None
    for part in (field.annotation, *get_args(field.annotation)):
        if isinstance(get_origin(part), type) and get_args(part):
            return get_args(part)[-1]
    return None


def _data_of(enumeration: type | None) -> type | None:
    """Give the type that the members of an enumeration are at once."""
    if enumeration is None:
        return None
    return next((data for data in (str, float, int) if issubclass(enumeration, data)), None)


def annotated(field: Any, annotation: type) -> Any:
    """Give a field with another annotation."""
    made = copy(field)
    made.annotation = annotation
    return made


def lengths_count() -> bool:
    """Tell whether the length of a text is one in the database: some releases overlooked it."""
    return pydantic_v1.is_spoken() or not versions.before("sqlmodel", _LENGTHS)


def digits_count() -> bool:
    """Tell whether the digits of a decimal are those of its column."""
    return not versions.before("sqlmodel", _DIGITS)


def has_index(given: Any, undefined: Any) -> Any:
    """Give what a field says of an index; the first releases gave one to every field that says nothing."""
    return True if given is undefined and versions.before("sqlmodel", _INDEXES) else given


def may_be_null(field: Any, given: Any, undefined: Any) -> Any:
    """Give what a field says of null, or what an old release took for that."""
    if not versions.before("sqlmodel", _NULLABLE):
        return given
    if versions.before("sqlmodel", _OPTIONAL):
        return given if given is not undefined else not pydantic_v1.is_required(field)
    is_key = any(getattr(item, "primary_key", False) is True for item in (field, *field.metadata))
    has_nothing = (field.default is undefined or field.default is None) and field.default_factory is None
    return has_nothing and not is_key and pydantic_v1.may_be_none(field)


def adapt(module: Any) -> None:
    """Offer the type by its name."""
    vars(module).setdefault("GUID", GUID)


def adapt_fields(cls: Any, undefined: Any) -> None:
    """Take what old releases took beside `sa_column`, and keep in mind that a default is `...`."""
    original = cls.__init__

    @wraps(original)
    def init(self: Any, default: Any = undefined, **kwargs: Any) -> None:
        if kwargs.get("sa_column", undefined) is not undefined and versions.before("sqlmodel", _BESIDE):
            kwargs.update((name, undefined) for name in _REFUSED_BESIDE if name in kwargs)
        original(self, default, **kwargs)
        if default is ...:
            setattr(self, pydantic_v1.REQUIRED, True)

    cls.__init__ = init
