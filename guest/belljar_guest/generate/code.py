"""Expressions of Python, and their layout as formatters write it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

#: The longest line, by default, of ruff and Black.
WIDTH = 88

_INDENT = "    "


@dataclass
class Atom:
    """A literal or a name, which is never split."""

    text: str

    def flat(self) -> str:
        """The text on one line."""
        return self.text


@dataclass
class Pair:
    """An entry of a dictionary."""

    key: str
    value: "Code"

    def flat(self) -> str:
        """The text on one line."""
        return f"{self.key}: {self.value.flat()}"


@dataclass
class Call:
    """A call, or a list, tuple or dictionary: items in brackets."""

    name: str
    items: "list[Code | Keyword]" = field(default_factory=list)
    brackets: str = "()"
    #: What a call of a method is of.
    of: "Call | None" = None

    def head(self) -> str:
        """Everything up to the opening bracket."""
        return f"{self.of.flat() if self.of else ''}{self.name}{self.brackets[0]}"

    def is_single_tuple(self) -> bool:
        """Whether a comma makes it a tuple."""
        return not self.name and self.brackets == "()" and len(self.items) == 1

    def flat(self) -> str:
        """The text on one line."""
        comma = "," if self.is_single_tuple() else ""
        return f"{self.head()}{', '.join(item.flat() for item in self.items)}{comma}{self.brackets[1]}"


Code = Atom | Call | Pair


@dataclass
class Keyword:
    """A keyword argument."""

    name: str
    value: Code

    def flat(self) -> str:
        """The text on one line."""
        return f"{self.name}={self.value.flat()}"


def call(name: str, *items: "Code | Keyword | str | None", **keywords: "Code | str | None") -> Call:
    """A call; texts are code, and `None` is left out."""
    found: list[Code | Keyword] = [_code(item) for item in items if item is not None]
    found += [Keyword(key, _code(value)) for key, value in keywords.items() if value is not None]  # type: ignore[arg-type]
    return Call(name, found)


def _code(item: "Code | Keyword | str") -> "Code | Keyword":
    return Atom(item) if isinstance(item, str) else item


def items(brackets: str, values: "Sequence[Code | Keyword]") -> Call:
    """A list, tuple or dictionary."""
    return Call("", list(values), brackets)


def layout(prefix: str, code: "Code | Keyword", suffix: str = "", depth: int = 0) -> Iterator[str]:
    """The lines of an expression between two texts."""
    indent = _INDENT * depth
    whole = f"{indent}{prefix}{code.flat()}{suffix}"
    if isinstance(code, (Keyword, Pair)):
        between = f"{code.name}=" if isinstance(code, Keyword) else f"{code.key}: "
        yield from layout(f"{prefix}{between}", code.value, suffix, depth)
        return
    if len(whole) <= WIDTH or isinstance(code, Atom) or not code.items:
        yield whole
        return
    yield f"{indent}{prefix}{code.head()}"
    body = ", ".join(item.flat() for item in code.items)
    fits = len(indent) + len(_INDENT) + len(body) <= WIDTH
    if code.is_single_tuple():
        fits = False
    if fits:
        yield f"{indent}{_INDENT}{body}"
    else:
        is_alone = len(code.items) == 1 and not code.is_single_tuple()
        for item in code.items:
            comma = "" if is_alone and isinstance(item, Atom) else ","
            yield from layout("", item, comma, depth + 1)
    yield f"{indent}{code.brackets[1]}{suffix}"
