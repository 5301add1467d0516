"""Columns of a table and what is on them, by chance."""

import random

from . import kinds
from .kinds import Json
from .schema import free_name, new_id
from .settling import numbered

COLUMNS = "a b c d amount title state Kind group born note_text up score code".split()

_ACTIONS = ["CASCADE", "SET NULL", "RESTRICT"]


def plain(name: str, code: str) -> Json:
    """A column of which nothing is said but its type."""
    return {
        "name": name,
        "type": code,
        "nullable": True,
        "default": None,
        "computed": None,
        "persisted": None,
        "identity": None,
        "sequence": None,
        "autoincrement": None,
        "comment": None,
    }


def column_name(table: Json, rng: random.Random) -> str:
    """A name that no other column has, whatever its case."""
    taken = {column["name"].lower() for column in table["columns"].values()}
    name = rng.choice(COLUMNS)
    while name.lower() in taken:
        name = f"{rng.choice(COLUMNS)}_{rng.randrange(100)}"
    return name


def kind(made: Json, rng: random.Random, database: str) -> str:
    """A type of a column."""
    if made["enums"] and rng.random() < 0.3:
        own = rng.choice(list(made["enums"]))
        is_list = database == "postgresql" and made["enums"][own]["native"] and rng.random() < 0.1
        return f"list:{own}" if is_list else f"enum:{own}"
    if made["domains"] and rng.random() < 0.2:
        return f"domain:{rng.choice(list(made['domains']))}"
    return rng.choice(kinds.OF[database]).code


def add_column(made: Json, rng: random.Random, database: str, own: str) -> str:
    """A column."""
    table = made["tables"][own]
    column = plain(column_name(table, rng), kind(made, rng, database))
    column["nullable"] = rng.random() < 0.6
    if rng.random() < 0.4:
        column["default"] = default(made, rng, database, column)
    column["comment"] = rng.choice([None, None, None, "what it's for", "100% :x"])
    if column["type"] in ("Integer", "BigInteger") and database == "postgresql" and rng.random() < 0.08:
        column.update(default=None, nullable=False, identity=identity(rng))
    if column["type"] == "Integer" and made["sequences"] and rng.random() < 0.15:
        sequence = rng.choice(list(made["sequences"]))
        column.update(default=f"{sequence}.next_value()" if rng.random() < 0.6 else None, sequence=sequence)
    new = new_id(made, "c")
    table["columns"][new] = column
    return new


def default(made: Json, rng: random.Random, database: str, column: Json) -> str | None:
    """A server default."""
    found = kinds.defaults(made, column, database)
    return rng.choice(found) if found else None


def identity(rng: random.Random) -> Json:
    """The options of an identity."""
    options = {
        "always": True,
        "start": 10,
        "increment": 2,
        "minvalue": 1,
        "maxvalue": 30000,
        "cycle": True,
        "cache": 5,
    }
    return {name: value for name, value in options.items() if rng.random() < 0.25}


def usable(made: Json, own: str, database: str, *, stored: bool = True) -> list[str]:
    """Columns that constraints and ordinary indexes take."""
    return [
        column
        for column, item in made["tables"][own]["columns"].items()
        if kinds.is_indexable(made, item, database)
        and not (stored and item["computed"] and not item["persisted"])
    ]


def add_computed(made: Json, rng: random.Random, database: str, own: str) -> None:
    """A generated column."""
    table = made["tables"][own]
    sources = [
        (column, shape)
        for column, item in table["columns"].items()
        if not item["computed"]
        and not item["identity"]
        and not (database == "mariadb" and column in table["key"]["columns"])
        for shape in kinds.expressions(made, item)
    ]
    if not sources:
        return
    column, shape = rng.choice(sources)
    made_column = plain(column_name(table, rng), table["columns"][column]["type"])
    if made_column["type"].startswith(("String", "Unicode", "CHAR", "OwnText")):
        made_column["type"] = "Text()" if database != "mariadb" else "String(60)"
    elif made_column["type"] == "SmallInteger":
        made_column["type"] = "Integer"
    made_column["computed"] = shape.format(f"{{{column}}}")
    made_column["persisted"] = (
        rng.choice([True, True, None, False]) if database != "postgresql" else rng.choice([True, True, None])
    )
    table["columns"][new_id(made, "c")] = made_column


def add_unique(made: Json, rng: random.Random, database: str, own: str) -> None:
    """A unique constraint."""
    table = made["tables"][own]
    columns = [
        column
        for column in usable(made, own, database)
        if kinds.family(made, table["columns"][column]) not in ("json", "search")
    ]
    if not columns:
        return
    chosen = rng.sample(columns, min(len(columns), rng.choice([1, 1, 2])))
    # PostgreSQL makes one of two that are alike, and names it after either.
    if any(sorted(item["columns"]) == sorted(chosen) for item in table["unique"].values()):
        return
    options: Json = {}
    if database == "postgresql" and rng.random() < 0.2:
        options = rng.choice(
            [
                {"deferrable": True},
                {"deferrable": True, "initially": "DEFERRED"},
                {"postgresql_nulls_not_distinct": True},
            ]
        )
    name = free_name(made, f"uq_{table['name']}_{len(table['unique'])}", rng) if rng.random() < 0.6 else None
    table["unique"][new_id(made, "u")] = {"columns": chosen, "name": name, "options": options}


def add_check(made: Json, rng: random.Random, database: str, own: str) -> None:
    """A check."""
    text = condition(made, rng, database, own)
    if text is None:
        return
    table = made["tables"][own]
    name = free_name(made, f"ck_{table['name']}_{len(table['checks'])}", rng) if rng.random() < 0.7 else None
    table["checks"][new_id(made, "k")] = {"sql": text, "name": name, "options": {}}


def condition(made: Json, rng: random.Random, database: str, own: str) -> str | None:
    """A condition about a column of a table."""
    refused = {numbered(made["tables"][own])} if database == "mariadb" else set()
    columns = [
        (column, shape)
        for column, item in made["tables"][own]["columns"].items()
        if not (item["computed"] and not item["persisted"]) and column not in refused
        for shape in kinds.conditions(made, item)
    ]
    if not columns:
        return None
    column, shape = rng.choice(columns)
    return shape.format(f"{{{column}}}")


def add_index(made: Json, rng: random.Random, database: str, own: str) -> None:
    """An index: plain, unique, partial, on an expression, of another kind."""
    table = made["tables"][own]
    columns = usable(made, own, database)
    if not columns:
        return
    chosen = rng.sample(columns, min(len(columns), rng.choice([1, 1, 2])))
    index: Json = {
        "name": free_name(made, f"ix_{table['name']}_{len(table['indexes'])}", rng),
        "elements": [f"{{{column}}}" for column in chosen],
        "unique": rng.random() < 0.2,
        "where": None,
        "include": [],
        "using": None,
    }
    families = {kinds.family(made, table["columns"][column]) for column in chosen}
    if families & {"json", "search", "range", "list"} and database == "postgresql":
        if families <= {"list"} or families == {"json"}:
            if families == {"json"} and any(
                table["columns"][column]["type"] == "JSON()" for column in chosen
            ):
                return
            index.update(using="gin", unique=False, elements=index["elements"][:1])
            if any(table["columns"][column]["type"].startswith("list:") for column in chosen):
                index["using"] = None
        elif "search" in families:
            return
    _shape(made, rng, database, own, index)
    table["indexes"][new_id(made, "i")] = index


def _shape(made: Json, rng: random.Random, database: str, own: str, index: Json) -> None:
    table = made["tables"][own]
    first = index["elements"][0].strip("{}")
    shapes = kinds.expressions(made, table["columns"][first])
    if shapes and rng.random() < 0.25 and database != "mariadb" and index["using"] is None:
        index["elements"][0] = f"({rng.choice(shapes).format(f'{{{first}}}')})"
    elif rng.random() < 0.15 and index["using"] is None:
        index["elements"][-1] = f"{index['elements'][-1]} DESC"
    if database in ("postgresql", "sqlite") and rng.random() < 0.35:
        index["where"] = condition(made, rng, database, own)
    if database == "postgresql" and rng.random() < 0.15 and index["using"] is None:
        others = [column for column in table["columns"] if f"{{{column}}}" not in index["elements"]]
        others = [column for column in others if not table["columns"][column]["computed"]]
        index["include"] = others[:1]
    elif database == "postgresql" and rng.random() < 0.1 and index["using"] is None:
        is_bits = table["columns"][first]["type"] == "postgresql.BIT(4)"
        if len(index["elements"]) == 1 and "DESC" not in index["elements"][0] and not is_bits:
            index.update(using="hash", unique=False)


def add_exclude(made: Json, rng: random.Random, database: str, own: str) -> None:
    """An exclusion."""
    table = made["tables"][own]
    ranges = [column for column, item in table["columns"].items() if kinds.family(made, item) == "range"]
    if database != "postgresql" or not ranges:
        return
    column = rng.choice(ranges)
    if any(column in item["columns"] for item in table["excludes"].values()):
        return
    name = (
        free_name(made, f"ex_{table['name']}_{len(table['excludes'])}", rng) if rng.random() < 0.7 else None
    )
    table["excludes"][new_id(made, "x")] = {
        "columns": [column],
        "sql": f"{{{column}}}",
        "operator": "&&",
        "name": name,
        "options": {},
    }


def add_key(made: Json, rng: random.Random, database: str, own: str) -> None:
    """A foreign key to what is unique in a table, its own among them."""
    target_id = rng.choice(list(made["tables"]))
    target, table = made["tables"][target_id], made["tables"][own]
    wanted = [
        target["key"]["columns"],
        *(item["columns"] for item in target["unique"].values() if "deferrable" not in item["options"]),
    ]
    # PostgreSQL can't check a key of arrays that comes later: "cannot determine element type".
    lists = {one for one, item in target["columns"].items() if kinds.family(made, item) == "list"}
    wanted = [columns for columns in wanted if columns and not lists & set(columns)]
    if not wanted:
        return
    targets = rng.choice(wanted)
    columns = []
    for one in targets:
        refers = target["columns"][one]
        if refers["computed"]:
            return
        column = plain(f"{target['name']}_{refers['name']}".lower(), refers["type"])
        while column["name"].lower() in {item["name"].lower() for item in table["columns"].values()}:
            column["name"] += "_2"
        column["nullable"] = rng.random() < 0.7
        new = new_id(made, "c")
        table["columns"][new] = column
        columns.append(new)
    nullable = all(table["columns"][column]["nullable"] for column in columns)
    table["keys"][new_id(made, "f")] = {
        "columns": columns,
        "table": target_id,
        "targets": list(targets),
        "name": free_name(made, f"fk_{table['name']}_{len(table['keys'])}", rng)
        if rng.random() < 0.6
        else None,
        "options": key_options(rng, database, nullable=nullable),
    }


def key_options(rng: random.Random, database: str, *, nullable: bool) -> Json:
    """What happens to rows, and when a key is looked at."""
    options: Json = {}
    if rng.random() < 0.35:
        action = rng.choice(_ACTIONS)
        options["ondelete"] = "CASCADE" if action == "SET NULL" and not nullable else action
    if rng.random() < 0.1:
        options["onupdate"] = "CASCADE"
    if database != "mariadb" and rng.random() < 0.2:
        options["deferrable"] = True
        options["initially"] = rng.choice(["DEFERRED", "IMMEDIATE"])
    if rng.random() < 0.3:
        options["use_alter"] = True
    return options
