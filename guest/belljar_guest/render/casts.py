"""How PostgreSQL converts a value to another type, where `ALTER COLUMN … TYPE` needs a `USING` clause.

A conversion without a cast of its own (`pg_cast` of PostgreSQL 18) goes through text, which either works or fails, row
by row.
"""

_NUMBERS = frozenset({"smallint", "integer", "bigint", "numeric", "real", "double precision"})
_MOMENTS = frozenset({"date", "timestamp", "timestamptz"})

#: Casts other than those between numbers and those from and to text types.
_DIRECT = {
    "integer": {"boolean", "bit", "bytea", "money", "oid"},
    "bigint": {"bit", "bytea", "money", "oid"},
    "smallint": {"bytea", "oid"},
    "numeric": {"money"},
    "money": {"numeric"},
    "boolean": {"integer"},
    "bit": {"bigint", "integer", "bit varying"},
    "bit varying": {"bit"},
    "bytea": {"bigint", "smallint", "integer"},
    "cidr": {"inet"},
    "inet": {"cidr"},
    "date": {"timestamp", "timestamptz"},
    "timestamp": {"date", "time", "timestamptz"},
    "timestamptz": {"date", "time", "timestamp", "timetz"},
    "time": {"interval", "timetz"},
    "timetz": {"time"},
    "interval": {"time"},
    "json": {"jsonb"},
    "jsonb": {"json", "boolean", *_NUMBERS},
    "macaddr": {"macaddr8"},
    "macaddr8": {"macaddr"},
    "oid": {"bigint", "integer"},
}

_TEXTS = frozenset({"varchar", "char", "text", "character", "character varying", "citext", "name", "xml"})

_OTHER_NAMES = {
    "int": "integer",
    "decimal": "numeric",
    "double": "double precision",
    "float": "double precision",
}


def base_type(text: str) -> str:
    """The name of a type without its length, normalized to one of its synonyms."""
    lowered = text.lower()
    name = lowered.partition("(")[0].strip()
    if name.startswith(("timestamp", "time")) and not name.startswith("timetz"):
        base = "timestamp" if name.startswith("timestamp") else "time"
        return f"{base}tz" if "with time zone" in lowered and "without" not in lowered else base
    if name.startswith("interval"):
        return "interval"
    name = name.partition(" collate")[0]
    return _OTHER_NAMES.get(name, name)


def is_direct(before: str, after: str) -> bool:
    """Whether PostgreSQL has a direct cast from one type to another."""
    one, other = base_type(before), base_type(after)
    are_lists = ["[]" in text for text in (before, after)]
    if any(are_lists):
        if all(are_lists):
            return is_direct(before.replace("[]", ""), after.replace("[]", ""))
        return (other if are_lists[0] else one) in _TEXTS
    if one == other or one in _TEXTS or other in _TEXTS or {one, other} <= _NUMBERS:
        return True
    return other in _DIRECT.get(one, ())


def is_implicit(before: str, after: str) -> bool:
    """Whether PostgreSQL casts stored values without a `USING` clause."""
    one, other = base_type(before), base_type(after)
    if "[]" in before + after:
        return False
    if other in ("varchar", "char", "text", "character", "character varying"):
        return True  # every type converts to text
    return (
        one == other
        or {one, other} <= _NUMBERS
        or {one, other} <= _MOMENTS
        or {one, other} == {"json", "jsonb"}
    )
