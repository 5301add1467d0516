from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, NamedTuple, Optional, Union

from annotated_types import Len
from pydantic import Json, TypeAdapter, conlist, conset
from typing_extensions import NotRequired, TypedDict


class Point(NamedTuple):
    x: int
    y: int = 0


class Movie(TypedDict):
    name: str
    year: NotRequired[int]


INPUTS = [
    [1, "2"], (1, 2), {1, 2}, frozenset({1}), deque([1, 2]), {"a": "1"}, {"a": 1, "b": "x"}, "12", b"12", None, 5, [],
    range(2), iter([1]), {"name": "x"}, {"name": "x", "year": "1999", "other": 1}, {"x": "1"}, ["x", 1, None], [[1], [2]],
    '{"a": 1}', "[1, 2]", {1: 2}.values(), [1, 2, 3, 4],
]
TYPES = [
    list[int], list, tuple[int, int], tuple[int, ...], tuple, set[int], frozenset[int], dict[str, int], dict, deque[int],
    Sequence[int], Mapping[str, int], Optional[list[int]], Union[int, str, list[int]], Union[list[int], dict[str, int]],
    conlist(int, min_length=1, max_length=2), conset(int, min_length=2), Annotated[list[int], Len(2)], Point, Movie,
    Json, Json[dict[str, int]], OrderedDict[str, int], Counter[str], defaultdict[str, int], list[Union[int, str]],
    tuple[int, str, None], tuple[str, *tuple[int, ...]],
]
for kind in TYPES:
    adapter = TypeAdapter(kind)
    for value in INPUTS:
        if not isinstance(value, type(iter([]))):
            show(lambda: adapter.validate_python(value))
    show(lambda: adapter.validate_json('[1, "2"]'), lambda: adapter.validate_json('{"a": 1}'))
show(lambda: list(TypeAdapter(Iterable[int]).validate_python(["1", 2])))
