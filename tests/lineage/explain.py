"""Classes of differences between two lineages, each narrow: what is in none of them is not explained."""

from __future__ import annotations

from dataclasses import dataclass

from oracle import Edges
from ours import Edge, Ours


@dataclass
class Case:
    """One model, as both sides see it."""

    ours: Ours
    model: str
    theirs: dict[str, set[Edge]]
    has_star: bool
    dialect: str

    @classmethod
    def of(cls, ours: Ours, model: str, theirs: Edges, dialect: str) -> Case:
        """A model, with sqlglot's tables by the ids of our datasets."""
        named = {
            column: {(ours.by_name.get(table, f"external:{table}"), name) for table, name in edges}
            for column, edges in theirs.items()
        }
        return cls(ours, model, named, "*" in named, dialect)

    def explained(self, column: str, extra: set[Edge], missing: set[Edge]) -> dict[str, set[Edge]]:
        """Every differing edge by its class; what begins with `!` is not explained."""
        out = {}
        if extra:
            out["!only ours"] = extra
        if missing:
            out["!only sqlglot's"] = missing
        return out
