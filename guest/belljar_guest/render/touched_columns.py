"""Columns whose changes are blocked by other objects of the database.

PostgreSQL refuses another type for a column that a view, a generated column, a trigger or a policy reads. It allows one
under a check or an index, but then rewrites their texts with casts to the old type, which may fail, and is not what the
head's own DDL would create. A column that is dropped and recreated takes along whatever is on it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from .casts import base_type
from .changes import Change, Json
from .identifiers import names_in
from .tables import Side

Table = tuple[str | None, str]


@dataclass
class Touched:
    """The columns of a table that change, and the changes that are the reason."""

    #: Columns that get another type, even if only another length.
    retyped: dict[str, list[Change]] = field(default_factory=dict)
    #: Those of them whose dependent expressions would get casts.
    recast: set[str] = field(default_factory=set)
    #: Columns that are dropped and created again.
    recreated: dict[str, list[Change]] = field(default_factory=dict)

    @property
    def changes(self) -> list[Change]:
        """The changes that are a reason for some column."""
        return [change for group in (*self.retyped.values(), *self.recreated.values()) for change in group]


class TouchedColumns:
    """The columns that change, by table; none for other dialects than PostgreSQL."""

    def __init__(
        self,
        dialect: str,
        start: Side,
        end: Side,
        changes: list[Change],
        recreated_types: list[list[Change]],
    ) -> None:
        """Find the columns."""
        self._start, self._end = start, end
        self.tables: dict[Table, Touched] = {}
        if dialect == "postgresql":
            self._find(changes, recreated_types)

    def _find(self, changes: list[Change], recreated_types: list[list[Change]]) -> None:
        by_type = self._columns_of_types(recreated_types)
        for change in changes:
            if change.subject != "column" or change.action != "modify" or not change.is_determined:
                continue
            table, aspect = (change.path["schema"], change.path["name"]), change.aspects[0]
            touched = self.tables.setdefault(table, Touched())
            if aspect == "computed":
                touched.recreated.setdefault(change.path["part"], []).append(change)
            elif aspect == "type" and (found := self._type_texts(table, change.path["part"])):
                _add_retyped(touched, change.path["part"], [change], found)
        for (table, name), group in by_type.items():
            _add_retyped(self.tables.setdefault(table, Touched()), name, group, ("", "x"))
        for table, touched in self.tables.items():
            self._add_computed(table, touched)

    def _add_computed(self, table: Table, touched: Touched) -> None:
        """Add the columns that are computed from columns with another type: they must be recreated."""
        for column, _ in self.kept_columns(table):
            needs = names_in(column["computed"]["sql"]) if column["computed"] else frozenset()
            reasons = [one for name, group in touched.retyped.items() if name in needs for one in group]
            if reasons:
                touched.recreated.setdefault(column["name"], []).extend(reasons)

    def _type_texts(self, table: Table, name: str) -> tuple[str, str] | None:
        """The two types of a column, where they differ here."""
        found = [_find_column(side.tables.get(table, []), name) for side in (self._start, self._end)]
        texts = [(column["type"]["postgresql"] or "") if column else "" for column in found]
        return (texts[0], texts[1]) if texts[0] != texts[1] else None

    def _columns_of_types(self, groups: list[list[Change]]) -> dict[tuple[Table, str], list[Change]]:
        """The columns of named types that are recreated."""
        found: dict[tuple[Table, str], list[Change]] = {}
        for group in groups:
            path = group[0].path
            for item in self._end.types:
                if (item["schema"], item["name"]) == (path["schema"], path["name"]):
                    for text in item["columns"]:
                        schema, table, column = self._end.split_target(text)
                        found[(schema, table), column] = group
        return found

    def kept_columns(self, table: Table) -> Iterator[tuple[Json, Json]]:
        """The columns that a table has on both sides."""
        for start in self._start.tables.get(table, []):
            for column in start["columns"]:
                later = _find_column(self._end.tables.get(table, []), column["name"])
                if later is not None:
                    yield column, later

    def is_recreated(self, path: Json) -> bool:
        """Whether a column is dropped and created again."""
        touched = self.tables.get((path["schema"], path["name"]))
        return touched is not None and path["part"] in touched.recreated

    def find_reason(self, table: Table, column: str) -> Change | None:
        """The change for which constraints on a column can't stay, if there is one."""
        touched = self.tables.get(table)
        if touched is None:
            return None
        if column in touched.recast:
            return touched.retyped[column][0]
        return touched.recreated[column][0] if column in touched.recreated else None

    def must_recreate(self, table: Table, kind: str, item: Json) -> bool:
        """Whether a constraint or an index can't stay while the columns of its table change."""
        touched = self.tables.get(table)
        if touched is None:
            return False
        if kind == "index":
            plain = {element["column"] for element in item["elements"]}
            named = set().union(*(names_in(element["sql"]) for element in item["elements"]))
            mentioned = named | set().union(*(names_in(text) for name, text in item["options"].items()))
            # PostgreSQL rebuilds an index over a plain column by itself; only expressions keep a cast.
            expressions = mentioned - plain | names_in(item["options"].get("postgresql_where", ""))
            return bool(mentioned & touched.recreated.keys() or expressions & touched.recast)
        if kind in ("check", "exclude"):
            mentioned = set(names_in(item["sql"]))
            return bool(mentioned & touched.recreated.keys() or mentioned & touched.recast)
        return bool(set(item["columns"]) & touched.recreated.keys())


def _add_retyped(touched: Touched, name: str, group: list[Change], types: tuple[str, str]) -> None:
    touched.retyped.setdefault(name, []).extend(group)
    if base_type(types[0]) != base_type(types[1]):
        touched.recast.add(name)


def _find_column(tables: list[Json], name: str) -> Json | None:
    for table in tables:
        for column in table["columns"]:
            if column["name"] == name:
                found: Json = column
                return found
    return None
