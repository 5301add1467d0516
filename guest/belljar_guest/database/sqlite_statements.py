"""What `CREATE TABLE` and `CREATE INDEX` of SQLite state, as far as its pragmas and SQLAlchemy lose it.

SQLAlchemy looks for constraints with regular expressions, which miss those of a column behind a type with parentheses.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

#: What a statement is made of: quoted names and texts, comments, words, and other characters.
_TOKEN = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|--[^\n]*|/\*.*?\*/|\w+|\s+|.""", re.DOTALL
)

#: Words that a definition of a table begins with which is none of a column.
_CONSTRAINTS = frozenset(("CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"))


@dataclass(slots=True)
class Clause:
    """A constraint of a table or a column: `CHECK`, `UNIQUE`, `PRIMARY`, `REFERENCES`, or the `COLLATE` of a column."""

    kind: str
    name: str | None
    columns: list[str]
    #: The condition, or the collation.
    text: str = ""
    conflict: str | None = None
    options: dict[str, Any] = field(default_factory=dict)


def clauses(sql: str) -> list[Clause]:
    """The constraints of `CREATE TABLE`, in their order."""
    found: list[Clause] = []
    for tokens in definitions(sql):
        found.extend(_Definition(tokens).clauses())
    return found


class _Definition:
    """A definition of a column, or a constraint of the table."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._words = words_of(tokens)
        self._upper = [word.upper() for word in self._words]
        is_column = self._upper[0] not in _CONSTRAINTS
        self._column = [unquoted(self._words[0])] if is_column else []
        self._at = len(self._column)

    def clauses(self) -> Iterator[Clause]:
        """Every clause of the definition."""
        name: str | None = None
        while self._at < len(self._words):
            word = self._upper[self._at]
            if word == "CONSTRAINT":
                name = unquoted(self._words[self._at + 1]) if self._at + 1 < len(self._words) else None
                self._at += 2
                continue
            clause = self._clause(word, name)
            if clause is not None:
                yield clause
                name = None
            elif word == "(":  # of a type, or of a default
                self._parenthesised()
            else:
                self._at += 1

    def _clause(self, word: str, name: str | None) -> Clause | None:
        following = self._upper[self._at + 1 : self._at + 2]
        if word == "CHECK" and following == ["("]:
            self._at += 1
            return Clause("CHECK", name, [], text=self._parenthesised())
        if word == "UNIQUE" or (word == "PRIMARY" and following == ["KEY"]):
            self._at += 1 if word == "UNIQUE" else 2
            columns = self._columns()
            return Clause(word, name, columns, conflict=self._conflict())
        if word == "REFERENCES":
            return self._references(name, self._column)
        if word == "FOREIGN" and following == ["KEY"]:
            self._at += 2
            return self._references(name, self._columns())
        if word == "COLLATE" and following and self._column:
            self._at += 2
            return Clause("COLLATE", None, self._column, text=unquoted(self._words[self._at - 1]))
        return None

    def _parenthesised(self) -> str:
        """The text between the parentheses that begin here."""
        start, depth = self._at, 0
        while self._at < len(self._words):
            depth += (self._words[self._at] == "(") - (self._words[self._at] == ")")
            self._at += 1
            if depth == 0:
                break
        return between(self._tokens, start + 1, self._at - 1)

    def _columns(self) -> list[str]:
        """The columns in the parentheses that begin here; else that of the definition."""
        if self._upper[self._at : self._at + 1] != ["("]:
            return self._column
        text = self._parenthesised()
        return [unquoted(words_of(item)[0]) for item in definitions(f"({text})")]

    def _conflict(self) -> str | None:
        """The clause `ON CONFLICT` that may be here."""
        while self._column and self._upper[self._at : self._at + 1] in (["ASC"], ["DESC"]):
            self._at += 1
        if self._upper[self._at : self._at + 2] != ["ON", "CONFLICT"]:
            return None
        self._at += 3
        return "".join(self._upper[self._at - 1 : self._at]) or None

    def _references(self, name: str | None, columns: list[str]) -> Clause:
        """A foreign key, up to the next clause."""
        clause = Clause("REFERENCES", name, columns)
        if self._upper[self._at : self._at + 1] == ["REFERENCES"]:
            self._at += 1
        while self._at < len(self._words) and self._upper[self._at] not in (
            *_CONSTRAINTS,
            "REFERENCES",
            "COLLATE",
            "DEFAULT",
            "GENERATED",
        ):
            before, word = self._upper[self._at - 1], self._upper[self._at]
            if word == "DEFERRABLE":
                clause.options["deferrable"] = before != "NOT"
            elif before == "INITIALLY":
                clause.options["initially"] = word
            self._at += 1
        return clause


def words_of(tokens: list[str]) -> list[str]:
    """The tokens without white space and comments."""
    return [part for part in tokens if not part.isspace() and not part.startswith(("--", "/*"))]


def definitions(sql: str) -> list[list[str]]:
    """The tokens of each definition between the outermost parentheses."""
    found: list[list[str]] = [[]]
    depth = 0
    for part in _TOKEN.findall(sql):
        depth -= part == ")"
        if part == ")" and depth == 0:
            break
        if depth == 1 and part == ",":
            found.append([])
        elif depth >= 1:
            found[-1].append(part)
        depth += part == "("
    return [item for item in found if words_of(item)]


def after(text: str) -> str:
    """What follows the parentheses that a text begins with."""
    depth, at = 0, 0
    for part in _TOKEN.findall(text):
        depth += (part == "(") - (part == ")")
        at += len(part)
        if depth == 0:
            return text[at:]
    return ""


def between(tokens: list[str], start: int, until: int) -> str:
    """The text of the words of these numbers, with what is between them."""
    count, text = 0, []
    for part in tokens:
        is_word = not part.isspace() and not part.startswith(("--", "/*"))
        if start <= count < until:
            text.append(part)
        count += is_word
    return "".join(text).strip()


def generated_columns(sql: str) -> dict[str, tuple[str, bool]]:
    """By name, the expression of each generated column of `CREATE TABLE`, and whether it is stored."""
    found: dict[str, tuple[str, bool]] = {}
    for tokens in definitions(sql):
        words = words_of(tokens)
        depth, starts = 0, None
        for at, part in enumerate(words):
            if starts is None and depth == 0 and part.upper() == "AS" and words[at + 1 : at + 2] == ["("]:
                starts = at + 2
            depth += (part == "(") - (part == ")")
            if starts is not None and at >= starts and depth == 0:
                rest = [word.upper() for word in words[at + 1 :]]
                found[unquoted(words[0])] = (between(tokens, starts, at), "STORED" in rest)
                break
    return found


def index_of(name: str, sql: str, columns: set[str]) -> dict[str, Any]:
    """An index by its statement; SQLAlchemy leaves out those of expressions."""
    parts = _TOKEN.findall(sql)
    opens = parts.index("(") if "(" in parts else len(parts)
    head, rest = "".join(parts[:opens]), "".join(parts[opens + 1 :])
    elements = ["".join(tokens).strip() for tokens in definitions(f"({rest}")]
    plain = [unquoted(text) if unquoted(text) in columns else None for text in elements]
    tail = after(f"({rest}")
    where = re.match(r"\s*WHERE\s+(.*)$", tail, re.IGNORECASE | re.DOTALL)
    return {
        "name": name,
        "unique": re.match(r"\s*CREATE\s+UNIQUE\b", head, re.IGNORECASE) is not None,
        "column_names": plain,
        "expressions": elements,
        "dialect_options": {"sqlite_where": where.group(1).strip()} if where else {},
    }


def has_word(sql: str, word: str) -> bool:
    """Whether a statement has a word outside of texts, names and comments."""
    return any(part.upper() == word for part in _TOKEN.findall(sql))


def unquoted(name: str) -> str:
    """A name without its quotes."""
    if name[0] in "\"`'":
        return name[1:-1].replace(name[0] * 2, name[0])
    return name[1:-1] if name[0] == "[" else name


def query_of(sql: str) -> str:
    """The query of a view's statement."""
    return re.sub(r"^\s*CREATE\s.*?\bAS\s+", "", sql, count=1, flags=re.IGNORECASE | re.DOTALL)
