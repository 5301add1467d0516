"""Tables of older releases of SQLModel, where the carried one gives others."""

from collections.abc import Callable
from copy import copy
from functools import wraps
from typing import Any, get_args, get_origin

from sqlalchemy import CHAR, DateTime, types
from sqlalchemy.dialects.postgresql import UUID

from . import pydantic_v1, versions

#: The releases since which enumerations of text or numbers have their own type, lengths apply with pydantic's second
#: version, UUIDs have SQLAlchemy's type, and datetimes have time zones.
_ENUMERATIONS, _LENGTHS, _UUIDS, _ZONES = "0.0.9", "0.0.19", "0.0.20", "0.0.45"

#: The releases since which decimals have digits, columns have no index by default, optional fields are nullable,
#: `nullable` is a keyword, and keywords besides `sa_column` are refused.
_DIGITS, _INDEXES, _OPTIONAL, _NULLABLE, _BESIDE = "0.0.5", "0.0.6", "0.0.7", "0.0.8", "0.0.11"

#: Keywords that used to have no effect besides `sa_column`.
_REFUSED_BESIDE = ("primary_key", "nullable", "foreign_key", "unique", "index")


class GUID(types.TypeDecorator):  # type: ignore[type-arg]
    """The former type of UUIDs: PostgreSQL's, otherwise text."""

    impl = CHAR
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> Any:
        """The type for a dialect."""
        return dialect.type_descriptor(UUID() if dialect.name == "postgresql" else CHAR(32))


GUID.__module__ = "sqlmodel.sql.sqltypes"


def as_released(field: Any, found: Any, original: Callable[..., Any]) -> Any:
    """The type that the required release gives; one that the field declares is kept."""
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
    """The item type of a list or dictionary, which the first releases used for its column; `None` for others."""
    if not versions.before("sqlmodel", _ENUMERATIONS):
        return None
    for part in (field.annotation, *get_args(field.annotation)):
        if isinstance(get_origin(part), type) and get_args(part):
            return get_args(part)[-1]
    return None


def _data_of(enumeration: type | None) -> type | None:
    """The data type that an enumeration derives from."""
    if enumeration is None:
        return None
    return next((data for data in (str, float, int) if issubclass(enumeration, data)), None)


def annotated(field: Any, annotation: type) -> Any:
    """A field with another annotation."""
    made = copy(field)
    made.annotation = annotation
    return made


def lengths_count() -> bool:
    """Whether the length of a text applies in the database; some releases ignored it."""
    return pydantic_v1.is_in_use() or not versions.before("sqlmodel", _LENGTHS)


def digits_count() -> bool:
    """Whether the digits of a decimal apply to its column."""
    return not versions.before("sqlmodel", _DIGITS)


def has_index(given: Any, undefined: Any) -> Any:
    """The `index` of a field; the first releases added one by default."""
    return True if given is undefined and versions.before("sqlmodel", _INDEXES) else given


def may_be_null(field: Any, given: Any, undefined: Any) -> Any:
    """The `nullable` of a field, or the default of an old release."""
    if not versions.before("sqlmodel", _NULLABLE):
        return given
    if versions.before("sqlmodel", _OPTIONAL):
        return given if given is not undefined else not pydantic_v1.is_required(field)
    is_key = any(getattr(item, "primary_key", False) is True for item in (field, *field.metadata))
    has_nothing = (field.default is undefined or field.default is None) and field.default_factory is None
    return has_nothing and not is_key and pydantic_v1.may_be_none(field)


def adapt(module: Any) -> None:
    """Define the type under its name."""
    vars(module).setdefault("GUID", GUID)


def adapt_fields(cls: Any, undefined: Any) -> None:
    """Accept keywords besides `sa_column` as old releases did, and remember a default of `...`."""
    original = cls.__init__

    @wraps(original)
    def init(self: Any, default: Any = undefined, **kwargs: Any) -> None:
        if kwargs.get("sa_column", undefined) is not undefined and versions.before("sqlmodel", _BESIDE):
            kwargs.update((name, undefined) for name in _REFUSED_BESIDE if name in kwargs)
        original(self, default, **kwargs)
        if default is ...:
            setattr(self, pydantic_v1.REQUIRED, True)

    cls.__init__ = init
