"""What older releases of SQLModel gave where the pinned one gives something else."""

from collections.abc import Callable
from copy import copy
from typing import Any

from sqlalchemy import CHAR, DateTime, types
from sqlalchemy.dialects.postgresql import UUID

from . import pydantic_first, versions

#: The releases since which enumerations of text or numbers have a type of their own, lengths count with pydantic's
#: second version, UUIDs have SQLAlchemy's type, and datetimes have time zones.
_ENUMERATIONS, _LENGTHS, _UUIDS, _ZONES = "0.0.9", "0.0.19", "0.0.20", "0.0.45"


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
    return pydantic_first.is_spoken() or not versions.before("sqlmodel", _LENGTHS)


def adapt(module: Any) -> None:
    """Offer the type by its name."""
    vars(module).setdefault("GUID", GUID)
