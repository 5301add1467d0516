"""Classes of differences between two lineages, each narrow: what is in none of them is not explained.

Where it can be, a class is shown by asking sqlglot again: the query is put into other words that mean the same, or that
leave out what the class is about, and the difference must be gone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

import sqlglot
import sqlglot.optimizer.qualify
from ours import Edge, Ours
from sqlglot import exp
from theirs import Edges, edges_of, key, schema_of

Columns = dict[str, set[Edge]]

# What dbt adds to a snapshot, and no query of the project has.
SNAPSHOT = {"dbt_scd_id", "dbt_updated_at", "dbt_valid_from", "dbt_valid_to"}

AMBIGUOUS = "a name that several tables of the made-up warehouse have: we take all and say so, sqlglot none"
BRANCHES = (
    "branches of a union have different numbers of columns in the made-up warehouse: we go on and say so"
)
NAMES = "the column of names of UNPIVOT: it holds the columns' names, none of their values"
WINDOW = (
    "a named window: sqlglot leaves out what it is cut and ordered by, and counts it in one written in place"
)
TWICE = "a query gives two columns one name: we take both, sqlglot the first"


def inlined_windows(query: exp.Expression) -> bool:
    """Writes named windows in place; whether there were any."""
    found = False
    for select in query.find_all(exp.Select):
        windows = {window.name.lower(): window for window in select.args.get("windows") or []}
        for use in select.find_all(exp.Window):
            named = windows.get(use.text("alias").lower())
            if named is not None and use is not named:
                found = True
                use.set("alias", None)
                for part in ("partition_by", "order", "spec"):
                    value = named.args.get(part)
                    use.set(
                        part,
                        [one.copy() for one in value] if isinstance(value, list) else value and value.copy(),
                    )
    return found


@dataclass
class Case:
    """One model, as both sides see it."""

    ours: Ours
    model: str
    theirs: Columns
    dialect: str
    again: dict[str, Columns] = field(default_factory=dict)

    @classmethod
    def of(cls, ours: Ours, model: str, theirs: Edges, dialect: str) -> Case:
        """A model, with sqlglot's tables by the ids of our datasets."""
        case = cls(ours, model, {}, dialect)
        case.theirs = case.named(theirs)
        return case

    def named(self, edges: Edges) -> Columns:
        """The edges, with tables by the ids of our datasets."""
        by_name = self.ours.by_name
        return {
            column: {(by_name.get(table, f"external:{table}"), name) for table, name in found}
            for column, found in edges.items()
        }

    @property
    def has_star(self) -> bool:
        """Sqlglot leaves a star as it is."""
        return "*" in self.theirs

    def query(self) -> exp.Expression:
        """The tree of the model's query."""
        return sqlglot.parse_one(self.ours.sql[self.model] or "", read=self.dialect)

    def asked_again(self, name: str, change: Callable[[exp.Expression], bool]) -> Columns:
        """What sqlglot says of the query after a change; nothing where there was nothing to change."""
        if name not in self.again:
            query = self.query()
            is_changed = change(query)
            schema = schema_of(query, self.ours.catalog)
            found = edges_of(query, self.dialect, schema) if is_changed else {}
            self.again[name] = self.named(found)
        return self.again[name]

    def reported(self, cause: str) -> set[str]:
        """What our report says of the model, by cause."""
        unknowns = self.ours.unknowns.get(self.model, [])
        return {key(one["subject"]) for one in unknowns if one["cause"] == cause}

    def unpivots(self) -> dict[str, str]:
        """Columns of names, each with its column of values."""
        found = {}
        for pivot in self.query().find_all(exp.Pivot):
            if pivot.args.get("unpivot"):
                for one in pivot.args.get("fields") or []:
                    for value in pivot.expressions:
                        found[key(one.this.name)] = key(value.name)
        return found

    def column(self, name: str) -> str:
        """The class of a column that one side alone has."""
        if self.model.startswith("snapshot.") and name in SNAPSHOT:
            return "a column that dbt adds to a snapshot"
        if name not in self.theirs and "union" in self.reported("star-not-expanded"):
            return BRANCHES
        unnamed = [one for one in self.ours.columns.get(self.model, []) if one.startswith("_col_")]
        extra = set(self.theirs) - set(self.ours.columns.get(self.model, []))
        if unnamed and len(unnamed) == len(extra) and name in {*unnamed, *extra}:
            return "a column without a name: each side calls it as it likes"
        return "!column only " + ("ours" if name not in self.theirs else "sqlglot's")

    def explained(self, column: str, extra: set[Edge], missing: set[Edge]) -> dict[str, set[Edge]]:
        """Every differing edge by its class; what begins with `!` is not explained."""
        out: dict[str, set[Edge]] = {}

        def take(name: str, edges: set[Edge]) -> None:
            if edges:
                out.setdefault(name, set()).update(edges)
                extra.difference_update(edges)
                missing.difference_update(edges)

        ambiguous = self.reported("column-ambiguous")
        take(AMBIGUOUS, {edge for edge in extra if edge[1] in ambiguous})
        if "union" in self.reported("star-not-expanded"):
            take(BRANCHES, set(extra))
        if extra:
            try:
                take(WINDOW, extra & self.asked_again(WINDOW, inlined_windows).get(column, set()))
            except sqlglot.errors.SqlglotError as error:
                logging.getLogger(__name__).info("%s: %s", self.model, error)
        if missing and not self.ours.edges[self.model].get(column):
            for value in self.unpivots().values():
                if missing == self.theirs.get(value):
                    take(NAMES, set(missing))
        if extra and self.columns_named(column) > 1:
            take(TWICE, set(extra))
        take("!only ours", set(extra))
        take("!only sqlglot's", set(missing))
        return out

    def columns_named(self, column: str) -> int:
        """How many columns of a name the query gives, its stars expanded."""
        query = self.query()
        schema = schema_of(query, self.ours.catalog)
        found = sqlglot.optimizer.qualify.qualify(
            query, schema=schema, dialect=self.dialect, validate_qualify_columns=False
        )
        return [key(one) for one in found.named_selects].count(column)
