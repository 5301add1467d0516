"""What a failing pair can do without: changes are undone and parts taken away from both sides, as long as it fails."""

import copy
from collections.abc import Callable, Iterator

from .kinds import Json
from .schema import PARTS, without_column, without_table, without_views

_Sides = tuple[Json, Json]


def shrunk(base: Json, head: Json, fails: Callable[[list[_Sides]], list[bool]], rounds: int = 12) -> _Sides:
    """The smallest pair that was found; `fails` says of many at once whether they still do."""
    best = (base, head)
    for _ in range(rounds):
        candidates = [one for one in _smaller(*best) if one != best]
        if not candidates:
            break
        good = [one for one, is_bad in zip(candidates, fails(candidates), strict=True) if is_bad]
        if not good:
            break
        best = min(good, key=lambda one: len(repr(one)))
    return best


def _smaller(base: Json, head: Json) -> Iterator[_Sides]:
    """Pairs that have a little less."""
    for kind in ("triggers", "tables", "views", "sequences", "enums", "domains"):
        for own in {**base[kind], **head[kind]}:
            yield _each(base, head, lambda side, kind=kind, own=own: _without(side, kind, own))
            if base[kind].get(own) != head[kind].get(own) and kind != "tables":
                yield _undone(base, head, [kind], own)
    if base["convention"] or head["convention"]:
        yield _each(base, head, lambda side: side.update(convention=False))
    for table in {**base["tables"], **head["tables"]}:
        yield from _within(base, head, table)


def _within(base: Json, head: Json, table: str) -> Iterator[_Sides]:
    sides = [side["tables"].get(table) for side in (base, head)]
    there = [side for side in sides if side is not None]
    for part in PARTS:
        for own in {one for side in there for one in side[part]}:
            yield _each(base, head, lambda side, part=part, own=own: side["tables"].get(table, {part: {}})[part].pop(own, None))
            if len(there) == 2 and there[0][part].get(own) != there[1][part].get(own):
                yield _undone(base, head, ["tables", table, part], own)
    for own in {one for side in there for one in side["columns"]}:
        yield _each(base, head, lambda side, own=own: _without_column(side, table, own))
        pair = [side["columns"].get(own) for side in there]
        if len(pair) == 2 and pair[0] != pair[1]:
            yield _undone(base, head, ["tables", table, "columns"], own)
            if None not in pair:
                for name in pair[0]:
                    if pair[0][name] != pair[1][name]:
                        yield _undone(base, head, ["tables", table, "columns", own], name)
        for name in ("default", "comment"):
            yield _each(base, head, lambda side, own=own, name=name: _none(side, table, own, name))
    if len(there) == 2:
        for name in ("name", "schema", "comment", "key"):
            if there[0][name] != there[1][name]:
                yield _undone(base, head, ["tables", table], name)
    for name in ("schema", "comment"):
        yield _each(base, head, lambda side, name=name: side["tables"].get(table, {}).update({name: None}))


def _none(side: Json, table: str, column: str, name: str) -> None:
    found = side["tables"].get(table, {"columns": {}})["columns"].get(column)
    if found is not None:
        found[name] = None


def _each(base: Json, head: Json, change: Callable[[Json], object]) -> _Sides:
    sides = copy.deepcopy(base), copy.deepcopy(head)
    for side in sides:
        change(side)
    return sides


def _undone(base: Json, head: Json, place: list[str], own: str) -> _Sides:
    """The head with one thing as the base has it."""
    made = copy.deepcopy(head)
    before, after = base, made
    for name in place:
        before, after = before[name], after[name]
    if own in before:
        after[own] = copy.deepcopy(before[own])
    else:
        after.pop(own, None)
    return base, made


def _without(side: Json, kind: str, own: str) -> None:
    if own not in side[kind]:
        return
    if kind == "tables":
        without_table(side, own)
    elif kind == "views":
        del side["views"][own]
        without_views(side, own)
    elif kind == "triggers":
        del side[kind][own]
    elif kind == "sequences":
        for table in side["tables"].values():
            for column in table["columns"].values():
                if column["sequence"] == own:
                    column.update(sequence=None, default=None)
        del side[kind][own]
    else:
        for name, table in list(side["tables"].items()):
            for column in [one for one, item in table["columns"].items() if item["type"].endswith(f":{own}")]:
                without_column(side, name, column)
        del side[kind][own]


def _without_column(side: Json, table: str, column: str) -> None:
    if column in side["tables"].get(table, {"columns": {}})["columns"]:
        without_column(side, table, column)
