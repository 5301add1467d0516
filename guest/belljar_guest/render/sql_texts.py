"""Pieces of SQL that a document keeps as text, as PostgreSQL's dialect writes them."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy

from ..extract.sql import plain_dialect
from ..stand_in.value import OPEN


class UnknownError(Exception):
    """Something is not known well enough to be rendered; the message says what."""


#: A string, a quoted name, or what is between them.
_PIECES = re.compile(r"('(?:[^']|'')*'|\"(?:[^\"]|\"\")*\")")

#: What `text()` takes for a parameter.
_PARAMETER = re.compile(r"(?<![:\w\\]):(?=\w)")

#: Texts that the host has read, and that are more than the one thing that belongs where they stand.
_refused: set[str] = set()

#: So much of a text is shown.
_SHOWN = 200


def refuse_texts(texts: Iterable[str]) -> None:
    """Leave out what has one of these texts."""
    _refused.clear()
    _refused.update(texts)


def require_known(text: str, what: str) -> str:
    """The text, if nothing absent had a part in it, and if it is one thing."""
    if OPEN in text:
        raise UnknownError(f"{what} is `{text}`, which is not known")
    if text in _refused:
        shown = one_line(text[:_SHOWN])
        raise UnknownError(
            f"{what} is `{shown}`, which is more than one expression, or none, to this database"
        )
    return text


def escape_colons(text: str) -> str:
    """The text with every colon that `text()` would take for a parameter's escaped."""
    return _PARAMETER.sub(r"\\:", text)


def clause(text: str) -> Any:
    """SQL as it is."""
    return sqlalchemy.text(escape_colons(text))


def unqualify_columns(text: str, table: str, schema: str | None) -> str:
    """The text with columns of the table by their names alone, as DDL has them."""
    quote = plain_dialect("postgresql").identifier_preparer.quote
    prefixes = [f"{quote(table)}."] + ([f"{quote(schema)}.{quote(table)}."] if schema else [])
    for prefix in reversed(prefixes):
        if '"' in prefix:
            text = text.replace(prefix, "")
        else:
            pattern = re.compile(r"(?<![\w.\"$])" + re.escape(prefix))
            pieces = _PIECES.split(text)
            text = "".join(piece if piece[:1] in ("'", '"') else pattern.sub("", piece) for piece in pieces)
    return text


def own_expression(options: dict[str, str], place: str, dialect: str) -> Any:
    """The expression that a dialect has written for a place, where it is another than PostgreSQL's."""
    text = options.get(f"{place}:{dialect}")
    return None if text is None else clause(require_known(text, "the expression"))


def foreign_syntax(text: str, dialect: str) -> str | None:
    """Why a text of PostgreSQL's may not be one of another dialect's, if so."""
    if dialect == "postgresql":
        return None
    outside = "".join(piece for piece in _PIECES.split(text) if not piece.startswith("'"))
    signs = ["::", " ~", "ILIKE", "->", "@>", "&&", "ARRAY["]
    signs += ['"'] if dialect == "mysql" else []
    found = next((sign for sign in signs if sign in outside), None)
    return f"`{text}` is written for PostgreSQL (`{found.strip()}`)" if found else None


#: What a default may be without parentheses everywhere.
_ATOM = re.compile(r"^([-+]?\d+(\.\d+)?|'(?:[^']|'')*'|NULL|TRUE|FALSE|CURRENT_\w+)$", re.IGNORECASE)

#: What MySQL has for a default of its own, and what may stand behind one: neither goes into parentheses.
_MOMENT = re.compile(r"^(CURRENT_TIMESTAMP|NOW|LOCALTIME|LOCALTIMESTAMP)\s*\(\s*\d*\s*\)$", re.IGNORECASE)
_ON_UPDATE = re.compile(r"\bON\s+UPDATE\b", re.IGNORECASE)


def default(column: dict[str, Any], dialect: str) -> Any:
    """The server default of a column of a document; raises `UnknownError`."""
    text = column["server_default"]
    if text is None:
        return None
    own = column.get("options", {}).get(f"server_default:{dialect}")
    if own is not None:
        return _in_place(require_known(own, "its server default"), dialect)
    if not column.get("server_default_literal"):
        return default_clause(text, dialect)
    if OPEN in text:
        return require_known(text, "its server default")
    return str(text)


def default_clause(text: str, dialect: str) -> Any:
    """A server default from its text."""
    text = require_known(text, "its server default")
    why = foreign_syntax(text, dialect)
    if why is not None:
        raise UnknownError(f"its server default {why}")
    special: dict[str, Any] = {
        "now()": sqlalchemy.func.now,
        "true": sqlalchemy.true,
        "false": sqlalchemy.false,
    }
    if text.lower() in special and dialect != "postgresql":
        return special[text.lower()]()
    return _in_place(text, dialect)


def _in_place(text: str, dialect: str) -> Any:
    """A default as it stands behind `DEFAULT`."""
    if dialect == "mysql" and (_MOMENT.match(text) or _ON_UPDATE.search(_PIECES.sub("", text))):
        return clause(text)
    if dialect in ("sqlite", "mysql") and not _ATOM.match(text) and not text.startswith("("):
        text = f"({text})"
    return clause(text)


_DIRECTION = re.compile(r"((?:\s+(?:ASC|DESC))?(?:\s+NULLS\s+(?:FIRST|LAST))?)\s*$", re.IGNORECASE)
_NAME = re.compile(r"^(\w+|\"(?:[^\"]|\"\")*\"|`(?:[^`]|``)*`|\[(?:[^\]]|\]\])*\])(\s+\w+)?$")


def index_element(text: str) -> str:
    """An element of an index, with parentheses around what is an expression."""
    direction = _DIRECTION.search(text)
    tail = direction.group(1) if direction else ""
    inner = text[: len(text.rstrip()) - len(tail.rstrip())].strip() if tail.strip() else text.strip()
    if _NAME.match(inner) or _is_call(inner) or (inner.startswith("(") and _closes(inner, 0) == len(inner)):
        return f"{inner}{tail.rstrip()}"
    head, _, operator = inner.rpartition(" ")  # an operator class behind an expression
    if head.endswith(")") and operator.isidentifier() and (_is_call(head) or head.startswith("(")):
        return f"{inner}{tail.rstrip()}"
    return f"({inner}){tail.rstrip()}"


def _is_call(text: str) -> bool:
    name = re.match(r"^[\w.]+\(", text)
    return name is not None and _closes(text, name.end() - 1) == len(text)


def _closes(text: str, start: int) -> int:
    """Behind the parenthesis that closes the one at `start`; 0 where none does."""
    depth = 0
    for position, letter in _outside(text):
        if position < start:
            continue
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth == 0:
            return position + 1
    return 0


def _outside(text: str) -> Iterator[tuple[int, str]]:
    """The letters that are in no string and no quoted name."""
    position = 0
    for piece in _PIECES.split(text):
        if not piece.startswith(("'", '"')):
            yield from enumerate(piece, position)
        position += len(piece)


def table_name(dialect: str, name: str, schema: str | None) -> str:
    """A name with its schema, quoted as a dialect wants it."""
    quote = plain_dialect(dialect).identifier_preparer.quote
    return f"{quote(schema)}.{quote(name)}" if schema else str(quote(name))


def literal(value: str) -> str:
    """A string of SQL."""
    return "'" + value.replace("'", "''") + "'"


def one_line(text: str) -> str:
    """A text that stays in its comment."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(shown.split())


def indented(text: str) -> str:
    """Statements as they stand in a block: no value of theirs has a line of its own."""
    return "\n".join(f"    {line}".rstrip() for line in text.split("\n"))


def number_options(options: dict[str, str]) -> dict[str, Any]:
    """Options of an identity or a sequence from their texts."""
    found: dict[str, Any] = {}
    for name, text in sorted(options.items()):
        require_known(text, f"`{name}`")
        plain = name.partition("_")[2] if name.startswith("oracle_") else name
        found[plain] = int(text) if re.fullmatch(r"-?\d+", text) else {"True": True}.get(text, text)
    return found
