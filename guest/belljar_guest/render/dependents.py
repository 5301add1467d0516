"""What stays as it is, and yet is in the way while a column changes: it goes before and comes again behind.

PostgreSQL gives no column another type that a view, a generated column, a trigger or a policy reads. It does so under a
check or an index, and writes their texts anew with casts to what the column was, which may fail, and is not what the
head's own DDL would make. A column that is made anew takes along whatever is on it. SQLite makes the whole table anew.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from .casts import word
from .changes import Change, Json, Phase
from .tables import Side
from .words import words

if TYPE_CHECKING:
    from .steps import Builder

Table = tuple[str | None, str]

_LISTS = {
    "unique": "unique",
    "check": "checks",
    "exclude": "excludes",
    "foreign_key": "foreign_keys",
    "index": "indexes",
}


@dataclass
class Touched:
    """The columns of a table that do not stay as they are, and the changes that are the reason."""

    #: They get another type, whichever.
    retyped: dict[str, list[Change]] = field(default_factory=dict)
    #: Those of them whose texts would get casts.
    other: set[str] = field(default_factory=set)
    #: They are dropped and made again.
    anew: dict[str, list[Change]] = field(default_factory=dict)

    @property
    def changes(self) -> list[Change]:
        """All reasons."""
        return [change for group in (*self.retyped.values(), *self.anew.values()) for change in group]


class Dependents:
    """Finds what depends on columns that change, and takes it away for a while."""

    def __init__(self, builder: "Builder") -> None:
        """Find the columns."""
        self._builder = builder
        self.tables: dict[Table, Touched] = {}
        if builder.dialect == "postgresql":
            self._find()

    def _find(self) -> None:
        by_type = self._recreated()
        for change in self._builder.changes:
            if change.subject != "column" or change.action != "modify" or not change.is_told:
                continue
            table, aspect = (change.path["schema"], change.path["name"]), change.aspects[0]
            touched = self.tables.setdefault(table, Touched())
            if aspect == "computed":
                touched.anew.setdefault(change.path["part"], []).append(change)
            elif aspect == "type" and (found := self._texts(table, change.path["part"])):
                self._retyped(touched, change.path["part"], [change], found)
        for (table, name), group in by_type.items():
            self._retyped(self.tables.setdefault(table, Touched()), name, group, ("", "x"))
        for table, touched in self.tables.items():
            self._computed_from(table, touched)

    def _computed_from(self, table: Table, touched: Touched) -> None:
        """Columns that are computed from those that get another type."""
        for column, _ in self._columns(table):
            needs = words(column["computed"]["sql"]) if column["computed"] else frozenset()
            reasons = [one for name, group in touched.retyped.items() if name in needs for one in group]
            if reasons:
                touched.anew.setdefault(column["name"], []).extend(reasons)

    def _texts(self, table: Table, name: str) -> tuple[str, str] | None:
        """The two types of a column, where they differ here."""
        sides = (self._builder.start, self._builder.end)
        found = [_column(side.tables.get(table, []), name) for side in sides]
        texts = [(column["type"]["postgresql"] or "") if column else "" for column in found]
        return (texts[0], texts[1]) if texts[0] != texts[1] else None

    def _retyped(self, touched: Touched, name: str, group: list[Change], found: tuple[str, str]) -> None:
        touched.retyped.setdefault(name, []).extend(group)
        if word(found[0]) != word(found[1]):
            touched.other.add(name)

    def _recreated(self) -> dict[tuple[Table, str], list[Change]]:
        """The columns of types that are made anew."""
        found: dict[tuple[Table, str], list[Change]] = {}
        for group in self._builder.types_anew():
            path = group[0].path
            for item in self._builder.end.types:
                if (item["schema"], item["name"]) == (path["schema"], path["name"]):
                    for text in item["columns"]:
                        schema, table, column = self._builder.end.target(text)
                        found[(schema, table), column] = group
        return found

    def _both(self, table: Table, kind: str) -> Iterator[Json]:
        """What a table has on both sides, and not otherwise."""
        for start in self._builder.start.tables.get(table, []):
            for end in self._builder.end.tables.get(table, []):
                yield from (item for item in start[kind] if item in end[kind])

    def _columns(self, table: Table) -> Iterator[tuple[Json, Json]]:
        """The columns that a table has on both sides."""
        for start in self._builder.start.tables.get(table, []):
            for column in start["columns"]:
                later = _column(self._builder.end.tables.get(table, []), column["name"])
                if later is not None:
                    yield column, later

    def is_anew(self, path: Json) -> bool:
        """Whether a column is dropped and made again."""
        touched = self.tables.get((path["schema"], path["name"]))
        return touched is not None and path["part"] in touched.anew

    def lift(self) -> None:
        """Take away what is in the way, and make it again."""
        for table, touched in self.tables.items():
            for change in touched.changes[:1]:
                self._builder.attempt(change, partial(self._of_table, table, touched), touched.changes)
        if self._builder.dialect == "postgresql":
            self._keys()

    def _of_table(self, table: Table, touched: Touched) -> None:
        cause = touched.changes[0]
        for kind, name in _LISTS.items():
            if kind == "foreign_key":
                continue
            for item in self._both(table, name):
                if self.is_lifted(table, kind, item):
                    self._again(cause, table, kind, item)
        for column, later in self._columns(table):
            if column["name"] in touched.anew:
                self._computed(touched.anew[column["name"]], table, column, later)

    def is_lifted(self, table: Table, kind: str, item: Json) -> bool:
        """Whether a constraint or an index can't stay while the columns of its table change."""
        touched = self.tables.get(table)
        if touched is None:
            return False
        if kind == "index":
            plain = {element["column"] for element in item["elements"]}
            named = set().union(*(words(element["sql"]) for element in item["elements"]))
            said = named | set().union(*(words(text) for name, text in item["options"].items()))
            # A column by itself is only built anew.
            about = said - plain | words(item["options"].get("postgresql_where", ""))
            return bool(said & touched.anew.keys() or about & touched.other)
        if kind in ("check", "exclude"):
            said = set(words(item["sql"]))
            return bool(said & touched.anew.keys() or said & touched.other)
        return bool(set(item["columns"]) & touched.anew.keys())

    def _again(self, cause: Change, table: Table, kind: str, item: Json) -> None:
        path = {**cause.path, "schema": table[0], "name": table[1], "part": item.get("name")}
        again = replace(
            cause,
            action="modify",
            subject=kind,
            aspects=["again"],
            path=path,
            was=None,
            before=item,
            after=item,
            notes=[],
        )
        self._builder.constraints.change(again)

    def _computed(self, group: list[Change], table: Table, column: Json, later: Json) -> None:
        from .columns import made_anew

        path = {**group[0].path, "schema": table[0], "name": table[1], "part": column["name"]}
        start, end = self._builder.start.find(path), self._builder.end.find(path)
        gone, come, notes = made_anew(self._builder, path, (column, start), (later, end))
        self._builder.add(Phase.COMPUTED_GO, group, [gone], notes)
        self._builder.add(Phase.COMPUTED_COME, group, [come])

    def _keys(self) -> None:
        """Foreign keys, where either end gets another type, or is made anew."""
        for table in list(self._builder.start.tables):
            for key in self._both(table, "foreign_keys"):
                ends = [(table, column) for column in key["columns"]]
                for text in key["targets"]:
                    schema, name, column = self._builder.start.target(text)
                    ends.append(((schema, name), column))
                cause = next((found for end in ends if (found := self._reason(*end))), None)
                cause = cause or self._target_goes(ends[len(key["columns"]) :])
                if cause is not None:
                    self._builder.attempt(cause, partial(self._again, cause, table, "foreign_key", key))

    def has_other_target(self, side: Side, key: Json) -> bool:
        """Whether a foreign key refers to what comes, goes or changes in a table that stays."""
        targets = [side.target(text) for text in key["targets"]]
        tables = {(schema, name) for schema, name, _ in targets}
        columns = [column for _, _, column in targets]
        if not all(
            table in self._builder.start.tables and table in self._builder.end.tables for table in tables
        ):
            return False
        for change in self._builder.changes:
            if (change.path["schema"], change.path["name"]) not in tables or change.renames:
                continue
            if change.subject == "column" and change.path["part"] in columns:
                return change.action != "modify" or change.aspects[0] in ("type", "computed")
            if any(item is not None and self._holds(change, item, columns) for item in _sides(change)):
                return True
        return False

    def _holds(self, change: Change, item: Json, columns: list[str]) -> bool:
        """Whether a foreign key to these columns needs a key or an index; any that begins with them in MySQL."""
        if change.subject in ("primary_key", "unique") and sorted(item["columns"]) == sorted(columns):
            return True
        if self._builder.dialect != "mysql" or change.subject not in ("primary_key", "unique", "index"):
            return False
        is_index = change.subject == "index"
        own = [element["column"] for element in item["elements"]] if is_index else item["columns"]
        return bool(own[: len(columns)] == columns)

    def _target_goes(self, targets: list[tuple[Table, str]]) -> Change | None:
        """The change by which the key that a foreign key refers to goes, though its columns stay."""
        for change in self._builder.changes:
            table = (change.path["schema"], change.path["name"])
            if change.subject not in ("primary_key", "unique") or change.before is None or not targets:
                continue
            own = {(table, column) for column in change.before["columns"]}
            if own == set(targets) and change.is_told and not self._builder.constraints.is_renamed(change):
                return change
        return None

    def _reason(self, table: Table, column: str) -> Change | None:
        touched = self.tables.get(table)
        if touched is None:
            return None
        if column in touched.other:
            return touched.retyped[column][0]
        return touched.anew[column][0] if column in touched.anew else None


def _sides(change: Change) -> tuple[Json | None, Json | None]:
    return change.before, change.after


def _column(tables: list[Json], name: str) -> Json | None:
    for table in tables:
        for column in table["columns"]:
            if column["name"] == name:
                found: Json = column
                return found
    return None
