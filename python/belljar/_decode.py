"""Plain JSON to dataclasses: what the generated modules are built from."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterator, Mapping, Tuple, TypeVar

from belljar.errors import DocumentError, FormatError

T = TypeVar("T")
U = TypeVar("U")

_NAMES = {
    dict: "an object",
    list: "a list",
    str: "a text",
    bool: "true or false",
    int: "a number",
    float: "a number",
}


def _unlike(expected: str, value: object) -> DocumentError:
    found = "null" if value is None else _NAMES.get(type(value), type(value).__name__)
    return DocumentError(f"{expected} was expected, and {found} is there")


def _within(step: str, decode: Callable[[object], T], value: object) -> T:
    """Decodes a part; an error says where it is."""
    try:
        return decode(value)
    except DocumentError as error:
        raise error.within(step) from None


class Members:
    """The members of an object, taken one by one; what is not taken is kept."""

    def __init__(self, value: object, name: str) -> None:
        if not isinstance(value, dict):
            raise _unlike(f"an object (`{name}`)", value)
        self._left: Dict[str, Any] = dict(value)

    def required(self, name: str, decode: Callable[[object], T]) -> T:
        """A member that has to be there."""
        if name not in self._left:
            raise DocumentError(f"the member `{name}` is not there")
        return _within(name, decode, self._left.pop(name))

    def optional(self, name: str, decode: Callable[[object], T], default: U) -> T | U:
        """A member that may be absent or null."""
        value = self._left.pop(name, None)
        return default if value is None else _within(name, decode, value)

    def rest(self) -> Dict[str, Any]:
        """What nobody took."""
        return self._left

    def format(self) -> object:
        """The version of the format, which is not taken."""
        return self._left.get("format")


def check_format(members: Members, document: str, known: str) -> None:
    """Raises `FormatError` where the major version of a document is another one than this package reads."""
    found = members.format()
    if not isinstance(found, str) or found.partition(".")[0] != known.partition(".")[0]:
        written = f"`{found}`" if isinstance(found, str) else "not there"
        raise FormatError(
            f"the format of this document of `belljar {document}` is {written}, and this package reads {known}; "
            "install the package and the program in the same version"
        )


def text(value: object) -> str:
    """A text."""
    if isinstance(value, str):
        return value
    raise _unlike("a text", value)


def word(value: object) -> Any:
    """A word of a list; one that a newer program writes is kept as it is."""
    return text(value)


def flag(value: object) -> bool:
    """True or false."""
    if isinstance(value, bool):
        return value
    raise _unlike("true or false", value)


def integer(value: object) -> int:
    """A whole number."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise _unlike("a whole number", value)


def array(decode: Callable[[object], T]) -> Callable[[object], Tuple[T, ...]]:
    """A list of something."""

    def items(value: object) -> Iterator[T]:
        if not isinstance(value, list):
            raise _unlike("a list", value)
        for number, item in enumerate(value):
            yield _within(f"[{number}]", decode, item)

    return lambda value: tuple(items(value))


def pair(first: Callable[[object], T], second: Callable[[object], U]) -> Callable[[object], Tuple[T, U]]:
    """A list of two."""

    def both(value: object) -> Tuple[T, U]:
        if not isinstance(value, list) or len(value) != 2:  # noqa: PLR2004 a pair has two
            raise _unlike("a list of two", value)
        return _within("[0]", first, value[0]), _within("[1]", second, value[1])

    return both


def mapping(decode: Callable[[object], T]) -> Callable[[object], Dict[str, T]]:
    """An object with any names."""

    def members(value: object) -> Dict[str, T]:
        if not isinstance(value, dict):
            raise _unlike("an object", value)
        return {name: _within(name, decode, item) for name, item in value.items()}

    return members


def tagged(value: object, decoders: Mapping[str, Callable[[object], object]]) -> Tuple[str, object]:
    """A value below a tag that says what it is; below an unknown one it stays plain."""
    if not isinstance(value, dict) or len(value) != 1:
        raise _unlike("an object with one member", value)
    ((tag, inner),) = value.items()
    decode = decoders.get(tag)
    return tag, inner if decode is None else _within(tag, decode, inner)


def plain(value: object) -> Any:
    """Plain JSON of what stands below a tag."""
    if isinstance(value, tuple):
        return list(value)
    to_json = getattr(value, "to_json", None)
    return value if to_json is None else to_json()
