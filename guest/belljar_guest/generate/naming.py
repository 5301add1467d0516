"""Names of classes, attributes and variables, unique where they must be."""

import re
from collections.abc import Collection, Iterable

from .literals import is_identifier, to_identifier
from .plural import singular

#: Names of a file that no attribute, class or variable may hide.
RESERVED = frozenset(
    """
    sa dt enum postgresql mysql sqlite mssql oracle Any UUID Decimal Mapped mapped_column relationship Base
    DeclarativeBase SQLType DialectSQL compiles int str bool float bytes list dict None True False uuid4 uuid1 lambda
    """.split()
)

#: Attributes of mapped classes with a meaning of their own.
_OF_CLASSES = ("metadata", "registry", "query", "mro")


class Names:
    """The names of one namespace."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        """Begin with names that are taken."""
        self.taken = {*RESERVED, *taken}

    def unique(self, name: str) -> str:
        """The name, or one that resembles it; it is an identifier in any case."""
        name = name if is_identifier(name) else to_identifier(name, "name")
        found, count = name, 1
        while found in self.taken:
            found = f"{name}_" if count == 1 else f"{name}_{count}"
            count += 1
        self.taken.add(found)
        return found


def class_name(table: str, declared: str | None) -> str:
    """The name of a class for a table: that in the code, or the singular of the table's."""
    own = (declared or "").rpartition(":")[2].rpartition(".")[2]
    if is_identifier(own) and not own.startswith("_"):
        return own
    words = [word for word in re.split(r"[\W_]+", singular(table)) if word]
    made = "".join(word[:1].upper() + word[1:] for word in words)
    return to_identifier(made, "Model")


def attribute_name(column: str, declared: str | None) -> str:
    """The attribute of a column: that in the code, or one that resembles its name."""
    own = declared if declared is not None and _is_attribute(declared) else column
    if _is_attribute(own):
        return own
    made = to_identifier(own, "column")
    for name in (made, f"{made.strip('_')}_"):
        if _is_attribute(name):
            return name
    return f"column_{made.strip('_')}".rstrip("_")


def _is_attribute(name: str) -> bool:
    return is_identifier(name) and not name.startswith("_") and name not in _OF_CLASSES


def snake(name: str) -> str:
    """`CamelCase` as `snake_case`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def variable_name(table: str, taken: Collection[str] = ()) -> str:
    """The variable of a table."""
    made = table if is_identifier(table) and not table.startswith("__") else to_identifier(table, "table")
    return f"{made}_" if made in taken else made
