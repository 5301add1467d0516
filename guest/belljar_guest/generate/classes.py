"""Mapped classes as code."""

from typing import Any

from .code import WIDTH, Atom, Call, Code, Keyword, Pair, items, layout, statement
from .columns import column
from .constraints import constraints
from .literals import string
from .model import Entity, Model
from .scope import Json, Scope
from .tables import Lines, table_keywords
from .types import need_annotation


def class_lines(entity: Entity, model: Model, scope: Scope) -> list[str]:
    """A mapped class."""
    table = entity.table
    lines = [
        f"class {entity.name}({entity.metadata}):",
        *layout("__tablename__ = ", Atom(string(table["name"])), "", 1),
    ]
    lines += _arguments(entity, model, scope)
    lines.append("")
    for item in table["columns"]:
        lines += _column_lines(item, entity, model, scope)
    if entity.relationships:
        lines += ["", *entity.relationships]
    return lines


def _column_lines(item: Json, entity: Entity, model: Model, scope: Scope) -> list[str]:
    made = column(item, entity, model, scope)
    attribute = entity.attributes[item["name"]]
    arguments = made.arguments
    if attribute != item["name"]:
        arguments = [Atom(string(item["name"])), *arguments]
    code = Call("mapped_column" if made.annotation else "sa.Column", arguments)
    comments = [f"    {comment}" for comment in made.comments]
    if not made.annotation:
        return [*comments, *layout(f"{attribute} = ", code, "", 1)]
    need_annotation(made.annotation, scope)
    is_optional = item["nullable"] and made.annotation != "Any"
    annotation = f"{made.annotation} | None" if is_optional else made.annotation
    return [*comments, *statement(attribute, f"Mapped[{annotation}]", code)]


def _arguments(entity: Entity, model: Model, scope: Scope) -> list[str]:
    """`__table_args__`, and the comments about what is left out of it."""
    parts: list[Any] = list(constraints(entity, model, scope))
    keywords: list[Any] = table_keywords(entity, scope)
    comments = [f"    {part}" for part in (*parts, *keywords) if isinstance(part, str)]
    codes: list[Code] = [part for part in parts if not isinstance(part, str)]
    pairs = [Pair(string(part.name), part.value) for part in keywords if isinstance(part, Keyword)]
    found = [*codes, *([items("{}", pairs)] if pairs else [])]
    if not found:
        return comments
    lines = Lines("__table_args__ = (", ")", 1)
    lines.parts += found
    whole = items("()", found)
    if not comments and len(whole.flat()) + len("    __table_args__ = ") <= WIDTH:
        return list(layout("__table_args__ = ", whole, "", 1))
    return [*comments, *lines.render()]
