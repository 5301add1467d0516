"""What MariaDB takes: a schema by chance has things that each are right, and together are refused."""

from collections import Counter
from collections.abc import Iterator

from . import kinds
from .kinds import Json
from .schema import columns_of, named


def settle(made: Json, database: str) -> None:
    """Change what is refused, as little as can be."""
    if database != "mariadb":
        return
    for enum_id in [one for table in made["tables"].values() for one in _checked_twice(made, table)]:
        made["enums"][enum_id]["check"] = False
    for table in made["tables"].values():
        _columns(table)
        for own in [own for own, check in table["checks"].items() if _is_numbered(table, check["sql"])]:
            del table["checks"][own]
        for key in table["keys"].values():
            _key(made, table, key)


def numbered(table: Json) -> str | None:
    """The column of which SQLAlchemy makes one with AUTO_INCREMENT: no check and no computed column may read it."""
    columns = table["key"]["columns"]
    if len(columns) != 1 or any(columns[0] in key["columns"] for key in table["keys"].values()):
        return None
    item = table["columns"][columns[0]]
    is_other = item["default"] is not None or item["computed"] or item["autoincrement"] is False
    return None if is_other or item["type"] not in _WHOLE else str(columns[0])


_WHOLE = frozenset(
    code
    for code in (*kinds.NUMBERED, *(kind.code for kind in kinds.OF["mariadb"] if kind.family == "number"))
    if "Integer" in code or "INT" in code or code == "OwnNumber()"
)


def _is_numbered(table: Json, text: str) -> bool:
    return numbered(table) in named(text)


def _checked_twice(made: Json, table: Json) -> Iterator[str]:
    """Enumerations whose check has its name twice in a table."""
    count = Counter(item["type"].partition(":")[2] for item in table["columns"].values())
    yield from (own for own, enum in made["enums"].items() if enum["check"] and count[own] > 1)


def _columns(table: Json) -> None:
    for own, item in table["columns"].items():
        if item["default"] and item["default"].endswith(".next_value()"):
            item["default"] = None  # the dialect `mysql` makes no sequences
        if item["computed"] is None:
            continue
        item["nullable"] = own not in table["key"]["columns"]
        (source,) = named(item["computed"])
        # An expression of a padded text is not kept in the table.
        if table["columns"][source]["type"].startswith("CHAR"):
            _not_kept(table, own)
        if _is_numbered(table, item["computed"]):
            item.update(computed=None, persisted=None)


def _not_kept(table: Json, column: str) -> None:
    """A computed column is not kept, in the table or in an index."""
    item = table["columns"][column]
    item["persisted"] = item["persisted"] and False
    for part in ("unique", "indexes"):
        for own in [own for own, one in table[part].items() if column in columns_of(part, one)]:
            del table[part][own]


def _key(made: Json, table: Json, key: Json) -> None:
    """A foreign key has the order of the key that it refers to, and sets no value that a text is about, or NULL."""
    target = made["tables"][key["table"]]
    order = target["key"]["columns"]
    if not target["key"]["apart"]:
        order = [own for own in target["columns"] if own in order]
    if sorted(order) == sorted(key["targets"]):
        pairs = dict(zip(key["targets"], key["columns"], strict=True))
        key.update(targets=list(order), columns=[pairs[own] for own in order])
    texts = [item["computed"] or "" for item in table["columns"].values() if item["persisted"]]
    texts += [check["sql"] for check in table["checks"].values()]
    is_read = bool({own for text in texts for own in named(text)} & set(key["columns"]))
    makes_null = any(
        target["columns"][there]["nullable"] and not table["columns"][here]["nullable"]
        for here, there in zip(key["columns"], key["targets"], strict=True)
        if there not in target["key"]["columns"]
    )
    if is_read and key["options"].get("ondelete") == "SET NULL":
        del key["options"]["ondelete"]
    if is_read or makes_null:
        key["options"].pop("onupdate", None)
