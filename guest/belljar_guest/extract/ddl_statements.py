"""Splits a DDL text into statements, and finds the kind and name of what each creates.

It is not a parser of SQL: it reads only up to the name of the created object, and the query of a view. Any other
statement is kept as a piece of DDL with its text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

#: A part of a name in any quoting style; it may contain the mark of a stand-in, or a placeholder for a table's name.
_PART = r'(?:"(?:[^"]|"")*"|`[^`]+`|\[[^\]]+\]|(?:⟪[^⟫]*⟫|%\(\w+\)s|[\w$#@])+)'
_NAME = rf"{_PART}(?:\s*\.\s*{_PART})*"
_EXISTS = r"(?:IF\s+NOT\s+EXISTS\s+)?"

#: Keywords between `CREATE` and the kind of object.
_FLAGS = r"""(?:(?:OR\s+REPLACE|OR\s+ALTER|GLOBAL|LOCAL|TEMP|TEMPORARY|UNLOGGED|UNIQUE|FULLTEXT|SPATIAL|CLUSTERED
    |NONCLUSTERED|CONSTRAINT|RECURSIVE|MATERIALIZED|FORCE|NO\s+FORCE|EDITIONABLE|NONEDITIONABLE|TRUSTED
    |ALGORITHM\s*=\s*\w+|DEFINER\s*=\s*\S+|SQL\s+SECURITY\s+\w+)\s+)*"""

_VIEW = re.compile(
    rf"""CREATE\s+(?P<flags>{_FLAGS})VIEW\s+(?P<exists>{_EXISTS})(?P<name>{_NAME})
    \s*(?P<columns>\([^()]*\))?(?P<clauses>.*?)\bAS\b\s*(?P<query>.+)""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_WITH_DATA = re.compile(r"\s+WITH\s+(?P<no>NO\s+)?DATA\s*$", re.IGNORECASE)

#: By kind, the beginning of a statement; `on` is the table that the object belongs to.
_MADE = {
    kind: re.compile(rf"CREATE\s+{_FLAGS}{pattern}", re.IGNORECASE | re.DOTALL | re.VERBOSE)
    for kind, pattern in {
        "function": rf"(?:FUNCTION|AGGREGATE)\s+{_EXISTS}(?P<name>{_NAME})\s*(?=\()",
        "procedure": rf"PROCEDURE\s+{_EXISTS}(?P<name>{_NAME})",
        "event_trigger": rf"EVENT\s+TRIGGER\s+(?P<name>{_NAME})",
        "trigger": rf"TRIGGER\s+{_EXISTS}(?P<name>{_NAME})\s.*?\bON\s+(?P<on>{_NAME})",
        "policy": rf"POLICY\s+(?P<name>{_NAME})\s+ON\s+(?P<on>{_NAME})",
        "extension": rf"EXTENSION\s+{_EXISTS}(?P<name>{_NAME})(?:\s+WITH)?(?:\s+SCHEMA\s+(?P<in>{_PART}))?",
        "schema": rf"SCHEMA\s+{_EXISTS}(?P<name>{_NAME})",
        "sequence": rf"SEQUENCE\s+{_EXISTS}(?P<name>{_NAME})",
        "type": rf"TYPE\s+(?P<name>{_NAME})",
        "domain": rf"DOMAIN\s+(?P<name>{_NAME})",
        "index": rf"INDEX\s+(?:CONCURRENTLY\s+)?{_EXISTS}(?P<name>(?!ON\s){_NAME})?\s*"
        rf"\bON\s+(?:ONLY\s+)?(?P<on>{_NAME})",
        "table": rf"TABLE\s+{_EXISTS}(?P<name>{_NAME})",
        "rule": rf"RULE\s+(?P<name>{_NAME})\s+AS\s+ON\s+\w+\s+TO\s+(?P<on>{_NAME})",
    }.items()
}
_GRANT = re.compile(
    rf"(?:GRANT|REVOKE)\s.*?\bON\s+(?:TABLE\s+)?(?P<on>{_NAME})\s+(?:TO|FROM)\s+{_PART}",
    re.IGNORECASE | re.DOTALL,
)
_ALTER = re.compile(
    rf"ALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?(?P<on>{_NAME})|COMMENT\s+ON\s+TABLE\s+(?P<of>{_NAME})",
    re.IGNORECASE,
)

_DROP = re.compile(r"DROP\b", re.IGNORECASE)

#: Statements that change no schema: data, and settings of a session.
_DATA = re.compile(
    r"(?:INSERT|UPDATE|DELETE|MERGE|REPLACE|TRUNCATE|PRAGMA|SET|BEGIN|COMMIT|VACUUM|ANALYZE)\b", re.IGNORECASE
)

#: Text that is not code: quoted, dollar-quoted, or a comment.
_OPAQUE = re.compile(
    r"""'(?:[^'\\]|''|\\.)*'|"[^"]*"|`[^`]*`|(?P<tag>\$\w*\$).*?(?P=tag)|--[^\n]*|/\*.*?\*/""", re.DOTALL
)
_WORD = re.compile(r"\w+|;|\s+|.", re.DOTALL)

#: The length of a statement's beginning that serves as its name if it has no other.
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class MadeObject:
    """An object that a statement creates. `text` is the query of a view, and the statement of anything else."""

    kind: str
    schema: str | None
    name: str
    text: str
    table: str | None = None
    columns: tuple[str, ...] = ()
    options: dict[str, str] = field(default_factory=dict)


def parse_objects(text: str) -> list[MadeObject]:
    """The objects that the statements of a text create, without statements about data."""
    found = (without_comments(statement) for statement in split_statements(text))
    return [_made(statement) for statement in found if statement and not _DATA.match(statement)]


def split_statements(text: str) -> Iterator[str]:  # noqa: C901 (one state machine)
    """The statements of a text. A body between `BEGIN` and `END` is part of its statement."""
    statement, depth, words = "", 0, [""]
    for piece, is_code in _pieces(text):
        for word in _WORD.findall(piece) if is_code else [piece]:
            if word == ";" and not depth:
                if statement.strip():
                    yield statement.strip()
                statement, words = "", [""]
                continue
            statement += word
            if not is_code or not word.strip():
                continue
            before, upper = words[-1], word.upper()
            words.append(upper)
            if "CREATE" not in words[:2] or not _HAS_BODY & set(words):
                continue
            if upper in ("BEGIN", "CASE") and before != "END":
                depth += 1
            elif before == "END" and upper not in ("IF", "LOOP", "WHILE", "REPEAT"):
                depth = max(0, depth - 1)
                if word == ";" and not depth:
                    yield statement.strip().removesuffix(";").strip()
                    statement, words = "", [""]
    if statement.strip():
        yield statement.strip()


#: Statements whose body may contain semicolons.
_HAS_BODY = {"FUNCTION", "PROCEDURE", "TRIGGER"}


def without_comments(statement: str) -> str:
    """A statement without leading comments."""
    while (found := _OPAQUE.match(statement)) and found.group().startswith(("--", "/*")):
        statement = statement[found.end() :].lstrip()
    return statement


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Pieces of a text, each with a flag for code."""
    at = 0
    for found in _OPAQUE.finditer(text):
        yield text[at : found.start()], True
        yield found.group(), False
        at = found.end()
    yield text[at:], True


def _made(statement: str) -> MadeObject:
    found = _VIEW.match(statement)
    if found:
        return _view(found)
    for kind, pattern in _MADE.items():
        found = pattern.match(statement)
        if found:
            return _object(kind, found, statement)
    if _DROP.match(statement):
        return MadeObject("drop", None, _shortened(statement), statement)
    found = _GRANT.match(statement)
    if found:
        return MadeObject("grant", None, _shortened(found.group()), statement, _table(found["on"]))
    found = _ALTER.match(statement)
    table = _table(found["on"] or found["of"]) if found else None
    return MadeObject("ddl", None, _shortened(statement), statement, table)


def _view(found: re.Match[str]) -> MadeObject:
    flags, query = found["flags"].upper(), found["query"].strip()
    schema, name = _qualified(found["name"])
    options = {}
    if re.search(r"\bOR\s+(?:REPLACE|ALTER)\b", flags):
        options["or_replace"] = "true"
    for word in ("TEMPORARY", "RECURSIVE"):
        if word in flags or (word == "TEMPORARY" and re.search(r"\bTEMP\b", flags)):
            options[word.lower()] = "true"
    if found["exists"]:
        options["if_not_exists"] = "true"
    if found["clauses"].strip():
        options["clauses"] = " ".join(found["clauses"].split())
    is_materialized = "MATERIALIZED" in flags
    with_data = _WITH_DATA.search(query) if is_materialized else None
    if with_data:
        query = query[: with_data.start()].rstrip()
        options["with_data"] = "false" if with_data["no"] else "true"
    columns = tuple(_plain(part) for part in re.findall(_PART, found["columns"] or ""))
    kind = "materialized_view" if is_materialized else "view"
    return MadeObject(kind, schema, name, query, None, columns, options)


def _object(kind: str, found: re.Match[str], statement: str) -> MadeObject:
    groups = found.groupdict()
    schema, name = _qualified(groups["name"]) if groups["name"] else (None, _shortened(statement))
    if groups.get("in"):
        schema = _plain(groups["in"])
    if kind in ("function", "procedure"):
        name += _arguments(statement[found.end() :].lstrip())
    table = _table(groups["on"]) if groups.get("on") else None
    return MadeObject("trigger" if kind == "event_trigger" else kind, schema, name, statement, table)


def _arguments(text: str) -> str:
    """The parenthesized list that a text begins with."""
    depth = 0
    for index, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if not depth:
            return " ".join(text[: index + 1].split()) if index else ""
    return ""


def _qualified(name: str) -> tuple[str | None, str]:
    parts = [_plain(part) for part in re.findall(_PART, name)]
    return ".".join(filter(None, parts[:-1])) or None, parts[-1]


def _table(name: str) -> str:
    schema, name = _qualified(name)
    return f"{schema}.{name}" if schema else name


def _plain(part: str) -> str:
    """A part of a name without its quotes."""
    if part[0] == '"':
        return part[1:-1].replace('""', '"')
    return part[1:-1] if part[0] in "`[" else part


def _shortened(statement: str) -> str:
    text = " ".join(statement.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
