"""What constraints, indexes, columns and sequences are given besides what a frame has a field for."""

from collections.abc import Iterable
from typing import Any

from .. import frames
from .sql import DIALECTS, MARIADB, ddl_expression, expression, safe_text, usual


def options(item: Any) -> list[frames.Entry]:
    """Dialect options that were given and say something, with their text, sorted."""
    found = []
    for name in sorted(getattr(item, "dialect_kwargs", {})):
        value = item.dialect_kwargs[name]
        if value is not None and value not in ({}, []) and value is not _usual(item, name):
            found.append(frames.Entry(safe_text(name), _own_text(safe_text(name), value)))
    return found


def _own_text(name: str, value: Any) -> str:
    """The text of an option as the dialect writes it that has the option."""
    of = name.partition("_")[0]
    if of in DIALECTS[1:] and hasattr(value, "compile"):
        own = ddl_expression(value, of)
        if own is not None:
            return own
    return option_text(value)


def _usual(item: Any, name: str) -> Any:
    """The flag that an option is where it is not given: of `False`, which SQLAlchemy mostly says, not all are that."""
    of, _, option = name.partition("_")
    try:
        usual = item.dialect_options[of]._defaults.get(option)
    except BaseException:  # a dialect that is not here
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


def given(item: Any, names: Iterable[str]) -> list[frames.Entry]:
    """Attributes that are set, with their text; a flag that is not set says nothing."""
    found = ((name, getattr(item, name, None)) for name in names)
    return [
        frames.Entry(name, option_text(value))
        for name, value in found
        if value is not None and value is not False
    ]


def _all(item: Any, names: tuple[str, ...]) -> list[frames.Entry]:
    """Attributes and dialect options; what a release has as both counts once."""
    found = given(item, names)
    known = {entry.name for entry in found}
    found += [entry for entry in options(item) if entry.name.partition("_")[2] not in known]
    return sorted(found, key=lambda entry: entry.name)


def of_identity(identity: Any) -> list[frames.Entry]:
    """What an identity is given besides its start and its increment."""
    names = ("minvalue", "maxvalue", "nominvalue", "nomaxvalue", "cycle", "cache", "order", "on_null")
    return _all(identity, names)


def of_sequence(sequence: Any) -> list[frames.Entry]:
    """What a sequence is given that has no field."""
    return _all(sequence, ("nominvalue", "nomaxvalue", "order", "optional"))


#: An option of a column that is told with the constraint that it makes.
_OF_CONSTRAINT = "sqlite_on_conflict_unique"


def of_column(column: Any) -> list[frames.Entry]:
    """What a column is given that has no field."""
    found = [entry for entry in options(column) if entry.name != _OF_CONSTRAINT]
    for name, value in (
        ("server_default", getattr(column.server_default, "arg", None)),
        ("computed", getattr(getattr(column, "computed", None), "sqltext", None)),
    ):
        found += by_dialect(name, value)
    found += given(column, ("system",))
    found += quoting(column.name)
    for name in ("server_default", "server_onupdate"):
        if _is_fetched(getattr(column, name)):
            found.append(frames.Entry(name, "FetchedValue"))
    return sorted(found, key=lambda entry: entry.name)


def by_dialect(name: str, value: Any) -> list[frames.Entry]:
    """The text of an expression for each dialect that writes it otherwise than PostgreSQL, as `name:dialect`.

    What everybody knows to be written otherwise (`now()`, `true`) is not told.
    """
    if not hasattr(value, "compile"):
        return []
    text = ddl_expression(value, "postgresql")
    found = []
    for dialect in DIALECTS[1:]:
        own = ddl_expression(value, dialect)
        if own is not None and own != text and own != usual(text, dialect):
            found.append(frames.Entry(f"{name}:{dialect}", own))
    own = ddl_expression(value, MARIADB)
    if own is not None and own != ddl_expression(value, "mysql"):
        found.append(frames.Entry(f"{name}:{MARIADB}", own))
    return found


def quoting(name: Any, option: str = "quote") -> list[frames.Entry]:
    """Whether a name is always or never quoted, where the code decides it."""
    quote = getattr(name, "quote", None)
    return [frames.Entry(option, str(quote))] if isinstance(quote, bool) else []


def _is_fetched(value: Any) -> bool:
    """Whether a trigger makes a value, of which the code only knows that there is one."""
    return value is not None and any(kind.__name__ == "FetchedValue" for kind in type(value).__mro__[:1])
