"""Views, triggers and policies, which read tables: in which order they go and come, and which of those that stay do."""

from typing import TYPE_CHECKING, Any

from . import objects
from .changes import Change, Json, Phase
from .dependents import Table
from .operations import Execute
from .texts import UnknownError, known
from .words import words

if TYPE_CHECKING:
    from .steps import Builder


class Readers:
    """Gathers what goes and comes, and finds the rest."""

    def __init__(self, builder: "Builder") -> None:
        """Nothing goes or comes yet."""
        self._builder = builder
        self._goes: list[tuple[Change | list[Change], Json, list[Any]]] = []
        self._comes: list[tuple[Change | list[Change], Json, list[Any]]] = []
        #: Tables that SQLite makes anew, with the changes that are the reason.
        self.rebuilt: dict[Table, list[Change]] = {}

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
                gone = objects.view_goes(self._builder.dialect, {**before, **own})
                self._goes.append((change, {**before, "was": was["name"]}, gone))
        for after in self._builder.end.views:
            if _is_same(after, path):
                self._comes.append((change, after, objects.view_comes(self._builder, after)))

    def has(self, item: Json) -> bool:
        """Whether a view goes already."""
        return any(_is_same(item, other) for _, other, _ in self._goes)

    def finish(self) -> None:
        """Add the steps, each view before those that it reads where it goes, and behind them where it comes."""
        self._stay()
        for change, _, operations in reversed(_sorted(self._goes)):
            self._builder.add(Phase.OBJECTS_GO, change, operations)
        for change, _, operations in _sorted(self._comes):
            self._builder.add(Phase.OBJECTS_COME, change, operations)
        stay = [_facts(item) for item in self._builder.end.objects]
        for item in self._builder.start.objects:
            is_seen = item["kind"] in ("trigger", "policy", "rule") and objects.is_for(
                item, self._builder.dialect
            )
            if is_seen and _facts(item) in stay:
                self._object(item)

    def _stay(self) -> None:
        """Views that stay and read what goes or changes."""
        dialect = self._builder.dialect
        gone = [item for _, item, _ in self._goes]
        left = [
            item
            for item in self._builder.start.views
            if objects.is_for(item, dialect) and not any(_is_same(item, other) for other in gone)
        ]
        while True:
            found = next(((item, why) for item in left if (why := self._why(item))), None)
            if found is None:
                return
            item, why = found
            left.remove(item)
            later = next((one for one in self._builder.end.views if _is_same(one, item)), None)
            if later is None:
                continue
            name = item["name"]
            try:
                dropped, created = objects.view_goes(dialect, item), objects.view_comes(self._builder, later)
            except UnknownError as error:
                self._builder.gap(why, f"{name}: it reads what changes, and is not made again: {error}")
                continue
            self._goes.append((why, item, dropped))
            self._comes.append((why, later, created))

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
        """A trigger, a rule or a policy of a table whose columns change."""
        dialect = self._builder.dialect
        schema, _, name = item["table"].rpartition(".")
        table = (schema or None, name)
        text = (item["postgresql"] if dialect == "postgresql" else None) or item["sql"] or ""
        said = words(text)
        group = list(self.rebuilt.get(table, ()))
        touched = self._builder.dependents.tables.get(table)
        if touched is not None:
            columns = {**touched.retyped, **touched.anew}
            group += [one for name, own in columns.items() if name in said for one in own]
        if not group:
            return
        if not text:
            self._builder.gap(group, f"{item['name']}: it is on what changes, and its statement is not known")
            return
        if dialect == "postgresql":
            self._builder.add(Phase.OBJECTS_GO, group, objects.goes(dialect, item)).rank = -1
        made = Execute(known(text, "its statement").strip().rstrip(";"))
        self._builder.add(Phase.OBJECTS_COME, group, [made]).rank = 1


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
