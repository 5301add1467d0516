"""The types that an inspector of a database gives for columns of declared types."""

import re
from typing import Any

from sqlalchemy.types import Enum, TypeDecorator

#: The name of a type, its arguments, and the words after them.
_PARTS = re.compile(r"([A-Za-z][\w ]*?)\s*(?:\(([^()]*)\))?((?: with(?:out)? time zone)?)", re.IGNORECASE)


def reflected(column_type: Any, dialect: Any) -> Any:
    """The type as a database has it: without decorators, of the dialect's own class."""
    inner = column_type
    for _ in range(10):
        if not isinstance(inner, TypeDecorator):
            break
        try:
            inner = inner.load_dialect_impl(dialect)
        except Exception:  # the repository's own method
            inner = inner.impl
    if isinstance(inner, Enum):
        return inner
    try:
        text = str(inner.compile(dialect=dialect))
        return _named(text, dialect, inner)
    except Exception:  # no dialect renders it, or its arguments are others
        return inner


def _named(text: str, dialect: Any, declared: Any) -> Any:
    """The type of the dialect that a text names; `declared` if it has none."""
    found = _PARTS.fullmatch(text.strip())
    names = getattr(dialect, "ischema_names", {})
    if found is None:
        return declared
    name = " ".join((found[1] + found[3]).split())
    cls = names.get(name.lower()) or names.get(name.upper()) or names.get(found[1].lower())
    if cls is None:
        return declared
    given = [part.strip() for part in (found[2] or "").split(",") if part.strip()]
    if not all(part.isdigit() for part in given):
        return declared
    if "time zone" in name.lower() or name.lower() == "timestamp":
        return cls(timezone="with time zone" in name.lower())
    return cls(*map(int, given))
