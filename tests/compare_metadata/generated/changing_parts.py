"""Changes of columns, of what is on them, and of enumerations."""

import random

from . import drawing_parts, kinds
from .kinds import Json
from .schema import PARTS, columns_of, free_name, named, without_column

#: What a column of a key may become, and what refers to it with it.
_SAME = [
    "Integer",
    "BigInteger",
    "SmallInteger",
    "BigInteger().with_variant(Integer, 'sqlite')",
    "OwnNumber()",
]


def _a_column(made: Json, rng: random.Random, own: str, *, key: bool = False) -> str | None:
    """A column that is in no key, or one that is."""
    table = made["tables"][own]
    keyed = {*table["key"]["columns"], *(one for item in table["keys"].values() for one in item["columns"])}
    keyed |= {
        one
        for other in made["tables"].values()
        for item in other["keys"].values()
        if item["table"] == own
        for one in item["targets"]
    }
    found = [one for one in table["columns"] if (one in keyed) == key]
    return rng.choice(found) if found else None


def retype(made: Json, rng: random.Random, database: str, own: str, column: str, code: str) -> None:
    """Give a column another type; texts that are about the old one go where the new one does not take them."""
    table = made["tables"][own]
    item = table["columns"][column]
    before = kinds.family(made, item)
    was_enum = item["type"]
    item["type"] = code
    after = kinds.family(made, item)
    if item["identity"] is not None and after != "number":
        item["identity"] = None
    if item["sequence"] and code != "Integer":
        item.update(sequence=None, default=None)
    if before != after or was_enum.startswith(("enum:", "list:")):
        if item["default"] is not None and item["default"] not in kinds.defaults(made, item, database):
            item["default"] = drawing_parts.default(made, rng, database, item)
        _without_texts(made, own, column, keeps=was_enum == code)
    elif item["default"] is not None and not kinds.defaults(made, item, database):
        item["default"] = None
    if not kinds.is_indexable(made, item, database) or after in ("json", "search", "range", "list"):
        for part in ("unique", "indexes", "excludes"):
            for one in [one for one, it in table[part].items() if column in columns_of(part, it)]:
                del table[part][one]
    if after != "range":
        for one in [one for one, it in table["excludes"].items() if column in columns_of("excludes", it)]:
            del table["excludes"][one]


def _without_texts(made: Json, own: str, column: str, *, keeps: bool) -> None:
    """Take away what says something of a column that its new type does not take."""
    table = made["tables"][own]
    item = table["columns"][column]
    fine = [shape.format(f"{{{column}}}") for shape in kinds.conditions(made, item)]
    for one in [one for one, it in table["checks"].items() if column in named(it["sql"])]:
        if not keeps and table["checks"][one]["sql"] not in fine:
            del table["checks"][one]
    for it in table["indexes"].values():
        if column in named(it["where"] or "") and it["where"] not in fine:
            it["where"] = None
        if it["elements"][0].startswith("(") and column in named(it["elements"][0]):
            it["elements"][0] = f"{{{column}}}"
    for one in [one for one, it in table["columns"].items() if column in named(it["computed"] or "")]:
        without_column(made, own, one)
    for view in made["views"].values():
        if f"{own}.{column}" in named(view["sql"].partition(" WHERE ")[2]):
            view["sql"] = view["sql"].partition(" WHERE ")[0]


def change_type(made: Json, rng: random.Random, database: str, own: str) -> None:
    """Another type, mostly of the same family."""
    column = _a_column(made, rng, own)
    if column is None:
        return
    item = made["tables"][own]["columns"][column]
    if item["computed"]:
        return
    code = drawing_parts.kind(made, rng, database)
    if rng.random() < 0.75:
        own_family = kinds.family(made, item)
        if own_family == "enum":
            code = rng.choice(["String(20)", "Text()", *(f"enum:{one}" for one in made["enums"])])
        else:
            codes = [kind.code for kind in kinds.OF[database] if kind.family == own_family]
            codes += [f"enum:{one}" for one in made["enums"]] if own_family == "text" else []
            code = rng.choice(codes or [code])
    retype(made, rng, database, own, column, code)


def change_key_type(made: Json, rng: random.Random, database: str, own: str) -> None:
    """Another whole number for a key, and for everything that refers to it."""
    table = made["tables"][own]
    if not table["key"]["columns"]:
        return
    column = table["key"]["columns"][0]
    if table["columns"][column]["type"] not in kinds.NUMBERED:
        return
    code = rng.choice(_SAME)
    left, seen = [(own, column)], set()
    while left:
        one = left.pop()
        if one in seen:
            continue
        seen.add(one)
        made["tables"][one[0]]["columns"][one[1]]["type"] = code
        for other_id, other in made["tables"].items():
            for key in other["keys"].values():
                for mine, target in zip(key["columns"], key["targets"], strict=True):
                    if (key["table"], target) == one:
                        left.append((other_id, mine))
                    if (other_id, mine) == one:
                        left.append((key["table"], target))
    for own_id, column_id in seen:
        item = made["tables"][own_id]["columns"][column_id]
        if item["identity"] is not None and code == "SmallInteger":
            item["identity"] = {}


def change_nullable(made: Json, rng: random.Random, database: str, own: str) -> None:
    """A column takes null from now on, or does not."""
    column = _a_column(made, rng, own)
    if column is not None and made["tables"][own]["columns"][column]["identity"] is None:
        item = made["tables"][own]["columns"][column]
        item["nullable"] = not item["nullable"]


def change_default(made: Json, rng: random.Random, database: str, own: str) -> None:
    """Another server default."""
    column = _a_column(made, rng, own)
    if column is None:
        return
    item = made["tables"][own]["columns"][column]
    if item["computed"] or item["identity"] is not None:
        return
    item["default"] = rng.choice([None, drawing_parts.default(made, rng, database, item)])


def change_comment(made: Json, rng: random.Random, database: str, own: str) -> None:
    """Another comment."""
    column = rng.choice(list(made["tables"][own]["columns"]))
    made["tables"][own]["columns"][column]["comment"] = rng.choice([None, "something: it's %s", "b"])


def change_computed(made: Json, rng: random.Random, database: str, own: str) -> None:
    """Another expression, or none any more."""
    table = made["tables"][own]
    columns = [one for one, item in table["columns"].items() if item["computed"]]
    if not columns:
        return
    item = table["columns"][rng.choice(columns)]
    if rng.random() < 0.3:
        item.update(computed=None, persisted=None)
        return
    (source,) = named(item["computed"])
    shapes = kinds.expressions(made, table["columns"][source])
    if rng.random() < 0.7 and shapes:
        item["computed"] = rng.choice(shapes).format(f"{{{source}}}")


def change_numbering(made: Json, rng: random.Random, database: str, own: str) -> None:
    """SERIAL to an identity, to a sequence, to nothing, and back; an identity gets other options."""
    table = made["tables"][own]
    if database == "sqlite":
        return
    column = table["key"]["columns"][0] if len(table["key"]["columns"]) == 1 else None
    if column is None or table["columns"][column]["type"] not in kinds.NUMBERED:
        return
    item = table["columns"][column]
    if any(column in key["columns"] for key in table["keys"].values()):
        return
    ways = (
        ["serial", "off", "sequence"]
        if database == "mariadb"
        else ["serial", "identity", "identity", "off", "sequence"]
    )
    way = rng.choice(ways)
    item.update(identity=None, sequence=None, autoincrement=None, default=None)
    if way == "identity":
        item["identity"] = drawing_parts.identity(rng)
    elif way == "off":
        item["autoincrement"] = False
    elif way == "sequence" and made["sequences"]:
        item["sequence"] = rng.choice(list(made["sequences"]))


def rename_column(made: Json, rng: random.Random, database: str, own: str) -> None:
    """Another name."""
    table = made["tables"][own]
    item = table["columns"][rng.choice(list(table["columns"]))]
    taken = {one["name"].lower() for one in table["columns"].values()}
    name = f"{item['name']}_new" if rng.random() < 0.7 else drawing_parts.column_name(table, rng)
    if name.lower() not in taken:
        item["name"] = name


def _a_part(made: Json, rng: random.Random, own: str) -> tuple[str, str] | None:
    found = [(part, one) for part in PARTS for one in made["tables"][own][part]]
    return rng.choice(found) if found else None


def without_keys_to(made: Json, own: str, targets: list[str]) -> None:
    """Take foreign keys away that refer to what is no key any more."""
    for table in made["tables"].values():
        for one in [
            one
            for one, key in table["keys"].items()
            if key["table"] == own and sorted(key["targets"]) == sorted(targets)
        ]:
            del table["keys"][one]


def drop_part(made: Json, rng: random.Random, database: str, own: str) -> None:
    """A constraint or an index goes."""
    found = _a_part(made, rng, own)
    if found is not None:
        part, one = found
        if part == "unique":
            without_keys_to(made, own, made["tables"][own]["unique"][one]["columns"])
        del made["tables"][own][part][one]


def change_part(made: Json, rng: random.Random, database: str, own: str) -> None:
    """A constraint or an index gets another name, or says something else."""
    found = _a_part(made, rng, own)
    if found is None:
        return
    part, one = found
    table = made["tables"][own]
    item = table[part][one]
    if rng.random() < 0.4:
        bare = part != "indexes" and rng.random() < 0.3
        item["name"] = (
            None if bare else free_name(made, (item["name"] or f"{part}_{table['name']}") + "_new", rng)
        )
    elif part == "checks":
        item["sql"] = drawing_parts.condition(made, rng, database, own) or item["sql"]
    elif part == "keys":
        nullable = all(table["columns"][column]["nullable"] for column in item["columns"])
        item["options"] = drawing_parts.key_options(rng, database, nullable=nullable)
    elif part == "indexes":
        way = rng.choice(["unique", "where", "order"])
        if way == "unique" and item["using"] is None:
            item["unique"] = not item["unique"]
        elif way == "where" and database != "mariadb":
            item["where"] = None if item["where"] else drawing_parts.condition(made, rng, database, own)
        else:
            item["elements"].reverse()
    elif part == "unique":
        without_keys_to(made, own, list(item["columns"]))
        item["columns"].reverse()


def change_enum(made: Json, rng: random.Random, database: str) -> None:
    """Values come, go, change place and name; the type gets another name."""
    if not made["enums"]:
        return
    own = rng.choice(list(made["enums"]))
    enum = made["enums"][own]
    values = list(enum["values"])
    way = rng.choice(["add", "add", "drop", "drop", "order", "rename", "rename-type", "native"])
    if way == "add":
        enum["values"].insert(rng.randrange(len(values) + 1), f"more{rng.randrange(9)}")
    elif way == "drop" and len(values) > 2:
        _value_goes(made, rng, database, own, rng.choice(values))
    elif way == "order":
        rng.shuffle(enum["values"])
    elif way == "rename":
        old = rng.choice(values)
        new = f"{old}_new" if rng.random() < 0.5 else f"other{rng.randrange(9)}"
        if new not in values:
            enum["values"][values.index(old)] = new
            _replace(made, own, old, new)
    elif way == "rename-type":
        enum["name"] = free_name(made, enum["name"] + "_new", rng)
    elif way == "native":
        enum["native"] = not enum["native"]
        enum["schema"] = None
        enum["check"] = not enum["native"] and rng.random() < 0.5
        for table in made["tables"].values():
            for item in table["columns"].values():
                if item["type"] == f"list:{own}":
                    item["type"] = f"enum:{own}"
                    item["default"] = None
    if len(set(enum["values"])) != len(enum["values"]):
        enum["values"] = values


def _value_goes(made: Json, rng: random.Random, database: str, own: str, value: str) -> None:
    made["enums"][own]["values"].remove(value)
    _replace(made, own, value, made["enums"][own]["values"][0])


def _replace(made: Json, own: str, old: str, new: str) -> None:
    """Say another value wherever the texts say one."""
    before, after = (f"'{one.replace(chr(39), chr(39) * 2)}'" for one in (old, new))
    for table_id, table in made["tables"].items():
        columns = [one for one, item in table["columns"].items() if item["type"] == f"enum:{own}"]
        for column in columns:
            item = table["columns"][column]
            if item["default"] in (repr(old), before):
                item["default"] = repr(new)
            for check in table["checks"].values():
                if column in named(check["sql"]):
                    check["sql"] = check["sql"].replace(before, after)
            for index in table["indexes"].values():
                if index["where"] and column in named(index["where"]):
                    index["where"] = index["where"].replace(before, after)
            for view in made["views"].values():
                if f"{table_id}.{column}" in named(view["sql"]):
                    view["sql"] = view["sql"].replace(before, after)
