"""The changes of a diff's JSON, as facts."""

from collections.abc import Iterator
from typing import Any

from facts import Fact
from kinds import of_ddl

_CONSTRAINTS = {"unique", "foreign_key", "check", "exclude", "index"}
# How the aspect of a column is called here; several may say one thing.
_ASPECTS = {
    "nullable": "nullable",
    "type": "type",
    "length": "type",
    "precision": "type",
    "timezone": "type",
    "collation": "type",
    "values": "type",
    "server_default": "default",
    "sequence": "default",
    "comment": "comment",
    "computed": "computed",
    "identity": "default",
}


def changes(diff: dict[str, Any], dialect: str) -> list[Fact]:
    """What the database of `dialect` hears of."""
    facts = []
    for change in diff["changes"]:
        if change["effect"] != "database" or (change["dialects"] and dialect not in change["dialects"]):
            continue
        if change["subject"] in ("type", "enum_value") and dialect != "postgresql":
            # Other databases have them in the types of their columns.
            continue
        for fact in _facts(change):
            fact.origin = change["code"]
            unsure = change["certainty"] == "cannot_tell" or change["action"] in ("missing", "unseen")
            if unsure:
                fact.doubt = "; ".join(note["code"] for note in change["notes"]) or "unsure"
            facts.append(fact)
    return facts


def _facts(change: dict[str, Any]) -> Iterator[Fact]:
    subject, action, path = change["subject"], change["action"], change["path"]
    verb = {"missing": "drop", "unseen": "add"}.get(action, action)
    table = _qualified(path)
    before, after = (next(iter((change[side] or {"": None}).values())) for side in ("before", "after"))
    if subject == "table":
        yield from _table(change, verb, table, after)
    elif subject == "column":
        yield from _column(change, verb, table, path["part"], after)
    elif subject == "primary_key":
        yield Fact("modify", "primary_key", table)
    elif subject in _CONSTRAINTS:
        yield from _constraint(change, verb, table, before, after)
    elif subject == "enum_value":
        detail = path["part"] if verb == "rename" else None
        name = change["was"]["part"] if verb == "rename" and change["was"] else path["part"]
        yield Fact(verb, "enum_value", path["name"], name, detail=detail)
    else:
        detail = path["name"] if verb in ("rename", "move") else None
        name = change["was"]["name"] if verb in ("rename", "move") and change["was"] else path["name"]
        yield Fact(verb, subject, None, name, detail=detail)


def _qualified(path: dict[str, Any]) -> str:
    return f"{path['schema']}.{path['name']}" if path["schema"] else path["name"]


def _table(change: dict[str, Any], verb: str, table: str, after: Any) -> Iterator[Fact]:
    if verb in ("rename", "move"):
        yield Fact(verb, "table", _qualified(change["was"]) if change["was"] else None, detail=table)
    elif verb == "add":
        yield Fact("add", "table", table)
        for fact in parts(after or {}, table):
            fact.part = True
            yield fact
    elif verb == "modify":
        yield Fact("comment" if "comment" in change["aspects"] else "modify", "table", table)
    else:
        yield Fact(verb, "table", table)


def parts(after: dict[str, Any], table: str) -> Iterator[Fact]:
    """What a table of a document has."""
    for column in after.get("columns", ()):
        yield _added(table, column)
    for subject, several in (
        ("unique", "unique"),
        ("foreign_key", "foreign_keys"),
        ("index", "indexes"),
        ("check", "checks"),
    ):
        for item in after.get(several, ()):
            yield _side("add", subject, table, item)
    for item in after.get("excludes", ()):
        yield _side("add", "exclude", table, item)


def _added(table: str, column: dict[str, Any]) -> Fact:
    nullable = "null" if column["nullable"] else "not null"
    return Fact(
        "add", "column", table, column["name"], detail=nullable, kind=of_ddl(column["type"]["postgresql"])
    )


def _column(change: dict[str, Any], verb: str, table: str, name: str, after: Any) -> Iterator[Fact]:
    if verb == "add":
        yield _added(table, after)
    elif verb == "rename":
        was = change["was"]["part"] if change["was"] else None
        yield Fact("rename", "column", table, was, detail=name)
    elif verb == "modify":
        for aspect in dict.fromkeys(_ASPECTS.get(aspect, aspect) for aspect in change["aspects"]):
            detail = None
            if aspect == "nullable":
                detail = "null" if (after if isinstance(after, bool) else after["nullable"]) else "not null"
            yield Fact(aspect, "column", table, name, detail=detail)
    else:
        yield Fact(verb, "column", table, name)


def _constraint(change: dict[str, Any], verb: str, table: str, before: Any, after: Any) -> Iterator[Fact]:
    subject = change["subject"]
    if verb in ("modify", "rename", "move"):
        if isinstance(before, dict) and isinstance(after, dict):
            yield _side("drop", subject, table, before)
            yield _side("add", subject, table, after)
        else:
            # One aspect alone has a text or a switch for a value.
            was = change["was"]["part"] if change["was"] else change["path"]["part"]
            yield Fact("drop", subject, table, was)
            yield Fact("add", subject, table, change["path"]["part"])
    else:
        item = after if verb == "add" else before
        yield _side(
            verb, subject, table, item if isinstance(item, dict) else {"name": change["path"]["part"]}
        )


def _side(verb: str, subject: str, table: str, item: dict[str, Any]) -> Fact:
    columns = item.get("columns")
    if subject == "index":
        subject = "unique" if item.get("unique") and verb == "add" else "index"
        columns = [
            element.get("column") or element.get("sql") for element in item.get("elements") or ()
        ] or columns
    detail = None
    if subject == "foreign_key" and item.get("targets"):
        detail = item["targets"][0].rpartition(".")[0]
    return Fact(verb, subject, table, item.get("name"), tuple(columns) if columns else None, detail=detail)
