"""Finds objects by their class."""

import gc
from collections.abc import Iterator
from typing import Any


def objects_of(kind: type) -> list[Any]:
    """All objects of a class and its subclasses, in the order of the collector.

    A run has some hundred thousand objects. Each refers to its class, and the collector finds referrers without running
    Python code for each object, nor a `__hash__` or `__eq__` of the repository.
    """
    kinds = list(_with_subclasses(kind))
    wanted = {id(cls) for cls in kinds}
    return [item for item in gc.get_referrers(*kinds) if id(type(item)) in wanted]


def _with_subclasses(kind: type) -> Iterator[type]:
    seen: set[int] = set()
    waiting = [kind]
    while waiting:
        cls = waiting.pop()
        if id(cls) not in seen:
            seen.add(id(cls))
            yield cls
            waiting += type.__subclasses__(cls)
