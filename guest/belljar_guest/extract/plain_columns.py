"""Columns that differ from others only in their names and references, as most columns of a large schema do.

What the frame of the first such column says of its type, its defaults and its options serves for all others, with its
encoding. None of it is valid once code of the repository has run again.
"""

from typing import Any, NamedTuple

from sqlalchemy.schema import Column, DefaultClause, MetaData
from sqlalchemy.sql import sqltypes
from sqlalchemy.sql.elements import quoted_name

from .. import frames
from . import compilers
from .ddl_callbacks import codes_of
from .sql import text_key

#: Classes of values by whose equality they are equal.
_PLAIN = frozenset((str, int, bool, type(None)))

#: Attributes that must have no value.
_UNSET = ("comment", "computed", "identity", "server_onupdate")

#: Attributes that are compared.
_COMPARED = ("nullable", "primary_key", "autoincrement", "system")

#: Attributes of a type that SQLAlchemy derives from others, and that no text of the type depends on.
_DERIVED = frozenset(("_object_lookup", "_static_cache_key", "_type_affinity", "_valid_lookup", "dispatch"))

#: Names of the classes of symbols.
_SYMBOLS = ("_NoArg", "symbol")


#: The type for the annotation `float`. The releases before 2.0 read no annotations.
_OF_FLOAT = getattr(sqltypes, "_type_map", {}).get(float, object())


class Rest(NamedTuple):
    """Everything of a column's frame that follows its place, except the foreign keys; and its encoding without any."""

    before: tuple[Any, ...]
    options: list[frames.Entry]
    encoded: bytes


class Head(NamedTuple):
    """The beginning of a column's frame."""

    name: str
    key: str
    reasons: list[frames.Reason]
    place: frames.Place | None


class KnownColumn(frames.Column):
    """The frame of a column without foreign keys whose encoding is known but for its beginning."""

    __slots__ = ("rest",)
    rest: bytes

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        if not hasattr(self, "rest"):  # a changed copy
            super().write(out)
            return
        _write_head(self, out)
        out += self.rest


_known: dict[tuple[Any, ...], Rest] = {}


def forget() -> None:
    """Clear the cache: code that ran since may have changed what columns become."""
    _known.clear()


def is_of_float(column_type: Any) -> bool:
    """Whether it is the type that SQLAlchemy has for the annotation `float`, which all such columns share."""
    return column_type is _OF_FLOAT


def type_key(column_type: Any) -> tuple[Any, ...] | None:
    """A key that is equal for types with equal frames; `None` for all but SQLAlchemy's own with plain arguments."""
    cls = type(column_type)
    if column_type is _OF_FLOAT:
        return (id(cls), "float")
    if not cls.__module__.startswith("sqlalchemy."):
        return None
    own = vars(column_type)
    kinds = tuple(map(type, own.values()))
    if _PLAIN.issuperset(kinds):
        return (id(cls), *own, *own.values(), *kinds)
    parts: list[Any] = [id(cls)]
    for name, value in own.items():
        if name not in _DERIVED:
            part = _part(value)
            if part is None:
                return None
            parts += (name, part)
    return tuple(parts)


def _part(value: Any) -> tuple[Any, ...] | None:
    """A key for an argument of a type; classes and symbols, which live as long as the run, count by identity."""
    kind = type(value)
    if kind in _PLAIN:
        return (kind, value)
    if kind is quoted_name:
        return (kind, str(value), value.quote)
    if kind is list:
        return (kind, *value) if all(type(item) is str for item in value) else None
    if issubclass(kind, (type, MetaData)) or kind.__name__ in _SYMBOLS:
        return (id(kind), id(value))
    return None


def key_of(
    column: Any, default: frames.Default | None, onupdate: frames.Default | None
) -> tuple[Any, ...] | None:
    """A key that is equal for columns whose frames differ only in names, places, references and doubts of statements.

    `None` if there is none. The client-side defaults are given as frames.
    """
    own = vars(column)
    if (
        type(column) is not Column
        or "dialect_options" in own
        or any(own.get(name) is not None for name in _UNSET)
    ):
        return None
    of_type, of_default = type_key(column.type), _default_key(own.get("server_default"))
    compared = tuple(map(own.get, _COMPARED))
    kinds = tuple(map(type, compared))
    if of_type is None or of_default is None or not _PLAIN.issuperset(kinds):
        return None
    if any(item is not None and item.kind not in ("scalar", "callable") for item in (default, onupdate)):
        return None
    texts = [item and (item.kind, item.text) for item in (default, onupdate)]
    return (of_type, of_default, compared, kinds, *texts)


def _default_key(default: Any) -> tuple[Any, ...] | None:
    """A key for a server default."""
    if default is None:
        return ()
    return text_key(default.arg) if type(default) is DefaultClause else None


def find(key: tuple[Any, ...] | None) -> Rest | None:
    """What is known for a key."""
    return _known.get(key) if key is not None else None


def keep(key: tuple[Any, ...] | None, column: Any, frame: frames.Column) -> None:
    """Keep what the frame of a column says for others, unless code of the repository had a part in it."""
    if key is None or next(codes_of(column), None) is not None or compilers.has_custom(columns=True):
        return
    values = {name: getattr(frame, name) for name in frames.Column.__dataclass_fields__}
    bare = frames.Column(**values | {"name": "", "key": "", "reasons": [], "place": None, "foreign_keys": []})
    head, out = bytearray(), bytearray()
    _write_head(bare, head)
    bare.write(out)
    before = tuple(values.values())[4:-2]
    _known[key] = Rest(before, frame.options, bytes(out[len(head) :]))


def make(head: Head, rest: Rest, foreign_keys: list[frames.ForeignKey]) -> frames.Column:
    """The frame of a column of which the rest is known."""
    values: tuple[Any, ...] = (*head, *rest.before, foreign_keys, rest.options)
    if foreign_keys:
        return frames.Column(*values)
    made = KnownColumn(*values)
    object.__setattr__(made, "rest", rest.encoded)
    return made


def _write_head(column: frames.Column, out: bytearray) -> None:
    """Append what precedes the rest, as the encoder does."""
    frames._text(out, column.name)
    frames._text(out, column.key)
    frames._varint(out, len(column.reasons))
    for item in column.reasons:
        item.write(out)
    if column.place is None:
        out.append(0)
    else:
        out.append(1)
        column.place.write(out)
