"""What both sides say of a schema's change, in one form."""

from dataclasses import dataclass


@dataclass
class Fact:
    """One thing that happens to a schema."""

    # add, drop, rename, or what of a column is modified: nullable, type, default, comment, computed, identity.
    verb: str
    # table, column, index, unique, foreign_key, check, exclude, primary_key, type, enum_value, sequence, object, view.
    subject: str
    # With its schema where that is said; nothing where it is not known, as of an index that SQL drops.
    table: str | None
    # The column, constraint, type or object; of a value its text.
    name: str | None = None
    # What a constraint or index has, in its order; nothing where that is not known.
    columns: tuple[str, ...] | None = None
    # The new name, the target, whether it is nullable: compared where both sides say it.
    detail: str | None = None
    # Of a new column, its type in PostgreSQL, where it is one of SQLAlchemy's own.
    kind: str | None = None
    # Said again beside another change, as MySQL's `MODIFY` asks for: it need not be a change.
    restated: bool = False
    # Part of a new table, which is one operation.
    part: bool = False
    # The diff is not sure of it.
    doubt: str | None = None
    # Where it is: a line of the version file, or the code of the change.
    origin: str = ""
    # The column was dropped and rebuilt, with all that stood on it.
    rewritten: bool = False

    def __str__(self) -> str:
        what = ".".join(text for text in (self.table, self.name) if text)
        columns = f" ({', '.join(self.columns)})" if self.columns else ""
        detail = f" -> {self.detail}" if self.detail else ""
        return f"{self.verb} {self.subject} {what}{columns}{detail}"


def same_table(one: str | None, other: str | None) -> bool:
    """Whether two names may be one table: a schema that a side does not say is any."""
    if one is None or other is None:
        return True
    if "." in one and "." in other:
        return one == other
    return one.rpartition(".")[2] == other.rpartition(".")[2]
