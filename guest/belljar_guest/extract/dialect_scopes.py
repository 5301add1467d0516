"""How a constraint or an index differs between dialects: its name, and whether it is created at all."""

import copy
from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy.schema import CheckConstraint
from sqlalchemy.sql import elements, naming

from .. import frames
from . import ddl_conditions
from .sql import DIALECTS, MARIADB, dialect

#: The order of the dialects that provide the text if PostgreSQL does not create it.
_TEXTS = ("postgresql", "sqlite", "oracle", "mssql", "mysql")


def name_of(item: Any) -> str | None:
    """The name as written, or by a naming convention; `None` if the database generates it.

    A constraint that belongs to a type gets the name of a convention only when it is compiled.
    """
    name = item.name
    if isinstance(name, str):
        return str(name)
    return _conventional(item)


def scope_of(item: Any) -> frames.Scope:
    """The names and dialects that differ."""
    made = dialects_of(item)
    return frames.Scope(_names(item, DIALECTS if made is None else made), made)


def dialects_of(item: Any) -> list[str] | None:
    """The dialects that create it; `None` for all of them."""
    condition = getattr(item, "_ddl_if", None)
    if condition is None and not is_type_bound(item):
        return None
    made = [name for name in DIALECTS if _is_made(item, condition, name)]
    if "mysql" not in made and _is_made(item, condition, MARIADB):
        made.append(MARIADB)
    return None if len(made) == len(DIALECTS) else made


def is_type_bound(item: Any) -> bool:
    """Whether it belongs to a type."""
    return isinstance(item, CheckConstraint) and bool(getattr(item, "_type_bound", False))


def depends_on_function(item: Any) -> bool:
    """Whether a function decides by more than the name of the dialect whether it is created."""
    if ddl_conditions.function_of(item) is None:
        return False
    asked = [name for name in DIALECTS if _is_wanted(item._ddl_if, name)]
    return any(ddl_conditions.answer(item, name) is None for name in asked)


def text_dialect(item: Any) -> str:
    """The dialect whose text is used: PostgreSQL, or the first that creates it."""
    made = dialects_of(item)
    return next((name for name in _TEXTS if made is None or name in made), "postgresql")


def _conventional(item: Any) -> str | None:
    """The name that a naming convention gives when the constraint is compiled."""
    if item.name is None:  # the convention does not apply to it
        return None
    try:
        found = naming._constraint_name_for_table(item, item.table)  # type: ignore[no-untyped-call]
    except Exception:  # the convention needs something that is missing
        return None
    return str(found) if isinstance(found, str) else None


def _names(item: Any, made: Iterable[str]) -> list[frames.Entry]:
    """The names that differ from `name_of`, for the dialects that create it."""
    written = name_of(item)
    name = item.name
    if written is None or not (isinstance(name, elements._truncated_label) or not isinstance(name, str)):
        return []
    if len(written) <= _shortest():
        return []
    compiled = ((dialect_name, _compiled(item, dialect_name)) for dialect_name in made)
    return [frames.Entry(key, text) for key, text in compiled if text is not None and text != written]


def _compiled(item: Any, name: str) -> str | None:
    try:
        text = _preparer(name).format_constraint(item)
    except Exception:  # refused by the dialect
        return None
    return None if text is None else str(text)


@cache
def _preparer(name: str) -> Any:
    """A preparer for the names of a dialect that adds no quotes."""
    plain = copy.copy(dialect(name).identifier_preparer)
    plain.quote = lambda text, force=None: str(text)
    return plain


@cache
def _shortest() -> int:
    """The length of a name that every dialect accepts."""
    limits: list[int] = []
    for name in DIALECTS:
        kind = dialect(name)
        own = (kind.max_index_name_length, getattr(kind, "max_constraint_name_length", None))
        limits += [limit for limit in (kind.max_identifier_length, *own) if limit]
    return min(limits)


def _is_made(item: Any, condition: Any, name: str) -> bool:
    """Whether a dialect creates it, as far as that depends on the dialect alone."""
    if is_type_bound(item) and not _rule(item, name):
        return False
    if not _is_wanted(condition, name):
        return False
    return ddl_conditions.function_of(item) is None or ddl_conditions.answer(item, name) is not False


def _is_wanted(condition: Any, name: str) -> bool:
    """Whether a condition includes a dialect; it may have no limit."""
    wanted = getattr(condition, "dialect", None)
    if isinstance(wanted, str):
        return wanted == name
    return name in wanted if isinstance(wanted, (tuple, list, set)) else True


def _rule(item: Any, name: str) -> bool:
    """Whether the type creates the constraint in a dialect."""
    kind = dialect(name)
    try:
        return item._create_rule is None or bool(item._create_rule(kind.ddl_compiler(kind, None)))
    except Exception:  # a type of the repository that needs a connection
        return True
