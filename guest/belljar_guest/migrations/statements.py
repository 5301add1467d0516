"""Statements that a version file executes: what kind each is, and its text."""

import re
from typing import Any

from sqlalchemy import schema
from sqlalchemy.sql.elements import TextClause

#: Comments, which may hide the first word of a statement.
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)

#: Literals and quoted names, as they are; and the end of a statement.
_TOKEN = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|(\$\w*\$).*?\1|;""", re.DOTALL)


def text_of(statement: Any, dialect: Any) -> str:
    """The text of a statement; its parameters may be left in it."""
    if isinstance(statement, str):
        return statement
    if isinstance(statement, TextClause):
        return statement.text
    for options in ({"compile_kwargs": {"literal_binds": True}}, {}):
        try:
            return str(statement.compile(dialect=dialect, **options))
        except BaseException:  # a value without a literal form, or a stand-in
            continue
    return f"({type(statement).__name__})"


def is_text(statement: Any) -> bool:
    """Whether a statement is given as a text."""
    return isinstance(statement, (str, TextClause, schema.DDL))


def is_one_on_data(text: str) -> bool:
    """Whether a text is one statement that changes rows and says how many."""
    return first_words(without_comments(text), 1) in (["UPDATE"], ["DELETE"]) and len(split(text)) == 1


def split(text: str) -> list[str]:
    """The statements of a text, without comments around them."""
    parts, start = [], 0
    clean = without_comments(text)
    for found in _TOKEN.finditer(clean):
        if found[0] == ";" and found.start() >= start:
            end = _end_of_body(clean, start) or found.start()
            parts.append(clean[start:end])
            start = max(end, found.end())
    parts.append(clean[start:])
    return [part.strip() for part in parts if part.strip()]


#: The beginning of a statement whose body has statements of its own.
_WITH_BODY = re.compile(
    r"\s*CREATE\s+(?:OR\s+REPLACE\s+)?(?:DEFINER\s*=\s*\S+\s+)?(?:TEMP(?:ORARY)?\s+)?"
    r"(?:TRIGGER|FUNCTION|PROCEDURE|EVENT)\b(?=[^;]*\bBEGIN\b)",
    re.IGNORECASE,
)

_END = re.compile(r"\bEND\b(?!\s*(?:IF|CASE|LOOP|WHILE|REPEAT)\b)\s*(?=;|$)", re.IGNORECASE)


def _end_of_body(text: str, start: int) -> int:
    """The end of the statement that begins here, if it has a body: that of its last block; otherwise 0."""
    if not _WITH_BODY.match(text, start):
        return 0
    following = re.compile(r";\s*CREATE\b", re.IGNORECASE).search(text, start)
    limit = following.start() + 1 if following else len(text)
    ends = [found.end() for found in _END.finditer(text, start, limit)]
    return ends[-1] if ends else limit


def without_comments(text: str) -> str:
    """A text without its comments; what looks like one within a literal stays."""
    out, at = [], 0
    for found in re.finditer(rf"{_TOKEN.pattern}|{_COMMENT.pattern}", text, re.DOTALL):
        if _COMMENT.fullmatch(found[0]):
            out += [text[at : found.start()], " "]
            at = found.end()
    return "".join([*out, text[at:]])


def first_words(text: str, count: int = 3) -> list[str]:
    """The first words of a statement, in capitals."""
    return [word.upper() for word in re.findall(r"\w+", text)[:count]]


#: What a statement says somewhere behind its first word that changes tables: some dialects need no `;` between
#: statements, and a variable may get the text of one.
_CHANGE = re.compile(
    r"\b(?:ALTER|CREATE|DROP|RENAME)\s+(?:UNIQUE\s+)?(?:TABLE|INDEX|COLUMN|TYPE|SCHEMA)\b", re.IGNORECASE
)

#: A statement that runs another, or a text.
_RUN = re.compile(r"\bEXEC(?:UTE)?\s*(?:IMMEDIATE\b|\(|'|@|sp_)", re.IGNORECASE)

_LITERAL = re.compile(r"'(?:[^']|'')*'")


def changes_tables_within(statement: str) -> bool:
    """Whether a statement that begins like one on data, or on the session, changes tables behind that."""
    first = first_words(statement, 1)[:1]
    if first in (["GRANT"], ["REVOKE"]):
        return False
    plain = _LITERAL.sub("''", statement)
    # A literal among data is data; that of a variable may be run.
    return bool(_RUN.search(plain) or _CHANGE.search(plain if first[0] in DATA else statement))


def may_change_tables(text: str) -> bool:
    """Whether a text that may be run changes tables, or runs another text."""
    return bool(
        _CHANGE.search(text) or re.search(r"\bEXECUTE\b(?!\s+(?:FUNCTION|PROCEDURE)\b)", text, re.IGNORECASE)
    )


def creates_table_by_query(statement: str) -> bool:
    """Whether a query is one with `INTO`, which creates a table."""
    plain = _LITERAL.sub("''", statement)
    return bool(re.search(r"(?<!INSERT )(?<!MERGE )\bINTO\b(?! @)", plain, re.IGNORECASE))


#: First words of statements that don't change tables.
DATA = frozenset({"INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "COPY", "TRUNCATE", "VALUES"})
QUERIES = frozenset({"SELECT", "SHOW", "EXPLAIN", "WITH", "PRAGMA"})
SETTINGS = frozenset(
    {
        *("SET", "RESET", "BEGIN", "START", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "END", "ANALYZE"),
        *("VACUUM", "LOCK", "UNLOCK", "GRANT", "REVOKE", "REINDEX", "CLUSTER", "REFRESH", "NOTIFY", "USE"),
        *("OPTIMIZE", "CHECKPOINT", "DISCARD", "FLUSH", "DECLARE"),
    }
)

#: What `CREATE`, `ALTER` and `DROP` may name that is no part of a table.
OTHER_OBJECTS = frozenset(
    {
        *(
            "FUNCTION",
            "PROCEDURE",
            "TRIGGER",
            "VIEW",
            "EXTENSION",
            "SCHEMA",
            "POLICY",
            "ROLE",
            "USER",
            "RULE",
        ),
        *("DATABASE", "AGGREGATE", "OPERATOR", "CAST", "COLLATION", "PUBLICATION", "SUBSCRIPTION", "SERVER"),
        *("STATISTICS", "EVENT", "LANGUAGE", "TABLESPACE", "DOMAIN", "DEFAULT", "SEQUENCE", "MATERIALIZED"),
        *("CONSTRAINT", "TEXT", "TEMPORARY", "TEMP", "ACCESS", "CONVERSION", "TRANSFORM", "SYSTEM", "GROUP"),
    }
)
