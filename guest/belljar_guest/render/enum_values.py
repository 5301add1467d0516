"""Whether the values of a named type can change in place."""

from .changes import Change, Json
from .sql_texts import UnknownError
from .tables import Side


def find_type(side: Side, path: Json) -> Json:
    """The named type of a side; raises `UnknownError`."""
    for item in side.types:
        if (item["schema"], item["name"]) == (path["schema"], path["name"]):
            found: Json = item
            return found
    raise UnknownError("there is no such type")


def is_recreated(dialect: str, start: Side, end: Side, group: list[Change]) -> bool:
    """Whether a type is created again: values are removed or reordered, which PostgreSQL can't do in place."""
    if dialect != "postgresql" or any(one.subject == "type" and one.aspects != ["order"] for one in group):
        return False
    try:
        before, after = (find_type(side, group[0].path) for side in (start, end))
    except UnknownError:
        return False
    names = {one.before: one.after for one in group if one.renames}
    values = [names.get(value, value) for value in before["values"]]
    return [value for value in after["values"] if value in values] != values
