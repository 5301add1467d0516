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
    if code.of is not None and code.of.of is not None:
        yield from _chain(code, prefix, suffix, depth)
        return
    if code.of is not None and len(f"{indent}{prefix}{code.head()}") > WIDTH:
        tail = Call(code.name, code.items, code.brackets)
        yield from layout(prefix, code.of, f"{tail.flat()}{suffix}", depth)
        return
    yield f"{indent}{prefix}{code.head()}"
    body = ", ".join(item.flat() for item in code.items)
    fits = len(indent) + len(_INDENT) + len(body) <= WIDTH
    if fits and code.name:
        yield f"{indent}{_INDENT}{body}"
    else:
        is_alone = len(code.items) == 1 and not code.is_single_tuple()
        for item in code.items:
            comma = "" if is_alone and isinstance(item, Atom) else ","
            yield from layout("", item, comma, depth + 1)
    yield f"{indent}{code.brackets[1]}{suffix}"


def _chain(code: Call, prefix: str, suffix: str, depth: int) -> Iterator[str]:
    """A chain of calls, with a line for each."""
    calls = [code]
    while calls[0].of is not None:
        calls.insert(0, calls[0].of)
    for number, one in enumerate(calls):
        before, after = ("" if number else prefix), ("" if one is not code else suffix)
        alone = Call(one.name, one.items, one.brackets)
        yield from layout(before, alone, after, depth)


def statement(name: str, annotation: str, code: Call) -> Iterator[str]:
    """The lines of an annotated attribute of a class."""
    prefix = f"{name}: {annotation} = "
    if len(_INDENT + prefix + code.flat()) <= WIDTH or len(_INDENT + prefix + code.head()) <= WIDTH:
        yield from layout(prefix, code, "", 1)
    elif len(_INDENT + prefix) + 1 <= WIDTH:
        yield f"{_INDENT}{prefix}("
        yield from layout("", code, "", 2)
        yield f"{_INDENT})"
    else:
        yield f"{_INDENT}{name}: Mapped["
        yield f"{_INDENT * 2}{annotation[len('Mapped[') : -1]}"
        yield from layout("] = ", code, "", 1)
