"""Pieces of SQL that a document keeps as text, in the syntax of PostgreSQL."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy

from ..extract.sql import plain_dialect
from ..stand_in.value import OPEN


class UnknownError(Exception):
    """Something is not known well enough to be rendered; the message says what."""


#: A string literal, a quoted identifier, or the text between them.
_PIECES = re.compile(r"('(?:[^']|'')*'|\"(?:[^\"]|\"\")*\")")

#: What `text()` takes for a bind parameter.
_PARAMETER = re.compile(r"(?<![:\w\\]):(?=\w)")

#: Texts that the host refused: they contain more, or other things, than their place allows.
_refused: set[str] = set()

#: The longest excerpt of a text in a message.
_SHOWN = 200


def refuse_texts(texts: Iterable[str]) -> None:
    """Refuse everything that has one of these texts."""
    _refused.clear()
    _refused.update(texts)


def require_known(text: str, what: str) -> str:
    """The text; raises `UnknownError` if a stand-in is part of it, or if the host refused it."""
    if OPEN in text:
        raise UnknownError(f"{what} is `{text}`, which is not known")
    if text in _refused:
        shown = one_line(text[:_SHOWN])
        raise UnknownError(f"{what} is `{shown}`, which is not a single expression for this database")
    return text


def escape_colons(text: str) -> str:
    """The text with colons escaped that `text()` would take for bind parameters."""
    return _PARAMETER.sub(r"\\:", text)


def clause(text: str) -> Any:
    """SQL that is used verbatim."""
    return sqlalchemy.text(escape_colons(text))


def unqualify_columns(text: str, table: str, schema: str | None) -> str:
    """The text with the columns of the table unqualified, as DDL needs them."""
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
    """The expression that a dialect writes in a place, if it differs from that of PostgreSQL."""
    text = options.get(f"{place}:{dialect}")
    return None if text is None else clause(require_known(text, "the expression"))


def foreign_syntax(text: str, dialect: str) -> str | None:
    """Why a text in PostgreSQL's syntax may be invalid in another dialect; `None` if it is valid."""
    if dialect == "postgresql":
        return None
    outside = "".join(piece for piece in _PIECES.split(text) if not piece.startswith("'"))
    signs = ["::", " ~", "ILIKE", "->", "@>", "&&", "ARRAY["]
    signs += ['"'] if dialect == "mysql" else []
    found = next((sign for sign in signs if sign in outside), None)
    return f"`{text}` is PostgreSQL syntax (`{found.strip()}`)" if found else None


#: A default that needs no parentheses in any dialect.
_ATOM = re.compile(r"^([-+]?\d+(\.\d+)?|'(?:[^']|'')*'|NULL|TRUE|FALSE|CURRENT_\w+)$", re.IGNORECASE)

#: Defaults of MySQL, and a clause after a default, that must not be in parentheses.
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
    """The server default for a text."""
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
    """A default as it is written after `DEFAULT`."""
    if dialect == "mysql" and (_MOMENT.match(text) or _ON_UPDATE.search(_PIECES.sub("", text))):
        return clause(text)
    if dialect in ("sqlite", "mysql") and not _ATOM.match(text) and not text.startswith("("):
        text = f"({text})"
    return clause(text)


_DIRECTION = re.compile(r"((?:\s+(?:ASC|DESC))?(?:\s+NULLS\s+(?:FIRST|LAST))?)\s*$", re.IGNORECASE)
_NAME = re.compile(r"^(\w+|\"(?:[^\"]|\"\")*\"|`(?:[^`]|``)*`|\[(?:[^\]]|\]\])*\])(\s+\w+)?$")


def index_element(text: str) -> str:
    """An element of an index, in parentheses if it is an expression."""
    direction = _DIRECTION.search(text)
    tail = direction.group(1) if direction else ""
    inner = text[: len(text.rstrip()) - len(tail.rstrip())].strip() if tail.strip() else text.strip()
    if _NAME.match(inner) or _is_call(inner) or (inner.startswith("(") and _closes(inner, 0) == len(inner)):
        return f"{inner}{tail.rstrip()}"
    head, _, operator = inner.rpartition(" ")  # an operator class after an expression
    if head.endswith(")") and operator.isidentifier() and (_is_call(head) or head.startswith("(")):
        return f"{inner}{tail.rstrip()}"
    return f"({inner}){tail.rstrip()}"


def _is_call(text: str) -> bool:
    name = re.match(r"^[\w.]+\(", text)
    return name is not None and _closes(text, name.end() - 1) == len(text)


def _closes(text: str, start: int) -> int:
    """The position after the parenthesis that closes the one at `start`; 0 if none does."""
    depth = 0
    for position, letter in _outside(text):
        if position < start:
            continue
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth == 0:
            return position + 1
    return 0


def _outside(text: str) -> Iterator[tuple[int, str]]:
    """The characters outside of string literals and quoted identifiers."""
    position = 0
    for piece in _PIECES.split(text):
        if not piece.startswith(("'", '"')):
            yield from enumerate(piece, position)
        position += len(piece)


def table_name(dialect: str, name: str, schema: str | None) -> str:
    """A qualified name, quoted as a dialect requires."""
    quote = plain_dialect(dialect).identifier_preparer.quote
    return f"{quote(schema)}.{quote(name)}" if schema else str(quote(name))


def literal(value: str) -> str:
    """A string literal."""
    return "'" + value.replace("'", "''") + "'"


def one_line(text: str) -> str:
    """The text on one line, for a comment."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(shown.split())


def indented(text: str) -> str:
    """The statements of a block, indented; no value spans lines."""
    return "\n".join(f"    {line}".rstrip() for line in text.split("\n"))


def number_options(options: dict[str, str]) -> dict[str, Any]:
    """Options of an identity or a sequence, converted from their texts."""
    found: dict[str, Any] = {}
    for name, text in sorted(options.items()):
        require_known(text, f"`{name}`")
        plain = name.partition("_")[2] if name.startswith("oracle_") else name
        found[plain] = int(text) if re.fullmatch(r"-?\d+", text) else {"True": True}.get(text, text)
    return found
