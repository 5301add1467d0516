"""What to do, as the host says it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Target:
    """A module to import."""

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Plan:
    """One run.

    `base` is the absolute path of the tree, `roots` the import roots below it, the most important first
    (`""` is the tree itself), `targets` the modules to import, in order, `ddl` the dialects whose whole
    DDL text is wanted, and `wheelhouse` the absolute paths of folders with further packages, the most important
    first; files `left_out`, by path in the tree, are not run when they are imported. Packages are `doubtful` that lie
    in several places of the tree, by name: it is not known which of them is meant, and the first is taken.
    """

    base: str
    roots: tuple[str, ...]
    targets: tuple[Target, ...]
    ddl: tuple[str, ...]
    wheelhouse: tuple[str, ...] = ()
    left_out: frozenset[str] = frozenset()
    doubtful: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @staticmethod
    def parse(value: dict[str, Any]) -> "Plan":
        """Read what the host's JSON says; raises `KeyError` when it is not a plan."""
        return Plan(
            base=value["base"],
            roots=tuple(value["roots"]),
            targets=tuple(Target(item["name"], item["path"]) for item in value["targets"]),
            ddl=tuple(value["ddl"]),
            wheelhouse=tuple(value.get("wheelhouse", ())),
            left_out=frozenset(value.get("left_out", ())),
            doubtful={name: tuple(places) for name, places in value.get("doubtful", {}).items()},
        )
