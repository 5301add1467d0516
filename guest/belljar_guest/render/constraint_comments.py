"""Comments on constraints, which PostgreSQL alone has."""

from .builder import Builder
from .changes import Change, Json, Phase
from .operations import Execute
from .sql_texts import literal, require_known, table_name

_LISTS = ("unique", "foreign_keys", "checks", "excludes")


def comments_of_table(builder: Builder, table: Json, without: list[Json]) -> list[Execute]:
    """Those on the constraints of a new table."""
    items = [table["primary_key"], *(item for kind in _LISTS for item in table[kind] if item not in without)]
    return [comment for item in items for comment in comments_of_constraint(builder, item, table)]


def comments_of_constraint(builder: Builder, item: Json, table: Json) -> list[Execute]:
    """The one on a constraint that comes: SQLAlchemy makes it for constraints with names."""
    comment = item.get("options", {}).get("comment")
    if comment is None or item["name"] is None or builder.dialect != "postgresql":
        return []
    return [Execute(_statement(item, table, literal(require_known(comment, "its comment"))))]


def change_comment_only(builder: Builder, change: Change) -> bool:
    """Change a comment, where nothing else of a constraint differs; other databases than PostgreSQL have none."""
    before, after = change.before, change.after
    if before is None or after is None or before["name"] is None or before["name"] != after["name"]:
        return False
    if _bare(before) != _bare(after) or before == after:
        return False
    if builder.dialect == "postgresql":
        table = builder.end.find_table(change.path)
        said = comments_of_constraint(builder, after, table) or [Execute(_statement(after, table, "NULL"))]
        builder.add(Phase.CREATE_CONSTRAINTS, change, said)
    return True


def _bare(item: Json) -> Json:
    options = {name: text for name, text in item.get("options", {}).items() if name != "comment"}
    return {**item, "options": options}


def _statement(item: Json, table: Json, text: str) -> str:
    name = table_name("postgresql", require_known(item["name"], "the name of a constraint"), None)
    return f"COMMENT ON CONSTRAINT {name} ON {table_name('postgresql', table['name'], table['schema'])} IS {text}"
