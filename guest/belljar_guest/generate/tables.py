"""Tables as code: `Table(...)`, and the parts that a class has too."""

from .code import Atom, Call, Code, Keyword, items, layout
from .columns import column
from .constraints import constraints
from .literals import string
from .model import Entity, Model
from .scope import Scope
from .values import NoOptionError, is_of_dialect, option

#: Other options of a table that are arguments.
_ARGUMENTS = ("quote", "quote_schema")


class Lines:
    """Items in brackets, with comments between them."""

    def __init__(self, head: str, tail: str, depth: int) -> None:
        """Begin with what is before and after the items."""
        self.head, self.tail, self.depth = head, tail, depth
        self.parts: list[Code | Keyword | str] = []

    def render(self) -> list[str]:
        """The lines: a line for each item."""
        indent = "    " * self.depth
        lines = [f"{indent}{self.head}"]
        for part in self.parts:
            if isinstance(part, str):
                lines.append(f"{indent}    {part}")
            else:
                lines += layout("", part, ",", self.depth + 1)
        return [*lines, f"{indent}{self.tail}"]


def table_keywords(entity: Entity, scope: Scope) -> list[Keyword | str]:
    """The keyword arguments of a table; a text is a comment."""
    table = entity.table
    found: list[Keyword | str] = []
    if table["schema"] is not None:
        found.append(Keyword("schema", Atom(string(table["schema"]))))
    if table["comment"] is not None:
        found.append(Keyword("comment", Atom(string(table["comment"]))))
    if table["prefixes"]:
        prefixes = [Atom(string(prefix)) for prefix in table["prefixes"]]
        found.append(Keyword("prefixes", items("[]", prefixes)))
    for name, value in sorted(table["options"].items()):
        if not (is_of_dialect(name) or name in _ARGUMENTS):
            continue
        try:
            found.append(Keyword(name, option(name, value)))
        except NoOptionError as why:
            found.append(scope.gap(table, None, "table.options", f"table `{table['name']}`: {why}"))
    return found


def table_lines(entity: Entity, model: Model, scope: Scope) -> list[str]:
    """A `Table`."""
    table = entity.table
    metadata = entity.metadata if scope.style == "tables" else f"{entity.metadata}.metadata"
    lines = Lines(f"{entity.name} = sa.Table(", ")", 0)
    lines.parts += [Atom(string(table["name"])), Atom(metadata)]
    for item in table["columns"]:
        made = column(item, entity, model, scope)
        lines.parts += made.comments
        lines.parts.append(Call("sa.Column", [Atom(string(item["name"])), *made.arguments]))
    lines.parts += constraints(entity, model, scope)
    lines.parts += table_keywords(entity, scope)
    return lines.render()
