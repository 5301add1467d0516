"""Views, triggers and policies that read changed tables: which must be recreated, and in which order."""

from dataclasses import replace
from typing import Any

from . import database_objects
from .builder import Builder
from .changes import Change, Json, Phase
from .identifiers import names_in
from .operations import Execute
from .sql_texts import UnknownError, require_known
from .view_changes import Table, is_same

#: Kinds of objects that read columns.
_READING = ("trigger", "policy", "rule")

#: Kinds of objects that are dropped along with a table or a view.
_ON_WHOLE = ("index", "grant")


def add_steps(builder: Builder) -> None:
    """Add the steps: each view is dropped before the views that it reads, and created after them."""
    _recreate_unchanged(builder)
    for change, item, operations in reversed(_sorted(builder.views.dropped)):
        is_kept = isinstance(change, list) and builder.dialect == "postgresql"
        notes = [f"{item['name']}: it reads what changes and is recreated: repeat the grants on it"]
        builder.add(Phase.DROP_OBJECTS, change, operations, notes if is_kept else None)
    for change, _, operations in _sorted(builder.views.created):
        builder.add(Phase.CREATE_OBJECTS, change, operations)
    created_views = [item for _, item, _ in builder.views.created]
    for why, item, _ in builder.views.dropped:
        if any(is_same(item, other) for other in created_views):
            group = why if isinstance(why, list) else [why]
            builder.views.recreated[item["schema"], item["name"]] = [replace(one, notes=[]) for one in group]
    stay = [_properties(item) for item in builder.end.objects]
    for item in builder.start.objects:
        if database_objects.applies_to(item, builder.dialect) and _properties(item) in stay:
            _recreate_object(builder, item)


def _recreate_unchanged(builder: Builder) -> None:
    """Recreate the unchanged views that read what is dropped or changes."""
    dialect = builder.dialect
    left = [
        item
        for item in builder.start.views
        if database_objects.applies_to(item, dialect)
        and not builder.views.is_dropped(item)
        and _view_after(builder, item) is not None
    ]
    while True:
        found = next(((item, why) for item in left if (why := _reasons_of_view(builder, item))), None)
        if found is None:
            return
        left.remove(found[0])
        _recreate_view(builder, *found)


def _view_after(builder: Builder, item: Json) -> Json | None:
    return next((one for one in builder.end.views if is_same(one, item)), None)


def _recreate_view(builder: Builder, item: Json, why: list[Change]) -> None:
    """Drop and recreate a view with its indexes."""
    later = _view_after(builder, item) or item
    # The notes are already in the steps of the changes themselves.
    group = [replace(change, notes=[]) for change in why]
    try:
        dropped = database_objects.drop_view(builder.dialect, item)
        created = database_objects.create_view(builder, later)
    except UnknownError as error:
        builder.add_gap(group, f"{item['name']}: it reads what changes and can't be recreated: {error}")
        return
    builder.views.dropped.append((group, item, dropped))
    builder.views.created.append((group, later, created))


def _reasons_of_view(builder: Builder, item: Json) -> list[Change]:
    """The changes that require a view to be recreated."""
    mentioned = _names_in_view(item)
    for change, other, _ in builder.views.dropped:
        if mentioned & {other["name"], other.get("was")} and not is_same(other, item):
            return change if isinstance(change, list) else [change]
    found: list[Change] = []
    for table, group in builder.views.rebuilt_tables.items():
        found += group if table[1] in mentioned else []
    for table, touched in builder.touched.tables.items():
        columns = {**touched.retyped, **touched.recreated}
        if table[1] in mentioned:
            found += [
                one
                for name, group in columns.items()
                if name in mentioned or "*" in mentioned
                for one in group
            ]
    return found


def _recreate_object(builder: Builder, item: Json) -> None:
    """Recreate an object on a table or view that is recreated, or on columns that change."""
    group = _reasons_of_object(builder, item)
    if not group:
        return
    dialect = builder.dialect
    text = _text(item, dialect)
    if not text:
        builder.add_gap(group, f"{item['name']}: it depends on what changes, and its statement is not known")
        return
    if item["kind"] in _READING and dialect == "postgresql" and not _is_dropped_with_target(builder, item):
        builder.add(Phase.DROP_OBJECTS, group, database_objects.drop_object(dialect, item)).rank = -1
    made = Execute(require_known(text, "its statement").strip().rstrip(";"))
    builder.add(Phase.CREATE_OBJECTS, group, [made]).rank = 1


def _is_dropped_with_target(builder: Builder, item: Json) -> bool:
    return _table_of(item) in builder.views.rebuilt_tables or _table_of(item) in builder.views.recreated


def _reasons_of_object(builder: Builder, item: Json) -> list[Change]:
    """The changes that require an object to be recreated."""
    table = _table_of(item)
    if item["kind"] in (*_READING, *_ON_WHOLE) and _is_dropped_with_target(builder, item):
        return [*builder.views.rebuilt_tables.get(table, ()), *builder.views.recreated.get(table, ())]
    touched = builder.touched.tables.get(table)
    if touched is None or item["kind"] not in (*_READING, "index"):
        return []
    mentioned = names_in(_text(item, builder.dialect))
    columns = touched.recreated if item["kind"] == "index" else {**touched.retyped, **touched.recreated}
    found = [one for name, own in columns.items() if name in mentioned for one in own]
    return [replace(change, notes=[]) for change in found]


def _table_of(item: Json) -> Table:
    schema, _, name = (item["table"] or "").rpartition(".")
    return schema or None, name


def _text(item: Json, dialect: str) -> str:
    return str((item["postgresql"] if dialect == "postgresql" else None) or item["sql"] or "")


def _properties(item: Json) -> tuple[Any, ...]:
    """All properties of an object that a database sees."""
    return tuple(item[name] for name in ("kind", "schema", "name", "table", "sql", "postgresql"))


def _names_in_view(item: Json) -> frozenset[str]:
    """All names that a view may read."""
    texts = [item["sql"] or "", item["postgresql"] or "", *(item["reads"] or ())]
    return frozenset().union(*(names_in(text.replace(".", " ")) for text in texts))


def _reads(one: Json, other: Json) -> bool:
    """Whether a view reads another one, also under that one's former name."""
    return not is_same(one, other) and bool(_names_in_view(one) & {other["name"], other.get("was")})


def _sorted(found: list[Any]) -> list[Any]:
    """The views in an order in which each follows those that it reads."""
    left, done = list(found), []
    while left:
        ready = [one for one in left if not any(_reads(one[1], item) for _, item, _ in left)]
        one = (ready or left)[0]
        left.remove(one)
        done.append(one)
    return done
