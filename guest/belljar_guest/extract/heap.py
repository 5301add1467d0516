"""What there is of a kind, whoever holds it."""

import gc
from collections.abc import Iterator
from typing import Any


def objects_of(kind: type) -> list[Any]:
    """Every object of a class or of one below it, in the order the collector has them.

    A run has some hundred thousand objects. An object refers to its class, and what refers to something the collector
    finds without running Python for each, nor a hash or an equality that may be the repository's.
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
