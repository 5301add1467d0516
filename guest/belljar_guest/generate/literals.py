"""Literals, identifiers and comments: everything of a schema enters the code through these functions."""

import keyword
import math
import unicodedata
from typing import Any

from ..render.sql_texts import one_line

#: The longest excerpt of a text in a comment.
_SHOWN = 160

#: The longest name that becomes an identifier.
_LONGEST = 60


def string(value: str) -> str:
    """A string literal in double quotes, or in single ones where that needs fewer escapes."""
    quote = "'" if value.count('"') > value.count("'") else '"'
    return f"{quote}{''.join(_escaped(letter, quote) for letter in value)}{quote}"


def _escaped(letter: str, quote: str) -> str:
    if letter in ("\\", quote):
        return f"\\{letter}"
    # Controls, marks that reorder text, separators of lines and surrogates are not printable.
    return letter if letter.isprintable() else repr(letter)[1:-1]


class NoLiteralError(Exception):
    """A value has no literal."""


def literal(value: Any) -> str:
    """The literal of a plain value; raises `NoLiteralError`."""
    kind = type(value)
    if kind is str:
        return string(value)
    if kind in (bool, int, type(None)) or (kind is float and math.isfinite(value)):
        return repr(value)
    if kind is list:
        return f"[{', '.join(map(literal, value))}]"
    if kind is tuple and len(value) > 1:
        return f"({', '.join(map(literal, value))})"
    if kind is dict:
        return f"{{{', '.join(f'{literal(key)}: {literal(item)}' for key, item in value.items())}}}"
    raise NoLiteralError(kind.__name__)


def comment(text: str) -> str:
    """A text on one line, for a comment."""
    shown = one_line(text).replace("#", "No.")
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"


def is_identifier(name: str) -> bool:
    """Whether a name is an identifier that Python reads as the same name."""
    return (
        name.isidentifier()
        and not keyword.iskeyword(name)
        and len(name) <= _LONGEST
        and unicodedata.normalize("NFKC", name) == name
    )


def to_identifier(name: str, otherwise: str) -> str:
    """An identifier that resembles a name."""
    letters = "".join(letter if letter.isalnum() or letter == "_" else "_" for letter in name[: 2 * _LONGEST])
    made = unicodedata.normalize("NFKC", letters)[: _LONGEST - 10].strip("_")
    if not made[:1].isidentifier():
        made = f"{otherwise}_{made}"
    if keyword.iskeyword(made):
        made = f"{made}_"
    return made if is_identifier(made) else otherwise
