"""Indexes and unique constraints that serve foreign keys, which InnoDB needs all the time, come and go."""

import random

from .changing_parts import without_keys_to
from .drawing_parts import usable
from .kinds import Json
from .schema import free_name, named, new_id
from .settling import settle

#: How many foreign keys get or lose one.
_SHARE = 0.3


def change(made: Json, rng: random.Random, database: str) -> None:
    """Add or drop what serves some of the foreign keys, where the database makes it by itself."""
    if database != "mariadb":
        return
    for own, table in made["tables"].items():
        for key in list(table["keys"].values()):
            if rng.random() < _SHARE:
                _of_key(made, rng, own, key)
    settle(made, database)


def _of_key(made: Json, rng: random.Random, own: str, key: Json) -> None:
    table = made["tables"][own]
    found = [
        (part, one)
        for part in ("unique", "indexes")
        for one, item in table[part].items()
        if _columns(part, item)[: len(key["columns"])] == key["columns"]
    ]
    if not found or rng.random() < _SHARE:
        _add(made, rng, own, key["columns"])
        return
    part, one = rng.choice(found)
    if part == "unique":
        without_keys_to(made, own, table["unique"][one]["columns"])
    del table[part][one]


def _columns(part: str, item: Json) -> list[str]:
    if part == "unique":
        return list(item["columns"])
    return [column for element in item["elements"] for column in named(element)]


def _add(made: Json, rng: random.Random, own: str, columns: list[str]) -> None:
    """One that begins with the columns, as a rule."""
    table = made["tables"][own]
    others = [one for one in usable(made, own, "mariadb") if one not in columns]
    chosen = [*columns, *rng.sample(others, min(len(others), rng.choice([0, 0, 1])))]
    if rng.random() < 0.1:
        rng.shuffle(chosen)
    if rng.random() < 0.4:
        if any(sorted(item["columns"]) == sorted(chosen) for item in table["unique"].values()):
            return
        name = free_name(made, f"uq_{table['name']}_key", rng) if rng.random() < 0.5 else None
        table["unique"][new_id(made, "u")] = {"columns": chosen, "name": name, "options": {}}
        return
    elements = [f"{{{column}}}" for column in chosen]
    if rng.random() < 0.2:
        elements[rng.randrange(len(elements))] += " DESC"
    table["indexes"][new_id(made, "i")] = {
        "name": free_name(made, f"ix_{table['name']}_key", rng),
        "elements": elements,
        "unique": rng.random() < 0.1,
        "where": None,
        "include": [],
        "using": None,
    }
