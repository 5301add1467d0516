"""How a value of PostgreSQL becomes one of another type, where `ALTER COLUMN … TYPE` must be told.

What has no cast of its own (`pg_cast` of PostgreSQL 18) is written as a text and read again, which is right or fails,
row by row.
"""

_NUMBERS = frozenset({"smallint", "integer", "bigint", "numeric", "real", "double precision"})
_MOMENTS = frozenset({"date", "timestamp", "timestamptz"})

#: Casts beside those among numbers, and from and to texts.
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
    """A type without its length, in one of its names."""
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
    """Whether one type is cast to another as it is."""
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
    """Whether PostgreSQL casts a stored value without being told how."""
    one, other = base_type(before), base_type(after)
    if "[]" in before + after:
        return False
    if other in ("varchar", "char", "text", "character", "character varying"):
        return True  # everything can become a text
    return (
        one == other
        or {one, other} <= _NUMBERS
        or {one, other} <= _MOMENTS
        or {one, other} == {"json", "jsonb"}
    )
