"""What a failing pair can do without: changes are undone and parts taken away from both sides, as long as it fails."""

import copy
from collections.abc import Callable, Iterator
from functools import partial

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
            yield _each(base, head, partial(_without, kind=kind, own=own))
            if base[kind].get(own) != head[kind].get(own) and kind != "tables":
                yield _undone(base, head, [kind], own)
    if base["convention"] or head["convention"]:
        yield _each(base, head, partial(_set, place=[], given={"convention": False}))
    for table in {**base["tables"], **head["tables"]}:
        yield from _within(base, head, table)


def _within(base: Json, head: Json, table: str) -> Iterator[_Sides]:
    sides = [side["tables"].get(table) for side in (base, head)]
    there = [side for side in sides if side is not None]
    for part in PARTS:
        for own in {one for side in there for one in side[part]}:
            yield _each(
                base,
                head,
                partial(_pop, place=["tables", table, part], own=own),
            )
            if len(there) == 2 and there[0][part].get(own) != there[1][part].get(own):
                yield _undone(base, head, ["tables", table, part], own)
    for own in {one for side in there for one in side["columns"]}:
        yield _each(base, head, partial(_without_column, table=table, column=own))
        pair = [side["columns"].get(own) for side in there]
        if len(pair) == 2 and pair[0] != pair[1]:
            yield _undone(base, head, ["tables", table, "columns"], own)
            if None not in pair:
                for name in pair[0]:
                    if pair[0][name] != pair[1][name]:
                        yield _undone(base, head, ["tables", table, "columns", own], name)
        for name in ("default", "comment"):
            yield _each(
                base, head, partial(_set, place=["tables", table, "columns", own], given={name: None})
            )
    if len(there) == 2:
        for name in ("name", "schema", "comment", "key"):
            if there[0][name] != there[1][name]:
                yield _undone(base, head, ["tables", table], name)
    for name in ("schema", "comment"):
        yield _each(base, head, partial(_set, place=["tables", table], given={name: None}))


def _at(side: Json, place: list[str]) -> Json:
    """What is at a place, or an empty one."""
    for name in place:
        side = side.get(name, {})
    return side


def _set(side: Json, place: list[str], given: Json) -> None:
    found = _at(side, place)
    if found:
        found.update(given)


def _pop(side: Json, place: list[str], own: str) -> None:
    _at(side, place).pop(own, None)


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
