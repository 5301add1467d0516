"""Views, triggers and policies, which read tables: in which order they go and come, and which of those that stay do."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from . import database_objects
from .changes import Change, Json, Phase
from .dependents import Table
from .identifiers import words
from .operations import Execute
from .sql_texts import UnknownError, known

if TYPE_CHECKING:
    from .steps import Builder


#: They read columns.
_READING = ("trigger", "policy", "rule")

#: They go with a table or a view.
_ON_WHOLE = ("index", "grant")


class Readers:
    """Gathers what goes and comes, and finds the rest."""

    def __init__(self, builder: "Builder") -> None:
        """Nothing goes or comes yet."""
        self._builder = builder
        self._goes: list[tuple[Change | list[Change], Json, list[Any]]] = []
        self._comes: list[tuple[Change | list[Change], Json, list[Any]]] = []
        #: Tables that SQLite makes anew, with the changes that are the reason.
        self.rebuilt: dict[Table, list[Change]] = {}
        #: Views that go and come again.
        self._anew: dict[Table, list[Change]] = {}

    def goes(self, change: Change, item: Json, operations: list[Any]) -> None:
        """Take a view that goes."""
        self._goes.append((change, item, operations))

    def comes(self, change: Change, item: Json, operations: list[Any]) -> None:
        """Take a view that comes."""
        self._comes.append((change, item, operations))

    def replace(self, change: Change) -> None:
        """Take a view that gets another name, and is dropped by its old one."""
        path, was = change.path, change.was or change.path
        own = {"schema": was["schema"], "name": was["name"]}
        for before in self._builder.start.views:
            if _is_same(before, path):
                gone = database_objects.view_goes(self._builder.dialect, {**before, **own})
                self._goes.append((change, {**before, "was": was["name"]}, gone))
        for after in self._builder.end.views:
            if _is_same(after, path):
                self._comes.append((change, after, database_objects.view_comes(self._builder, after)))

    def has(self, item: Json) -> bool:
        """Whether a view goes already."""
        return any(_is_same(item, other) for _, other, _ in self._goes)

    def finish(self) -> None:
        """Add the steps, each view before those that it reads where it goes, and behind them where it comes."""
        self._stay()
        for change, item, operations in reversed(_sorted(self._goes)):
            is_kept = isinstance(change, list) and self._builder.dialect == "postgresql"
            told = [
                f"{item['name']}: it reads what changes, and is made again: grant anew what was granted on it"
            ]
            self._builder.add(Phase.OBJECTS_GO, change, operations, told if is_kept else None)
        for change, _, operations in _sorted(self._comes):
            self._builder.add(Phase.OBJECTS_COME, change, operations)
        come = [item for _, item, _ in self._comes]
        for why, item, _ in self._goes:
            if any(_is_same(item, other) for other in come):
                group = why if isinstance(why, list) else [why]
                self._anew[item["schema"], item["name"]] = [replace(one, notes=[]) for one in group]
        stay = [_facts(item) for item in self._builder.end.objects]
        for item in self._builder.start.objects:
            if database_objects.is_for(item, self._builder.dialect) and _facts(item) in stay:
                self._object(item)

    def _stay(self) -> None:
        """Views that stay and read what goes or changes."""
        dialect = self._builder.dialect
        left = [
            item
            for item in self._builder.start.views
            if database_objects.is_for(item, dialect) and not self.has(item) and self._later(item) is not None
        ]
        while True:
            found = next(((item, why) for item in left if (why := self._why(item))), None)
            if found is None:
                return
            left.remove(found[0])
            self._again(*found)

    def _later(self, item: Json) -> Json | None:
        return next((one for one in self._builder.end.views if _is_same(one, item)), None)

    def _again(self, item: Json, why: list[Change]) -> None:
        """Drop a view and make it again, with what is on it."""
        later = self._later(item) or item
        # What is to be said of the changes is said where they are.
        group = [replace(change, notes=[]) for change in why]
        try:
            dropped = database_objects.view_goes(self._builder.dialect, item)
            created = database_objects.view_comes(self._builder, later)
        except UnknownError as error:
            self._builder.gap(group, f"{item['name']}: it reads what changes, and is not made again: {error}")
            return
        self._goes.append((group, item, dropped))
        self._comes.append((group, later, created))

    def _why(self, item: Json) -> list[Change]:
        """The changes for which a view has to go, if there are some."""
        said = _names(item)
        for change, other, _ in self._goes:
            if said & {other["name"], other.get("was")} and not _is_same(other, item):
                return change if isinstance(change, list) else [change]
        found: list[Change] = []
        for table, group in self.rebuilt.items():
            found += group if table[1] in said else []
        for table, touched in self._builder.dependents.tables.items():
            columns = {**touched.retyped, **touched.anew}
            if table[1] in said:
                found += [
                    one for name, group in columns.items() if name in said or "*" in said for one in group
                ]
        return found

    def _object(self, item: Json) -> None:
        """What is on a table that is made anew, on a view that is, or on columns that change."""
        group = self._reasons(item)
        if not group:
            return
        dialect = self._builder.dialect
        text = _text(item, dialect)
        if not text:
            self._builder.gap(group, f"{item['name']}: it is on what changes, and its statement is not known")
            return
        if item["kind"] in _READING and dialect == "postgresql" and not self._goes_along(item):
            self._builder.add(Phase.OBJECTS_GO, group, database_objects.goes(dialect, item)).rank = -1
        made = Execute(known(text, "its statement").strip().rstrip(";"))
        self._builder.add(Phase.OBJECTS_COME, group, [made]).rank = 1

    def _goes_along(self, item: Json) -> bool:
        return _table_of(item) in self.rebuilt or _table_of(item) in self._anew

    def _reasons(self, item: Json) -> list[Change]:
        """The changes for which something must be made again."""
        table = _table_of(item)
        if item["kind"] in (*_READING, *_ON_WHOLE) and self._goes_along(item):
            return [*self.rebuilt.get(table, ()), *self._anew.get(table, ())]
        touched = self._builder.dependents.tables.get(table)
        if touched is None or item["kind"] not in (*_READING, "index"):
            return []
        said = words(_text(item, self._builder.dialect))
        columns = touched.anew if item["kind"] == "index" else {**touched.retyped, **touched.anew}
        found = [one for name, own in columns.items() if name in said for one in own]
        return [replace(change, notes=[]) for change in found]


def _table_of(item: Json) -> Table:
    schema, _, name = (item["table"] or "").rpartition(".")
    return schema or None, name


def _text(item: Json, dialect: str) -> str:
    return str((item["postgresql"] if dialect == "postgresql" else None) or item["sql"] or "")


def _facts(item: Json) -> tuple[Any, ...]:
    """All that a database hears of an object."""
    return tuple(item[name] for name in ("kind", "schema", "name", "table", "sql", "postgresql"))


def _is_same(one: Json, other: Json) -> bool:
    return (one["schema"], one["name"]) == (other["schema"], other["name"])


def _names(item: Json) -> frozenset[str]:
    """All that a view may read."""
    texts = [item["sql"] or "", item["postgresql"] or "", *(item["reads"] or ())]
    return frozenset().union(*(words(text.replace(".", " ")) for text in texts))


def _reads(one: Json, other: Json) -> bool:
    """Whether a view reads another, by the name that that had as well."""
    return not _is_same(one, other) and bool(_names(one) & {other["name"], other.get("was")})


def _sorted(found: list[Any]) -> list[Any]:
    """Each behind those that it reads."""
    left, done = list(found), []
    while left:
        ready = [one for one in left if not any(_reads(one[1], item) for _, item, _ in left)]
        one = (ready or left)[0]
        left.remove(one)
        done.append(one)
    return done
