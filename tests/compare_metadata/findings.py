"""Which findings of Alembic have a change of the diff beside them."""

from typing import Any

Change = dict[str, Any]


def missing(found: list[tuple[Any, ...]], changes: list[Change]) -> list[str]:
    """What Alembic finds and the diff does not."""
    return [_text(item) for item in found if not any(_agree(item, change) for change in changes)]


def _text(item: tuple[Any, ...]) -> str:
    return " ".join([str(item[0]), *(str(part) for part in item[1:4])])


def _agree(item: tuple[Any, ...], change: Change) -> bool:
    kind = item[0]
    subject, action = change["subject"], change["action"]
    aspect = (change["aspects"] or [""])[0]
    tables = {change["path"]["name"], (change["was"] or change["path"])["name"]}
    if kind in ("add_table", "remove_table"):
        wanted = ("add", "rename") if kind == "add_table" else ("drop", "rename")
        return subject == "table" and action in wanted and item[1].name in tables
    if kind in ("add_column", "remove_column"):
        wanted = ("add", "rename") if kind == "add_column" else ("drop", "rename")
        parts = {change["path"]["part"], (change["was"] or change["path"])["part"]}
        # A column that is rebuilt is a change of its expression.
        return subject == "column" and action in wanted and item[2] in tables and item[3].name in parts
    if kind.startswith("modify_"):
        aspects = {
            "modify_type": ("type",),
            "modify_nullable": ("nullable",),
            "modify_default": ("server_default", "computed", "identity"),
            "modify_comment": ("comment",),
        }[kind]
        parts = {change["path"]["part"], (change["was"] or change["path"])["part"]}
        return subject == "column" and aspect in aspects and item[2] in tables and item[3] in parts
    if kind in ("add_table_comment", "remove_table_comment"):
        return subject == "table" and aspect == "comment" and item[1].name in tables
    return _of_constraint(item, subject, tables, change)


def _of_constraint(item: tuple[Any, ...], subject: str, tables: set[str], change: Change) -> bool:
    kind = item[0]
    subjects = {"index": ("index",), "constraint": ("unique",), "fk": ("foreign_key",)}[
        kind.rpartition("_")[2]
    ]
    constraint = item[1]
    if constraint.table.name not in tables:
        return False
    if subject == "table" and change["action"] in ("add", "drop", "rename"):
        return True  # with all that it has; Alembic knows no renames
    if subject == "column" and change["action"] == "rename":
        # In the names of the head it is the same.
        columns = {column.name for column in constraint.columns}
        return bool(columns & {change["path"]["part"], change["was"]["part"]})
    side = change["after"] if kind.startswith("add") else change["before"]
    # MySQL and MariaDB keep a unique constraint as an index, and Alembic tells of one that goes as such.
    as_index = subjects == ("index",) and bool(constraint.unique) and subject == "unique"
    if side is None or not (subject in subjects or as_index):
        return False
    value = next(iter(side.values()))
    if subject == "index":
        return bool(value["name"] == constraint.name)
    return bool(value["columns"] == [column.name for column in constraint.columns])
