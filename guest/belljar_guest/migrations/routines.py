"""Functions and procedures that versions create or call, as far as they may change tables."""

import re
from typing import Any

from . import statements
from .sql_names import QUALIFIED, literals, names

_CREATE = re.compile(
    rf"CREATE (?:OR REPLACE )?(?:DEFINER ?= ?\S+ )?(?:FUNCTION|PROCEDURE) (?:IF NOT EXISTS )?({QUALIFIED})",
    re.IGNORECASE,
)

#: A query of nothing but a function.
_FUNCTION_ALONE = re.compile(r"SELECT (?:\* FROM )?(?:\w+\.)?(\w+) ?\((.*)\)", re.IGNORECASE | re.DOTALL)

#: Functions of databases that change no table, although they may be given the name of one.
_HARMLESS = re.compile(
    r"pg_\w+|\w*val|set_config|current_\w+|has_\w+|to_reg\w+|(?:obj|col)_description|count|max|min|exists|coalesce",
    re.IGNORECASE,
)


def note(recording: Any, statement: str) -> None:
    """Remember a function or a procedure that a statement creates, if it may change tables."""
    found = _CREATE.match(statement)
    if found is not None and statements.may_change_tables(statement):
        recording.state.routines[names(found[1])[1].lower()] = statement


def bodies(recording: Any, statement: str) -> str:
    """The texts of the remembered routines that a statement calls."""
    known: dict[str, str] = recording.state.routines
    if not known:
        return ""
    words = {word.lower() for word in re.findall(r"\w+", statement)}
    return " ".join(text for name, text in known.items() if name in words)


def is_given_table(recording: Any, statement: str) -> bool:
    """Whether a statement does nothing but call a function with the name of a table, as extensions have some."""
    found = _FUNCTION_ALONE.fullmatch(statement)
    if found is None or _HARMLESS.fullmatch(found[1]):
        return False
    given = {literal.rpartition(".")[2].strip('"') for literal in literals(found[2])}
    return any(table.name in given for table in recording.state.tables.values())
