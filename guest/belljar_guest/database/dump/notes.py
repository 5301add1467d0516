"""What of a dump is not read, as remarks."""

from collections import Counter
from dataclasses import dataclass, field

from ... import frames
from .splitting import Statement

#: Statements that are named one by one.
_MOST = 20


@dataclass(slots=True)
class Notes:
    """Counts what is left out, and names it."""

    #: Kinds of objects that have no place in a document.
    kinds: Counter[str] = field(default_factory=Counter)
    #: Commands of a client, by name.
    commands: Counter[str] = field(default_factory=Counter)
    statements: list[tuple[Statement, str]] = field(default_factory=list)

    def not_followed(self, statement: Statement, why: str = "") -> None:
        """Note a statement."""
        self.statements.append((statement, why))

    def remarks(self) -> list[frames.Remark]:
        """The remarks, in a fixed order."""
        known = [
            f"the dump has {kind} ({count}), which are not read" for kind, count in sorted(self.kinds.items())
        ]
        known += [
            f"the dump has the command `{name}` of a client ({count}), which is not run"
            for name, count in sorted(self.commands.items())
        ]
        messages = []
        for statement, why in self.statements[:_MOST]:
            head = " ".join(statement.text[:300].split())[:60]
            because = f", because of `{why}`" if why else ""
            messages.append(f"the statement on line {statement.line} is not followed{because}: `{head}`")
        if len(self.statements) > _MOST:
            messages.append(f"{len(self.statements) - _MOST} more statements are not followed")
        return [
            *(frames.Remark("not-read", message, None) for message in known),
            # Any table may be what such a statement is about.
            *(frames.Remark("not-followed", message, None) for message in messages),
        ]
