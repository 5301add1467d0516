"""Options of constraints, indexes, columns and sequences for which frames have no field."""

from collections.abc import Iterable, Mapping
from typing import Any

from .. import frames
from .sql import DIALECTS, MARIADB, ddl_expression, expression, safe_text, usual_default


def dialect_options_of(item: Any) -> Mapping[str, Any]:
    """The dialect options that were set; asking SQLAlchemy would create a place for some where there are none."""
    if type(item).__module__.startswith("sqlalchemy.") and "dialect_options" not in vars(item):
        return {}
    return getattr(item, "dialect_kwargs", {})


def options(item: Any) -> list[frames.Entry]:
    """The dialect options that differ from their defaults, sorted."""
    found = []
    for name, value in sorted(dialect_options_of(item).items(), key=lambda pair: pair[0]):
        if value is not None and value not in ({}, []) and value is not _flag_default(item, name):
            found.append(frames.Entry(safe_text(name), _own_text(safe_text(name), value)))
    return found


def _own_text(name: str, value: Any) -> str:
    """The text of an option in the dialect that the option belongs to."""
    of = name.partition("_")[0]
    if of in DIALECTS[1:] and hasattr(value, "compile"):
        own = ddl_expression(value, of)
        if own is not None:
            return own
    return option_text(value)


def _flag_default(item: Any, name: str) -> Any:
    """The default of a flag; `None` for options that are no flags. SQLAlchemy's default is not always `False`."""
    of, _, option = name.partition("_")
    try:
        usual = item.dialect_options[of]._defaults.get(option)
    except BaseException:  # a dialect that is not available
        return False
    return usual if isinstance(usual, bool) else None


def option_text(value: Any) -> str:
    """The text of an option."""
    if hasattr(value, "compile"):
        return expression(value) or ""
    if isinstance(value, dict):
        return ", ".join(
            f"{key}: {option_text(item)}"
            for key, item in sorted(value.items(), key=lambda pair: str(pair[0]))
        )
    if isinstance(value, (list, tuple)):
        return ", ".join(option_text(item) for item in value)
    return safe_text(value)


def attribute_options(item: Any, names: Iterable[str]) -> list[frames.Entry]:
    """Attributes that are set, with their text; a false flag does not count as set."""
    found = ((name, getattr(item, name, None)) for name in names)
    return [
        frames.Entry(name, option_text(value))
        for name, value in found
        if value is not None and value is not False
    ]


def _all(item: Any, names: tuple[str, ...]) -> list[frames.Entry]:
    """Attributes and dialect options; one that a release has as both is returned once."""
    found = attribute_options(item, names)
    known = {entry.name for entry in found}
    found += [entry for entry in options(item) if entry.name.partition("_")[2] not in known]
    return sorted(found, key=lambda entry: entry.name)


def identity_options(identity: Any) -> list[frames.Entry]:
    """Options of an identity besides its start and increment."""
    names = ("minvalue", "maxvalue", "nominvalue", "nomaxvalue", "cycle", "cache", "order", "on_null")
    return _all(identity, names)


def sequence_options(sequence: Any) -> list[frames.Entry]:
    """Options of a sequence without a field."""
    return _all(sequence, ("nominvalue", "nomaxvalue", "order", "optional"))


#: An option of a column that belongs to the constraint that the column creates.
_OF_CONSTRAINT = "sqlite_on_conflict_unique"


def column_options(column: Any) -> list[frames.Entry]:
    """Options of a column without a field."""
    found = [entry for entry in options(column) if entry.name != _OF_CONSTRAINT]
    for name, value in (
        ("server_default", getattr(column.server_default, "arg", None)),
        ("computed", getattr(getattr(column, "computed", None), "sqltext", None)),
    ):
        found += by_dialect(name, value)
    found += attribute_options(column, ("system",))
    found += quote_option(column.name)
    for name in ("server_default", "server_onupdate"):
        if _is_fetched(getattr(column, name)):
            found.append(frames.Entry(name, "FetchedValue"))
    return sorted(found, key=lambda entry: entry.name)


def by_dialect(name: str, value: Any) -> list[frames.Entry]:
    """The text of an expression for each dialect that renders it differently from PostgreSQL, as `name:dialect`.

    Well-known differences (`now()`, `true`) are omitted.
    """
    if not hasattr(value, "compile"):
        return []
    text = ddl_expression(value, "postgresql")
    found = []
    for dialect in DIALECTS[1:]:
        own = ddl_expression(value, dialect)
        if own is not None and own != text and own != usual_default(text, dialect):
            found.append(frames.Entry(f"{name}:{dialect}", own))
    own = ddl_expression(value, MARIADB)
    if own is not None and own != ddl_expression(value, "mysql"):
        found.append(frames.Entry(f"{name}:{MARIADB}", own))
    return found


def quote_option(name: Any, option: str = "quote") -> list[frames.Entry]:
    """Whether a name is always or never quoted, if the code decides that."""
    quote = getattr(name, "quote", None)
    return [frames.Entry(option, str(quote))] if isinstance(quote, bool) else []


def _is_fetched(value: Any) -> bool:
    """Whether a trigger produces the value, so that the code only knows that there is one."""
    return value is not None and any(kind.__name__ == "FetchedValue" for kind in type(value).__mro__[:1])
