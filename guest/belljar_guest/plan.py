"""The host's plan for a run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Target:
    """A module to import."""

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class TextRelation:
    """A view or table that a text of the repository creates: a statement that no import runs.

    `kind` is `view`, `materialized_view` or `table`, `statement` the text if all of it is known.
    """

    kind: str
    schema: str | None
    name: str
    statement: str | None
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of one run.

    `base` is the absolute path of the tree, `roots` are the import roots below it, the most important first (`""` is
    the tree itself). `targets` are the modules to import, in order, and `ddl` the dialects whose complete DDL is
    wanted. `wheelhouse` has the absolute paths of folders with further packages, the most important first. Files
    `left_out`, by path in the tree, are not run when they are imported. `doubtful` packages exist in several places of
    the tree, by name: which one is meant is not known, and the first is used. Below `bodies`, if there is such a place,
    is the text of every Python file without the bodies that can be compiled later. `relations` are the views that texts
    create.
    """

    base: str
    roots: tuple[str, ...]
    targets: tuple[Target, ...]
    ddl: tuple[str, ...]
    wheelhouse: tuple[str, ...] = ()
    left_out: frozenset[str] = frozenset()
    doubtful: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    bodies: str | None = None
    relations: tuple[TextRelation, ...] = ()

    @staticmethod
    def parse(value: dict[str, Any]) -> "Plan":
        """Parse the host's JSON; raises `KeyError` if it is not a plan."""
        return Plan(
            base=value["base"],
            roots=tuple(value["roots"]),
            targets=tuple(Target(item["name"], item["path"]) for item in value["targets"]),
            ddl=tuple(value["ddl"]),
            wheelhouse=tuple(value.get("wheelhouse", ())),
            left_out=frozenset(value.get("left_out", ())),
            doubtful={name: tuple(places) for name, places in value.get("doubtful", {}).items()},
            bodies=value.get("bodies"),
            relations=tuple(TextRelation(**item) for item in value.get("relations", ())),
        )
