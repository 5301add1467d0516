"""The identifiers in a piece of SQL."""

import re
from functools import lru_cache

#: A string literal, a quoted identifier, an identifier, or a star.
_WORD = re.compile(
    r"'(?:[^']|'')*'|\"((?:[^\"]|\"\")*)\"|`((?:[^`]|``)*)`|([A-Za-z_\u0080-\uffff][\w$]*)|(\*)"
)


@lru_cache(maxsize=4096)
def names_in(text: str) -> frozenset[str]:
    """All identifiers of a text, and `*` if it occurs; unquoted ones also in lower case, as PostgreSQL folds them."""
    found: set[str] = set()
    for match in _WORD.finditer(text):
        quoted, ticked, plain, star = match.groups()
        if quoted is not None:
            found.add(quoted.replace('""', '"'))
        elif ticked is not None:
            found.add(ticked.replace("``", "`"))
        elif plain is not None:
            found |= {plain, plain.lower()}
        elif star is not None:
            found.add("*")
    return frozenset(found)
