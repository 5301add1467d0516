"""Comments on constraints, which only PostgreSQL supports."""

from .builder import Builder
from .changes import Change, Json, Phase
from .operations import Execute
from .sql_texts import literal, require_known, table_name

_LISTS = ("unique", "foreign_keys", "checks", "excludes")


def comments_of_table(builder: Builder, table: Json, without: list[Json]) -> list[Execute]:
    """The comments on the constraints of a new table."""
    items = [table["primary_key"], *(item for kind in _LISTS for item in table[kind] if item not in without)]
    return [comment for item in items for comment in comments_of_constraint(builder, item, table)]


def comments_of_constraint(builder: Builder, item: Json, table: Json) -> list[Execute]:
    """The comment on a new constraint; like SQLAlchemy, only for constraints with a name."""
    comment = item.get("options", {}).get("comment")
    if comment is None or item["name"] is None or builder.dialect != "postgresql":
        return []
    return [Execute(_statement(item, table, literal(require_known(comment, "its comment"))))]


def change_comment_only(builder: Builder, change: Change) -> bool:
    """Change the comment if nothing else of a constraint differs; returns whether that is so."""
    before, after = change.before, change.after
    if before is None or after is None or before["name"] is None or before["name"] != after["name"]:
        return False
    if _without_comment(before) != _without_comment(after) or before == after:
        return False
    if builder.dialect == "postgresql":
        table = builder.end.find_table(change.path)
        comments = comments_of_constraint(builder, after, table) or [
            Execute(_statement(after, table, "NULL"))
        ]
        builder.add(Phase.CREATE_CONSTRAINTS, change, comments)
    return True


def _without_comment(item: Json) -> Json:
    options = {name: text for name, text in item.get("options", {}).items() if name != "comment"}
    return {**item, "options": options}


def _statement(item: Json, table: Json, text: str) -> str:
    name = table_name("postgresql", require_known(item["name"], "the name of a constraint"), None)
    return f"COMMENT ON CONSTRAINT {name} ON {table_name('postgresql', table['name'], table['schema'])} IS {text}"
