"""What a file needs besides its tables: imports, enumerations and helpers; and what it leaves out."""

from dataclasses import dataclass, field
from typing import Any

from .literals import comment

Json = dict[str, Any]


@dataclass(frozen=True)
class Gap:
    """A part of the schema that the code does not have."""

    schema: str | None
    table: str
    #: The column, constraint or index; empty for the table itself.
    part: str
    #: The kind of the part, as changes name it: `column`, `check`, `index`, …
    subject: str
    #: The aspect that is left out, as changes name it; empty if it is all of the part.
    aspect: str
    message: str

    def line(self) -> str:
        """The comment in the file."""
        return f"# not generated: {comment(self.message)}"


@dataclass
class Scope:
    """Collects what the parts of a file need."""

    #: The style: `sqlalchemy` or `tables`.
    style: str
    #: Imported names, by module.
    imports: dict[str, set[str]] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    #: Python enumerations: by name of the class, their values.
    enums: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: The class for an enumeration, by its name, schema and values.
    enum_names: dict[tuple[Any, ...], str] = field(default_factory=dict)
    needs_sql_type: bool = False
    needs_dialect_sql: bool = False
    #: Comments about what may differ, as the schema is partial.
    doubts: int = 0
    #: The blocks of the file, to see which names they use.
    uses: list[str] = field(default_factory=list)

    def need(self, module: str, name: str = "") -> None:
        """Import a name of a module."""
        self.imports.setdefault(module, set()).add(name)

    def doubt(self, name: str, message: str) -> str:
        """Report that a part of the schema is in doubt; the comment for the file."""
        self.doubts += 1
        return f"# in doubt: {comment(f'`{name}`: {message}')}"

    def gap(self, table: Json, part: str | None, what: str, message: str) -> str:
        """Report what is left out; the comment for the file. `what` is a subject, and perhaps an aspect of it."""
        subject, _, aspect = what.partition(".")
        found = Gap(table["schema"], table["name"], part or "", subject, aspect, message)
        self.gaps.append(found)
        return found.line()
