"""Pairs with many changes at once."""

import random
from collections.abc import Iterator

from versions import Case, pair, table


def cases() -> Iterator[Case]:
    """Many at once, drawn from seeds that are the same every time."""
    for number in range(24):
        yield pair(f"combined-{number}", (_drawn(random.Random(number * 10 + side)) for side in (1, 2)))


#: One family of types each, so that a database can cast what is there.
_DRAWN = {
    "a": ("String(20)", "String(40)", "Text"),
    "b": ("Integer", "BigInteger"),
    "c": ("Date", "DateTime"),
    "d": ("Numeric(8, 2)", "Numeric(10, 4)"),
}


def _drawn(own: random.Random) -> str:
    text = ""
    names = [name for name in ("alpha", "beta", "gamma") if own.random() < 0.8] or ["alpha"]
    for position, name in enumerate(names):
        items = {}
        for column, kinds in _DRAWN.items():
            if own.random() >= 0.25:
                options = f"nullable={own.random() < 0.7}, index={own.random() < 0.3}"
                items[column] = f"Column({column!r}, {own.choice(kinds)}, {options})"
        if position and own.random() < 0.6:
            items["up"] = f"Column('up', ForeignKey('{names[position - 1]}.id', name='fk_{name}_up'))"
        if "a" in items and own.random() < 0.5:
            items["unique"] = f"UniqueConstraint('a', name='uq_{name}_a')"
        if "b" in items and own.random() < 0.5:
            items["check"] = f"CheckConstraint('b > {own.randrange(3)}', name='ck_{name}_b')"
        text += table(name, *items.values())
    return text
