"""Views, triggers and policies, which read tables: in which order they go and come, and which of those that stay do."""

from dataclasses import replace
from typing import Any

from . import database_objects
from .builder import Builder
from .changes import Change, Json, Phase
from .identifiers import names_in
from .operations import Execute
from .sql_texts import UnknownError, require_known
from .view_changes import Table, is_same

#: They read columns.
_READING = ("trigger", "policy", "rule")

#: They go with a table or a view.
_ON_WHOLE = ("index", "grant")


def add_steps(builder: Builder) -> None:
    """Add the steps, each view before those that it reads where it goes, and behind them where it comes."""
    _stay(builder)
    for change, item, operations in reversed(_sorted(builder.views.dropped)):
        is_kept = isinstance(change, list) and builder.dialect == "postgresql"
        told = [
            f"{item['name']}: it reads what changes, and is made again: grant anew what was granted on it"
        ]
        builder.add(Phase.DROP_OBJECTS, change, operations, told if is_kept else None)
    for change, _, operations in _sorted(builder.views.created):
        builder.add(Phase.CREATE_OBJECTS, change, operations)
    come = [item for _, item, _ in builder.views.created]
    for why, item, _ in builder.views.dropped:
        if any(is_same(item, other) for other in come):
            group = why if isinstance(why, list) else [why]
            builder.views.recreated[item["schema"], item["name"]] = [replace(one, notes=[]) for one in group]
    stay = [_facts(item) for item in builder.end.objects]
    for item in builder.start.objects:
        if database_objects.applies_to(item, builder.dialect) and _facts(item) in stay:
            _object(builder, item)


def _stay(builder: Builder) -> None:
    """Views that stay and read what goes or changes."""
    dialect = builder.dialect
    left = [
        item
        for item in builder.start.views
        if database_objects.applies_to(item, dialect)
        and not builder.views.is_dropped(item)
        and _later(builder, item) is not None
    ]
    while True:
        found = next(((item, why) for item in left if (why := _why(builder, item))), None)
        if found is None:
            return
        left.remove(found[0])
        _again(builder, *found)


def _later(builder: Builder, item: Json) -> Json | None:
    return next((one for one in builder.end.views if is_same(one, item)), None)


def _again(builder: Builder, item: Json, why: list[Change]) -> None:
    """Drop a view and make it again, with what is on it."""
    later = _later(builder, item) or item
    # What is to be said of the changes is said where they are.
    group = [replace(change, notes=[]) for change in why]
    try:
        dropped = database_objects.drop_view(builder.dialect, item)
        created = database_objects.create_view(builder, later)
    except UnknownError as error:
        builder.add_gap(group, f"{item['name']}: it reads what changes, and is not made again: {error}")
        return
    builder.views.dropped.append((group, item, dropped))
    builder.views.created.append((group, later, created))


def _why(builder: Builder, item: Json) -> list[Change]:
    """The changes for which a view has to go, if there are some."""
    said = _names(item)
    for change, other, _ in builder.views.dropped:
        if said & {other["name"], other.get("was")} and not is_same(other, item):
            return change if isinstance(change, list) else [change]
    found: list[Change] = []
    for table, group in builder.views.rebuilt_tables.items():
        found += group if table[1] in said else []
    for table, touched in builder.touched.tables.items():
        columns = {**touched.retyped, **touched.recreated}
        if table[1] in said:
            found += [one for name, group in columns.items() if name in said or "*" in said for one in group]
    return found


def _object(builder: Builder, item: Json) -> None:
    """What is on a table that is made anew, on a view that is, or on columns that change."""
    group = _reasons(builder, item)
    if not group:
        return
    dialect = builder.dialect
    text = _text(item, dialect)
    if not text:
        builder.add_gap(group, f"{item['name']}: it is on what changes, and its statement is not known")
        return
    if item["kind"] in _READING and dialect == "postgresql" and not _goes_along(builder, item):
        builder.add(Phase.DROP_OBJECTS, group, database_objects.drop_object(dialect, item)).rank = -1
    made = Execute(require_known(text, "its statement").strip().rstrip(";"))
    builder.add(Phase.CREATE_OBJECTS, group, [made]).rank = 1


def _goes_along(builder: Builder, item: Json) -> bool:
    return _table_of(item) in builder.views.rebuilt_tables or _table_of(item) in builder.views.recreated


def _reasons(builder: Builder, item: Json) -> list[Change]:
    """The changes for which something must be made again."""
    table = _table_of(item)
    if item["kind"] in (*_READING, *_ON_WHOLE) and _goes_along(builder, item):
        return [*builder.views.rebuilt_tables.get(table, ()), *builder.views.recreated.get(table, ())]
    touched = builder.touched.tables.get(table)
    if touched is None or item["kind"] not in (*_READING, "index"):
        return []
    said = names_in(_text(item, builder.dialect))
    columns = touched.recreated if item["kind"] == "index" else {**touched.retyped, **touched.recreated}
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


def _names(item: Json) -> frozenset[str]:
    """All that a view may read."""
    texts = [item["sql"] or "", item["postgresql"] or "", *(item["reads"] or ())]
    return frozenset().union(*(names_in(text.replace(".", " ")) for text in texts))


def _reads(one: Json, other: Json) -> bool:
    """Whether a view reads another, by the name that that had as well."""
    return not is_same(one, other) and bool(_names(one) & {other["name"], other.get("was")})


def _sorted(found: list[Any]) -> list[Any]:
    """Each behind those that it reads."""
    left, done = list(found), []
    while left:
        ready = [one for one in left if not any(_reads(one[1], item) for _, item, _ in left)]
        one = (ready or left)[0]
        left.remove(one)
        done.append(one)
    return done
