"""A change of a schema by chance; what needs what goes, goes too."""

import copy
import random
from collections.abc import Callable

from . import changing_parts as parts
from . import drawing, drawing_parts, kinds
from .kinds import Json
from .schema import free_name, without_column, without_table, without_views
from .settling import settle

#: A change; it does nothing where there is nothing to change.
_Change = Callable[[Json, random.Random, str], object]


def changed(schema: Json, rng: random.Random, database: str) -> Json:
    """Another schema, some changes away."""
    made = copy.deepcopy(schema)
    wanted = rng.choice([1, 1, 1, 2, 2, 3, 5, 8])
    for _ in range(60):
        if wanted == 0:
            break
        (change,) = rng.choices([one for one, _ in _CHANGES], [weight for _, weight in _CHANGES])
        before = _content(made)
        change(made, rng, database)
        settle(made, database)
        wanted -= _content(made) != before
    return made


def _content(schema: Json) -> Json:
    return copy.deepcopy({name: value for name, value in schema.items() if name != "last"})


def _a_table(made: Json, rng: random.Random) -> str | None:
    """A table with columns: one may have lost all of its own."""
    found = [own for own, table in made["tables"].items() if table["columns"]]
    return rng.choice(found) if found else None


def _on_table(change: Callable[[Json, random.Random, str, str], object]) -> _Change:
    def on_one(made: Json, rng: random.Random, database: str) -> None:
        own = _a_table(made, rng)
        if own is not None:
            change(made, rng, database, own)

    return on_one


def _drop_table(made: Json, rng: random.Random, _database: str, own: str) -> None:
    if len(made["tables"]) > 1:
        without_table(made, own)


def _rename_table(made: Json, rng: random.Random, _database: str, own: str) -> None:
    made["tables"][own]["name"] = free_name(made, made["tables"][own]["name"] + "_new", rng)


def _drop_column(made: Json, rng: random.Random, _database: str, own: str) -> None:
    columns = made["tables"][own]["columns"]
    if len(columns) > 1:
        without_column(made, own, rng.choice(list(columns)))


def _move_table(made: Json, rng: random.Random, database: str, own: str) -> None:
    if database == "postgresql":
        table = made["tables"][own]
        table["schema"] = None if table["schema"] else "extra"


def _comment_table(made: Json, rng: random.Random, _database: str, own: str) -> None:
    made["tables"][own]["comment"] = rng.choice([None, "another: it's", "more"])


def _change_key(made: Json, rng: random.Random, database: str, own: str) -> None:
    """Another primary key; foreign keys that refer to the old one go."""
    table = made["tables"][own]
    before = list(table["key"]["columns"])
    way = rng.choice(["order", "wider", "narrower", "name", "none"])
    key = table["key"]
    if way == "order":
        key["columns"].reverse()
        key["apart"] = True
    elif way == "wider":
        others = [one for one in drawing_parts.usable(made, own, database) if one not in before]
        others = [one for one in others if not table["columns"][one]["computed"]]
        bad = ("json", "search", "bytes", "range", "list")
        others = [one for one in others if kinds.family(made, table["columns"][one]) not in bad]
        if not others:
            return
        new = rng.choice(others)
        key["columns"].append(new)
        table["columns"][new]["nullable"] = False
    elif way == "narrower" and len(before) > 1:
        key["columns"].pop(rng.randrange(len(before)))
    elif way == "name":
        key["apart"] = True
        key["name"] = None if key["name"] else free_name(made, f"pk_{table['name']}", rng)
    elif way == "none" and rng.random() < 0.5:
        key["columns"] = []
    if sorted(key["columns"]) != sorted(before):
        parts.without_keys_to(made, own, before)
    if not key["columns"]:
        key["name"] = None
        for column in before:
            table["columns"][column].update(autoincrement=None)


def _drop_enum(made: Json, rng: random.Random, database: str) -> None:
    if not made["enums"]:
        return
    own = rng.choice(list(made["enums"]))
    for table_id, table in list(made["tables"].items()):
        for column in [one for one, item in table["columns"].items() if item["type"] == f"enum:{own}"]:
            if len(table["columns"]) > 1 and rng.random() < 0.5:
                without_column(made, table_id, column)
            else:
                parts.retype(made, rng, database, table_id, column, "String(20)")
    used = made["enums"][own]["whole"] is None or any(
        item["type"].endswith(f":{own}")
        for table in made["tables"].values()
        for item in table["columns"].values()
    )
    if not used:
        del made["enums"][own]


def _change_sequence(made: Json, rng: random.Random, database: str) -> None:
    if not made["sequences"]:
        return
    sequence = made["sequences"][rng.choice(list(made["sequences"]))]
    if rng.random() < 0.2:
        sequence["name"] = free_name(made, sequence["name"] + "_new", rng)
    else:
        sequence["options"] = drawing.sequence_options(rng)


def _drop_sequence(made: Json, rng: random.Random, _database: str) -> None:
    if not made["sequences"]:
        return
    own = rng.choice(list(made["sequences"]))
    for table in made["tables"].values():
        for column in table["columns"].values():
            if column["sequence"] == own:
                column.update(sequence=None, default=None)
    del made["sequences"][own]


def _drop_trigger(made: Json, rng: random.Random, _database: str) -> None:
    if made["triggers"]:
        del made["triggers"][rng.choice(list(made["triggers"]))]


def _change_convention(made: Json, _rng: random.Random, _database: str) -> None:
    made["convention"] = not made["convention"]


def _drop_view(made: Json, rng: random.Random, _database: str) -> None:
    if made["views"]:
        own = rng.choice(list(made["views"]))
        del made["views"][own]
        without_views(made, own)


def _change_view(made: Json, rng: random.Random, database: str) -> None:
    if not made["views"]:
        return
    own = rng.choice(list(made["views"]))
    if rng.random() < 0.2:
        made["views"][own]["name"] = free_name(made, made["views"][own]["name"] + "_new", rng)
        return
    others = {**made, "views": {}}
    made["views"][own].update(sql=drawing.view_text(others, rng), indexes=[])


_CHANGES: list[tuple[_Change, float]] = [
    (drawing.add_table, 3),
    (_on_table(_drop_table), 2),
    (_on_table(_rename_table), 1.5),
    (_on_table(_move_table), 0.7),
    (_on_table(_comment_table), 1),
    (_on_table(_change_key), 1.5),
    (_on_table(drawing_parts.add_column), 4),
    (_on_table(drawing_parts.add_computed), 1.5),
    (_on_table(_drop_column), 4),
    (_on_table(parts.change_type), 6),
    (_on_table(parts.change_key_type), 2),
    (_on_table(parts.change_nullable), 2),
    (_on_table(parts.change_default), 2.5),
    (_on_table(parts.change_comment), 1),
    (_on_table(parts.change_computed), 2),
    (_on_table(parts.change_numbering), 2.5),
    (_on_table(parts.rename_column), 2.5),
    (_on_table(drawing_parts.add_unique), 1),
    (_on_table(drawing_parts.add_check), 1),
    (_on_table(drawing_parts.add_index), 2),
    (_on_table(drawing_parts.add_exclude), 1),
    (_on_table(drawing_parts.add_key), 2),
    (_on_table(parts.drop_part), 3),
    (_on_table(parts.change_part), 3),
    (drawing.add_enum, 0.5),
    (parts.change_enum, 6),
    (_drop_enum, 1),
    (drawing.add_sequence, 0.4),
    (_change_sequence, 1),
    (_drop_sequence, 0.5),
    (drawing.add_view, 1.5),
    (drawing.add_domain, 0.2),
    (drawing.add_trigger, 0.7),
    (_drop_trigger, 0.7),
    (_change_convention, 0.3),
    (_drop_view, 1),
    (_change_view, 1.5),
]
