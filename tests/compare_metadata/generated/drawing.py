"""A schema by chance."""

import random

from . import drawing_parts as parts
from . import kinds
from .kinds import Json
from .schema import free_name, named, new_id
from .settling import settle

#: Names of tables and columns; some of them want quotes.
TABLES = "items orders people Teams notes events order tags users_2 things".split()
COLUMNS = "a b c d amount title state Kind group born note_text up score code".split()


def schema(rng: random.Random, database: str) -> Json:
    """A whole schema."""
    made: Json = {
        "last": 0,
        "convention": rng.random() < 0.15,
        "enums": {},
        "domains": {},
        "sequences": {},
        "tables": {},
        "views": {},
        "triggers": {},
    }
    if database == "postgresql" and rng.random() < 0.15:
        add_domain(made, rng, database)
    for _ in range(rng.choice([0, 1, 1, 2])):
        add_enum(made, rng, database)
    for _ in range(rng.choice([0, 0, 1]) if database != "sqlite" else 0):
        add_sequence(made, rng, database)
    for _ in range(rng.choice([1, 2, 2, 3, 4])):
        add_table(made, rng, database)
    for _ in range(rng.choice([0, 1, 2, 3])):
        own = rng.choice(list(made["tables"]))
        parts.add_key(made, rng, database, own)
    for _ in range(rng.choice([0, 1, 1, 2])):
        add_view(made, rng, database)
    if rng.random() < 0.3:
        add_trigger(made, rng, database)
    settle(made, database)
    return made


def place(rng: random.Random, database: str) -> str | None:
    """A schema of the database, which most things do not name."""
    return "extra" if database == "postgresql" and rng.random() < 0.1 else None


def add_enum(made: Json, rng: random.Random, database: str) -> str:
    """An enumeration, of which SQLAlchemy makes a type or a check."""
    own = new_id(made, "e")
    native = rng.random() < 0.8
    made["enums"][own] = {
        "name": free_name(made, rng.choice(["st", "kind", "Level"]), rng),
        "schema": place(rng, database) if native else None,
        "values": rng.sample(["new", "open", "done", "it's", "x y", "gone"], rng.randrange(2, 5)),
        "native": native,
        "check": not native and rng.random() < 0.5,
        "whole": rng.random() < 0.3,
    }
    return own


def add_domain(made: Json, rng: random.Random, database: str) -> None:
    """A domain."""
    if database == "postgresql":
        made["domains"][new_id(made, "d")] = {
            "name": free_name(made, rng.choice(["positive", "Short"]), rng),
            "schema": place(rng, database),
            "type": rng.choice(["Integer", "String(10)"]),
            "check": rng.choice([None, "VALUE IS NOT NULL"]),
        }


def add_trigger(made: Json, rng: random.Random, database: str) -> None:
    """A trigger that speaks of a column."""
    own = rng.choice(list(made["tables"]))
    table = made["tables"][own]
    columns = [one for one, item in table["columns"].items() if not item["computed"]]
    if columns:
        made["triggers"][new_id(made, "r")] = {
            "name": free_name(made, rng.choice(["tr_keep", "tr_seen"]), rng),
            "table": own,
            "column": rng.choice(columns),
        }


def add_sequence(made: Json, rng: random.Random, database: str) -> str:
    """A sequence."""
    own = new_id(made, "s")
    made["sequences"][own] = {
        "name": free_name(made, rng.choice(["numbers", "Counter", "seq_a"]), rng),
        "schema": place(rng, database),
        "type": rng.choice([None, None, "Integer", "BigInteger"]) if database == "postgresql" else None,
        "options": sequence_options(rng),
    }
    return own


def sequence_options(rng: random.Random) -> Json:
    """The options of a sequence."""
    options = {
        "start": rng.choice([1, 10, 100]),
        "increment": rng.choice([1, 5]),
        "minvalue": 1,
        "maxvalue": rng.choice([10000, 2000000]),
        "cycle": True,
        "cache": rng.choice([1, 20]),
    }
    return {name: value for name, value in options.items() if rng.random() < 0.35}


def add_table(made: Json, rng: random.Random, database: str) -> str:
    """A table with its key and its columns, and what is on them."""
    own = new_id(made, "t")
    table: Json = {
        "name": free_name(made, rng.choice(TABLES), rng),
        "schema": place(rng, database),
        "comment": rng.choice([None, None, "about it", "it's 100% :so"]),
        "options": {},
        "prefixes": ["UNLOGGED"] if database == "postgresql" and rng.random() < 0.05 else [],
        "columns": {},
        "key": {"columns": [], "name": None, "apart": False},
        "unique": {},
        "checks": {},
        "keys": {},
        "indexes": {},
        "excludes": {},
    }
    made["tables"][own] = table
    _key(made, rng, database, own)
    table["options"] = _options(rng, database, table)
    for _ in range(rng.choice([1, 2, 3, 4, 5])):
        parts.add_column(made, rng, database, own)
    for add, chances in (
        (parts.add_computed, 0.25),
        (parts.add_unique, 0.3),
        (parts.add_check, 0.35),
        (parts.add_index, 0.6),
        (parts.add_index, 0.3),
        (parts.add_exclude, 0.5),
    ):
        if rng.random() < chances:
            add(made, rng, database, own)
    return own


def _options(rng: random.Random, database: str, table: Json) -> Json:
    """Options of a table, which few have."""
    every: Json = {
        "postgresql": {"postgresql_with": {"fillfactor": 70}},
        "sqlite": {"sqlite_with_rowid": False} if table["key"]["columns"] else {},
        "mariadb": {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4"},
    }
    return dict(every[database]) if rng.random() < 0.1 else {}


def _key(made: Json, rng: random.Random, database: str, own: str) -> None:
    """A key that is numbered, one of two columns, one of another kind, or none."""
    table = made["tables"][own]
    shape = rng.choice(["numbered"] * 6 + ["identity", "sequence", "two", "other", "none"])
    if database == "sqlite" and shape in ("identity", "sequence"):
        shape = "numbered"
    if database == "mariadb" and shape == "identity":
        shape = "numbered"
    if shape == "none":
        return
    codes = {"two": ["Integer", "String(20)"], "other": [rng.choice(kinds.KEYS)]}.get(
        shape, [rng.choice(kinds.NUMBERED)]
    )
    names = ["id", "part"]
    for name, code in zip(names, codes, strict=False):
        column = new_id(made, "c")
        table["columns"][column] = {**parts.plain(name, code), "nullable": False}
        table["key"]["columns"].append(column)
        if shape == "identity":
            table["columns"][column]["identity"] = parts.identity(rng)
        if shape == "sequence" and made["sequences"]:
            table["columns"][column]["sequence"] = rng.choice(list(made["sequences"]))
    if shape == "two":
        rng.shuffle(table["key"]["columns"])
        table["key"]["apart"] = rng.random() < 0.6
    elif rng.random() < 0.2:
        table["key"]["apart"] = True
    if table["key"]["apart"] and rng.random() < 0.6:
        table["key"]["name"] = free_name(made, f"pk_{table['name']}", rng)


def add_view(made: Json, rng: random.Random, database: str) -> str | None:
    """A view of some columns of a table, or of another view."""
    if not made["tables"]:
        return None
    own = new_id(made, "v")
    view: Json = {
        "name": free_name(made, rng.choice(["seen", "Report", "v_all"]), rng),
        "schema": place(rng, database),
        "materialized": database == "postgresql" and rng.random() < 0.2,
        "sql": view_text(made, rng),
        "indexes": [],
    }
    columns = [one for one in named(view["sql"].partition(" FROM ")[0]) if "." in one]
    if view["materialized"] and columns and rng.random() < 0.5:
        table, _, column = columns[0].partition(".")
        if kinds.is_indexable(made, made["tables"][table]["columns"][column], database):
            view["indexes"] = [{"name": free_name(made, f"ix_{view['name']}", rng), "column": columns[0]}]
    made["views"][own] = view
    return own


def view_text(made: Json, rng: random.Random) -> str:
    """What a view selects."""
    if made["views"] and rng.random() < 0.3:
        return f"SELECT count(*) AS how_many FROM {{{rng.choice(list(made['views']))}}}"
    own = rng.choice(list(made["tables"]))
    columns = list(made["tables"][own]["columns"])
    chosen = rng.sample(columns, min(len(columns), rng.randrange(1, 4)))
    texts = [f"{{{own}}}.{{{own}.{column}}}" for column in chosen]
    condition = ""
    if rng.random() < 0.4:
        column = rng.choice(columns)
        shapes = kinds.conditions(made, made["tables"][own]["columns"][column])
        condition = f" WHERE {rng.choice(shapes).format(f'{{{own}}}.{{{own}.{column}}}')}"
    return f"SELECT {', '.join(texts)} FROM {{{own}}}{condition}"
