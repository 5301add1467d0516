"""The changes of the host's diff, and the steps that they become."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum, auto
from typing import Any

from .sql_texts import one_line

Json = dict[str, Any]


@dataclass
class Change:
    """One change with its number in the diff."""

    number: int
    action: str
    subject: str
    aspects: list[str]
    path: Json
    was: Json | None
    before: Any
    after: Any
    is_determined: bool
    is_likely: bool
    notes: list[str]
    code: str

    @staticmethod
    def parse(number: int, value: Json) -> "Change":
        """Build a change from the host's JSON."""
        return Change(
            number=number,
            action=value["action"],
            subject=value["subject"],
            aspects=value["aspects"],
            path=value["path"],
            was=value["was"],
            before=_inner(value["before"]),
            after=_inner(value["after"]),
            is_determined=value["certainty"] != "cannot_tell"
            and value["action"] not in ("missing", "unseen"),
            is_likely=value["certainty"] == "likely",
            notes=[one_line(note["message"]) for note in value["notes"]],
            code=value["code"],
        )

    @property
    def renames(self) -> bool:
        """Whether the change gives something another name."""
        return self.action in ("rename", "move")

    @property
    def name(self) -> str:
        """The qualified name for messages."""
        parts = (self.path["schema"], self.path["name"], self.path["part"])
        return ".".join(part for part in parts if part)


def _inner(value: Json | None) -> Any:
    """The content of one side, without the tag of its kind."""
    return next(iter(value.values())) if value else None


def parse(values: Iterable[Json]) -> list[Change]:
    """The changes that affect the database, in order."""
    return [
        Change.parse(number, value) for number, value in enumerate(values) if value["effect"] == "database"
    ]


class Phase(IntEnum):
    """The phases of a migration, in the order in which they run."""

    RENAMES = auto()
    DROP_OBJECTS = auto()
    DROP_FOREIGN_KEYS = auto()
    DROP_CONSTRAINTS = auto()
    #: A column can't change while computed columns depend on it.
    DROP_COMPUTED = auto()
    RENAME_CONSTRAINTS = auto()
    DROP_NUMBERING = auto()
    CREATE_TYPES = auto()
    DROP_TABLES_FIRST = auto()
    CREATE_TABLES = auto()
    ADD_COLUMNS = auto()
    ALTER_COLUMNS = auto()
    ADD_COMPUTED = auto()
    SET_NUMBERING = auto()
    CREATE_CONSTRAINTS = auto()
    CREATE_FOREIGN_KEYS = auto()
    DROP_COLUMNS = auto()
    DROP_TABLES = auto()
    DROP_TYPES = auto()
    CREATE_OBJECTS = auto()
    GAPS = auto()


@dataclass
class Step:
    """What is done for some changes: Alembic's operations, with notes."""

    changes: list[int]
    operations: list[Any] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    #: What is left out, one message each.
    gaps: list[str] = field(default_factory=list)
    #: The order within the phase.
    rank: int = 0

    def comments(self) -> list[str]:
        """The comments that precede it in a script."""
        return [*self.notes, *(f"left out: {gap}" for gap in self.gaps)]
