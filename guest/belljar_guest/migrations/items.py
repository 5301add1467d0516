"""Constraints and indexes of a recorded table: what they say, without the objects that they say it with."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import schema
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import ColumnClause, TextClause

from .. import frames

#: The parts of an SQL text that a renamed column can't be in.
_LITERAL = re.compile(r"('(?:[^']|'')*')")


@dataclass
class Item:
    """A constraint or an index.

    `elements` are names of columns, or expressions. `targets` are those of a foreign key: the schema, the table and the
    column. `options` are the arguments besides. `born` has the table and the columns at the time of creation, which a
    database names an unnamed constraint after, and `renames` the columns that got another name since.
    """

    kind: str
    name: str | None
    elements: list[Any]
    targets: list[tuple[str | None, str, str]] = field(default_factory=list)
    options: dict[str, Any] = field(default_factory=dict)
    born: tuple[str, list[str]] = ("", [])
    renames: dict[str, str] = field(default_factory=dict)
    place: frames.Place | None = None

    def columns(self) -> list[str]:
        """The names of the columns among its elements."""
        return [element for element in self.elements if isinstance(element, str)]

    def uses(self, column: str) -> bool:
        """Whether a column is among its elements, or in one of its expressions."""
        former = {column, *(old for old, new in self.renames.items() if new == column)}
        return column in self.columns() or any(former & _names_in(it) for it in self._expressions())

    def rename_column(self, old: str, new: str) -> None:
        """Follow the new name of a column."""
        for before, after in list(self.renames.items()):
            if after == old:
                self.renames[before] = new
        self.renames.setdefault(old, new)
        self.elements = [new if element == old else element for element in self.elements]

    def _expressions(self) -> list[Any]:
        given = [*self.elements, *self.options.values()]
        return [item for item in given if not isinstance(item, (str, bool, int, type(None)))]

    def bound(self, table: Any, value: Any) -> Any:
        """An expression with the columns of a table, by their present names."""
        if isinstance(value, tuple):
            return tuple(self.bound(table, part) for part in value)
        if isinstance(value, TextClause):
            return sa.text(self.renamed_text(value.text))
        if not hasattr(value, "get_children"):
            return value

        def replaced(element: Any, **_: Any) -> Any:
            if isinstance(element, TextClause):
                return sa.text(self.renamed_text(element.text))
            if isinstance(element, ColumnClause) and not element.is_literal:
                name = self.renames.get(str(element.name), str(element.name))
                return table.c.get(name)
            return None

        return visitors.replacement_traverse(value, {}, replaced)

    def renamed_text(self, text: str) -> str:
        """A text with the present names of renamed columns, outside of literals."""
        parts = _LITERAL.split(text)
        for old, new in self.renames.items():
            word = re.compile(rf"(?<![\w.]){re.escape(old)}(?!\w)")
            parts[::2] = [word.sub(lambda _, new=new: new, part) for part in parts[::2]]
        return "".join(parts)


def _names_in(expression: Any) -> set[str]:
    """The names of columns in an expression, and the words of its texts."""
    found: set[str] = set()
    for element in visitors.iterate(expression, {}) if hasattr(expression, "get_children") else ():
        if isinstance(element, TextClause):
            found |= set(re.findall(r"\w+", "".join(_LITERAL.split(element.text)[::2])))
        elif isinstance(element, ColumnClause):
            found.add(str(element.name))
    return found


def copy_column(column: Any) -> Any:
    """A copy of a column that belongs to no table."""
    return column._copy() if hasattr(column, "_copy") else column.copy()


def set_nullable(column: Any, *, value: bool) -> None:
    """Let a column accept null or not, also when it is copied."""
    column.nullable = value
    if hasattr(column, "_user_defined_nullable"):  # since 1.4
        column._user_defined_nullable = value


def index_of(index: Any, name: str | None) -> Item:
    """The recorded form of an index."""
    elements = []
    for part in index.expressions:
        inner = part.text if type(part).__name__ == _TEXTUAL else part
        is_column = isinstance(inner, ColumnClause) and not inner.is_literal
        elements.append(str(inner.name) if is_column else inner)
    return Item("index", name, elements, options={"unique": bool(index.unique), **dict(index.dialect_kwargs)})


#: How Alembic wraps a text among the elements of an index.
_TEXTUAL = "_textual_index_element"


def constraint_of(constraint: Any, name: str | None) -> Item | None:
    """The recorded form of a constraint; `None` for a kind that has none."""
    for cls, make in _MAKERS:
        if isinstance(constraint, cls):
            item: Item = make(constraint, name)
            return item
    return None


def _common(constraint: Any) -> dict[str, Any]:
    """The arguments that every constraint has."""
    found = {key: getattr(constraint, key, None) for key in ("deferrable", "initially")}
    return {
        **{key: value for key, value in found.items() if value is not None},
        **dict(constraint.dialect_kwargs),
    }


def _names(constraint: Any) -> list[str]:
    """The columns of a constraint, which may have none of them yet."""
    found = [str(column.name) for column in constraint.columns]
    return found or [str(getattr(item, "name", item)) for item in getattr(constraint, "_pending_colargs", ())]


def _primary_key(constraint: Any, name: str | None) -> Item:
    return Item("primary", name, _names(constraint), options=_common(constraint))


def _unique(constraint: Any, name: str | None) -> Item:
    return Item("unique", name, _names(constraint), options=_common(constraint))


def _check(constraint: Any, name: str | None) -> Item:
    return Item("check", name, [constraint.sqltext], options=_common(constraint))


def _foreign_key(constraint: Any, name: str | None) -> Item:
    options = _common(constraint)
    for key in ("ondelete", "onupdate", "match", "use_alter"):
        value = getattr(constraint, key, None)
        if value:
            options[key] = value
    targets = [split_target(element._get_colspec()) for element in constraint.elements]
    return Item("foreignkey", name, [str(key) for key in constraint.column_keys], targets, options)


def split_target(text: Any) -> tuple[str | None, str, str]:
    """The schema, the table and the column of a foreign key's text."""
    parts = str(text).split(".")
    column = parts[-1] if len(parts) > 1 else ""
    rest = parts[:-1] if len(parts) > 1 else parts
    return ".".join(rest[:-1]) or None, rest[-1], column


def _exclude(constraint: Any, name: str | None) -> Item:
    elements = [
        (str(expression.name) if isinstance(expression, ColumnClause) else expression, operator)
        for expression, _, operator in constraint._render_exprs
    ]
    options = {**_common(constraint), "using": constraint.using, "where": constraint.where}
    return Item("exclude", name, elements, options={k: v for k, v in options.items() if v is not None})


_MAKERS: list[tuple[type, Callable[[Any, str | None], Item]]] = [
    (ExcludeConstraint, _exclude),
    (schema.PrimaryKeyConstraint, _primary_key),
    (schema.UniqueConstraint, _unique),
    (schema.ForeignKeyConstraint, _foreign_key),
    (schema.CheckConstraint, _check),
]
