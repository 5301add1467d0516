"""Changes as the host's diff has them, and the steps that they become."""

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
    is_told: bool
    is_likely: bool
    notes: list[str]
    code: str

    @staticmethod
    def parse(number: int, value: Json) -> "Change":
        """Read one."""
        return Change(
            number=number,
            action=value["action"],
            subject=value["subject"],
            aspects=value["aspects"],
            path=value["path"],
            was=value["was"],
            before=_inner(value["before"]),
            after=_inner(value["after"]),
            is_told=value["certainty"] != "cannot_tell" and value["action"] not in ("missing", "unseen"),
            is_likely=value["certainty"] == "likely",
            notes=[one_line(note["message"]) for note in value["notes"]],
            code=value["code"],
        )

    @property
    def renames(self) -> bool:
        """Whether something has another name afterwards."""
        return self.action in ("rename", "move")

    @property
    def name(self) -> str:
        """Its name for people."""
        parts = (self.path["schema"], self.path["name"], self.path["part"])
        return ".".join(part for part in parts if part)


def _inner(value: Json | None) -> Any:
    """What a side has, without its kind."""
    return next(iter(value.values())) if value else None


def parse(values: Iterable[Json]) -> list[Change]:
    """Those that a database hears of, in order."""
    return [
        Change.parse(number, value) for number, value in enumerate(values) if value["effect"] == "database"
    ]


class Phase(IntEnum):
    """When a step is done."""

    RENAMES = auto()
    OBJECTS_GO = auto()
    KEYS_GO = auto()
    CONSTRAINTS_GO = auto()
    #: Columns that others are computed from can't change as long as those are there.
    COMPUTED_GO = auto()
    NAMES_CHANGE = auto()
    NUMBERS_GO = auto()
    TYPES_COME = auto()
    TABLES_GO_FIRST = auto()
    TABLES_COME = auto()
    COLUMNS_COME = auto()
    COLUMNS_CHANGE = auto()
    COMPUTED_COME = auto()
    NUMBERS_COME = auto()
    CONSTRAINTS_COME = auto()
    KEYS_COME = auto()
    COLUMNS_GO = auto()
    TABLES_GO = auto()
    TYPES_GO = auto()
    OBJECTS_COME = auto()
    GAPS = auto()


@dataclass
class Step:
    """What is done for some changes: Alembic's operations, and what to know about them."""

    changes: list[int]
    operations: list[Any] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    #: What is left out.
    gaps: list[str] = field(default_factory=list)
    #: Which come first within their phase.
    rank: int = 0
