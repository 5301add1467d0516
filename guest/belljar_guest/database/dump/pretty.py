"""Expressions as a catalogue is asked for them, from how `pg_dump` writes them: with fewer parentheses.

The rules are those of PostgreSQL's `ruleutils.c` (`isSimpleNode`), so that a condition of a dump is as its database has
it.
"""

from dataclasses import dataclass
from itertools import pairwise

from .words import DEEPEST, NotFollowedError, tokens_of

#: Words before a parenthesis that belong to no call.
_NO_CALL = frozenset(
    "AND OR NOT WHEN THEN ELSE CASE SELECT WHERE ON HAVING BY FROM USING DISTINCT JOIN AS LIMIT OFFSET".split()
)

#: Words after which another expression begins.
_BORDERS = frozenset(
    "SELECT FROM WHERE GROUP BY HAVING ORDER LIMIT OFFSET ON JOIN LEFT RIGHT INNER FULL CROSS UNION ALL EXCEPT"
    " INTERSECT AS ASC DESC WHEN THEN ELSE CASE END USING FILTER OVER VALUES LATERAL WITH".split()
)


@dataclass(slots=True)
class _Item:
    """A token, or what is between parentheses or brackets."""

    blank: str
    text: str
    inside: "list[_Item] | None" = None
    #: The blank before what closes it.
    last: str = ""

    @property
    def word(self) -> str:
        return self.text.upper() if self.inside is None else ""


def pretty(text: str) -> str:
    """An expression, or a query, without parentheses that mean nothing."""
    items = _tree(text)
    while len(items) == 1 and items[0].text == "(" and not _has_own(items[0].inside or []):
        items = items[0].inside or []
    return _rendered(items)


def _tree(text: str) -> list[_Item]:
    stack: list[list[_Item]] = [[]]
    for blank, token in tokens_of(text):
        if token in ("(", "["):
            item = _Item(blank, token, [])
            stack[-1].append(item)
            stack.append(item.inside or [])
            item.inside = stack[-1]
            if len(stack) > DEEPEST:
                msg = f"parentheses that are nested deeper than {DEEPEST}"
                raise NotFollowedError(msg)
        elif token in (")", "]"):
            stack.pop()
            if not stack or not stack[-1]:
                msg = "a parenthesis that nothing opens"
                raise NotFollowedError(msg)
            stack[-1][-1].last = blank
        else:
            stack[-1].append(_Item(blank, token))
    return stack[0]


def _is_query(items: list[_Item]) -> bool:
    return bool(items) and items[0].word in ("SELECT", "WITH", "VALUES")


def _has_own(items: list[_Item]) -> bool:
    """Whether parentheses belong to what is in them: a query, or a comparison with one."""
    if _is_query(items) or (items and items[0].word == "EXISTS"):
        return True
    return any(
        one.word in ("IN", "ANY", "ALL", "SOME") and _is_query(two.inside or [])
        for one, two in pairwise(items)
    )


def _rendered(items: list[_Item]) -> str:
    """A list of items, each segment between borders by itself."""
    found, segment = [], list[_Item]()
    before, is_sorting = "", False
    for at, item in enumerate(items):
        is_frame = is_sorting and bool(segment) and item.word in ("ROWS", "RANGE", "GROUPS", "NULLS")
        is_border = (
            item.word == ","
            or is_frame
            or (
                item.word in _BORDERS
                and not (item.word == "FROM" and at and items[at - 1].word == "DISTINCT")
            )
        )
        if is_border:
            found.append(_segment(segment, before, is_sorting=is_sorting))
            found.append(item.blank + item.text)
            segment, before = [], item.word
            is_sorting = item.word == "BY" or (is_sorting and item.word in (",", "ASC", "DESC"))
        else:
            segment.append(item)
    return "".join([*found, _segment(segment, before, is_sorting=is_sorting)])


#: Words whose parentheses are a part of them.
_OWN = frozenset(("VALUES", "OVER", "FILTER", "USING", "AS"))


def _segment(items: list[_Item], before: str, *, is_sorting: bool = False) -> str:
    if is_sorting and items:
        return _sorted(items)
    if items and items[0].text == "(" and before in _OWN:
        inside = items[0].inside or []
        first = f"{items[0].blank}({_rendered(inside)}{items[0].last})"
        return first + _segment(items[1:], "")
    if len(items) == 1 and items[0].text == "(":
        inside = items[0].inside or []
        if not _has_own(inside):
            return items[0].blank + _rendered(_unwrapped(inside)).lstrip(" ")
    kind = _kind(items)
    return "".join(_one(items, at, kind) for at in range(len(items)))


def _sorted(items: list[_Item]) -> str:
    """What is sorted or grouped by: anything but a column is in parentheses."""
    inside = _unwrapped(items)
    text = _rendered(inside).lstrip(" ")
    is_plain = all(
        item.inside is None and (item.text == "." or item.text[0] in '_"' or item.text[0].isalnum())
        for item in inside
    )
    words = [item.word for item in inside]
    is_plain = is_plain and not (set(words) & (_BORDERS | {"AND", "OR", "NOT"}))
    return items[0].blank + (text if is_plain else f"({text})")


def _one(items: list[_Item], at: int, level: str) -> str:
    """An item among others of a level."""
    item = items[at]
    if item.inside is None:
        return item.blank + item.text
    close = ")" if item.text == "(" else "]"
    whole = item.blank + item.text + _rendered(item.inside) + item.last + close
    if item.text == "[" or _has_own(item.inside) or _is_call(items, at):
        return whole
    following = items[at + 1].text if at + 1 < len(items) else ""
    inside = _unwrapped(item.inside)
    if following == "[" or _has_own(inside):
        return whole
    kind = _kind(inside)
    parent = "cast" if following == "::" else level
    if _is_simple(kind, parent, is_first=at == 0):
        return item.blank + _rendered(inside).lstrip(" ")
    return item.blank + "(" + _rendered(inside) + item.last + ")"


def _unwrapped(items: list[_Item]) -> list[_Item]:
    while len(items) == 1 and items[0].text == "(" and not _has_own(items[0].inside or []):
        items = items[0].inside or []
    return items


def _is_call(items: list[_Item], at: int) -> bool:
    if at == 0:
        return False
    before = items[at - 1]
    if before.inside is not None or before.text in (".", "::"):
        return before.inside is not None
    return (before.text[0].isalpha() or before.text[0] in '_"') and before.word not in _NO_CALL


def _kind(items: list[_Item]) -> str:
    """What a level is: `and`, `or`, `not`, `test`, `any`, an operator, or `simple`."""
    words = [item.word for item in items]
    for name in ("AND", "OR"):
        if name in words:
            return name.lower()
    if words[:1] == ["NOT"]:
        return "not"
    if "IS" in words or "COLLATE" in words or {"AT", "ZONE"} <= set(words):
        return "test"
    operators = [word for word in words if word and word[0] in "<>=!~*/%^&|#@?+-" and word != "::"]
    if not operators and not {"LIKE", "ILIKE", "SIMILAR"} & set(words):
        return "simple"
    if {"ANY", "ALL", "SOME"} & set(words):
        return "any"
    return f"op {operators[0]}" if operators and words[0] != operators[0] else "op ?"


def _is_simple(kind: str, parent: str, *, is_first: bool) -> bool:
    """Whether an operand needs no parentheses."""
    if kind == "simple":
        return True
    if parent in ("and", "or", "not"):
        allowed = {
            "and": ("and", "or"),
            "not": ("and", "or"),
            "or": ("or",),
        }
        return parent in allowed.get(kind, ("and", "or", "not")) and kind != "any"
    if not (kind.startswith("op ") and parent.startswith("op ")):
        return False
    own, other = kind[3:], parent[3:]
    if own not in ("+", "-", "*", "/", "%") or other not in ("+", "-", "*", "/", "%"):
        return False
    is_high, is_below_high = own in "*/%", other in "*/%"
    return is_first if is_high == is_below_high else is_high


def unqualified(text: str, schema: str) -> str:
    """A text without a schema before names, as it is written where that is on the search path."""
    tokens = tokens_of(text)
    found, skip = [], 0
    for at, (blank, token) in enumerate(tokens):
        if skip:
            skip -= 1
            continue
        after = [item[1] for item in tokens[at + 1 : at + 3]]
        is_schema = token in (schema, f'"{schema}"') and after[:1] == ["."] and len(after) > 1
        is_first = at == 0 or tokens[at - 1][1] != "."
        if is_schema and is_first and (after[1][0].isalpha() or after[1][0] in '_"'):
            skip = 1
            tokens[at + 2] = (blank, tokens[at + 2][1])
            continue
        is_class = token[0] == "'" and [*after, ""][:2] == ["::", "regclass"]
        is_own = is_class and token.startswith(f"'{schema}.")
        found.append(blank + ("'" + token[len(schema) + 2 :] if is_own else token))
    trailing = text[len(text.rstrip()) :]
    return "".join(found) + trailing
