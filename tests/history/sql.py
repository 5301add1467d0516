"""What a statement of SQL in a version file does to the schema; nothing for one that only touches data."""

import re
from collections.abc import Iterator

from facts import Fact

_NAME = r'(?:"[^"]+"|[\w]+)(?:\.(?:"[^"]+"|[\w]+))?'
_FLAGS = re.IGNORECASE | re.DOTALL


def facts_of_sql(text: str, origin: str) -> list[Fact]:
    """The facts of each statement."""
    statements = [text] if "$$" in text else text.split(";")
    facts = [fact for statement in statements for fact in _statement(statement.strip())]
    for fact in facts:
        fact.origin = origin
    return facts


def _statement(text: str) -> Iterator[Fact]:
    for pattern, make in _STATEMENTS:
        match = re.match(pattern, text, _FLAGS)
        if match:
            yield from make(match)
            return


def _clean(name: str) -> str:
    return name.replace('"', "").removeprefix("public.")


def _index(match: re.Match[str]) -> Iterator[Fact]:
    verb = "unique" if match["unique"] else "index"
    columns = tuple(part.strip().strip('"') for part in match["columns"].split(","))
    yield Fact("add", verb, _clean(match["table"]), _clean(match["name"] or "") or None, columns)


def _alter_table(match: re.Match[str]) -> Iterator[Fact]:
    table = _clean(match["table"])
    for part in re.split(r",\s*(?=(?:ADD|DROP|ALTER|RENAME)\b)", match["rest"], flags=re.IGNORECASE):
        yield from _alteration(table, part.strip())


def _alteration(table: str, text: str) -> Iterator[Fact]:
    for pattern, verb, subject in _ALTERATIONS:
        match = re.match(pattern, text, _FLAGS)
        if match:
            fact = Fact(verb, subject, table, _clean(match["name"]))
            groups = match.groupdict()
            if groups.get("new"):
                fact.detail = _clean(groups["new"])
            if groups.get("columns"):
                fact.columns = tuple(part.strip().strip('"') for part in groups["columns"].split(","))
            if "nullable" in groups:
                fact.detail = "null" if (groups["nullable"] or "").upper() == "DROP" else "not null"
            if (verb, subject) == ("add", "column"):
                fact.detail = "not null" if re.search(r"NOT\s+NULL", text, re.IGNORECASE) else "null"
            if verb == "rename" and subject == "table":
                fact.detail, fact.name = fact.name, None
            yield fact
            return


_ALTERATIONS = (
    (rf"ADD\s+CONSTRAINT\s+(?P<name>{_NAME})\s+FOREIGN\s+KEY\s*\((?P<columns>[^)]*)\)", "add", "foreign_key"),
    (rf"ADD\s+CONSTRAINT\s+(?P<name>{_NAME})\s+UNIQUE\s*\((?P<columns>[^)]*)\)", "add", "unique"),
    (rf"ADD\s+CONSTRAINT\s+(?P<name>{_NAME})\s+UNIQUE\s+USING", "using", "unique"),
    (rf"ADD\s+CONSTRAINT\s+(?P<name>{_NAME})\s+CHECK", "add", "check"),
    (rf"ADD\s+CONSTRAINT\s+(?P<name>{_NAME})\s+EXCLUDE", "add", "exclude"),
    (rf"DROP\s+CONSTRAINT\s+(?:IF\s+EXISTS\s+)?(?P<name>{_NAME})", "drop", "constraint"),
    (rf"RENAME\s+CONSTRAINT\s+(?P<name>{_NAME})\s+TO\s+(?P<new>{_NAME})", "rename", "constraint"),
    (rf"RENAME\s+TO\s+(?P<name>{_NAME})", "rename", "table"),
    (rf"RENAME\s+(?:COLUMN\s+)?(?P<name>{_NAME})\s+TO\s+(?P<new>{_NAME})", "rename", "column"),
    (rf"ALTER\s+(?:COLUMN\s+)?(?P<name>{_NAME})\s+(?P<nullable>SET|DROP)\s+NOT\s+NULL", "nullable", "column"),
    (rf"ALTER\s+(?:COLUMN\s+)?(?P<name>{_NAME})\s+(?:SET|DROP)\s+DEFAULT", "default", "column"),
    (rf"ALTER\s+(?:COLUMN\s+)?(?P<name>{_NAME})\s+(?:SET\s+DATA\s+)?TYPE", "type", "column"),
    (rf"DROP\s+(?:COLUMN\s+)?(?:IF\s+EXISTS\s+)?(?P<name>{_NAME})", "drop", "column"),
    (rf"ADD\s+(?:COLUMN\s+)?(?:IF\s+NOT\s+EXISTS\s+)?(?P<name>{_NAME})", "add", "column"),
)

_STATEMENTS = (
    (
        (
            r"CREATE\s+(?P<unique>UNIQUE\s+)?INDEX\s+(?:CONCURRENTLY\s+)?(?:IF\s+NOT\s+EXISTS\s+)?"
            rf"(?P<name>{_NAME})?\s+ON\s+(?P<table>{_NAME})\s*(?:USING\s+\w+\s*)?\((?P<columns>.*)\)"
        ),
        _index,
    ),
    (
        rf"DROP\s+INDEX\s+(?:CONCURRENTLY\s+)?(?:IF\s+EXISTS\s+)?(?P<name>{_NAME})",
        lambda match: iter([Fact("drop", "index", None, _clean(match["name"]))]),
    ),
    (
        rf"ALTER\s+INDEX\s+(?:IF\s+EXISTS\s+)?(?P<name>{_NAME})\s+RENAME\s+TO\s+(?P<new>{_NAME})",
        lambda match: iter(
            [Fact("rename", "index", None, _clean(match["name"]), detail=_clean(match["new"]))]
        ),
    ),
    (rf"ALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?(?P<table>{_NAME})\s+(?P<rest>.*)", _alter_table),
    (
        rf"ALTER\s+TYPE\s+(?P<name>{_NAME})\s+ADD\s+VALUE\s+(?:IF\s+NOT\s+EXISTS\s+)?'(?P<value>[^']*)'",
        lambda match: iter([Fact("add", "enum_value", _clean(match["name"]), match["value"])]),
    ),
    (
        rf"ALTER\s+TYPE\s+(?P<name>{_NAME})\s+RENAME\s+VALUE\s+'(?P<value>[^']*)'\s+TO\s+'(?P<new>[^']*)'",
        lambda match: iter(
            [Fact("rename", "enum_value", _clean(match["name"]), match["value"], detail=match["new"])]
        ),
    ),
    (
        rf"ALTER\s+TYPE\s+(?P<name>{_NAME})\s+RENAME\s+TO\s+(?P<new>{_NAME})",
        lambda match: iter(
            [Fact("rename", "type", None, _clean(match["name"]), detail=_clean(match["new"]))]
        ),
    ),
    (
        rf"CREATE\s+TYPE\s+(?P<name>{_NAME})\s+AS\s+ENUM",
        lambda match: iter([Fact("add", "type", None, _clean(match["name"]))]),
    ),
    (
        rf"DROP\s+TYPE\s+(?:IF\s+EXISTS\s+)?(?P<name>{_NAME})",
        lambda match: iter([Fact("drop", "type", None, _clean(match["name"]))]),
    ),
    (
        rf"CREATE\s+SEQUENCE\s+(?:IF\s+NOT\s+EXISTS\s+)?(?P<name>{_NAME})",
        lambda match: iter([Fact("add", "sequence", None, _clean(match["name"]))]),
    ),
    (
        (
            r"(?P<verb>CREATE|DROP|CREATE\s+OR\s+REPLACE)\s+(?:CONSTRAINT\s+)?"
            r"(?:FUNCTION|TRIGGER|EXTENSION|POLICY|PROCEDURE)\s+"
            rf"(?:IF\s+(?:NOT\s+)?EXISTS\s+)?(?P<name>{_NAME})"
        ),
        lambda match: iter(
            [
                Fact(
                    "drop" if match["verb"].upper() == "DROP" else "add",
                    "object",
                    None,
                    _clean(match["name"]),
                )
            ]
        ),
    ),
    (
        rf"(?P<verb>CREATE|DROP|CREATE\s+OR\s+REPLACE)\s+(?:MATERIALIZED\s+)?VIEW\s+(?:IF\s+EXISTS\s+)?(?P<name>{_NAME})",
        lambda match: iter(
            [Fact("drop" if match["verb"].upper() == "DROP" else "add", "view", None, _clean(match["name"]))]
        ),
    ),
    (
        rf"CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(?P<name>{_NAME})",
        lambda match: iter([Fact("add", "table", _clean(match["name"]))]),
    ),
    (
        rf"DROP\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?P<name>{_NAME})",
        lambda match: iter([Fact("drop", "table", _clean(match["name"]))]),
    ),
)
